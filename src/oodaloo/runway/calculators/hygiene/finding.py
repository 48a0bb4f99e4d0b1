"""What a check finds, before its money is looked up, and how documents are called in its sentence."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from oodaloo.runway.model.hygiene import Fix, IssueKind
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.scenario import Scenario


class Basis(StrEnum):
    """How forecast money rests on a record: as an open amount, as past evidence, or beside everything else."""

    OPEN = "open"
    EVIDENCE = "evidence"
    APART = "apart"


class Part(NamedTuple):
    """A part of the forecast's money: what of it rests on one record (or flow, or account) in one way."""

    basis: Basis
    kind: str
    id: str


class Rest(NamedTuple):
    """How many cents of a part are in doubt."""

    part: Part
    cents: int


@dataclass(frozen=True, slots=True)
class Finding:
    """An issue in the making; `untold` says why its money can't be told, blank where `rests` tell it."""

    kind: IssueKind
    records: tuple[RecordRef, ...]
    fix: Fix
    sentence: str
    rests: tuple[Rest, ...] = ()
    related: tuple[RecordRef, ...] = ()
    party: Party | None = None
    if_wrong: Scenario | None = None
    untold: str = ""


def open_part(ref: RecordRef) -> Part:
    """What is open of a document, or lies in undeposited funds."""
    return Part(Basis.OPEN, ref.kind, ref.id)


def rests_on_open(item: OpenItem) -> tuple[Rest, ...]:
    """All that is open of the document."""
    return (Rest(open_part(item.ref), item.open.cents),)


def document_text(item: OpenItem) -> str:
    """ "Bill CR-1147 of Colour Room", "invoice 2376 to Harrow Hill": as a sentence begins with it."""
    return named(item.ref, item.party)


def named(ref: RecordRef, party: Party) -> str:
    """A document with its number, where it has one, and its party: "Payment 88 from Juniper Hotels"."""
    word, towards = _WORDS[ref.kind]
    return " ".join(filter(None, (word, ref.number, towards, party.name)))


_WORDS = {
    RecordKind.INVOICE: ("Invoice", "to"),
    RecordKind.BILL: ("Bill", "of"),
    RecordKind.PAYMENT: ("Payment", "from"),
    RecordKind.CREDIT_MEMO: ("Credit memo", "to"),
    RecordKind.VENDOR_CREDIT: ("Credit", "of"),
}
