"""How long a finalized batch takes to be in QuickBooks, against what QuickBooks' limits allow at best."""

import asyncio
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import msgspec

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.bootstrap.workflows import running_workflows
from oodaloo.cli.bench_pay import PUBLIC_URL, Bare, bare_http, bench_settings, connected
from oodaloo.cli.emulator import EmulatorInfo, running_emulator
from oodaloo.cli.report import Json
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.client import http_pool
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.kit.clock import FixedClock, monotonic_seconds
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.decisions.approval import Approving
from oodaloo.runway.decisions.finalize import Asked, Finalizing, Wanted
from oodaloo.runway.decisions.progress import is_settled, progress_of
from oodaloo.runway.decisions.queue import PayNow, Queue
from oodaloo.runway.decisions.steps import Act
from oodaloo.runway.model.decisions import DecisionState

DECISIONS: Final = 100
_CALLS_A_SECOND: Final = 10
_LOOK_SECONDS: Final = 0.1
_BATCH: Final = "bench"
_EMULATOR: Final = ("--scenario", "sample", "--limits", "intuit", "--redirect-uri", f"{PUBLIC_URL}/oauth/callback")


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where decisions are made by the product itself, as there is nobody here."""

    services: Services
    business_id: BusinessId
    act: Act

    async def drafts(self, bill_ids: Sequence[str]) -> tuple[Wanted, ...]:
        """Bills that are approved and to be paid now."""
        picture = await self.services.picture(self.business_id)
        approving, queue = Approving(self.services.database, _new_id), Queue(self.services.database, _new_id)
        wanted = []
        for outcome in await approving.approve(self.business_id, bill_ids, self.act, picture):
            version = outcome.decision.version if outcome.decision else None
            draft = await queue.decide(
                self.business_id, outcome.bill_id, PayNow(), self.act, picture, seen_version=version
            )
            wanted.append(Wanted(draft.id, draft.version))
        return tuple(wanted)

    async def finalized(self, wanted: tuple[Wanted, ...]) -> float:
        """Seconds from finalizing until each payment is in QuickBooks and confirmed."""
        services, picture = self.services, await self.services.picture(self.business_id)
        finalizing = Finalizing(services.database, services.execution.enqueue, _no_limit, _new_id)
        asked = Asked(_BATCH, wanted)
        started = monotonic_seconds()
        await finalizing.finalize(self.business_id, asked, self.act, picture, expected="")
        while not await is_settled(services.database, self.business_id, _BATCH):  # noqa: ASYNC110 (runs set no event)
            await asyncio.sleep(_LOOK_SECONDS)
        took = monotonic_seconds() - started
        progress = await progress_of(services.database, self.business_id, _BATCH)
        if progress.counts.get(DecisionState.EXECUTED) != len(wanted):
            raise AssertionError(f"Not every payment was made: {dict(progress.counts)}")
        return took


async def measure_finalize() -> dict[str, Json]:
    """Seconds until a batch of 100 payments is in QuickBooks, on SQLite, and how many times the floor that is.

    The floor: ten calls a second, so that the last call can't begin sooner than nine seconds after the first.
    """
    with tempfile.TemporaryDirectory(prefix="oodaloo-bench-") as folder:
        async with running_emulator(_EMULATOR) as emulator:
            return await _measure(emulator, f"sqlite:///{Path(folder) / 'oodaloo.sqlite3'}")


async def _measure(emulator: EmulatorInfo, database_url: str) -> dict[str, Json]:
    today = date.fromisoformat(emulator.as_of)
    now = datetime.combine(today, time(15), UTC)
    settings = bench_settings(emulator, database_url)
    async with open_services(settings, FixedClock(now), rules=Rules()) as services, http_pool() as http:
        business_id = await connected(services, http)
        bare = await bare_http(services, emulator, http)
        await _put_in_bank(bare, today)
        bills = await bare.open_bills(DECISIONS, today)
        await services.sync(business_id)
        desk = _Desk(services, business_id, Act(None, now, now))
        wanted = await desk.drafts([msgspec.json.decode(each)["Id"] for each in bills])
        async with running_workflows(services):
            seconds = await desk.finalized(wanted)
    floor = (DECISIONS - _CALLS_A_SECOND) / _CALLS_A_SECOND
    return {
        "decisions": DECISIONS,
        "seconds": round(seconds, 2),
        "floor_seconds": floor,
        "times_floor": round(seconds / floor, 2),
    }


async def _put_in_bank(bare: Bare, dated: date) -> None:
    """Cover for what is about to be held."""
    detail = {"AccountRef": {"value": bare.expense}}
    line = {"Amount": 1_000_000, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
    body = {"DepositToAccountRef": {"value": bare.bank}, "TxnDate": dated.isoformat(), "Line": [line]}
    await bare.post("deposit", msgspec.json.encode(body))


async def _no_limit(_session: TenantSession) -> None:
    """One person may finalize any sum here."""


def _new_id() -> str:
    return str(uuid.uuid4())
