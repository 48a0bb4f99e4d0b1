"""The control plane under /_emulator: for tests and demos, never called by a product."""

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.server.journal import Journal
from qbo_emulator.server.scripted import Script, ScriptError


class ControlPlane:
    """The endpoints over one emulator's journal, scripted faults and tokens."""

    def __init__(self, journal: Journal, script: Script, authority: Authority) -> None:
        self._journal = journal
        self._script = script
        self._authority = authority

    def routes(self) -> list[Route]:
        """Routes for the application."""
        return [
            Route("/_emulator/journal", self.journal, methods=["GET"]),
            Route("/_emulator/reset-journal", self.reset_journal, methods=["POST"]),
            Route("/_emulator/faults", self.waiting_faults, methods=["GET"]),
            Route("/_emulator/faults", self.add_fault, methods=["POST"]),
            Route("/_emulator/faults", self.clear_faults, methods=["DELETE"]),
            Route("/_emulator/tokens/expire", self.expire_tokens, methods=["POST"]),
            Route("/_emulator/tokens/revoke", self.revoke_tokens, methods=["POST"]),
        ]

    async def journal(self, _request: Request) -> Response:
        """Every API request since the start or the last reset."""
        return JSONResponse({"requests": self._journal.listed()})

    async def reset_journal(self, _request: Request) -> Response:
        """Forget the requests so far."""
        self._journal.clear()
        return Response(status_code=204)

    async def waiting_faults(self, _request: Request) -> Response:
        """How many scripted hits are still to come."""
        return JSONResponse({"waiting": self._script.waiting()})

    async def add_fault(self, request: Request) -> Response:
        """Script a fault."""
        described = await _json_object(request)
        if described is None:
            return JSONResponse({"error": "the body must be a JSON object"}, 400)
        try:
            self._script.add(described)
        except ScriptError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"waiting": self._script.waiting()}, 201)

    async def clear_faults(self, _request: Request) -> Response:
        """Forget what was scripted."""
        self._script.clear()
        return Response(status_code=204)

    async def expire_tokens(self, request: Request) -> Response:
        """End all access tokens now, or those of the body's realm_id."""
        return JSONResponse({"expired": self._authority.expire_access(await _realm_id(request))})

    async def revoke_tokens(self, request: Request) -> Response:
        """Disconnect all companies, or the body's realm_id."""
        return JSONResponse({"revoked": self._authority.revoke_all(await _realm_id(request))})


async def _realm_id(request: Request) -> str | None:
    body = await _json_object(request)
    return str(body["realm_id"]) if body and "realm_id" in body else None


async def _json_object(request: Request) -> JsonObject | None:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
