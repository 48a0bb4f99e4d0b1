"""Recurring flows: found in the right place, once, with the right next date."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.reuse import Reuse
from oodaloo.runway.calculators.recurring import detect
from oodaloo.runway.model.picture import Books, MovementKind
from oodaloo.runway.model.recurring import FlowClass, FlowSource, Lifecycle, RecurringFlow, Rhythm
from tests.support.books import (
    TODAY,
    a_bill,
    a_movement,
    a_picture,
    an_invoice,
    assessed,
    books,
    days_ago,
    every,
    in_days,
    monthly,
    paid,
    payrolls,
    usd,
)

RecordT = TypeVar("RecordT")


def only(flows: tuple[RecurringFlow, ...]) -> RecurringFlow:
    """The one flow there is."""
    assert len(flows) == 1, [flow.key for flow in flows]
    return flows[0]


def test_payroll_is_found_in_journal_entries_that_name_nobody() -> None:
    """Twenty fortnightly entries on Wages are one payroll, next due two weeks after the last."""
    flow = only(detect(books(movements=payrolls("-41200.00"))))
    assert (flow.flow_class, flow.rhythm, flow.label) == (FlowClass.PAYROLL, Rhythm.BIWEEKLY, "Payroll")
    assert flow.typical_amount == usd("-41200.00")
    assert flow.upcoming[:2] == (in_days(14), in_days(28))
    assert flow.lifecycle is Lifecycle.MATCHED
    assert len(flow.hits) == 20


def test_payroll_moves_to_the_business_day_before_a_holiday() -> None:
    """Christmas 2026 is a payday Friday: the money leaves on Thursday the 24th."""
    flow = only(detect(books(movements=payrolls())))
    assert date(2026, 12, 24) in flow.upcoming
    assert date(2026, 12, 25) not in flow.upcoming


def test_a_provider_that_pulls_pay_taxes_and_fees_has_three_flows() -> None:
    """One payee, one account even: net pay, taxes two days later and a monthly fee differ by their amounts."""
    days = every(14, days_ago(7), 14)
    pulls = [a_movement(day, -38_000, "Gusto", category="Payroll Expenses") for day in days]
    pulls += [
        a_movement(day + timedelta(days=3), -14_000, "Gusto", category="Payroll Expenses", memo="Tax") for day in days
    ]
    pulls += [a_movement(day, -180, "Gusto", category="Payroll Service Fees") for day in monthly(5, TODAY, 7)]
    flows = detect(books(movements=pulls))
    assert [(flow.flow_class, flow.rhythm) for flow in flows] == [
        (FlowClass.PAYROLL, Rhythm.BIWEEKLY),
        (FlowClass.PAYROLL, Rhythm.BIWEEKLY),
        (FlowClass.SOFTWARE, Rhythm.MONTHLY),
    ]
    assert [flow.typical_amount for flow in flows] == [usd(-38_000), usd(-14_000), usd(-180)]


def test_a_one_off_does_not_hide_the_rent() -> None:
    """The landlord was also paid for a repair once: the rent is still monthly, at the rent's amount."""
    rent = [a_movement(day, -9_800, "Pier 9 Properties", category="Rent & Lease") for day in monthly(1, TODAY, 12)]
    repair = a_movement(days_ago(50), -640, "Pier 9 Properties LLC", category="Rent & Lease")
    flow = only(detect(books(movements=[*rent, repair])))
    assert (flow.flow_class, flow.rhythm, flow.typical_amount) == (FlowClass.RENT, Rhythm.MONTHLY, usd(-9_800))


def test_a_retainer_is_found_among_milestones() -> None:
    """A customer's equal monthly invoices are a retainer, whatever else was invoiced in between."""
    retainer = [an_invoice("Alder", 5_400, issued=day, due=day) for day in monthly(1, days_ago(2), 10)]
    milestones = [
        an_invoice("Alder", amount, issued=days_ago(ago), due=days_ago(ago))
        for ago, amount in ((11, 18_000), (47, 7_000), (64, 31_000), (151, 12_500), (233, 22_000))
    ]
    flow = only(detect(books(past_invoices=[*retainer, *milestones])))
    assert (flow.flow_class, flow.source, flow.typical_amount) == (
        FlowClass.RETAINER,
        FlowSource.INVOICE,
        usd(5_400),
    )


