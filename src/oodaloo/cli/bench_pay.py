"""What one write costs beyond QuickBooks' own time: bill payments made by the product and by bare HTTP, in turn."""

import asyncio
import statistics
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.cli.emulator import EmulatorInfo, give_consent, running_emulator
from oodaloo.cli.report import Json
from oodaloo.cli.throwaway_postgres import PostgresMissingError, throwaway_postgres
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.client import MINOR_VERSION, http_pool
from oodaloo.infra.qbo.writes.write import Write, marker_for, seen
from oodaloo.infra.settings import load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.clock import FixedClock, monotonic_seconds
from oodaloo.kit.ids import BusinessId, RealmId

_WARM_UP: Final = 5
_APART_SECONDS: Final = 0.12  # ten calls a second is what QuickBooks allows; waiting for that is no cost of ours
_SECONDS_AT_MOST: Final = 15.0  # for each database, so that all of it takes less than a minute
_PUBLIC_URL: Final = "http://127.0.0.1:8000"
_EMULATOR: Final = ("--scenario", "sample", "--limits", "off")


@dataclass(frozen=True, slots=True)
class _Seconds:
    """One payment by the product, one that was prepared in a transaction of its owner's, one by bare HTTP."""

    product: float
    prepared: float
    bare: float


async def measure_payments(count: int, postgresql_url: str | None) -> dict[str, Json]:
    """Milliseconds per write on SQLite and on PostgreSQL, which is null with the reason where there is none.

    `added` is the median of the product's payments (`Writes.do`) less the median of bare POSTs of such bodies to the
    same emulator, made in turn with them; `prepared_added` is that of payments prepared in a transaction of their
    own. On a slow machine there are fewer than `count`, so that it ends in time.
    """
    async with running_emulator([*_EMULATOR, "--redirect-uri", f"{_PUBLIC_URL}/oauth/callback"]) as emulator:
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
    settings = load_settings(
        database_url=database_url,
        database_owner_url=None,
        encryption_keys=new_key("bench"),
        qbo_client_id=emulator.client_id,
        qbo_client_secret=emulator.client_secret,
        qbo_api_url=emulator.api_url,
        qbo_discovery_url=emulator.discovery_url,
        public_url=_PUBLIC_URL,
    )
    today = date.fromisoformat(emulator.as_of)
    clock = FixedClock(datetime.combine(today, time(15), UTC))
    async with open_services(settings, clock) as services, http_pool() as http:
        business_id = await _connected(services, http)
        await services.sync(business_id)
        bare = await _bare(services, emulator, http)
        ends_at = monotonic_seconds() + _SECONDS_AT_MOST
        timed: list[_Seconds] = []
        while len(timed) < _WARM_UP + 2 or (len(timed) < _WARM_UP + count and monotonic_seconds() < ends_at):
            timed.append(await _pay_each_way(services, business_id, bare, today))
    return _figures(timed[_WARM_UP:])


async def _connected(services: Services, http: httpx2.AsyncClient) -> BusinessId:
    consent = await give_consent(http, await services.begin_connect())
    return await services.finish_connect(code=consent.code, realm_id=consent.realm_id, state=consent.state)


async def _pay_each_way(services: Services, business_id: BusinessId, bare: "_Bare", today: date) -> _Seconds:
    """How long it takes to pay three new bills, each in another way."""
    bills = [await bare.open_bill(today) for _ in range(3)]
    at_once, prepared, posted = (bare.payment(bill) for bill in bills)

    async def pay_prepared() -> None:
        async with services.database.tenant(business_id) as session:
            intent = await services.writes.prepare(session, prepared)
        await services.writes.carry_out(business_id, intent.id, lane=Lane.USER)

    return _Seconds(
        product=await _timed(services.writes.do(business_id, at_once, lane=Lane.USER)),
        prepared=await _timed(pay_prepared()),
        bare=await _timed(bare.post("BillPayment", posted.body)),
    )


async def _timed(work: Awaitable[object]) -> float:
    """Seconds that it takes, after the pause that QuickBooks' limits ask for."""
    await asyncio.sleep(_APART_SECONDS)
    started = monotonic_seconds()
    await work
    return monotonic_seconds() - started


@dataclass(frozen=True, slots=True)
class _Bare:
    """QuickBooks by HTTP alone, with what a payment needs to name."""

    http: httpx2.AsyncClient
    url: str
    token: str
    vendor: str
    bank: str
    expense: str

    async def post(self, entity: str, body: bytes) -> bytes:
        """The record that QuickBooks makes of a body."""
        answer = await self.http.post(
            f"{self.url}/{entity.lower()}",
            params={"requestid": str(uuid.uuid4()), "minorversion": MINOR_VERSION},
            content=body,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )
        answer.raise_for_status()
        return bytes(msgspec.json.decode(answer.content, type=dict[str, msgspec.Raw])[entity])

    async def open_bill(self, dated: date) -> bytes:
        """A new bill."""
        detail = {"AccountRef": {"value": self.expense}}
        line = {
            "Amount": 100,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
        body = msgspec.json.encode({"VendorRef": {"value": self.vendor}, "TxnDate": dated.isoformat(), "Line": [line]})
        return await self.post("Bill", body)

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


async def _bare(services: Services, emulator: EmulatorInfo, http: httpx2.AsyncClient) -> _Bare:
    realm_id = RealmId(emulator.realm_id)

    async def first(entity: str, condition: str) -> str:
        text = f"SELECT * FROM {entity} WHERE {condition} MAXRESULTS 1"  # noqa: S608 (QuickBooks' own query language; no part comes from outside)
        page = await services.smart_sync.query(realm_id, entity, text, lane=Lane.USER)
        return seen(entity, page.records[0]).id

    return _Bare(
        http,
        f"{emulator.api_url}/{realm_id}",
        await services.tokens.access_token(realm_id),
        vendor=await first("Vendor", "Active = true"),
        bank=await first("Account", "AccountType = 'Bank'"),
        expense=await first("Account", "AccountType = 'Expense'"),
    )


def _figures(timed: Sequence[_Seconds]) -> dict[str, Json]:
    product, prepared, bare = ([1000 * getattr(each, way) for each in timed] for way in ("product", "prepared", "bare"))
    bare_p50 = statistics.median(bare)
    return {
        "writes": len(timed),
        "product_p50_ms": round(statistics.median(product), 2),
        "bare_p50_ms": round(bare_p50, 2),
        "added_p50_ms": round(statistics.median(product) - bare_p50, 2),
        "prepared_added_p50_ms": round(statistics.median(prepared) - bare_p50, 2),
        "product_p95_ms": round(statistics.quantiles(product, n=20)[-1], 2),
        "bare_p95_ms": round(statistics.quantiles(bare, n=20)[-1], 2),
    }
