"""Which bills must be paid this week, which can wait, and whom to ask, each with its sentence."""

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.dates import DateRange
from oodaloo.runway.calculators.chasing import chases_of
from oodaloo.runway.calculators.payables.lanes import lanes_of
from oodaloo.runway.calculators.payables.plan import suggest_plan
from oodaloo.runway.model.collections import Chases
from oodaloo.runway.model.lanes import Lanes
from oodaloo.runway.model.payables import BillTiming, VendorClass
from oodaloo.runway.model.runway import BurnState, NetBurn
from tests.support.books import CALENDAR, TODAY, an_invoice, books, days_ago, usd
from tests.support.payables import a_path, a_timing

NOBODY = Chases(28, (), ())


def lanes(*bills: BillTiming) -> Lanes:
    """The lanes of some bills."""
    return lanes_of(bills, NOBODY, TODAY)


def test_this_week_must_be_paid_and_the_rest_can_wait() -> None:
    """Safe until next Friday is this week's business; Columbus Day is none, so Tue, Oct 13 is the next one."""
    found = lanes(a_timing("Later", 500, safe=11), a_timing("Soon", 300, safe=7))
    assert [item.sentence for item in found.must_pay] == ["Pay Soon $300.00 by Fri, Oct 9: due that day."]
    assert [item.sentence for item in found.can_delay] == [
        "Later ($500.00) can wait until Tue, Oct 13, 11 days: due that day."
    ]


def test_rent_never_waits() -> None:
    """Rent that is due in four weeks stands among what must be paid, with its day."""
    (rent,) = lanes(a_timing("Pier 9", 4000, safe=28, vendor_class=VendorClass.RENT)).must_pay
    assert rent.sentence == "Pay Pier 9 $4,000.00 by Fri, Oct 30: due that day."


def test_what_is_too_late_is_said() -> None:
    """A safe date a week ago means now."""
    (item,) = lanes(a_timing("Alder", 100, safe=-7)).must_pay
    assert item.sentence == "Pay Alder $100.00 now, 7 days after the latest safe date: due that day."


def test_a_discount_is_offered_where_waiting_is_possible() -> None:
    """A bill that can wait says what paying early would save."""
    (item,) = lanes(a_timing("Vellum", 3000, safe=20, discount=60, discount_within=5)).can_delay
    assert item.sentence == (
        "Vellum ($3,000.00) can wait until Thu, Oct 22, 20 days: due that day. "
        "Paid by Wed, Oct 7 it would cost $60.00 less."
    )


def test_bills_that_break_the_buffer_say_so() -> None:
    """$1,000 to pay by Monday and $500 in the bank: the lane stands, with what the plan says about the cash."""
    bill = a_timing("Alder", 1000, safe=3)
    plan = suggest_plan([bill], a_path(500, {10: 6000}), usd(0), CALENDAR)
    (item,) = lanes_of([bill], NOBODY, TODAY, plan).must_pay
    assert item.breaks_buffer
    assert item.sentence == (
        "Pay Alder $1,000.00 by Mon, Oct 5: due that day. The cash isn't there by then: Pay Alder $1,000.00 on Fri, "
        "Oct 16, 11 days after it should be: on its safe date it would leave $500.00 too little."
    )


def test_chasing_follows_the_priority() -> None:
    """The larger of two overdue invoices with the same chances comes first, with its own sentence."""
    of = books(invoices=[an_invoice("Birch", 400, due=days_ago(20)), an_invoice("Alder", 900, due=days_ago(20))])
    burn = NetBurn(BurnState.BURNING, 30, usd(100), DateRange(days_ago(91), TODAY))
    chases = chases_of(of, burn, {invoice.ref: 0.5 for invoice in of.receivables})
    found = lanes_of([], chases, TODAY).chasing
    assert [item.party.name for item in found] == ["Alder", "Birch"]
    assert found[0].sentence == chases.chased[0].because
    assert found[0].day == days_ago(20)


BILLS = st.lists(st.builds(a_timing, safe=st.integers(-30, 90), vendor_class=st.sampled_from(VendorClass)), max_size=8)


@given(BILLS)
def test_every_bill_is_in_one_lane(bills: list[BillTiming]) -> None:
    """No bill is lost or shown twice, and each lane runs by day."""
    found = lanes(*bills)
    items = [*found.must_pay, *found.can_delay]
    assert sorted(item.ref for item in items) == sorted(bill.bill.ref for bill in bills)
    for lane in (found.must_pay, found.can_delay):
        assert [item.day for item in lane] == sorted(item.day for item in lane)
