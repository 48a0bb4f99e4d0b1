"""What a month costs: metered reads of a quiet, a calm and a busy business, as a table that a person has reviewed.

`python -m tests.golden.timing.test_month` rewrites it; read every line of the difference before committing it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from oodaloo.infra.qbo.freshness.timing import PACES
from oodaloo.infra.qbo.smart_sync.metering import BudgetState
from tests.support.refreshing import Life, every, live, local

GOLDEN = Path(__file__).with_name("month.txt")
STORY = """\
# October 2026 in New York; each look at QuickBooks is one metered read (change data capture of all types).
# The daily look at the general ledger comes on top, at most one a day. The free plan includes 500,000 reads a month.
# quiet: nobody has looked for weeks; the books change once an hour from 9 to 5 on working days.
# calm:  somebody looks on Fridays from 9:30 to 10:00; the books change as above.
# busy:  somebody looks on working days from 8:30 to 9:00, 11:00 to 11:30 and 4:00 to 5:00; a change every 5 minutes
#        from 8 to 6.

"""
FIRST, LAST = local(2026, 10, 1), local(2026, 11, 1)
FREE = 500_000
STEP = timedelta(minutes=5)
BUDGETS = (BudgetState.FINE, BudgetState.WARNED, BudgetState.BULK_STOPPED)


def working_days() -> list[int]:
    """The month's days from Monday to Friday."""
    return [day for day in range(1, 32) if local(2026, 10, day).weekday() < 5]


def changes(each: timedelta, days: list[int], first: float, last: float) -> list[datetime]:
    """Changes of the books between two hours of each of the days, none of them just when a worker ticks."""
    return [moment + STEP / 2 for moment in every(each, each_day(days, (first, last)))]


def each_day(days: list[int], *spans: tuple[float, float]) -> list[tuple[datetime, datetime]]:
    """Spans of hours on each of the days."""

    def at(day: int, hour: float) -> datetime:
        return local(2026, 10, day, int(hour), int(hour % 1 * 60))

    return [(at(day, first), at(day, last)) for day in days for first, last in spans]


def lives() -> dict[str, Life]:
    """The three businesses, without webhooks."""
    fridays = [day for day in working_days() if local(2026, 10, day).weekday() == 4]
    hourly = changes(timedelta(hours=1), working_days(), 9, 18)
    calm = Life(FIRST, LAST, each_day(fridays, (9.5, 10)), hourly, last_visit=local(2026, 9, 25))
    visits = each_day(working_days(), (8.5, 9), (11, 11.5), (16, 17))
    busy = replace(calm, visits=visits, changes=changes(timedelta(minutes=5), working_days(), 8, 18))
    return {"quiet": replace(calm, visits=(), last_visit=None), "calm": calm, "busy": busy}


def table() -> Iterator[str]:
    """A block for each business: looks by row of the table while the budget is fine, and the sum as it runs short."""
    for name, life in lives().items():
        ways = {"no webhooks": life, "webhooks": replace(life, webhooks=True, trusted=True)}
        lived = {way: live(each, STEP) for way, each in ways.items()}
        yield f"{name:34}" + "".join(f"{way:>14}" for way in ways)
        counted = {way: Counter(each.rows) for way, each in lived.items()}
        for pace in PACES:
            if any(count[pace.when] for count in counted.values()):
                yield f"  {pace.when:32}" + "".join(f"{count[pace.when]:14,}" for count in counted.values())
        for budget in BUDGETS:
            looks = [len(live(replace(each, budget=budget), STEP).looks) for each in ways.values()]
            yield f"  {f'a month, budget {budget}':32}" + "".join(f"{count:14,}" for count in looks)
        free = [FREE // len(each.looks) for each in lived.values()]
        yield f"  {'such businesses in the free plan':32}" + "".join(f"{count:14,}" for count in free)
        yield ""


def test_a_month_costs_what_was_reviewed() -> None:
    """The table of a month's metered reads is the reviewed one."""
    assert STORY + "\n".join(table()) == GOLDEN.read_text()


if __name__ == "__main__":
    GOLDEN.write_text(STORY + "\n".join(table()))
