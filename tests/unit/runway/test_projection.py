"""The projection: every dollar once, on its day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.runway import ItemKind, Projection
from tests.support.books import (
    USD,
    a_bill,
    a_credit,
    a_movement,
    a_picture,
    an_invoice,
    assessed,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    monthly,
    numbered_anew,
    paid,
    payrolls,
    usd,
)

AMOUNTS = st.integers(1, 10**11)
DAYS = st.integers(-60, 120)
DOCUMENTS = st.lists(st.tuples(AMOUNTS, DAYS), max_size=8)


@st.composite
def some_books(draw: st.DrawFn) -> Books:
    """Books with any cash, open documents, credits, undeposited funds and some history of flows."""
    numbered_anew()
    history = history_of("Past", draw(st.lists(st.integers(-5, 40), max_size=6)))
    flows = payrolls(-draw(st.integers(1, 10**6))) if draw(st.booleans()) else []
    shops = [a_movement(days_ago(3 * n + n % 2), -50, f"Shop {n}") for n in range(draw(st.integers(0, 30)))]
    return books(
        Money(draw(st.integers(-(10**11), 10**11)), USD).amount.__str__(),
        invoices=[an_invoice(f"C{n % 3}", _cents(a), due=in_days(d)) for n, (a, d) in enumerate(draw(DOCUMENTS))],
        bills=[a_bill(f"V{n % 3}", _cents(a), due=in_days(d)) for n, (a, d) in enumerate(draw(DOCUMENTS))],
        receipts=[a_credit("C1", _cents(a)) for a in draw(st.lists(AMOUNTS, max_size=2))],
        undeposited=_cents(draw(st.integers(0, 10**8))),
        settled=history.items,
        movements=[*history.movements, *flows, *shops],
    )


def _cents(cents: int) -> str:
    return str(Money(cents, USD))


def closing(projection: Projection) -> int:
    """Cents at the end of the horizon."""
    return projection.days[-1].spendable.cents


def test_a_week_by_hand() -> None:
    """Cash 10,000; rent 4,000 due Wed, an invoice of 2,500 due Thu paid on time, 600 in checks waiting, and Friday's
    payroll of 5,000: 10,600 on Monday, 6,600 on Wednesday, 9,100 on Thursday, 4,100 a week from Friday."""
    history = history_of("Alder", [0] * 6)
    of = books(
        10_000,
        bills=[a_bill("Pier 9", 4_000, due=in_days(5))],
        invoices=[an_invoice("Alder", 2_500, due=in_days(6))],
        undeposited=600,
        settled=history.items,
        movements=[*history.movements, *payrolls(-5_000, last=days_ago(7))],
    )
    days = {day.day: day for day in assessed(of).projection.days}
    expected = {3: 10_600, 5: 6_600, 6: 9_100, 7: 4_100}
    assert {number: days[in_days(number)].spendable for number in expected} == {
        number: usd(amount) for number, amount in expected.items()
    }
    assert [item.kind for item in days[in_days(3)].items] == [ItemKind.UNDEPOSITED]


def test_credits_are_netted_per_party_earliest_first() -> None:
    """A credit of 700 clears Alder's invoice of 500 and takes 200 off the next; Birch's stays whole."""
    of = books(
        invoices=[
            an_invoice("Alder", 900, due=in_days(20)),
            an_invoice("Alder", 500, due=in_days(6)),
            an_invoice("Birch", 300, due=in_days(6)),
        ],
        receipts=[a_credit("Alder", 700)],
        bills=[a_bill("Pier 9", 100, due=in_days(6))],
        credits_of_vendors=[a_credit("Pier 9", 250, kind=RecordKind.VENDOR_CREDIT)],
    )
    items = assessed(of).projection.items
    assert [(item.label, item.amount) for item in items] == [("Birch", usd(300)), ("Alder", usd(700))]
    assert items[1].reason.endswith("$900.00 open less credits")


def test_a_flow_of_invoices_brings_money_when_it_is_usually_paid() -> None:
    """A retainer invoiced on the 1st and paid on the 16th: October's is open, November's comes on Nov 16."""
    invoices = [an_invoice("Alder", 5_000, issued=d, due=d + timedelta(days=15)) for d in monthly(1, in_days(0), 9)]
    settled = [paid(each, days_late=0) for each in invoices[:-1]]
    of = books(
        invoices=invoices[-1:],
        past_invoices=invoices[:-1],
        settled=[each[0] for each in settled],
        movements=[each[1] for each in settled],
    )
    items = assessed(of).projection.items
    assert [(item.dated, item.kind) for item in items] == [
        (date(2026, 10, 16), ItemKind.RECEIVABLE),
        (date(2026, 11, 16), ItemKind.RECURRING),
        (date(2026, 12, 16), ItemKind.RECURRING),
    ]


def test_the_residual_stands_on_fridays() -> None:
    """Thirteen Fridays within the horizon, each for one full week."""
    shops = [a_movement(day, -150, f"Shop {n}") for n, day in enumerate(every(7, days_ago(9), 13))]
    items = assessed(books(movements=shops)).projection.items
    assert [item.dated.weekday() for item in items] == [4] * 13
    assert {item.amount for item in items} == {usd(-150)}


@given(some_books())
def test_every_dollar_once(of: Books) -> None:
    """What the items add up to is the difference between opening and closing, day by day."""
    projection = assessed(of).projection
    running = projection.opening.cents
    for day in projection.days:
        running += sum(item.amount.cents for item in day.items)
        assert day.spendable.cents == running
        assert all(item.dated == day.day for item in day.items)
    assert running - projection.opening.cents == sum(item.amount.cents for item in projection.items)


@given(some_books())
def test_open_documents_are_projected_or_left_out_but_not_both(of: Books) -> None:
    """Each open document appears at most once, and never with more than its open amount."""
    projection = RunwayCalculator(futures=1, horizon_days=2_000).current(a_picture(of)).projection
    seen = [item.records[0] for item in projection.items if item.kind in (ItemKind.RECEIVABLE, ItemKind.PAYABLE)]
    seen += [left.ref for left in projection.left_out]
    assert len(seen) == len(set(seen))
    open_of = {item.ref: item.open for item in (*of.receivables, *of.payables)}
    for item in projection.items:
        if item.kind in (ItemKind.RECEIVABLE, ItemKind.PAYABLE):
            assert abs(item.amount) <= open_of[item.records[0]]


@given(some_books())
def test_the_same_picture_gives_the_same_numbers(of: Books) -> None:
    """Nothing but the books decides: twice the same books are the same picture and the same line."""
    assert a_picture(of).id == a_picture(replace(of, known_at=of.known_at + timedelta(hours=1))).id
    assert assessed(of) == assessed(of)


@given(some_books(), st.integers(1, 10**6))
def test_other_cash_is_another_picture(of: Books, more: int) -> None:
    """Pictures with different content have different ids."""
    (account,) = of.accounts
    richer = replace(of, accounts=(replace(account, balance=account.balance + Money(more, USD)),))
    assert a_picture(of).id != a_picture(richer).id


@given(some_books(), AMOUNTS, st.integers(1, 60), st.integers(1, 60))
def test_delaying_a_payable_keeps_the_money_until_then(of: Books, cents: int, due: int, delay: int) -> None:
    """Until the new date spendable is never lower than without the delay, and after it the same."""
    bill = a_bill("Delayed", _cents(cents), due=in_days(due))
    later = replace(bill, due=bill.due + timedelta(days=delay))
    before = assessed(replace(of, payables=(*of.payables, bill))).projection
    after = assessed(replace(of, payables=(*of.payables, later))).projection
    for soon, delayed in zip(before.days, after.days, strict=True):
        assert delayed.spendable >= soon.spendable


@given(st.integers(1, 12), st.integers(500, 20_000))
def test_the_document_of_a_flow_changes_no_total(times_seen: int, amount: int) -> None:
    """When next month's expected bill arrives as expected, the closing balance stays to the cent."""
    issued = monthly(1, date(2026, 9, 30), times_seen + 4)
    past = [a_bill("Pier 9", amount, issued=day, due=day + timedelta(days=10)) for day in issued]
    settled = [paid(each, days_late=0)[0] for each in past]
    of = books(10**6, past_bills=past, settled=settled, as_of=date(2026, 9, 30))
    arrived = a_bill("Pier 9", amount, issued=date(2026, 10, 1), due=date(2026, 10, 11))
    with_bill = replace(of, payables=(arrived,), bills_issued=(*of.bills_issued, arrived))
    assert closing(assessed(of).projection) == closing(assessed(with_bill).projection)
