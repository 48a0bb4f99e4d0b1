"""The policy has an answer to everything, repeats only what may be repeated, and never calls a maybe a failure."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.infra.qbo.calls import Call, Kind, Lane, Operation, query_call, send_call, write_call
from oodaloo.infra.qbo.errors import (
    QboError,
    QboForbiddenError,
    QboMaintenanceError,
    QboMalformedAnswerError,
    QboNoAnswerError,
    QboNotFoundError,
    QboOutcomeUnknownError,
    QboServerError,
    QboStaleError,
    QboThrottledError,
    QboUnauthorizedError,
    QboUnavailableError,
    QboUnreachableError,
    QboValidationError,
)
from oodaloo.infra.qbo.smart_sync.policy import OUTCOMES, POLICY, Action, Outcome, Patience, Trial, outcome_of
from oodaloo.kit.errors import OodalooError

READ = query_call("Bill", "SELECT * FROM Bill")
WRITE = write_call("Bill", Operation.CREATE, b"{}", "a-requestid")
SEND = send_call("Invoice", "1")
ERRORS = (
    QboUnreachableError("no way"),
    QboUnavailableError("left alone"),
    QboThrottledError("slow down"),
    QboUnauthorizedError("who"),
    QboNoAnswerError("silence"),
    QboMalformedAnswerError("gibberish"),
    QboServerError("oops"),
    QboMaintenanceError("closed"),
    QboStaleError("changed", code="5010"),
    QboNotFoundError("gone", code="610"),
    QboValidationError("no", code="6000"),
    QboForbiddenError("not you"),
)
DONE_PERHAPS = {Outcome.NO_ANSWER, Outcome.BROKEN_ANSWER, Outcome.SERVER_ERROR, Outcome.MAINTENANCE}


def a_trial(call: Call, *, patience: Patience | None = None, seconds: float = 1000.0, dice: float = 0.0) -> Trial:
    """A call at second 0 that may be begun until `seconds`."""
    return Trial(call, patience or Patience(), seconds, lambda: 0.0, lambda: dice)


def attempt(trial: Trial, error: OodalooError | None) -> bool | float:
    """One attempt that ends so; gives whether and when the next one is due."""
    try:
        with trial.asking():
            if error is not None:
                raise error
    except OodalooError:
        assert error is not None
        return trial.ask_again(error)
    return False


def test_every_outcome_of_every_kind_has_an_action() -> None:
    """The table is complete, and each outcome is that of some error."""
    assert set(POLICY) == set(product(Outcome, Kind))
    assert set(OUTCOMES.values()) == set(Outcome)
    assert [outcome_of(error) for error in ERRORS] == list(Outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_what_may_have_been_done_is_never_done_again_by_us(outcome: Outcome) -> None:
    """After an outcome that may hide a success a mailing isn't repeated, a write only in a way that remembers it."""
    assert (POLICY[outcome, Kind.UNREPEATABLE_WRITE] is Action.UNKNOWN) == (outcome in DONE_PERHAPS)
    assert (POLICY[outcome, Kind.IDEMPOTENT_WRITE] is Action.REPEAT) == (outcome in DONE_PERHAPS)
    assert POLICY[outcome, Kind.READ] not in (Action.REPEAT, Action.UNKNOWN)


@given(st.lists(st.sampled_from(ERRORS), min_size=1, max_size=8), st.sampled_from((READ, WRITE, SEND)))
def test_a_maybe_is_told_as_unknown_and_nothing_else_is(failures: list[QboError], call: Call) -> None:
    """However a call goes on: in the end the outcome is unknown exactly if a write met something that hides one."""
    trial = a_trial(call)
    met = []
    for error in failures:
        met.append(error)
        if attempt(trial, error) is False:
            break
    told = trial.told(met[-1])
    maybe = call.kind is not Kind.READ and any(outcome_of(error) in DONE_PERHAPS for error in met)
    assert isinstance(told, QboOutcomeUnknownError) == maybe
    assert maybe or told is met[-1]
    if call is SEND:
        assert sum(outcome_of(error) in DONE_PERHAPS for error in met) <= 1


