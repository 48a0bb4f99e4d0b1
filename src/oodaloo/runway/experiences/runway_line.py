"""The runway line: spendable cash by day with its events, payrolls and flags, in days and dollars, not in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from oodaloo.kit.money import Money
from oodaloo.runway.experiences.figures import Behind, When, behind_item, forecast_text, signed_text, when
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.recurring import FlowClass
from oodaloo.runway.model.runway import (
    DatedItem,
    ItemKind,
    PayrollCover,
    ProjectedDay,
    Runway,
    RunwayState,
    SimulatedDay,
)
from oodaloo.runway.model.wording import money_text, short_money_text

MOST_EVENTS = 12
WEEK_CHOICES = (2, 4, 8, 13)


@dataclass(frozen=True, slots=True)
class Point:
    """Spendable cash of the middle case from the start of day number `day` on."""

    day: int
    spendable: Money


@dataclass(frozen=True, slots=True)
class Event:
    """One of the big movements: all items of a name (or all retainers) of one day together."""

    day: int
    label: str
    amount: Money
    text: str


@dataclass(frozen=True, slots=True)
class PayrollMark:
    """A payroll date on the axis."""

    when: When
    amount_text: str
    short_amount_text: str
    covered: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A named day on the line; `level` is where the line stands there."""

    when: When
    text: str
    short_text: str
    level: Money


