"""Control over webhooks: where they go, and holding, dropping, duplicating, delaying, reordering and forging them."""

from collections.abc import Sequence
from typing import get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qbo_emulator.changes import Change, Operation
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.control_requests import (
    ControlError,
    Endpoint,
    company_of,
    flag,
    json_object,
    refuse_unknown_fields,
    whole_number,
)
from qbo_emulator.server.parts import Parts
from qbo_emulator.webhooks.events import Event, event_id
from qbo_emulator.webhooks.outbox import EventFault

_SPOILED: dict[str, EventFault] = {
    "drop": EventFault.DROP,
    "duplicate": EventFault.DUPLICATE,
    "delay": EventFault.DELAY,
    "reorder": EventFault.REORDER,
}
_OPERATIONS: tuple[Operation, ...] = get_args(Operation)


class WebhookControl:
    """The endpoints over one emulator's webhooks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._webhooks = parts.webhooks
        self._forged = 0

    def endpoints(self) -> Sequence[Endpoint]:
        """What can be asked for."""
        return (
            Endpoint("GET", "webhooks", self.summary),
            Endpoint("POST", "webhooks", self.change),
            Endpoint("DELETE", "webhooks", self.forget),
            Endpoint("POST", "webhooks/forge", self.forge),
        )

    async def summary(self, _request: Request) -> Response:
        """What waits, what was sent and how it was received."""
        return JSONResponse(self._webhooks.summary())

    async def change(self, request: Request) -> Response:
        """Set the `url`, `hold` or release, spoil the next events (`drop`, `duplicate`, `delay`, `reorder`: how many).

        `delay_seconds` says how late delayed events are, `shuffle` brings those that wait into another order.
        """
        body = await json_object(request)
        refuse_unknown_fields(body, "url", "hold", "delay_seconds", "shuffle", *_SPOILED)
        outbox = self._webhooks.outbox
        if "url" in body:
            self._webhooks.settings.url = None if body["url"] is None else str(body["url"])
        if "delay_seconds" in body:
            outbox.delay_seconds = whole_number(body, "delay_seconds")
        for name, fault in _SPOILED.items():
            if name in body:
                outbox.spoil(fault, whole_number(body, name))
        if "shuffle" in body:
            outbox.shuffle(whole_number(body, "shuffle"))
        if "hold" in body:
            outbox.held = flag(body, "hold")
        self._webhooks.wake()
        return await self.summary(request)

    async def forget(self, request: Request) -> Response:
        """Forget what waits, what was sent and what was to go wrong."""
        self._webhooks.forget()
        return await self.summary(request)

    async def forge(self, request: Request) -> Response:
        """Post an event that never happened: `realm_id`, `entity`, `entity_id`, `operation`.

        It is signed with another verifier token, or not at all with `"signature": "none"`, or rightly with "valid".
        """
        body = await json_object(request)
        refuse_unknown_fields(body, "realm_id", "entity", "entity_id", "operation", "signature")
        if self._webhooks.settings.url is None:
            raise ControlError("there is no webhook url to post to")
        tokens = {"wrong": "another-verifier-token", "none": None, "valid": self._webhooks.settings.verifier_token}
        signed = body.get("signature", "wrong")
        if signed not in tokens:
            raise ControlError(f"signature must be one of {', '.join(tokens)}")
        self._forged += 1
        event = self._event(body)
        status = await self._webhooks.forge([event], tokens[signed])
        return JSONResponse({"event": event.event_id, "status": status})

    def _event(self, body: JsonObject) -> Event:
        operation = body.get("operation", "updated")
        if operation not in _OPERATIONS:
            raise ControlError(f"operation must be one of {', '.join(_OPERATIONS)}")
        realm_id = str(body.get("realm_id", company_of(self._parts.directory, None).realm_id))
        change = Change(
            str(body.get("entity", "Invoice")), str(body.get("entity_id", "1")), operation, self._parts.clock.now()
        )
        return Event(event_id(f"forged/{realm_id}", self._forged), realm_id, change)
