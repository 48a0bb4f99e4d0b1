"""What became of the open invoices and bills that a forecast knew."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.happened import Documents, Happened, Side
from oodaloo.runway.calculators.change.outcomes import outcome_of, size_text, unexpected
from oodaloo.runway.calculators.change.window import Window
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.hindsight import Dated, Outcome, OutcomeKind, Source
from oodaloo.runway.model.picture import OpenItem
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
    settled: defaultdict[str, int] = defaultdict(int)
    for ref, item in side.documents.then.items():
        paid = side.sign * _paid_since(item, side.documents.now.get(ref), gone_because_paid=ref in days)
        settled[party_key(item.party)] += paid
        expected = window.documents.get(ref) or (window.later.get(ref) if paid else None)
        if expected is not None or paid:
            unseen = min(window.until, window.until if expected is None else expected.dated)
            came = Dated(days.get(ref, unseen), Money(paid, item.total.currency)) if paid else None
            yield _document_outcome(side, item, expected, came, window.until)
    yield from _beyond_documents(side, settled, happened)


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


def _beyond_documents(side: _Side, settled: dict[str, int], happened: Happened) -> Iterator[Outcome]:
    """What was paid on account, lies undeposited or was netted, and payments of documents that are new."""
    for (owner, key), movements in happened.movements.items():
        if owner not in (side.payments, side.new):
            continue
        rest = sum(movement.amount.cents for movement in movements)
        rest -= settled.pop(key, 0) if owner is side.payments else 0
        if rest:
            yield unexpected(side.source, f"{side.source.value}:{key}", rest, movements)
    for key, cents in settled.items():
        if cents:
            yield _without_money(side, key, cents, happened)


def _without_money(side: _Side, key: str, cents: int, happened: Happened) -> Outcome:
    """Documents that were settled while no money reached the bank: credits, or checks that wait to be deposited."""
    item = next(item for item in side.documents.then.values() if party_key(item.party) == key)
    amount = Money(-cents, item.total.currency)
    waiting = happened.waiting.get(key, ())
    why = "waits to be deposited" if waiting else "was settled by credits"
    return Outcome(
        kind=OutcomeKind.OTHER_AMOUNT,
        source=Source.UNDEPOSITED if waiting else side.source,
        key=f"{side.source.value}:{key}",
        label=item.party.name,
        party=item.party,
        expected=None,
        happened=None,
        error=amount,
        error_days=None,
        records=tuple(receipt.ref for receipt in waiting),
        sentence=f"{item.party.name}: {size_text(amount)} {why}, not in the bank",
    )
