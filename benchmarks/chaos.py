"""Many payments on a bad day, as one JSON line: `python -m benchmarks.chaos`, run by `make chaos`.

People approve, decide about and finalize bills; workers carry the payments out while they are killed (-9) and stopped
at random and QuickBooks throttles, fails before and after it has done the work, loses answers, lags behind and
announces much twice. Then QuickBooks' own books and journal say how often each payment was made.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.campaign_writes import databases_of
from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.logs import configure_logs
from tests.support.databases import DatabaseKind, TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.forked import Forks, forks
from tests.support.pay_worker import STEPS
from tests.support.payment_campaign import Day, Verdict, bad_day
from tests.support.postgres import PostgresMissingError
from tests.support.recordings import small_company, write

_DECISIONS_PER_KILL = 25
_DECISIONS_PER_STOP = 100
_ENOUGH = 1000
"""So many decisions are to meet every kind of fault, and deaths in every step."""
_SECONDS_FOR_ONE = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Have a bad day; 0 only when nothing was paid twice, lost, left open or held. What is amiss is told on stderr."""
    parser = argparse.ArgumentParser(prog="make chaos", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--decisions", type=int, default=200, metavar="N", help="how many (default 200)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of faults and deaths (default 1)")
    parser.add_argument("--workers", type=int, metavar="N", help="on PostgreSQL (default 3); SQLite has one")
    asked = parser.parse_args(arguments)
    workers = asked.workers or (3 if asked.database == "postgresql" else 1)
    if asked.decisions < 1 or workers < 1:
        parser.error("there must be at least one decision and one worker")
    if asked.database == "sqlite" and workers > 1:
        parser.error("an embedded database has one worker; take DB=postgresql for more")
    configure_logs("CRITICAL")
    day = Day(
        decisions=asked.decisions,
        workers=workers,
        kills=max(3, asked.decisions // _DECISIONS_PER_KILL),
        stops=asked.decisions // _DECISIONS_PER_STOP if workers > 1 else 0,
        seed=asked.seed,
        at_most_seconds=120 + _SECONDS_FOR_ONE * asked.decisions,
    )
    started = time.monotonic()
    try:
        verdict = _had(day, asked.database)
    except PostgresMissingError as missing:
        parser.exit(1, f"{missing}\n")
    problems = [*verdict.duplicates, *verdict.lost, *verdict.wrong, *_never_hit(day, verdict)]
    sys.stdout.write(json.dumps(_told(day, verdict, time.monotonic() - started)) + "\n")
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return int(bool(problems or verdict.unresolved or verdict.holds_left))


def _had(day: Day, kind: DatabaseKind) -> Verdict:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="oodaloo-chaos-")))
        databases = running.enter_context(databases_of(kind, folder))
        quickbooks = running.enter_context(emulator("--load", str(write(folder / "small", small_company()))))
        forked = running.enter_context(forks("tests.support.pay_worker"))
        sys.stderr.write(
            f"chaos: {day.decisions} payments on {kind}, {day.workers} workers, {day.kills} kills, seed {day.seed}\n"
        )
        return asyncio.run(_migrated_and_had(day, databases.empty(), quickbooks, forked, folder))


async def _migrated_and_had(
    day: Day, database: TestDatabase, quickbooks: Emulator, forked: Forks, folder: Path
) -> Verdict:
    await migrate(database.owner_url, database.app_url)
    return await bad_day(day, database, quickbooks, forked, folder)


def _never_hit(day: Day, verdict: Verdict) -> list[str]:
    if day.decisions < _ENOUGH:
        return []
    faults = [f"No fault of the kind {kind} struck." for kind, times in verdict.faults.items() if not times]
    return faults + [f"Nobody died in the step '{step}'." for step in STEPS if not verdict.by_step.get(step)]


def _told(day: Day, verdict: Verdict, seconds: float) -> dict[str, object]:
    return {
        "decisions": day.decisions,
        "executed": verdict.executed,
        "duplicates": len(verdict.duplicates),
        "lost": len(verdict.lost),
        "unresolved": verdict.unresolved,
        "holds_left": verdict.holds_left,
        "wrong": len(verdict.wrong),
        "kills": verdict.kills,
        "kills_by_step": {step: verdict.by_step.get(step, 0) for step in (*STEPS, *verdict.by_step)},
        "stops": verdict.stops,
        "fenced": verdict.fenced,
        "faults": dict(verdict.faults),
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
