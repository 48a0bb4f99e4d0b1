"""What became of everything that a forecast expected: matched by document, flow and party, summing exactly."""

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.document_outcomes import document_outcomes
from oodaloo.runway.calculators.change.happened import Happened, Side, happened_between
from oodaloo.runway.calculators.change.outcomes import (
    direction_text,
    outcome_of,
    size_text,
    totals_of,
    unexpected,
    unexplained,
)
from oodaloo.runway.calculators.change.window import Window, cents_of, window_of
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.hindsight import Dated, Hindsight, Outcome, OutcomeKind, Source
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.wording import day_text


def hindsight_of(then: Assessment, now: CashPicture) -> Hindsight:
    """What `then` said about cash on `now`'s day, what it was, and the outcomes that make up the difference.

    Open documents are matched by reference, flows by their hits, everything else by party or account. What no record
    explains is the last outcome, so that the errors add up to the cent.
    """
    window = window_of(then, now.books.as_of)
    happened = happened_between(then.picture, now)
    expected = sum(
        cents_of(items)
        for items in (
            window.documents.values(),
            *window.flows.values(),
            *window.cards.values(),
            window.undeposited,
            window.rest,
        )
    )
    said = then.picture.books.cash + Money(expected, then.picture.books.business.currency)
    found = [
        *document_outcomes(Source.CUSTOMER, window, happened),
        *document_outcomes(Source.VENDOR, window, happened),
        *_of_flows(window, happened, now),
        *_of_cards(then, window, happened, now),
        *_of_the_rest(window, happened, now),
    ]
    unexplained = now.books.cash.cents - said.cents - sum(outcome.error.cents for outcome in found)
    if unexplained:
        found.append(_correction(Money(unexplained, said.currency), now.books.as_of))
    band = next((day for day in then.simulation.days if day.day == now.books.as_of), None)
    beside = said - window.spendable
    return Hindsight(
        since=then.runway.as_of,
        upto=now.books.as_of,
        said=said,
        cautious=None if band is None else band.cautious + beside,
        good=None if band is None else band.good + beside,
        happened=now.books.cash,
        outcomes=tuple(found),
    )


def _of_flows(window: Window, happened: Happened, now: CashPicture) -> Iterator[Outcome]:
    """The n-th expected hit of a flow beside the n-th that came, which may be one that was expected later."""
    labels = {pair.then.key: pair.then for pair in happened.flows if pair.then is not None}
    for key in dict.fromkeys([*window.flows, *(key for side, key in happened.movements if side is Side.FLOW)]):
        flow = labels[key]
        came = sorted(happened.movements.get((Side.FLOW, key), ()), key=lambda movement: movement.dated)
        due = window.flows.get(key, ())
        later = window.flows_later.get(key, ())[: max(0, len(came) - len(due))]
        for expected, movement in zip_longest((*due, *later), came):
            records = () if movement is None else (movement.ref,)
            yield outcome_of(
                Source.FLOW,
                f"{Source.FLOW.value}:{key}",
                flow.label,
                None if expected is None else Dated(expected.dated, expected.amount),
                None if movement is None else Dated(movement.dated, movement.amount),
                window.until,
                party=flow.party,
                records=records,
                words=("came", "has not come"),
                currency=now.books.business.currency,
            )
    for (side, key), movements in happened.movements.items():
        if side is Side.NEW_FLOW:
            total = sum(movement.amount.cents for movement in movements)
            yield unexpected(Source.FLOW, f"{Source.FLOW.value}:{key}", total, movements)


def _of_cards(then: Assessment, window: Window, happened: Happened, now: CashPicture) -> Iterator[Outcome]:
    names = {card.ref: card.name for card in then.picture.books.cards}
    expected = {names[ref]: items for ref, items in window.cards.items()}
    moved = {name: some for (side, name), some in happened.movements.items() if side is Side.CARD}
    for name in dict.fromkeys([*expected, *moved]):
        yield totals_of(
            Source.CARD,
            f"{name} payments",
            name,
            expected.get(name, ()),
            moved.get(name, ()),
            now.books.business.currency,
        )


def _of_the_rest(window: Window, happened: Happened, now: CashPicture) -> Iterator[Outcome]:
    """Undeposited funds, other receipts and spending against their usual week, and what was entered late."""
    currency = now.books.business.currency
    deposited, other = (happened.movements.get((side, ""), ()) for side in (Side.UNDEPOSITED, Side.OTHER))
    if deposited or window.undeposited:
        yield totals_of(Source.UNDEPOSITED, "Deposits", "", window.undeposited, deposited, currency)
    for label, sign in (("Other receipts", 1), ("Other spending", -1)):
        usual = [item for item in window.rest if sign * item.amount.cents > 0]
        moved = [movement for movement in other if sign * movement.amount.cents > 0]
        if usual or moved:
            yield totals_of(Source.OTHER_MONEY, label, label, usual, moved, currency)
    late = happened.movements.get((Side.ENTERED_LATE, ""), ())
    if late:
        amount = Money(sum(movement.amount.cents for movement in late), currency)
        sentence = (
            f"Entered late: {size_text(amount)} {direction_text(amount)}, dated {day_text(happened.since)} or before"
        )
        yield unexplained(Source.CORRECTION, "Entered late", amount, sentence, late)


def _correction(amount: Money, day: date) -> Outcome:
    sentence = f"Corrections in the books: {size_text(amount)} {direction_text(amount)} that no new record explains"
    return Outcome(
        kind=OutcomeKind.UNEXPECTED,
        source=Source.CORRECTION,
        key=Source.CORRECTION.value,
        label="Corrections in the books",
        party=None,
        expected=None,
        happened=Dated(day, amount),
        error=amount,
        error_days=None,
        records=(),
        sentence=sentence,
    )
