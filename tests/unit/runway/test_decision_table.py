"""The life of a decision: what its one table allows, and what it does to the money that is held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.model.decisions import (
    ENDED,
    HELD,
    IN_WORDS,
    TABLE,
    DecisionState,
    HoldChange,
    IllegalStepError,
    Step,
    Who,
    rule_for,
)

_HOLDING = frozenset({HoldChange.HOLD, HoldChange.HOLD_DATED})
_LETTING_GO = frozenset({HoldChange.RELEASE, HoldChange.CONSUME})


def test_no_step_is_told_twice() -> None:
    """For each state and step there is at most one row, and each state has its words."""
    assert len({(rule.state, rule.step) for rule in TABLE}) == len(TABLE)
    assert set(IN_WORDS) == set(DecisionState)


def test_every_state_is_reached_and_what_has_ended_stays() -> None:
    """From open every state can be reached, and from those that have ended no step leads away."""
    reached = {DecisionState.OPEN}
    while more := {rule.then for rule in TABLE if rule.state in reached} - reached:
        reached |= more
    assert reached == set(DecisionState)
    assert not [rule for rule in TABLE if rule.state in ENDED]


def test_money_is_held_exactly_in_the_states_that_say_so() -> None:
    """A row that enters the held states holds, one that leaves them lets go, and none holds what no state holds."""
    for rule in TABLE:
        was_held, is_held = rule.state in HELD, rule.then in HELD
        if is_held and not was_held:
            assert rule.hold in _HOLDING, rule
        if was_held and not is_held:
            assert rule.hold in _LETTING_GO, rule
        if not is_held and not was_held:
            assert rule.hold is HoldChange.NOTHING, rule
        if is_held and was_held:
            assert rule.hold not in _LETTING_GO, rule


def test_only_a_confirmed_payment_uses_up_its_hold() -> None:
    """Money counts as gone when QuickBooks has the payment, and Oodaloo alone says so."""
    using = [rule for rule in TABLE if rule.hold is HoldChange.CONSUME]
    assert {(rule.step, rule.who, rule.then) for rule in using} == {(Step.CONFIRM, Who.OODALOO, DecisionState.EXECUTED)}


def test_nothing_is_paid_without_approval_and_finalizing() -> None:
    """Every way from open to executing goes through approved and finalized."""
    for needed in (DecisionState.APPROVED, DecisionState.FINALIZED):
        reached = {DecisionState.OPEN}
        rows = [rule for rule in TABLE if needed not in (rule.state, rule.then)]
        while more := {rule.then for rule in rows if rule.state in reached} - reached:
            reached |= more
        assert DecisionState.EXECUTING not in reached


@given(state=st.sampled_from(DecisionState), step=st.sampled_from(Step))
def test_what_is_no_row_is_refused_with_a_sentence(state: DecisionState, step: Step) -> None:
    """A step is a row of the table, or an error that names the bill and what can be done instead."""
    rows = [rule for rule in TABLE if (rule.state, rule.step) == (state, step)]
    if rows:
        assert rule_for(state, step, bill="1042") == rows[0]
        return
    with pytest.raises(IllegalStepError, match=r"Bill 1042 .*\.") as refused:
        rule_for(state, step, bill="1042")
    assert IN_WORDS[state] in str(refused.value)
