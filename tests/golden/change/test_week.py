"""What changed in a week and how right the forecast was, as a person reads it, headed by the week's story.

`python -m tests.golden.change.test_week` rewrites the texts; read every line of the difference before committing it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from oodaloo.runway.calculators.change.attribution import change_between
from oodaloo.runway.calculators.change.hindsight import hindsight_of
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.change import Change
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.wording import day_text, money_text, signed_days_text, signed_money_text
from tests.support.books import (
    a_bill,
    a_movement,
    a_picture,
    an_invoice,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    numbered_anew,
    payrolls,
    usd,
)
from tests.support.passing import days_later

HERE = Path(__file__).parent
ENGINE = RunwayCalculator()
Week = tuple[Books, Books]


def a_customer_is_late_and_a_bill_is_new() -> Week:
    """An agency with $72,000 and a payroll of $20,600 every second Friday, next on Oct 9.

    During the week Northline's $18,600, expected on Wednesday, don't come; Kestrel pays $7,900 eight days early.
    Brightwork sends a bill of $9,600, Loma is invoiced $11,300, and the week's shopping is smaller than usual.
    """
    habits = [history_of("Northline Outdoor", [9, 8, 10, 9, 8, 9]), history_of("Kestrel Fitness", [0, 1, 0, 0, 1])]
    northline = an_invoice("Northline Outdoor", 18_600, issued=days_ago(34), due=days_ago(4))
    kestrel = an_invoice("Kestrel Fitness", 7_900, issued=days_ago(17), due=in_days(13))
    shops = [a_movement(day, -1_400 - 10 * n, f"Shop {chr(65 + n)}") for n, day in enumerate(every(7, days_ago(8), 13))]
    then = books(
        72_000,
        buffer=10_000,
        invoices=[northline, kestrel],
        bills=[a_bill("Pier 9 Properties", 9_800, due=in_days(3)), a_bill("Okafor Studio", 6_900, due=in_days(21))],
        settled=[item for some in habits for item in some.items],
        movements=[*(each for some in habits for each in some.movements), *payrolls(-20_600, last=days_ago(7)), *shops],
    )
    payroll = a_movement(in_days(7), -20_600, category="Wages", category_type="PayrollExpenses", memo="Payroll")
    now = days_later(
        then,
        7,
        paid=[(kestrel, in_days(5)), (then.payables[0], in_days(3))],
        invoices=[an_invoice("Loma Foods", 11_300, issued=in_days(4), due=in_days(34))],
        bills=[a_bill("Brightwork Media", 9_600, issued=in_days(3), due=in_days(20))],
        moved=[payroll, a_movement(in_days(6), -250, "Shop Z")],
    )
    return then, now


def a_week_without_a_date() -> Week:
    """A shop with $300,000 that never runs out within 13 weeks; it is told in dollars at the lowest point.

    Rent rose from $4,000 to $4,400 a month ago and was paid at that for the second time; a bill of March was entered
    only now, and Vellum's bill was changed from $2,000 to $2,600.
    """
    rent = [a_movement(day, -4_000, "Pier 9", category="Rent") for day in every(30, days_ago(54), 12)]
    raised = [a_movement(days_ago(24), -4_400, "Pier 9", category="Rent")]
    vellum = replace(a_bill("Vellum", 2_000, due=in_days(30)), ref=RecordRef(RecordKind.BILL, "V1", "V-1"))
    then = books(300_000, bills=[vellum], movements=[*payrolls(-8_000, last=days_ago(7)), *rent, *raised])
    payroll = a_movement(in_days(7), -8_000, category="Wages", category_type="PayrollExpenses", memo="Payroll")
    paid = a_movement(in_days(6), -4_400, "Pier 9", category="Rent")
    late = a_bill("Tidewater Legal", 3_900, issued=days_ago(190), due=days_ago(160))
    late = replace(late, ref=RecordRef(RecordKind.BILL, "1182", "1182"))
    now = days_later(then, 7, moved=[payroll, paid])
    changed = replace(vellum, total=usd(2_600), open=usd(2_600))
    return then, replace(now, payables=(late, changed), bills_issued=(late, changed))


STORIES: tuple[Callable[[], Week], ...] = (a_customer_is_late_and_a_bill_is_new, a_week_without_a_date)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.__name__))
def test_a_week_is_told(story: Callable[[], Week]) -> None:
    """Causes and outcomes are those that a person has read and found true."""
    assert _text(story) == _path(story).read_text(encoding="utf-8")


def _text(story: Callable[[], Week]) -> str:
    numbered_anew()
    then, now = (ENGINE.current(a_picture(of)) for of in story())
    told = "\n".join(f"# {line.strip()}".rstrip() for line in (story.__doc__ or "").strip().splitlines())
    change = change_between(then, now, ENGINE.current)
    assert isinstance(change, Change)
    hindsight = hindsight_of(then, now.picture)
    lowest, error = (signed_money_text(each, cents=False) for each in (change.lowest, hindsight.error))
    said, happened = (money_text(each, cents=False) for each in (hindsight.said, hindsight.happened))
    lines = [
        f"Change since {day_text(change.since)}: {signed_days_text(change.days)}, {lowest} at the lowest point",
        *(f"  {cause.sentence}" for cause in change.causes),
        f"Cash said: {said}, happened: {happened}, {error}",
        *(f"  {signed_money_text(each.error, cents=False)} {each.sentence}" for each in hindsight.outcomes),
    ]
    return "\n".join([told, "", *lines]) + "\n"


def _path(story: Callable[[], Week]) -> Path:
    return HERE / f"{story.__name__}.txt"


if __name__ == "__main__":
    for each in STORIES:
        _path(each).write_text(_text(each), encoding="utf-8")
