"""What the picture is assembled from: the domains' records of one business, and a chart to find accounts in."""

from dataclasses import dataclass
from functools import cached_property

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, Purchase, Transfer
from oodaloo.kit.money import Currency

OPERATING_SUBTYPES = frozenset({"Checking", "Savings"})
"""QuickBooks' detail types of the bank accounts that count as cash unless someone chooses otherwise."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The mirrored records that one picture rests on: open documents of any age, the rest of the window."""

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


@dataclass(frozen=True)
class Chart:
    """The chart of accounts, by id and by what the accounts are to cash, in the home `currency`."""

    accounts: tuple[Account, ...]
    currency: Currency

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

    def find(self, account_id: str | None) -> Account | None:
        """The account, or None when a record names none or one that was never read."""
        return None if account_id is None else self.by_id.get(account_id)
