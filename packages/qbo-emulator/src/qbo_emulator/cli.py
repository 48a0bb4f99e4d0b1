"""The command line: `qbo-emulator serve` builds a company, prints how to reach it and serves until stopped."""

import asyncio
import contextlib
import gc
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
import uvicorn

from qbo_emulator.books import Books
from qbo_emulator.clock import PACIFIC, CompanyClock, evening_of
from qbo_emulator.load import LoadError, load_recordings
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.scenario import ScenarioOptionError, ScenarioRequest
from qbo_emulator.scenarios.living import LivingScenario
from qbo_emulator.server.app import Emulator, Options
from qbo_emulator.server.directory import CompanyEntry, Opened
from qbo_emulator.webhooks.events import Format

_DEFAULT_SCENARIO: Final = "agency"
_STDIN_CHUNK_BYTES: Final = 4096
_LARGEST_SEED: Final = 2**31 - 1
_BACKLOG: Final = 512

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


class Limit(StrEnum):
    """Whose request limits hold."""

    INTUIT = "intuit"
    OFF = "off"


class StartError(Exception):
    """The emulator can't start; the message says why and what to do."""

    exit_status = 1


class WrongCallError(StartError):
    """An option has a value that doesn't exist; the message names those that do."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class _Served:
    """The companies to serve, and the moment at which their time starts."""

    companies: list[CompanyEntry]
    start: datetime


@app.callback()
def _commands() -> None:
    """QuickBooks Online as a program."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = 0,
    scenario: Annotated[str | None, typer.Option(help="Which kind of company to build.")] = None,
    load: Annotated[Path | None, typer.Option(help="Directory of recorded answers to build it from.")] = None,
    companies: Annotated[int, typer.Option(min=1, max=1000, help="How many companies.")] = 1,
    seed: Annotated[int, typer.Option(min=0, max=_LARGEST_SEED, help="Same seed, same books.")] = 1,
    as_of: Annotated[
        str | None, typer.Option(help="Last day of history, YYYY-MM-DD; default today, or as recorded.")
    ] = None,
    limits: Annotated[Limit, typer.Option(help="QuickBooks' request limits, or none.")] = Limit.INTUIT,
    latency_ms: Annotated[int, typer.Option(min=0, max=60_000, help="Wait before each answer.")] = 0,
    webhook_url: Annotated[str | None, typer.Option(help="Where webhooks are posted to; none without it.")] = None,
    webhook_format: Annotated[
        Format, typer.Option(help="How webhooks are written; legacy was retired on 2026-07-31.")
    ] = Format.CLOUDEVENTS,
    redirect_uri: Annotated[list[str] | None, typer.Option(help="OAuth redirect URI; repeatable.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="Scenario option KEY=VALUE; repeatable.")] = None,
    *,
    while_stdin: Annotated[
        bool, typer.Option("--while-stdin", help="Stop when stdin ends, as it does when the starting program dies.")
    ] = False,
) -> None:
    """Serve companies until SIGINT or SIGTERM; the first line on stdout says how to reach them."""
    if load is not None and (scenario is not None or companies > 1 or option):
        raise typer.BadParameter("--load builds one company: no --scenario, --companies or --option with it")
    if webhook_url is not None and not webhook_url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{webhook_url!r} is not an http or https address", param_hint="--webhook-url")
    day = _day(as_of)
    chosen = _options(option or [])
    try:
        with _bound(host, port) as listener:
            if load is not None:
                served = _loaded(load, day)
            else:
                served = _built(scenario or _DEFAULT_SCENARIO, companies, seed, day, chosen)
            settings = Options(
                redirect_uris=tuple(redirect_uri or ()),
                limited=limits is Limit.INTUIT,
                latency_ms=latency_ms,
                webhook_url=webhook_url,
                webhook_format=webhook_format,
                webhook_verifier_token=secrets.token_urlsafe(24),
            )
            # What is built is no garbage: looking through it takes 120 ms, in which every call would wait.
            gc.freeze()
            emulator = _emulator(served, settings)
            _announce(emulator, settings, listener, served.start.astimezone(PACIFIC).date())
            asyncio.run(_Server(_uvicorn_config(emulator), while_stdin=while_stdin).serve(sockets=[listener]))
    except StartError as error:
        _say(str(error))
        raise typer.Exit(error.exit_status) from error


def main() -> None:
    """Entry point of the command."""
    app()


class _Server(uvicorn.Server):
    """Stops at SIGINT and SIGTERM with exit status 0; uvicorn's own would raise the signal again."""

    def __init__(self, config: uvicorn.Config, *, while_stdin: bool) -> None:
        super().__init__(config)
        self._while_stdin = while_stdin

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        if self._while_stdin:
            loop.add_reader(sys.stdin.fileno(), self._read_stdin, loop)
        yield

    def _read_stdin(self, loop: asyncio.AbstractEventLoop) -> None:
        if not os.read(sys.stdin.fileno(), _STDIN_CHUNK_BYTES):
            loop.remove_reader(sys.stdin.fileno())
            self.should_exit = True


def _uvicorn_config(emulator: Emulator) -> uvicorn.Config:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s")
    return uvicorn.Config(
        emulator,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _emulator(served: _Served, options: Options) -> Emulator:
    authority = Authority(
        "AB" + secrets.token_urlsafe(24),
        secrets.token_urlsafe(24),
        now=lambda: datetime.now(UTC),
        new_secret=lambda prefix: f"{prefix}-{secrets.token_urlsafe(32)}",
    )
    clock = CompanyClock(served.start, time.monotonic)
    return Emulator(served.companies, authority, options, clock=clock, elapsed_seconds=time.monotonic)


def _announce(emulator: Emulator, options: Options, listener: socket.socket, as_of: date) -> None:
    host, port = listener.getsockname()[:2]
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    companies = emulator.directory.listed()
    tokens = emulator.authority.grant(companies[0][0])
    line = {
        "base_url": base_url,
        "api_url": f"{base_url}/v3/company",
        "discovery_url": f"{base_url}/.well-known/openid_configuration",
        "realm_id": companies[0][0],
        "client_id": emulator.authority.client_id,
        "client_secret": emulator.authority.client_secret,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "webhook_verifier_token": options.webhook_verifier_token,
        "companies": [{"realm_id": realm_id, "name": name} for realm_id, name in companies],
        "as_of": as_of.isoformat(),
    }
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


def _loaded(directory: Path, day: date | None) -> _Served:
    try:
        loaded = load_recordings(directory)
    except LoadError as error:
        raise StartError(str(error)) from error
    for note in loaded.notes:
        _say(note)
    start = evening_of(day) if day is not None else loaded.recorded_at
    _say(f"the company's time starts at {start.isoformat()}")
    entry = CompanyEntry(loaded.books.realm_id, loaded.books.company_name, _Recorded(directory, loaded.books))
    return _Served([entry], start)


class _Recorded:
    """Opens a recorded company: first the books that were loaded at the start, then the same ones anew."""

    def __init__(self, directory: Path, books: Books) -> None:
        self._directory = directory
        self._first: Books | None = books

    def __call__(self, _seed: int | None) -> Opened:
        books, self._first = self._first, None
        return Opened(books or load_recordings(self._directory).books)


def _built(name: str, companies: int, seed: int, day: date | None, options: Mapping[str, str]) -> _Served:
    # Imported here so that --load and --help don't wait for what only scenarios need.
    from qbo_emulator.scenarios import LIVING

    scenario = LIVING.get(name)
    if scenario is None:
        raise WrongCallError(f"there is no scenario {name!r}; known: {', '.join(sorted(LIVING))}")
    as_of = day or datetime.now(PACIFIC).date()
    requests = [
        ScenarioRequest(seed + number - 1, as_of, _realm_id(seed, number), number, options)
        for number in range(1, companies + 1)
    ]
    try:
        built = [_Built(scenario, request) for request in requests]
        built[0].prepare()
        entries = [CompanyEntry(one.request.realm_id, one.name, one) for one in built]
    except ScenarioOptionError as error:
        raise WrongCallError(str(error)) from error
    return _Served(entries, evening_of(as_of))


class _Built:
    """Opens a company of a scenario; `prepare` builds it ahead of its first call."""

    def __init__(self, scenario: LivingScenario, request: ScenarioRequest) -> None:
        self.request = request
        self.name = scenario.company_name(request)
        self._scenario = scenario
        self._prepared: Opened | None = None

    def prepare(self) -> None:
        self._prepared = self(None)

    def __call__(self, seed: int | None) -> Opened:
        prepared, self._prepared = self._prepared, None
        if prepared is not None and seed is None:
            return prepared
        request = self.request if seed is None else replace(self.request, seed=seed)
        company = self._scenario.build(request)
        return Opened(company.books, company.life, company.flaws, company.lookalikes)


def _realm_id(seed: int, number: int) -> str:
    return f"934{seed % 10**9:09d}{number:04d}"


def _options(given: list[str]) -> dict[str, str]:
    options = {}
    for text in given:
        key, separator, value = text.partition("=")
        if not key or not separator:
            raise typer.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--option")
        options[key] = value
    return options


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date YYYY-MM-DD", param_hint="--as-of") from error


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, because asyncio switches Nagle's delay off only for sockets that say so: 40 ms an answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            raise StartError(
                f"can't listen on {host} port {port}: {error.strerror or error}; choose another with --port"
            ) from error
        yield listener


def _say(text: str) -> None:
    sys.stderr.write(f"qbo-emulator: {text}\n")
