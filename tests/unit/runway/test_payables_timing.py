"""The latest day that is safe for paying a bill: from due date, grace, fees, class and bank days, with reasons."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.payables.discounts import annual_percent, early_discount
from oodaloo.runway.calculators.payables.timing import bill_timings
from oodaloo.runway.model.payables import BillTiming, PayablesPolicy, TimingBasis, VendorClass
from oodaloo.runway.model.picture import Books, OpenItem, SettledItem
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import (
    CALENDAR,
    TODAY,
    a_bill,
    a_credit,
    a_movement,
    booked,
    books,
    days_ago,
    in_days,
    paid,
    undated,
    usd,
)

COLUMBUS_DAY = date(2026, 10, 12)
TWO_TEN_NET_30 = PaymentTerms(30, Decimal(2), 10)


def timing(of: Books) -> BillTiming:
    """The timing of the only bill."""
    (only,) = bill_timings(of)
    return only


def past(vendor: str, *lateness: int, by_card: bool = False) -> list[SettledItem]:
    """Bills of a vendor that were paid that many days late each, a month apart."""
    return [
        paid(a_bill(vendor, due=days_ago(60 + 30 * number)), days_late=days, by_card=by_card)[0]
        for number, days in enumerate(lateness)
    ]


def test_a_vendor_that_waited_before_can_wait_again() -> None:
    """Vellum was paid 5, 6, 6, 8 days late, half-sum 6: due Tue, Oct 13 plus 6 is Mon, Oct 19, sent 2 bank days before.

    That is Thu, Oct 15. The usual day itself is 6 days after the due date too, Mon, Oct 19.
    """
    found = timing(books(bills=[a_bill("Vellum", due=in_days(11))], settled=past("Vellum", 5, 6, 6, 8)))
    assert found.latest_safe == date(2026, 10, 15)
    assert found.expected == date(2026, 10, 19)
    assert found.basis is TimingBasis.VENDOR
    assert found.because == (
        "due Tue, Oct 13",
        "usually paid 6 days late without a fee (4 bills)",
        "2 bank days until the money arrives (assumed)",
    )


def test_grace_is_capped() -> None:
    """20 days late is no more than a week of grace: Oct 13 plus 7 is Oct 20, less 2 bank days Fri, Oct 16."""
    found = timing(books(bills=[a_bill("Vellum", due=in_days(11))], settled=past("Vellum", 20, 20, 20)))
    assert found.latest_safe == date(2026, 10, 16)
    assert found.grace.because == "usually paid 20 days late without a fee (3 bills), of which 7 are used"


def test_without_history_nothing_is_taken_for_granted() -> None:
    """A first bill, due on Columbus Day: the bank day before is Fri, Oct 9, two bank days earlier Wed, Oct 7."""
    found = timing(books(bills=[a_bill("Newcomer", due=COLUMBUS_DAY)]))
    assert found.latest_safe == date(2026, 10, 7)
    assert found.basis is TimingBasis.ASSUMED
    assert found.expected_because == "due Mon, Oct 12; no payment history yet"
    assert found.grace.because == "no earlier bills of this vendor to learn from: no grace assumed"


def test_a_new_vendor_is_expected_to_be_paid_as_others_are() -> None:
    """Other vendors' 4 days late shape the expected day, but give this vendor no grace."""
    found = timing(books(bills=[a_bill("Newcomer", due=in_days(11))], settled=past("Vellum", 4, 4, 4)))
    assert found.basis is TimingBasis.BUSINESS
    assert found.expected == date(2026, 10, 19)
    assert found.grace.days == 0


