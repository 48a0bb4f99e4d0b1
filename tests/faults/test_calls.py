"""Each row of the policy against QuickBooks' failures as they come over the wire: nothing lost, nothing done twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.calls import Call, Kind, Lane, Operation, query_call, send_call, write_call
from oodaloo.infra.qbo.errors import QboError, QboOutcomeUnknownError, QboUnavailableError, QboUnreachableError
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.smart_sync.policy import POLICY, Action, Deadlines, Outcome, Patience, outcome_of
from oodaloo.kit.ids import RealmId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.product import UNLIMITED, connect, services_for
from tests.support.recordings import JsonObject

HASTY = Patience(
    attempts=3,
    first_wait_seconds=0.001,
    longest_wait_seconds=0.001,
    throttle_wait_seconds=0.001,
    failures_until_rest=1000,
)
SHORT_SECONDS = 0.7
ALWAYS = 1000
NUMBERS = count(1)
THROTTLED = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse '
    'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001"><Message>'
    "message=ThrottleExceeded; errorCode=003001; statusCode=429</Message></Error></Fault></IntuitResponse>"
)
EXPIRED = '{"fault":{"error":[{"message":"AuthenticationFailed","detail":"Token expired","code":"3200"}]},"time":1}'
HTML = {"body": "<html>back soon</html>", "content_type": "text/html"}


@pytest.fixture
def company(working_company: Emulator) -> Emulator:
    """The small company that tests enter records into: others count what is in theirs."""
    return working_company


def fault(code: str, kind: str = "ValidationFault") -> str:
    """A fault's body."""
    return json.dumps({"Fault": {"Error": [{"Message": "No", "Detail": "No.", "code": code}], "type": kind}})


FAULTS: tuple[tuple[Outcome, dict[str, Any]], ...] = (
    (Outcome.THROTTLED, {"action": "throttle_json"}),
    (Outcome.THROTTLED, {"action": "throttle_json", "retry_after_seconds": 0}),
    (Outcome.THROTTLED, {"action": "throttle_xml"}),
    (Outcome.THROTTLED, {"action": "status", "status": 403, "body": THROTTLED, "content_type": "application/xml"}),
    (Outcome.TOKEN_REFUSED, {"action": "token_expired"}),
    (Outcome.TOKEN_REFUSED, {"action": "status", "status": 401, "body": EXPIRED}),
    (Outcome.TOKEN_REFUSED, {"action": "status", "status": 401, "body": "<e/>", "content_type": "application/xml"}),
    (Outcome.TOKEN_REFUSED, {"action": "status", "status": 400, "body": EXPIRED}),
    (Outcome.SERVER_ERROR, {"action": "error_before"}),
    (Outcome.SERVER_ERROR, {"action": "error_before", "status": 503}),
    (Outcome.SERVER_ERROR, {"action": "error_after"}),
    (Outcome.SERVER_ERROR, {"action": "status", "status": 502, **HTML}),
    (Outcome.SERVER_ERROR, {"action": "status", "status": 200, "body": fault("10000", "SystemFault")}),
    (Outcome.MAINTENANCE, {"action": "status", "status": 503, **HTML}),
    (Outcome.NO_ANSWER, {"action": "drop_before"}),
    (Outcome.NO_ANSWER, {"action": "lost_answer"}),
    (Outcome.NO_ANSWER, {"action": "truncate"}),
    (Outcome.BROKEN_ANSWER, {"action": "status", "status": 200, **HTML}),
    (Outcome.BROKEN_ANSWER, {"action": "status", "status": 200, "body": '{"QueryResponse":{"Term":'}),
    (Outcome.BROKEN_ANSWER, {"action": "status", "status": 200, "body": "{}"}),
    (Outcome.STALE, {"action": "status", "status": 400, "body": fault("5010")}),
    (Outcome.NOT_FOUND, {"action": "status", "status": 400, "body": fault("610")}),
    (Outcome.REFUSED, {"action": "status", "status": 400, "body": fault("6000")}),
    (Outcome.REFUSED, {"action": "status", "status": 200, "body": fault("6000")}),
    (Outcome.REFUSED, {"action": "status", "status": 404, **HTML}),
    (Outcome.SERVER_ERROR, {"action": "status", "status": 400, "body": fault("10000", "SystemFault")}),
    (Outcome.FORBIDDEN, {"action": "status", "status": 403, "body": fault("3100", "AuthorizationFault")}),
)


