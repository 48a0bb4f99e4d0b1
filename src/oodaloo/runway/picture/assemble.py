"""From the domains' records to books, and from books to the cash picture; no reading happens here."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from typing import TypeVar

from oodaloo.domains.bank.model import Account, OtherActivity
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.recurring import detect
from oodaloo.runway.calculators.residual import residual_of
from oodaloo.runway.model.earmarks import Earmark, PlannedDay
from oodaloo.runway.model.picture import Books, BusinessFacts, CardAccount, CashAccount, CashPicture
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.picture import open_documents as documents
from oodaloo.runway.picture.card_history import card_postings
from oodaloo.runway.picture.gathered import Chart, Gathered
from oodaloo.runway.picture.housekeeping import housekeeping_of
from oodaloo.runway.picture.identity import content_id
from oodaloo.runway.picture.movements import documents_of, movements_of

_Record = TypeVar("_Record")
_NO_DOCUMENTS = frozenset({"accounts", "other_activity", "ledger_unread", "customers", "vendors", "terms"})


def picture_of(books: Books, earmarks: tuple[Earmark, ...] = (), planned: tuple[PlannedDay, ...] = ()) -> CashPicture:
    """The picture of `books` with its recurring flows and residual, and what of the decisions is still to come.

    Of a bill that the books show as settled, its hold is spent and its planned day is over.
    """
    flows = detect(books)
    settled = {bill.ref for bill in books.bills_issued if bill.open.is_zero}
    return CashPicture(
        books_id=content_id(books),
        books=books,
        recurring=flows,
        residual=residual_of(books, flows),
        earmarks=tuple(each for each in earmarks if each.purpose not in settled),
        planned=tuple(each for each in planned if each.bill not in settled),
    )


def assemble(
    gathered: Gathered, business: BusinessFacts, *, as_of: date, known_at: datetime, synced_at: datetime
) -> Books:
    """The facts of one business on `as_of`, in its home currency.

    Operating accounts are the active checking and savings accounts. Documents in other currencies are left out
    and counted. A missing due date is read as due on receipt and marked as assumed.
    """
    currency = business.currency
    home, foreign = _home(gathered, currency)
    chart = Chart(home.accounts, currency)
    invoices, bills = documents.invoices_issued(home.invoices), documents.bills_issued(home.bills, chart)
    receivables = tuple(item for item in invoices if item.open.cents > 0)
    payables = tuple(item for item in bills if item.open.cents > 0)
    receipts = documents.unapplied_receipts(home.payments, home.credit_memos)
    refunds = documents.vendor_credits(home.vendor_credits)
    return Books(
        business=business,
        as_of=as_of,
        known_at=known_at,
        synced_at=synced_at,
        accounts=_cash_accounts(chart),
        undeposited=_undeposited(chart),
        cards=_card_accounts(home, chart),
        receivables=receivables,
        unapplied_receipts=receipts,
        payables=payables,
        vendor_credits=refunds,
        invoices_issued=invoices,
        bills_issued=bills,
        settled_invoices=documents.settled_invoices(invoices, home.payments),
        settled_bills=documents.settled_bills(bills, home.bill_payments),
        movements=movements_of(home, chart, documents_of(invoices, bills)),
        checks=documents.checks_of(
            home, chart, receivables=receivables, receipts=receipts, payables=payables, vendor_credits=refunds
        ),
        foreign_documents=foreign,
        undeposited_accounts=tuple(RecordRef(RecordKind.ACCOUNT, each.meta.id) for each in _waiting(chart)),
        ledger_unread=gathered.ledger_unread,
        housekeeping=housekeeping_of(gathered, home, chart),
    )


def _home(gathered: Gathered, currency: Currency) -> tuple[Gathered, int]:
    """The records in the home currency, and how many documents are in others; accounts all stay listed."""
    home = Gathered(
        accounts=gathered.accounts,
        purchases=_in_currency(gathered.purchases, lambda each: each.total, currency),
        deposits=_in_currency(gathered.deposits, lambda each: each.total, currency),
        transfers=_in_currency(gathered.transfers, lambda each: each.amount, currency),
        journal_entries=_in_currency(
            gathered.journal_entries, lambda each: each.lines[0].amount if each.lines else None, currency
        ),
        invoices=_in_currency(gathered.invoices, lambda each: each.total, currency),
        payments=_in_currency(gathered.payments, lambda each: each.total, currency),
        credit_memos=_in_currency(gathered.credit_memos, lambda each: each.total, currency),
        bills=_in_currency(gathered.bills, lambda each: each.total, currency),
        bill_payments=_in_currency(gathered.bill_payments, lambda each: each.total, currency),
        vendor_credits=_in_currency(gathered.vendor_credits, lambda each: each.total, currency),
        other_activity=_not_mirrored(gathered),
        ledger_unread=gathered.ledger_unread,
        customers=gathered.customers,
        vendors=gathered.vendors,
        terms=gathered.terms,
    )
    return home, _count(gathered) - _count(home)


def _not_mirrored(gathered: Gathered) -> tuple[OtherActivity, ...]:
    """Other activity less what was mirrored after the ledger was read; all transactions are numbered in one series."""
    mirrored = {
        record.meta.id
        for records in (
            gathered.purchases,
            gathered.deposits,
            gathered.transfers,
            gathered.journal_entries,
            gathered.payments,
            gathered.bill_payments,
        )
        for record in records
    }
    return tuple(each for each in gathered.other_activity if each.id not in mirrored)


def _in_currency(
    records: tuple[_Record, ...], amount: Callable[[_Record], Money | None], currency: Currency
) -> tuple[_Record, ...]:
    """The records in `currency`; one without any amount belongs to no other currency and stays."""
    return tuple(each for each in records if (found := amount(each)) is None or found.currency == currency)


def _count(gathered: Gathered) -> int:
    """How many mirrored documents there are; what stands in lists isn't counted."""
    return sum(len(getattr(gathered, field.name)) for field in fields(gathered) if field.name not in _NO_DOCUMENTS)


def _cash_accounts(chart: Chart) -> tuple[CashAccount, ...]:
    return tuple(
        CashAccount(
            ref=RecordRef(RecordKind.ACCOUNT, account.meta.id),
            name=account.name,
            subtype=account.subtype,
            balance=account.balance,
            operating=account.meta.id in chart.operating,
        )
        for account in chart.accounts
        if account.account_type == "Bank" and account.active
    )


def _card_accounts(home: Gathered, chart: Chart) -> tuple[CardAccount, ...]:
    postings = card_postings(home, chart)
    return tuple(
        CardAccount(
            ref=RecordRef(RecordKind.ACCOUNT, account.meta.id),
            name=account.full_name,
            owed=-account.balance,
            postings=postings[account.meta.id],
        )
        for account in chart.accounts
        if account.meta.id in chart.cards and account.active and account.balance.currency == chart.currency
    )


def _undeposited(chart: Chart) -> Money:
    return Money.total((account.balance for account in _waiting(chart)), chart.currency)


def _waiting(chart: Chart) -> list[Account]:
    at_home = (each for each in chart.accounts if each.balance.currency == chart.currency)
    return [account for account in at_home if account.subtype == "UndepositedFunds"]
