"""The suggested plan by stories: three bills, a cautious path, and dates that can be checked by hand."""

from datetime import date

import pytest

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.payables.plan import suggest_plan
from oodaloo.runway.model.payables import BillTiming, PayablesPolicy, VendorClass
from oodaloo.runway.model.plan import DailySpendable, PaymentPlan
from tests.support.books import CALENDAR, TODAY, in_days, usd
from tests.support.payables import a_path, a_timing

MONDAY, TUESDAY, THURSDAY, WEDNESDAY_AFTER = 3, 4, 6, 12
RECEIPT = {10: 6000}
"""A customer pays $6,000 on Mon, Oct 12."""


def plan(bills: list[BillTiming], path: DailySpendable, *, policy: PayablesPolicy | None = None) -> PaymentPlan:
    """The plan that keeps a buffer of $2,000."""
    return suggest_plan(bills, path, usd(2000), CALENDAR, policy)


def three_bills() -> list[BillTiming]:
    """Rent of $4,000 safe until Tue, Oct 6; Alder $3,500 until Thu, Oct 8; Vellum $3,000 until Wed, Oct 14.

    Vellum gives 2 %, $60, when paid by Mon, Oct 5.
    """
    return [
        a_timing("Pier 9", 4000, safe=TUESDAY, vendor_class=VendorClass.RENT),
        a_timing("Alder", 3500, safe=THURSDAY),
        a_timing("Vellum", 3000, safe=WEDNESDAY_AFTER, discount=60, discount_within=MONDAY),
    ]


def dates(of: PaymentPlan) -> dict[str, date]:
    """Pay dates by vendor."""
    return {payment.timing.bill.party.name: payment.day for payment in of.payments}


def test_plenty_of_cash_takes_the_discount() -> None:
    """$13,000 less 2,940 on Oct 5, 4,000 on Oct 6 and 3,500 on Oct 8 leaves $2,560: everything fits."""
    found = plan(three_bills(), a_path(13000, RECEIPT))
    assert dates(found) == {"Pier 9": in_days(4), "Alder": in_days(6), "Vellum": in_days(3)}
    assert (found.saved, found.remaining, found.waiting) == (usd(60), None, ())
    assert found.because == (
        "All 3 bills are paid by their safe dates.",
        "So the buffer holds: spendable is never less than $2,560.00, on Thu, Oct 8.",
        "Early payment saves $60.00.",
    )
    assert [payment.because for payment in found.payments] == [
        "Pay Vellum $2,940.00 on Mon, Oct 5: in time for a discount of $60.00, worth 37.2 % a year.",
        "Pay Pier 9 $4,000.00 on Tue, Oct 6, the latest safe day: due that day.",
        "Pay Alder $3,500.00 on Thu, Oct 8, the latest safe day: due that day.",
    ]


