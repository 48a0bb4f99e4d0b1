"""What one API call is and what it answers, apart from how HTTP carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from qbo_emulator.entities import entity_name

JSON_TYPE: Final = "application/json;charset=UTF-8"
FAULT_TYPE: Final = "application/json"
XML_TYPE: Final = "application/xml"


@dataclass(frozen=True, slots=True)
class Call:
    """A request to /v3/company/{realm_id}/{parts…}; `parameters` is the query string, names as sent."""

    method: str
    realm_id: str
    parts: tuple[str, ...]
    parameters: Mapping[str, str]
    content_type: str
    body: bytes

    @property
    def entity(self) -> str:
        """The first part of the path in lower case: the entity or service that is asked for."""
        return self.parts[0].lower() if self.parts else ""

    @property
    def query_text(self) -> str | None:
        """The SELECT of a query call, from the parameters or the body; None for other calls."""
        if self.entity != "query":
            return None
        return self.parameters.get("query") or self.body.decode(errors="replace")

    @property
    def subject(self) -> str:
        """The entity type that the call is about, in QuickBooks' spelling; for a query the one after FROM."""
        words = self.query_text.lower().split() if self.query_text else []
        name = words[words.index("from") + 1] if "from" in words[:-1] else self.entity
        return entity_name(name) or name

    @property
    def operation(self) -> str:
        """What is done: query, read, create, update, delete, void, …, for the journal and for faults."""
        if self.entity in ("query", "batch", "cdc", "reports"):
            return self.entity
        if self.method == "GET":
            return "read"
        named = self.parameters.get("operation")
        if named:
            return named.lower()
        return "update" if b'"SyncToken"' in self.body else "create"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with its body."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
