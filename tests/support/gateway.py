"""A gateway between product and emulator, as companies have them: it passes calls on, keeps count, and may break."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_POLL_SECONDS = 0.005
REFRESH_OR_EXCHANGE = "POST /oauth2/v1/tokens/bearer"


@dataclass
class Gateway:
    """What came (`asked`, as "METHOD /path"), and what it answers itself instead of passing it on: always or once.

    It loses one answer for each request in `lost`, and keeps the answer to a request in `held` until its event is set.
    """

    url: str
    asked: list[str] = field(default_factory=list)
    instead: dict[str, bytes] = field(default_factory=dict)
    once: dict[str, list[bytes]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)

    def count(self, request: str) -> int:
        """How often a request came."""
        return self.asked.count(request)

    async def wait_for(self, request: str) -> None:
        """Wait until a request has come."""
        while request not in self.asked:  # noqa: ASYNC110 (an event for each request would be more to understand)
            await asyncio.sleep(_POLL_SECONDS)

    def answer(self, request: str, status: str, body: str, content_type: str = "application/json") -> None:
        """From now on answer a request itself."""
        head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body.encode())}\r\n"
        self.instead[request] = f"{head}Connection: close\r\n\r\n{body}".encode()


@asynccontextmanager
async def gateway(target: str) -> AsyncIterator[Gateway]:
    """A gateway in front of the server at `target`, on a port of its own."""
    host, port = urlsplit(target).hostname, urlsplit(target).port

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _pass_on(reader, writer)
        finally:
            writer.close()

    async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        method, path, _ = head.decode("latin-1").split(" ", 2)
        request = f"{method} {path.partition('?')[0]}"
        running.asked.append(request)
        if running.once.get(request):
            writer.write(running.once[request].pop())
        elif request in running.instead:
            writer.write(running.instead[request])
        else:
            upstream, up = await asyncio.open_connection(host, port)
            up.write(head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + body)
            answer = await upstream.read()
            up.close()
            if request in running.held:
                await running.held[request].wait()
            if request in running.lost:
                running.lost.remove(request)
                return
            writer.write(answer)
        await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    running = Gateway(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        yield running


def _length(head: bytes) -> int:
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].partition(b":")[2]) if lengths else 0
