"""The same books under other record ids: other dice, and nearly the same chances."""

from dataclasses import replace

import numpy as np

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.calculators.projection.simulated import FUTURES
from oodaloo.runway.model.picture import Books
from tests.support.books import a_bill, a_picture, books, days_ago, in_days, numbered_anew, paid, payrolls

NUMBERINGS = 30


def many_bills(numbering: int) -> Books:
    """25 vendors who were paid on the due date or 20 days after it; each has a bill of 1,000 due on Mon, Oct 5.

    With 32,500 and payroll of 20,000 on Oct 9 there is enough for payroll and 12 bills, but not for 13 of them.
    """
    numbered_anew()
    vendors = [f"Press {number}" for number in range(25)]
    past = [
        paid(a_bill(vendor, 500, issued=days_ago(90 + 7 * n * n), due=days_ago(60 + 7 * n * n)), days_late=late)
        for vendor in vendors
        for n, late in enumerate([0, 20, 0, 20])
    ]
    bills = [a_bill(vendor, 1_000, due=in_days(3)) for vendor in vendors]
    return books(
        32_500,
        bills=[replace(each, ref=replace(each.ref, id=f"{numbering}/{each.ref.id}")) for each in bills],
        settled=[item for item, _ in past],
        movements=payrolls(last=days_ago(7)),
    )


def test_the_chance_of_a_payroll_hardly_depends_on_record_ids() -> None:
    """Of 25 bills 13 or more come early in half of all futures, by symmetry; so payroll is missed in half of them.

    4,000 independent draws would tell that to 0.8 % (a standard deviation); 30 numberings differ by three quarters of
    it at most, and none of them is off by 1.5 %.
    """
    independent = (0.25 / FUTURES) ** 0.5
    pictures = (a_picture(many_bills(numbering)) for numbering in range(NUMBERINGS))
    missed = [RunwayCalculator().current(picture).runway.payrolls[0].missed for picture in pictures]
    assert np.std(missed, ddof=1) < 0.75 * independent
    assert np.abs(np.array(missed) - 0.5).max() < 0.015
    assert len(set(missed)) > 1
