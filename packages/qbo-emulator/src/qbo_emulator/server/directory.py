"""The companies that an emulator serves: built when first needed, each living on as time is moved."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from qbo_emulator.books import Books
from qbo_emulator.changes import Change
from qbo_emulator.server.views import Past
from qbo_emulator.server.writes import Kept

Announce = Callable[[str, Change], None]
"""Told each change of a company's books: realm id and change."""


class Life(Protocol):
    """What goes on in a company by itself when time is moved forward."""

    def advance(self, books: Books, *, start: datetime, end: datetime) -> None:
        """Post what happens after `start` up to `end`."""


class Planted(Protocol):
    """Something planted in books on purpose."""

    @property
    def kind(self) -> str:
        """Its kind."""
        ...

    @property
    def entity(self) -> str:
        """The type of the entity that shows it."""
        ...

    @property
    def id(self) -> str:
        """The id of that entity."""
        ...

    @property
    def why(self) -> str:
        """Why it is what it is."""
        ...


class Opened(NamedTuple):
    """Books, the life that continues them (recorded companies have none), and what was planted in them.

    `flaws` are wrong, `lookalikes` are in order and only look it.
    """

    books: Books
    life: Life | None = None
    flaws: Sequence[Planted] = ()
    lookalikes: Sequence[Planted] = ()


@dataclass(frozen=True, slots=True)
class CompanyEntry:
    """A company that can be served: its realm, its name and how to get its books.

    `open_books` takes a seed that replaces the one the company was described with, or None.
    """

    realm_id: str
    name: str
    open_books: Callable[[int | None], Opened]


class Company:
    """An entry with its books, once opened, and the answers that a repeated requestid gets again."""

    def __init__(self, entry: CompanyEntry, start: datetime, announce: Announce) -> None:
        self.realm_id = entry.realm_id
        self.name = entry.name
        self.replays: dict[tuple[Kept, str], bytes] = {}
        self.past = Past()
        self.lock = asyncio.Lock()
        """Held by whoever works with the books."""
        self._entry = entry
        self._start = start
        self._announce = announce
        self._opened: Opened | None = None
        self._lived_until = start

    @property
    def is_open(self) -> bool:
        """Whether the books have been built."""
        return self._opened is not None

    @property
    def books(self) -> Books:
        """The books, built at the first call; in the event loop `open` comes first."""
        if self._opened is None:
            self._build(None, self._start)
        assert self._opened is not None  # noqa: S101 - just built
        return self._opened.books

    @property
    def planted(self) -> tuple[Sequence[Planted], Sequence[Planted]]:
        """What was planted when the books were built: flaws, and what only looks like them; none before that."""
        return (self._opened.flaws, self._opened.lookalikes) if self._opened else ((), ())

    async def open(self, until: datetime) -> Books:
        """The books, built in a thread when there are none yet; under the lock.

        A company that is opened late has lived until that moment.
        """
        if self._opened is None:
            await asyncio.to_thread(self._build, None, until)
        return self.books

    async def reset(self, seed: int | None, until: datetime) -> None:
        """Build the books anew, from another seed if one is given; under the lock."""
        self.replays.clear()
        self.past = Past()
        await asyncio.to_thread(self._build, seed, until)

    async def live(self, until: datetime) -> None:
        """Let everything happen that happens by itself up to that moment; under the lock."""
        opened = self._opened
        if opened is not None and opened.life is not None and until > self._lived_until:
            await asyncio.to_thread(opened.life.advance, opened.books, start=self._lived_until, end=until)
        self._lived_until = max(self._lived_until, until)

    def _build(self, seed: int | None, until: datetime) -> None:
        opened = self._entry.open_books(seed)
        if opened.life is not None and until > self._start:
            opened.life.advance(opened.books, start=self._start, end=until)
        self._lived_until = until
        opened.books.on_change(lambda change: self._announce(self.realm_id, change))
        self._opened = opened


class Directory:
    """All companies by realm id, in the order in which they were given; their time starts at `start`."""

    def __init__(self, entries: Sequence[CompanyEntry], start: datetime, announce: Announce) -> None:
        self._companies = {entry.realm_id: Company(entry, start, announce) for entry in entries}
        self._lived_until = start

    def get(self, realm_id: str) -> Company | None:
        """The company of a realm, if it is served."""
        return self._companies.get(realm_id)

    def listed(self) -> list[tuple[str, str]]:
        """(realm id, name) of each."""
        return [(company.realm_id, company.name) for company in self._companies.values()]

    def companies(self) -> Sequence[Company]:
        """Each of them."""
        return tuple(self._companies.values())

    @property
    def first(self) -> Company:
        """The one that is meant when none is named."""
        return next(iter(self._companies.values()))

    async def open(self, company: Company) -> Books:
        """The company's books as they are now; under its lock."""
        return await company.open(self._lived_until)

    async def reset(self, company: Company, seed: int | None) -> None:
        """Build the company's books anew; under its lock."""
        await company.reset(seed, self._lived_until)

    async def live(self, until: datetime, move_clock: Callable[[], None]) -> None:
        """Move the clock and let every company that is open live until then; calls wait meanwhile."""
        async with AsyncExitStack() as stack:
            for company in self._companies.values():
                await stack.enter_async_context(company.lock)
            move_clock()
            self._lived_until = max(self._lived_until, until)
            for company in self._companies.values():
                if company.is_open:
                    await company.live(until)
