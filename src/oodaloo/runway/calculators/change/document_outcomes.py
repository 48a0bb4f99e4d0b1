"""What became of the open invoices and bills that a forecast knew."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.happened import Documents, Happened, Side
from oodaloo.runway.calculators.change.outcomes import outcome_of, size_text, unexpected
from oodaloo.runway.calculators.change.window import Window
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.hindsight import Dated, Outcome, OutcomeKind, Source
from oodaloo.runway.model.housekeeping import WaitingReceipt
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.runway import DatedItem


@dataclass(frozen=True, slots=True)
class _Side:
    """Where customers' and vendors' outcomes are found, and their words."""

    source: Source
    documents: Documents
    payments: Side
    new: Side
    sign: int
    came: str
    missing: str


def document_outcomes(source: Source, window: Window, happened: Happened) -> Iterator[Outcome]:
    """Each open document that was expected or paid, then what else a party paid or was paid.

    What was settled without any money (by credits, or by a check that waits) is taken as settled when expected.
    """
    side = (
        _Side(source, happened.invoices, Side.CUSTOMER, Side.NEW_INVOICE, 1, "came", "has not come")
        if source is Source.CUSTOMER
        else _Side(source, happened.bills, Side.VENDOR, Side.NEW_BILL, -1, "was paid", "has not been paid")
    )
    days = {
        ref: movement.dated for some in happened.movements.values() for movement in some for ref in movement.documents
    }
    by_party: defaultdict[str, list[_Paid]] = defaultdict(list)
    for ref, item in side.documents.then.items():
        cents = _paid_since(item, side.documents.now.get(ref), gone_because_paid=ref in days)
        expected = window.documents.get(ref) or (window.later.get(ref) if cents else None)
        if expected is not None or cents:
            by_party[party_key(item.party)].append(_Paid(item, expected, cents))
    for key in dict.fromkeys([*by_party, *(key for owner, key in happened.movements if owner is side.payments)]):
        yield from _of_party(side, key, by_party[key], happened, days, window.until)
    for (owner, key), movements in happened.movements.items():
        if owner is side.new:
            total = sum(movement.amount.cents for movement in movements)
            yield unexpected(side.source, f"{side.source.value}:{key}", total, movements)


@dataclass(slots=True)
class _Paid:
    """An open document, what was expected of it, and how many cents of it were settled since (no sign)."""

    item: OpenItem
    expected: DatedItem | None
    cents: int

    @property
    def beyond_expected(self) -> int:
        """What was settled beyond what was expected, which was net of credits."""
        return max(0, self.cents - abs(self.expected.amount.cents)) if self.expected is not None else 0


def _of_party(
    side: _Side, key: str, documents: list[_Paid], happened: Happened, days: Mapping[RecordRef, date], until: date
) -> Iterator[Outcome]:
    """Document by document; then money for no document, or documents that were settled without money."""
    movements = happened.movements.get((side.payments, key), ())
    moved = side.sign * sum(movement.amount.cents for movement in movements)
    by_credits = max(0, sum(each.cents for each in documents) - moved)
    for each in documents:
        netted = min(by_credits, each.beyond_expected)
        by_credits -= netted
        each.cents -= netted
        unseen = min(until, until if each.expected is None else each.expected.dated)
        amount = Money(side.sign * each.cents, each.item.total.currency)
        came = Dated(days.get(each.item.ref, unseen), amount) if each.cents else None
        if came is not None or each.expected is not None:
            yield _document_outcome(side, each.item, each.expected, came, until)
    rest = moved - sum(each.cents for each in documents)
    if rest > 0 or (rest and not documents):
        yield unexpected(side.source, f"{side.source.value}:{key}", side.sign * rest, movements)
    elif rest:
        yield _without_money(side, documents[0].item, side.sign * rest, happened.waiting.get(key, ()))


def _paid_since(then: OpenItem, now: OpenItem | None, *, gone_because_paid: bool) -> int:
    """Cents settled of a document since it was seen open; one that was deleted was not paid."""
    if now is None:
        return then.open.cents if gone_because_paid else 0
    return (now.total.cents - now.open.cents) - (then.total.cents - then.open.cents)


def _document_outcome(
    side: _Side, item: OpenItem, expected: DatedItem | None, came: Dated | None, until: date
) -> Outcome:
    planned = None if expected is None else Dated(expected.dated, expected.amount)
    return outcome_of(
        side.source,
        f"{side.source.value}:{party_key(item.party)}",
        item.party.name,
        planned,
        came,
        until,
        party=item.party,
        records=(item.ref,),
        words=(side.came, side.missing),
        currency=item.total.currency,
    )


def _without_money(side: _Side, item: OpenItem, cents: int, waiting: Sequence[WaitingReceipt]) -> Outcome:
    """Documents that were settled while no money reached the bank: credits, or checks that wait to be deposited."""
    amount = Money(cents, item.total.currency)
    is_waiting = bool(waiting) and side.source is Source.CUSTOMER
    why = "waits to be deposited" if is_waiting else "was settled by credits or earlier payments"
    return Outcome(
        kind=OutcomeKind.OTHER_AMOUNT,
        source=Source.UNDEPOSITED if is_waiting else side.source,
        key=f"{side.source.value}:{party_key(item.party)}",
        label=item.party.name,
        party=item.party,
        expected=None,
        happened=None,
        error=amount,
        error_days=None,
        records=tuple(receipt.ref for receipt in waiting),
        sentence=f"{item.party.name}: {size_text(amount)} {why}, not in the bank",
    )
