"""The emulator as an ASGI application: /v3 with its limits, faults and journal, and the pages around it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from qbo_emulator.books import Books
from qbo_emulator.clock import CompanyClock
from qbo_emulator.faults import system_failure
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.oauth.identity import Identity
from qbo_emulator.oauth.routes import OAuthEndpoints
from qbo_emulator.server.answers import Call, Outcome
from qbo_emulator.server.api import answer_call, fault_answer
from qbo_emulator.server.asked import Asked, View
from qbo_emulator.server.attachments import TemporaryLinks
from qbo_emulator.server.campaign import Campaign
from qbo_emulator.server.control import control_routes
from qbo_emulator.server.directory import Company, CompanyEntry, Directory
from qbo_emulator.server.exchange import API, bearer, drop, read_call, send_answer, send_half
from qbo_emulator.server.gateway import Gateway, Refusal, instead
from qbo_emulator.server.journal import Journal
from qbo_emulator.server.limits import Limits
from qbo_emulator.server.metering import BUILDER_ALLOWANCE, Metering
from qbo_emulator.server.parts import Parts
from qbo_emulator.server.people import remark
from qbo_emulator.server.scripted import Script
from qbo_emulator.server.strikes import Kind, Strike
from qbo_emulator.server.views import GappedView, Lag, StaleReads, Stamp
from qbo_emulator.webhooks.events import Format, source_of
from qbo_emulator.webhooks.sender import Webhooks, WebhookSettings

_AT_THE_BOOKS: Final = (
    Kind.ERROR_AFTER,
    Kind.STALE_TOKEN_CONFLICT,
    Kind.CDC_GAP,
    Kind.CLOCK_SKEW,
    Kind.STALE_READ,
)
"""Kinds that strike only what gets as far as the books."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator behaves towards its clients."""

    redirect_uris: Sequence[str] = ()
    """Exactly these may be redirected to; none given, any http URI on this machine."""
    limited: bool = False
    """Whether QuickBooks' request limits and the block of metered reads hold."""
    latency_ms: int = 0
    """What every API call waits before it is looked at."""
    webhook_url: str | None = None
    webhook_format: Format = Format.CLOUDEVENTS
    webhook_verifier_token: str = ""


@dataclass(slots=True)
class _Exchange:
    """One call on its way: what strikes it and how it ended."""

    call: Call
    token: str
    number: int
    strike: Strike | None
    by_chance: bool
    """Whether the campaign's dice struck, not the script."""
    limit: str | None = None

    def struck_by(self, *kinds: Kind) -> bool:
        return self.strike is not None and self.strike.kind in kinds


