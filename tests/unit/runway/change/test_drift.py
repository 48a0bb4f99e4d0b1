"""Forecasts that are off again and again: found from the third time on, sent once."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.change.drift import drifts_of, to_send
from oodaloo.runway.model.hindsight import (
    Dated,
    Drift,
    Hindsight,
    Outcome,
    OutcomeKind,
    Source,
    Told,
)
from oodaloo.runway.model.reference import Party
from tests.support.books import TODAY, days_ago, usd


def late(customer: str, days: int, kind: OutcomeKind = OutcomeKind.LATER) -> Outcome:
    """A payment of 1,000 that came that many days after it was forecast."""
    due = days_ago(30)
    return Outcome(
        kind=kind,
        source=Source.CUSTOMER,
        key=f"customer:{customer}",
        label=customer,
        party=Party(customer, customer),
        expected=Dated(due, usd(1_000)),
        happened=Dated(due + timedelta(days=days), usd(1_000)),
        error=usd(0),
        error_days=days,
        records=(),
        sentence="",
    )


def spent(label: str, expected: int, happened: int, source: Source = Source.FLOW) -> Outcome:
    """Spending of so many dollars where others were expected."""
    return Outcome(
        kind=OutcomeKind.OTHER_AMOUNT,
        source=source,
        key=f"{source.value}:{label}",
        label=label,
        party=None,
        expected=Dated(TODAY, usd(-expected)),
        happened=Dated(TODAY, usd(-happened)),
        error=usd(expected - happened),
        error_days=None,
        records=(),
        sentence="",
    )


def weeks(*outcomes: Sequence[Outcome]) -> list[Hindsight]:
    """One hindsight a week, the latest last."""
    return [
        Hindsight(
            since=days_ago(7 * (len(outcomes) - number)),
            upto=days_ago(7 * (len(outcomes) - number - 1)),
            said=usd(0),
            cautious=None,
            good=None,
            happened=usd(0),
            outcomes=tuple(some),
        )
        for number, some in enumerate(outcomes)
    ]


def test_a_customer_who_pays_later_than_forecast_three_times() -> None:
    """8, 10 and 14 days late in three of four weeks: ten days later than forecast, in the bucket of a week or more."""
    found = drifts_of(weeks([late("Birch", 8)], [late("Birch", 10)], [], [late("Birch", 14)]))
    assert found == (
        Drift(
            key="later:customer:Birch",
            bucket=1,
            sentence="Birch paid 10 days later than forecast, in 3 of the last 6 weeks",
            parties=(Party("Birch", "Birch"),),
            records=(),
        ),
    )


def test_twice_is_no_pattern_and_three_times_in_one_week_neither() -> None:
    """Weeks count, not documents; and a few days are no drift."""
    assert drifts_of(weeks([late("Birch", 8)], [late("Birch", 8)])) == ()
    assert drifts_of(weeks([late("Birch", 8), late("Birch", 9), late("Birch", 7)])) == ()
    assert drifts_of(weeks(*[[late("Birch", 2)]] * 6)) == ()


def test_both_sides_are_no_pattern() -> None:
    """Who pays late three times and early once is hard to foresee, but no drift."""
    early = late("Birch", -9, OutcomeKind.EARLIER)
    assert drifts_of(weeks(*[[late("Birch", 9)]] * 3, [early])) == ()
    (found,) = drifts_of(weeks(*[[early]] * 3))
    assert found.sentence == "Birch paid 9 days earlier than forecast, in 3 of the last 6 weeks"


def test_only_the_latest_weeks_count() -> None:
    """Three late payments two months ago are the past."""
    assert drifts_of(weeks(*[[late("Birch", 9)]] * 3, *[[]] * 5)) == ()


def test_a_flow_that_costs_more_each_time() -> None:
    """Payroll at 21,500 instead of 20,000, three times: 1,500 more than forecast. 2 % more would be nothing."""
    (found,) = drifts_of(weeks(*[[spent("Payroll", 20_000, 21_500)]] * 3))
    assert (found.key, found.sentence) == (
        "more:flow:Payroll",
        "Payroll came to $1,500 more than forecast, in 3 of the last 6 weeks",
    )
    assert drifts_of(weeks(*[[spent("Payroll", 20_000, 20_400)]] * 3)) == ()
    assert drifts_of(weeks(*[[spent("Coffee", 100, 200)]] * 3)) == ()


def test_other_spending_below_usual() -> None:
    """The level of what nothing explains has sunk."""
    (found,) = drifts_of(weeks(*[[spent("Other spending", 2_000, 900, Source.OTHER_MONEY)]] * 4))
    assert found.sentence == "Other spending came to $1,100 less than forecast, in 4 of the last 6 weeks"


def test_many_late_customers_are_one_drift() -> None:
    """Four customers late week after week are one fact about the business, with the worst of them named."""
    names = ["Alder", "Birch", "Cedar", "Dorn"]
    found = drifts_of(weeks(*[[late(name, 5 + number) for number, name in enumerate(names)]] * 3))
    assert [drift.key for drift in found] == ["later:customers"]
    assert found[0].sentence == (
        "4 customers paid later than forecast in the last weeks, "
        "most of all Dorn (8 days), Cedar (7 days), Birch (6 days)"
    )
    assert len(found[0].parties) == 4


def test_the_same_fact_is_sent_once() -> None:
    """Sent on Friday, it isn't sent on Saturday; when it has become worse by a bucket it is, and after four weeks."""
    (drift,) = drifts_of(weeks(*[[late("Birch", 9)]] * 3))
    friday = Told(drift.key, drift.bucket, TODAY)
    assert to_send([drift], [], TODAY) == (drift,)
    assert to_send([drift], [friday], TODAY + timedelta(days=1)) == ()
    assert to_send([drift], [friday], TODAY + timedelta(days=28)) == (drift,)
    (worse,) = drifts_of(weeks(*[[late("Birch", 20)]] * 3))
    assert to_send([worse], [friday], TODAY + timedelta(days=7)) == (worse,)


DAYS = st.integers(-60, 60)


@given(st.lists(st.lists(st.tuples(st.sampled_from("ABCDEF"), DAYS), max_size=4), max_size=10), st.dates())
def test_what_was_sent_is_never_sent_again_the_next_day(weeks_of: list[list[tuple[str, int]]], today: date) -> None:
    """Whatever the errors: each drift has a key of its own, and sending all leaves nothing for tomorrow."""
    today = min(today, date(9999, 12, 30))
    kinds = {True: OutcomeKind.LATER, False: OutcomeKind.EARLIER}
    found = drifts_of(weeks(*[[late(name, days, kinds[days > 0]) for name, days in week] for week in weeks_of]))
    assert len({drift.key for drift in found}) == len(found)
    sent = [Told(drift.key, drift.bucket, today) for drift in to_send(found, [], today)]
    assert to_send(found, sent, today + timedelta(days=1)) == ()
