"""How long the first reading of a company takes, beside what QuickBooks' limits allow and beside a plain client."""

import asyncio
import importlib
import importlib.metadata
import math
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import sleep
from typing import Any, Final
from urllib.parse import urljoin

import httpx2

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import Services
from oodaloo.cli.emulator import EmulatorInfo, give_consent, running_emulator
from oodaloo.cli.report import Json
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.client import MINOR_VERSION, http_pool
from oodaloo.infra.qbo.mirror.records import count
from oodaloo.infra.qbo.mirror.whole_types import Company
from oodaloo.infra.qbo.smart_sync.doors import PAGE_ROWS
from oodaloo.infra.settings import load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.clock import FixedClock, monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId

CLIENT: Final = "python-quickbooks"
"""The client of the plain loop: the most used one for Python, a dependency for development only."""

_PUBLIC_URL: Final = "http://127.0.0.1:8000"
_MORNING_UTC: Final = 15
_CALLS_PER_SECOND: Final = 10
_CLIENT_PAGE_ROWS: Final = 100
_APART_SECONDS: Final = 0.101  # a little over a tenth, since calls arrive a little earlier or later
_PAUSE_SECONDS: Final = 1.1  # until no call counts any more in QuickBooks' second


class ClientMissingError(OodalooError):
    """The plain loop needs a client that isn't installed. Run `make setup`."""


async def measure_sync(company: Sequence[str], latency_ms: int) -> dict[str, Json]:
    """Figures of a full sync into SQLite under Intuit's limits, of the company that the emulator's options say.

    `wall_seconds` go from the first call to the complete mirror, `floor_seconds` as `floor_of` says. `metered_reads`
    are what the emulator counted, `minimum_reads` the fewest of the theory: for each type one for each 1,000 records
    and at least one, and one call of change data capture. `loop_seconds` are those of `_loop` over the same types with
    another client, null where that isn't installed.
    """
    options = ["--limits", "intuit", "--latency-ms", str(latency_ms), "--redirect-uri", f"{_PUBLIC_URL}/oauth/callback"]
    with tempfile.TemporaryDirectory(prefix="oodaloo-bench-") as folder:
        async with running_emulator([*company, *options]) as emulator:
            async with _services(emulator, Path(folder)) as services, http_pool() as http:
                business_id = await _connected(services, http)
                wall_seconds = await _timed(services, business_id)
                metered_reads = await _metered(emulator, http)
                figures = await _figures(services, business_id, wall_seconds, metered_reads, latency_ms / 1000)
                token = await services.tokens.access_token(RealmId(emulator.realm_id))
            return {**figures, **await _compared(emulator, token, wall_seconds)}


