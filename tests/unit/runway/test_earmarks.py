"""What is spoken for: when it leaves spendable cash, and what of it the books have already spent."""

from dataclasses import replace

from oodaloo.runway.model.earmarks import Decided, PlannedDay
from oodaloo.runway.model.scenario import OneOff, Suppositions
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import TODAY, a_bill, a_hold, a_picture, a_reserve, books, in_days, usd


def test_what_is_undated_leaves_at_once_and_what_is_dated_on_its_day() -> None:
    """Of 10,000 in the bank a hold of 1,000 and a reserve of 2,500 are spoken for; the hold of Oct 9 not yet."""
    now, later = a_bill(amount=1_000), a_bill(amount=800)
    earmarks = (a_hold(now), a_hold(later, dated=in_days(7)), a_reserve(2_500))
    picture = picture_of(books(10_000, bills=[now, later]), earmarks)
    assert (picture.earmarked, picture.spendable) == (usd(3_500), usd(6_500))


def test_an_earmark_of_today_has_left() -> None:
    """A payment that is scheduled for today is spoken for today."""
    bill = a_bill(amount=800)
    assert picture_of(books(10_000, bills=[bill]), (a_hold(bill, dated=TODAY),)).spendable == usd(9_200)


def test_the_hold_of_a_settled_bill_is_spent() -> None:
    """Once QuickBooks shows the bill as paid its hold is subtracted no longer: cash is already without the money."""
    bill = a_bill(amount=1_000)
    planned = (PlannedDay(bill.ref, Decided.PAY_NOW, TODAY),)
    before = picture_of(books(10_000, bills=[bill]), (a_hold(bill),), planned)
    after = picture_of(books(9_000, past_bills=[bill]), (a_hold(bill),), planned)
    assert (before.spendable, after.spendable) == (usd(9_000), usd(9_000))
    assert (before.planned, after.planned) == (planned, ())


def test_decisions_and_suppositions_are_part_of_a_picture_s_identity() -> None:
    """The same books with other earmarks, another plan or another supposition are other pictures."""
    bill = a_bill()
    plain = a_picture(books(bills=[bill]))
    rent = OneOff("Deposit for the new office", in_days(9), usd(-4_000))
    others = [
        replace(plain, earmarks=(a_hold(bill),)),
        replace(plain, earmarks=(a_hold(bill, dated=in_days(3)),)),
        replace(plain, planned=(PlannedDay(bill.ref, Decided.DELAYED, in_days(30)),)),
        replace(plain, supposed=Suppositions(one_offs=(rent,))),
    ]
    assert len({plain.id, *(each.id for each in others)}) == 1 + len(others)
    assert replace(others[0], earmarks=()).id == plain.id
