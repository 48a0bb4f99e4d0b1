"""One scale for everything that waits: dollars at stake × urgency ÷ minutes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.dates import DateRange
from oodaloo.runway.calculators.priority import dollars_of, priority_of
from oodaloo.runway.model.priority import Effort
from oodaloo.runway.model.runway import BurnState, NetBurn
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import TODAY, days_ago, in_days, usd

BURN = NetBurn(BurnState.BURNING, 30, usd(500), DateRange(days_ago(91), TODAY))


@pytest.mark.parametrize(
    ("days", "urgency", "score"),
    [
        (-3, "1.00", "100.00"),
        (0, "1.00", "100.00"),
        (7, "1.00", "100.00"),
        (14, "0.50", "50.00"),
        (28, "0.25", "25.00"),
    ],
)
def test_the_score_is_dollars_a_minute(days: int, urgency: str, score: str) -> None:
    """$1,500 at stake and a call of 15 minutes: $100 a minute within the week, half of it in two, a quarter in four."""
    found = priority_of(usd(1500), in_days(days), TODAY, Effort.CALL)
    assert (found.urgency, found.score) == (Decimal(urgency), Decimal(score))
    assert (found.stake, found.days_left, found.effort_minutes) == (usd(1500), days, 15)


def test_the_components_are_told() -> None:
    """The reason holds what the score is made of, and marks the minutes as assumed."""
    found = priority_of(usd(60), in_days(3), TODAY, Effort.CLICK)
    assert found.because == "$60.00 at stake, 3 days left, about 1 min of work (assumed)"
    assert "nothing presses" in priority_of(usd(60), None, TODAY, Effort.CLICK).because


def test_days_and_dollars_share_the_scale() -> None:
    """2.5 days of runway at $500 a day are $1,250; without burn days have no price."""
    assert dollars_of(Decimal("2.5"), BURN) == usd(1250)
    assert isinstance(dollars_of(Decimal(1), NetBurn(BurnState.UNKNOWN, None, None, None)), Unknown)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-400, 400), st.sampled_from(Effort))
def test_more_at_stake_never_ranks_lower(stake: int, more: int, days: int, effort: Effort) -> None:
    """All else equal, more dollars, less time and less work never lower the score."""
    score = priority_of(usd(stake), in_days(days), TODAY, effort).score
    assert priority_of(usd(stake + more), in_days(days), TODAY, effort).score >= score
    assert priority_of(usd(stake), in_days(days - 1), TODAY, effort).score >= score
    assert priority_of(usd(stake), in_days(days), TODAY, Effort.CLICK).score >= score
