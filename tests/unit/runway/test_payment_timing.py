"""When open documents are paid: from the party's own past, shrunk towards everyone's, given what is known today."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.payment_timing import (
    ExpectedDay,
    Habits,
    NoDay,
    expected_payment,
    expected_receipt,
    habits_of,
)
from oodaloo.runway.model.picture import OpenItem
from tests.support.books import CALENDAR, TODAY, a_bill, an_invoice, days_ago, history_of, in_days, paid

LATENESS = st.lists(st.integers(-20, 90), min_size=1, max_size=12)


def receipt(item: OpenItem, habits: Habits) -> ExpectedDay | NoDay:
    """The expected day of an invoice as of the Friday."""
    return expected_receipt(item, habits, TODAY, CALENDAR)


def day_of(expected: ExpectedDay | NoDay) -> date:
    """The day, which must be known."""
    assert isinstance(expected, ExpectedDay)
    return expected.day


def test_a_customer_with_history_pays_as_usual() -> None:
    """Nine invoices paid 10 to 14 days late: the next one, due Mon, Oct 12, comes 12 days later on Oct 26."""
    habits = habits_of(history_of("Alder", [10, 11, 12, 12, 12, 12, 12, 13, 14]).items)
    expected = receipt(an_invoice("Alder", due=in_days(10)), habits)
    assert expected == ExpectedDay(date(2026, 10, 26), "due Mon, Oct 12; usually pays 12 days late")


def test_a_new_customer_pays_as_everyone_does() -> None:
    """Without a past of its own a customer is expected at the business-wide median, 4 days late."""
    habits = habits_of(history_of("Alder", [2, 4, 30]).items)
    expected = receipt(an_invoice("Newcomer", due=in_days(10)), habits)
    assert expected == ExpectedDay(date(2026, 10, 16), "due Mon, Oct 12; customers usually pay 4 days late")


def test_one_document_counts_for_a_quarter() -> None:
    """One own invoice paid 20 days late, n/(n + 3) = 1/4, doesn't outweigh ten others paid on time."""
    habits = habits_of((*history_of("Alder", [20]).items, *history_of("Birch", [0] * 10).items))
    assert day_of(receipt(an_invoice("Alder", due=in_days(11)), habits)) == in_days(11)


def test_an_overdue_invoice_is_neither_lost_nor_tomorrow() -> None:
    """Already 15 days late: only the past payments later than that count, half of which came by day 20."""
    habits = habits_of(history_of("Alder", [2, 3, 5, 18, 20, 40]).items)
    expected = receipt(an_invoice("Alder", due=days_ago(15)), habits)
    assert expected == ExpectedDay(
        date(2026, 10, 7), "due Thu, Sep 17; 15 days late, invoices that late are usually paid 20 days late"
    )


def test_later_than_ever_has_no_day() -> None:
    """An invoice 60 days late where 40 was the latest ever is left out, with the reason."""
    habits = habits_of(history_of("Alder", [2, 3, 5, 18, 20, 40]).items)
    expected = receipt(an_invoice("Alder", due=days_ago(60)), habits)
    assert expected == NoDay("60 days late; no invoice was ever paid this late")


def test_no_history_takes_the_due_date_and_says_so() -> None:
    """First invoices are expected when due, after Columbus Day here; an overdue one on the next business day."""
    expected = receipt(an_invoice(due=in_days(10)), habits_of(()))
    assert expected == ExpectedDay(in_days(11), "due Mon, Oct 12; no payment history yet")
    assert day_of(receipt(an_invoice(due=days_ago(3)), habits_of(()))) == date(2026, 10, 5)


def test_a_bill_is_paid_as_usual_or_next() -> None:
    """Usually paid 9 days late: a bill 3 days late waits 6 more, one that is 20 days late goes out on Monday."""
    past = [paid(a_bill("Pier 9", due=days_ago(100 + n)), days_late=9)[0] for n in range(4)]
    habits = habits_of(past)
    soon = expected_payment(a_bill("Pier 9", due=days_ago(3)), habits, TODAY, CALENDAR)
    assert soon == ExpectedDay(date(2026, 10, 8), "due Tue, Sep 29; usually paid 9 days late")
    overdue = expected_payment(a_bill("Pier 9", due=days_ago(20)), habits, TODAY, CALENDAR)
    assert overdue == ExpectedDay(date(2026, 10, 5), "due Sat, Sep 12; taken as paid next")


def test_a_bill_of_a_vendor_paid_by_card_has_no_day_of_its_own() -> None:
    """Its money leaves with the card's payment; counting it here would count it twice."""
    past = [paid(a_bill("Vellum", due=days_ago(40 + 30 * n)), days_late=0, by_card=True)[0] for n in range(3)]
    assert isinstance(expected_payment(a_bill("Vellum"), habits_of(past), TODAY, CALENDAR), NoDay)


@given(LATENESS, LATENESS, st.integers(-60, 60))
def test_money_moves_on_business_days_after_today(own: list[int], others: list[int], due: int) -> None:
    """Whatever the history, an expected day is a business day that lies ahead."""
    habits = habits_of((*history_of("Alder", own).items, *history_of("Birch", others).items))
    for expected in (
        receipt(an_invoice("Alder", due=in_days(due)), habits),
        expected_payment(a_bill("Alder", due=in_days(due)), habits, TODAY, CALENDAR),
    ):
        if isinstance(expected, ExpectedDay):
            assert expected.day > TODAY
            assert CALENDAR.is_business_day(expected.day)


@given(LATENESS, st.integers(-30, 60), st.integers(1, 30))
def test_waiting_longer_never_brings_the_money_nearer(own: list[int], due: int, days: int) -> None:
    """The same invoice seen later, still unpaid, is expected on the same day or a later one, or has no day."""
    habits = habits_of(history_of("Alder", own).items)
    item = an_invoice("Alder", due=in_days(due))
    now = expected_receipt(item, habits, TODAY, CALENDAR)
    later = expected_receipt(item, habits, in_days(days), CALENDAR)
    if isinstance(later, ExpectedDay):
        assert day_of(now) <= later.day