@pytest.mark.parametrize(
    ("category", "category_type", "expected"),
    [
        ("Payroll Liabilities", "", VendorClass.TAX),
        ("Wages", "PayrollExpenses", VendorClass.PAYROLL),
        ("Taxes & Licenses", "TaxesPaid", VendorClass.TAX),
        ("Office space", "RentOrLeaseOfBuildings", VendorClass.RENT),
        ("Line of credit", "", VendorClass.LOAN),
    ],
)
def test_some_classes_never_get_grace(category: str, category_type: str, expected: VendorClass) -> None:
    """However late payroll, tax, rent and loans were paid before, their due date stands: Oct 13 less 2 bank days."""
    bill = booked(a_bill("Pier 9", due=in_days(11)), category, category_type)
    found = timing(books(bills=[bill], settled=past("Pier 9", 9, 9, 9, 9)))
    assert (found.told.vendor_class, found.told.because) == (expected, f"booked to {category}")
    assert found.grace.days == 0
    assert found.latest_safe == date(2026, 10, 8)
    assert found.must_pay


@pytest.mark.parametrize(
    ("vendor", "category", "other", "expected", "because"),
    [
        ("Figma", "Software & apps", "", VendorClass.UTILITY, "booked to Software & apps"),
        ("Con Power", "Utilities:Electric", "", VendorClass.UTILITY, "booked to Utilities:Electric"),
        ("J. Moss", "Freelancers", "", VendorClass.CONTRACTOR, "booked to Freelancers"),
        ("Pier 9", "", "Office rent", VendorClass.RENT, "other bills of this vendor are booked to Office rent"),
        ("First Street Mortgage", "", "", VendorClass.LOAN, 'the name "First Street Mortgage"'),
        ("Vellum", "Printing", "Paper", VendorClass.OTHER, "neither account nor name says more"),
    ],
)
def test_the_class_is_told_with_its_evidence(
    vendor: str, category: str, other: str, expected: VendorClass, because: str
) -> None:
    """The bill's own account speaks first, then the vendor's other bills, then its name."""
    earlier = booked(a_bill(vendor, issued=days_ago(90)), other)
    found = timing(books(bills=[booked(a_bill(vendor), category)], past_bills=[earlier]))
    assert (found.told.vendor_class, found.told.because) == (expected, because)


def test_a_vendor_that_charged_for_lateness_gets_no_grace() -> None:
    """Late fees of $35 and $45 paid and one of $40 billed: $40 is what lateness costs, and the due date stands."""
    fees = [
        a_movement(days_ago(100), -35, "Vellum", category="Late fees"),
        a_movement(days_ago(50), -45, "Vellum", category="Bank charges", category_type="PenaltiesSettlements"),
    ]
    late_bill = booked(a_bill("Vellum", 40), "Penalties")
    found = timing(
        books(
            bills=[a_bill("Vellum", due=in_days(11))],
            settled=past("Vellum", 9, 9, 9),
            movements=fees,
            past_bills=[late_bill],
        )
    )
    assert found.late_fee is not None
    assert (found.late_fee.amount, len(found.late_fee.charged)) == (usd(40), 3)
    assert found.grace.because == "charged for late payment 3 times, usually $40.00: no grace"
    assert found.latest_safe == date(2026, 10, 8)


def test_bills_charged_to_a_card_teach_nothing_about_grace() -> None:
    """A card pays on the day; what it did says nothing about how long the vendor waits for a bank payment."""
    settled = [*past("Vellum", 9, 9, by_card=True), *past("Vellum", 9, 9)]
    assert timing(books(bills=[a_bill("Vellum", due=in_days(11))], settled=settled)).grace.days == 0


def test_a_bill_without_due_date_follows_its_terms() -> None:
    """Issued on Sep 12, net 30: Oct 12, a holiday, so Oct 9 less 2 bank days; without terms Sep 12 is assumed."""
    bill = undated(a_bill("Vellum", issued=days_ago(20)))
    (known,) = bill_timings(books(bills=[bill]), {bill.ref: PaymentTerms(30, None, None)})
    assert known.latest_safe == date(2026, 10, 7)
    assert known.because[0] == "no due date; terms of 30 days make it Mon, Oct 12"
    assumed = timing(books(bills=[bill]))
    assert assumed.latest_safe == date(2026, 9, 9)
    assert assumed.because[0] == "no due date, assumed due when issued on Sat, Sep 12"


