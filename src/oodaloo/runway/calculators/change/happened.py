"""What happened between two pictures of one business, each record told to what it belongs to."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.housekeeping import WaitingReceipt
from oodaloo.runway.model.picture import Books, CashMovement, CashPicture, MovementKind, OpenItem
from oodaloo.runway.model.recurring import RecurringFlow
from oodaloo.runway.model.reference import RecordKind, RecordRef

LOOKS_BACK = timedelta(days=92)
"""Movements entered later than this are left to what nothing explains."""

_LATEST_HITS = 24


class Side(StrEnum):
    """What a movement of cash belongs to."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    NEW_INVOICE = "new_invoice"
    NEW_BILL = "new_bill"
    FLOW = "flow"
    NEW_FLOW = "new_flow"
    CARD = "card"
    UNDEPOSITED = "undeposited"
    ENTERED_LATE = "entered_late"
    OTHER = "other"


_Hit: TypeAlias = tuple[RecordRef, int]
Owner: TypeAlias = tuple[Side, str]
"""A side and whom or what of it: a party's key, a flow's key in the earlier picture, a card's name; "" for all."""


@dataclass(frozen=True, slots=True)
class FlowPair:
    """A flow in the earlier and in the later picture; None where it isn't known there."""

    then: RecurringFlow | None
    now: RecurringFlow | None


@dataclass(frozen=True, slots=True)
class Documents:
    """The invoices or bills of both pictures, open and settled ones, by reference."""

    then: Mapping[RecordRef, OpenItem]
    now: Mapping[RecordRef, OpenItem]


@dataclass(frozen=True, slots=True)
class Happened:
    """What the later picture knows that the earlier one didn't.

    `flow_of` names the flow (by its earlier key) that was waiting for a new document. `waiting` are receipts by
    customer that came meanwhile and lie in undeposited funds.
    """

    since: date
    invoices: Documents
    bills: Documents
    flows: tuple[FlowPair, ...]
    flow_of: Mapping[RecordRef, str]
    movements: Mapping[Owner, tuple[CashMovement, ...]]
    waiting: Mapping[str, tuple[WaitingReceipt, ...]]


def happened_between(then: CashPicture, now: CashPicture) -> Happened:
    """The documents, flows and movements of both pictures side by side."""
    invoices = Documents(
        _by_ref(then.books.invoices_issued, then.books.receivables),
        _by_ref(now.books.invoices_issued, now.books.receivables),
    )
    bills = Documents(
        _by_ref(then.books.bills_issued, then.books.payables), _by_ref(now.books.bills_issued, now.books.payables)
    )
    flows = _paired(then.recurring, now.recurring)
    kept = _kept_flows(flows)
    flow_of = {ref: key for (ref, _), key in kept.items() if ref in invoices.now or ref in bills.now}
    flow_of = {ref: key for ref, key in flow_of.items() if ref not in invoices.then and ref not in bills.then}
    settled = {ref: cents for side in (invoices, bills) for ref, cents in _settled_since(side)}
    owners = _Owners(then.books.as_of, invoices, bills, flow_of, kept, _new_flows(flows), settled)
    movements: defaultdict[Owner, list[CashMovement]] = defaultdict(list)
    for movement in _new_movements(then.books, now.books):
        for owner, part in owners.parts_of(movement):
            movements[owner].append(part)
    return Happened(
        since=then.books.as_of,
        invoices=invoices,
        bills=bills,
        flows=flows,
        flow_of=flow_of,
        movements={owner: tuple(some) for owner, some in movements.items()},
        waiting=_new_waiting(then.books, now.books),
    )


def _by_ref(issued: Iterable[OpenItem], still_open: Iterable[OpenItem]) -> dict[RecordRef, OpenItem]:
    return {item.ref: item for item in issued} | {item.ref: item for item in still_open}


def _paired(then: Sequence[RecurringFlow], now: Sequence[RecurringFlow]) -> tuple[FlowPair, ...]:
    """Flows that share hits are one flow, whatever their keys; without shared hits those of one key are."""
    former = {hit.ref: flow for flow in then for hit in flow.hits[-_LATEST_HITS:]}
    by_key = {flow.key: flow for flow in then}
    pairs: list[FlowPair] = []
    taken: set[str] = set()
    for flow in now:
        shared = Counter(former[hit.ref].key for hit in flow.hits[-_LATEST_HITS:] if hit.ref in former)
        keys = [key for key, _ in shared.most_common()] or [flow.key]
        key = next((key for key in keys if key in by_key and key not in taken), None)
        if key is not None:
            taken.add(key)
        pairs.append(FlowPair(None if key is None else by_key[key], flow))
    pairs += [FlowPair(flow, None) for flow in then if flow.key not in taken]
    return tuple(pairs)


