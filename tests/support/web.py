"""The product's pages over real HTTP: an app on a database, connected to an emulator, in a thread of its own."""

import asyncio
import html
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue
from typing import Any

import httpx2
import uvicorn

from oodaloo.bootstrap.services import Services
from oodaloo.cli.server import bind_loopback
from oodaloo.web.app import create_app
from oodaloo.worker.loop import Worker
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.product import services_for

STOP_SECONDS = 20
READING_TRIES = 600


@dataclass(frozen=True)
class Site:
    """The running pages, a browser-like client, and the emulated QuickBooks behind them."""

    url: str
    http: httpx2.Client
    emulator: Emulator

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """A page; redirects are not followed."""
        return self.http.get(path, headers=headers)

    def post(self, path: str) -> httpx2.Response:
        """A form of our own, sent as a browser does."""
        return self.http.post(path, headers={"sec-fetch-site": "same-origin"})

    def links(self, path: str) -> list[str]:
        """The addresses of businesses' pages that a page leads to."""
        found = re.findall(r'href="([^"]+)"', self.get(path).text)
        return [html.unescape(href) for href in found if href.startswith("/b/")]

    def business(self) -> str:
        """The address of the one connected business."""
        return next(href for href in self.links("/") if href.endswith("/cash")).removesuffix("/cash")

    def begin_consent(self) -> str:
        """Where Connect to QuickBooks leads."""
        answer = self.get("/connect")
        assert answer.status_code == httpx2.codes.SEE_OTHER, answer.text
        return str(answer.headers["location"])

    def connect(self) -> str:
        """Connect the emulator's company as a person would; the address of its progress page."""
        brought = self.emulator.consent(self.begin_consent())
        answer = self.http.get("/oauth/callback", params=brought)
        assert answer.status_code == httpx2.codes.SEE_OTHER, answer.text
        return str(answer.headers["location"])

    def follow(self, progress: str) -> httpx2.Response:
        """Follow a progress page, as its refresh does, until the reading has ended."""
        for _ in range(READING_TRIES):
            answer = self.get(progress)
            if 'http-equiv="refresh"' not in answer.text:
                return answer
            time.sleep(0.05)
        raise AssertionError(f"{progress} did not come to an end in {READING_TRIES} looks")

    def connect_and_read(self) -> str:
        """Connect and wait for the books; the address of the business's page."""
        answer = self.follow(self.connect())
        assert answer.status_code == httpx2.codes.SEE_OTHER, answer.text
        return str(answer.headers["location"])


@contextmanager
def served(
    database: TestDatabase,
    emulator: Emulator,
    *,
    works: bool = False,
    decides: bool = False,
    **fixed: Any,  # noqa: ANN401 (settings of any type)
) -> Iterator[Site]:
    """The pages of an unconnected product until the end of the block; its clock stands on the agency's last day.

    With `works` a worker looks after the books beside them, with `decides` payments can be enqueued, which nobody
    carries out; `fixed` are settings.
    """
    with bind_loopback("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server_or_error: Queue[uvicorn.Server | BaseException] = Queue()

        async def serve() -> None:
            async with services_for(database, emulator, public_url=url, **fixed) as services:
                if decides:
                    await services.jobs.prepare()
                server = _server(services)
                server_or_error.put(server)
                working = asyncio.create_task(Worker(services, url, shows_pages=True).run()) if works else None
                await server.serve(sockets=[listener])
                if working:
                    working.cancel()
                    await asyncio.gather(working, return_exceptions=True)

        def run() -> None:
            try:
                asyncio.run(serve())
            except BaseException as error:
                server_or_error.put(error)
                raise

        listener.listen()
        thread = threading.Thread(target=run, name="pages", daemon=True)
        thread.start()
        server = server_or_error.get(timeout=STOP_SECONDS)
        if isinstance(server, BaseException):
            raise server
        try:
            with httpx2.Client(base_url=url, timeout=STOP_SECONDS) as http:
                yield Site(url, http, emulator)
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


def _server(services: Services) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning", access_log=False, lifespan="off"))
