"""How calls and answers travel over ASGI: reading a request, sending, and cutting or slowing an answer."""

import asyncio
from typing import Final
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from qbo_emulator.server.answers import Answer, Call
from qbo_emulator.server.gateway import largest_body

API: Final = "/v3/company/"
_QBO_VERSION: Final = "2073.223"
_CACHE: Final = "max-age=0, no-cache, no-store, must-revalidate, private"
_PIECES: Final = 8


class LostAnswerError(ConnectionError):
    """A fault cut the connection; in process this is what the client sees."""


async def read_call(scope: Scope, receive: Receive) -> Call | None:
    """The whole request; None when the client left before it was whole."""
    body = bytearray()
    largest = largest_body(scope["path"])
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        # What is too large is refused, but read to its end so that the client can hear why.
        if len(body) <= largest:
            body += message.get("body", b"")
        if not message.get("more_body"):
            break
    realm_id, *parts = scope["path"][len(API) :].rstrip("/").split("/")
    return Call(
        scope["method"],
        realm_id,
        tuple(parts),
        dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        header(scope, b"content-type"),
        header(scope, b"accept"),
        f"{scope.get('scheme', 'http')}://{header(scope, b'host')}",
        bytes(body),
    )


def bearer(scope: Scope) -> str:
    """The access token of the request; empty when there is none."""
    scheme, _, token = header(scope, b"authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def header(scope: Scope, wanted: bytes) -> str:
    """A header of the request; empty when there is none."""
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return ""


async def send_answer(send: Send, answer: Answer, number: int, *, slow_ms: int = 0) -> None:
    """Send an answer with QuickBooks' headers, its body in pieces over that time."""
    await send({"type": "http.response.start", "status": answer.status, "headers": _headers(number, answer)})
    if slow_ms:
        size = max(1, len(answer.body) // _PIECES)
        for start in range(0, len(answer.body), size):
            await send({"type": "http.response.body", "body": answer.body[start : start + size], "more_body": True})
            await asyncio.sleep(slow_ms / 1000 / _PIECES)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": answer.body})


async def send_half(send: Send, answer: Answer, number: int) -> None:
    """Send half of an answer and cut the connection."""
    await send({"type": "http.response.start", "status": answer.status, "headers": _headers(number, answer)})
    half = answer.body[: len(answer.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await drop(send, at_once=False)


async def drop(send: Send, *, at_once: bool = True) -> None:
    """Cut the connection: over a socket by closing it, in process by an error."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise LostAnswerError("a fault cut the connection")
    if at_once:
        transport.abort()
    else:
        transport.close()
    # The server notices in its next turns; before that it would answer 500 for us.
    await asyncio.sleep(0.01)


def _headers(number: int, answer: Answer) -> list[tuple[bytes, bytes]]:
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
