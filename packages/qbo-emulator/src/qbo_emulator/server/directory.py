"""The companies that an emulator serves; their books are built when first needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qbo_emulator.books import Books
from qbo_emulator.server.answers import Answer


@dataclass(frozen=True, slots=True)
class CompanyEntry:
    """A company that can be served: its realm, its name and how to get its books."""

    realm_id: str
    name: str
    open_books: Callable[[], Books]


class Company:
    """An entry with its books, once opened, and the answers that a repeated requestid gets again."""

    def __init__(self, entry: CompanyEntry) -> None:
        self.realm_id = entry.realm_id
        self.name = entry.name
        self.replays: dict[str, Answer] = {}
        self._open_books = entry.open_books
        self._books: Books | None = None

    @property
    def books(self) -> Books:
        """The books, built at the first call."""
        if self._books is None:
            self._books = self._open_books()
        return self._books


class Directory:
    """All companies by realm id, in the order in which they were given."""

    def __init__(self, entries: Sequence[CompanyEntry]) -> None:
        self._companies = {entry.realm_id: Company(entry) for entry in entries}

    def get(self, realm_id: str) -> Company | None:
        """The company of a realm, if it is served."""
        return self._companies.get(realm_id)

    def listed(self) -> list[tuple[str, str]]:
        """(realm id, name) of each."""
        return [(company.realm_id, company.name) for company in self._companies.values()]
