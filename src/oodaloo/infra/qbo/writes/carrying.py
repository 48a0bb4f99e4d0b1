"""Carrying writes out: each once, whoever dies on the way and whatever QuickBooks answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from oodaloo.infra.db.at_once import AtOnce
from oodaloo.infra.db.session import Database, SystemSession, TenantSession
from oodaloo.infra.qbo.answers import Deletion
from oodaloo.infra.qbo.calls import Lane, Operation, write_call
from oodaloo.infra.qbo.errors import (
    QboError,
    QboMalformedAnswerError,
    QboNotFoundError,
    QboOutcomeUnknownError,
    QboStaleError,
    QboValidationError,
)
from oodaloo.infra.qbo.mirror.changes import Mirror
from oodaloo.infra.qbo.smart_sync.doors import SmartSync
from oodaloo.infra.qbo.writes import intents
from oodaloo.infra.qbo.writes.errors import WriteUnderWayError
from oodaloo.infra.qbo.writes.intents import CHANGED_MEANWHILE, OPEN, Intent, IntentState, NewIntent
from oodaloo.infra.qbo.writes.looking import Done, Refused, look
from oodaloo.infra.qbo.writes.records import text_of
from oodaloo.infra.qbo.writes.write import Write, WriteOperation
from oodaloo.infra.repeating import repeating
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId, RealmId

LAG_ALLOWANCE: Final = timedelta(seconds=30)
"""What an attempt did shows in QuickBooks' answers by then: queries lag behind writes by seconds."""

LEASE: Final = timedelta(seconds=30)
"""How long a write stays with somebody who doesn't renew it: much longer than a busy process stands still."""

WITHDRAWN: Final = "withdrawn"
"""The code of a refusal of its owner's, who doesn't want it any more."""