def test_two_ten_net_thirty_is_worth_37_percent() -> None:
    """2/98 × 365/20 = 37.2 % a year; the $20.01 of $1,000.99 is rounded down; Oct 2 is 10 days after Sep 22."""
    assert annual_percent(Decimal(2), 10, 30) == Decimal("37.2")
    found = early_discount(TWO_TEN_NET_30, date(2026, 9, 22), usd("1000.99"), CALENDAR, settlement_days=0)
    assert found is not None
    assert (found.amount, found.pay_by) == (usd("20.01"), TODAY)


@pytest.mark.parametrize(
    "terms",
    [
        PaymentTerms(30, None, None),
        PaymentTerms(30, Decimal(0), 10),
        PaymentTerms(30, Decimal(100), 10),
        PaymentTerms(None, Decimal(2), None),
        PaymentTerms(30, Decimal(2), -1),
    ],
)
def test_terms_that_give_no_discount_give_none(terms: PaymentTerms) -> None:
    """No percentage, none of it, all of it, no days, days before the bill: nothing to take."""
    assert early_discount(terms, TODAY, usd(1000), CALENDAR, 2) is None


@pytest.mark.parametrize("net", [None, 10, 5])
def test_a_discount_without_a_later_due_day_has_no_rate(net: int | None) -> None:
    """Nothing is gained by waiting, so a rate a year can't be told."""
    assert isinstance(annual_percent(Decimal(2), 10, net), Unknown)


def test_credits_are_taken_off_first() -> None:
    """$1,000 and $400 with $500 of credits: the earlier bill has $500 left; one that is fully covered drops out."""
    first, second = a_bill("Vellum", 1000, due=in_days(3)), a_bill("Vellum", 400, due=in_days(9))
    credit = a_credit("Vellum", 500, kind=RecordKind.VENDOR_CREDIT)
    timings = bill_timings(books(bills=[second, first], credits_of_vendors=[credit]))
    assert [each.to_pay for each in timings] == [usd(500), usd(400)]
    covered = bill_timings(books(bills=[second], credits_of_vendors=[credit]))
    assert covered == ()


@pytest.mark.parametrize("due", [date(1, 1, 1), date(9999, 12, 31)])
def test_dates_that_are_slips_of_the_pen_break_nothing(due: date) -> None:
    """The first and the last day that a calendar has are read as far away, not as a crash."""
    found = timing(books(bills=[a_bill("Vellum", 10**9, due=due)], settled=past("Vellum", 9, 9, 9)))
    assert found.latest_safe.year in range(1899, 9001)


BILLS = st.lists(
    st.builds(
        a_bill,
        vendor=st.sampled_from(["Vellum", "Pier 9", "Figma"]),
        amount=st.integers(0, 10**9),
        due=st.integers(-400, 400).map(in_days),
    ),
    max_size=6,
)


@given(BILLS, st.lists(st.integers(-40, 120), max_size=8), st.integers(0, 5), st.integers(0, 30))
def test_a_safe_day_is_a_bank_day_within_the_grace(
    bills: list[OpenItem], lateness: list[int], settlement: int, cap: int
) -> None:
    """Whatever the past: never later than due plus the cap, always a bank day, one timing per bill with money left."""
    policy = PayablesPolicy(settlement_days=settlement, grace_cap_days=cap)
    of = books(bills=bills, settled=past("Vellum", *lateness))
    timings = bill_timings(of, policy=policy)
    assert {each.bill.ref for each in timings} == {bill.ref for bill in bills if bill.open.cents}
    for each in timings:
        assert CALENDAR.is_business_day(each.latest_safe)
        assert (each.latest_safe - each.bill.due).days <= cap
        assert isinstance(each.to_pay, Money)
