"""What is set aside: when it leaves spendable, and how payments consume it, so that nothing is subtracted twice."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.expected import Expected, Size
from oodaloo.runway.calculators.projection.sizes import DrawnFrom, NotCovered, Series
from oodaloo.runway.calculators.projection.waits import Span
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.runway import DatedItem, ItemKind
from oodaloo.runway.model.wording import day_text


@dataclass(slots=True)
class _Payment:
    """A payment with the cents that nothing covers yet, typically (positive) and as they vary (negative)."""

    expected: Expected
    uncovered: int
    size: Size | None


def earmarked_money(picture: CashPicture, money: Sequence[Expected], span: Span) -> Iterator[Expected]:
    """What earmarks add to `money`: dated ones leave on their day, and what a payment consumes comes back with it.

    So a payment that was set aside for takes nothing more from spendable when it goes out. Of one bill holds are
    consumed first, and what the payment leaves of them is released; of a flow the open bills come first.
    """
    if not picture.earmarks:
        return
    payments = _payments(picture, money)
    for earmark in sorted(picture.earmarks, key=_order):
        if isinstance(earmark.purpose, RecordRef):
            yield from _of_bill(earmark, payments.get(earmark.purpose, ()), span)
        elif earmark.purpose is not None:
            yield from _of_flow(earmark, payments.get(earmark.purpose, ()), span)
        else:
            yield from _leaving(earmark, earmark.amount.cents, span)


def _order(earmark: Earmark) -> tuple[bool, bool, date, str]:
    """Holds before reserves, what is set aside already before what will be."""
    return earmark.kind is not EarmarkKind.HOLD, earmark.dated is not None, earmark.dated or date.min, earmark.key


def _payments(picture: CashPicture, money: Sequence[Expected]) -> dict[RecordRef | str, list[_Payment]]:
    """Payments in order of their days, by the bill or flow that is set aside for; a flow's open bills are both."""
    purposes = {earmark.purpose for earmark in picture.earmarks if earmark.purpose is not None}
    flows = [flow for flow in picture.recurring if flow.key in purposes]
    flow_of = {hit.ref: flow.key for flow in flows for hit in (*flow.hits, *flow.stand_ins)}
    wanted = [
        (each, purposes.intersection(_paid_for(each.item, flow_of))) for each in money if each.item.amount.cents < 0
    ]
    found: defaultdict[RecordRef | str, list[_Payment]] = defaultdict(list)
    for each, served in sorted((pair for pair in wanted if pair[1]), key=lambda pair: pair[0].item.dated):
        payment = _Payment(each, -each.item.amount.cents, each.size)
        for purpose in served:
            found[purpose].append(payment)
    return found


def _paid_for(item: DatedItem, flow_of: Mapping[RecordRef, str]) -> tuple[RecordRef | None, str | None]:
    """The bill and the flow that something may be set aside for."""
    bill = item.records[0] if item.kind is ItemKind.PAYABLE else None
    return bill, item.flow_key if bill is None else flow_of.get(bill)


def _of_bill(earmark: Earmark, payments: Sequence[_Payment], span: Span) -> Iterator[Expected]:
    """A bill is paid once: what is consumed or released leaves no later than the payment, and comes back with it."""
    if not payments:
        yield from _leaving(earmark, earmark.amount.cents, span)
        return
    (payment,) = payments
    used = min(earmark.amount.cents, payment.uncovered)
    payment.uncovered -= used
    back = earmark.amount.cents if earmark.kind is EarmarkKind.HOLD else used
    yield from _leaving(earmark, earmark.amount.cents - back, span)
    paid = payment.expected
    if not earmark.leaves_by(span.as_of) and earmark.dated is not None:
        if paid.waits is None and paid.item.dated <= earmark.dated:
            return
        yield _leaving_by(earmark, earmark.dated, back, paid, span)
    yield _returning(earmark, back, paid, None)


def _of_flow(earmark: Earmark, payments: Sequence[_Payment], span: Span) -> Iterator[Expected]:
    """Payments from the earmark's day on draw on it until it is used up."""
    yield from _leaving(earmark, earmark.amount.cents, span)
    drawing = [payment for payment in payments if earmark.leaves_by(max(payment.expected.item.dated, span.as_of))]
    if not drawing:
        return
    series = Series(tuple(each.size or -each.uncovered for each in drawing))
    drawn = DrawnFrom(series, earmark.amount.cents)
    varies = any(each.size is not None for each in drawing)
    reached = accumulate((each.uncovered for each in drawing), initial=0)
    covered = [min(each, earmark.amount.cents) for each in reached]
    for step, (payment, (before, after)) in enumerate(zip(drawing, pairwise(covered), strict=True)):
        payment.uncovered -= after - before
        if varies:
            payment.size = Size(NotCovered(series, drawn), step)
        if varies or after > before:
            yield _returning(earmark, after - before, payment.expected, Size(drawn, step) if varies else None)


def _leaving(earmark: Earmark, cents: int, span: Span) -> Iterator[Expected]:
    """What leaves spendable on the earmark's own day; the opening is already without what has left."""
    if cents and earmark.dated is not None and not earmark.leaves_by(span.as_of):
        reason = f"set aside from {day_text(earmark.dated)} on"
        yield Expected(_item(earmark, earmark.dated, -cents, reason, ()))


def _leaving_by(earmark: Earmark, day: date, cents: int, paid: Expected, span: Span) -> Expected:
    """What leaves on that day or with its payment, whichever is first: on each path the payment has the same luck."""
    waits = paid.waits
    if waits is not None:
        waits = waits.copy()
        waits[(day - span.as_of).days :] = 0.0
    reason = f"set aside from {day_text(day)} on"
    item = _item(earmark, min(day, paid.item.dated), -cents, reason, paid.item.records)
    return replace(paid, item=item, waits=waits, size=None)


def _returning(earmark: Earmark, cents: int, paid: Expected, size: Size | None) -> Expected:
    item = _item(earmark, paid.item.dated, cents, "paid from what was set aside", paid.item.records)
    return replace(paid, item=item, size=size)


def _item(earmark: Earmark, day: date, cents: int, reason: str, records: tuple[RecordRef, ...]) -> DatedItem:
    amount = Money(cents, earmark.amount.currency)
    return DatedItem(day, amount, ItemKind.EARMARK, earmark.label, reason, None, None, None, records)
