"""How it stands with QuickBooks, in words: the connection, how new the books are, webhooks and metered reads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oodaloo.infra.qbo.connection.tokens import ConnectionState
from oodaloo.infra.qbo.freshness.standing import CHANGES, Reads, Standing
from oodaloo.infra.qbo.freshness.timing import Plan
from oodaloo.infra.qbo.smart_sync.metering import INTUIT_ZONE, Budget, BudgetState
from oodaloo.runway.experiences.figures import Tone
from oodaloo.runway.model.wording import clock_text, day_text, month_text

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """One fact: its name, what it is, and a second line that explains it."""

    term: str
    value: str
    detail: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class MonthOfReads:
    """A month's metered reads of one business; `of_most` compares it with the month that had most, from 0 to 100."""

    text: str
    reads_text: str
    of_most: int


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """The month's metered reads of all businesses; `percent` of what the plan at Intuit includes, at most 100."""

    text: str
    percent: int
    sentence: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """Everything that is said about one business and QuickBooks. `problem` is empty where nothing is wrong."""

    connected: bool
    headline: str
    sentence: str
    problem: str
    books: tuple[Told, ...]
    webhooks: tuple[Told, ...]
    month_text: str
    reads: tuple[Told, ...]
    budget: ReadBudget
    months: tuple[MonthOfReads, ...]


def connection_page(standing: Standing, *, timezone: str, now: datetime, types: Sequence[str]) -> ConnectionPage:
    """The page of one business at `now`, in its own `timezone`; `types` are those whose records are mirrored."""
    clock = _Clock(timezone, now)
    state = standing.connection.state if standing.connection else ConnectionState.DISCONNECTED
    return ConnectionPage(
        connected=state is ConnectionState.CONNECTED,
        headline=_HEADLINES[state],
        sentence=_sentence(standing, clock),
        problem=_problem(standing, state),
        books=tuple(_books(standing, clock)),
        webhooks=tuple(_webhooks(standing)),
        month_text=month_text(standing.reads.months[0][0]),
        reads=tuple(_reads(standing.reads, types)),
        budget=budget_view(standing.reads.budget, now),
        months=_months(standing.reads),
    )


def budget_view(budget: Budget, now: datetime) -> ReadBudget:
    """The month's budget, what is left of it means for the books, and when it starts again."""
    local = now.astimezone(INTUIT_ZONE)
    next_month = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    again = f"Counting starts again on {day_text(next_month.date())}."
    return ReadBudget(
        text=f"{budget.used:,} of {budget.allowance:,}",
        percent=min(100, budget.used * 100 // budget.allowance),
        sentence=f"{_BUDGET_SENTENCES[budget.state]} {again}",
        tone={BudgetState.FINE: Tone.OK, BudgetState.SPENT: Tone.RISK}.get(budget.state, Tone.UNKNOWN),
    )


_HEADLINES = {
    ConnectionState.CONNECTED: "Connected to QuickBooks",
    ConnectionState.RECONNECT_NEEDED: "QuickBooks no longer lets us read",
    ConnectionState.DISCONNECTED: "Disconnected from QuickBooks",
}
_BUDGET_SENTENCES = {
    BudgetState.FINE: "Looking for changes costs one read, whatever has changed.",
    BudgetState.WARNED: "Over 80 % are used: while nobody looks, books are read half as often.",
    BudgetState.BULK_STOPPED: "Over 90 % are used: books are read rarely, and not at all where nobody looks.",
    BudgetState.SPENT: "All are used: books are read only when somebody asks.",
}


@dataclass(frozen=True, slots=True)
class _Clock:
    """Instants in the words of one business's own day."""

    timezone: str
    now: datetime

    def text(self, instant: datetime) -> str:
        """The time of day with its day: "today, 6:40 am"."""
        zone = ZoneInfo(self.timezone)
        local = instant.astimezone(zone)
        today = self.now.astimezone(zone).date()
        day = "today" if local.date() == today else day_text(local.date())
        return f"{day}, {clock_text(local)}"


def _sentence(standing: Standing, clock: _Clock) -> str:
    if standing.books_as_of is None:
        return "The books have not been read yet."
    return f"The books are as of {clock.text(standing.books_as_of)}."


def _problem(standing: Standing, state: ConnectionState) -> str:
    if state is ConnectionState.RECONNECT_NEEDED and standing.connection:
        return standing.connection.ended_because or "The connection has ended."
    if state is ConnectionState.CONNECTED and standing.failures:
        times = "once" if standing.failures == 1 else f"{standing.failures} times in a row"
        return f"{standing.failed} It has failed {times}; we try again by ourselves."
    return ""


def _books(standing: Standing, clock: _Clock) -> Iterator[Told]:
    as_of = clock.text(standing.books_as_of) if standing.books_as_of else "never read"
    yield Told("Books as of", as_of)
    if standing.waiting:
        changes = "1 change" if standing.waiting == 1 else f"{standing.waiting:,} changes"
        yield Told("Announced and not fetched", changes, f"for {_duration(standing.waiting_since)}")
    else:
        yield Told("Announced and not fetched", "nothing")
    yield _next_look(standing.plan, clock)
    if standing.last_reading and standing.last_reading.finished_at:
        records = f"{standing.last_reading.records:,} records"
        yield Told("Last complete reading", clock.text(standing.last_reading.finished_at), records)
    if standing.unknown_writes:
        yield Told(
            "Sent without an answer",
            f"{standing.unknown_writes:,}",
            "QuickBooks has not answered. We look before we repeat.",
        )


def _next_look(plan: Plan | None, clock: _Clock) -> Told:
    term = "Next look at the latest"
    if plan is None:
        return Told(term, "none", "QuickBooks can’t be asked while it isn’t connected.")
    if plan.due_at is None:
        return Told(term, "next month", "Too many of this month’s reads are used.")
    return Told(term, "now" if plan.due_at <= clock.now else clock.text(plan.due_at), f"{plan.when}".capitalize())


def _webhooks(standing: Standing) -> Iterator[Told]:
    if not standing.listens:
        yield Told("Webhooks", "not set up", "Books are read on a schedule alone.")
        return
    heard = f"{_duration(standing.heard)} ago" if standing.heard is not None else "never"
    yield Told("Heard last", heard)
    if standing.trusted:
        yield Told("Relied on", "yes", "What had changed had also been announced.")
    else:
        yield Told("Relied on", "not yet", "Until they announced what changed, books are read on a schedule too.")


def _reads(reads: Reads, types: Sequence[str]) -> Iterator[Told]:
    records = reads.records(types)
    if reads.changes:
        yield Told("Looks for changes", f"{reads.changes:,}")
    if records:
        yield Told("Records, page by page", f"{records:,}")
    for about, count in sorted(reads.about.items()):
        if about not in types and about != CHANGES:
            yield Told(f"Report: {_spaced(about)}", f"{count:,}")
    yield Told("This business", f"{reads.used:,}", strong=True)


def _months(reads: Reads) -> tuple[MonthOfReads, ...]:
    most = max(1, *(count for _, count in reads.months))
    return tuple(MonthOfReads(month_text(month), f"{count:,}", count * 100 // most) for month, count in reads.months)


def _spaced(name: str) -> str:
    """A name as QuickBooks writes it, as words: "General ledger"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _duration(length: timedelta) -> str:
    """A length of time in its largest unit: "40 seconds", "3 hours", "2 days"."""
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if length >= unit:
            return _counted(length // unit, name)
    return _counted(max(0, int(length.total_seconds())), "second")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
