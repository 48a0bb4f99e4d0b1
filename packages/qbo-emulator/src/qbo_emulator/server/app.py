"""The emulator as an ASGI application: /v3 with its limits, faults and journal, and the pages around it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from qbo_emulator.faults import system_failure, unsupported_operation, wrong_company
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.oauth.routes import OAuthEndpoints
from qbo_emulator.server.answers import FAULT_TYPE, XML_TYPE, Answer, Call
from qbo_emulator.server.api import answer_call, fault_answer
from qbo_emulator.server.control import ControlPlane
from qbo_emulator.server.directory import CompanyEntry, Directory
from qbo_emulator.server.journal import Journal
from qbo_emulator.server.limits import Limits
from qbo_emulator.server.scripted import Script, ScriptedFault
from qbo_emulator.wire import authentication_envelope, throttle_body

_API: Final = "/v3/company/"
_QBO_VERSION: Final = "2073.223"
_LARGEST_BODY_BYTES: Final = 2_000_000
_CACHE: Final = "max-age=0, no-cache, no-store, must-revalidate, private"


class LostAnswerError(ConnectionError):
    """A scripted fault cut the connection; in process this is what the client sees."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator behaves towards its clients."""

    redirect_uris: Sequence[str] = ()
    """Exactly these may be redirected to; none given, any http URI on this machine."""
    limited: bool = False
    """Whether QuickBooks' request limits hold."""
    latency_ms: int = 0
    """What every API call waits before it is looked at."""


class Emulator:
    """The ASGI application, and what tests in the same process may look at."""

    def __init__(
        self,
        companies: Sequence[CompanyEntry],
        authority: Authority,
        options: Options,
        *,
        now: Callable[[], datetime],
        elapsed_seconds: Callable[[], float],
    ) -> None:
        self.directory = Directory(companies)
        self.authority = authority
        self.journal = Journal()
        self.script = Script()
        self._options = options
        self._now = now
        self._limits = Limits(elapsed_seconds) if options.limited else None
        oauth = OAuthEndpoints(authority, options.redirect_uris, self.directory.listed)
        control = ControlPlane(self.journal, self.script, authority)
        self._pages = Starlette(routes=[*oauth.routes(), *control.routes()])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http" or not scope["path"].startswith(_API):
            await self._pages(scope, receive, send)
            return
        call = await _call(scope, receive)
        if call is None:
            return
        number = self.journal.next_number()
        fault = self.script.take(call)
        await asyncio.sleep((self._options.latency_ms + (fault.delay_ms if fault else 0)) / 1000)
        if fault is not None and fault.action == "drop_before":
            self._note(number, call, None, fault, applied=False, replayed=False)
            await _drop(send)
            return
        try:
            answer, applied, replayed = self._answer(call, _bearer(scope), fault)
        except Exception:
            # QuickBooks answers its own bugs with a fault; ours are raised as well, so that they are seen.
            self._note(number, call, 500, fault, applied=False, replayed=False)
            broken = fault_answer(system_failure(), self._now())
            await _send(send, broken, self._headers(number, broken), cut=False)
            raise
        lost = fault is not None and fault.action in ("drop_after", "truncate")
        self._note(number, call, None if lost else answer.status, fault, applied=applied, replayed=replayed)
        if fault is not None and fault.action == "drop_after":
            await _drop(send)
            return
        await _send(send, answer, self._headers(number, answer), cut=lost)

    def _answer(self, call: Call, token: str, fault: ScriptedFault | None) -> tuple[Answer, bool, bool]:
        """The answer, whether the call was carried out, and whether its answer is a stored one."""
        at = self._now()
        if fault is not None and fault.action == "expire_token":
            self.authority.expire_access(call.realm_id)
        grant = self.authority.grant_of(token)
        if grant is None:
            return _unauthenticated(token, at), False, False
        if fault is not None and fault.action == "status":
            body = fault.body or fault_answer(system_failure(), at).body
            return Answer(fault.status, body, fault.content_type), False, False
        if self._limits is not None and not self._limits.admit(call.realm_id, grant.client_id):
            return Answer(429, throttle_body(at), XML_TYPE), False, False
        company = self.directory.get(call.realm_id)
        if company is None or grant.realm_id != call.realm_id:
            return fault_answer(wrong_company(), at), False, False
        if len(call.body) > _LARGEST_BODY_BYTES:
            return fault_answer(unsupported_operation("on a body of this size"), at), False, False
        answer, replayed = answer_call(company, call, at)
        return answer, answer.status == 200 and not replayed, replayed

    def _note(
        self,
        number: int,
        call: Call,
        status: int | None,
        fault: ScriptedFault | None,
        *,
        applied: bool,
        replayed: bool,
    ) -> None:
        name = fault.action if fault else None
        self.journal.note(number, call, status=status, applied=applied, replayed=replayed, fault=name)

    def _headers(self, number: int, answer: Answer) -> list[tuple[bytes, bytes]]:
        headers = {
            "content-type": answer.content_type,
            "content-length": str(len(answer.body)),
            "intuit_tid": f"1-{number:08x}-{number * 2654435761 % 2**48:012x}",
            "x-spanid": f"{number:08x}-0000-4000-8000-{number:012x}",
            "x-request-id": f"1-{number:08x}",
            **answer.headers,
        }
        if answer.status == 200:
            headers |= {
                "qbo-version": _QBO_VERSION,
                "service-time": f"total={10 + number % 90}, db={5 + number % 40}",
                "cache-control": _CACHE,
                "expires": "0",
            }
        return [(name.encode(), value.encode()) for name, value in headers.items()]


async def _call(scope: Scope, receive: Receive) -> Call | None:
    """The whole request; None when the client left before it was whole."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        # What is too large is refused, but read to its end so that the client can hear why.
        if len(body) <= _LARGEST_BODY_BYTES:
            body += message.get("body", b"")
        if not message.get("more_body"):
            break
    realm_id, *parts = scope["path"][len(_API) :].rstrip("/").split("/")
    parameters = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    content_type = _header(scope, b"content-type")
    return Call(scope["method"], realm_id, tuple(parts), parameters, content_type, bytes(body))


def _bearer(scope: Scope) -> str:
    scheme, _, token = _header(scope, b"authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return ""


def _unauthenticated(token: str, at: datetime) -> Answer:
    reason = f"Token expired: {token}" if token else "Token is missing"
    challenge = {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'}
    return Answer(401, authentication_envelope(reason, at), FAULT_TYPE, challenge)


async def _send(send: Send, answer: Answer, headers: list[tuple[bytes, bytes]], *, cut: bool) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if not cut:
        await send({"type": "http.response.body", "body": answer.body})
        return
    half = answer.body[: len(answer.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await _drop(send, at_once=False)


async def _drop(send: Send, *, at_once: bool = True) -> None:
    """Cut the connection: over a socket by closing it, in process by an error."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise LostAnswerError("a scripted fault cut the connection")
    if at_once:
        transport.abort()
    else:
        transport.close()
    # The server notices in its next turns; before that it would answer 500 for us.
    await asyncio.sleep(0.01)