def test_customer_receipts_are_explained_by_their_invoices_alone() -> None:
    """Twelve retainers, invoiced and paid, are one flow, not one of invoices and another of receipts."""
    invoices = [an_invoice("Alder", 5_000, issued=day, due=day + timedelta(days=15)) for day in monthly(1, TODAY, 12)]
    settled = [paid(invoice, days_late=4) for invoice in invoices[:-1]]
    of = books(
        invoices=invoices[-1:],
        past_invoices=invoices[:-1],
        settled=[item for item, _ in settled],
        movements=[movement for _, movement in settled],
    )
    flow = only(detect(of))
    assert flow.source is FlowSource.INVOICE
    assert flow.settles_after_days == 19
    assert flow.lifecycle is Lifecycle.MATCHED
    assert flow.upcoming[0] == date(2026, 11, 1)


def test_a_date_that_has_come_is_expected_then_missed_then_ended() -> None:
    """Rent paid by check on the 1st: awaited for a week, missed after it, over after a month and a half."""
    rent = [a_movement(day, -9_800, "Pier 9", category="Rent") for day in monthly(1, date(2026, 8, 15), 12)]

    def on(day: date) -> RecurringFlow:
        return only(detect(replace(books(movements=rent), as_of=day)))

    assert on(date(2026, 8, 20)).lifecycle is Lifecycle.MATCHED
    expected = on(date(2026, 9, 3))
    assert (expected.lifecycle, expected.overdue_since) == (Lifecycle.EXPECTED, date(2026, 9, 1))
    assert expected.upcoming[0] == date(2026, 9, 4)
    missed = on(date(2026, 9, 14))
    assert (missed.lifecycle, missed.upcoming[0]) == (Lifecycle.MISSED, date(2026, 9, 15))
    ended = on(date(2026, 10, 20))
    assert (ended.lifecycle, ended.upcoming) == (Lifecycle.ENDED, ())


def test_money_in_that_was_missed_is_not_counted_on() -> None:
    """A retainer that wasn't billed for three weeks brings nothing until it is billed again."""
    retainer = [an_invoice("Alder", 5_400, issued=day, due=day) for day in monthly(1, days_ago(40), 10)]
    flow = only(detect(books(as_of=date(2026, 9, 20), past_invoices=retainer)))
    assert (flow.lifecycle, flow.upcoming) == (Lifecycle.MISSED, ())


def test_a_bill_fulfils_the_check_that_was_expected() -> None:
    """Rent always went by check; this month there is a bill: it is paid once, by the bill."""
    checks = [a_movement(day, -9_800, "Pier 9", category="Rent") for day in monthly(5, days_ago(20), 12)]
    without = assessed(books(50_000, movements=checks))
    bill = a_bill("Pier 9", 9_800, issued=days_ago(1), due=date(2026, 10, 5))
    with_bill = assessed(books(50_000, movements=checks, bills=[bill]))
    assert with_bill.projection.days[-1].spendable == without.projection.days[-1].spendable
    assert [item.dated for item in with_bill.projection.items if item.party and item.party.name == "Pier 9"] == [
        date(2026, 10, 5),
        date(2026, 11, 5),
        date(2026, 12, 7),
    ]


def test_a_check_fulfils_the_bill_that_was_expected() -> None:
    """Rent always came as a bill; this month it was paid by check without one: no bill is awaited."""
    bills = [a_bill("Pier 9", 9_800, issued=day, due=day) for day in monthly(1, date(2026, 9, 2), 12)]
    check = a_movement(days_ago(1), -9_800, "Pier 9", category="Rent")
    flow = only(detect(books(past_bills=bills, movements=[check])))
    assert flow.lifecycle is Lifecycle.MATCHED
    assert flow.upcoming[0] == date(2026, 11, 1)


