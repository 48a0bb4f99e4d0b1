"""Control over the traffic: journal, faults, campaigns, stale reads, tokens and metering."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qbo_emulator.server.control_requests import (
    ControlError,
    Endpoint,
    flag,
    json_object,
    refuse_unknown_fields,
    whole_number,
)
from qbo_emulator.server.parts import Parts
from qbo_emulator.server.strikes import Kind
from qbo_emulator.server.views import Lag


class TrafficControl:
    """The endpoints over what reaches the API and what goes wrong there."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def endpoints(self) -> Sequence[Endpoint]:
        """What can be asked for."""
        return (
            Endpoint("GET", "journal", self.journal),
            Endpoint("GET", "journal/summary", self.journal_summary),
            Endpoint("POST", "reset-journal", self.reset_journal),
            Endpoint("GET", "faults", self.waiting_faults),
            Endpoint("POST", "faults", self.add_fault),
            Endpoint("DELETE", "faults", self.clear_faults),
            Endpoint("GET", "campaign", self.campaign),
            Endpoint("POST", "campaign", self.start_campaign),
            Endpoint("DELETE", "campaign", self.stop_campaign),
            Endpoint("GET", "stale-reads", self.stale_reads),
            Endpoint("POST", "stale-reads", self.start_stale_reads),
            Endpoint("DELETE", "stale-reads", self.stop_stale_reads),
            Endpoint("POST", "tokens/expire", self.expire_tokens),
            Endpoint("POST", "tokens/revoke", self.revoke_tokens),
            Endpoint("POST", "tokens/age", self.age_tokens),
            Endpoint("GET", "metering", self.metering),
            Endpoint("POST", "metering", self.set_metering),
        )

    async def journal(self, request: Request) -> Response:
        """The requests that arrived since the start or the last reset, as the query string's filters let through."""
        return JSONResponse({"requests": self._parts.journal.listed(request.query_params)})

    async def journal_summary(self, request: Request) -> Response:
        """Counts over the same, among them how often each requestid was asked, applied and replayed."""
        return JSONResponse(self._parts.journal.summary(request.query_params))

    async def reset_journal(self, _request: Request) -> Response:
        """Forget the requests so far, also those that are still under way."""
        self._parts.journal.clear()
        return Response(status_code=204)

    async def waiting_faults(self, _request: Request) -> Response:
        """How many scripted hits are still to come."""
        return JSONResponse({"waiting": self._parts.script.waiting()})

    async def add_fault(self, request: Request) -> Response:
        """Script a fault."""
        strike = self._parts.script.add(await json_object(request))
        if strike.kind is Kind.STALE_READ:
            self._parts.watch()
        return JSONResponse({"waiting": self._parts.script.waiting()}, 201)

    async def clear_faults(self, _request: Request) -> Response:
        """Forget what was scripted."""
        self._parts.script.clear()
        return Response(status_code=204)

    async def campaign(self, _request: Request) -> Response:
        """The random faults that may strike, and what did so far."""
        return JSONResponse(self._parts.campaign.summary())

    async def start_campaign(self, request: Request) -> Response:
        """Let random faults strike from a seed."""
        self._parts.campaign.start(await json_object(request))
        if Kind.STALE_READ in self._parts.campaign.kinds():
            self._parts.watch()
        return JSONResponse(self._parts.campaign.summary(), 201)

    async def stop_campaign(self, _request: Request) -> Response:
        """No more random faults."""
        self._parts.campaign.stop()
        return Response(status_code=204)

    async def stale_reads(self, _request: Request) -> Response:
        """How far queries and change data capture lag behind writes."""
        lag = self._parts.stale_reads.lag
        return JSONResponse({"seconds": lag.seconds if lag else 0, "company_time": bool(lag and lag.by_company_time)})

    async def start_stale_reads(self, request: Request) -> Response:
        """Let all queries and change data capture lag so many seconds, real ones or those of the company."""
        body = await json_object(request)
        refuse_unknown_fields(body, "seconds", "company_time")
        by_company_time = flag(body, "company_time") if "company_time" in body else False
        self._parts.stale_reads.lag = Lag(whole_number(body, "seconds", least=1), by_company_time)
        self._parts.watch()
        return await self.stale_reads(request)

    async def stop_stale_reads(self, _request: Request) -> Response:
        """Reads see everything again."""
        self._parts.stale_reads.lag = None
        return Response(status_code=204)

    async def expire_tokens(self, request: Request) -> Response:
        """End all access tokens now, or those of the body's realm_id."""
        return JSONResponse({"expired": self._parts.authority.expire_access(await _realm_id(request))})

    async def revoke_tokens(self, request: Request) -> Response:
        """Disconnect all companies, or the body's realm_id."""
        return JSONResponse({"revoked": self._parts.authority.revoke_all(await _realm_id(request))})

    async def age_tokens(self, request: Request) -> Response:
        """Let tokens grow older by the body's seconds, all or those of its realm_id."""
        body = await json_object(request)
        aged = self._parts.authority.age(whole_number(body, "seconds"), await _realm_id(request))
        return JSONResponse({"aged": aged})

    async def metering(self, _request: Request) -> Response:
        """What was counted as metered reads and free writes."""
        return JSONResponse(self._parts.metering.summary())

    async def set_metering(self, request: Request) -> Response:
        """Set the month's allowance (null for none) or take so many reads as used."""
        body = await json_object(request)
        refuse_unknown_fields(body, "allowance", "used")
        if not body:
            raise ControlError("say allowance, used or both")
        if "allowance" in body:
            self._parts.metering.allowance = None if body["allowance"] is None else whole_number(body, "allowance")
        if "used" in body:
            self._parts.metering.set_reads(self._parts.authority.client_id, whole_number(body, "used"))
        return await self.metering(request)


async def _realm_id(request: Request) -> str | None:
    body = await json_object(request)
    return str(body["realm_id"]) if "realm_id" in body else None
