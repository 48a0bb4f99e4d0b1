"""What queries and change data capture see instead of the books: older states, or changes with a gap."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from qbo_emulator.books import Books
from qbo_emulator.entities import KINDS, entity_kind
from qbo_emulator.entities.recurring import unwrapped
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.query import QueryResult, evaluate
from qbo_emulator.query_text import parse
from qbo_emulator.server.asked import View
from qbo_emulator.store import Record

_Key: TypeAlias = tuple[str, str]


class Stamp(NamedTuple):
    """A moment twice: in the company's time, and on a counter of real seconds."""

    at: datetime
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class Lag:
    """How far queries and change data capture lag behind."""

    seconds: int
    by_company_time: bool = False

    def shows(self, change: Stamp, now: Stamp) -> bool:
        """Whether a change of that moment can be seen now."""
        if self.by_company_time:
            return (now.at - change.at).total_seconds() >= self.seconds
        return now.elapsed_seconds - change.elapsed_seconds >= self.seconds


@dataclass(slots=True)
class StaleReads:
    """Whether reads lag: `lag` holds for all of them; without it single calls can, once anybody watches."""

    lag: Lag | None = None
    watching: bool = False


class _Change(NamedTuple):
    stamp: Stamp
    key: _Key
    before: Record | None
    """The record before it changed; None when there was none."""


class Past:
    """What records were before the latest changes, kept from the first `watch` on."""

    def __init__(self) -> None:
        self._known: dict[_Key, Record] | None = None
        self._changes: list[_Change] = []

    def watch(self, books: Books) -> None:
        """Remember everything as it is; called before the first change that anybody may not see."""
        if self._known is None:
            self._known = {key: copy(record) for key, record in _everything(books)}

    def note(self, books: Books, stamp: Stamp) -> None:
        """Note what has changed since the last look; nothing when nobody watches."""
        known = self._known
        if known is None:
            return
        gone = dict(known)
        for key, record in _everything(books):
            before = gone.pop(key, None)
            # The store never changes an entity in place, so another content is another object.
            if before is None or before.entity is not record.entity:
                self._changes.append(_Change(stamp, key, before))
                known[key] = copy(record)
        for key, before in gone.items():
            self._changes.append(_Change(stamp, key, before))
            del known[key]

    def view(self, books: Books, is_shown: Callable[[Stamp], bool]) -> View:
        """The books without the changes that aren't shown yet."""
        hidden: dict[_Key, Record | None] = {}
        for change in reversed(self._changes):
            if is_shown(change.stamp):
                break
            hidden[change.key] = change.before
        return LaggingView(books, hidden) if hidden else books


class LaggingView:
    """Books in which some entities stand as they were; `hidden` maps them to their older record, None for none."""

    def __init__(self, books: Books, hidden: Mapping[_Key, Record | None]) -> None:
        self._books = books
        self._hidden = hidden

    def query(self, text: str) -> QueryResult:
        """Answer a SELECT like `Books.query`."""
        result = self._books.query(text)
        kind = entity_kind(result.entity)
        current = self._books.file.store.records(kind.name)
        records = [record for record in current if (kind.name, record.entity_id) not in self._hidden]
        return evaluate(parse(text), kind, [*records, *self._older(kind.name)])

    def changes_since(self, instant: datetime, entities: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """Changes per type like `Books.changes_since`."""
        current = self._books.changes_since(instant, entities)
        return {name: self._changes(name, current[name], instant) for name in entities}

    def _changes(self, name: str, current: Sequence[JsonObject], instant: datetime) -> list[JsonObject]:
        shown = [entity for entity in current if (name, unwrapped(entity).get("Id")) not in self._hidden]
        since = instant.replace(microsecond=0)
        shown += [record.shown for record in self._older(name) if record.updated_at >= since]
        return sorted(shown, key=_updated_at)

    def _older(self, name: str) -> list[Record]:
        return [record for (entity, _), record in self._hidden.items() if entity == name and record is not None]


class GappedView:
    """Another view whose change data capture leaves the newest change of each type out."""

    def __init__(self, view: View) -> None:
        self._view = view

    def query(self, text: str) -> QueryResult:
        """Answer a SELECT like the other view."""
        return self._view.query(text)

    def changes_since(self, instant: datetime, entities: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """Changes per type without the last of each."""
        return {name: changes[:-1] for name, changes in self._view.changes_since(instant, entities).items()}


def _everything(books: Books) -> Iterator[tuple[_Key, Record]]:
    for name in KINDS:
        for record in books.file.store.records(name):
            yield (name, record.entity_id), record


def _updated_at(shown: JsonObject) -> datetime:
    return datetime.fromisoformat(unwrapped(shown)["MetaData"]["LastUpdatedTime"])
