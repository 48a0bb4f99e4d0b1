"""Writes for tests: what is wanted of the small company, and the part of the product that carries it out."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import httpx2

from oodaloo.bootstrap.opening import open_services
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.writes.carrying import LAG_ALLOWANCE, Writes
from oodaloo.infra.qbo.writes.intents import Intent
from oodaloo.infra.qbo.writes.write import Write, marker_for, seen
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import BusinessId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.product import QUICK, UNLIMITED, connect, settings_for
from tests.support.recordings import JsonObject
from tests.support.rows import A_MOMENT

VENDOR, CHECKING, SOFTWARE = "5", "1", "10"
DATED = "2026-10-02"
_NUMBERS = count(1)


@dataclass
class SteppedClock:
    """A clock that goes on when a test says so."""

    instant: datetime

    def now(self) -> datetime:
        """The instant that it was moved to last."""
        return self.instant


@dataclass(frozen=True)
class Office:
    """A connected company whose books can be written to; its `clock` tells leases and QuickBooks' lag."""

    quickbooks: Emulator
    business_id: BusinessId
    writes: Writes
    clock: SteppedClock

    async def prepare(self, write: Write) -> Intent:
        """Want a write, in a transaction of its own."""
        async with self.writes.database.tenant(self.business_id) as session:
            return await self.writes.prepare(session, write)

    async def carry_out(self, write: Write) -> Intent:
        """Want a write and carry it out, or go on with it."""
        intent = await self.prepare(write)
        return await self.writes.carry_out(self.business_id, intent.id, lane=Lane.USER)

    def later(self, elapsed: timedelta = LAG_ALLOWANCE) -> None:
        """Let time pass: by default until what was sent must show."""
        self.clock.instant += elapsed

    def sent(self, entity: str) -> list[JsonObject]:
        """Every write of a type that reached QuickBooks, whatever became of it."""
        return [each for each in self.quickbooks.journal() if each["method"] == "POST" and each["entity"] == entity]

    def record(self, entity: str, record_id: str) -> JsonObject:
        """A record as QuickBooks has it."""
        read: JsonObject = self.quickbooks.call("GET", f"{entity.lower()}/{record_id}").json()[entity]
        return read

    def edit(self, operation: str, entity: str, record_id: str, **changes: object) -> JsonObject:
        """What a person does in QuickBooks."""
        described = {"operation": operation, "entity": entity, "body": {"Id": record_id, **changes}}
        answer = self.quickbooks.http.post("/_emulator/edit", json=described)
        assert answer.status_code == httpx2.codes.OK, answer.text
        edited: JsonObject = answer.json()[entity]
        return edited

    def payments_of(self, bill_id: str) -> list[str]:
        """The payments that a bill shows."""
        return [link["TxnId"] for link in self.record("Bill", bill_id).get("LinkedTxn", [])]


@asynccontextmanager
async def an_office(database: TestDatabase, quickbooks: Emulator, **fixed: str) -> AsyncIterator[Office]:
    """The small company's office, connected; `fixed` settings go before."""
    rules = replace(UNLIMITED, lease_seconds=0.1)  # for so long a call with an unknown end keeps its permit
    settings = settings_for(database, quickbooks, **fixed)
    async with open_services(settings, FixedClock(A_MOMENT), patience=QUICK, rules=rules) as services:
        business_id = await connect(services, quickbooks)
        clock = SteppedClock(A_MOMENT)
        yield Office(quickbooks, business_id, replace(services.writes, wall_clock=clock), clock)


def a_bill_in(quickbooks: Emulator, amount: str = "100.00", *, note: str = "") -> bytes:
    """A new open bill of Cloudhost, entered by a person; as QuickBooks has it."""
    return as_bytes(quickbooks.create("Bill", bill(amount, note)))


def an_invoice_in(quickbooks: Emulator, amount: str = "100.00") -> bytes:
    """A new open invoice to Harbor Dental, entered by a person; as QuickBooks has it."""
    line = {"Amount": float(amount), "DetailType": "SalesItemLineDetail"}
    detail = {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": float(amount)}
    body = {"CustomerRef": {"value": "1"}, "TxnDate": DATED, "Line": [{**line, "SalesItemLineDetail": detail}]}
    return as_bytes(quickbooks.create("Invoice", {**body, "BillEmail": {"Address": "desk@harbor.example"}}))


def payment_of(name: str, bill_record: bytes, amount: str = "") -> Write:
    """A cheque for the whole of a bill, decided upon its balance; or for a part of it, whatever else is paid."""
    key = a_key(name)
    read = json.loads(bill_record)
    paid = float(amount or read["Balance"])
    line = {"Amount": paid, "LinkedTxn": [{"TxnId": read["Id"], "TxnType": "Bill"}]}
    body = {
        "VendorRef": {"value": read["VendorRef"]["value"]},
        "TxnDate": DATED,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
        "TotalAmt": paid,
        "PrivateNote": f"Paid by {marker_for(key)}",
        "Line": [line],
    }
    based_on = [seen("Bill", bill_record) if amount else seen("Bill", bill_record, "Balance")]
    return Write.create(key, "BillPayment", as_bytes(body), marker=marker_for(key), based_on=based_on)


def creation_of(name: str, entity: str, amount: str = "25.00") -> Write:
    """A new bill or vendor credit of Cloudhost."""
    key = a_key(name)
    return Write.create(key, entity, as_bytes(bill(amount, marker_for(key))), marker=marker_for(key))


def a_key(name: str) -> str:
    """A key that no other write has: companies outlast a test, and what is in them bears marks made of keys."""
    return f"{name} {next(_NUMBERS)}"


def bill(amount: str, note: str) -> JsonObject:
    """A bill, or a credit, of Cloudhost for software."""
    detail = {"AccountRef": {"value": SOFTWARE}}
    line = {"Amount": float(amount), "DetailType": "AccountBasedExpenseLineDetail"}
    lines = [{**line, "AccountBasedExpenseLineDetail": detail}]
    return {"VendorRef": {"value": VENDOR}, "TxnDate": DATED, "PrivateNote": note, "Line": lines}


def as_bytes(record: Mapping[str, object]) -> bytes:
    """A record as JSON; amounts that were read as text are numbers again."""
    return json.dumps(record).encode()
