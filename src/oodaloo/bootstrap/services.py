"""What the product can do, for whoever stands at a door."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.domains.bank import queries as bank_queries
from oodaloo.domains.bank.ledger import BankLedger
from oodaloo.domains.bank.model import LedgerReading
from oodaloo.domains.core import audit, operations, queries, rules
from oodaloo.domains.core import sync as core_sync
from oodaloo.domains.core.audit import Author, NumberedEntry, TrailVerdict
from oodaloo.domains.core.model import Business, RecordView
from oodaloo.domains.core.staffing import Staffing
from oodaloo.domains.core.verification import Verification, Verifier
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.jobs import Jobs
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.connection.tokens import ConnectionState, TokenKeeper
from oodaloo.infra.qbo.freshness.refresh import Freshness, Refresher
from oodaloo.infra.qbo.freshness.schedule import Schedule
from oodaloo.infra.qbo.freshness.standing import Standing, reads_of
from oodaloo.infra.qbo.freshness.timing import Plan
from oodaloo.infra.qbo.links import quickbooks_url
from oodaloo.infra.qbo.mirror.full_sync import FullSync
from oodaloo.infra.qbo.mirror.kept import KeptMirrors
from oodaloo.infra.qbo.mirror.records import all_names, load_source
from oodaloo.infra.qbo.mirror.state import mirror_state
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.infra.qbo.mirror.versions import load_former_source
from oodaloo.infra.qbo.mirror.whole_types import Company
from oodaloo.infra.qbo.smart_sync.doors import SmartSync
from oodaloo.infra.qbo.smart_sync.limits import Limits
from oodaloo.infra.qbo.webhooks.inbox import Inbox
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.qbo.writes.intents import IntentState
from oodaloo.infra.settings import Settings
from oodaloo.kit.clock import Clock, local_date
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.delays import Delays
from oodaloo.runway.decisions.execution import Execution
from oodaloo.runway.decisions.pricing import BatchPrice, expected_of, price_of
from oodaloo.runway.decisions.queue import Choice, Queue, are_any_watched
from oodaloo.runway.decisions.requests import Requests
from oodaloo.runway.decisions.reserving import Reserving
from oodaloo.runway.decisions.steps import Act
from oodaloo.runway.experiences.connection import ConnectionPage, connection_page
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.history import HistoricalPicture, HistoryNotes
from oodaloo.runway.model.hygiene import ConnectionFacts, Hygiene
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import DecisionMovedError
from oodaloo.runway.picture.current import (
    assessment_of,
    current_picture,
    decided_revision,
    effect_on,
    hygiene_of,
    kept_picture,
)
from oodaloo.runway.picture.decided import standing_decisions
from oodaloo.runway.picture.historical import historical_pictures


class DayAheadError(OodalooError):
    """A picture of a past day was asked for on a day that is still to come. Ask for one that has come."""


class NeverSyncedError(OodalooError):
    """The business's books have not been read completely yet. Run the sync, or wait for it to finish."""


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """What a page says about the connection to QuickBooks."""

    state: ConnectionState
    since: datetime | None
    last_error: str