def test_amounts_may_vary() -> None:
    """A utility bill is recurring although no two are equal; low and high say how much they vary."""
    sizes = [610, 640, 702, 590, 655, 688, 720, 601, 633, 671]
    bills = [a_bill("Power", size, issued=day, due=day) for day, size in zip(monthly(9, TODAY, 10), sizes, strict=True)]
    flow = only(detect(books(past_bills=bills)))
    assert flow.typical_amount == usd("-663.00")
    assert (flow.low_amount, flow.high_amount) == (usd(-590), usd(-702))


def test_a_card_is_paid_by_one_flow_of_its_own() -> None:
    """Card payments are grouped by card, not by who the bank feed names."""
    payments = [
        a_movement(day, -8_500 - 10 * number, payee, category="Visa", kind=MovementKind.CARD_PAYMENT)
        for number, (day, payee) in enumerate(
            zip(monthly(24, TODAY, 6), ["Chase", "", "CHASE", "", "", ""], strict=True)
        )
    ]
    flow = only(detect(books(movements=payments)))
    assert (flow.flow_class, flow.category) == (FlowClass.CARD_PAYMENT, "Visa")


def test_bills_that_are_charged_to_a_card_leave_with_the_card() -> None:
    """Software billed monthly and paid by card is a flow, but no cash of its own."""
    bills = [a_bill("Vellum", 345, issued=day, due=day) for day in monthly(10, TODAY, 8)]
    settled = [paid(bill, days_late=2, by_card=True)[0] for bill in bills]
    picture = a_picture(books(past_bills=bills, settled=settled))
    assert only(picture.recurring).by_card
    assert assessed(picture.books).projection.items == ()


def test_the_same_books_give_the_same_keys() -> None:
    """A flow keeps its key when its next hit arrives, so that changes can be told flow by flow."""
    before, after = payrolls(last=days_ago(14)), payrolls(last=TODAY)
    assert only(detect(books(movements=before))).key == only(detect(books(movements=after))).key


RETAINERS = [
    an_invoice("Alder", 5_400, issued=day, due=day + timedelta(days=30)) for day in monthly(1, days_ago(2), 10)
]
LEASE = [a_bill("Pier 9 Properties", 9_800, issued=day, due=day) for day in monthly(1, days_ago(2), 10)]
EVERYTHING = books(
    movements=[*payrolls(), *(a_movement(day, -1_250, "Gusto", category="Software") for day in monthly(5, TODAY, 9))],
    past_invoices=RETAINERS,
    past_bills=LEASE,
    settled=[paid(each, days_late=9)[0] for each in (*RETAINERS[:8], *LEASE[:8])],
)


def without(some: tuple[RecordT, ...], gone: set[int]) -> tuple[RecordT, ...]:
    """Those of a kind that are left when some of the latest are gone; the same object when none is."""
    left = tuple(each for place, each in enumerate(reversed(some)) if place not in gone)[::-1]
    return left if len(left) < len(some) else some


CHANGES: tuple[Callable[[Books, set[int]], Books], ...] = (
    lambda of, gone: replace(of, movements=without(EVERYTHING.movements, gone)),
    lambda of, gone: replace(of, invoices_issued=without(EVERYTHING.invoices_issued, gone)),
    lambda of, gone: replace(of, bills_issued=without(EVERYTHING.bills_issued, gone)),
    lambda of, gone: replace(of, settled_invoices=without(EVERYTHING.settled_invoices, gone)),
    lambda of, gone: replace(of, settled_bills=without(EVERYTHING.settled_bills, gone)),
    lambda of, gone: replace(of, as_of=of.as_of + timedelta(days=11 * len(gone))),
)
"""One thing each; everything else stays the same objects."""


@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.sets(st.integers(0, 9))), max_size=8))
def test_what_was_found_before_changes_nothing_about_what_is_found(
    changes: list[tuple[Callable[[Books, set[int]], Books], set[int]]],
) -> None:
    """Whichever records come or go, on the same day or later, flows are those that are found without any reuse."""
    reuse, of = Reuse(), EVERYTHING
    detect(of, reuse)
    for change, gone in changes:
        of = change(of, gone)
        assert detect(of, reuse) == detect(of)
