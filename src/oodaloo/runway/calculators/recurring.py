"""Recurring flows: what comes back by itself, when it comes next, and whether its latest date was kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.classify import class_of_outflow
from oodaloo.runway.calculators.naming import normalised_payee
from oodaloo.runway.calculators.occurrences import Group, Occurrence, Regular, groups_of, regular_parts
from oodaloo.runway.calculators.payment_timing import mostly_by_card
from oodaloo.runway.calculators.rhythm import dates_after
from oodaloo.runway.calculators.robust import median, quantile
from oodaloo.runway.model.picture import Books, SettledItem
from oodaloo.runway.model.recurring import FlowClass, FlowSource, Hit, Lifecycle, RecurringFlow
from oodaloo.runway.model.reference import Party, RecordRef

AHEAD_DAYS = 364
"""How far ahead flows are dated: 52 weeks."""

_LEVEL_HITS = 6
_SPREAD_HITS = 12
_ENDED_AFTER_INTERVALS = 1.5
_SAME_AMOUNT_FACTOR = 2


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A record of the payee in the other source, which may fulfil an expected date there."""

    dated: date
    cents: int


@dataclass(slots=True)
class _Evidences:
    """Per payee and side (documents or movements), what no flow of that side has claimed; each is used once."""

    documents: dict[str, list[_Evidence]] = field(default_factory=lambda: defaultdict(list))
    movements: dict[str, list[_Evidence]] = field(default_factory=lambda: defaultdict(list))

    def take(self, payee: str, *, for_movement: bool, near: date, cents: int, within_days: int) -> bool:
        """Use up one record of the other side near the date and of like amount; whether there was one."""
        side = (self.documents if for_movement else self.movements).get(payee, [])
        for each in side:
            if abs((each.dated - near).days) <= within_days and _alike(each.cents, cents):
                side.remove(each)
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Where a flow stands on the picture's day, and the dates on which it is still to come."""

    lifecycle: Lifecycle
    overdue_since: date | None
    upcoming: tuple[date, ...]


def detect(books: Books) -> tuple[RecurringFlow, ...]:
    """The recurring flows in `books`, largest first, ended ones included (their `upcoming` is empty).

    Flows are looked for in three places: movements that no document explains (by payee, by card, or by account and
    memo when nobody is named), issued invoices by customer and issued bills by vendor. Customer receipts and bill
    payments are never flows themselves, so that every dollar has one explanation. An expected date that a record
    of the same payee on the other side fulfils (a bill where checks were usual, a check where bills were; within a
    third of the interval, amounts within a factor of 2) is not expected again. A record dated after `as_of` is a hit
    like any other: QuickBooks' book balance holds it already.

    Typical amounts are medians of the last 6 hits; low and high are the first and last tenth of the last 12.
    """
    parts = [part for group in groups_of(books) for part in regular_parts(group)]
    evidences = _evidences(books, parts)
    settled = {item.ref: item for item in (*books.settled_invoices, *books.settled_bills)}
    flows = [_flow(part, key, books, evidences, settled) for key, part in _keyed(parts)]
    return tuple(sorted(flows, key=lambda flow: (-abs(flow.typical_amount.cents), flow.key)))


def _keyed(parts: Iterable[Regular]) -> Iterator[tuple[str, Regular]]:
    """A key that stays the same from one picture to the next as long as the flow keeps payee, account and rhythm."""
    seen: Counter[str] = Counter()
    for part in parts:
        latest = part.hits[-1]
        sign = "in" if latest.cents > 0 else "out"
        names = (part.group.source.value, sign, part.group.payee, latest.category, part.beat.rhythm.value)
        key = ":".join(names)
        seen[key] += 1
        yield (key if seen[key] == 1 else f"{key}:{seen[key]}"), part


def _flow(
    part: Regular, key: str, books: Books, evidences: _Evidences, settled: Mapping[RecordRef, SettledItem]
) -> RecurringFlow:
    hits, group = part.hits, part.group
    latest = hits[-1]
    typical, low, high = _amounts(hits)
    flow_class = _class_of(group, latest, typical)
    past = [settled[hit.ref] for hit in hits if hit.ref in settled]
    settles_after = _settles_after_days(group, past, books)
    outlook = _outlook(part, flow_class, settles_after, typical, books, evidences)
    party = next((hit.party for hit in reversed(hits) if hit.party is not None), None)
    currency = books.business.currency
    return RecurringFlow(
        key=key,
        party=party or Party(None, latest.category or latest.memo),
        label=_label(flow_class, party, latest),
        flow_class=flow_class,
        source=group.source,
        rhythm=part.beat.rhythm,
        interval_days=part.beat.interval_days,
        typical_amount=Money(typical, currency),
        low_amount=Money(low, currency),
        high_amount=Money(high, currency),
        settles_after_days=settles_after,
        lifecycle=outlook.lifecycle,
        upcoming=outlook.upcoming,
        hits=tuple(Hit(hit.ref, hit.dated, Money(hit.cents, currency)) for hit in hits),
        category=latest.category,
        overdue_since=outlook.overdue_since,
        by_card=mostly_by_card(past),
    )


