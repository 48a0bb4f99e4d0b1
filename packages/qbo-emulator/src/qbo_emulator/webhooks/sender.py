"""Sending webhooks: one post after another to one address, in the background of the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from qbo_emulator.changes import Change
from qbo_emulator.clock import CompanyClock
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.webhooks.events import (
    ANNOUNCED,
    Event,
    Format,
    body,
    content_type,
    event_id,
    signature,
)
from qbo_emulator.webhooks.outbox import EventFault, Outbox

ANSWER_SECONDS: Final = 3
"""How long a receiver may take before the post counts as refused; real time."""
_TAKEN: Final = 200


@dataclass(slots=True)
class WebhookSettings:
    """Where webhooks go and how they are written; without `url` nothing is sent."""

    url: str | None
    form: Format
    verifier_token: str
    source: str


class Webhooks:
    """Events of all connected companies, and the task that posts them.

    `spoils` says what goes wrong with an event; `is_connected` whether a company's changes are announced at all.
    """

    def __init__(
        self,
        settings: WebhookSettings,
        clock: CompanyClock,
        *,
        is_connected: Callable[[str], bool],
        spoils: Callable[[Event], EventFault | None],
    ) -> None:
        self.settings = settings
        self.outbox = Outbox(clock.now)
        self.deliveries: list[JsonObject] = []
        self._clock = clock
        self._is_connected = is_connected
        self._spoils = spoils
        self._heard: deque[tuple[str, Change]] = deque()
        self._numbers: dict[str, int] = {}
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._spoiled: list[JsonObject] = []

    def announce(self, realm_id: str, change: Change) -> None:
        """Hear of a change, in any thread; `wake` makes an event of it."""
        if self.settings.url is not None and change.entity in ANNOUNCED:
            self._heard.append((realm_id, change))

    def wake(self) -> None:
        """Look at once for something to send; called in the event loop after changes and moves of the clock."""
        if self.settings.url is None:
            return
        while self._heard:
            self._queue(*self._heard.popleft())
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        self._woken.set()

    async def forge(self, events: Sequence[Event], verifier_token: str | None) -> int | None:
        """Post events that never happened, signed with that token or not at all; return the status."""
        post = body(events, self.settings.form, self.settings.source)
        signed = {} if verifier_token is None else {"intuit-signature": signature(post, verifier_token)}
        status = await self._posted(post, signed)
        self._note(events, 1, self._clock.now(), status, "forged")
        return status

    async def close(self) -> None:
        """Stop sending."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def summary(self) -> JsonObject:
        """What waits, what was sent and what went wrong on purpose, as JSON."""
        due = self.outbox.next_due()
        return {
            "url": self.settings.url,
            "format": str(self.settings.form),
            "held": self.outbox.held,
            "waiting": [_event_json(event) for event in self.outbox.events()],
            "next_due": due.isoformat() if due else None,
            "deliveries": self.deliveries,
            "faults": self._spoiled,
        }

    def forget(self) -> None:
        """Forget what waits and what was sent."""
        self.outbox.clear()
        self.deliveries.clear()
        self._spoiled.clear()

    def _queue(self, realm_id: str, change: Change) -> None:
        if not self._is_connected(realm_id):
            return
        self._numbers[realm_id] = self._numbers.get(realm_id, 0) + 1
        event = Event(event_id(realm_id, self._numbers[realm_id]), realm_id, change)
        fault = self.outbox.put(event, self._spoils(event))
        if fault is not None:
            self._spoiled.append({"event": event.event_id, "fault": str(fault)})

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            await self._send_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._pause_seconds())

    async def _send_due(self) -> None:
        while (post := self.outbox.next_post()) is not None:
            written = body(post.events, self.settings.form, self.settings.source)
            signed = {"intuit-signature": signature(written, self.settings.verifier_token)}
            status = await self._posted(written, signed)
            self._note(post.events, post.attempt, post.due, status, None)
            if status == _TAKEN:
                self.outbox.acknowledged(post)
            else:
                self.outbox.refused(post)

    def _pause_seconds(self) -> float | None:
        due = self.outbox.next_due()
        if due is None or not self._clock.runs:
            return None
        return max(0.0, (due - self._clock.now()).total_seconds())

    async def _posted(self, post: bytes, headers: Mapping[str, str]) -> int | None:
        url = self.settings.url
        if url is None:
            return None
        sent = {"Content-Type": content_type(self.settings.form), "User-Agent": "intuit_notification", **headers}
        return await asyncio.to_thread(_post, url, post, sent)

    def _note(
        self, events: Sequence[Event], attempt: int, due: datetime, status: int | None, fault: str | None
    ) -> None:
        delivery = {
            "events": [event.event_id for event in events],
            "attempt": attempt,
            "due": due.isoformat(),
            "status": status,
            "fault": fault,
        }
        self.deliveries.append(delivery)


def _post(url: str, post: bytes, headers: Mapping[str, str]) -> int | None:
    """The status that the receiver answers; None when there is no answer in time, or no such address."""
    target = urlsplit(url)
    connect = HTTPSConnection if target.scheme == "https" else HTTPConnection
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    try:
        connection = connect(target.hostname or "", target.port, timeout=ANSWER_SECONDS)
        with closing(connection):
            connection.request("POST", path, post, dict(headers))
            return connection.getresponse().status
    except (OSError, HTTPException, ValueError):
        return None


def _event_json(event: Event) -> JsonObject:
    change = event.change
    return {
        "id": event.event_id,
        "realm_id": event.realm_id,
        "entity": change.entity,
        "entity_id": change.entity_id,
        "operation": change.operation,
        "at": change.at.isoformat(),
    }