_REAPPLIED_AT_MOST: Final = 5
_SIDE_BY_SIDE: Final = 4  # writes that a sweep carries on side by side

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Writes:
    """All writes of all businesses.

    `clock` is product time, which says when a write was wanted; leases and QuickBooks' lag are real time, which
    `wall_clock` tells.
    """

    database: Database
    at_once: AtOnce
    smart_sync: SmartSync
    mirror: Mirror
    realm_of: Callable[[SystemSession, BusinessId], Awaitable[RealmId]]
    clock: Clock
    wall_clock: Clock
    new_id: Callable[[], str]
    lag_allowance: timedelta = LAG_ALLOWANCE
    lease: timedelta = LEASE
    _realms: dict[BusinessId, RealmId] = field(default_factory=dict, init=False)

    async def prepare(self, session: TenantSession, write: Write) -> Intent:
        """Store a write in its owner's transaction, to be carried out as soon as that is committed.

        The same key gives the intent that is there already, however it stands. Raises `WriteKeyReusedError` when it
        is another write.
        """
        return await intents.store(session, write, self._new())

    async def find(self, session: TenantSession, key: str) -> Intent | None:
        """The write of this key as it stands, None when it was never prepared."""
        return await intents.of_key(session, key)

    async def withdraw(self, session: TenantSession, key: str, because: str) -> bool:
        """Have a write of this key never be done; False when QuickBooks may have it, or somebody has it in hand.

        One that was refused anyway counts as withdrawn, and so does one that was never prepared.
        """
        found = await intents.of_key(session, key)
        if found is None or found.state is IntentState.REFUSED:
            return True
        now = self.wall_clock.now()
        if found.state is not IntentState.INTENDED or found.is_held(now):
            return False
        return await intents.change(session, found, _end_values(_with_end(found, Refused(because, WITHDRAWN), now)))

    async def carry_out(self, business_id: BusinessId, intent_id: str, *, lane: Lane) -> Intent:
        """Do a write, or go on with it, and return it when QuickBooks has it and so has the mirror.

        May be called again at any time, by anybody: what is done stays done. Raises `WriteRefusedError`
        (`ChangedMeanwhileError` when somebody else was first) for a write that won't be done, and
        `QboOutcomeUnknownError` when QuickBooks may have it: calling again then looks there first, and sends the same
        requestid again only when it doesn't show after `lag_allowance` and nothing that it was decided upon has
        changed. Raises `WriteUnderWayError` while somebody else has it, any other `QboError` when QuickBooks certainly
        doesn't have it and calling again may help.
        """

        async def taken(session: TenantSession) -> Intent:
            return await self._taken(session, await intents.load(session, intent_id))

        return await self._carry_out(_Turn(business_id, await self.at_once.tenant(business_id, taken)), lane)

    async def do(self, business_id: BusinessId, write: Write, *, lane: Lane) -> Intent:
        """Prepare and carry out a write whose owner has no transaction of his own to store it in.

        His key must be stored before: with it he asks again after a crash. Raises what `prepare` and `carry_out` raise.
        """

        async def taken(session: TenantSession) -> Intent:
            new = self._new()
            stored = await intents.store_taken(session, write, new, self._held(new.now))
            return stored or await self._taken(session, await self.prepare(session, write))

        return await self._carry_out(_Turn(business_id, await self.at_once.tenant(business_id, taken)), lane)

    async def reconcile(self, business_id: BusinessId, intent_id: str, *, lane: Lane) -> Intent:
        """Go on with a write whose end isn't known, and return it as it stands then, whatever came of it."""
        with suppress(QboError):
            return await self.carry_out(business_id, intent_id, lane=lane)
        return await self._load(business_id, intent_id)

    async def finish_open(self, business_id: BusinessId, *, lane: Lane = Lane.SYNC) -> tuple[Intent, ...]:
        """Go on with every write that was left lying, and return those as they stand then.

        That is what a crash left behind: nobody has it in hand, and it was wanted a lease ago or may have been sent
        so long ago that it must show.
        """
        async with self.database.tenant(business_id, read_only=True) as session:
            due = await intents.due_ids(session, self.wall_clock.now(), self.lease)
        few = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def carry_on(intent_id: str) -> Intent:
            async with few:
                return await self.reconcile(business_id, intent_id, lane=lane)

        return tuple(await asyncio.gather(*map(carry_on, due)))

    async def open_writes(self, business_id: BusinessId, *states: IntentState) -> tuple[Intent, ...]:
        """The writes whose end isn't known, oldest first: all, or those in `states`. Some may be under way."""
        async with self.database.tenant(business_id, read_only=True) as session:
            return await intents.open_intents(session, *states)

    async def _realm(self, business_id: BusinessId) -> RealmId:
        """A business keeps its company for ever."""
        if business_id not in self._realms:
            async with self.database.system(read_only=True) as session:
                self._realms[business_id] = await self.realm_of(session, business_id)
        return self._realms[business_id]

    async def _load(self, business_id: BusinessId, intent_id: str) -> Intent:
        async with self.database.tenant(business_id, read_only=True) as session:
            return await intents.load(session, intent_id)

    async def _taken(self, session: TenantSession, found: Intent) -> Intent:
        """What was found, made ours with its outcome unknown from now on, unless it has ended."""
        now = self.wall_clock.now()
        if found.state in OPEN and (found.is_held(now) or not await intents.take(session, found, self._held(now))):
            raise _under_way(found)
        return found

    async def _carry_out(self, turn: "_Turn", lane: Lane) -> Intent:
        if turn.found.state not in OPEN:
            return _ended(turn.found)
        realm_id = await self._realm(turn.business_id)
        try:
            async with self._holding(turn):
                finding = await self._settle(realm_id, turn, lane)
        except TimeoutError as error:
            raise QboOutcomeUnknownError(
                f"Carrying out the change of {turn.intent.entity} was cut off because it couldn't be renewed. "
                "It is looked for in QuickBooks before it is done again."
            ) from error
        except QboError as error:
            await self._leave_open(turn, error)
            raise
        return _ended(await self._conclude(turn, finding))

    async def _settle(self, realm_id: RealmId, turn: "_Turn", lane: Lane) -> Done | Refused:
        """Look where that is due, then send."""
        found = turn.found
        late = found.not_after is not None and self.clock.now() > found.not_after
        # A stale SyncToken keeps QuickBooks from changing a record twice, so that changes needn't be looked for.
        guarded = found.operation not in (WriteOperation.CREATE, WriteOperation.SEND)
        if found.state is IntentState.UNKNOWN and (late or not guarded):
            finding = await look(self.smart_sync, realm_id, found, lane)
            if isinstance(finding, Done):
                return finding
            if found.visible_from is not None and self.wall_clock.now() < found.visible_from:
                raise QboOutcomeUnknownError(
                    f"The change of {found.entity} doesn't show in QuickBooks, but it may be too early for that. "
                    "It is looked for again in a moment."
                )
            if isinstance(finding, Refused):
                return finding
        if late:
            return Refused(f"The change of {found.entity} was due by {found.not_after}; it wasn't made.", "late")
        return await self._send(realm_id, turn, lane)

    async def _send(self, realm_id: RealmId, turn: "_Turn", lane: Lane) -> Done | Refused:
        """Send it, and fit it to what the record is by then as long as others change only other things."""
        for _ in range(_REAPPLIED_AT_MOST):
            turn.sent = True
            try:
                return Done(await self._ask(realm_id, turn.intent, lane))
            except QboValidationError as error:
                refusal = error
            turn.sent = False
            stale = isinstance(refusal, QboStaleError) and turn.intent.record_id
            # What was unknown may have been done before, and what isn't found may be gone as it was to be.
            doubtful = turn.found.state is IntentState.UNKNOWN or isinstance(refusal, QboNotFoundError)
            finding = await look(self.smart_sync, realm_id, turn.intent, lane) if stale or doubtful else None
            if isinstance(finding, Done | Refused):
                return finding
            if finding is None or not stale:
                return Refused(str(refusal), refusal.code)
            await self._reapply(turn, finding.payload, refusal)
        return Refused(
            f"{turn.intent.entity} {turn.intent.record_id} is being changed in QuickBooks all the time. Try later.",
            CHANGED_MEANWHILE,
        )

    async def _ask(self, realm_id: RealmId, intent: Intent, lane: Lane) -> bytes:
        if intent.operation is WriteOperation.SEND:
            send_to = intent.send_to or None
            return await self.smart_sync.send(realm_id, intent.entity, intent.record_id, lane=lane, send_to=send_to)
        call = write_call(intent.entity, Operation(intent.operation), intent.payload, intent.requestid)
        return await self.smart_sync.write(realm_id, call, lane=lane)

    async def _reapply(self, turn: "_Turn", payload: bytes, refusal: QboValidationError) -> None:
        """The refusal was definite, so the new payload gets a requestid of its own."""
        if text_of(payload, "SyncToken") == text_of(turn.intent.payload, "SyncToken"):
            raise refusal  # QuickBooks doesn't show yet what made it refuse
        async with self.database.tenant(turn.business_id) as session:
            values = {"payload": payload.decode(), "requestid": self.new_id()}
            if not await intents.change(session, turn.intent, values):
                raise _under_way(turn.intent)
            turn.intent = await intents.load(session, turn.intent.id)
        turn.state_if_not_sent = IntentState.INTENDED

    async def _conclude(self, turn: "_Turn", finding: Done | Refused) -> Intent:
        """Note how it ended, together with the mirror; when another one has it by now, what that one made of it."""
        ended = _with_end(turn.intent, finding, self.wall_clock.now())

        async def noted(session: TenantSession) -> Intent:
            if not await intents.change(session, turn.intent, _end_values(ended)):
                return await intents.load(session, turn.intent.id)
            if ended.state is IntentState.DONE:
                await self._reflect(session, ended)
            return ended

        return await self.at_once.tenant(turn.business_id, noted)

    async def _reflect(self, session: TenantSession, done: Intent) -> None:
        if done.operation is WriteOperation.DELETE:
            await self.mirror.bury(session, done.entity, [Deletion(done.record_id, self.clock.now())])
            return
        try:
            keep = self.mirror.keep_created if done.operation is WriteOperation.CREATE else self.mirror.keep
            await keep(session, done.entity, [done.answer])
        except QboMalformedAnswerError as error:
            _log.warning("The mirror waits for the next refresh to see %s %s: %s", done.entity, done.record_id, error)

    async def _leave_open(self, turn: "_Turn", error: QboError) -> None:
        """Give it back as it was found, or as unknown when the last thing sent may have been done."""
        now = self.wall_clock.now()
        may_be_done = turn.sent and isinstance(error, QboOutcomeUnknownError)
        values = {
            "state": (IntentState.UNKNOWN if may_be_done else turn.state_if_not_sent).value,
            "visible_from": now + self.lag_allowance if may_be_done else turn.found.visible_from,
            "error": str(error),
            "held_until": None,
            "changed_at": now,
        }
        async with self.database.tenant(turn.business_id) as session:
            await intents.change(session, turn.intent, values)

    def _new(self) -> NewIntent:
        return NewIntent(self.new_id(), self.new_id(), self.clock.now(), self.wall_clock.now())

    def _held(self, now: datetime) -> dict[str, object]:
        until = now + self.lease
        return {
            "state": IntentState.UNKNOWN.value,
            "held_until": until,
            "visible_from": until + self.lag_allowance,
            "changed_at": now,
        }

    @asynccontextmanager
    async def _holding(self, turn: "_Turn") -> AsyncIterator[None]:
        """It stays ours as long as the block runs; TimeoutError cuts the block off when that couldn't be renewed."""
        loop, seconds = asyncio.get_running_loop(), self.lease.total_seconds()
        async with asyncio.timeout(seconds) as limit:

            async def renew() -> bool:
                until = loop.time() + seconds
                async with self.database.tenant(turn.business_id) as session:
                    if not await intents.change(session, turn.intent, self._held(self.wall_clock.now())):
                        return False
                limit.reschedule(until)
                return True

            async with repeating(seconds / 3, renew):
                yield