def floor_of(pages: Sequence[int], latency_seconds: float) -> float:
    """Seconds that no client can go below: `pages` of each type, then one call that closes them.

    Ten calls can begin in a second, so that call number n (from 0) begins no earlier than after n // 10 seconds. The
    pages of a type are asked for one after another, since only a page tells whether there is a next. The closing call
    begins when the last page has come.
    """
    calls = sum(pages)
    limited = (calls - 1) // _CALLS_PER_SECOND + latency_seconds
    all_read = max(limited, max(pages) * latency_seconds)
    return max(all_read, float(calls // _CALLS_PER_SECOND)) + latency_seconds


async def _timed(services: Services, business_id: BusinessId) -> float:
    """Seconds from the first call to the complete mirror."""
    business = await services.business(business_id)
    started = monotonic_seconds()
    company = Company(business_id, business.realm_id, Lane.SYNC)
    await services.full_sync.run(company, start_over=False, on_progress=lambda _progress: None)
    return monotonic_seconds() - started


async def _figures(
    services: Services, business_id: BusinessId, wall_seconds: float, metered_reads: int, latency_seconds: float
) -> dict[str, Json]:
    async with services.database.tenant(business_id, read_only=True) as session:
        records = [await count(session, each.row) for each in ENTITY_TYPES]
        transactions = [await count(session, each.row, each.row.dated.is_not(None)) for each in ENTITY_TYPES]
    pages = [max(1, math.ceil(each / PAGE_ROWS)) for each in records]
    floor_seconds, minimum_reads = floor_of(pages, latency_seconds), sum(pages) + 1
    return {
        "transactions": sum(transactions),
        "records": sum(records),
        "wall_seconds": round(wall_seconds, 3),
        "floor_seconds": round(floor_seconds, 3),
        "wall_ratio": round(wall_seconds / floor_seconds, 3),
        "metered_reads": metered_reads,
        "minimum_reads": minimum_reads,
        "reads_ratio": round(metered_reads / minimum_reads, 3),
    }


async def _compared(emulator: EmulatorInfo, token: str, wall_seconds: float) -> dict[str, Json]:
    """The figures of the plain loop, or why there are none."""
    await asyncio.sleep(_PAUSE_SECONDS)
    try:
        seconds, records, calls = await asyncio.to_thread(_loop, emulator, token)
    except ClientMissingError as missing:
        nothing = dict.fromkeys(("loop_seconds", "loop_records", "loop_calls", "speedup", "loop_client"))
        return {**nothing, "loop_missing": str(missing)}
    return {
        "loop_seconds": round(seconds, 3),
        "loop_records": records,
        "loop_calls": calls,
        "speedup": round(seconds / wall_seconds, 2),
        "loop_client": f"{CLIENT} {importlib.metadata.version(CLIENT)}",
        "loop_missing": None,
    }


def _loop(emulator: EmulatorInfo, token: str) -> tuple[float, int, int]:
    """Seconds, records and calls of a plain loop: `all()` of each type with its own page size, one after another.

    It only reads and keeps nothing, and never begins more calls than QuickBooks allows in a second, since this client
    ends with an error when it is throttled.
    """
    listed = _client_classes()
    client = _client(emulator, token)
    records = calls = 0
    started = begun = monotonic_seconds()
    for each in listed:
        position = 1
        while True:
            sleep(max(0.0, begun + _APART_SECONDS - monotonic_seconds()))
            begun = monotonic_seconds()
            page = each.all(start_position=position, qb=client) if hasattr(each, "all") else [each.get(qb=client)]
            records, calls, position = records + len(page), calls + 1, position + len(page)
            if len(page) < _CLIENT_PAGE_ROWS:
                break
    return monotonic_seconds() - started, records, calls


def _client_classes() -> list[Any]:
    try:
        objects = importlib.import_module("quickbooks.objects")
    except ImportError:
        raise ClientMissingError(f"The plain loop needs {CLIENT}, which isn't installed. Run `make setup`.") from None
    return [getattr(objects, each.name) for each in ENTITY_TYPES]


def _client(emulator: EmulatorInfo, token: str) -> Any:  # noqa: ANN401 (a client without types)
    """The other client, signed in and pointed at the emulator."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # it refuses plain http unless told that the connection is local
    oauth = importlib.import_module("intuitlib.client")
    library = importlib.import_module("quickbooks")
    redirect = f"{_PUBLIC_URL}/oauth/callback"
    app = oauth.AuthClient(
        emulator.client_id, emulator.client_secret, redirect, emulator.discovery_url, access_token=token
    )
    client = library.QuickBooks(auth_client=app, company_id=emulator.realm_id, minorversion=int(MINOR_VERSION))
    client.api_url_v3 = emulator.api_url.removesuffix("/company")
    return client


async def _metered(emulator: EmulatorInfo, http: httpx2.AsyncClient) -> int:
    """The metered reads that the emulator has counted."""
    answer = await http.get(urljoin(emulator.api_url, "/_emulator/metering"))
    return sum(int(each["core_plus"]) for each in answer.json()["counted"])


async def _connected(services: Services, http: httpx2.AsyncClient) -> BusinessId:
    consent = await give_consent(http, await services.begin_connect())
    return await services.finish_connect(code=consent.code, realm_id=consent.realm_id, state=consent.state)


@asynccontextmanager
async def _services(emulator: EmulatorInfo, folder: Path) -> AsyncIterator[Services]:
    settings = load_settings(
        database_url=f"sqlite:///{folder / 'oodaloo.sqlite3'}",
        database_owner_url=None,
        encryption_keys=new_key("bench"),
        qbo_client_id=emulator.client_id,
        qbo_client_secret=emulator.client_secret,
        qbo_api_url=emulator.api_url,
        qbo_discovery_url=emulator.discovery_url,
        public_url=_PUBLIC_URL,
    )
    morning = datetime.combine(date.fromisoformat(emulator.as_of), time(_MORNING_UTC), UTC)
    async with open_services(settings, FixedClock(morning)) as services:
        yield services
