"""Many writes on a bad day: what is planned, who disturbs it, and what QuickBooks' own books say afterwards."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path

import httpx2
import msgspec
from sqlalchemy import select

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.infra.qbo.writes.intents import CHANGED_MEANWHILE, Intent, IntentState
from oodaloo.infra.qbo.writes.write import Write, WriteOperation
from tests.support.databases import TestDatabase
from tests.support.emulators import POLL_SECONDS, Emulator
from tests.support.forked import ROOT, Forks
from tests.support.product import environment, settings_for
from tests.support.recordings import JsonObject
from tests.support.write_worker import Plan
from tests.support.writing import Office, a_bill_in, a_key, an_invoice_in, creation_of, payment_of

RATES = {
    "lost_answer": 0.06,
    "error_after": 0.05,
    "truncate": 0.04,
    "error_before": 0.03,
    "drop_before": 0.03,
    "throttle_json": 0.02,
    "throttle_xml": 0.02,
    "token_expired": 0.01,
    "slow": 0.01,
    "delay": 0.01,
    "stale_token_conflict": 0.05,
    "clock_skew": 0.02,
    "stale_read": 0.3,
    "cdc_gap": 0.01,
}
STALE_SECONDS = 1
DUE = "2026-12-24"
SHARES = {"payment": 70, "bill": 6, "credit": 5, "update": 7, "delete": 4, "void": 3, "send": 5}
"""How many of a hundred writes are of each kind."""


def planned(quickbooks: Emulator, count: int) -> list[Write]:
    """So many writes of all kinds, with the records that they need entered in QuickBooks."""
    makers: Mapping[str, Callable[[str], Write]] = {
        "payment": lambda key: payment_of(key, a_bill_in(quickbooks)),
        "bill": lambda key: creation_of(key, "Bill"),
        "credit": lambda key: creation_of(key, "VendorCredit"),
        "update": lambda key: _postponed(key, a_bill_in(quickbooks)),
        "delete": lambda key: Write.delete(key, "Bill", a_bill_in(quickbooks), guarding=("Balance",)),
        "void": lambda key: Write.void(key, "Invoice", an_invoice_in(quickbooks), guarding=("TotalAmt",)),
        "send": lambda key: Write.send(key, "Invoice", an_invoice_in(quickbooks)),
    }
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    random.Random(count).shuffle(kinds)  # noqa: S311 (an order, no secrets)
    chosen = [kinds[number * len(kinds) // count] for number in range(count)]
    return [makers[kind](a_key(kind)) for kind in chosen]


def disturb(quickbooks: Emulator, seed: int) -> None:
    """Faults of every kind from now on."""
    described = {"seed": seed, "rates": RATES, "delay_ms": 30, "retry_after_seconds": 0, "seconds": STALE_SECONDS}
    answer = quickbooks.http.post("/_emulator/campaign", json=described)
    assert answer.status_code < httpx2.codes.BAD_REQUEST, answer.text


def human_edits(plan: Sequence[Write]) -> Iterator[JsonObject]:
    """What a person does meanwhile: remarks on every third record, and the same changes that we are about to make."""
    for number, write in enumerate(plan):
        target = write.based_on[0] if write.based_on else None
        if target is None or number % 3:
            continue
        body: JsonObject = {"Id": target.id}
        if write.operation is WriteOperation.UPDATE and number % 2:
            yield {"operation": "update", "entity": "Bill", "body": {**body, "DueDate": "2027-01-15"}}
        elif write.operation is WriteOperation.DELETE and number % 2:
            yield {"operation": "delete", "entity": "Bill", "body": body}
        else:
            yield {"operation": "update", "entity": target.entity, "body": {**body, "PrivateNote": "Looked at."}}


class Flaw(StrEnum):
    """What may not happen to a write: it took effect twice, isn't there though it should be, or is otherwise untrue."""

    DUPLICATE = "duplicate"
    LOST = "lost"
    WRONG = "wrong"


@dataclass(frozen=True)
class Verdict:
    """What QuickBooks' books and journal say about a plan: where each write ended, what happened, and what is amiss."""

    states: Counter[IntentState]
    faults: Counter[str]
    requests: int
    repeated: int
    flaws: Mapping[Flaw, Sequence[str]]


async def judged(office: Office, plan: Sequence[Write]) -> Verdict:
    """Compare what we say of each write, and mirror of it, with what QuickBooks has."""
    intents = {write.key: await office.prepare(write) for write in plan}
    mirrored = await _mirrored(office)
    quickbooks = office.quickbooks
    books = _Books.read(quickbooks)
    summary = quickbooks.http.get("/_emulator/journal/summary").json()
    asked = summary["by_requestid"]
    flaws: dict[Flaw, list[str]] = {flaw: [] for flaw in Flaw}
    for write in plan:
        for flaw, problem in _problems(write, intents[write.key], books):
            flaws[flaw].append(f"{write.key}: {problem}")
        intent = intents[write.key]
        if intent.state is IntentState.DONE and not _is_mirrored(intent, mirrored):
            flaws[Flaw.WRONG].append(f"{write.key}: the mirror doesn't show what was done with {intent.record_id}")
    for requestid, each in asked.items():
        if each["applied"] > 1:
            flaws[Flaw.DUPLICATE].append(f"requestid {requestid} took effect {each['applied']} times")
    return Verdict(
        Counter(intent.state for intent in intents.values()),
        Counter(summary["faults"]),
        sum(each["requests"] for each in asked.values()),
        sum(each["requests"] > 1 for each in asked.values()),
        flaws,
    )