@dataclass
class Desk:
    """The small company, connected; each call of `kind` it makes is one that nobody made before."""

    services: Services
    quickbooks: Emulator
    invoice: str

    def fresh_call(self, kind: Kind) -> Call:
        """A read, the creation of a vendor or the mailing of an invoice."""
        number = next(NUMBERS)
        if kind is Kind.READ:
            return query_call("Term", f"SELECT * FROM Term MAXRESULTS {number}")  # noqa: S608 (QuickBooks' own query language)
        if kind is Kind.UNREPEATABLE_WRITE:
            return send_call("Invoice", self.invoice, f"desk{number}@example.com")
        body = json.dumps({"DisplayName": f"Vendor {number}"}).encode()
        return write_call("Vendor", Operation.CREATE, body, f"request-{number}")

    async def make(self, call: Call) -> None:
        """Make a call through the door of its kind."""
        if call.kind is Kind.READ:
            found = await self.services.smart_sync.query(
                self.realm_id, "Term", call.parameters["query"], lane=Lane.USER
            )
            assert found.records
        elif call.kind is Kind.IDEMPOTENT_WRITE:
            assert b"DisplayName" in await self.services.smart_sync.write(self.realm_id, call, lane=Lane.USER)
        else:
            address = call.parameters["sendTo"]
            sent = await self.services.smart_sync.send(
                self.realm_id, "Invoice", self.invoice, lane=Lane.USER, send_to=address
            )
            assert b'"EmailSent"' in sent

    @property
    def realm_id(self) -> RealmId:
        """The connected company."""
        return RealmId(self.quickbooks.realm_id)

    def heard(self, call: Call) -> list[JsonObject]:
        """What reached QuickBooks of a call."""
        heard = self.quickbooks.journal(self.realm_id)
        return [
            one
            for one in heard
            if one["path"].endswith(f"/{call.path}") and call.parameters.items() <= one["query"].items()
        ]

    def done(self, call: Call) -> int:
        """How often QuickBooks carried it out."""
        return sum(one["applied"] and not one["replayed"] for one in self.heard(call))


@asynccontextmanager
async def desk(
    migrated: TestDatabase, company: Emulator, *, patience: Patience = HASTY, rules: Rules = UNLIMITED
) -> AsyncIterator[Desk]:
    """A desk in the small company."""
    async with services_for(migrated, company, patience=patience, rules=rules) as services:
        await connect(services, company)
        invoice = company.all_of("Invoice")[0]
        company.fresh()
        yield Desk(services, company, str(invoice["Id"]))


@pytest.mark.parametrize("kind", Kind)
async def test_a_failure_that_passes(migrated: TestDatabase, company: Emulator, kind: Kind) -> None:
    """Each failure once: healed where the policy asks again, else told; and never done twice."""
    async with desk(migrated, company) as at:
        for outcome, described in FAULTS:
            action = POLICY[outcome, kind]
            company.fresh()
            company.fail(**described)
            call = at.fresh_call(kind)
            if action is Action.SURFACE:
                with pytest.raises(QboError) as told:
                    await at.make(call)
                assert outcome_of(told.value) is outcome, described
            elif action is Action.UNKNOWN:
                with pytest.raises(QboOutcomeUnknownError, match="Look in QuickBooks before doing it again"):
                    await at.make(call)
            else:
                await at.make(call)
            asked_again = action not in (Action.SURFACE, Action.UNKNOWN)
            assert len(at.heard(call)) == 1 + asked_again, described
            if kind is not Kind.READ:
                assert at.done(call) == 1 if asked_again else at.done(call) <= 1, described


@pytest.mark.parametrize("kind", Kind)
async def test_a_failure_that_stays(migrated: TestDatabase, company: Emulator, kind: Kind) -> None:
    """Each failure for good: asked as often as the policy allows, and what may have been done is told as unknown."""
    async with desk(migrated, company) as at:
        for outcome, described in FAULTS:
            action = POLICY[outcome, kind]
            company.fresh()
            company.fail(**described, times=ALWAYS)
            call = at.fresh_call(kind)
            with pytest.raises(QboError) as told:
                await at.make(call)
            unknown = action in (Action.REPEAT, Action.UNKNOWN)
            assert isinstance(told.value, QboOutcomeUnknownError) == unknown, described
            assert unknown or outcome_of(told.value) is outcome, described
            assert len(at.heard(call)) == TRIES[action], described
            assert kind is Kind.READ or at.done(call) <= 1, described


