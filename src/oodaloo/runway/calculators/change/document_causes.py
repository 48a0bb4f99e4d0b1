"""What documents did to a forecast: paid otherwise than expected, new, or changed after the fact."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change import told
from oodaloo.runway.calculators.change.causes import Candidate
from oodaloo.runway.calculators.change.happened import Documents, Happened, Owner, Side
from oodaloo.runway.calculators.change.patches import Patch, by_party
from oodaloo.runway.calculators.change.window import Window
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.change import CauseKind
from oodaloo.runway.model.housekeeping import WaitingReceipt
from oodaloo.runway.model.picture import Books, CashMovement, CashPicture, Credit, OpenItem, SettledItem
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.runway import DatedItem

_LONG_TIME = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """One side's documents: customers' invoices (`sign` 1) or vendors' bills (−1)."""

    sign: int
    documents: Documents
    rolled: Mapping[RecordRef, OpenItem]
    rolled_credits: Mapping[str, tuple[Credit, ...]]
    credits_now: Mapping[str, tuple[Credit, ...]]
    payments: Side
    new: Side
    evidence: Mapping[str, tuple[SettledItem, ...]]

    @property
    def is_in(self) -> bool:
        """Whether its money comes in."""
        return self.sign > 0

    def patch(
        self,
        documents: Mapping[RecordRef, OpenItem | None],
        given: Mapping[str, tuple[Credit, ...]] | None = None,
        *,
        cash: int,
        undeposited: int = 0,
        settled: Mapping[str, tuple[SettledItem, ...]] | None = None,
    ) -> Patch:
        """The replacement of documents and credits on this side, and of what customers' payments teach."""
        if self.is_in:
            return Patch(
                invoices=documents, receipts=given or {}, cash=cash, undeposited=undeposited, settled=settled or {}
            )
        return Patch(bills=documents, vendor_credits=given or {}, cash=cash)


def evidence_of_payments(
    rolled: CashPicture, now: CashPicture, window: Window, happened: Happened
) -> dict[str, tuple[SettledItem, ...]]:
    """By customer what payments teach once their money is in place: whatever is known besides is learned anew."""
    ledger = _ledgers(rolled, now.books, happened)[0]
    unlike = {key: facts for key, facts in _payments(ledger, window, happened).items() if facts.documents}
    return dict(ledger.evidence) | {key: _evidence(ledger, facts, window) for key, facts in unlike.items()}


def document_causes(rolled: CashPicture, now: CashPicture, window: Window, happened: Happened) -> Iterator[Candidate]:
    """Per customer and vendor: payments unlike expected ones, new documents, and changed, deleted or late ones."""
    for ledger in _ledgers(rolled, now.books, happened):
        paid = {party: facts for party, facts in _payments(ledger, window, happened).items() if not facts.as_expected}
        for facts in paid.values():
            yield from _payment_causes(ledger, facts, window)
        yield from _new_and_corrected(ledger, happened)


def _ledgers(rolled: CashPicture, now: Books, happened: Happened) -> tuple[_Ledger, _Ledger]:
    books = rolled.books
    invoices, bills = ({item.ref: item for item in items} for items in (books.receivables, books.payables))
    return (
        _Ledger(
            sign=1,
            documents=happened.invoices,
            rolled=invoices,
            rolled_credits=by_party(books.unapplied_receipts),
            credits_now=by_party(now.unapplied_receipts),
            payments=Side.CUSTOMER,
            new=Side.NEW_INVOICE,
            evidence=by_party(books.settled_invoices),
        ),
        _Ledger(
            sign=-1,
            documents=happened.bills,
            rolled=bills,
            rolled_credits=by_party(books.vendor_credits),
            credits_now=by_party(now.vendor_credits),
            payments=Side.VENDOR,
            new=Side.NEW_BILL,
            evidence={},
        ),
    )


@dataclass(slots=True)
class _Payments:
    """One customer or vendor: what was expected, what moved, and the documents that stand otherwise than expected."""

    key: str
    party: Party
    documents: dict[RecordRef, OpenItem]
    expected: dict[RecordRef, DatedItem]
    movements: tuple[CashMovement, ...]
    waiting: tuple[WaitingReceipt, ...]
    credits_now: tuple[Credit, ...] | None

    @property
    def cash(self) -> int:
        """Cents that moved beyond what was expected."""
        expected = sum(item.amount.cents for item in self.expected.values())
        return sum(movement.amount.cents for movement in self.movements) - expected

    @property
    def as_expected(self) -> bool:
        """Whether nothing about it differs."""
        return not self.documents and not self.cash and not self.waiting and self.credits_now is None


