"""Current assets and liabilities, by QuickBooks' account types."""

from collections.abc import Iterable

from oodaloo.domains.bank.model import Account
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.position import CurrentPosition

_ASSETS = frozenset({"Bank", "Accounts Receivable", "Other Current Asset"})
_LIABILITIES = frozenset({"Accounts Payable", "Credit Card", "Other Current Liability"})


def position_of(accounts: Iterable[Account], currency: Currency) -> CurrentPosition | None:
    """The balances of today, debit-positive as QuickBooks gives them, inactive accounts too.

    None without any current account, and where one in another currency isn't empty: rates of today aren't read.
    """
    current = [each for each in accounts if each.account_type in _ASSETS | _LIABILITIES]
    if not current or any(each.balance.cents and each.balance.currency != currency for each in current):
        return None
    assets, liabilities = (
        sum(each.balance.cents for each in current if each.account_type in kinds) for kinds in (_ASSETS, _LIABILITIES)
    )
    return CurrentPosition(Money(assets, currency), Money(-liabilities, currency))