@dataclass(slots=True)
class Services:
    """What the product can do, for whoever stands at a door."""

    settings: Settings
    clock: Clock
    database: Database
    connecting: operations.Connecting
    tokens: TokenKeeper
    limits: Limits
    smart_sync: SmartSync
    full_sync: FullSync
    refresher: Refresher
    writes: Writes
    ledger: BankLedger
    verifier: Verifier
    inbox: Inbox
    jobs: Jobs
    schedule: Schedule
    staffing: Staffing
    execution: Execution
    requests: Requests
    _mirrors: KeptMirrors = field(default_factory=KeptMirrors, init=False)
    _assessments: dict[BusinessId, tuple[str, Assessment]] = field(default_factory=dict, init=False)
    _syncs: dict[BusinessId, asyncio.Task[OodalooError | None]] = field(default_factory=dict, init=False)

    async def businesses(self) -> tuple[Business, ...]:
        """All businesses by name."""
        async with self.database.system(read_only=True) as session:
            return await queries.businesses(session)

    async def business(self, business_id: BusinessId) -> Business:
        """One business. Raises `UnknownBusinessError`."""
        async with self.database.system(read_only=True) as session:
            return await queries.business(session, business_id)

    async def assessment(self, business_id: BusinessId) -> Assessment:
        """The newest picture and what the engine says about it, computed once per change of mirror, decisions or day.

        Raises `UnknownBusinessError`, and `NeverSyncedError` before the first complete sync.
        """
        business = await self.business(business_id)
        async with self.database.tenant(business_id, read_only=True) as session:
            checked_at, revision = await self._checked(session, business)
            as_of = local_date(self.clock.now(), business.timezone)
            ledger = await bank_queries.ledger_reading(session)
            key = f"{revision} {await decided_revision(session)} {as_of} {ledger.read_at if ledger else None}"
            kept = self._assessments.get(business_id)
            if kept is not None and kept[0] == key:
                return _as_checked(kept[1], checked_at)
            picture = await self._picture(session, business, checked_at)
        assessment = await assessment_of(picture)
        self._assessments[business_id] = (key, assessment)
        return assessment

    async def picture(self, business_id: BusinessId) -> CashPicture:
        """The newest picture, without what the engine says about it; raises what `assessment` raises."""
        business = await self.business(business_id)
        async with self.database.tenant(business_id, read_only=True) as session:
            checked_at, _ = await self._checked(session, business)
            return await self._picture(session, business, checked_at)

    async def price_on(self, picture: CashPicture, decision_ids: Collection[str] | None = None) -> BatchPrice:
        """What drafts do together on a picture that holds them, all of them or some."""
        facts = picture.books.business
        async with self.database.tenant(facts.id, read_only=True) as session:
            standing = await standing_decisions(session, facts.currency, picture.books.as_of)
        chosen = [each for each in standing.decisions if decision_ids is None or each.id in decision_ids]
        return await asyncio.to_thread(price_of, picture, chosen, effect_on)

    async def expected(self, picture: CashPicture, bill_id: str, choice: Choice) -> str:
        """What a choice about one bill does, in a sentence; empty for one that can't be made."""
        return await asyncio.to_thread(expected_of, picture, bill_id, choice, effect_on)

    async def picture_on(self, business_id: BusinessId, day: date) -> HistoricalPicture:
        """The picture of a past local day as known at its end, and how it was rebuilt; raises as `pictures_on`."""
        [found] = await self.pictures_on(business_id, [day])
        return found

    async def pictures_on(self, business_id: BusinessId, days: Sequence[date]) -> tuple[HistoricalPicture, ...]:
        """The pictures of several past local days from one reading.

        Raises `UnknownBusinessError`, `NeverSyncedError`, and `DayAheadError` for a day that is still to come.
        """
        business = await self.business(business_id)
        today = local_date(self.clock.now(), business.timezone)
        ahead = [day for day in days if day > today]
        if ahead:
            raise DayAheadError(f"{ahead[0]} is still to come for {business.name}. Ask for a day up to {today}.")
        async with self.database.tenant(business_id, read_only=True) as session:
            await self._checked(session, business)
            return await historical_pictures(session, business, days)

    async def assessment_on(self, business_id: BusinessId, day: date) -> tuple[Assessment, HistoryNotes]:
        """What could have been said on a past day, and how its picture was rebuilt; raises as `pictures_on`."""
        found = await self.picture_on(business_id, day)
        return await assessment_of(found.picture), found.notes

    async def assessment_then(self, business_id: BusinessId, picture_id: str) -> Assessment:
        """What the engine says about a picture that somebody acted on.

        Raises `UnknownBusinessError`, and `UnknownPictureError` when none is kept under that id.
        """
        await self.business(business_id)
        async with self.database.tenant(business_id, read_only=True) as session:
            picture = await kept_picture(session, picture_id)
        return await assessment_of(picture)

    async def connection(self, business_id: BusinessId) -> ConnectionView:
        """The state of a business's connection to QuickBooks."""
        business = await self.business(business_id)
        connection = await self.tokens.connection(business.realm_id)
        if connection is None:
            return ConnectionView(ConnectionState.DISCONNECTED, None, "")
        return ConnectionView(connection.state, connection.changed_at, connection.ended_because)

    async def hygiene(self, business_id: BusinessId) -> Hygiene:
        """How far the newest picture can be relied on: the score and every doubt; raises what `assessment` raises."""
        assessment = await self.assessment(business_id)
        connection = await self.connection(business_id)
        facts = ConnectionFacts(
            alive=connection.state is ConnectionState.CONNECTED,
            asked_at=self.clock.now(),
            checked_at=assessment.picture.books.synced_at,
            ended_because=connection.last_error,
        )
        return await hygiene_of(assessment.picture, facts)

    async def begin_connect(self) -> str:
        """Where to send the browser to give consent."""
        return await self.connecting.begin()

    async def finish_connect(self, *, code: str, realm_id: str, state: str) -> BusinessId:
        """The business that consent was given for; its first sync is up to the caller."""
        return await self.connecting.finish(code=code, realm_id=RealmId(realm_id), state=state)

    async def disconnect(self, business_id: BusinessId) -> None:
        """End the connection at QuickBooks and forget its tokens; the mirrored books stay."""
        business = await self.business(business_id)
        await self.tokens.disconnect(business.realm_id)

    async def sync(
        self,
        business_id: BusinessId,
        *,
        start_over: bool = False,
        lane: Lane = Lane.SYNC,
        on_progress: Callable[[SyncProgress], None] = lambda _progress: None,
    ) -> SyncProgress:
        """Read the whole company into the mirror; resumes an interrupted run unless `start_over`.

        What only the general ledger shows is read too when that is due; `last_sync` counts that read with the run's.
        """
        business = await self.business(business_id)
        company = Company(business_id, business.realm_id, lane)
        done = await self.full_sync.run(company, start_over=start_over, on_progress=on_progress)
        business = await operations.adopt_company(self.database, business_id)
        await self.ledger.refresh(business, lane=lane, run_id=done.run_id)
        await self._note_freshness(business_id)
        await self._follow(business_id)
        return done

    async def refresh(self, business_id: BusinessId, *, max_age: timedelta, lane: Lane = Lane.USER) -> Freshness:
        """Let the mirror be no older than `max_age`; asks QuickBooks only when it is, once however many ask.

        What only the general ledger shows is read along when that is due. Raises `UnknownBusinessError` and what
        asking QuickBooks raises.
        """
        business = await self.business(business_id)
        company = Company(business_id, business.realm_id, lane)
        freshness = await self.refresher.refresh(company, max_age=max_age)
        await self._note_freshness(business_id)
        if not freshness.metered_reads:
            return freshness
        business = await operations.adopt_company(self.database, business_id)
        ledger_reads = await self.ledger.refresh(business, lane=lane)
        await self._follow(business_id)
        return replace(freshness, metered_reads=freshness.metered_reads + ledger_reads)

    async def pay_due(self, business: Business) -> int:
        """Have carried out what is scheduled and due, or has no known end, and bring back what was delayed until today.

        Gives how much that is.
        """
        enqueued = await self.execution.enqueue_due(business.id)
        delays = Delays(
            self.database, self.picture, self.clock, wall_clock=self.writes.wall_clock, new_id=self.writes.new_id
        )
        with suppress(NeverSyncedError):
            return enqueued + await delays.wake(business)
        return enqueued

    async def plans(self) -> Mapping[BusinessId, Plan]:
        """What the table of timing says now of each connected business."""
        return await self.schedule.plans(await self.businesses())

    async def connection_page(self, business_id: BusinessId) -> ConnectionPage:
        """How it stands between a business and QuickBooks, in words."""
        business = await self.business(business_id)
        standing = await self._standing(business)
        types = [entity.name for entity in ENTITY_TYPES]
        return connection_page(standing, timezone=business.timezone, now=self.clock.now(), types=types)

    def start_sync(self, business_id: BusinessId) -> "asyncio.Task[OodalooError | None]":
        """Bring the books up to date in the background, once at a time per business; `sync_progress` tells how it goes.

        The task ends with what stopped it, None when nothing did.
        """
        if not self._is_syncing(business_id):
            self._syncs[business_id] = asyncio.create_task(self._sync_quietly(business_id))
        return self._syncs[business_id]

    async def sync_progress(self, business_id: BusinessId) -> SyncProgress | None:
        """The newest sync run as it stands, None when there was none.

        While one of ours is under way nothing has ended yet: it may still have to open its run after an older one,
        and it notes a failure a moment before it is over. A failure that no run knows of is told once.
        """
        under_way = self._is_syncing(business_id)
        progress = await self.full_sync.progress(business_id)
        if progress is None or under_way:
            return replace(progress, finished_at=None, failed="") if progress else None
        ended = self._syncs.pop(business_id, None)
        failure = ended.result() if ended else None
        return replace(progress, finished_at=None, failed=str(failure)) if failure else progress

    async def verify(self, business_id: BusinessId) -> Verification:
        """Bring the mirror up to date and prove it against QuickBooks' own reports; all reads of both are counted.

        Raises `UnknownBusinessError`, and a `QboError` when QuickBooks won't tell.
        """
        freshness = await self.refresh(business_id, max_age=timedelta(0))
        found = await self.verifier.verify(await self.business(business_id))
        return replace(found, metered_reads=found.metered_reads + freshness.metered_reads)

    async def last_sync(self, business_id: BusinessId) -> SyncProgress | None:
        """The newest run that read everything, with all the reads that it took; None when there was none."""
        run = await self.full_sync.last_finished(business_id)
        ledger = await self._ledger_reading(business_id)
        if run is None or ledger is None or ledger.run_id != run.run_id:
            return run
        return replace(run, metered_reads=run.metered_reads + ledger.metered_reads)

    async def record(self, business_id: BusinessId, kind: str, record_id: str) -> RecordView | None:
        """One record as people read it, None when the mirror never had it; one that is gone says since when."""
        business = await self.business(business_id)
        if kind == bank_queries.OTHER_ACTIVITY:
            async with self.database.tenant(business_id, read_only=True) as session:
                return await bank_queries.other_activity_record(session, record_id)
        row = next((entity.row for entity in ENTITY_TYPES if entity.name == kind), None)
        if row is None:
            return None
        async with self.database.tenant(business_id, read_only=True) as session:
            source = await load_source(session, row, record_id)
            former = None if source else await load_former_source(session, kind, record_id)
            names = await all_names(session)
            names |= {("Account", each.meta.id): each.full_name for each in await bank_queries.accounts(session)}
        if former is not None:
            view = core_sync.describe(kind, former.source, business.currency, quickbooks_url=None, names=names)
            return replace(view, facts=(("Not in QuickBooks since", former.gone_since), *view.facts))
        if source is None:
            return None
        at_intuit = self.settings.qbo_api_url is None
        url = quickbooks_url(self.settings.qbo_environment, kind, record_id) if at_intuit else None
        return core_sync.describe(kind, source, business.currency, quickbooks_url=url, names=names)

    async def approval_limit(self, business_id: BusinessId) -> Money | None:
        """The sum above which a batch of payments needs a second approval, None for no limit."""
        async with self.database.tenant(business_id, read_only=True) as session:
            return await rules.approval_limit(session)

    async def set_approval_limit(self, business_id: BusinessId, limit: Money | None, by: Author) -> None:
        """Settle that sum. Raises `NotAnAmountError` for a negative one or one in another currency."""
        async with self.database.tenant(business_id) as session:
            await rules.set_approval_limit(session, limit, by)

    async def audit_trail(
        self, business_id: BusinessId, *, subject: str | None = None, after: int = 0
    ) -> tuple[NumberedEntry, ...]:
        """Up to 500 entries of what was done in a business, from the one behind number `after`."""
        async with self.database.tenant(business_id, read_only=True) as session:
            return await audit.trail(session, subject=subject, after=after)

    async def verify_audit(self, business_id: BusinessId) -> TrailVerdict:
        """Whether every entry of a business's audit trail is there, as it was written."""
        async with self.database.tenant(business_id, read_only=True) as session:
            return await audit.verify(session)

    async def close(self) -> None:
        """Stop background syncs; their pages so far are kept and the next sync goes on from there."""
        for task in self._syncs.values():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.tokens.close()
        await self.writes.at_once.close()
        await self.jobs.close()

    async def _checked(self, session: TenantSession, business: Business) -> tuple[datetime, int]:
        """When the mirror was last brought up to date, and its revision. Raises `NeverSyncedError`."""
        state = await mirror_state(session)
        if state is None or state.checked_at is None:
            raise NeverSyncedError(
                f"The books of {business.name} have not been read completely yet. "
                f"Run `oodaloo sync {business.id}`, or wait for the sync to finish."
            )
        return state.checked_at, state.revision

    async def _picture(self, session: TenantSession, business: Business, checked_at: datetime) -> CashPicture:
        now = self.clock.now()
        as_of = local_date(now, business.timezone)
        return await current_picture(
            session, business, as_of=as_of, known_at=now, synced_at=checked_at, kept=self._mirrors
        )

    async def _ledger_reading(self, business_id: BusinessId) -> LedgerReading | None:
        async with self.database.tenant(business_id, read_only=True) as session:
            return await bank_queries.ledger_reading(session)

    def _is_syncing(self, business_id: BusinessId) -> bool:
        running = self._syncs.get(business_id)
        return running is not None and not running.done()

    async def _sync_quietly(self, business_id: BusinessId) -> OodalooError | None:
        try:
            await self.refresh(business_id, max_age=timedelta(0), lane=Lane.USER)
        except OodalooError as error:
            return error
        return None

    async def _note_freshness(self, business_id: BusinessId) -> None:
        """Tell the schedule how new the mirror is, so that nobody reads again what was just read."""
        async with self.database.tenant(business_id, read_only=True) as session:
            state = await mirror_state(session)
        if state is not None and state.checked_at is not None:
            await self.schedule.turns.note_fresh(business_id, state.checked_at, trusted=bool(state.announced))

    async def _follow(self, business_id: BusinessId) -> None:
        """Do what newer books ask for: flag decisions whose bills have changed, and let reserves follow their rules."""
        reserving = Reserving(self.database, self.writes.new_id)
        is_watched = await are_any_watched(self.database, business_id)
        has_reserves = bool(await reserving.listed(business_id))
        if is_watched or has_reserves:
            act = Act(None, self.clock.now(), self.writes.wall_clock.now())
            picture = await self.picture(business_id)
            with suppress(DecisionMovedError):  # somebody decides at this moment: the next look finds it stale
                await Queue(self.database, self.writes.new_id).mark_stale(business_id, act, picture)
            await reserving.follow_rules(business_id, act, picture)

    async def _standing(self, business: Business) -> Standing:
        now = self.schedule.wall_clock.now()
        turn = await self.schedule.turn(business.id)
        waiting = (await self.inbox.waiting()).get(business.realm_id)
        heard_at = (await self.inbox.heard()).get(business.realm_id)
        async with self.database.tenant(business.id, read_only=True) as session:
            state = await mirror_state(session)
        return Standing(
            connection=await self.tokens.connection(business.realm_id),
            books_as_of=state.checked_at if state else None,
            last_reading=await self.last_sync(business.id),
            plan=(await self.schedule.plans([business])).get(business.id),
            waiting=waiting.count if waiting else 0,
            waiting_since=now - waiting.since if waiting else timedelta(),
            listens=bool(self.settings.qbo_webhook_verifier),
            heard=now - heard_at if heard_at else None,
            trusted=turn.trusted,
            failures=turn.failures,
            failed=turn.failed,
            unknown_writes=len(await self.writes.open_writes(business.id, IntentState.UNKNOWN)),
            reads=await reads_of(self.limits.metered, business.realm_id),
        )


def _as_checked(assessment: Assessment, checked_at: datetime) -> Assessment:
    """The same assessment when the books were found unchanged at a later time."""
    picture = assessment.picture
    if picture.books.synced_at == checked_at:
        return assessment
    return replace(assessment, picture=replace(picture, books=replace(picture.books, synced_at=checked_at)))
