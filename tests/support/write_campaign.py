"""A thousand writes on a bad day: what is planned, who disturbs it, and what QuickBooks' own books say afterwards."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx2
import msgspec

from oodaloo.infra.qbo.writes.intents import Intent, IntentState
from oodaloo.infra.qbo.writes.write import Write, WriteOperation
from tests.support.databases import TestDatabase
from tests.support.emulators import POLL_SECONDS, Emulator
from tests.support.forked import ROOT, Forks
from tests.support.product import environment, settings_for
from tests.support.recordings import JsonObject
from tests.support.write_worker import Plan
from tests.support.writing import a_bill_in, a_key, an_invoice_in, creation_of, payment_of

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


@dataclass(frozen=True)
class Verdict:
    """What QuickBooks' books and journal say about a plan: how often each write took effect, and what is wrong."""

    states: Counter[IntentState]
    faults: Counter[str]
    repeated: int
    mailed_twice: int
    wrong: list[str]


def judged(quickbooks: Emulator, plan: Sequence[Write], intents: Mapping[str, Intent]) -> Verdict:
    """Compare what we say of each write with what QuickBooks has."""
    records = {entity: quickbooks.all_of(entity) for entity in ("BillPayment", "Bill", "VendorCredit", "Invoice")}
    summary = quickbooks.http.get("/_emulator/journal/summary").json()
    mails = _mails(quickbooks)
    asked = summary["by_requestid"].values()
    wrong = [problem for write in plan for problem in _problems(write, intents.get(write.key), records, mails)]
    wrong += [f"a requestid took effect {each['applied']} times" for each in asked if each["applied"] > 1]
    return Verdict(
        Counter(intent.state for intent in intents.values()),
        Counter(summary["faults"]),
        sum(each["requests"] > 1 for each in asked),
        sum(count > 1 for count in mails.values()),
        wrong,
    )


def _problems(
    write: Write, intent: Intent | None, records: Mapping[str, Sequence[JsonObject]], mails: Mapping[str, int]
) -> Iterator[str]:
    if intent is None or intent.state not in (IntentState.DONE, IntentState.REFUSED):
        yield f"{write.key} has no known end"
        return
    expected = intent.state is IntentState.DONE
    if write.operation is WriteOperation.CREATE:
        made = [record["Id"] for record in records[write.entity] if write.marker in record.get("PrivateNote", "")]
        if made != [intent.record_id] * expected:
            yield f"{write.key} is {intent.state} as {intent.record_id!r}, QuickBooks has {made}"
        return
    record = next((each for each in records[write.entity] if each["Id"] == intent.record_id), None)
    happened = _HAPPENED[write.operation](record, mails.get(intent.record_id, 0))
    if happened is not expected and not (write.operation is WriteOperation.DELETE and intent.error_code == "changed"):
        yield f"{write.key} is {intent.state}, but in QuickBooks it is {record}"


_HAPPENED: Mapping[WriteOperation, Callable[[JsonObject | None, int], bool]] = {
    WriteOperation.UPDATE: lambda record, _mails: record is not None and record["DueDate"] == DUE,
    WriteOperation.DELETE: lambda record, _mails: record is None,
    WriteOperation.VOID: lambda record, _mails: record is not None and not float(record["TotalAmt"]),
    WriteOperation.SEND: lambda _record, mails: mails > 0,
}


def _mails(quickbooks: Emulator) -> Counter[str]:
    sent = [each for each in quickbooks.journal() if each["operation"] == "send" and each["applied"]]
    return Counter(each["path"].split("/")[-2] for each in sent)


def _postponed(key: str, bill: bytes) -> Write:
    return Write.update(key, "Bill", bill, json.dumps({"DueDate": DUE}).encode())


def carried_out(
    quickbooks: Emulator, database: TestDatabase, plan: Plan, path: Path, forked: Forks, *, kills: int, seed: int
) -> None:
    """Let a worker carry a plan out while people and faults get in its way, and kill it (-9) so many times."""
    dice = random.Random(seed)  # noqa: S311 (moments, no secrets)
    path.write_bytes(msgspec.json.encode(plan))
    settings = environment(settings_for(database, quickbooks))
    edits = human_edits(plan.writes)
    disturb(quickbooks, seed)
    try:
        for left in range(kills, -1, -1):
            enough = dice.randint(1, 2 * len(plan.writes) // (kills + 1)) + len(quickbooks.journal())
            worker = forked.start(str(path), settings=settings, folder=ROOT)
            while not forked.has_ended(worker) and (not left or len(quickbooks.journal()) < enough):
                for edit in islice(edits, 3):
                    quickbooks.http.post("/_emulator/edit", json=edit)
                time.sleep(POLL_SECONDS)
            time.sleep(dice.uniform(0, 0.02) if left else 0)
            forked.kill(worker)
    finally:
        quickbooks.http.delete("/_emulator/campaign").raise_for_status()
