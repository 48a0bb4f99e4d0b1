"""Recurring flows: what comes back by itself, when it comes next, and whether its latest date was kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.calculators.classify import class_of_outflow
from oodaloo.runway.calculators.continuing import carried_on
from oodaloo.runway.calculators.lifecycle import StandIns, outlook_of, stand_ins_of
from oodaloo.runway.calculators.occurrences import Group, Occurrence, Regular, groups_of, regular_parts
from oodaloo.runway.calculators.payment_timing import mostly_by_card
from oodaloo.runway.calculators.robust import median, quantile
from oodaloo.runway.model.picture import Books, SettledItem
from oodaloo.runway.model.recurring import FlowClass, FlowSource, Hit, RecurringFlow
from oodaloo.runway.model.reference import Party

_LEVEL_HITS = 6
_SPREAD_HITS = 12
_NEW_LEVEL_HITS = 2


def detect(books: Books, reuse: Reuse | None = None) -> tuple[RecurringFlow, ...]:
    """The recurring flows in `books`, largest first, ended ones included (their `upcoming` is empty).

    Flows are looked for in three places: movements that no document explains (by payee, by card, or by account and
    memo when nobody is named), issued invoices by customer and issued bills by vendor. Customer receipts and bill
    payments are never flows themselves, so that every dollar has one explanation. An expected date that a record
    of the same payee on the other side fulfils (a bill where checks were usual, a check where bills were; within a
    third of the interval, amounts within a factor of 2) is not expected again. A record dated after `as_of` is a hit
    like any other: QuickBooks' book balance holds it already.

    A flow goes on when its payments are booked to another account, when its amount changes by less than a third, and,
    for payroll, rent, insurance and loans, when somebody else is paid instead. Where one rhythm has replaced another
    at the same payee, the former is a flow that has ended.

    Typical amounts are medians of the last 6 hits, low and high the first and last tenth of the last 12; where the
    latest two or more are further from all before them than these are from each other (a raise), of these alone. With
    the `reuse` of the last time, beats are looked for only at payees about whom something has changed.
    """
    reuse = reuse or Reuse()
    told = (books.movements, books.invoices_issued, books.bills_issued, books.settled_invoices, books.settled_bills)
    facts = (books.as_of, books.business)
    known: tuple[RecurringFlow, ...] | None = reuse.recall(detect, *told, *facts)
    if known is None:
        known = _detected(books, reuse)
        reuse.note(detect, known, *told, *facts)
    return known


def _detected(books: Books, reuse: Reuse) -> tuple[RecurringFlow, ...]:
    groups = groups_of(books, reuse)
    by_key = {(each.source, each.is_card, each.occurrences[0].cents > 0, each.payee): each for each in groups}
    found = reuse.by_key(_parts_of, by_key)
    parts = carried_on((part for some in found for part in some), books)
    stand_ins = stand_ins_of(books, parts)
    settled = _settled_by_id(books, reuse)
    flows = [_flow(part, key, books, stand_ins, settled[part.group.source]) for key, part in _keyed(parts)]
    return tuple(sorted(flows, key=lambda flow: (-abs(flow.typical_amount.cents), flow.key)))


def _settled_by_id(books: Books, reuse: Reuse) -> Mapping[FlowSource, Mapping[str, SettledItem]]:
    """By where their flows are looked for; a movement is no document and so never settled."""
    return {
        FlowSource.MOVEMENT: {},
        FlowSource.INVOICE: reuse.part("invoices").mapping(_by_id, books.settled_invoices),
        FlowSource.BILL: reuse.part("bills").mapping(_by_id, books.settled_bills),
    }


def _by_id(item: SettledItem) -> tuple[str, SettledItem]:
    return item.ref.id, item


def _parts_of(_key: object, group: Group) -> list[Regular]:
    return regular_parts(group)


def _keyed(parts: Iterable[Regular]) -> Iterator[tuple[str, Regular]]:
    """A key that stays the same from one picture to the next as long as the flow keeps payee, account and rhythm."""
    seen: Counter[str] = Counter()
    for part in parts:
        sign = "in" if part.hits[-1].cents > 0 else "out"
        category = Counter(hit.category for hit in part.hits).most_common(1)[0][0]
        names = (part.group.source.value, sign, part.group.payee, category, part.beat.rhythm.value)
        key = ":".join(names)
        seen[key] += 1
        yield (key if seen[key] == 1 else f"{key}:{seen[key]}"), part


def _flow(
    part: Regular, key: str, books: Books, stand_ins: StandIns, settled: Mapping[str, SettledItem]
) -> RecurringFlow:
    hits, group = part.hits, part.group
    latest = hits[-1]
    typical, low, high = _amounts(hits)
    flow_class = _class_of(group, latest, typical)
    past = [settled[hit.ref.id] for hit in hits if hit.ref.id in settled]
    settles_after = _settles_after_days(group, past, books)
    outlook = outlook_of(part, flow_class, settles_after, typical, books, stand_ins)
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
        stand_ins=outlook.stand_ins,
    )


def _amounts(hits: Sequence[Occurrence]) -> tuple[int, int, int]:
    """Typical, low and high amount (low is the smaller one in size) of a day's hits together, in signed cents."""
    by_day: defaultdict[date, int] = defaultdict(int)
    for hit in hits:
        by_day[hit.dated] += hit.cents
    days = _since_new_level(list(by_day.values()))
    sizes = [abs(cents) for cents in days[-_SPREAD_HITS:]]
    sign = 1 if hits[-1].cents > 0 else -1
    return median(days[-_LEVEL_HITS:]), sign * quantile(sizes, 1), sign * quantile(sizes, 9)


def _since_new_level(amounts: Sequence[int]) -> Sequence[int]:
    """The latest amounts alone, where at least two lie apart from the six before them by more than these differ."""
    for many in range(_NEW_LEVEL_HITS, min(_LEVEL_HITS, len(amounts) - _LEVEL_HITS) + 1):
        before, after = amounts[-many - _LEVEL_HITS : -many], amounts[-many:]
        apart = max(min(after) - max(before), min(before) - max(after))
        if apart > max(before) - min(before):
            return after
    return amounts


def _class_of(group: Group, latest: Occurrence, typical: int) -> FlowClass:
    if group.is_card:
        return FlowClass.CARD_PAYMENT
    if group.source is FlowSource.INVOICE:
        return FlowClass.RETAINER
    if typical > 0:
        return FlowClass.OTHER_IN
    return class_of_outflow(
        category=latest.category,
        category_type=latest.record.category_type,
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
