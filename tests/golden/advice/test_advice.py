"""What to do and what each decision does, as a person reads it; each text is headed by the story it belongs to.

`python -m tests.golden.advice.test_advice` rewrites the texts; read every line of the difference before committing it.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.advice import Advice
from oodaloo.runway.model.lanes import LaneItem
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.scenario import (
    Change,
    Drop,
    EndFlow,
    MoveBill,
    NewFlow,
    OneOff,
    PayToday,
    ReceiveOn,
    ResizeFlow,
    Scenario,
    SlipCustomer,
    SlipInvoice,
    SwitchOff,
    SwitchOn,
)
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import (
    a_bill,
    a_reserve,
    an_account,
    an_invoice,
    booked,
    books,
    days_ago,
    history_of,
    in_days,
    numbered_anew,
    paid,
    payrolls,
    usd,
)

HERE = Path(__file__).parent


def payroll_in_danger() -> CashPicture:
    """An agency has $31,000 on Friday, Oct 2, of which $2,000 are set aside for taxes; payroll is $18,000 on Oct 9.

    Rent of $6,000 is due on the 5th, a printer's $9,500 on the 20th, $900 of software on the 14th and $4,000 for a
    developer on the 26th. Harbor Foods owes $14,000 since Aug 23 and has paid 3 to 12 days late so far; Otter Books
    owes $22,000 on Oct 12 and pays on time.
    """
    return picture_of(_agency(31_000), (a_reserve(2_000, "Taxes"),))


def nothing_presses() -> CashPicture:
    """The same agency with $400,000: no date within 91 days, so that decisions are told in dollars."""
    return picture_of(_agency(400_000))


def nobody_knows() -> CashPicture:
    """The same agency, whose bank account QuickBooks doesn't know."""
    return picture_of(_agency(accounts=False))


STORIES = (payroll_in_danger, nothing_presses, nobody_knows)


def _agency(cash: int = 0, *, accounts: bool = True) -> Books:
    printer = [paid(a_bill("Vellum Print", due=days_ago(40 + 30 * n)), days_late=4) for n in range(6)]
    harbor = history_of("Harbor Foods", [3, 4, 12, 5, 6, 4])
    otter = history_of("Otter Books", [0, 0, 1, -1, 0, 0, 0])
    return books(
        cash,
        accounts=None if accounts else [an_account(50_000, operating=False)],
        bills=[
            booked(a_bill("Pier 9 Properties", 6_000, due=in_days(3)), "Rent or lease", "RentOrLeaseOfBuildings"),
            booked(a_bill("Vellum Print", 9_500, due=in_days(18)), "Printing"),
            booked(a_bill("Figma", 900, due=in_days(12)), "Software"),
            booked(a_bill("J. Moss", 4_000, due=in_days(24)), "Freelancers", "CostOfLaborCos"),
        ],
        invoices=[
            an_invoice("Harbor Foods", 14_000, issued=days_ago(40), due=days_ago(20)),
            an_invoice("Otter Books", 22_000, issued=days_ago(20), due=in_days(10)),
        ],
        settled=[*(item for item, _ in printer), *harbor.items, *otter.items],
        movements=[
            *(movement for _, movement in printer),
            *harbor.movements,
            *otter.movements,
            *payrolls(-18_000, last=days_ago(7)),
        ],
    )


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.__name__))
def test_advice_explains_itself(story: Callable[[], CashPicture]) -> None:
    """Runway, plan, lanes and decisions are worded as a person has read and found true."""
    assert _text(story) == _path(story).read_text(encoding="utf-8")


def _text(story: Callable[[], CashPicture]) -> str:
    numbered_anew()
    told = "\n".join(f"# {line.strip()}".rstrip() for line in (story.__doc__ or "").strip().splitlines())
    picture, calculator = story(), RunwayCalculator()
    advice = calculator.advice(picture)
    parts = {
        "The runway": advice.assessment.runway.because[:4],
        "The plan": _plan(advice),
        "Must pay": _lane(advice.lanes.must_pay),
        "Can delay": _lane(advice.lanes.can_delay),
        "Chasing": _lane(advice.lanes.chasing),
        "Decisions": [calculator.effect(picture, Scenario(changes)).because for changes in _decisions(picture)],
    }
    lines = "\n\n".join("\n".join([f"{name}:", *(some or ["(nothing)"])]) for name, some in parts.items())
    return f"{told}\n\n{lines}\n"


def _plan(advice: Advice) -> list[str]:
    if isinstance(advice.plan, Unknown) or isinstance(advice.plan_effect, Unknown):
        return ["(not known)"]
    assert isinstance(advice.plan, PaymentPlan)
    dates = [f"- {payment.because}" for payment in advice.plan.payments]
    return [*advice.plan.because, *dates, advice.plan_effect.because]


def _lane(items: Iterable[LaneItem]) -> list[str]:
    return [line for item in items for line in _item(item)]


def _item(item: LaneItem) -> Iterator[str]:
    yield f"- {item.sentence}"
    if item.effect is not None:
        yield f"  {item.effect.because}"
    if item.priority is not None:
        yield f"  {item.priority.because}; {item.priority.score} a minute"


def _decisions(picture: CashPicture) -> Iterator[tuple[Change, ...]]:
    rent, printer, software, developer = (bill.ref for bill in picture.books.payables)
    harbor, otter = picture.books.receivables
    payroll = next(flow.key for flow in picture.recurring if flow.label == "Payroll")
    yield (PayToday(printer),)
    yield (MoveBill(printer, in_days(27)),)
    yield (MoveBill(printer, in_days(4), usd(9_310)),)
    yield (Drop(developer),)
    yield (MoveBill(rent, in_days(14)), MoveBill(printer, in_days(28)), MoveBill(software, in_days(28)))
    yield (ReceiveOn(harbor.ref, in_days(4)),)
    yield (SlipInvoice(otter.ref, 14),)
    yield (Drop(harbor.ref),)
    yield (SlipCustomer(otter.party, 7),)
    yield (OneOff("Owner's loan", in_days(5), usd(20_000)),)
    yield (NewFlow("Designer", in_days(14), Rhythm.BIWEEKLY, usd(-3_000)),)
    yield (ResizeFlow(payroll, in_days(28), usd(-2_500)),)
    yield (EndFlow(payroll, in_days(60)),)
    yield (SwitchOn(a_reserve(5_000, "Rainy days")),)
    if picture.earmarks:
        yield (SwitchOff("Taxes"),)


def _path(story: Callable[[], CashPicture]) -> Path:
    return HERE / f"{story.__name__}.txt"


if __name__ == "__main__":
    for each in STORIES:
        _path(each).write_text(_text(each), encoding="utf-8")
