"""The month's budget of metered reads: when it warns, and which lanes it stops."""

import pytest

from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.smart_sync.metering import Budget, BudgetState

EVERYBODY = {Lane.USER, Lane.SYNC, Lane.BULK}


@pytest.mark.parametrize(
    ("used", "state", "reading"),
    [
        (0, BudgetState.FINE, EVERYBODY),
        (399_999, BudgetState.FINE, EVERYBODY),
        (400_000, BudgetState.WARNED, EVERYBODY),
        (449_999, BudgetState.WARNED, EVERYBODY),
        (450_000, BudgetState.BULK_STOPPED, {Lane.USER, Lane.SYNC}),
        (499_999, BudgetState.BULK_STOPPED, {Lane.USER, Lane.SYNC}),
        (500_000, BudgetState.SPENT, {Lane.USER}),
        (600_000, BudgetState.SPENT, {Lane.USER}),
    ],
)
def test_the_steps_of_a_budget(used: int, state: BudgetState, reading: set[Lane]) -> None:
    """Of 500,000 reads: warned from 80 % on, no bulk work from 90 %, nothing that nobody waits for beyond the end."""
    budget = Budget("2026-10", used, 500_000)
    assert budget.state is state
    assert {lane for lane in Lane if budget.lets(lane)} == reading


def test_a_tiny_budget_has_the_same_steps() -> None:
    """Nothing is rounded away: of five reads, four warn, and the fifth is the last."""
    states = [Budget("2026-10", used, 5).state for used in range(6)]
    assert states == [BudgetState.FINE] * 4 + [BudgetState.WARNED, BudgetState.SPENT]
