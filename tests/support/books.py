"""Builders of books: a business in New York on Friday, Oct 2, 2026, that has what a test says and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from oodaloo.domains.core.calendar import bank_calendar
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.picture import (
    Books,
    BusinessFacts,
    CardAccount,
    CardPosting,
    CashAccount,
    CashMovement,
    CashPicture,
    Credit,
    MovementKind,
    OpenItem,
    SettledItem,
)
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.picture.assemble import picture_of

USD = Currency("USD")
TODAY = date(2026, 10, 2)
KNOWN_AT = datetime(2026, 10, 2, 13, 0, tzinfo=UTC)
CALENDAR = bank_calendar("US", 2024, 2028)

_IDS = [count(1)]


def numbered_anew() -> None:
    """Number records from 1 again: what is drawn for a record depends on its id, and examples are played again."""
    _IDS[:] = [count(1)]


def usd(amount: str | int) -> Money:
    """Dollars."""
    return Money.of(amount, USD)


def in_days(days: int) -> date:
    """The day that many days after the Friday."""
    return TODAY + timedelta(days=days)


def days_ago(days: int) -> date:
    """The day that many days before the Friday."""
    return in_days(-days)


def an_account(balance: str | int, *, name: str = "Checking", operating: bool = True) -> CashAccount:
    """A bank account."""
    return CashAccount(
        _ref(RecordKind.ACCOUNT), name, "Checking" if operating else "MoneyMarket", usd(balance), operating
    )


def a_card(owed: str | int, *, name: str = "Visa", postings: Iterable[tuple[date, int]] = ()) -> CardAccount:
    """A credit card with what is owed on it; postings are days with whole dollars, charges positive."""
    changes = tuple(CardPosting(day, dollars * 100) for day, dollars in sorted(postings))
    return CardAccount(_ref(RecordKind.ACCOUNT), name, usd(owed), changes)


def an_invoice(
    customer: str = "Alder Health", amount: str | int = 1000, *, issued: date | None = None, due: date | None = None
) -> OpenItem:
    """An open invoice, by default issued 20 days ago and due in 10."""
    return _open_item(RecordKind.INVOICE, customer, amount, issued or days_ago(20), due or in_days(10))


def a_bill(
    vendor: str = "Pier 9", amount: str | int = 1000, *, issued: date | None = None, due: date | None = None
) -> OpenItem:
    """An open bill, by default issued 20 days ago and due in 10."""
    return _open_item(RecordKind.BILL, vendor, amount, issued or days_ago(20), due or in_days(10))


def booked(bill: OpenItem, category: str, category_type: str = "") -> OpenItem:
    """The bill booked to an account of that name and detail type."""
    return replace(bill, category=category, category_type=category_type)


def undated(item: OpenItem) -> OpenItem:
    """The document without a due date, which books then take as due when issued."""
    return replace(item, due=item.issued, due_assumed=True)


def a_credit(party: str, amount: str | int, *, kind: RecordKind = RecordKind.CREDIT_MEMO) -> Credit:
    """A credit memo, unapplied payment or vendor credit with something left."""
    return Credit(_ref(kind), Party(party, party), days_ago(5), usd(amount))


def paid(
    item: OpenItem, *, days_late: int, by_card: bool = False, kind: MovementKind | None = None
) -> tuple[SettledItem, CashMovement]:
    """How an invoice or bill was settled that many days after its due date, and the money that moved for it."""
    settled = item.due + timedelta(days=days_late)
    is_invoice = item.ref.kind is RecordKind.INVOICE
    movement = CashMovement(
        ref=_ref(RecordKind.PAYMENT if is_invoice else RecordKind.BILL_PAYMENT),
        dated=settled,
        amount=item.total if is_invoice else -item.total,
        kind=kind or (MovementKind.CUSTOMER_RECEIPT if is_invoice else MovementKind.BILL_PAYMENT),
        party=item.party,
        category="",
        memo="",
        documents=(item.ref,),
    )
    return SettledItem(item.ref, item.party, item.issued, item.due, settled, item.total, by_card), movement


def a_reserve(
    amount: str | int, name: str = "Reserve", *, dated: date | None = None, purpose: RecordRef | str | None = None
) -> Earmark:
    """Money that was set aside under a name."""
    return Earmark(name, EarmarkKind.RESERVE, name, usd(amount), dated, purpose)


def a_hold(bill: OpenItem, amount: str | int | None = None, *, dated: date | None = None) -> Earmark:
    """The hold of a payment of all that is open of a bill, or of an amount."""
    return Earmark(
        bill.ref.id, EarmarkKind.HOLD, bill.party.name, bill.open if amount is None else usd(amount), dated, bill.ref
    )


def a_movement(
    dated: date,
    amount: str | int,
    payee: str = "",
    *,
    category: str = "Office Expenses",
    category_type: str = "",
    memo: str = "",
    kind: MovementKind | None = None,
) -> CashMovement:
    """Money that moved without a document: spending when negative, else a receipt; payroll entries name nobody."""
    money = usd(amount)
    return CashMovement(
        ref=_ref(RecordKind.PURCHASE if payee else RecordKind.JOURNAL_ENTRY),
        dated=dated,
        amount=money,
        kind=kind or (MovementKind.SPENDING if money.cents < 0 else MovementKind.OTHER_RECEIPT),
        party=Party(None, payee) if payee else None,
        category=category,
        memo=memo,
        category_type=category_type,
    )


def every(days: int, last: date, times: int) -> list[date]:
    """`times` dates that many days apart, the latest on `last`."""
    return [last - timedelta(days=days * number) for number in reversed(range(times))]


def monthly(day: int, last: date, times: int) -> list[date]:
    """That day of each month, `times` of them, the latest on or before `last`."""
    months = last.year * 12 + last.month - 1 - (1 if last.day < day else 0)
    return [date((months - back) // 12, (months - back) % 12 + 1, day) for back in reversed(range(times))]


def payrolls(amount: str | int = -20000, *, last: date = TODAY, times: int = 20) -> list[CashMovement]:
    """Bi-weekly payroll, booked as journal entries without payee, the latest on `last`."""
    return [
        a_movement(day, amount, category="Wages", category_type="PayrollExpenses", memo=f"Payroll {day}")
        for day in every(14, last, times)
    ]


@dataclass(frozen=True, slots=True)
class Settlements:
    """Settled documents with the movements that paid them."""

    items: tuple[SettledItem, ...]
    movements: tuple[CashMovement, ...]


def history_of(customer: str, lateness: Sequence[int], *, amount: str | int = 1000) -> Settlements:
    """Invoices of a customer that were paid that many days late each; irregular, so that they are no flow."""
    pairs = [
        paid(an_invoice(customer, amount, issued=due - timedelta(days=30), due=due), days_late=late)
        for late, due in zip(lateness, _irregular_days(len(lateness)), strict=True)
    ]
    return Settlements(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def books(
    cash: str | int = 10000,
    *,
    buffer: str | int = 0,
    as_of: date = TODAY,
    accounts: Sequence[CashAccount] | None = None,
    cards: Sequence[CardAccount] = (),
    invoices: Sequence[OpenItem] = (),
    bills: Sequence[OpenItem] = (),
    receipts: Sequence[Credit] = (),
    credits_of_vendors: Sequence[Credit] = (),
    settled: Sequence[SettledItem] = (),
    past_invoices: Sequence[OpenItem] = (),
    past_bills: Sequence[OpenItem] = (),
    movements: Sequence[CashMovement] = (),
    undeposited: str | int = 0,
    foreign_documents: int = 0,
) -> Books:
    """Books of a business with `cash` in one checking account unless `accounts` says otherwise."""
    past = [_closed(item) for item in (*past_invoices, *past_bills)]
    return Books(
        business=_facts(usd(buffer)),
        as_of=as_of,
        known_at=KNOWN_AT,
        synced_at=KNOWN_AT,
        accounts=(an_account(cash),) if accounts is None else tuple(accounts),
        undeposited=usd(undeposited),
        cards=tuple(cards),
        receivables=tuple(invoices),
        unapplied_receipts=tuple(receipts),
        payables=tuple(bills),
        vendor_credits=tuple(credits_of_vendors),
        invoices_issued=_by_issue([*invoices, *(item for item in past if item.ref.kind is RecordKind.INVOICE)]),
        bills_issued=_by_issue([*bills, *(item for item in past if item.ref.kind is RecordKind.BILL)]),
        settled_invoices=tuple(item for item in settled if item.ref.kind is RecordKind.INVOICE),
        settled_bills=tuple(item for item in settled if item.ref.kind is RecordKind.BILL),
        movements=tuple(sorted(movements, key=lambda movement: movement.dated)),
        checks=(),
        foreign_documents=foreign_documents,
    )


def a_picture(of: Books, *, earmarked: str | int = 0) -> CashPicture:
    """The picture that the product would make of these books."""
    return picture_of(of, (a_reserve(earmarked),) if usd(earmarked).cents else ())


def assessed(of: Books, *, earmarked: str | int = 0, futures: int = 500) -> Assessment:
    """What the engine says about these books, with fewer futures than the product draws."""
    return RunwayCalculator(futures).current(a_picture(of, earmarked=earmarked))


def _facts(buffer: Money) -> BusinessFacts:
    return BusinessFacts(
        id=BusinessId("harbor"),
        name="Harbor & Pine",
        realm_id=RealmId("9130"),
        currency=USD,
        timezone="America/New_York",
        calendar=CALENDAR,
        buffer=buffer,
    )


def _open_item(kind: RecordKind, party: str, amount: str | int, issued: date, due: date) -> OpenItem:
    return OpenItem(_ref(kind), Party(party, party), issued, due, usd(amount), usd(amount))


def _closed(item: OpenItem) -> OpenItem:
    return replace(item, open=usd(0))


def _by_issue(items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    return tuple(sorted(items, key=lambda item: item.issued))


def _ref(kind: RecordKind) -> RecordRef:
    number = str(next(_IDS[-1]))
    return RecordRef(kind, number, number)


def _irregular_days(many: int) -> list[date]:
    """Days in the past whose distances grow, so that no rhythm can be read into them."""
    days, gap, day = [], 3, days_ago(40)
    for _ in range(many):
        days.append(day)
        gap = gap * 5 // 3 + 1
        day -= timedelta(days=min(gap, 200))
    return days[::-1]
