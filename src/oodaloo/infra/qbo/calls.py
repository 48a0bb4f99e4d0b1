"""What can be asked of QuickBooks: each call says how it may be repeated, what it costs and which limit counts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What repeating a call does: nothing, nothing thanks to its requestid, or the same thing once more."""

    READ = "read"
    IDEMPOTENT_WRITE = "idempotent write"
    UNREPEATABLE_WRITE = "unrepeatable write"


class Lane(IntEnum):
    """Who waits for the answer; lower goes first. A lane may use only its part of QuickBooks' limits."""

    USER = 0
    SYNC = 1
    BULK = 2


class Service(StrEnum):
    """Which of QuickBooks' published per-minute limits counts a call."""

    ACCOUNTING = "accounting"
    REPORTS = "reports"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call below `/v3/company/REALM/`; `about` names its subject in errors and in the ledger of reads."""

    about: str
    kind: Kind
    method: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    accept: str = "application/json"
    metered_reads: int = 1
    service: Service = Service.ACCOUNTING


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete successful answer: its body as it came, and Intuit's id of the call for their support."""

    body: bytes
    intuit_tid: str = ""


class Operation(StrEnum):
    """What a write does to its record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"


def query_call(entity: str, text: str) -> Call:
    """A SELECT. QuickBooks counts one metered read per query."""
    return Call(entity, Kind.READ, "GET", "query", {"query": text})


def read_call(entity: str, record_id: str) -> Call:
    """One record by its id."""
    return Call(entity, Kind.READ, "GET", f"{entity.lower()}/{record_id}")


def changes_call(entities: Sequence[str], since: datetime) -> Call:
    """Change data capture: what of these types changed since an instant, at most 30 days ago and 1,000 objects."""
    parameters = {"entities": ",".join(entities), "changedSince": since.isoformat(timespec="milliseconds")}
    return Call("changes", Kind.READ, "GET", "cdc", parameters)


def report_call(name: str, parameters: Mapping[str, str]) -> Call:
    """A report by its name on the wire, such as AgedReceivables."""
    return Call(name, Kind.READ, "GET", f"reports/{name}", dict(parameters), service=Service.REPORTS)


def write_call(entity: str, operation: Operation, body: bytes, requestid: str) -> Call:
    """A create, update, delete or void; QuickBooks answers a repeated `requestid` from memory. Writes are free.

    `body` is the record, with Id and SyncToken unless it is created. QuickBooks voids an invoice by an operation of
    its own, payments and receipts by a sparse update that includes the void.
    """
    parameters = {"requestid": requestid}
    if operation is Operation.DELETE:
        parameters["operation"] = "delete"
    elif operation is Operation.VOID:
        parameters |= {"operation": "void"} if entity == "Invoice" else {"operation": "update", "include": "void"}
    return Call(entity, Kind.IDEMPOTENT_WRITE, "POST", entity.lower(), parameters, body, metered_reads=0)


def send_call(entity: str, record_id: str, send_to: str | None = None) -> Call:
    """Mail an invoice or another sales document from QuickBooks. A repetition sends it again: there is no requestid."""
    parameters = {"sendTo": send_to} if send_to else {}
    return Call(
        entity,
        Kind.UNREPEATABLE_WRITE,
        "POST",
        f"{entity.lower()}/{record_id}/send",
        parameters,
        b"",
        content_type="application/octet-stream",
        metered_reads=0,
    )