def _payments(ledger: _Ledger, window: Window, happened: Happened) -> dict[str, _Payments]:
    found: dict[str, _Payments] = {}

    def of(party: Party) -> _Payments:
        key = party_key(party)
        if key not in found:
            owner: Owner = ledger.payments, key
            given = ledger.credits_now.get(key, ())
            found[key] = _Payments(
                key=key,
                party=party,
                documents={},
                expected={},
                movements=happened.movements.get(owner, ()),
                waiting=happened.waiting.get(key, ()) if ledger.is_in else (),
                credits_now=None if given == ledger.rolled_credits.get(key, ()) else given,
            )
        return found[key]

    settled_by = {ref for some in happened.movements.values() for each in some for ref in each.documents}
    for ref, item in ledger.documents.then.items():
        now = ledger.documents.now.get(ref)
        if not item.open.cents and not _open_cents(now):
            continue
        facts = of(item.party)
        if ref in window.documents:
            facts.expected[ref] = window.documents[ref]
        left = _left(item, now, paid=ref in settled_by)
        if left.open != (ledger.rolled[ref].open if ref in ledger.rolled else Money.zero(item.open.currency)):
            facts.documents[ref] = left
    for party in _others(ledger, happened):
        of(party)
    return found


def _others(ledger: _Ledger, happened: Happened) -> Iterator[Party]:
    """Parties without open documents whose payments or credits changed."""
    for (side, _), movements in happened.movements.items():
        if side is ledger.payments:
            item = next((_known(ledger, each) for each in movements), None)
            party = item.party if item else next((each.party for each in movements if each.party), None)
            if party is not None:
                yield party
    for given in (ledger.rolled_credits, ledger.credits_now):
        yield from (some[0].party for some in given.values())
    if ledger.is_in:
        yield from (some[0].party for some in happened.waiting.values())


def _known(ledger: _Ledger, movement: CashMovement) -> OpenItem | None:
    return next((ledger.documents.then[ref] for ref in movement.documents if ref in ledger.documents.then), None)


def _left(then: OpenItem, now: OpenItem | None, *, paid: bool) -> OpenItem:
    """The document as it was known, with what was paid or credited since taken off."""
    if now is None:
        settled = then.open.cents if paid else 0
    else:
        settled = (now.total.cents - now.open.cents) - (then.total.cents - then.open.cents)
    left = min(max(0, then.open.cents - settled), then.total.cents)
    return replace(then, open=Money(left, then.open.currency))


def _payment_causes(ledger: _Ledger, facts: _Payments, window: Window) -> Iterator[Candidate]:
    """What was paid before its day, and apart from it what was expected and didn't come (or more than it came)."""
    early = {ref: item for ref, item in facts.documents.items() if ref not in facts.expected}
    missing = {ref: item for ref, item in facts.documents.items() if ref in facts.expected}
    cash = ledger.sign * sum(ledger.documents.then[ref].open.cents - item.open.cents for ref, item in early.items())
    settled = _evidence(ledger, facts, window)
    if early:
        yield Candidate(
            kind=CauseKind.RECEIVED_EARLY if ledger.is_in else CauseKind.PAID_EARLY,
            patch=ledger.patch(
                early,
                cash=cash,
                settled={facts.key: tuple(item for item in settled if item.ref not in window.documents)},
            ),
            cents=abs(cash),
            parties=(facts.party,),
            records=_records([*early.values()], facts.movements, facts.waiting),
            tell=partial(
                told.paid_early,
                ledger.sign,
                facts.party,
                Money(abs(cash), next(iter(early.values())).open.currency),
                tuple(window.later[ref] for ref in early if ref in window.later),
                _first_day(facts),
            ),
        )
    waiting = sum(receipt.amount.cents for receipt in facts.waiting)
    rest = facts.cash - cash
    if missing or rest or waiting or facts.credits_now is not None:
        given = {} if facts.credits_now is None else {facts.key: facts.credits_now}
        yield Candidate(
            kind=CauseKind.NOT_RECEIVED if ledger.is_in else CauseKind.NOT_PAID,
            patch=ledger.patch(
                missing, given, cash=rest, undeposited=waiting, settled={facts.key: settled} if missing else {}
            ),
            cents=max(abs(rest), waiting),
            parties=(facts.party,),
            records=_records([*missing.values()], () if missing else facts.movements, facts.waiting),
            tell=partial(
                told.not_paid,
                ledger.sign,
                facts.party,
                rest,
                tuple((item, facts.expected[ref]) for ref, item in missing.items()),
                waiting,
            ),
        )