@dataclass(frozen=True)
class _Books:
    """QuickBooks' records by type and id, how often each document was mailed, and which requests changed something."""

    records: Mapping[str, Mapping[str, JsonObject]]
    mails: Counter[str]
    applied: frozenset[str]

    @classmethod
    def read(cls, quickbooks: Emulator) -> "_Books":
        """The books as they are now."""
        types = ("BillPayment", "Bill", "VendorCredit", "Invoice")
        records = {entity: {each["Id"]: each for each in quickbooks.all_of(entity)} for entity in types}
        heard = [each for each in quickbooks.journal() if each["applied"]]
        mails = Counter(each["path"].split("/")[-2] for each in heard if each["operation"] == "send")
        return cls(records, mails, frozenset(each["requestid"] for each in heard if each["requestid"]))


async def _mirrored(office: Office) -> Mapping[str, frozenset[str]]:
    """The ids that the mirror has of each type."""
    async with office.writes.database.tenant(office.business_id, read_only=True) as session:
        return {each.name: frozenset(await session.scalars(select(each.row.id))) for each in ENTITY_TYPES}


def _is_mirrored(done: Intent, mirrored: Mapping[str, frozenset[str]]) -> bool:
    return (done.record_id in mirrored[done.entity]) is not (done.operation is WriteOperation.DELETE)


def _problems(write: Write, intent: Intent, books: _Books) -> Iterator[tuple[Flaw, str]]:
    if intent.state not in (IntentState.DONE, IntentState.REFUSED):
        yield Flaw.LOST, "nobody knows how it ended"
    elif write.operation is WriteOperation.CREATE:
        yield from _problems_of_creation(write, intent, books)
    else:
        yield from _problems_of_change(write, intent, books)


def _problems_of_creation(write: Write, intent: Intent, books: _Books) -> Iterator[tuple[Flaw, str]]:
    """Found by its marker, a creation is there once, under the id that we know, and is what was wanted."""
    made = [each for each in books.records[write.entity].values() if write.marker in each.get("PrivateNote", "")]
    ids = [each["Id"] for each in made]
    if len(made) > 1:
        yield Flaw.DUPLICATE, f"QuickBooks has it as {ids}"
    elif intent.state is IntentState.REFUSED and made:
        yield Flaw.WRONG, f"it is refused ({intent.error}), but QuickBooks has it as {ids}"
    elif intent.state is IntentState.DONE and not made:
        yield Flaw.LOST, f"it is done as {intent.record_id}, but QuickBooks doesn't have it"
    elif made and (ids != [intent.record_id] or _facts(made[0]) != _facts(json.loads(write.body))):
        yield Flaw.WRONG, f"it is done as {intent.record_id}, QuickBooks has {made}"


def _problems_of_change(write: Write, intent: Intent, books: _Books) -> Iterator[tuple[Flaw, str]]:
    """What we say was changed was changed, by us or by a person to the same; what we say was refused wasn't by us."""
    record = books.records[write.entity].get(intent.record_id)
    mails = books.mails[intent.record_id] if write.operation is WriteOperation.SEND else 0
    shows = mails > 0 or _SHOWS[write.operation](record)
    ours = intent.requestid in books.applied
    if mails > 1:
        yield Flaw.DUPLICATE, f"it was mailed {mails} times"
    elif intent.state is IntentState.DONE and not (shows or ours):
        yield Flaw.LOST, f"it is done, but in QuickBooks it is {record}"
    elif intent.state is IntentState.REFUSED and (ours or mails or (shows and intent.error_code != CHANGED_MEANWHILE)):
        yield Flaw.WRONG, f"it is refused ({intent.error}), but QuickBooks carried it out"


def _facts(record: JsonObject) -> tuple[str, Decimal, list[str]]:
    """Whose document it is, over what amount, and what it pays."""
    lines = record["Line"]
    paid = sorted(link["TxnId"] for line in lines for link in line.get("LinkedTxn", []))
    return record["VendorRef"]["value"], sum((Decimal(str(line["Amount"])) for line in lines), Decimal()), paid


_SHOWS: Mapping[WriteOperation, Callable[[JsonObject | None], bool]] = {
    WriteOperation.UPDATE: lambda record: record is not None and record["DueDate"] == DUE,
    WriteOperation.DELETE: lambda record: record is None,
    WriteOperation.VOID: lambda record: record is not None and not float(record["TotalAmt"]),
    WriteOperation.SEND: lambda _record: False,
}


def _postponed(key: str, bill: bytes) -> Write:
    return Write.update(key, "Bill", bill, json.dumps({"DueDate": DUE}).encode())


def carried_out(
    quickbooks: Emulator, database: TestDatabase, plan: Plan, path: Path, forked: Forks, *, kills: int, seed: int
) -> int:
    """Let a worker carry a plan out while people and faults get in its way, and kill it (-9) so many times.

    Gives how often it was killed in the midst of its work.
    """
    dice = random.Random(seed)  # noqa: S311 (moments, no secrets)
    path.write_bytes(msgspec.json.encode(plan))
    settings = environment(settings_for(database, quickbooks))
    edits = human_edits(plan.writes)
    disturb(quickbooks, seed)
    killed = 0
    try:
        for left in range(kills, -1, -1):
            requests = dice.randint(1, 2 * len(plan.writes) // (kills + 1))
            begun_at = quickbooks.heard()
            worker = forked.start(str(path), settings=settings, folder=ROOT)
            while not forked.has_ended(worker) and (not left or quickbooks.heard(begun_at) < begun_at + requests):
                for edit in islice(edits, 3):
                    quickbooks.http.post("/_emulator/edit", json=edit)
                time.sleep(POLL_SECONDS)
            time.sleep(dice.uniform(0, 0.02) if left else 0)
            killed += not forked.has_ended(worker)
            forked.kill(worker)
    finally:
        quickbooks.http.delete("/_emulator/campaign").raise_for_status()
    return killed
