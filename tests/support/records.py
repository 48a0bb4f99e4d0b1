"""Builders of mirrored records, as the domains' queries return them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.domains.bank.model import (
    Account,
    Deposit,
    JournalEntry,
    JournalLine,
    Purchase,
    SplitLine,
    Transfer,
)
from oodaloo.domains.core.model import Application, LinkedRecord, RecordMeta
from oodaloo.kit.money import Currency, Money

CHECKING, SAVINGS, CARD, RENT, WAGES, LOAN = "1", "2", "3", "4", "5", "6"
RECEIVABLE, PAYABLE, UNDEPOSITED, MARKET, UNSORTED = "7", "8", "9", "10", "11"


def money(amount: str | int, currency: str = "USD") -> Money:
    """An amount, in dollars unless another currency is named."""
    return Money.of(amount, Currency(currency))


def meta(record_id: str) -> RecordMeta:
    """Identity of a record."""
    entered = datetime(2026, 9, 1, 12, tzinfo=UTC)
    return RecordMeta(record_id, "0", entered, entered)


def an_account(
    account_id: str, name: str, account_type: str, subtype: str, balance: str | int = 0, *, active: bool = True
) -> Account:
    """An account of the chart, its balance debit-positive."""
    return Account(meta(account_id), name, name, account_type, subtype, "", active, money(balance), None)


def a_chart(**balances: str | int) -> tuple[Account, ...]:
    """A chart with one account of each kind; balances by name (`checking=100, card=-20`), zero else."""
    kinds = {
        "checking": (CHECKING, "Checking", "Bank", "Checking"),
        "savings": (SAVINGS, "Savings", "Bank", "Savings"),
        "card": (CARD, "Visa", "Credit Card", "CreditCard"),
        "rent": (RENT, "Rent", "Expense", "RentOrLeaseOfBuildings"),
        "wages": (WAGES, "Wages", "Expense", "PayrollExpenses"),
        "loan": (LOAN, "Bank loan", "Long Term Liability", "NotesPayable"),
        "receivable": (RECEIVABLE, "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
        "payable": (PAYABLE, "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
        "undeposited": (UNDEPOSITED, "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
        "market": (MARKET, "Money market", "Bank", "MoneyMarket"),
        "unsorted": (UNSORTED, "Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
    }
    return tuple(an_account(*kind, balances.get(name, 0)) for name, kind in kinds.items())


def a_line(account_id: str | None, amount: str | int, *linked: LinkedRecord, text: str = "") -> SplitLine:
    """A line of a purchase or deposit."""
    return SplitLine(account_id, money(amount), text, linked, "")


def a_purchase(
    dated: date, account_id: str, lines: Sequence[SplitLine], *, payee: str = "Pier 9", refund: bool = False
) -> Purchase:
    """Money spent from an account, in the sum of its lines."""
    total = Money.total((line.amount for line in lines), lines[0].amount.currency)
    return Purchase(meta("p1"), "101", dated, "Check", account_id, "v1", payee, total, refund, "", tuple(lines))


def a_deposit(dated: date, account_id: str, lines: Sequence[SplitLine], *, total: str | int) -> Deposit:
    """A deposit whose total may be less than its lines when cash was taken back."""
    return Deposit(meta("d1"), "", dated, account_id, money(total), "", tuple(lines))


def a_transfer(dated: date, source: str, target: str, amount: str | int) -> Transfer:
    """Money moved between accounts."""
    return Transfer(meta("t1"), dated, source, target, money(amount), "")


def a_journal_entry(dated: date, postings: Sequence[tuple[str, str | int]], *, memo: str = "") -> JournalEntry:
    """A journal entry of (account, debit-positive amount) pairs."""
    lines = tuple(JournalLine(account, money(amount), "", None, "", "") for account, amount in postings)
    return JournalEntry(meta("j1"), "PR-1", dated, memo, lines)


def an_invoice(
    record_id: str, amount: str | int, *, dated: date, due: date | None, balance: str | int = 0, currency: str = "USD"
) -> Invoice:
    """An invoice of Alder Health; settled unless a balance is said."""
    return Invoice(
        meta=meta(record_id),
        number=f"20{record_id}",
        dated=dated,
        due=due,
        customer_id="c1",
        customer_name="Alder Health",
        total=money(amount, currency),
        balance=money(balance, currency),
        linked=(),
        email_status="",
        memo="",
    )


def a_payment(
    record_id: str,
    amount: str | int,
    *,
    dated: date,
    to: str | None = None,
    applied: Sequence[tuple[str, str, str | int]] = (),
    unapplied: str | int = 0,
) -> Payment:
    """A payment of Alder Health, applied to (kind, id, amount) triples."""
    parts = tuple(Application(kind, each, money(part)) for kind, each, part in applied)
    return Payment(meta(record_id), "", dated, "c1", "Alder Health", money(amount), money(unapplied), to, parts)


def a_credit_memo(record_id: str, amount: str | int, *, dated: date, balance: str | int) -> CreditMemo:
    """A credit memo for Alder Health."""
    return CreditMemo(meta(record_id), "", dated, "c1", "Alder Health", money(amount), money(balance))


def a_bill(
    record_id: str,
    amount: str | int,
    *,
    dated: date,
    due: date | None,
    balance: str | int = 0,
    accounts: tuple[str, ...] = (RENT,),
) -> Bill:
    """A bill of Pier 9; settled unless a balance is said."""
    return Bill(
        meta=meta(record_id),
        number=f"B{record_id}",
        dated=dated,
        due=due,
        vendor_id="v1",
        vendor_name="Pier 9",
        total=money(amount),
        balance=money(balance),
        term_id=None,
        account_ids=accounts,
        linked=(),
        memo="",
    )


def a_bill_payment(
    record_id: str,
    amount: str | int,
    *,
    dated: date,
    account: str = CHECKING,
    method: str = "Check",
    applied: Sequence[tuple[str, str, str | int]] = (),
) -> BillPayment:
    """A payment to Pier 9, applied to (kind, id, amount) triples."""
    parts = tuple(Application(kind, each, money(part)) for kind, each, part in applied)
    return BillPayment(meta(record_id), "", dated, "v1", "Pier 9", money(amount), method, account, parts)


def a_vendor_credit(record_id: str, amount: str | int, *, dated: date, balance: str | int) -> VendorCredit:
    """A credit from Pier 9."""
    return VendorCredit(meta(record_id), "", dated, "v1", "Pier 9", money(amount), money(balance))
