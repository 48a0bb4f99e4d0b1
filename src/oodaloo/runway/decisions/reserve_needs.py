"""What a reserve's rule asks for, and what has used it up, as a cash picture shows it."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from oodaloo.runway.model.picture import CashPicture, MovementKind
from oodaloo.runway.model.recurring import RecurringFlow
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.reserve_rules import FixedMonthly, NextPayment, ShareOfReceipts
from oodaloo.runway.model.wording import day_text
from oodaloo.runway.records.reserves import EntryKind, StandingReserve

_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Need:
    """A movement that a rule or a payment asks for, once for its `source` where it has one.

    `in_parts`: what there is cash for is set aside now, the rest later. `bill_id` is the bill whose payment it was.
    """

    kind: EntryKind
    cents: int
    reason: str
    source: str = ""
    in_parts: bool = False
    bill_id: str = ""


def needs_of(reserve: StandingReserve, picture: CashPicture) -> Iterator[Need]:
    """What the reserve's rule asks for by now."""
    match reserve.pot.rule:
        case NextPayment():
            yield from _next_payment(reserve, picture)
        case ShareOfReceipts():
            yield from received(reserve, picture)
        case FixedMonthly(cents, day):
            yield from _months(reserve, picture, cents, day)
        case None:
            return


def received(reserve: StandingReserve, picture: CashPicture) -> Iterator[Need]:
    """Its share of each receipt since the reserve is there, to the cent below; nothing under any other rule."""
    if not isinstance(reserve.pot.rule, ShareOfReceipts):
        return
    since = _day_made(reserve, picture)
    for each in picture.books.movements:
        if each.kind is MovementKind.CUSTOMER_RECEIPT and each.dated >= since and each.amount.cents > 0:
            share = each.amount.cents * reserve.pot.rule.basis_points // _BASIS_POINTS
            payer = each.party.name if each.party else "a customer"
            reason = f"Share of what {payer} paid on {day_text(each.dated)}"
            yield Need(EntryKind.HOLD, share, reason, f"receipt {each.ref.kind} {each.ref.id}")


def used_by(reserve: StandingReserve, picture: CashPicture) -> Iterator[Need]:
    """Each payment of the flow that the reserve is for, since it is there."""
    flow = _flow(reserve, picture)
    if flow is None:
        return
    since = _day_made(reserve, picture)
    settled = {each.ref.id: each for each in picture.books.settled_bills}
    for hit in (*flow.hits, *flow.stand_ins):
        paid = settled.get(hit.ref.id) if hit.ref.kind is RecordKind.BILL else None
        gone = hit.dated if hit.ref.kind is not RecordKind.BILL else paid.settled if paid else None
        if gone is not None and gone >= since:
            cents = abs((paid.total if paid else hit.amount).cents)
            yield Need(
                EntryKind.CONSUME,
                cents,
                f"{flow.label} went out on {day_text(gone)}",
                f"payment {hit.ref.kind} {hit.ref.id}",
                bill_id=hit.ref.id if paid else "",
            )


def _next_payment(reserve: StandingReserve, picture: CashPicture) -> Iterator[Need]:
    flow = _flow(reserve, picture)
    if flow is not None and flow.upcoming:
        missing = abs(flow.typical_amount.cents) - reserve.cents
        if missing > 0:
            reason = f"For {flow.label} expected on {day_text(flow.upcoming[0])}"
            yield Need(EntryKind.HOLD, missing, reason, in_parts=True)


def _months(reserve: StandingReserve, picture: CashPicture, cents: int, day: int) -> Iterator[Need]:
    """Every month whose day has come since the reserve is there."""
    today = picture.books.as_of
    since = _day_made(reserve, picture)
    for month in range(since.year * 12 + since.month - 1, today.year * 12 + today.month):
        year, number = month // 12, month % 12 + 1
        falls = date(year, number, min(day, monthrange(year, number)[1]))
        if since <= falls <= today:
            yield Need(EntryKind.HOLD, cents, f"Monthly, for {falls:%B %Y}", f"month {falls:%Y-%m}")


def _flow(reserve: StandingReserve, picture: CashPicture) -> RecurringFlow | None:
    return next((flow for flow in picture.recurring if flow.key == reserve.pot.purpose), None)


def _day_made(reserve: StandingReserve, picture: CashPicture) -> date:
    return reserve.made_at.astimezone(ZoneInfo(picture.books.business.timezone)).date()