TRIES = {
    Action.RETRY: HASTY.attempts,
    Action.REPEAT: HASTY.attempts,
    Action.REFRESH: 2,
    Action.ONCE_MORE: 2,
    Action.SURFACE: 1,
    Action.UNKNOWN: 1,
}


async def test_answers_that_come_too_late(migrated: TestDatabase, company: Emulator) -> None:
    """An answer that trickles, or that begins too late, is no answer: reads and creations are repeated, mails not."""
    deadlines = dict.fromkeys(Lane, Deadlines(60.0, SHORT_SECONDS, SHORT_SECONDS))
    async with desk(migrated, company, patience=replace(HASTY, deadlines=deadlines)) as at:
        for action in ("slow", "delay"):
            company.fresh()
            calls = [at.fresh_call(kind) for kind in Kind]
            for entity in ("Term", "Vendor", "Invoice"):
                company.fail(action, entity=entity, delay_ms=int(3000 * SHORT_SECONDS))
            read, created, sent = await asyncio.gather(*map(at.make, calls), return_exceptions=True)
            assert (read, created) == (None, None)
            assert isinstance(sent, QboOutcomeUnknownError)
            assert at.done(calls[1]) == 1
            assert len(at.heard(calls[2])) <= 1


@pytest.mark.parametrize("kind", Kind)
async def test_an_address_where_nobody_listens(migrated: TestDatabase, company: Emulator, kind: Kind) -> None:
    """When no connection comes about nothing can have been done: that is told as it is, of mails too."""
    async with desk(migrated, company) as at:
        smart_sync = at.services.smart_sync
        smart_sync.client = replace(smart_sync.client, api_url="http://127.0.0.1:1/v3/company")
        with pytest.raises(QboUnreachableError, match="Check the network"):
            await at.make(at.fresh_call(kind))


async def test_a_company_that_fails_is_left_alone(migrated: TestDatabase, company: Emulator) -> None:
    """After as many failures in a row nothing is sent, a write fails as not done, and later all goes on by itself."""
    patience = replace(HASTY, failures_until_rest=HASTY.attempts, rest_seconds=0.5)
    async with desk(migrated, company, patience=patience) as at:
        company.fail("error_before", entity="Term", times=HASTY.attempts)
        failed = at.fresh_call(Kind.READ)
        with pytest.raises(QboError, match="failed with status 500"):
            await at.make(failed)
        assert len(at.heard(failed)) == HASTY.attempts
        for kind in Kind:
            call = at.fresh_call(kind)
            with pytest.raises(QboUnavailableError, match="Try again in 1 second"):
                await at.make(call)
            assert at.heard(call) == []
        assert len(at.heard(await when_available(at))) == 1


async def when_available(at: Desk) -> Call:
    """Make a read as soon as the company isn't left alone any more; gives that read."""
    call = at.fresh_call(Kind.READ)
    while True:
        try:
            await at.make(call)
        except QboUnavailableError:
            await asyncio.sleep(0.02)
        else:
            return call


async def test_a_write_that_may_be_done_stays_unknown_when_quickbooks_is_left_alone(
    migrated: TestDatabase, company: Emulator
) -> None:
    """The first attempt was carried out and failed, the second isn't made: unknown, not refused."""
    async with desk(migrated, company, patience=replace(HASTY, failures_until_rest=1)) as at:
        company.fail("error_after")
        call = at.fresh_call(Kind.IDEMPOTENT_WRITE)
        with pytest.raises(QboOutcomeUnknownError, match="so we don't ask it now"):
            await at.make(call)
        assert (len(at.heard(call)), at.done(call)) == (1, 1)


async def test_a_refusal_after_a_maybe_stays_unknown(migrated: TestDatabase, company: Emulator) -> None:
    """The answer is lost, and the second attempt is refused: the refusal may be the first one's success."""
    async with desk(migrated, company) as at:
        company.fail("lost_answer")
        company.fail("status", status=400, body=fault("5010"))
        call = at.fresh_call(Kind.IDEMPOTENT_WRITE)
        with pytest.raises(QboOutcomeUnknownError, match="5010"):
            await at.make(call)
        assert (len(at.heard(call)), at.done(call)) == (2, 1)
