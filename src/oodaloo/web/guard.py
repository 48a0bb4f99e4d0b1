"""The door's lock: only this machine, only same-site forms, and pages that run nothing foreign.

Until there is sign-in whoever reaches the port sees the books. So a foreign Host name (DNS rebinding), a form sent
from another site and what a proxy brings from another machine are refused, beside the server's binding to loopback.
QuickBooks' webhooks come from outside, through a tunnel or proxy, and under any name: their one address checks their
signature instead. What programs send to the API comes from no page; it bears a token, which no browser adds by itself.
"""

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oodaloo.web.api.problems import problem
from oodaloo.web.pages import message_page

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
WEBHOOK_PATH = "/webhooks/quickbooks"
API_PATH = "/api/v1"
LARGEST_BODY_BYTES = 2**20
"""How much may be sent to the API at a time."""

SAFE_METHODS = frozenset({"GET", "HEAD"})
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """ASGI middleware that refuses what isn't from here and adds the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_page_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        headers = Headers(scope=scope)
        if (scope["method"], scope["path"]) == ("POST", WEBHOOK_PATH):
            await self._app(scope, receive, send_guarded)
        elif host_name(headers.get("host", "")) not in LOOPBACK_NAMES:
            refusal = message_page(400, "Not this address", "Open Oodaloo as http://127.0.0.1 or http://localhost.")
            await refusal(scope, receive, send_guarded)
        elif not is_from_here(headers):
            told = f"Until there is sign-in, a tunnel or proxy may bring nothing from outside but {WEBHOOK_PATH}."
            await message_page(403, "Not from another machine", told)(scope, receive, send_guarded)
        elif scope["path"].startswith(f"{API_PATH}/"):
            await (_unbounded(scope["method"], headers) or self._app)(scope, receive, send_guarded)
        elif scope["method"] not in SAFE_METHODS and not is_same_site(headers):
            refusal = message_page(403, "Not from this page", "This can only be asked from Oodaloo's own pages.")
            await refusal(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


def add_page_headers(headers: MutableHeaders, path: str) -> None:
    """Set the headers that every answer carries; pages with figures are never stored by the browser."""
    for name, value in PAGE_HEADERS.items():
        headers[name] = value
    if not path.startswith("/static/"):
        headers["Cache-Control"] = "no-store"


def host_name(host: str) -> str:
    """The name in a Host header, without its port, lower case."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()


def is_from_here(headers: Headers) -> bool:
    """Whether every machine that a proxy says it passes a request on for is this one; without a proxy it is.

    Each proxy puts the address that it heard from behind what it was told, so an invented beginning changes nothing.
    """
    told = ",".join(headers.getlist("x-forwarded-for"))
    return "forwarded" not in headers and all(_is_loopback(part.strip()) for part in told.split(",") if told)


def is_same_site(headers: Headers) -> bool:
    """Whether the browser says that a form was sent from one of our own pages; silence is not enough."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == f"http://{headers.get('host', '')}"


def _unbounded(method: str, headers: Headers) -> ASGIApp | None:
    """The refusal of a body that is too long or doesn't say how long it is, None for any other request."""
    length = headers.get("content-length", "" if method not in SAFE_METHODS else "0")
    if not length.isdecimal():
        return problem(411, "length-missing", "Say in Content-Length how long the body is.")
    if int(length) > LARGEST_BODY_BYTES:
        return problem(413, "too-large", f"A body has at most {LARGEST_BODY_BYTES} bytes.")
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
