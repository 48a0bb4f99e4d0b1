"""What follows from each outcome of a call to QuickBooks, in one table, and how long we go on trying."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from oodaloo.infra.qbo import errors
from oodaloo.infra.qbo.calls import Call, Kind, Lane
from oodaloo.infra.qbo.errors import QboError, QboOutcomeUnknownError


class Outcome(StrEnum):
    """How asking QuickBooks can end without success. In the first two it wasn't asked at all."""

    NOT_SENT = "not sent"
    LEFT_ALONE = "left alone"
    THROTTLED = "throttled"
    TOKEN_REFUSED = "token refused"  # noqa: S105 (an outcome's name)
    NO_ANSWER = "no answer"
    BROKEN_ANSWER = "broken answer"
    SERVER_ERROR = "server error"
    MAINTENANCE = "maintenance"
    STALE = "stale"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"


class Action(StrEnum):
    """What we do about an outcome."""

    RETRY = "retry"
    """Wait and ask again, for nothing was done or nothing can be done twice; in the end tell the error."""
    ONCE_MORE = "once more"
    """As retry, but a single time: a success that can't be read costs a metered read each time."""
    REPEAT = "repeat"
    """It may have been done: wait and send the same requestid again; in the end say that the outcome is unknown."""
    REFRESH = "refresh"
    """Get another token and ask once more; the second time tell the error."""
    SURFACE = "surface"
    """Tell the error: asking again would change nothing."""
    UNKNOWN = "unknown"
    """It may have been done and can't be repeated: say that the outcome is unknown."""


_COLUMNS: Final = (Kind.READ, Kind.IDEMPOTENT_WRITE, Kind.UNREPEATABLE_WRITE)
# fmt: off
_TABLE: Final = {
    # outcome               read              write with id   write without id
    Outcome.NOT_SENT:      (Action.RETRY,     Action.RETRY,   Action.RETRY),
    Outcome.LEFT_ALONE:    (Action.SURFACE,   Action.SURFACE, Action.SURFACE),
    Outcome.THROTTLED:     (Action.RETRY,     Action.RETRY,   Action.RETRY),
    Outcome.TOKEN_REFUSED: (Action.REFRESH,   Action.REFRESH, Action.REFRESH),
    Outcome.NO_ANSWER:     (Action.RETRY,     Action.REPEAT,  Action.UNKNOWN),
    Outcome.BROKEN_ANSWER: (Action.ONCE_MORE, Action.REPEAT,  Action.UNKNOWN),
    Outcome.SERVER_ERROR:  (Action.RETRY,     Action.REPEAT,  Action.UNKNOWN),
    Outcome.MAINTENANCE:   (Action.RETRY,     Action.REPEAT,  Action.UNKNOWN),
    Outcome.STALE:         (Action.SURFACE,   Action.SURFACE, Action.SURFACE),
    Outcome.NOT_FOUND:     (Action.SURFACE,   Action.SURFACE, Action.SURFACE),
    Outcome.REFUSED:       (Action.SURFACE,   Action.SURFACE, Action.SURFACE),
    Outcome.FORBIDDEN:     (Action.SURFACE,   Action.SURFACE, Action.SURFACE),
}
# fmt: on
POLICY: Final[Mapping[tuple[Outcome, Kind], Action]] = {
    (outcome, kind): action
    for outcome, actions in _TABLE.items()
    for kind, action in zip(_COLUMNS, actions, strict=True)
}
"""The whole policy. Stale is told because only the write's owner knows what may be applied anew."""

OUTCOMES: Final[Mapping[type, Outcome]] = {
    errors.QboUnreachableError: Outcome.NOT_SENT,
    errors.QboUnavailableError: Outcome.LEFT_ALONE,
    errors.QboThrottledError: Outcome.THROTTLED,
    errors.QboUnauthorizedError: Outcome.TOKEN_REFUSED,
    errors.QboNoAnswerError: Outcome.NO_ANSWER,
    errors.QboMalformedAnswerError: Outcome.BROKEN_ANSWER,
    errors.QboServerError: Outcome.SERVER_ERROR,
    errors.QboMaintenanceError: Outcome.MAINTENANCE,
    errors.QboStaleError: Outcome.STALE,
    errors.QboNotFoundError: Outcome.NOT_FOUND,
    errors.QboValidationError: Outcome.REFUSED,
    errors.QboForbiddenError: Outcome.FORBIDDEN,
}
"""Which outcome each error of asking is. Other errors come from before it, such as a connection that has ended."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long one lane waits: until its last attempt begins, and for the answer to an attempt.

    A write waits longer than QuickBooks' own 120 seconds, after which it has either done it or given up.
    """

    begin_seconds: float
    read_seconds: float
    write_seconds: float = 130.0


