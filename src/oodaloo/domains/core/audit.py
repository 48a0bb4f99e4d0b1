"""The audit trail: who did what, when, on what knowledge, expecting what; each entry sealed by a hash of all before."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select

from oodaloo.domains.core.store import AuditEntryRow, AuditHeadRow
from oodaloo.infra.db.session import TenantSession

OODALOO: Final = "oodaloo"
"""The actor of what the program does by itself: executing, reconciling, marking drafts as stale."""

OPERATOR: Final = "operator"
"""The actor of what is done by command, by whoever runs the program."""

_START: Final = "0" * 64
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done or happened.

    `actor` is a person's id or `OODALOO`; `subject` what it is about ("Bill 45", "Batch …"); `picture_id` the cash
    picture that it was decided on, empty where none was; `expected` and `happened` are sentences; `facts` are details
    as texts. `at` is product time, `recorded_at` real time.
    """

    at: datetime
    recorded_at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    picture_id: str = ""
    expected: str = ""
    happened: str = ""
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Author:
    """Who does something, and when: `id` as in an entry's `actor`, `at` product time, `recorded_at` real time."""

    id: str
    name: str
    at: datetime
    recorded_at: datetime

    def entry(self, action: str, subject: str, *, happened: str = "", facts: Mapping[str, str]) -> AuditEntry:
        """The entry of what they do without a picture: settings, people, tokens."""
        return AuditEntry(
            at=self.at,
            recorded_at=self.recorded_at,
            actor=self.id,
            actor_name=self.name,
            action=action,
            subject=subject,
            happened=happened,
            facts=dict(facts),
        )


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry in its place, counted from 1, with the hash that seals it and all before."""

    number: int
    hash: str
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class TrailVerdict:
    """Whether a trail is whole. `broken_at` is the first number whose entry is missing, changed or out of its place.

    `hash` is the last good one. Noted elsewhere, it proves later that nothing up to it was rewritten.
    """

    entries: int
    hash: str
    broken_at: int | None


async def record(session: TenantSession, entry: AuditEntry) -> NumberedEntry:
    """Add an entry in the transaction of what it tells of, so that neither is there without the other."""
    head = await _locked_head(session)
    body = msgspec.json.encode(entry, order="deterministic").decode()
    number, sealed = head.number + 1, _sealed(head.hash, body)
    row = {"number": number, "subject": entry.subject, "body": body, "previous": head.hash, "hash": sealed}
    if not await session.insert_new(AuditEntryRow, row):
        raise AssertionError("whoever holds the head has the next number")
    await session.update(AuditHeadRow, values={"number": number, "hash": sealed})
    return NumberedEntry(number, sealed, entry)


async def trail(session: TenantSession, *, subject: str | None = None, after: int = 0) -> tuple[NumberedEntry, ...]:
    """Up to 500 entries in their order, from the one behind number `after`; of `subject` alone if it is given."""
    wanted = select(AuditEntryRow).where(AuditEntryRow.number > after)
    if subject is not None:
        wanted = wanted.where(AuditEntryRow.subject == subject)
    rows = await session.scalars(wanted.order_by(AuditEntryRow.number).limit(_PAGE))
    return tuple(NumberedEntry(row.number, row.hash, _ENTRY.decode(row.body)) for row in rows)


async def latest(session: TenantSession, subject: str) -> NumberedEntry | None:
    """The newest entry about a subject, None where there is none."""
    about = select(AuditEntryRow).where(AuditEntryRow.subject == subject)
    rows = await session.scalars(about.order_by(AuditEntryRow.number.desc()).limit(1))
    return NumberedEntry(rows[0].number, rows[0].hash, _ENTRY.decode(rows[0].body)) if rows else None


async def verify(session: TenantSession) -> TrailVerdict:
    """Whether every entry is there, in its place, as it was written."""
    number, sealed = 0, _START
    while True:
        rows = await session.scalars(
            select(AuditEntryRow).where(AuditEntryRow.number > number).order_by(AuditEntryRow.number).limit(_PAGE)
        )
        for row in rows:
            whole = row.number == number + 1 and row.previous == sealed and row.hash == _sealed(sealed, row.body)
            if not whole:
                return TrailVerdict(number, sealed, number + 1)
            number, sealed = row.number, row.hash
        if len(rows) < _PAGE:
            break
    heads = await session.scalars(select(AuditHeadRow))
    ends_there = (heads[0].number, heads[0].hash) == (number, sealed) if heads else number == 0
    return TrailVerdict(number, sealed, None if ends_there else number + 1)


async def _locked_head(session: TenantSession) -> AuditHeadRow:
    """The end of the trail, which nobody else can move before this transaction ends."""
    locked = select(AuditHeadRow).with_for_update()
    heads = await session.scalars(locked)
    if not heads:
        await session.insert_new(AuditHeadRow, {"number": 0, "hash": _START})
        heads = await session.scalars(locked)
    return heads[0]


def _sealed(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


_ENTRY: Final = msgspec.json.Decoder(AuditEntry)
