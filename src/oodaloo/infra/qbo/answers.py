"""QuickBooks' answers taken apart: records stay as they came, times are QuickBooks' own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import msgspec

from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.calls import Answer
from oodaloo.infra.qbo.errors import QboMalformedAnswerError

_QUERY = msgspec.json.Decoder(wire.QueryAnswer)
_CHANGES = msgspec.json.Decoder(wire.ChangesAnswer)
_RECORD = msgspec.json.Decoder(wire.RecordAnswer)
_RECORDS = msgspec.json.Decoder(list[msgspec.Raw])
_COUNT = msgspec.json.Decoder(int)
_CHANGED = msgspec.json.Decoder(wire.ChangedRecord)


@dataclass(frozen=True, slots=True)
class Page:
    """What a query found: the records as their original JSON, and QuickBooks' time when it answered.

    `total` is how many there are altogether, for the few types and the counts whose answers tell; else None.
    """

    records: list[bytes]
    total: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Deletion:
    """A record that QuickBooks says is gone, and when it went."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since an instant, by type; `objects` counts all of it: 1,000 means that something may be missing."""

    at: datetime
    changed: Mapping[str, list[bytes]]
    deleted: Mapping[str, list[Deletion]]
    objects: int


def page(entity: str, answer: Answer) -> Page:
    """The records of a query's answer. Raises `QboMalformedAnswerError`."""
    try:
        read = _QUERY.decode(answer.body)
        found = read.QueryResponse
        records = [bytes(record) for record in _RECORDS.decode(found[entity])] if entity in found else []
        total = _COUNT.decode(found["totalCount"]) if "totalCount" in found else None
    except msgspec.DecodeError as error:
        _malformed(entity, error, answer)
    return Page(records, total, read.time)


def record(entity: str, answer: Answer) -> bytes:
    """The record of a read's or a write's answer, as its original JSON. Raises `QboMalformedAnswerError`."""
    try:
        found = _RECORD.decode(answer.body)
        return bytes(found[entity])
    except (msgspec.DecodeError, KeyError) as error:
        _malformed(entity, error, answer)


def readable(answer: Answer) -> Answer:
    """The same answer, when it is one JSON object. Raises `QboMalformedAnswerError`."""
    try:
        _RECORD.decode(answer.body)
    except msgspec.DecodeError as error:
        _malformed("the call", error, answer)
    return answer


def changes(answer: Answer) -> Changes:
    """The changed and the deleted records of change data capture. Raises `QboMalformedAnswerError`."""
    changed: dict[str, list[bytes]] = {}
    deleted: dict[str, list[Deletion]] = {}
    objects = 0
    try:
        read = _CHANGES.decode(answer.body)
        for response in read.CDCResponse:
            for element in response.QueryResponse:
                for entity, value in element.items():
                    if not entity[0].isupper():
                        continue  # startPosition, maxResults, totalCount
                    for source in _RECORDS.decode(value):
                        objects += 1
                        seen = _CHANGED.decode(source)
                        if seen.status == "Deleted":
                            gone = Deletion(seen.id, seen.meta_data.last_updated_time)
                            deleted.setdefault(entity, []).append(gone)
                        else:
                            changed.setdefault(entity, []).append(bytes(source))
    except msgspec.DecodeError as error:
        _malformed("changes", error, answer)
    return Changes(read.time, changed, deleted, objects)


def _malformed(about: str, error: Exception, answer: Answer) -> NoReturn:
    raise QboMalformedAnswerError(
        f"QuickBooks' answer about {about} can't be read ({error}). Try again; if it stays, report it.",
        intuit_tid=answer.intuit_tid,
    ) from None
