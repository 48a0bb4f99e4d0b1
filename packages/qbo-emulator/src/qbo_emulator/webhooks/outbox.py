"""What webhooks are to be sent next: waiting events, the post that wasn't acknowledged, and what a test holds back."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, repeat
from random import Random
from typing import Final

from qbo_emulator.webhooks.events import Event

MOST_EVENTS: Final = 100
"""Events in one post."""
RETRY_SECONDS: Final = (10, 20, 30, 300, 1200, 7200, 14_400, 21_600)
"""Pauses between the attempts of a post; the last one repeats."""


class EventFault(StrEnum):
    """What can go wrong with an event."""

    DROP = "webhook_drop"
    """It is never sent."""
    DUPLICATE = "webhook_duplicate"
    """It is sent in two posts."""
    DELAY = "webhook_delay"
    """It is sent `delay_seconds` of the company's time later."""
    REORDER = "webhook_reorder"
    """It is sent behind the event that comes after it."""


@dataclass(frozen=True, slots=True)
class Post:
    """Events that go out together; `attempt` counts from 1, `due` is when this attempt may be made."""

    events: tuple[Event, ...]
    attempt: int
    due: datetime


@dataclass(slots=True)
class _Waiting:
    event: Event
    due: datetime


class Outbox:
    """Events in the order in which they are to be sent; a post that isn't acknowledged blocks those behind it.

    Time is the company's: `now` is asked whenever something is looked for.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.held = False
        self.delay_seconds = 60
        """How late a delayed event is."""
        self._now = now
        self._waiting: deque[_Waiting] = deque()
        self._unacknowledged: Post | None = None
        self._next_faults: deque[EventFault] = deque()

    def put(self, event: Event, fault: EventFault | None = None) -> EventFault | None:
        """Queue an event, with what is to go wrong with it; return what did."""
        if self._next_faults:
            fault = self._next_faults.popleft()
        waiting = _Waiting(event, event.change.at)
        if fault is EventFault.DELAY:
            waiting.due += timedelta(seconds=self.delay_seconds)
        if fault is EventFault.REORDER and self._waiting:
            self._waiting.insert(len(self._waiting) - 1, waiting)
        elif fault is not EventFault.DROP:
            self._waiting.append(waiting)
        if fault is EventFault.DUPLICATE:
            # Behind everything that waits now, so that it goes out with a later post where there is one.
            self._waiting.append(replace(waiting))
        return fault

    def spoil(self, fault: EventFault, times: int) -> None:
        """Let that happen to the next events."""
        self._next_faults.extend(repeat(fault, times))

    def shuffle(self, seed: int) -> None:
        """Bring the waiting events into another order."""
        waiting = list(self._waiting)
        Random(seed).shuffle(waiting)  # noqa: S311 - an order, no secret
        self._waiting = deque(waiting)

    def next_post(self) -> Post | None:
        """The post that may go out now; None while held, or when nothing is due."""
        now = self._now()
        if self.held:
            return None
        if self._unacknowledged is None:
            self._unacknowledged = self._gathered(now)
        post = self._unacknowledged
        return post if post is not None and post.due <= now else None

    def acknowledged(self, post: Post) -> None:
        """The post was taken."""
        if self._unacknowledged is post:
            self._unacknowledged = None

    def refused(self, post: Post) -> None:
        """The post wasn't taken: the same events are due again after a pause."""
        if self._unacknowledged is not post:
            return
        pause = RETRY_SECONDS[min(post.attempt, len(RETRY_SECONDS)) - 1]
        self._unacknowledged = replace(post, attempt=post.attempt + 1, due=post.due + timedelta(seconds=pause))

    def next_due(self) -> datetime | None:
        """When the next post may go out; None when nothing waits."""
        if self.held:
            return None
        if self._unacknowledged is not None:
            return self._unacknowledged.due
        return min((waiting.due for waiting in self._waiting), default=None)

    def events(self) -> Sequence[Event]:
        """Everything that isn't acknowledged yet, in the order of sending."""
        sent = self._unacknowledged.events if self._unacknowledged else ()
        return tuple(chain(sent, (waiting.event for waiting in self._waiting)))

    def clear(self) -> None:
        """Forget what waits, and what was to go wrong."""
        self._waiting.clear()
        self._next_faults.clear()
        self._unacknowledged = None

    def _gathered(self, now: datetime) -> Post | None:
        events: dict[str, Event] = {}
        later: deque[_Waiting] = deque()
        for waiting in self._waiting:
            fits = len(events) < MOST_EVENTS and waiting.event.event_id not in events
            if waiting.due <= now and fits:
                events[waiting.event.event_id] = waiting.event
            else:
                later.append(waiting)
        self._waiting = later
        return Post(tuple(events.values()), 1, now) if events else None
