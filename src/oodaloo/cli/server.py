"""Serving the app on loopback, and looking after the books in the background."""

import asyncio
import errno
import ipaddress
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.bootstrap.workflows import running_workflows
from oodaloo.infra.settings import Settings
from oodaloo.kit.errors import OodalooError
from oodaloo.worker.loop import Worker

_LOG = logging.getLogger(__name__)


class NotLoopbackError(OodalooError):
    """The app was asked to listen where others could reach it; until there is sign-in, only loopback is served."""

    exit_status = 2


class EmbeddedWorkerError(OodalooError):
    """A worker was started on an embedded database, which only one process looks after: `oodaloo serve`."""


class PortInUseError(OodalooError):
    """Another program listens on the port; stop it, or choose another port."""


def bind_loopback(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback `host`; port 0 picks a free one. Who comes early waits until it is served.

    Raises `NotLoopbackError` for any other address, `PortInUseError` when the port is taken or can't be had.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise NotLoopbackError(f"'{host}' is no address to listen on. Use 127.0.0.1.") from None
    if not address.is_loopback:
        raise NotLoopbackError(
            f"Oodaloo has no sign-in yet, so it doesn't listen on {host}. Use 127.0.0.1 and reach it from this machine."
        )
    listener = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((str(address), port))
        listener.listen()  # only now is the port ours: two that are merely bound can share it
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "is in use by another program. Stop it, or" if taken else f"can't be had ({error.strerror}):"
        raise PortInUseError(f"Port {port} {reason} choose another port (--port, OODALOO_PORT).") from None
    return listener


async def serve_app(services: Services, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; with an embedded database the books are looked after meanwhile."""
    # Imported here, since commands that serve no page start in half a second less without them.
    import uvicorn

    from oodaloo.web.app import create_app

    config = uvicorn.Config(create_app(services), log_level="warning", access_log=False, lifespan="off")
    async with _looking_after(services, embedded=services.settings.sqlite_path is not None):
        await uvicorn.Server(config).serve(sockets=[listener])


async def work(settings: Settings) -> None:
    """Look after the books until SIGINT or SIGTERM. Raises `EmbeddedWorkerError` where that is not its place."""
    if settings.sqlite_path is not None:
        raise EmbeddedWorkerError(
            "With an embedded database `oodaloo serve` looks after the books by itself, so there is nothing for a "
            "worker to do. Workers are for PostgreSQL: set OODALOO_DATABASE_URL."
        )
    async with open_services(settings) as services, running_workflows(services):
        sys.stderr.write("Oodaloo looks after the books. Ctrl-C stops it.\n")
        await Worker(services, _unique_name(), shows_pages=False).run()


@asynccontextmanager
async def _looking_after(services: Services, *, embedded: bool) -> AsyncIterator[None]:
    if not embedded:
        await services.jobs.prepare()  # workers run what people enqueue here
        yield
        return
    async with running_workflows(services):
        working = asyncio.create_task(Worker(services, _unique_name(), shows_pages=True).run())
        working.add_done_callback(_tell_of_its_end)
        try:
            yield
        finally:
            working.cancel()
            await asyncio.wait({working})  # unlike awaiting it, this tells its being stopped from ours


def _tell_of_its_end(working: "asyncio.Task[None]") -> None:
    """A fault of ours that ends it leaves the pages as they are; they say how old the books get."""
    fault = None if working.cancelled() else working.exception()
    if fault is not None:
        _LOG.error("Nobody looks after the books any more. Restart Oodaloo, and report this.", exc_info=fault)


def _unique_name() -> str:
    """A name that no other worker has or ever had."""
    return f"{socket.gethostname()[:40]} {os.getpid()} {secrets.token_hex(4)}"