_DEADLINES: Final = {
    Lane.USER: Deadlines(begin_seconds=60.0, read_seconds=30.0),
    Lane.SYNC: Deadlines(begin_seconds=300.0, read_seconds=130.0),
    Lane.BULK: Deadlines(begin_seconds=900.0, read_seconds=130.0),
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long we try. Waits double from `first_wait_seconds` on and get up to half as much jitter."""

    attempts: int = 5
    first_wait_seconds: float = 0.25
    longest_wait_seconds: float = 5.0
    throttle_wait_seconds: float = 15.0  # four of them outlast the minute that QuickBooks counts in
    longest_wish_seconds: float = 60.0  # a used-up monthly allowance answers like a throttle and may wish for days
    deadlines: Mapping[Lane, Deadlines] = field(default_factory=lambda: _DEADLINES)
    failures_until_rest: int = 12  # more than two calls in a row use up
    rest_seconds: float = 20.0


@dataclass(slots=True)
class Trial:
    """One call's way through the policy.

    `asking` watches over each attempt, `ask_again` is told of each failure, and `told` words the last one. `token` is
    the one that the attempt under way uses, `refused_token` the one to be replaced. `now` is on the same monotonic
    clock as `give_up_at`, in seconds; `dice` gives 0 ≤ x < 1.
    """

    call: Call
    patience: Patience
    give_up_at: float
    now: Callable[[], float]
    dice: Callable[[], float]
    token: str = field(default="", init=False)
    refused_token: str = field(default="", init=False)
    _perhaps_done: bool = field(default=False, init=False)
    _broken: bool = field(default=False, init=False)
    _waits: int = field(default=0, init=False)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A write counts as perhaps done from here on, unless QuickBooks' answer, or no connection, says otherwise."""
        before, self._perhaps_done = self._perhaps_done, self.call.kind is not Kind.READ
        try:
            yield
        except QboError as error:
            if self._action(error) not in (Action.REPEAT, Action.UNKNOWN):
                self._perhaps_done = before
            raise

    def ask_again(self, error: Exception) -> bool | float:
        """After how many seconds to ask again, or False: the form that stamina wants."""
        action = self._action(error)
        if action is Action.REFRESH:
            first = not self.refused_token
            self.refused_token = self.token
            return 0.0 if first else False
        if action in (Action.SURFACE, Action.UNKNOWN) or (action is Action.ONCE_MORE and self._broken):
            return False
        self._broken |= action is Action.ONCE_MORE
        wait = self._wait_seconds(error)
        return wait if self.now() + wait < self.give_up_at else False

    def told(self, error: Exception) -> Exception:
        """The error to raise after the last attempt: unknown when some attempt may have been carried out.

        Even a refusal tells nothing then: it may be the first attempt's success that made the second one stale.
        """
        if not self._perhaps_done:
            return error
        unknown = QboOutcomeUnknownError(
            f"Whether QuickBooks carried out the change of {self.call.about} is not known. {error} "
            "Look in QuickBooks before doing it again."
        )
        unknown.intuit_tid = error.intuit_tid if isinstance(error, QboError) else ""  # `error` has said it
        return unknown

    def _action(self, error: Exception) -> Action:
        outcome = outcome_of(error)
        return POLICY[outcome, self.call.kind] if outcome else Action.SURFACE

    def _wait_seconds(self, error: Exception) -> float:
        patience = self.patience
        wish = error.retry_after_seconds if isinstance(error, QboError) else None
        if wish is None and isinstance(error, errors.QboThrottledError):
            wish = patience.throttle_wait_seconds
        if wish is None:
            wish = min(patience.longest_wait_seconds, patience.first_wait_seconds * 2**self._waits)
        self._waits += 1
        wait = min(wish, patience.longest_wish_seconds)
        return wait + self.dice() * min(wait, patience.longest_wait_seconds) / 2


def outcome_of(error: Exception) -> Outcome | None:
    """Which outcome of asking QuickBooks an error is; None for what hinders us from asking."""
    return next((OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES), None)
