"""An import is told from people at work by how much it brings at once, and how long after its dates."""

from datetime import UTC, date, datetime, timedelta

from oodaloo.runway.picture.past.imports import Entered, imported

MOVED = datetime(2026, 6, 1, 15, tzinfo=UTC)
LATER = date(2026, 12, 31)


def brought(count: int, *, apart: timedelta, days_apart: int, latest: date, at: datetime = MOVED) -> list[Entered]:
    """That many records one after another, dated back from the latest day."""
    return [
        Entered(("Bill", str(number)), at + apart * number, latest - timedelta(days=days_apart * number))
        for number in range(count)
    ]


def test_what_a_migration_brings_counts_by_its_dates() -> None:
    """Two hundred bills within minutes, dated over two years before: all of them, but not what is dated lately."""
    moved = brought(200, apart=timedelta(seconds=1), days_apart=3, latest=date(2026, 5, 31))
    late = {each.key for each in moved if (MOVED.date() - each.dated).days >= 15}
    assert imported(moved, LATER) == late
    assert len(late) == 195


def test_a_month_that_is_caught_up_with_is_none() -> None:
    """Sixty expenses of one month entered in one sitting weren't in the books before."""
    assert not imported(brought(60, apart=timedelta(seconds=5), days_apart=0, latest=date(2026, 4, 30)), LATER)
    month = [
        Entered(("Purchase", str(number)), MOVED + timedelta(seconds=number), date(2026, 4, 1) + timedelta(number // 2))
        for number in range(60)
    ]
    assert not imported(month, LATER)


def test_someone_who_types_in_old_papers_is_none() -> None:
    """Fifty old bills with minutes between them, and thirty at once, are a person's work."""
    assert not imported(brought(50, apart=timedelta(minutes=3), days_apart=9, latest=date(2026, 4, 30)), LATER)
    assert not imported(brought(30, apart=timedelta(seconds=1), days_apart=9, latest=date(2026, 4, 30)), LATER)


def test_what_is_dated_after_the_day_decides_nothing() -> None:
    """Only records dated by the day are looked at: the rest of an import can't make one of what came before it."""
    moved = brought(200, apart=timedelta(seconds=1), days_apart=3, latest=date(2026, 5, 1))
    day = date(2025, 9, 1)
    assert imported(moved, day) == imported([each for each in moved if each.dated <= day], day)
    early = date(2024, 10, 15)
    assert 0 < sum(each.dated <= early for each in moved) < 40
    assert not imported(moved, early)


def test_two_imports_are_two() -> None:
    """A break between two small ones doesn't make them a large one."""
    first = brought(25, apart=timedelta(seconds=1), days_apart=9, latest=date(2026, 4, 30))
    second = brought(
        25, apart=timedelta(seconds=1), days_apart=9, latest=date(2026, 4, 30), at=MOVED + timedelta(hours=1)
    )
    again = [Entered(("Invoice", each.key[1]), each.created_at, each.dated) for each in second]
    assert not imported([*first, *again], LATER)
