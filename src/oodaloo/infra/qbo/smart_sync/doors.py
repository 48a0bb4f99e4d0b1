"""SmartSync: what stands between the domains and the raw client, so that a call is paced, retried and signed in."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import stamina

from oodaloo.infra.qbo import answers
from oodaloo.infra.qbo.answers import Changes, Page
from oodaloo.infra.qbo.calls import (
    Answer,
    Call,
    Kind,
    Lane,
    changes_call,
    query_call,
    read_call,
    report_call,
    send_call,
)
from oodaloo.infra.qbo.client import QboClient
from oodaloo.infra.qbo.connection.tokens import TokenKeeper
from oodaloo.infra.qbo.errors import QboNoAnswerError
from oodaloo.infra.qbo.smart_sync.breaker import Breaker
from oodaloo.infra.qbo.smart_sync.kept import KeptAnswers, Stamped
from oodaloo.infra.qbo.smart_sync.limits import Limits
from oodaloo.infra.qbo.smart_sync.policy import Patience, Trial
from oodaloo.infra.qbo.smart_sync.under_way import UnderWay
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import RealmId

PAGE_ROWS = 1000
"""QuickBooks' largest page."""

_T = TypeVar("_T")


@dataclass(slots=True)
class SmartSync:
    """Reads and writes of any connected company.

    What time or a fresh token heals is healed by `policy`; all else surfaces as a typed error. A company that
    QuickBooks keeps failing for is left alone for a while (`QboUnavailableError`, nothing is sent).
    """

    client: QboClient
    tokens: TokenKeeper
    limits: Limits
    kept: KeptAnswers
    patience: Patience = field(default_factory=Patience)
    dice: Callable[[], float] = random.random  # jitter, no secrets
    _breakers: dict[RealmId, Breaker] = field(default_factory=dict, init=False)
    _under_way: defaultdict[RealmId, UnderWay] = field(default_factory=lambda: defaultdict(UnderWay), init=False)

    async def page(self, realm_id: RealmId, entity: str, *, position: int, inactive_too: bool, lane: Lane) -> Page:
        """Up to 1,000 records of `entity` in Id order from the 1-based `position`. One metered read.

        Pages go by Id because QuickBooks' default order (last change first) shifts with every edit.
        """
        active = " WHERE Active IN (true, false)" if inactive_too else ""
        text = f"SELECT * FROM {entity}{active} ORDERBY Id STARTPOSITION {position} MAXRESULTS {PAGE_ROWS}"  # noqa: S608 (QuickBooks' own query language; the entity comes from our registry)
        return await self.query(realm_id, entity, text, lane=lane)

    async def query(self, realm_id: RealmId, entity: str, text: str, *, lane: Lane) -> Page:
        """The records that a query finds, each as its original JSON. One metered read."""
        return await self._ask(realm_id, query_call(entity, text), lane, partial(answers.page, entity))

    async def read(self, realm_id: RealmId, entity: str, record_id: str, *, lane: Lane) -> bytes:
        """One record as QuickBooks has it now. One metered read. Raises `QboNotFoundError` when it has none."""
        return await self._ask(realm_id, read_call(entity, record_id), lane, partial(answers.record, entity))

    async def changes(self, realm_id: RealmId, entities: Sequence[str], since: datetime, *, lane: Lane) -> Changes:
        """What of these types changed or went since an instant at most 30 days ago. One metered read."""
        return await self._ask(realm_id, changes_call(entities, since), lane, answers.changes)

    async def report(self, realm_id: RealmId, name: str, parameters: Mapping[str, str], *, lane: Lane) -> bytes:
        """A report as QuickBooks sent it. One metered read."""
        return (await self.call(realm_id, report_call(name, parameters), lane=lane)).body

    async def recent(self, realm_id: RealmId, call: Call, *, max_age: timedelta, lane: Lane) -> Stamped:
        """The answer to a read, no older than `max_age`, and when QuickBooks gave it.

        One metered read when what this process keeps is older, shared with whoever asks meanwhile. A write through
        here makes everything that is kept of the company too old, and so does `kept.forget`.
        """
        if call.kind is not Kind.READ:
            raise ValueError(f"{call.method} {call.path} changes something, so no answer to it can be kept.")
        return await self.kept.fresh(realm_id, call, lane, max_age, lambda: self.call(realm_id, call, lane=lane))

    async def write(self, realm_id: RealmId, call: Call, *, lane: Lane) -> bytes:
        """Carry out a `write_call` and give the record as QuickBooks answered it. Free.

        Failures that may hide a success are repeated with the same requestid. Raises `QboOutcomeUnknownError` when
        it stays unknown whether it was done, any other `QboError` when it certainly was not.
        """
        return await self._change(realm_id, call, lane)

    async def send(
        self, realm_id: RealmId, entity: str, record_id: str, *, lane: Lane, send_to: str | None = None
    ) -> bytes:
        """Mail a sales document from QuickBooks; gives the record, whose EmailStatus tells. Free.

        Raises `QboOutcomeUnknownError` at the first failure that may hide a success: a repetition would mail twice.
        """
        return await self._change(realm_id, send_call(entity, record_id, send_to), lane)

    async def call(self, realm_id: RealmId, call: Call, *, lane: Lane) -> Answer:
        """One call with everything that time or a fresh token heals already healed. Raises a `QboError` otherwise."""
        return await self._ask(realm_id, call, lane, answers.readable if call.accept == _JSON else _as_it_is)

    async def quiet(self, realm_id: RealmId, *, at_most_seconds: float) -> None:
        """Wait until none of this process's calls to a company is under way, but not for longer than that."""
        await self._under_way[realm_id].none(at_most_seconds=at_most_seconds)

    async def _change(self, realm_id: RealmId, call: Call, lane: Lane) -> bytes:
        try:
            return await self._ask(realm_id, call, lane, partial(answers.record, call.about))
        finally:
            self.kept.forget(realm_id)

    async def _ask(self, realm_id: RealmId, call: Call, lane: Lane, understood: Callable[[Answer], _T]) -> _T:
        """What `understood` makes of the answer; what it can't read counts as a broken answer."""
        give_up_at = monotonic_seconds() + self.patience.deadlines[lane].begin_seconds
        trial = Trial(call, self.patience, give_up_at, monotonic_seconds, self.dice)
        try:
            async for attempt in stamina.retry_context(
                on=trial.ask_again, attempts=self.patience.attempts, timeout=None
            ):
                with attempt:
                    return understood(await self._attempt(realm_id, trial, lane))
        except OodalooError as error:
            told = trial.told(error)
            if told is error:
                raise
            raise told from error
        raise AssertionError("stamina either returns or raises")

    async def _attempt(self, realm_id: RealmId, trial: Trial, lane: Lane) -> Answer:
        """One attempt. The token comes before the permit, which isn't held while tokens are refreshed."""
        breaker = self._breaker(realm_id)
        breaker.check()
        trial.token = await self._token(realm_id, trial)
        deadlines = self.patience.deadlines[lane]
        seconds = deadlines.read_seconds if trial.call.kind is Kind.READ else deadlines.write_seconds
        async with self.limits.permit(realm_id, trial.call, lane, give_up_at=trial.give_up_at):
            with breaker.around(), trial.asking(), self._under_way[realm_id].one():
                return await self.client.send(realm_id, trial.token, trial.call, deadline_seconds=seconds)

    async def _token(self, realm_id: RealmId, trial: Trial) -> str:
        try:
            async with asyncio.timeout(trial.give_up_at - monotonic_seconds()):
                token = await self.tokens.access_token(realm_id)
                return await self.tokens.replace_refused(realm_id, token) if token == trial.refused_token else token
        except TimeoutError:
            raise QboNoAnswerError("Fresh tokens didn't come from Intuit in time. Try again in a minute.") from None

    def _breaker(self, realm_id: RealmId) -> Breaker:
        known = self._breakers.get(realm_id)
        if known is None:
            patience = self.patience
            known = Breaker(patience.failures_until_rest, patience.rest_seconds, monotonic_seconds)
            self._breakers[realm_id] = known
        return known


_JSON = "application/json"


def _as_it_is(answer: Answer) -> Answer:
    return answer
