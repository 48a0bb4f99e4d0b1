"""What the picture is assembled from: the domains' records of one business, and a chart to find accounts in."""

from dataclasses import dataclass, replace
from functools import cached_property

from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Payment
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, OtherActivity, Purchase, Transfer
from oodaloo.domains.core.model import Term
from oodaloo.kit.money import Currency, Money

OPERATING_SUBTYPES = frozenset({"Checking", "Savings"})
"""QuickBooks' detail types of the bank accounts that count as cash unless someone chooses otherwise."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The records that one picture rests on: open documents of any age, the rest of the window, and whole lists.

    `other_activity` is what only the general ledger shows, `ledger_unread` says that nobody could read it yet.
    """

    accounts: tuple[Account, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    journal_entries: tuple[JournalEntry, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    credit_memos: tuple[CreditMemo, ...] = ()
    bills: tuple[Bill, ...] = ()
    bill_payments: tuple[BillPayment, ...] = ()
    vendor_credits: tuple[VendorCredit, ...] = ()
    other_activity: tuple[OtherActivity, ...] = ()
    ledger_unread: bool = False
    customers: tuple[Customer, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Chart:
    """The chart of accounts, by id and by what the accounts are to cash, in the home `currency`."""

    accounts: tuple[Account, ...]
    currency: Currency

    def without_balances(self) -> "Chart":
        """The same accounts with nothing on them, unversioned: what a record does to accounts needs no more."""
        return Chart(tuple(_emptied(account) for account in self.accounts), self.currency)

    @cached_property
    def by_id(self) -> dict[str, Account]:
        """Every account, active or not."""
        return {account.meta.id: account for account in self.accounts}

    @cached_property
    def operating(self) -> frozenset[str]:
        """Ids of the active checking and savings accounts in the home currency."""
        return frozenset(account.meta.id for account in self.accounts if self.is_operating(account))

    @cached_property
    def cards(self) -> frozenset[str]:
        """Ids of the credit card accounts."""
        return frozenset(a.meta.id for a in self.accounts if a.account_type == "Credit Card")

    def is_operating(self, account: Account) -> bool:
        """Whether the account's balance is cash of the business."""
        bank = account.account_type == "Bank" and account.subtype in OPERATING_SUBTYPES
        return bank and account.active and account.balance.currency == self.currency

    @cached_property
    def by_full_name(self) -> dict[str, Account]:
        """Active accounts by the full name that reports show."""
        return {account.full_name: account for account in self.accounts if account.active}

    def other_side(self, activity: OtherActivity) -> Account | None:
        """The account on the other side of other activity, None when it has several or one that was never read."""
        return self.by_id.get(activity.split_id) or self.by_full_name.get(activity.split)

    def find(self, account_id: str | None) -> Account | None:
        """The account, or None when a record names none or one that was never read."""
        return None if account_id is None else self.by_id.get(account_id)


def _emptied(account: Account) -> Account:
    meta = replace(account.meta, sync_token="", updated_at=account.meta.created_at)
    return replace(account, meta=meta, balance=Money.zero(account.balance.currency))