@dataclass(slots=True)
class _Turn:
    """One attempt at a write: how it was found, what it is now, and whether something was sent that may be done."""

    business_id: BusinessId
    found: Intent
    intent: Intent = field(init=False)
    state_if_not_sent: IntentState = field(init=False)
    sent: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.intent = replace(self.found, attempts=self.found.attempts + 1)
        self.state_if_not_sent = self.found.state


def _with_end(intent: Intent, finding: Done | Refused, now: datetime) -> Intent:
    ended = replace(intent, changed_at=now, held_until=None, visible_from=None)
    if isinstance(finding, Refused):
        return replace(ended, state=IntentState.REFUSED, error=finding.message, error_code=finding.code)
    record_id = intent.record_id or text_of(finding.record, "Id")
    return replace(ended, state=IntentState.DONE, answer=finding.record, record_id=record_id, error="")


def _end_values(ended: Intent) -> dict[str, object]:
    return {
        "state": ended.state.value,
        "answer": ended.answer.decode(),
        "record_id": ended.record_id,
        "error": ended.error,
        "error_code": ended.error_code,
        "changed_at": ended.changed_at,
        "held_until": None,
        "visible_from": None,
    }


def _ended(intent: Intent) -> Intent:
    """A write that is done; raises why it was refused, and `WriteUnderWayError` when it is open."""
    if intent.state is IntentState.REFUSED:
        raise intent.refusal
    if intent.state in OPEN:
        raise _under_way(intent)
    return intent


def _under_way(intent: Intent) -> WriteUnderWayError:
    return WriteUnderWayError(f"The change of {intent.entity} is being carried out already. Look again in a moment.")
