"""Something outside that does what it is asked once per key, keeps a book of it, and gives its callers a bad day."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KILL, STOP = "kill", "stop"


@dataclass(frozen=True)
class Told:
    """An order and who got it where."""

    work: str
    point: str
    pid: int
    order: str


@dataclass
class Outside:
    """What has been asked and done, and what callers are told to do with themselves.

    `orders` says by work and point of it what the first caller is told that gets there (`always`: each); for the keys
    in `losing` the first answer is lost after the thing is done. `chance` tells those who have no order.
    """

    port: int = 0
    orders: dict[tuple[str, str], str] = field(default_factory=dict)
    always: dict[tuple[str, str], str] = field(default_factory=dict)
    chance: Callable[[], str] = str
    losing: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[str, int]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def do(self, key: str, pid: int) -> bool:
        """Do what the key stands for, unless that is done; says whether the caller hears of it."""
        with self._turn:
            self.asked.append((key, pid))
            if not self.done[key]:
                self.done[key] += 1
            if key in self.losing:
                self.losing.remove(key)
                return False
            return True

    def at(self, work: str, point: str, pid: int) -> str:
        """What a caller is told who got to a point of his work."""
        with self._turn:
            order = self.orders.pop((work, point), "") or self.always.get((work, point), "") or self.chance()
            if order:
                self.told.append(Told(work, point, pid, order))
            return order

    def askers(self, key: str) -> list[int]:
        """The processes that asked for that, in order."""
        with self._turn:
            return [pid for asked, pid in self.asked if asked == key]


@contextmanager
def outside() -> Iterator[Outside]:
    """A running one, on a socket of loopback."""
    book = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/do":
                if book.do(asked["key"], asked["pid"]):
                    self._answer("done")
                return  # without an answer the connection is closed
            self._answer(book.at(asked["work"], asked["point"], asked["pid"]))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the base class)
            """Say nothing."""

        def _answer(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Callers die in mid-sentence here."""

    server = Server(("127.0.0.1", 0), Handler)
    book.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield book
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
