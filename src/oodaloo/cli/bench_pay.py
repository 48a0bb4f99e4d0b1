"""What one write costs beyond QuickBooks' own time: bill payments made by the product and by bare HTTP, in turn."""

import asyncio
import statistics
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.cli.emulator import EmulatorInfo, give_consent, running_emulator
from oodaloo.cli.report import Json
from oodaloo.cli.throwaway_postgres import PostgresMissingError, throwaway_postgres
from oodaloo.infra.qbo.calls import Lane, Service
from oodaloo.infra.qbo.client import MINOR_VERSION, http_pool
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.writes.write import Write, marker_for, seen
from oodaloo.infra.settings import Settings, load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.clock import FixedClock, monotonic_seconds
from oodaloo.kit.ids import BusinessId, RealmId

_WARM_UP: Final = 10
_PAUSE_SECONDS: Final = 0.01  # what one payment leaves to be done (its permit comes back) isn't the next one's time
_SECONDS_AT_MOST: Final = 7.0  # of payments on each database, so that all of it ends in time on any machine
_ITEMS_AT_MOST: Final = 30  # in one batch
PUBLIC_URL: Final = "http://127.0.0.1:8000"
_EMULATOR: Final = ("--scenario", "sample", "--limits", "off")
_NO_WAITING: Final = Rules(cooling_seconds=0.0, per_minute=dict.fromkeys(Service, 1_000_000))
"""Permits are taken and given back as ever. That there are ten a second is QuickBooks' rule and no cost of ours."""


class _Way(Enum):
    """How a bill is paid: by `Writes.do`, prepared in its owner's transaction and carried out, or by bare HTTP."""

    PRODUCT = "product"
    PREPARED = "prepared"
    BARE = "bare"


async def measure_payments(count: int, postgresql_url: str | None) -> dict[str, Json]:
    """Milliseconds per write on SQLite and on PostgreSQL, which is null with the reason where there is none.

    A round pays three new bills in a row, each in another way and each way in turn first. `added` is what the
    product's payment (`Writes.do`) took more than the bare POST of such a body in the same round, `prepared_added` what
    a payment took more that was prepared in a transaction of its own. On a slow machine there are fewer rounds than
    `count`, so that it ends in time.
    """
    async with running_emulator([*_EMULATOR, "--redirect-uri", f"{PUBLIC_URL}/oauth/callback"]) as emulator:
        with tempfile.TemporaryDirectory(prefix="oodaloo-bench-") as folder:
            sqlite = await _measure(emulator, f"sqlite:///{Path(folder) / 'oodaloo.sqlite3'}", count)
        try:
            async with _postgresql(postgresql_url) as url:
                postgresql: Json = await _measure(emulator, url, count)
                reason = None
        except PostgresMissingError as missing:
            postgresql, reason = None, str(missing)
    return {"sqlite": sqlite, "postgresql": postgresql, "postgresql_missing": reason}


@asynccontextmanager
async def _postgresql(url: str | None) -> AsyncIterator[str]:
    if url is not None:
        yield url
        return
    async with throwaway_postgres() as started:
        yield started


async def _measure(emulator: EmulatorInfo, database_url: str, count: int) -> dict[str, Json]:
    settings = bench_settings(emulator, database_url)
    today = date.fromisoformat(emulator.as_of)
    clock = FixedClock(datetime.combine(today, time(15), UTC))
    async with open_services(settings, clock, rules=_NO_WAITING) as services, http_pool() as http:
        business_id = await connected(services, http)
        await services.sync(business_id)
        bare = await bare_http(services, emulator, http)
        bills = await bare.open_bills(len(_Way) * (_WARM_UP + count), today)
        payments = [bare.payment(bill) for bill in bills]
        payers = _payers(services, business_id, bare)
        ends_at = monotonic_seconds() + _SECONDS_AT_MOST
        rounds: list[Mapping[_Way, float]] = []
        while payments and (len(rounds) < _WARM_UP + 2 or monotonic_seconds() < ends_at):
            rounds.append(await _round(payers, payments, first=len(rounds)))
    return _figures(rounds[_WARM_UP:])


def bench_settings(emulator: EmulatorInfo, database_url: str) -> Settings:
    """The settings that connect a database with an emulator."""
    return load_settings(
        database_url=database_url,
        database_owner_url=None,
        encryption_keys=new_key("bench"),
        qbo_client_id=emulator.client_id,
        qbo_client_secret=emulator.client_secret,
        qbo_api_url=emulator.api_url,
        qbo_discovery_url=emulator.discovery_url,
        public_url=PUBLIC_URL,
    )


async def connected(services: Services, http: httpx2.AsyncClient) -> BusinessId:
    """The emulator's first company, connected as a person does."""
    consent = await give_consent(http, await services.begin_connect())
    return await services.finish_connect(code=consent.code, realm_id=consent.realm_id, state=consent.state)


