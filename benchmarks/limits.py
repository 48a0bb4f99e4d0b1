"""What QuickBooks' limits cost us: the pace of two processes, a permit, and how long bulk work delays people."""

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import msgspec

from benchmarks.benchmark import Figures
from oodaloo.bootstrap.services import Services
from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.qbo.calls import Lane, query_call
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.kit.ids import RealmId
from tests.support.calling import QUERY, Plan
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases, TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.postgres import PostgresMissingError, postgres_server
from tests.support.product import UNLIMITED, connect, environment, services_for, settings_for

_ROOT = Path(__file__).resolve().parent.parent
_LATENCY_MS = 60
_CALLS_EACH = 60
_CLICKS = 30
_BETWEEN_CLICKS_SECONDS = 1.0
_PERMITS = 300


def limits() -> Figures:
    """On each database: refusals, fullest second, calls a second, and milliseconds of a person's call and a permit."""
    figures: dict[str, int | float | str] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        kinds: dict[str, Databases] = {"sqlite": SqliteDatabases(Path(folder))}
        try:
            postgres = PostgresDatabases(running.enter_context(postgres_server()))
            running.callback(postgres.close)
            kinds["postgresql"] = postgres
        except PostgresMissingError as missing:
            figures["postgresql"] = str(missing)
        for kind, databases in kinds.items():
            figures |= {f"{kind}_{name}": value for name, value in _measured(databases.empty(), Path(folder)).items()}
    return figures


def _measured(database: TestDatabase, folder: Path) -> Figures:
    asyncio.run(migrate(database.owner_url, database.app_url))
    arguments = ("--scenario", "agency", "--latency-ms", str(_LATENCY_MS))
    with emulator(*arguments, limits="intuit") as quickbooks:
        asyncio.run(_connected(database, quickbooks))
        steady = _pace(database, quickbooks, folder)
        _delay_some(quickbooks)
        jitter = {f"jitter_{name}": value for name, value in _pace(database, quickbooks, folder).items()}
        people = asyncio.run(_people(database, quickbooks, folder))
    return {**steady, **jitter, **people, **asyncio.run(_permit(database, quickbooks))}


async def _connected(database: TestDatabase, quickbooks: Emulator) -> None:
    async with services_for(database, quickbooks) as services:
        await connect(services, quickbooks)


def _pace(database: TestDatabase, quickbooks: Emulator, folder: Path) -> Figures:
    """Two processes that want all their calls at once."""
    quickbooks.http.post("/_emulator/reset-journal").raise_for_status()
    with (
        _process(Lane.USER, database, quickbooks, folder) as one,
        _process(Lane.USER, database, quickbooks, folder) as two,
    ):
        one.wait()
        two.wait()
    heard = quickbooks.journal()
    moments = sorted(datetime.fromisoformat(request["at"]) for request in heard)
    seconds = (moments[-1] - moments[0]).total_seconds()
    return {
        "refused": sum(request["limit"] is not None for request in heard),
        "calls_in_fullest_second": _fullest_second(moments),
        "calls_per_second": round((len(moments) - Rules().permits) / seconds, 2),
    }


def _fullest_second(moments: list[datetime]) -> int:
    second = timedelta(seconds=1)
    return max(sum(first <= later < first + second for later in moments) for first in moments)


def _delay_some(quickbooks: Emulator) -> None:
    """Let half of the calls take up to 400 ms longer."""
    dice = random.Random(1)  # noqa: S311 (latencies, not secrets)
    for call in dice.sample(range(2 * _CALLS_EACH), _CALLS_EACH):
        quickbooks.fail("delay", nth=call + 1, delay_ms=dice.randint(1, 400))


async def _people(database: TestDatabase, quickbooks: Emulator, folder: Path) -> Figures:
    """A person's calls now and then: alone, and while two processes have bulk work without end."""
    async with services_for(database, quickbooks, as_of=None, rules=Rules()) as services:
        alone = await _clicks(services, quickbooks)
        with _process(Lane.BULK, database, quickbooks, folder), _process(Lane.BULK, database, quickbooks, folder):
            while len(quickbooks.journal()) < _CLICKS * 2:  # noqa: ASYNC110 (another process calls)
                await asyncio.sleep(0.1)
            beside = await _clicks(services, quickbooks)
    return {
        "person_alone_p95_ms": _p95(took for _, took in alone),
        "person_beside_bulk_p95_ms": _p95(took for _, took in beside),
        "person_waits_for_permit_p95_ms": _p95(waited for waited, _ in beside),
    }


async def _clicks(services: Services, quickbooks: Emulator) -> list[tuple[float, float]]:
    """How long each waited for its permit, and took altogether."""
    call, realm_id = query_call("Term", QUERY), RealmId(quickbooks.realm_id)
    dice = random.Random(2)  # noqa: S311 (when people click)
    taken = []
    for _ in range(_CLICKS):
        await asyncio.sleep(dice.expovariate(1 / _BETWEEN_CLICKS_SECONDS))
        started = time.perf_counter()
        token = await services.tokens.access_token(realm_id)
        asked = time.perf_counter()
        async with services.limits.permit(realm_id, call, Lane.USER, give_up_at=time.monotonic() + 60):
            waited = time.perf_counter() - asked
            await services.smart_sync.client.send(realm_id, token, call)
        taken.append((waited * 1000, (time.perf_counter() - started) * 1000))
    return taken


def _p95(milliseconds: Iterable[float]) -> float:
    return round(quantiles(milliseconds, n=20)[-1], 1)


async def _permit(database: TestDatabase, quickbooks: Emulator) -> Figures:
    """Taking a permit and giving it back, without a call."""
    call = query_call("Term", QUERY)
    taken = []
    async with services_for(database, quickbooks, rules=UNLIMITED) as services:
        for _ in range(_PERMITS):
            started = time.perf_counter()
            async with services.limits.permit(RealmId("1"), call, Lane.USER, give_up_at=time.monotonic() + 60):
                taken_ms = (time.perf_counter() - started) * 1000
            given_back_ms = (time.perf_counter() - started) * 1000 - taken_ms
            taken.append((taken_ms, given_back_ms))
            await asyncio.sleep(0.002)
    return {
        "permit_taken_p50_ms": round(median(first for first, _ in taken), 2),
        "permit_given_back_p50_ms": round(median(second for _, second in taken), 2),
    }


@contextmanager
def _process(
    lane: Lane, database: TestDatabase, quickbooks: Emulator, folder: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with calls of a lane, ended with the block."""
    calls = _CALLS_EACH if lane is Lane.USER else 100_000
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".json", delete=False) as written:
        plan = Plan(RealmId(quickbooks.realm_id), lane, calls, 20, f"{written.name}.told")
        written.write(msgspec.json.encode(plan))
    command = [sys.executable, "-m", "tests.support.calling", written.name]
    with subprocess.Popen(command, cwd=_ROOT, env=environment(settings_for(database, quickbooks))) as process:
        try:
            yield process
        finally:
            process.kill()
