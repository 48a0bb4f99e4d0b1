"""Many writes on a bad day, as one JSON line: `python -m benchmarks.campaign_writes`, run by `make campaign-writes`.

Payments, bills, changes, deletions and mails are carried out by a worker that is killed (-9) again and again, against
an emulator that throttles, fails before and after it has done the work, loses and breaks answers and lags behind, while
people edit the same records. Then QuickBooks' own books and journal say how often each write took effect.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.logs import configure_logs
from oodaloo.infra.qbo.writes.intents import IntentState
from tests.support.databases import DatabaseKind, Databases, PostgresDatabases, SqliteDatabases
from tests.support.emulators import Emulator, emulator
from tests.support.forked import Forks, forks
from tests.support.postgres import PostgresMissingError, postgres_server
from tests.support.recordings import small_company, write
from tests.support.rows import A_MOMENT
from tests.support.write_campaign import STALE_SECONDS, Flaw, Verdict, carried_out, judged, planned
from tests.support.write_worker import Plan
from tests.support.writing import an_office

_WRITES_PER_KILL = 25
_LAG_SECONDS = STALE_SECONDS + 0.3
_LEASE_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign; 0 only when nothing was done twice, lost or told untruly. What is amiss is told on stderr."""
    parser = argparse.ArgumentParser(prog="make campaign-writes", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--writes", type=int, default=200, metavar="N", help="how many (default 200)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of faults and kills (default 1)")
    asked = parser.parse_args(arguments)
    if asked.writes < 1:
        parser.error("there must be at least one write")
    configure_logs("ERROR")
    try:
        verdict, told = _campaign(asked.writes, asked.database, asked.seed)
    except PostgresMissingError as missing:
        parser.exit(1, f"{missing}\n")
    sys.stdout.write(json.dumps(told) + "\n")
    problems = [f"{flaw}: {problem}\n" for flaw, found in verdict.flaws.items() for problem in found]
    sys.stderr.write("".join(problems))
    return int(bool(problems))


def _campaign(count: int, kind: DatabaseKind, seed: int) -> tuple[Verdict, Mapping[str, object]]:
    started = time.monotonic()
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="oodaloo-campaign-")))
        databases = running.enter_context(databases_of(kind, folder))
        quickbooks = running.enter_context(emulator("--load", str(write(folder / "small", small_company()))))
        forked = running.enter_context(forks("tests.support.write_worker"))
        verdict, kills = asyncio.run(_carried_out(count, seed, databases, quickbooks, forked, folder))
    told = {
        "writes": count,
        "database": kind,
        "seed": seed,
        **{str(state): verdict.states[state] for state in IntentState},
        "duplicates": len(verdict.flaws[Flaw.DUPLICATE]),
        "lost": len(verdict.flaws[Flaw.LOST]),
        "wrong": len(verdict.flaws[Flaw.WRONG]),
        "requests": verdict.requests,
        "repeated": verdict.repeated,
        "kills": kills,
        "faults": dict(sorted(verdict.faults.items())),
        "seconds": round(time.monotonic() - started, 1),
    }
    return verdict, told


@contextmanager
def databases_of(kind: DatabaseKind, folder: Path) -> Iterator[Databases]:
    """Databases of a kind, below a folder or on a server of their own; raises `PostgresMissingError`."""
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    with postgres_server() as server:
        made = PostgresDatabases(server)
        try:
            yield made
        finally:
            made.close()


async def _carried_out(
    count: int, seed: int, databases: Databases, quickbooks: Emulator, forked: Forks, folder: Path
) -> tuple[Verdict, int]:
    database = databases.empty()
    await migrate(database.owner_url, database.app_url)
    async with an_office(database, quickbooks) as office:
        writes = planned(quickbooks, count)
        quickbooks.fresh()
        plan = Plan(office.business_id, writes, A_MOMENT, lag_seconds=_LAG_SECONDS, lease_seconds=_LEASE_SECONDS)
        kills = -(-count // _WRITES_PER_KILL)
        path = folder / "plan.json"
        sys.stderr.write(f"campaign: {count} writes on {database.kind}, {kills} kills, seed {seed}\n")
        killed = await asyncio.to_thread(carried_out, quickbooks, database, plan, path, forked, kills=kills, seed=seed)
        return await judged(office, writes), killed


if __name__ == "__main__":
    sys.exit(main())