def test_the_buffer_comes_before_the_discount() -> None:
    """With $10,000 the discount would leave −$440 on Oct 8; without it that day ends on $2,500."""
    found = plan(three_bills(), a_path(10000, RECEIPT))
    assert dates(found) == {"Pier 9": in_days(4), "Alder": in_days(6), "Vellum": in_days(12)}
    assert (found.saved, found.at_safe_dates, found.waiting) == (usd(0), None, ())
    dollars = [cents // 100 for cents in found.spendable.cents[:14:2]]
    assert dollars == [10000, 10000, 6000, 2500, 2500, 8500, 5500]


def test_a_bill_that_breaks_the_buffer_waits_and_is_named() -> None:
    """With $7,000, rent and Alder leave −$500 on Oct 8, $2,500 below the buffer; Alder waits for Fri, Oct 16.

    By then the $6,000 are in: 7,000 − 4,000 + 6,000 − 3,000 − 3,500 = $2,500. Fri, Oct 9 would be before them.
    """
    found = plan(three_bills(), a_path(7000, RECEIPT))
    assert dates(found) == {"Pier 9": in_days(4), "Vellum": in_days(12), "Alder": in_days(14)}
    assert found.at_safe_dates is not None
    assert (found.at_safe_dates.worst, found.at_safe_dates.missing) == (in_days(6), usd(2500))
    assert found.remaining is None
    (waiting,) = found.waiting
    assert (waiting.waits_days, waiting.short_if_safe) == (8, usd(2500))
    assert waiting.because == (
        "Pay Alder $3,500.00 on Fri, Oct 16, 8 days after it should be: "
        "on its safe date it would leave $2,500.00 too little."
    )
    assert found.because == (
        "1 of 3 bills, $3,500.00 (Alder), breaks the buffer on the safe date and waits for a later pay day.",
        "So the buffer holds: spendable is never less than $2,500.00, on Fri, Oct 16.",
    )


def test_what_waiting_cannot_mend_is_said() -> None:
    """With $3,000 rent alone leaves −$1,000: rent is paid all the same, and $3,000 are missing from Oct 6 on."""
    found = plan(three_bills(), a_path(3000, {10: 12000}))
    assert dates(found)["Pier 9"] == in_days(4)
    assert found.remaining is not None
    assert (found.remaining.since, found.remaining.missing) == (in_days(4), usd(3000))
    assert found.because[1] == (
        "The buffer holds until Tue, Oct 6; from then on it is broken, by $3,000.00 at most, on Tue, Oct 6. "
        "No dates of these bills can mend that: other money has to come in or stay in."
    )


def test_a_path_that_breaks_by_itself_is_said() -> None:
    """Payroll of $9,000 on Oct 9 leaves −$1,000 without any bill: no plan of bills can mend that."""
    found = plan([a_timing("Alder", 500, safe=THURSDAY)], a_path(8000, {7: -9000}))
    assert found.without_bills is not None
    assert (found.without_bills.worst, found.without_bills.missing) == (in_days(7), usd(3000))
    assert found.because[-1] == "Without any of these bills it would still be $3,000.00 below the buffer on Fri, Oct 9."


def test_nobody_waits_for_a_shortage_that_waiting_cannot_mend() -> None:
    """From day 40 on $9,000 of payroll every second week are covered by nothing: a bill due then is paid when due.

    The same payroll once only, with $9,000 coming on day 47, is worth waiting for: the pay day after that is Nov 20.
    """
    bill = a_timing("Alder", 1000, safe=41)
    without_end = plan([bill], a_path(8000, {40: -9000, 54: -9000, 68: -9000, 82: -9000}))
    assert without_end.waiting == ()
    assert without_end.because[0] == "The bill is paid by its safe date."
    for_a_week = plan([bill], a_path(8000, {40: -9000, 47: 9000}))
    assert dates(for_a_week) == {"Alder": date(2026, 11, 20)}


def test_soon_every_dollar_is_kept_for_what_must_be_paid() -> None:
    """The same payroll without end next week: bills that may wait do, even though that mends nothing for good."""
    found = plan([a_timing("Alder", 1000, safe=6)], a_path(8000, {7: -9000, 21: -9000, 35: -9000}))
    assert dates(found) == {"Alder": in_days(14)}
    assert found.waiting[0].short_if_safe == usd(1000)


def test_a_late_fee_decides_who_waits() -> None:
    """Either of two equal bills could wait; the one whose vendor charges $35 is paid on time."""
    bills = [a_timing("Alder", 1000, safe=MONDAY, fee=35), a_timing("Birch", 1000, safe=MONDAY)]
    found = plan(bills, a_path(3000, RECEIPT))
    assert [payment.timing.bill.party.name for payment in found.waiting] == ["Birch"]
    assert found.late_fees == usd(0)


def test_a_late_fee_that_must_be_paid_is_counted() -> None:
    """Only one bill and no cash before Oct 12: it waits for Oct 16 and costs the $35 that this vendor charges."""
    found = plan([a_timing("Alder", 1000, safe=MONDAY, fee=35)], a_path(2500, RECEIPT))
    (payment,) = found.payments
    assert (payment.day, payment.amount, payment.late_fee) == (in_days(14), usd(1035), usd(35))
    assert "including $35.00 late fee" in payment.because
    assert "Waiting is likely to cost $35.00 in late fees." in found.because


def test_overdue_bills_are_paid_today() -> None:
    """A safe date that passed a week ago means today, and says so."""
    (payment,) = plan([a_timing("Alder", 100, safe=-7)], a_path(10000)).payments
    assert payment.day == TODAY
    assert payment.because == "Pay Alder $100.00 on Fri, Oct 2: its latest safe date was Fri, Sep 25, 7 days ago."


def test_on_a_holiday_nothing_is_paid() -> None:
    """On Columbus Day an overdue bill is paid the day after."""
    path = a_path(10000)
    holiday = DailySpendable(date(2026, 10, 12), path.cents, path.currency)
    (payment,) = suggest_plan([a_timing(safe=-7)], holiday, usd(0), CALENDAR).payments
    assert payment.day == date(2026, 10, 13)


def test_a_pay_day_on_a_holiday_comes_a_day_earlier() -> None:
    """Christmas Day 2026 is a Friday: a bill that waits over it is paid on Thursday, Dec 24."""
    path = DailySpendable(date(2026, 12, 21), (0, 0, 100_00, *([100_00] * 20)), usd(0).currency)
    bill = a_timing(amount=100, safe=80)
    assert bill.latest_safe == date(2026, 12, 21)
    (payment,) = suggest_plan([bill], path, usd(0), CALENDAR).payments
    assert payment.day == date(2026, 12, 24)


def test_other_currencies_and_card_bills_get_no_date() -> None:
    """What isn't paid from these accounts is listed with its reason."""
    euros = a_timing("Ondine", money=Money(50000, Currency("EUR")))
    found = plan([a_timing("Alder", 100), euros], a_path(10000))
    assert dates(found) == {"Alder": CALENDAR.on_or_before(in_days(10))}
    assert [each.because for each in found.not_planned] == ["in EUR, while this plan is in USD"]
    assert found.because[-1] == "1 open bill without a date here: in EUR, while this plan is in USD."


@pytest.mark.parametrize("amount", [0, "0.01", 10**9])
def test_tiny_and_huge_amounts_are_planned_to_the_cent(amount: str | int) -> None:
    """Nothing, a cent and a billion beside ordinary bills: spendable after the plan is the path less them, exactly."""
    bills = [*three_bills(), a_timing("Odd", amount, safe=20)]
    found = plan(bills, a_path(13000, {**RECEIPT, 18: amount}))
    assert (found.remaining, found.waiting) == (None, ())
    assert found.spendable.cents[-1] == usd(13000 + 6000 - 4000 - 3500 - 2940).cents


def test_no_bills_make_an_empty_plan() -> None:
    """Nothing to pay is a plan too, and leaves the path as it is."""
    path = a_path(100)
    found = plan([], path)
    assert (found.payments, found.spendable) == ((), path)
    assert found.because == ("There are no bills to plan.",)


def test_bills_beyond_the_path_are_dated_without_limits() -> None:
    """A bill due after the path's last day costs nothing within it."""
    found = plan([a_timing(amount=10**6, safe=200)], a_path(2000, days=30))
    assert (found.payments[0].waits_days, found.remaining) == (0, None)
