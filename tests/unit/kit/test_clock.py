"""Product time is told, and a business's today is that of its own zone."""

from datetime import UTC, date, datetime, timedelta, timezone

from oodaloo.kit.clock import FixedClock, SystemClock, local_date, monotonic_seconds


def test_today_is_the_business_s_own() -> None:
    """At three in the morning UTC it is still yesterday in New York, and today in Berlin."""
    instant = datetime(2026, 10, 2, 3, 0, tzinfo=UTC)
    assert local_date(instant, "America/New_York") == date(2026, 10, 1)
    assert local_date(instant, "Europe/Berlin") == date(2026, 10, 2)


def test_a_fixed_clock_stands_still_in_utc() -> None:
    """Whatever zone it is given, the same instant comes back, in UTC."""
    instant = datetime(2026, 10, 1, 20, 0, tzinfo=timezone(timedelta(hours=-7)))
    clock = FixedClock(instant)
    assert clock.now() == instant
    assert clock.now().utcoffset() == timedelta(0)


def test_the_machine_s_clocks_go_forward() -> None:
    """The system clock knows its zone, and durations are never negative."""
    assert SystemClock().now().utcoffset() == timedelta(0)
    before = monotonic_seconds()
    assert monotonic_seconds() >= before
