"""What a suggested plan and its lanes say, as a person reads them; each text is headed by the story it belongs to.

`python -m tests.golden.payables.test_plans` rewrites the texts; read every line of the difference before committing it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.picture import Books, OpenItem
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import (
    a_bill,
    a_credit,
    an_invoice,
    booked,
    books,
    days_ago,
    history_of,
    in_days,
    numbered_anew,
    paid,
    payrolls,
)
from tests.support.doubts import kept

HERE = Path(__file__).parent
TWO_TEN_NET_30 = PaymentTerms(30, Decimal(2), 10)


def enough_for_everything() -> Books:
    """A studio has $60,000 on Friday, Oct 2, pays $16,000 to its people every second Friday and wants to keep $10,000.

    Rent of $6,000 is due on the 5th, so it should have left by now. Its printer gives 2 % within 10 days of Sep 28 and
    has waited 9 days, eight times. A new photographer is owed $1,200; a software bill of $300 is two weeks overdue.
    """
    return _studio(60_000, printer_due=in_days(26))


def payroll_comes_first() -> Books:
    """The same studio with $33,000, and the printer's bill already due on Mon, Oct 5: payroll comes on Oct 9.

    Rent, software, photographer and payroll leave $9,500, and $17,000 with the $7,500 that Harbor Foods is expected to
    pay: too little for the printer's $9,500 and the buffer. A customer who pays on time owes $30,000 on Oct 13, so by
    the next pay day the money is there.
    """
    return _studio(33_000, printer_due=in_days(3), more=[an_invoice("Otter Books", 30_000, due=in_days(11))])


def nothing_helps() -> Books:
    """The same studio with $15,000: even if everything waits that may, payroll and rent break the buffer."""
    return _studio(15_000, printer_due=in_days(26))


STORIES = (enough_for_everything, payroll_comes_first, nothing_helps)


def _studio(cash: int, *, printer_due: date, more: Sequence[OpenItem] = ()) -> Books:
    printer = [paid(a_bill("Vellum Print", due=days_ago(40 + 30 * n)), days_late=9)[0] for n in range(8)]
    prompt = history_of("Otter Books", [0, 0, 0, 0, 0])
    always_late = history_of("Harbor Foods", [9, 9, 10, 10, 11])
    on_time = history_of("Marlow Dental", [-2, 0, 0, 0, 1])
    return books(
        cash,
        buffer=10_000,
        bills=[
            booked(a_bill("Pier 9 Properties", 6_000, due=in_days(3)), "Rent or lease", "RentOrLeaseOfBuildings"),
            booked(a_bill("Vellum Print", 9_500, issued=printer_due - timedelta(days=30), due=printer_due), "Printing"),
            booked(a_bill("J. Moss", 1_200, due=in_days(6)), "Freelancers", "CostOfLaborCos"),
            booked(a_bill("Figma", 300, issued=days_ago(44), due=days_ago(14)), "Software"),
        ],
        invoices=[
            an_invoice("Marlow Dental", 12_000, issued=days_ago(51), due=days_ago(21)),
            an_invoice("Harbor Foods", 7_500, issued=days_ago(39), due=days_ago(9)),
            *more,
        ],
        receipts=[a_credit("Marlow Dental", 500)],
        settled=[*printer, *prompt.items, *always_late.items, *on_time.items],
        movements=[*prompt.movements, *always_late.movements, *on_time.movements, *payrolls(-16_000, last=days_ago(7))],
    )


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.__name__))
def test_a_plan_explains_itself(story: Callable[[], Books]) -> None:
    """Plan, payments, lanes and chances are worded as a person has read and found true."""
    assert _text(story) == _path(story).read_text(encoding="utf-8")


def _text(story: Callable[[], Books]) -> str:
    numbered_anew()
    told = "\n".join(f"# {line.strip()}".rstrip() for line in (story.__doc__ or "").strip().splitlines())
    return f"{told}\n\n{_answers(story())}\n"


def _answers(of: Books) -> str:
    advice = RunwayCalculator().advice(picture_of(kept(of, Housekeeping(terms=_terms(of)))))
    plan, lanes = advice.plan, advice.lanes
    assert isinstance(plan, PaymentPlan)
    parts = {
        "The plan": plan.because,
        "Payments": [payment.because for payment in plan.payments],
        "Must pay": [item.sentence for item in lanes.must_pay],
        "Can delay": [item.sentence for item in lanes.can_delay],
        "Chasing": [item.sentence for item in lanes.chasing],
        "Priority": [each.priority.because for each in advice.chases.chased],
        "Left alone": [each.because for each in advice.chases.left_alone],
    }
    return "\n\n".join("\n".join([f"{name}:", *(lines or ["(nothing)"])]) for name, lines in parts.items())


def _terms(of: Books) -> Mapping[RecordRef, PaymentTerms]:
    return {bill.ref: TWO_TEN_NET_30 for bill in of.payables if bill.party.name == "Vellum Print"}


def _path(story: Callable[[], Books]) -> Path:
    return HERE / f"{story.__name__}.txt"


if __name__ == "__main__":
    for each in STORIES:
        _path(each).write_text(_text(each), encoding="utf-8")
