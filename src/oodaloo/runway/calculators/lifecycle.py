"""Where a flow stands: which of its expected dates were kept, by what, and which are still to come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import normalised_payee
from oodaloo.runway.calculators.occurrences import Regular
from oodaloo.runway.calculators.rhythm import BANDS, dates_after
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.recurring import FlowClass, FlowSource, Hit, Lifecycle, Rhythm

AHEAD_DAYS = 364
"""How far ahead flows are dated: 52 weeks."""

_ENDED_AFTER_INTERVALS = 1.5
_ENDED_AFTER_DAYS = 21
_LONGEST_SILENCE = timedelta(days=int(BANDS[Rhythm.QUARTERLY][1] * (1 + _ENDED_AFTER_INTERVALS)))
_SAME_AMOUNT_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a flow stands on the picture's day, the dates on which it is still to come, and what stood in for it.

    `overdue_since` is the first date that passed without a record. `stand_ins` are the records of the other side
    (documents or movements) that kept a date.
    """

    lifecycle: Lifecycle
    overdue_since: date | None
    upcoming: tuple[date, ...]
    stand_ins: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class StandIns:
    """Per payee and side (documents or movements), what no flow of that side has claimed; each is used once."""

    documents: Mapping[str, list[Hit]]
    movements: Mapping[str, list[Hit]]

    def take(self, payee: str, *, for_movement: bool, near: date, cents: int, within_days: int) -> Hit | None:
        """Use up one record of the other side near the date and of like amount; None where there is none."""
        side = (self.documents if for_movement else self.movements).get(payee, [])
        for each in side:
            if abs((each.dated - near).days) <= within_days and _alike(each.amount.cents, cents):
                side.remove(each)
                return each
        return None


def stand_ins_of(books: Books, parts: Iterable[Regular]) -> StandIns:
    """What may stand in for an expected hit: documents by their due date, movements that settle none by theirs.

    Records that are a hit of a flow speak for that flow alone. What is older than the longest silence of a flow that
    hasn't ended can't speak for any.
    """
    claimed = {(hit.ref, hit.cents) for part in parts for hit in part.hits}
    payees = {part.group.payee for part in parts}
    since = books.as_of - _LONGEST_SILENCE
    documents: defaultdict[str, list[Hit]] = defaultdict(list)
    movements: defaultdict[str, list[Hit]] = defaultdict(list)
    for items, sign in ((books.invoices_issued, 1), (books.bills_issued, -1)):
        for item in items:
            if item.due >= since and (payee := normalised_payee(item.party.name)) in payees:
                amount = Money(sign * item.total.cents, item.total.currency)
                if (item.ref, amount.cents) not in claimed:
                    documents[payee].append(Hit(item.ref, item.due, amount))
    for movement in books.movements:
        if movement.dated < since or movement.party is None or movement.documents:
            continue
        payee = normalised_payee(movement.party.name)
        if payee in payees and (movement.ref, movement.amount.cents) not in claimed:
            movements[payee].append(Hit(movement.ref, movement.dated, movement.amount))
    return StandIns(documents, movements)


def outlook_of(
    part: Regular, flow_class: FlowClass, settles_after: int, typical: int, books: Books, stand_ins: StandIns
) -> Outlook:
    """Matched: every date up to today was kept. Expected: one has come or passed, within the usual slack.

    Missed: it passed by more than a quarter of the interval (at least 2 days). Ended: by more than 1.5 intervals and
    three weeks, or another rhythm has replaced it. A payment that is awaited, even a missed one, is dated on the next
    business day. Money in is told more cautiously: after a miss nothing of that flow is expected until it comes back
    (a retainer that wasn't billed is lost).
    """
    if part.replaced:
        return Outlook(Lifecycle.ENDED, None, (), ())
    today, calendar = books.as_of, books.business.calendar
    dates, taken = _still_to_come(part, settles_after, typical, today, stand_ins)
    if part.group.source is FlowSource.MOVEMENT:
        early = flow_class is FlowClass.PAYROLL
        dates = [calendar.on_or_before(day) if early else calendar.on_or_after(day) for day in dates]
    due, ahead = [day for day in dates if day <= today], tuple(day for day in dates if day > today)
    if not due:
        return Outlook(Lifecycle.MATCHED, None, ahead, taken)
    late_days, interval = (today - due[0]).days, part.beat.interval_days
    if late_days > max(_ENDED_AFTER_INTERVALS * interval, _ENDED_AFTER_DAYS):
        return Outlook(Lifecycle.ENDED, None, (), taken)
    missed = late_days > max(2, interval // 4)
    if missed and typical > 0:
        return Outlook(Lifecycle.MISSED, due[0], (), taken)
    next_day = calendar.on_or_after(today + timedelta(days=1))
    return Outlook(Lifecycle.MISSED if missed else Lifecycle.EXPECTED, due[0], (next_day, *ahead), taken)


def _still_to_come(
    part: Regular, settles_after: int, typical: int, today: date, stand_ins: StandIns
) -> tuple[list[date], tuple[Hit, ...]]:
    """The beat's dates since the last hit that no record of the other side keeps, and the records that kept others."""
    dates: list[date] = []
    taken: list[Hit] = []
    for day in dates_after(part.beat, part.last_kept, today + timedelta(days=AHEAD_DAYS)):
        hit = stand_ins.take(
            part.group.payee,
            for_movement=part.group.source is FlowSource.MOVEMENT,
            near=day + timedelta(days=settles_after),
            cents=typical,
            within_days=max(2, part.beat.interval_days // 3),
        )
        if hit is None:
            dates.append(day)
        else:
            taken.append(hit)
    return dates, tuple(taken)


def _alike(one: int, other: int) -> bool:
    return one * other > 0 and max(abs(one), abs(other)) <= _SAME_AMOUNT_FACTOR * min(abs(one), abs(other))