def _amounts(hits: Sequence[Occurrence]) -> tuple[int, int, int]:
    """Typical, low and high amount (low is the smaller one in size) of a day's hits together, in signed cents."""
    by_day: defaultdict[date, int] = defaultdict(int)
    for hit in hits:
        by_day[hit.dated] += hit.cents
    days = list(by_day.values())
    sizes = [abs(cents) for cents in days[-_SPREAD_HITS:]]
    sign = 1 if hits[-1].cents > 0 else -1
    return median(days[-_LEVEL_HITS:]), sign * quantile(sizes, 1), sign * quantile(sizes, 9)


def _class_of(group: Group, latest: Occurrence, typical: int) -> FlowClass:
    if group.is_card:
        return FlowClass.CARD_PAYMENT
    if group.source is FlowSource.INVOICE:
        return FlowClass.RETAINER
    if typical > 0:
        return FlowClass.OTHER_IN
    return class_of_outflow(
        category=latest.category,
        category_type=latest.category_type,
        payee=latest.party.name if latest.party else "",
        memo=latest.memo,
    )


def _label(flow_class: FlowClass, party: Party | None, latest: Occurrence) -> str:
    names = {FlowClass.PAYROLL: "Payroll", FlowClass.PAYROLL_TAX: "Payroll tax"}
    if flow_class in names:
        return names[flow_class]
    if flow_class is FlowClass.CARD_PAYMENT:
        return f"{latest.category} payment"
    return (party.name if party else "") or latest.memo or latest.category or "Unnamed"


def _settles_after_days(group: Group, past: Sequence[SettledItem], books: Books) -> int:
    """Usual days from issue to full payment of the latest settled hits; without any, the documents' own terms."""
    if group.source is FlowSource.MOVEMENT:
        return 0
    if past:
        return max(0, median([(item.settled - item.issued).days for item in past[-_SPREAD_HITS:]]))
    refs = {hit.ref for hit in group.occurrences}
    issued = books.invoices_issued if group.source is FlowSource.INVOICE else books.bills_issued
    return max(0, median([(item.due - item.issued).days for item in issued if item.ref in refs]))


def _outlook(
    part: Regular, flow_class: FlowClass, settles_after: int, typical: int, books: Books, evidences: _Evidences
) -> _Outlook:
    """Matched: every date up to today was kept. Expected: one has come or passed, within the usual slack.

    Missed: it passed by more than a quarter of the interval (at least 2 days). Ended: by more than 1.5 intervals.
    A payment that is awaited, even a missed one, is dated on the next business day. Money in is told more cautiously:
    after a miss nothing of that flow is expected until it comes back (a retainer that wasn't billed is lost).
    """
    today, calendar = books.as_of, books.business.calendar
    is_movement = part.group.source is FlowSource.MOVEMENT
    within = max(2, part.beat.interval_days // 3)
    dates = [
        day
        for day in dates_after(part.beat, part.hits[-1].dated, today + timedelta(days=AHEAD_DAYS))
        if not evidences.take(
            part.group.payee,
            for_movement=is_movement,
            near=day + timedelta(days=settles_after),
            cents=typical,
            within_days=within,
        )
    ]
    if is_movement:
        early = flow_class is FlowClass.PAYROLL
        dates = [calendar.on_or_before(day) if early else calendar.on_or_after(day) for day in dates]
    due, ahead = [day for day in dates if day <= today], tuple(day for day in dates if day > today)
    if not due:
        return _Outlook(Lifecycle.MATCHED, None, ahead)
    late_days, interval = (today - due[0]).days, part.beat.interval_days
    if late_days > _ENDED_AFTER_INTERVALS * interval:
        return _Outlook(Lifecycle.ENDED, None, ())
    missed = late_days > max(2, interval // 4)
    if missed and typical > 0:
        return _Outlook(Lifecycle.MISSED, due[0], ())
    next_day = calendar.on_or_after(today + timedelta(days=1))
    return _Outlook(Lifecycle.MISSED if missed else Lifecycle.EXPECTED, due[0], (next_day, *ahead))


def _alike(one: int, other: int) -> bool:
    return one * other > 0 and max(abs(one), abs(other)) <= _SAME_AMOUNT_FACTOR * min(abs(one), abs(other))


def _evidences(books: Books, parts: Sequence[Regular]) -> _Evidences:
    """What may stand in for an expected hit: documents by their due date, direct movements by theirs.

    Records that are a hit of a flow speak for that flow alone.
    """
    claimed = {(hit.ref, hit.cents) for part in parts for hit in part.hits}
    payees = {part.group.payee for part in parts}
    found = _Evidences()
    for items, sign in ((books.invoices_issued, 1), (books.bills_issued, -1)):
        for item in items:
            payee = normalised_payee(item.party.name)
            if payee in payees and (item.ref, sign * item.total.cents) not in claimed:
                found.documents[payee].append(_Evidence(item.due, sign * item.total.cents))
    for movement in books.movements:
        if movement.party is None or movement.documents:
            continue
        payee = normalised_payee(movement.party.name)
        if payee in payees and (movement.ref, movement.amount.cents) not in claimed:
            found.movements[payee].append(_Evidence(movement.dated, movement.amount.cents))
    return found
