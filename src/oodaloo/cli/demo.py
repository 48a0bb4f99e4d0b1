"""The demo: an emulated QuickBooks and the app beside it, connected through OAuth, in a place that goes away."""

import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.cli.emulator import EmulatorInfo, give_consent, running_emulator
from oodaloo.cli.progress import show_progress
from oodaloo.cli.server import bind_loopback, serve_app
from oodaloo.infra.qbo.client import http_pool
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.infra.settings import Settings, load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import BusinessId

_MORNING_UTC = time(15, 0)  # the same calendar day from Honolulu to Berlin


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """Which company the demo shows: a scenario, or recorded answers in a directory."""

    scenario: str | None
    load: Path | None
    seed: int
    as_of: date | None
    options: tuple[str, ...]

    def arguments(self) -> list[str]:
        """What the emulator is started with for it."""
        source = ["--load", str(self.load)] if self.load else ["--scenario", self.scenario or "agency"]
        dated = ["--as-of", self.as_of.isoformat()] if self.as_of else []
        options = [part for option in self.options for part in ("--option", option)]
        return [*source, "--seed", str(self.seed), *dated, *options]


@dataclass(frozen=True, slots=True)
class Demo:
    """A connected and completely read demo company."""

    services: Services
    business_id: BusinessId
    sync: SyncProgress


@asynccontextmanager
async def running_demo(
    arguments: Sequence[str], *, public_url: str, webhook_url: str | None = None
) -> AsyncIterator[Demo]:
    """An emulator started with `arguments` and services that have connected and read its company.

    With `webhook_url` the emulator announces there what changes. Everything is gone at the end of the block.
    """
    redirect = ["--redirect-uri", f"{public_url}/oauth/callback"]
    webhooks = ["--webhook-url", webhook_url] if webhook_url else []
    with tempfile.TemporaryDirectory(prefix="oodaloo-demo-") as directory:
        async with running_emulator([*arguments, *redirect, *webhooks]) as emulator:
            settings = _settings(emulator, Path(directory), public_url)
            clock = FixedClock(datetime.combine(date.fromisoformat(emulator.as_of), _MORNING_UTC, UTC))
            async with open_services(settings, clock) as services:
                business_id = await _connect(services)
                done = await services.sync(business_id, on_progress=show_progress)
                yield Demo(services, business_id, await services.last_sync(business_id) or done)


async def serve_demo(company: DemoCompany, *, host: str, port: int) -> None:
    """Serve the demo until Ctrl-C. Raises `PortInUseError` before anything is started."""
    with bind_loopback(host, port) as listener:
        bound_port = int(listener.getsockname()[1])
        url = f"http://{host}:{bound_port}"
        webhook_url = f"{url}/webhooks/quickbooks"
        async with running_demo(company.arguments(), public_url=url, webhook_url=webhook_url) as demo:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            sys.stderr.write(
                f"The demo runs at {url}. There is no sign-in yet: only this machine can open it. Ctrl-C stops it.\n"
            )
            await serve_app(demo.services, listener)


async def _connect(services: Services) -> BusinessId:
    async with http_pool() as browser:
        consent = await give_consent(browser, await services.begin_connect())
    return await services.finish_connect(code=consent.code, realm_id=consent.realm_id, state=consent.state)


def _settings(emulator: EmulatorInfo, directory: Path, public_url: str) -> Settings:
    return load_settings(
        database_url=f"sqlite:///{directory / 'oodaloo.sqlite3'}",
        database_owner_url=None,
        encryption_keys=new_key("demo"),
        qbo_client_id=emulator.client_id,
        qbo_client_secret=emulator.client_secret,
        qbo_api_url=emulator.api_url,
        qbo_discovery_url=emulator.discovery_url,
        qbo_webhook_verifier=emulator.webhook_verifier_token,
        public_url=public_url,
    )