def _kept_flows(pairs: Iterable[FlowPair]) -> dict[_Hit, str]:
    """New hits and stand-ins of flows that were known before."""
    found: dict[_Hit, str] = {}
    for pair in pairs:
        if pair.then is not None and pair.now is not None:
            known = {(hit.ref, hit.amount.cents) for hit in (*pair.then.hits, *pair.then.stand_ins)}
            hits = {(hit.ref, hit.amount.cents) for hit in (*pair.now.hits, *pair.now.stand_ins)}
            found |= dict.fromkeys(hits - known, pair.then.key)
    return found


def _new_flows(pairs: Iterable[FlowPair]) -> dict[_Hit, str]:
    new = (pair.now for pair in pairs if pair.then is None and pair.now is not None)
    return {(hit.ref, hit.amount.cents): flow.key for flow in new for hit in flow.hits}


def _settled_since(documents: Documents) -> Iterator[tuple[RecordRef, int]]:
    """Documents of which something was settled between the pictures, and how many cents."""
    for ref, now in documents.now.items():
        then = documents.then.get(ref)
        before = 0 if then is None else then.total.cents - then.open.cents
        cents = now.total.cents - now.open.cents - before
        if cents > 0:
            yield ref, cents


@dataclass(frozen=True, slots=True)
class _Owners:
    """Finds what new movements belong to; `unpaid` is what is left of each document's settlement to be explained."""

    since: date
    invoices: Documents
    bills: Documents
    flow_of: Mapping[RecordRef, str]
    kept_flows: Mapping[_Hit, str]
    new_flows: Mapping[_Hit, str]
    unpaid: dict[RecordRef, int]

    def parts_of(self, movement: CashMovement) -> Iterator[tuple[Owner, CashMovement]]:
        """A movement of several documents is parted by what was settled of each; the rest goes with the first one."""
        left, sign = abs(movement.amount.cents), 1 if movement.amount.cents > 0 else -1
        owners = {ref: self._of_document(ref) for ref in movement.documents}
        first = next((owner for owner in owners.values() if owner is not None), None) or self._of(movement)
        shares: defaultdict[Owner, int] = defaultdict(int)
        for ref, owner in owners.items():
            taken = min(left, self.unpaid.get(ref, 0))
            if owner is not None and taken:
                self.unpaid[ref] -= taken
                left -= taken
                shares[owner] += taken
        shares[first] += left
        for owner, cents in shares.items():
            if cents:
                yield owner, replace(movement, amount=Money(sign * cents, movement.amount.currency))

    def _of_document(self, ref: RecordRef) -> Owner | None:
        if ref in self.flow_of:
            return Side.FLOW, self.flow_of[ref]
        is_bill = ref.kind is RecordKind.BILL
        known = self.bills if is_bill else self.invoices
        then, now = known.then.get(ref), known.now.get(ref)
        if then is None:
            return None if now is None else (Side.NEW_BILL if is_bill else Side.NEW_INVOICE, party_key(now.party))
        if then.open.cents or is_bill:
            return Side.VENDOR if is_bill else Side.CUSTOMER, party_key(then.party)
        return Side.UNDEPOSITED, ""

    def _of(self, movement: CashMovement) -> Owner:
        """Without documents that are known; what nothing explains and is dated before the earlier picture came late."""
        if movement.kind is MovementKind.CARD_PAYMENT:
            return Side.CARD, movement.category
        if movement.kind is MovementKind.CUSTOMER_RECEIPT and movement.party is not None:
            return Side.CUSTOMER, party_key(movement.party)
        if movement.kind is MovementKind.BILL_PAYMENT and movement.party is not None:
            return Side.VENDOR, party_key(movement.party)
        hit = movement.ref, movement.amount.cents
        if hit in self.kept_flows:
            return Side.FLOW, self.kept_flows[hit]
        if hit in self.new_flows:
            return Side.NEW_FLOW, self.new_flows[hit]
        return (Side.OTHER if movement.dated > self.since else Side.ENTERED_LATE), ""


def _new_movements(then: Books, now: Books) -> list[CashMovement]:
    """Movements of the later books that the earlier ones don't hold, as far back as somebody might enter them."""
    since = then.as_of - LOOKS_BACK
    known = Counter(map(_identity, _dated_from(then.movements, since)))
    new = []
    for movement in _dated_from(now.movements, since):
        identity = _identity(movement)
        if known[identity]:
            known[identity] -= 1
        else:
            new.append(movement)
    return new


def _identity(movement: CashMovement) -> tuple[str, str, int, date]:
    return movement.ref.kind.value, movement.ref.id, movement.amount.cents, movement.dated


def _dated_from(movements: Sequence[CashMovement], since: date) -> Sequence[CashMovement]:
    return movements[bisect_left(movements, since, key=lambda movement: movement.dated) :]


def _new_waiting(then: Books, now: Books) -> dict[str, tuple[WaitingReceipt, ...]]:
    known = {receipt.ref for receipt in then.housekeeping.waiting}
    found: defaultdict[str, list[WaitingReceipt]] = defaultdict(list)
    for receipt in now.housekeeping.waiting:
        if receipt.ref not in known:
            found[party_key(receipt.party)].append(receipt)
    return {key: tuple(some) for key, some in found.items()}