def _payers(
    services: Services, business_id: BusinessId, bare: "Bare"
) -> Mapping[_Way, Callable[[Write], Awaitable[object]]]:
    async def pay_prepared(write: Write) -> None:
        async with services.database.tenant(business_id) as session:
            intent = await services.writes.prepare(session, write)
        await services.writes.carry_out(business_id, intent.id, lane=Lane.USER)

    return {
        _Way.PRODUCT: lambda write: services.writes.do(business_id, write, lane=Lane.USER),
        _Way.PREPARED: pay_prepared,
        _Way.BARE: lambda write: bare.post("billpayment", write.body),
    }


async def _round(
    payers: Mapping[_Way, Callable[[Write], Awaitable[object]]], payments: list[Write], *, first: int
) -> dict[_Way, float]:
    """Seconds that each way takes for one of `payments`, which are used up."""
    ways = list(_Way)
    taken = {}
    for turn in range(len(ways)):
        way = ways[(first + turn) % len(ways)]
        write = payments.pop()
        await asyncio.sleep(_PAUSE_SECONDS)
        started = monotonic_seconds()
        await payers[way](write)
        taken[way] = monotonic_seconds() - started
    return taken


@dataclass(frozen=True, slots=True)
class Bare:
    """QuickBooks by HTTP alone, with what a payment needs to name."""

    http: httpx2.AsyncClient
    url: str
    token: str
    vendor: str
    bank: str
    expense: str

    async def post(self, path: str, body: bytes) -> bytes:
        """QuickBooks' answer to a body."""
        answer = await self.http.post(
            f"{self.url}/{path}",
            params={"requestid": str(uuid.uuid4()), "minorversion": MINOR_VERSION},
            content=body,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )
        answer.raise_for_status()
        return answer.content

    async def open_bills(self, count: int, dated: date) -> list[bytes]:
        """So many new bills."""
        detail = {"AccountRef": {"value": self.expense}}
        line = {
            "Amount": 100,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
        bill = {"VendorRef": {"value": self.vendor}, "TxnDate": dated.isoformat(), "Line": [line]}
        made: list[bytes] = []
        while len(made) < count:
            numbers = range(min(_ITEMS_AT_MOST, count - len(made)))
            items = [{"bId": str(number), "operation": "create", "Bill": bill} for number in numbers]
            answer = await self.post("batch", msgspec.json.encode({"BatchItemRequest": items}))
            made += [bytes(item.Bill) for item in msgspec.json.decode(answer, type=_Batch).BatchItemResponse]
        return made

    def payment(self, bill: bytes) -> Write:
        """A cheque for a bill."""
        key = str(uuid.uuid4())
        own = seen("Bill", bill, "Balance")
        body = {
            "VendorRef": {"value": self.vendor},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": self.bank}},
            "TotalAmt": 100,
            "PrivateNote": marker_for(key),
            "Line": [{"Amount": 100, "LinkedTxn": [{"TxnId": own.id, "TxnType": "Bill"}]}],
        }
        record = msgspec.json.encode(body)
        return Write.create(key, "BillPayment", record, marker=marker_for(key), based_on=[own])


async def bare_http(services: Services, emulator: EmulatorInfo, http: httpx2.AsyncClient) -> Bare:
    """QuickBooks by HTTP alone, with a token of the product's."""
    realm_id = RealmId(emulator.realm_id)

    async def first(entity: str, condition: str) -> str:
        text = f"SELECT * FROM {entity} WHERE {condition} MAXRESULTS 1"  # noqa: S608 (QuickBooks' own query language; no part comes from outside)
        page = await services.smart_sync.query(realm_id, entity, text, lane=Lane.USER)
        return seen(entity, page.records[0]).id

    return Bare(
        http,
        f"{emulator.api_url}/{realm_id}",
        await services.tokens.access_token(realm_id),
        vendor=await first("Vendor", "Active = true"),
        bank=await first("Account", "AccountType = 'Bank'"),
        expense=await first("Account", "AccountType = 'Expense'"),
    )


class _BatchItem(msgspec.Struct):
    Bill: msgspec.Raw


class _Batch(msgspec.Struct):
    BatchItemResponse: list[_BatchItem]


def _figures(rounds: Sequence[Mapping[_Way, float]]) -> dict[str, Json]:
    took = {way: [1000 * each[way] for each in rounds] for way in _Way}
    added, prepared_added = (
        [ours - bare for ours, bare in zip(took[way], took[_Way.BARE], strict=True)]
        for way in (_Way.PRODUCT, _Way.PREPARED)
    )
    return {
        "writes": len(rounds),
        **_middle_and_end("product", took[_Way.PRODUCT]),
        **_middle_and_end("bare", took[_Way.BARE]),
        **_middle_and_end("added", added),
        **_middle_and_end("prepared_added", prepared_added),
    }


def _middle_and_end(name: str, milliseconds: Sequence[float]) -> dict[str, Json]:
    return {
        f"{name}_p50_ms": round(statistics.median(milliseconds), 2),
        f"{name}_p95_ms": round(statistics.quantiles(milliseconds, n=20)[-1], 2),
    }
