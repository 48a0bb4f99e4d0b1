"""What one API call is and what it answers, apart from how HTTP carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import orjson

from qbo_emulator.entities import entity_name

JSON_TYPE: Final = "application/json;charset=UTF-8"
FAULT_TYPE: Final = "application/json"
XML_TYPE: Final = "application/xml"
PDF_TYPE: Final = "application/pdf"
TEXT_TYPE: Final = "text/plain;charset=UTF-8"

_SERVICES: Final = frozenset({"query", "batch", "cdc", "reports", "upload", "download"})


@dataclass(frozen=True)
class Call:
    """A request to /v3/company/{realm_id}/{parts…}; `parameters` is the query string, names as sent."""

    method: str
    realm_id: str
    parts: tuple[str, ...]
    parameters: Mapping[str, str]
    content_type: str
    """As sent, with its parameters; empty when the client sent none."""
    accept: str
    host: str
    body: bytes

    @cached_property
    def entity(self) -> str:
        """The first part of the path in lower case: the entity or service that is asked for."""
        return self.parts[0].lower() if self.parts else ""

    @property
    def media_type(self) -> str:
        """The content type alone, in lower case."""
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def path(self) -> str:
        """The whole path."""
        return "/v3/company/" + "/".join((self.realm_id, *self.parts))

    @cached_property
    def query_text(self) -> str | None:
        """The SELECT of a query call, from the parameters or the body; None for other calls."""
        if self.entity != "query":
            return None
        return self.parameters.get("query") or self.body.decode(errors="replace")

    @cached_property
    def subject(self) -> str:
        """The entity type that the call is about, in QuickBooks' spelling; for a query the one after FROM."""
        words = self.query_text.lower().split() if self.query_text else []
        name = words[words.index("from") + 1] if "from" in words[:-1] else self.entity
        return entity_name(name) or name

    @cached_property
    def operation(self) -> str:
        """What is done: a service's name, read, pdf, send, create, update, delete, void, or what the client named."""
        if self.entity in _SERVICES:
            return self.entity
        if len(self.parts) == 3:
            return self.parts[2].lower()
        if self.method != "POST":
            return "read"
        named = self.parameters.get("operation", "").lower()
        if named in ("", "update") and "void" in self.parameters.get("include", "").lower():
            return "void"
        return named or ("update" if self.entity_id is not None else "create")

    @cached_property
    def entity_id(self) -> str | None:
        """The Id in the path of a read or in the body of a write; None when there is none to be seen."""
        if self.method != "POST" or len(self.parts) == 3:
            return self.parts[1] if len(self.parts) > 1 else None
        try:
            body = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        if self.subject == "RecurringTransaction" and isinstance(body, dict) and len(body) == 1:
            # Its content stands inside of the name of a type.
            [body] = body.values()
        return str(body["Id"]) if isinstance(body, dict) and "Id" in body else None

    @property
    def is_write(self) -> bool:
        """Whether the call can change the books."""
        return self.method == "POST" and self.entity != "query"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with its body."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and what happened for it."""

    answer: Answer
    applied: bool = False
    """Whether the call was carried out (also when its answer gets lost)."""
    replayed: bool = False
    """Whether the answer is a stored one, of an earlier call with the same requestid."""
    entity_ids: tuple[str, ...] = ()
    """The entities that a write created or changed."""
    reads: int = 0
    """How many reads QuickBooks meters for it."""