@dataclass(frozen=True, slots=True)
class Bar:
    """The coverage bar: how many of its `days` are covered in the cautious and in the middle case."""

    days: int
    sure_days: int
    likely_days: int
    known: bool
    until: int | None
    payrolls: tuple[PayrollMark, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One dated item as the list shows it; `after` stands on the last item of a day."""

    when: When
    label: str
    reason: str
    amount: Money
    amount_text: str
    behind: Behind
    after: str
    below_buffer: bool
    crossing: bool


@dataclass(frozen=True, slots=True)
class RunwayLine:
    """Everything the flowband draws and its list tells for a window of `weeks`."""

    weeks: int
    first: When
    last: When
    points: tuple[Point, ...]
    buffer: Money
    buffer_text: str
    lowest: Flag | None
    covered: Flag | None
    events: tuple[Event, ...]
    bar: Bar
    rows: tuple[LineRow, ...]
    sentence: str


def build_line(assessment: Assessment, weeks: int) -> RunwayLine:
    """The line of the next `weeks` weeks (1 to 13), day 0 being the picture's day, with the items of those days."""
    as_of, runway = assessment.projection.as_of, assessment.runway
    window = 7 * weeks
    days = tuple(day for day in assessment.projection.days if (day.day - as_of).days <= window)
    last = when(as_of + timedelta(days=window), as_of)
    bar = build_bar(runway, window)
    middle = assessment.simulation.days[: window + 1]
    covered, lowest = _covered(runway, middle, window), _lowest(runway, window)
    return RunwayLine(
        weeks=weeks,
        first=when(as_of, as_of),
        last=last,
        points=tuple(Point((day.day - as_of).days, day.middle) for day in middle),
        buffer=runway.buffer,
        buffer_text=f"Buffer {money_text(runway.buffer, cents=False)}",
        lowest=lowest,
        covered=covered,
        events=_events(days, as_of_ordinal=as_of.toordinal()),
        bar=bar,
        rows=tuple(row for day in days for row in _rows(day, runway)),
        sentence=_sentence(assessment, last, lowest, bar),
    )


def build_bar(runway: Runway, days: int) -> Bar:
    """How much of the next `days` days is covered, with the payroll dates among them."""
    known = runway.state is not RunwayState.UNKNOWN
    reach = days if runway.days is None else min(runway.days, days)
    sure = reach if runway.cautious_days is None else min(runway.cautious_days, reach)
    return Bar(
        days=days,
        sure_days=sure if known else 0,
        likely_days=reach if known else 0,
        known=known,
        until=runway.days if runway.days is not None and runway.days <= days else None,
        payrolls=tuple(
            _payroll(payroll, runway) for payroll in runway.payrolls if 0 <= (payroll.day - runway.as_of).days <= days
        ),
        sentence=_coverage_sentence(runway),
    )


def _payroll(payroll: PayrollCover, runway: Runway) -> PayrollMark:
    return PayrollMark(
        when=when(payroll.day, runway.as_of),
        amount_text=money_text(payroll.amount, cents=False),
        short_amount_text=short_money_text(payroll.amount),
        covered=payroll.covered,
        verdict="Covered" if payroll.covered else "At risk",
    )


def _covered(runway: Runway, days: tuple[SimulatedDay, ...], window: int) -> Flag | None:
    if runway.covered_until is None:
        return None
    until = when(runway.covered_until, runway.as_of)
    if until.days > window:
        return None
    level = days[until.days].middle
    text = f"{until.day_text} · {until.days_text}"
    return Flag(until, f"Covered until {text}", text, level)


def _lowest(runway: Runway, window: int) -> Flag | None:
    if runway.lowest is None:
        return None
    day = when(runway.lowest.day, runway.as_of)
    if day.days > window:
        return None
    level = runway.lowest.spendable
    text = f"Lowest {day.day_text} · {day.days_text}: {forecast_text(level)}"
    return Flag(day, text, f"Lowest {short_money_text(level)}", level)


def _events(days: tuple[ProjectedDay, ...], *, as_of_ordinal: int) -> tuple[Event, ...]:
    """The biggest movements, biggest first; payrolls have their own marks and the residual is no event."""
    events: list[Event] = []
    for day in days:
        number = day.day.toordinal() - as_of_ordinal
        shown = sorted((item for item in day.items if _is_event(item)), key=_event_key)
        for _, group in groupby(shown, key=_event_key):
            events.append(_event(number, tuple(group)))
    events.sort(key=lambda event: (-abs(event.amount.cents), event.day, event.label))
    return tuple(events[:MOST_EVENTS])


def _is_event(item: DatedItem) -> bool:
    return item.kind is not ItemKind.RESIDUAL and item.flow_class is not FlowClass.PAYROLL


def _event_key(item: DatedItem) -> tuple[bool, str]:
    """Items of one day with the same key are one event: those of a name, and all retainers together."""
    money_in = item.amount.cents > 0
    return money_in, "retainers" if item.flow_class is FlowClass.RETAINER else item.label


def _event(day: int, items: tuple[DatedItem, ...]) -> Event:
    amount = Money.total((item.amount for item in items), items[0].amount.currency)
    retainers = items[0].flow_class is FlowClass.RETAINER and len(items) > 1
    label = f"Retainers, {len(items)} clients" if retainers else items[0].label
    sign = "+" if amount.cents > 0 else ""
    return Event(day, label, amount, sign + short_money_text(amount))


def _rows(day: ProjectedDay, runway: Runway) -> Iterable[LineRow]:
    below = day.spendable < runway.buffer
    for number, item in enumerate(day.items, start=1):
        closes = number == len(day.items)
        yield LineRow(
            when=when(item.dated, runway.as_of),
            label=item.label,
            reason=item.reason,
            amount=item.amount,
            amount_text=signed_text(item.amount),
            behind=behind_item(item),
            after=forecast_text(day.spendable) if closes else "",
            below_buffer=below and closes,
            crossing=day.day == runway.covered_until,
        )


def _coverage_sentence(runway: Runway) -> str:
    match runway.state:
        case RunwayState.UNKNOWN:
            return "Can’t tell how long the cash lasts."
        case RunwayState.BEYOND_HORIZON:
            return "Covered for over 91 days."
        case RunwayState.SUSTAINED:
            return "Sustained: not below the buffer in 52 weeks."
        case RunwayState.DATED:
            day = when(runway.covered_until or runway.as_of, runway.as_of)
            return f"Covered until {day.day_text}, {day.days_text}."


def _sentence(assessment: Assessment, last: When, lowest: Flag | None, bar: Bar) -> str:
    """The whole drawing in words, for those who don't see it."""
    runway = assessment.runway
    first = when(runway.as_of, runway.as_of)
    parts = [
        f"Spendable cash from {first.day_text} to {last.day_text}, today {money_text(runway.spendable, cents=True)}.",
        bar.sentence,
    ]
    if lowest is not None:
        parts.append(f"{lowest.text}.")
    parts += [f"Payroll {mark.when.day_text}: {mark.verdict.lower()}." for mark in bar.payrolls]
    return " ".join(parts)
