"""A webhook receiver for tests: a real HTTP server that remembers every post and answers as it is told."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 10


@dataclass
class Received:
    """One post: its headers (names in lower case), its raw body, the body as JSON."""

    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON."""
        return json.loads(self.raw)

    @property
    def ids(self) -> list[str]:
        """The ids of its CloudEvents."""
        return [event["id"] for event in self.body]


@dataclass
class Receiver:
    """Where posts arrive; `statuses` are answered one after the other, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    posts: list[Received] = field(default_factory=list)

    async def has(self, count: int) -> list[Received]:
        """The posts, once there are so many."""
        await until(lambda: len(self.posts) >= count)
        assert len(self.posts) == count
        return self.posts


async def until(happened: Callable[[], bool]) -> None:
    """Wait for something to become true; fails when it doesn't."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not happened():  # noqa: ASYNC110 - what happens is in another thread
            await asyncio.sleep(0.002)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of this machine until the end of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Remember a post."""
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.posts.append(Received(headers, raw))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks?app=1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
