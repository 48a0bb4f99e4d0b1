"""One call on one company at one moment: what everything that answers calls is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.query import QueryResult
from qbo_emulator.server.answers import Call
from qbo_emulator.server.writes import Kept


class View(Protocol):
    """What queries and change data capture look at: the books, or an older state of them."""

    def query(self, text: str) -> QueryResult:
        """Answer a SELECT like `Books.query`."""

    def changes_since(self, instant: datetime, entities: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """Changes per type like `Books.changes_since`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call, the books that it is about and the view that its queries get."""

    call: Call
    books: Books
    view: View
    replays: dict[tuple[Kept, str], bytes]
    """The company's stored answers by request id."""
    at: datetime
    download_link: Callable[[str], str]
    """Attachable id, or {id} to be filled in -> address under which its file can be fetched without a token."""
