"""Running qbo-emulator beside the demo, and giving consent on its page as a person's browser would."""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import msgspec

from oodaloo.kit.errors import OodalooError, UsageError

_STOP_SECONDS = 5
_LONGEST_LINE = 2**20


class EmulatorError(OodalooError):
    """The emulator didn't start or didn't give consent; the message is its own."""

    def __init__(self, message: str, exit_status: int = 1) -> None:
        super().__init__(message)
        self.exit_status = exit_status


class EmulatedCompany(msgspec.Struct, frozen=True):
    """One of the companies that the emulator serves."""

    realm_id: str
    name: str


class EmulatorInfo(msgspec.Struct, frozen=True):
    """The emulator's first line, as far as a client needs it; `as_of` is the last day of the companies' books.

    `realm_id` is the first company's.
    """

    api_url: str
    discovery_url: str
    realm_id: str
    client_id: str
    client_secret: str
    webhook_verifier_token: str
    as_of: str
    companies: tuple[EmulatedCompany, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """What a consent page's redirect brings back."""

    code: str
    realm_id: str
    state: str


@asynccontextmanager
async def running_emulator(arguments: Sequence[str]) -> AsyncIterator[EmulatorInfo]:
    """The emulator serving with `arguments` on a free port; stopped at the end of the block.

    What it says on stderr is passed on once it serves. Raises `EmulatorError` with its last line when it ends early.
    """
    process = await asyncio.create_subprocess_exec(
        _executable(),
        "serve",
        "--while-stdin",
        *arguments,
        stdin=asyncio.subprocess.PIPE,  # ends with us however we end, and the emulator with it
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        env={**os.environ, "TYPER_USE_RICH": "0"},  # its last line is the reason, not the lower edge of a box
    )
    words = _Words()
    listener = asyncio.create_task(words.listen(process))
    try:
        first_line = await process.stdout.readline() if process.stdout else b""
        if not first_line:
            await listener
            wrong_call = await process.wait() == UsageError.exit_status
            reason = words.last.removeprefix("Error: ") or "qbo-emulator ended without a word."
            raise EmulatorError(reason, UsageError.exit_status if wrong_call else 1)
        words.pass_on()
        yield _announced(first_line)
    finally:
        await _stop(process)
        await listener


async def give_consent(http: httpx2.AsyncClient, authorization_url: str, realm_id: str = "") -> Consent:
    """Open the consent page, choose the company (else the first), press the first button, and read the redirect.

    Raises `EmulatorError` when the page has no form or the redirect brings no code.
    """
    page = await http.get(authorization_url)
    form = _FormReader.read(page.text)
    if form is None:
        raise EmulatorError(f"The consent page (status {page.status_code}) has no form to approve: {page.text[:200]}")
    target = urljoin(str(page.url), form.action) if form.action else str(page.url)
    chosen = {"realm_id": realm_id} if realm_id else {}
    answer = await http.post(target, data={**form.fields, **chosen})
    query = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    try:
        return Consent(query["code"][0], query["realmId"][0], query["state"][0])
    except KeyError:
        raise EmulatorError(f"Consent brought no code back (status {answer.status_code}).") from None


@dataclass(slots=True)
class _Form:
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _FormReader(HTMLParser):
    """Collects the first form: its fields with their preset values, and its first button."""

    def __init__(self) -> None:
        super().__init__()
        self.form: _Form | None = None

    @staticmethod
    def read(html: str) -> _Form | None:
        """The first form of a page, None when there is none."""
        reader = _FormReader()
        reader.feed(html)
        return reader.form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take over forms, inputs and buttons; the first value of a name counts."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None:
            self.form = _Form(values.get("action", ""))
        elif tag in {"input", "button", "option"} and self.form is not None and values.get("name"):
            self.form.fields.setdefault(values["name"], values.get("value", ""))


@dataclass(slots=True)
class _Words:
    """What the emulator says on stderr: kept until it serves (its last line is the reason when it never does)."""

    last: str = ""
    _kept: list[str] = field(default_factory=list)
    _passing: bool = False

    async def listen(self, process: asyncio.subprocess.Process) -> None:
        if process.stderr is None:
            return
        async for line in process.stderr:
            self.last = line.decode(errors="replace").rstrip()
            self._kept.append(self.last)
            if self._passing:
                self.pass_on()

    def pass_on(self) -> None:
        self._passing = True
        for line in self._kept:
            sys.stderr.write(f"{line}\n")
        self._kept.clear()


def _announced(line: bytes) -> EmulatorInfo:
    try:
        return msgspec.json.decode(line, type=EmulatorInfo)
    except msgspec.DecodeError as error:
        raise EmulatorError(f"qbo-emulator's first line can't be read ({error}). Run `make setup`.") from None


def _executable() -> str:
    beside = Path(sys.executable).with_name("qbo-emulator")
    found = str(beside) if beside.exists() else shutil.which("qbo-emulator")
    if found is None:
        raise EmulatorError("The demo needs qbo-emulator, which isn't installed here. Run `make setup`.")
    return found


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