def _evidence(ledger: _Ledger, facts: _Payments, window: Window) -> tuple[SettledItem, ...]:
    """What the customer's payments teach as long as nothing new is learned from them.

    Those that were expected and didn't come aren't among them. Those that came early stand on the day on which they
    were expected, so that their money is one cause, and what they say about the customer another.
    """
    kept = [item for item in ledger.evidence.get(facts.key, ()) if item.ref not in facts.documents]
    early = [item for ref, item in facts.documents.items() if ref not in facts.expected and not item.open.cents]
    return (*kept, *(_as_expected(item, window) for item in early if not item.due_assumed))


def _as_expected(item: OpenItem, window: Window) -> SettledItem:
    """As if it were paid when it was expected, or in a long time where it had no day."""
    expected = window.later.get(item.ref)
    day = window.until + _LONG_TIME if expected is None else expected.dated
    return SettledItem(item.ref, item.party, item.issued, item.due, day, item.total)


def _first_day(facts: _Payments) -> date | None:
    days = [*(each.dated for each in facts.movements), *(each.dated for each in facts.waiting)]
    return min(days, default=None)


def _records(
    items: Sequence[OpenItem], movements: Sequence[CashMovement], waiting: Sequence[WaitingReceipt]
) -> tuple[RecordRef, ...]:
    refs = [each.ref for some in (items, movements, waiting) for each in some]
    return tuple(dict.fromkeys(refs))


def _new_and_corrected(ledger: _Ledger, happened: Happened) -> Iterator[Candidate]:
    new: defaultdict[str, list[OpenItem]] = defaultdict(list)
    corrected: defaultdict[str, list[tuple[OpenItem | None, OpenItem | None]]] = defaultdict(list)
    for ref, item in ledger.documents.now.items():
        known = ledger.documents.then.get(ref)
        if known is None and ref not in happened.flow_of:
            if item.issued > happened.since:
                new[party_key(item.party)].append(item)
            else:
                corrected[party_key(item.party)].append((None, item))
        elif known is not None and _differs(_left(known, item, paid=False), item):
            corrected[party_key(known.party)].append((known, item))
    for ref, known in ledger.documents.then.items():
        gone = ref not in ledger.documents.now and known.open.cents
        if gone and _left(known, None, paid=_was_settled(ref, happened)).open.cents:
            corrected[party_key(known.party)].append((known, None))
    for key, items in new.items():
        yield _new_cause(ledger, key, items, happened)
    for key, pairs in corrected.items():
        yield _corrected_cause(ledger, pairs, 0 if key in new else _cash_of_new(ledger, key, happened))


def _was_settled(ref: RecordRef, happened: Happened) -> bool:
    return any(ref in movement.documents for some in happened.movements.values() for movement in some)


def _differs(one: OpenItem, other: OpenItem) -> bool:
    return _terms(one) != _terms(other)


def _terms(item: OpenItem) -> tuple[date, date, int, int, str]:
    return item.issued, item.due, item.total.cents, item.open.cents, party_key(item.party)


def _cash_of_new(ledger: _Ledger, key: str, happened: Happened) -> int:
    return sum(movement.amount.cents for movement in happened.movements.get((ledger.new, key), ()))


def _new_cause(ledger: _Ledger, key: str, items: Sequence[OpenItem], happened: Happened) -> Candidate:
    return Candidate(
        kind=CauseKind.NEW_INVOICE if ledger.is_in else CauseKind.NEW_BILL,
        patch=ledger.patch({item.ref: item for item in items}, cash=_cash_of_new(ledger, key, happened)),
        cents=sum(item.total.cents for item in items),
        parties=(items[0].party,),
        records=tuple(item.ref for item in items),
        tell=partial(told.new_documents, ledger.sign, tuple(items)),
    )


def _corrected_cause(ledger: _Ledger, pairs: Sequence[tuple[OpenItem | None, OpenItem | None]], cash: int) -> Candidate:
    documents = {item.ref: now for then, now in pairs for item in (then, now) if item is not None}
    changed = (abs(_open_cents(now) - _open_cents(then)) for then, now in pairs)
    known = [item for pair in pairs for item in pair if item is not None]
    return Candidate(
        kind=CauseKind.CORRECTED,
        patch=ledger.patch(documents, cash=cash),
        cents=sum(changed) + abs(cash),
        parties=(known[0].party,),
        records=tuple(documents),
        tell=partial(told.corrected, tuple(pairs)),
    )


def _open_cents(item: OpenItem | None) -> int:
    return 0 if item is None else item.open.cents