def test_a_hindrance_after_the_answer_leaves_a_write_unknown() -> None:
    """The answer came, and then it couldn't be read or kept: that is no failure of the write."""
    for hindrance in (QboMalformedAnswerError("half"), OodalooError("the database is away")):
        trial = a_trial(WRITE)
        attempt(trial, None)
        trial.ask_again(hindrance)
        assert isinstance(trial.told(hindrance), QboOutcomeUnknownError)


def test_a_hindrance_before_asking_is_told_as_it_is() -> None:
    """Intuit's sign-in failed before anything was sent: the error stays, and only time heals it."""
    for error in (QboServerError("sign-in is down"), QboNoAnswerError("sign-in is slow")):
        trial = a_trial(WRITE)
        trial.ask_again(error)
        assert trial.told(error) is error


def test_a_token_is_replaced_once() -> None:
    """The first refusal names the token to be replaced and goes on at once, the second one is the end."""
    trial = a_trial(READ)
    trial.token = "old"
    assert attempt(trial, QboUnauthorizedError("who")) == 0.0
    assert trial.refused_token == "old"
    trial.token = "new"
    assert attempt(trial, QboUnauthorizedError("who")) is False


def test_a_success_that_cannot_be_read_is_paid_for_twice_at_most() -> None:
    """Each unreadable answer costs a metered read, so a read is asked once more and no further."""
    trial = a_trial(READ)
    assert attempt(trial, None) is False
    assert trial.ask_again(QboMalformedAnswerError("half")) is not False
    assert trial.ask_again(QboMalformedAnswerError("half")) is False


def waits(error: QboError, *, patience: Patience, dice: float, times: int) -> Iterator[float]:
    """How long each of so many failures is waited after."""
    trial = a_trial(READ, patience=patience, dice=dice)
    for _ in range(times):
        yield float(attempt(trial, error))


def test_waits_double_up_to_the_longest_with_jitter() -> None:
    """A failing server is asked after 0.25, 0.5, 1, 2, 4 and then 5 seconds, or up to half as long again."""
    expected = [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert list(waits(QboServerError("oops"), patience=Patience(), dice=0.0, times=7)) == expected
    longest = waits(QboServerError("oops"), patience=Patience(), dice=1.0, times=7)
    assert list(longest) == [wait * 1.5 for wait in expected]


@pytest.mark.parametrize(
    ("wish", "least", "most"), [(None, 15.0, 17.5), (7.0, 7.0, 9.5), (0.0, 0.0, 0.0), (86_400.0, 60.0, 62.5)]
)
def test_a_throttle_s_wish_is_kept(wish: float | None, least: float, most: float) -> None:
    """We wait as long as QuickBooks wishes and a little more, at most a minute; without a wish, 15 seconds."""
    error = QboThrottledError("slow down", retry_after_seconds=wish)
    assert list(waits(error, patience=Patience(), dice=0.0, times=2)) == [least] * 2
    assert list(waits(error, patience=Patience(), dice=1.0, times=2)) == [most] * 2


def test_nobody_waits_for_an_attempt_that_would_come_too_late() -> None:
    """When the wait would outlast the time in which attempts begin, the error is told at once."""
    assert attempt(a_trial(READ, seconds=15.0), QboThrottledError("slow down")) is False
    assert attempt(a_trial(READ, seconds=15.1), QboThrottledError("slow down")) == 15.0


def test_people_wait_least_and_writes_outlast_quickbooks() -> None:
    """Urgent lanes give up sooner; a write waits longer than the 120 seconds after which QuickBooks has given up."""
    deadlines = [Patience().deadlines[lane] for lane in Lane]
    assert [d.begin_seconds for d in deadlines] == sorted(d.begin_seconds for d in deadlines)
    assert [d.read_seconds for d in deadlines] == sorted(d.read_seconds for d in deadlines)
    assert all(d.write_seconds > 120 for d in deadlines)


@given(st.lists(st.sampled_from(ERRORS), max_size=30), st.floats(0, 0.999), st.floats(0, 100))
def test_no_attempt_begins_too_late(failures: list[QboError], dice: float, seconds: float) -> None:
    """Whatever fails and however the dice fall, every wait ends before the last moment for an attempt."""
    at = 0.0
    trial = Trial(READ, Patience(), seconds, lambda: at, lambda: dice)
    for error in failures:
        wait = attempt(trial, error)
        if wait is False:
            break
        at += wait
        assert wait == 0 or at < seconds
