"""Batches: up to 30 independent items in one call, each with an answer or a fault of its own."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from qbo_emulator.bodies import decode_object
from qbo_emulator.entities import entity_name
from qbo_emulator.faults import (
    VALIDATION,
    FaultError,
    QboFault,
    not_implemented,
    required_missing,
    unreadable_body,
    unsupported_operation,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.asked import Asked
from qbo_emulator.server.change_data import changes
from qbo_emulator.server.queries import select
from qbo_emulator.server.writes import once, too_long_request_id, write
from qbo_emulator.wire import encode, envelope, fault_object

MOST_ITEMS: Final = 30
LONGEST_REQUEST_ID: Final = 36
_ITEM_FIELDS: Final = frozenset({"bId", "operation", "optionsData"})
_ELSEWHERE: Final = frozenset({"ReportQuery"})


class BatchAnswer(NamedTuple):
    """The whole answer, how many items asked something, and what was written."""

    body: bytes
    reads: int
    entity_ids: tuple[str, ...]
    applied: bool
    """Whether any item was carried out now."""


def answer_batch(asked: Asked) -> BatchAnswer:
    """The answer to POST /batch; faults only for a body that is no batch, those of items stand in their answers."""
    items = decode_object(asked.call.body).get("BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise required_missing("BatchItemRequest")
    if not all(isinstance(item, dict) for item in items):
        raise unreadable_body("BatchItemRequest has the wrong shape")
    if len(items) > MOST_ITEMS:
        raise _too_many(len(items))
    request_id = asked.call.parameters.get("requestid")
    if request_id is not None and len(request_id) > LONGEST_REQUEST_ID:
        raise too_long_request_id(request_id, LONGEST_REQUEST_ID)
    batch = _Batch(asked, request_id)
    answers = [batch.answer(item) for item in items]
    body = envelope("BatchItemResponse", b"[%s]" % b",".join(answers), asked.at)
    return BatchAnswer(body, max(1, batch.reads), tuple(batch.entity_ids), batch.applied)


class _Batch:
    """One batch while its items are carried out, in their order."""

    def __init__(self, asked: Asked, request_id: str | None) -> None:
        self.reads = 0
        self.entity_ids: list[str] = []
        self.applied = False
        self._asked = asked
        self._request_id = request_id

    def answer(self, item: JsonObject) -> bytes:
        """The item's answer: entity, QueryResponse, CDCResponse or Fault, with its bId."""
        try:
            answered = self._carried_out(item)
        except QboFault as fault:
            answered = b'"Fault":%s' % encode(fault_object(fault))
        named = b',"bId":%s' % encode(str(item["bId"])) if "bId" in item else b""
        return b"{%s%s}" % (answered, named)

    def _carried_out(self, item: JsonObject) -> bytes:
        content = [name for name in item if name not in _ITEM_FIELDS]
        if len(content) != 1:
            raise unreadable_body("a batch item takes one entity or one Query")
        name = content[0]
        if name in _ELSEWHERE:
            raise not_implemented(f"{name} in a batch")
        if name == "Query":
            return self._select(item[name])
        if not isinstance(item[name], dict):
            raise unreadable_body(f"{name} has the wrong shape")
        if name == "CDCQuery":
            return self._changes(item[name])
        if entity_name(name) is None:
            raise unsupported_operation(f"on {name}")
        return self._written(name, item)

    def _select(self, text: object) -> bytes:
        if not isinstance(text, str):
            raise required_missing("Query")
        answered = select(self._asked.view, text)
        self.reads += 1
        return b'"QueryResponse":%s' % answered

    def _changes(self, query: Mapping[str, object]) -> bytes:
        entities, since = str(query.get("Entities", "")), str(query.get("ChangedSince", ""))
        answered = changes(self._asked.view, entities, since, self._asked.at)
        self.reads += 1
        return b'"CDCResponse":[%s]' % answered

    def _written(self, name: str, item: JsonObject) -> bytes:
        operation = item.get("operation")
        if operation is None:
            raise required_missing("operation")
        options = str(item.get("optionsData", ""))
        if options.lower() == "void" and operation == "update":
            operation = "void"

        def carry_out() -> bytes:
            written = write(self._asked.books, name, str(operation), item[name], options=options, at=self._asked.at)
            self.applied = True
            self.entity_ids.append(written.entity_id)
            return b'"%s":%s' % (written.entity.encode(), written.encoded)

        # QuickBooks stores one id per item: the batch's with the item's behind it.
        request_id = None if self._request_id is None else self._request_id + str(item.get("bId", ""))
        return once(self._asked.replays, "item", request_id, carry_out)[0]


def _too_many(count: int) -> QboFault:
    detail = f"Batch size exceeds allowed limit : Supplied batch size:{count} Max batch size:{MOST_ITEMS}"
    return QboFault(400, VALIDATION, FaultError("1040", "Batch size exceeds allowed limit", detail))
