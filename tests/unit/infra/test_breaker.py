"""A company that QuickBooks fails for is left alone for a while, then one call tries."""

import asyncio
from dataclasses import dataclass

import pytest

from oodaloo.infra.qbo.errors import (
    QboError,
    QboMaintenanceError,
    QboNoAnswerError,
    QboServerError,
    QboThrottledError,
    QboUnavailableError,
    QboUnreachableError,
    QboValidationError,
)
from oodaloo.infra.qbo.smart_sync.breaker import Breaker

FAILURES = 3
REST_SECONDS = 20.0


@dataclass
class Hand:
    """A clock that is set by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """The second that it shows."""
        return self.seconds


def a_breaker() -> tuple[Breaker, Hand]:
    """A breaker that rests for 20 seconds after three failures, and its clock."""
    clock = Hand()
    return Breaker(FAILURES, REST_SECONDS, clock), clock


def meet(breaker: Breaker, ending: BaseException | None) -> None:
    """A call that ends so."""
    try:
        with breaker.around():
            if ending is not None:
                raise ending
    except (QboError, asyncio.CancelledError) as raised:
        if raised is not ending:
            raise


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    """So many calls that fail on QuickBooks' side."""
    for _ in range(times):
        meet(breaker, QboServerError("oops"))


@pytest.mark.parametrize("failure", [QboServerError("a"), QboMaintenanceError("b"), QboNoAnswerError("c")])
def test_failures_in_a_row_leave_it_alone(failure: QboError) -> None:
    """After the third failure nothing is asked, and the error tells for how long."""
    breaker, clock = a_breaker()
    for _ in range(FAILURES):
        meet(breaker, failure)
    clock.seconds = 0.5
    with pytest.raises(QboUnavailableError, match=r"failed 3 times in a row.*Try again in 20 seconds") as told:
        breaker.check()
    assert told.value.retry_after_seconds == 20.0
    clock.seconds = 19.5
    with pytest.raises(QboUnavailableError, match=r"in 1 second\."):
        meet(breaker, None)


@pytest.mark.parametrize("sign_of_life", [None, QboThrottledError("slow"), QboValidationError("no", code="6000")])
def test_any_other_answer_begins_anew(sign_of_life: QboError | None) -> None:
    """A success, a throttle or a refusal shows that QuickBooks is alive."""
    breaker, _ = a_breaker()
    fail(breaker, FAILURES - 1)
    meet(breaker, sign_of_life)
    fail(breaker, FAILURES - 1)
    breaker.check()


@pytest.mark.parametrize("nothing", [QboUnreachableError("no network"), asyncio.CancelledError()])
def test_what_says_nothing_of_quickbooks_changes_nothing(nothing: BaseException) -> None:
    """A call that found no network or was cancelled neither counts as a failure nor ends a row of them."""
    breaker, clock = a_breaker()
    for _ in range(2 * FAILURES):
        meet(breaker, nothing)
    fail(breaker, FAILURES - 1)
    meet(breaker, nothing)
    breaker.check()
    fail(breaker, 1)
    clock.seconds = REST_SECONDS
    meet(breaker, nothing)
    fail(breaker, 1)
    with pytest.raises(QboUnavailableError):
        breaker.check()


def test_after_the_rest_one_call_tries_alone() -> None:
    """While the trying call is under way others are still turned away; its success opens the way for all."""
    breaker, clock = a_breaker()
    fail(breaker)
    clock.seconds = REST_SECONDS
    with breaker.around():
        for _ in range(40):
            with pytest.raises(QboUnavailableError):
                breaker.check()
    breaker.check()


def test_a_failed_try_is_another_rest() -> None:
    """One more failure after the rest is enough for the next one."""
    breaker, clock = a_breaker()
    fail(breaker)
    clock.seconds = REST_SECONDS
    fail(breaker, 1)
    clock.seconds = 2 * REST_SECONDS - 1
    with pytest.raises(QboUnavailableError):
        breaker.check()
    clock.seconds = 2 * REST_SECONDS
    breaker.check()


def test_calls_from_before_the_rest_do_not_make_it_longer() -> None:
    """Ten calls that were under way together and all fail are one reason to rest."""
    breaker, clock = a_breaker()
    under_way = [breaker.around() for _ in range(10)]
    for call in under_way:
        call.__enter__()
    for call in under_way:
        clock.seconds += 1
        call.__exit__(QboServerError, QboServerError("oops"), None)
    clock.seconds = FAILURES + REST_SECONDS
    breaker.check()
