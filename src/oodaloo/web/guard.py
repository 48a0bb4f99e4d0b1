"""The door's lock: only this machine, only same-site forms, and pages that run nothing foreign.

Until there is sign-in whoever reaches the port sees the books. So a foreign Host name (DNS rebinding) and a form sent
from another site are refused, beside the server's binding to loopback.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oodaloo.web.pages import message_page

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
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
        if host_name(headers.get("host", "")) not in LOOPBACK_NAMES:
            refusal = message_page(400, "Not this address", "Open Oodaloo as http://127.0.0.1 or http://localhost.")
            await refusal(scope, receive, send_guarded)
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


def is_same_site(headers: Headers) -> bool:
    """Whether the browser says that a form was sent from one of our own pages; silence is not enough."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == f"http://{headers.get('host', '')}"