class Emulator:
    """The ASGI application, and what tests in the same process may look at."""

    def __init__(
        self,
        companies: Sequence[CompanyEntry],
        authority: Authority,
        options: Options,
        *,
        clock: CompanyClock,
        elapsed_seconds: Callable[[], float],
    ) -> None:
        self._options = options
        campaign = Campaign()
        settings = WebhookSettings(
            options.webhook_url,
            options.webhook_format,
            options.webhook_verifier_token,
            source_of(authority.client_id),
        )
        webhooks = Webhooks(settings, clock, is_connected=authority.is_connected, spoils=campaign.take_event)
        self.parts = Parts(
            directory=Directory(companies, clock.now(), webhooks.announce),
            authority=authority,
            clock=clock,
            journal=Journal(),
            script=Script(),
            campaign=campaign,
            metering=Metering(clock.now, BUILDER_ALLOWANCE if options.limited else None),
            stale_reads=StaleReads(),
            webhooks=webhooks,
            elapsed_seconds=elapsed_seconds,
        )
        self.directory, self.authority = self.parts.directory, authority
        self._links = TemporaryLinks(authority.client_secret.encode())
        self._gateway = Gateway(
            authority,
            Limits(elapsed_seconds) if options.limited else None,
            self.parts.metering,
            lambda realm_id: self.directory.get(realm_id) is not None,
        )
        identity = Identity(authority.now)
        oauth = OAuthEndpoints(authority, identity, options.redirect_uris, self.directory.listed)
        self._pages = Starlette(routes=[*oauth.routes(), *control_routes(self.parts, self._links)])

    async def close(self) -> None:
        """End what runs in the background."""
        await self.parts.webhooks.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._pages(scope, receive, send)
            return
        call = await read_call(scope, receive)
        if call is None:
            return
        parts = self.parts
        scripted = parts.script.take(call)
        strike = scripted or parts.campaign.take(call)
        exchange = _Exchange(call, bearer(scope), parts.journal.next_number(), strike, by_chance=scripted is None)
        with self._gateway.in_progress(call, exchange.token):
            wait_ms = self._options.latency_ms + self._wait_ms(exchange)
            if wait_ms:
                await asyncio.sleep(wait_ms / 1000)
            await self._serve(exchange, send)

    async def _serve(self, exchange: _Exchange, send: Send) -> None:
        if exchange.struck_by(Kind.DROP_BEFORE):
            self._note(exchange, Outcome(fault_answer(system_failure(), self.parts.clock.now())), None)
            await drop(send)
            return
        try:
            outcome = await self._outcome(exchange)
        except Exception:
            # QuickBooks answers its own bugs with a fault; ours are raised as well, so that they are seen.
            broken = Outcome(fault_answer(system_failure(), self.parts.clock.now()))
            self._note(exchange, broken, broken.answer.status)
            await send_answer(send, broken.answer, exchange.number)
            raise
        lost = exchange.struck_by(Kind.LOST_ANSWER, Kind.TRUNCATE)
        self._note(exchange, outcome, None if lost else outcome.answer.status)
        if exchange.struck_by(Kind.LOST_ANSWER):
            await drop(send)
        elif lost:
            await send_half(send, outcome.answer, exchange.number)
        else:
            slow_ms = exchange.strike.delay_ms if exchange.strike and exchange.struck_by(Kind.SLOW) else 0
            await send_answer(send, outcome.answer, exchange.number, slow_ms=slow_ms)

    async def _outcome(self, exchange: _Exchange) -> Outcome:
        call, strike = exchange.call, exchange.strike
        admitted = self._gateway.admit(call, exchange.token, strike, self.parts.clock.now())
        if isinstance(admitted, Refusal):
            exchange.limit = admitted.limit
            if exchange.struck_by(*_AT_THE_BOOKS):
                self._missed(exchange)
            return Outcome(admitted.answer)
        company = self.directory.get(call.realm_id)
        assert company is not None, "the gateway looked for it"  # noqa: S101 - our own invariant
        async with company.lock:
            books = await self.directory.open(company)
            at = self._moment(exchange)
            if call.is_write:
                self.parts.before_change(company, books)
            self._interfere(exchange, books, at)
            outcome = answer_call(self._asked(exchange, company, books, at))
            if call.is_write:
                self.parts.after_change(company, books)
        if outcome.answer.status == 200:
            self.parts.metering.count(admitted, call.operation, outcome.reads)
        if strike is not None and strike.kind is Kind.ERROR_AFTER:
            return replace(outcome, answer=instead(strike, at))
        return outcome

    def _asked(self, exchange: _Exchange, company: Company, books: Books, at: datetime) -> Asked:
        call = exchange.call

        def link(entity_id: str) -> str:
            return call.host + self._links.path(company.realm_id, entity_id, at)

        return Asked(call, books, self._view(exchange, company, books), company.replays, at, link)

    def _moment(self, exchange: _Exchange) -> datetime:
        now = self.parts.clock.now()
        if exchange.strike is not None and exchange.struck_by(Kind.CLOCK_SKEW):
            return now + timedelta(seconds=exchange.strike.seconds)
        return now

    def _interfere(self, exchange: _Exchange, books: Books, at: datetime) -> None:
        """Let a person edit the entity just before; forget the strike when there is nothing to edit."""
        if exchange.struck_by(Kind.STALE_TOKEN_CONFLICT):
            entity_id = exchange.call.entity_id or ""
            if remark(books, exchange.call.subject, entity_id, at) is None:
                self._missed(exchange)

    def _missed(self, exchange: _Exchange) -> None:
        """The strike had nothing to hit after all."""
        if exchange.by_chance and exchange.strike is not None:
            self.parts.campaign.missed(exchange.strike.kind)
        exchange.strike = None

    def _view(self, exchange: _Exchange, company: Company, books: Books) -> View:
        lag = self.parts.stale_reads.lag
        if exchange.strike is not None and exchange.struck_by(Kind.STALE_READ):
            lag = Lag(exchange.strike.seconds)
        view: View = books
        if lag is not None:
            view = company.past.view(books, _shown_under(lag, self.parts.stamp()))
        return GappedView(view) if exchange.struck_by(Kind.CDC_GAP) else view

    def _wait_ms(self, exchange: _Exchange) -> int:
        strike = exchange.strike
        return strike.delay_ms if strike is not None and strike.kind is not Kind.SLOW else 0

    def _note(self, exchange: _Exchange, outcome: Outcome, status: int | None) -> None:
        self.parts.journal.note(
            exchange.number,
            exchange.call,
            outcome,
            at=self.parts.clock.now(),
            status=status,
            limit=exchange.limit,
            fault=exchange.strike.kind.value if exchange.strike else None,
        )


def _shown_under(lag: Lag, now: Stamp) -> Callable[[Stamp], bool]:
    return lambda change: lag.shows(change, now)
