"""Where am I: what the owner sees first, worded and placed in days and dollars, for the page and the terminal alike."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from oodaloo.kit.money import Money
from oodaloo.runway.experiences.figures import (
    Behind,
    Place,
    Tone,
    When,
    behind_item,
    behind_record,
    forecast_text,
    futures_text,
    record_text,
    signed_text,
    when,
)
from oodaloo.runway.experiences.runway_line import WEEK_CHOICES, RunwayLine, build_line
from oodaloo.runway.model.assessment import Assessment, OpenSummary
from oodaloo.runway.model.picture import BookCheck, Books
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.runway import (
    HORIZON_DAYS,
    BurnState,
    DatedItem,
    PayrollCover,
    ProjectedDay,
    Runway,
    RunwayState,
)
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import clock_text, days_text, money_text

AHEAD_WEEKS = 4
STALE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in one line: `lead` and, when there is a date, `until`; `sentence` says what it means.

    `range_text` names the cautious and the good case, empty where all cases agree.
    """

    state: RunwayState
    lead: str
    until: When | None
    sentence: str
    range_text: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure beside the headline."""

    term: str
    value: str
    detail: str
    tone: Tone
    behind: Behind | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """When QuickBooks was last read, in the business's own time; `stale` after a day, with its `age`."""

    text: str
    stale: bool
    age: str


@dataclass(frozen=True, slots=True)
class AheadRow:
    """One dated item of the next weeks."""

    when: When
    label: str
    reason: str
    money_in: bool
    amount_text: str
    behind: Behind


@dataclass(frozen=True, slots=True)
class AheadWeek:
    """Seven days: what comes in, what goes out, what is spendable at their end."""

    first: When
    last: When
    in_text: str
    out_text: str
    end_text: str
    below_buffer: bool
    rows: tuple[AheadRow, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A named amount in a panel; `strong` for the sum."""

    label: str
    amount_text: str
    behind: Behind | None
    detail: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of named amounts, and what is worth saying about them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """An open document without a date in the forecast."""

    party: str
    document: str
    amount_text: str
    because: str
    behind: Behind


@dataclass(frozen=True, slots=True)
class WhereAmI:
    """The whole experience; nothing in it needs arithmetic any more."""

    business: str
    today_text: str
    headline: Headline
    freshness: Freshness
    facts: tuple[Fact, ...]
    because: tuple[str, ...]
    spendable_text: str
    spendable_sentence: str
    line: RunwayLine
    ahead: tuple[AheadWeek, ...]
    panels: tuple[Panel, ...]
    left_out: tuple[LeftOutRow, ...]
    left_out_text: str


def build(assessment: Assessment, *, now: datetime, weeks: int = WEEK_CHOICES[-1]) -> WhereAmI:
    """Everything "where am I" shows about `assessment` at the instant `now`, the line over `weeks` weeks."""
    books, runway = assessment.picture.books, assessment.runway
    return WhereAmI(
        business=books.business.name,
        today_text=f"{books.as_of:%A}, {books.as_of:%b} {books.as_of.day}, {books.as_of.year}",
        headline=_headline(runway),
        freshness=freshness(books, now),
        facts=(*_payroll_facts(runway), _burn_fact(runway), _coverage_fact(runway)),
        because=runway.because,
        spendable_text=money_text(assessment.picture.spendable, cents=True),
        spendable_sentence=_spendable_sentence(assessment),
        line=build_line(assessment, weeks),
        ahead=_ahead(assessment),
        panels=_panels(assessment),
        left_out=_left_out(assessment),
        left_out_text=_left_out_text(assessment),
    )


def freshness(books: Books, now: datetime) -> Freshness:
    """How old the reading of QuickBooks is at `now`."""
    read = books.synced_at.astimezone(ZoneInfo(books.business.timezone))
    age = now - books.synced_at
    hours = int(age.total_seconds() // 3600)
    clock = clock_text(read)
    same_day = read.date() == books.as_of
    return Freshness(
        text=clock if same_day else f"{when(read.date(), books.as_of).day_text}, {clock}",
        stale=age > STALE_AFTER,
        age=f"{hours} hours" if hours < 48 else days_text(age.days),
    )


def _headline(runway: Runway) -> Headline:
    floor = "zero" if runway.buffer.is_zero else f"the {money_text(runway.buffer, cents=False)} buffer"
    match runway.state:
        case RunwayState.UNKNOWN:
            return Headline(runway.state, "Can’t tell how long cash lasts", None, "")
        case RunwayState.SUSTAINED:
            sentence = f"Spendable cash stays at or above {floor} for 52 weeks. {_lowest_text(runway)}"
            return Headline(runway.state, "Sustained", None, sentence.rstrip(), _range_text(runway))
        case RunwayState.BEYOND_HORIZON:
            return Headline(runway.state, "Covered for over 91 days", None, _lowest_text(runway), _range_text(runway))
        case RunwayState.DATED:
            until = when(runway.covered_until or runway.as_of, runway.as_of)
            opening = "Spendable cash is" if until.days == 0 else "The first day"
            sentence = f"{opening} below {floor}. {_lowest_text(runway)}"
            return Headline(runway.state, "Covered until", until, sentence.rstrip(), _range_text(runway))


def _range_text(runway: Runway) -> str:
    if runway.cautious_until == runway.covered_until == runway.good_until:
        return ""
    cases = f"Cautious {_case_text(runway.cautious_until, runway)}. Good case {_case_text(runway.good_until, runway)}."
    return cases if runway.calibrated else f"{cases} Range not yet calibrated."


def _case_text(until: date | None, runway: Runway) -> str:
    if until is None:
        return f"over {HORIZON_DAYS} days"
    day = when(until, runway.as_of)
    return f"{day.day_text} · {day.days_text}"


def _lowest_text(runway: Runway) -> str:
    if runway.lowest is None:
        return ""
    day = when(runway.lowest.day, runway.as_of)
    return f"Lowest {day.day_text} · {day.days_text}: {forecast_text(runway.lowest.spendable)}."


def _payroll_facts(runway: Runway) -> tuple[Fact, ...]:
    """The next payroll, and the first one at risk (else the one after it)."""
    if runway.state is RunwayState.UNKNOWN:
        return (Fact("Payroll", "Unknown", "see the reasons", Tone.UNKNOWN, None),)
    if not runway.payrolls:
        return (Fact("Payroll", "None found", "no regular payroll in QuickBooks", Tone.UNKNOWN, None),)
    first, *later = runway.payrolls
    second = next((payroll for payroll in later if not payroll.covered), later[0] if later else None)
    return tuple(_payroll_fact(payroll, runway) for payroll in (first, second) if payroll is not None)


def _payroll_fact(payroll: PayrollCover, runway: Runway) -> Fact:
    day = when(payroll.day, runway.as_of)
    return Fact(
        term=f"Payroll {day.day_text} · {day.days_text}",
        value="OK" if payroll.covered else "At risk",
        detail=f"{futures_text(payroll)}, {forecast_text(payroll.spendable_after)} after it",
        tone=Tone.OK if payroll.covered else Tone.RISK,
        behind=Behind(Place.DAY, payroll.day.isoformat()),
    )


def _burn_fact(runway: Runway) -> Fact:
    burn, behind = runway.net_burn, Behind(Place.BURN)
    if burn.state is BurnState.BURNING and burn.days is not None and burn.daily is not None:
        return Fact(
            "Net-burn days", days_text(burn.days), f"{money_text(burn.daily, cents=False)} a day", Tone.PLAIN, behind
        )
    if burn.state is BurnState.NOT_BURNING:
        return Fact("Net-burn days", "Not burning", "as much comes in as goes out", Tone.PLAIN, behind)
    return Fact("Net-burn days", "Unknown", "too little history", Tone.UNKNOWN, behind)


def _coverage_fact(runway: Runway) -> Fact:
    coverage, behind = runway.coverage, Behind(Place.BURN)
    if isinstance(coverage, Unknown):
        return Fact("Coverage days", "Unknown", " ".join(coverage.because), Tone.UNKNOWN, behind)
    daily = money_text(coverage.daily_outflow, cents=False)
    return Fact("Coverage days", days_text(coverage.days), f"{daily} a day out", Tone.PLAIN, behind)


def _spendable_sentence(assessment: Assessment) -> str:
    picture = assessment.picture
    cash, earmarked = money_text(picture.books.cash, cents=True), money_text(picture.earmarked, cents=True)
    return f"today: {cash} in the bank less {earmarked} set aside."


def _ahead(assessment: Assessment) -> tuple[AheadWeek, ...]:
    projection = assessment.projection
    weeks = []
    for number in range(AHEAD_WEEKS):
        first = projection.as_of + timedelta(days=7 * number)
        days = tuple(day for day in projection.days if 0 <= (day.day - first).days < 7)
        if days:
            weeks.append(_ahead_week(days, assessment.runway))
    return tuple(weeks)


def _ahead_week(days: tuple[ProjectedDay, ...], runway: Runway) -> AheadWeek:
    items = tuple(item for day in days for item in day.items)
    currency = runway.spendable.currency
    end = days[-1].spendable
    return AheadWeek(
        first=when(days[0].day, runway.as_of),
        last=when(days[-1].day, runway.as_of),
        in_text=signed_text(Money.total((item.amount for item in items if item.amount.cents > 0), currency)),
        out_text=signed_text(Money.total((item.amount for item in items if item.amount.cents < 0), currency)),
        end_text=forecast_text(end),
        below_buffer=end < runway.buffer,
        rows=tuple(_ahead_row(item, runway) for item in items),
    )


def _ahead_row(item: DatedItem, runway: Runway) -> AheadRow:
    return AheadRow(
        when=when(item.dated, runway.as_of),
        label=item.label,
        reason=item.reason,
        money_in=item.amount.cents > 0,
        amount_text=signed_text(item.amount),
        behind=behind_item(item),
    )


def _panels(assessment: Assessment) -> tuple[Panel, ...]:
    books = assessment.picture.books
    receivables = _open_rows(assessment.receivables, Place.RECEIVABLES, "invoice", "Unapplied payments and credits")
    payables = _open_rows(assessment.payables, Place.PAYABLES, "bill", "Unapplied vendor credits")
    panels = [_cash_panel(assessment), Panel("Receivables", receivables), Panel("Payables", payables)]
    if books.cards:
        cards = (Row(card.name, money_text(card.owed, cents=True), behind_record(card.ref)) for card in books.cards)
        panels.append(Panel("Cards, owed", tuple(cards)))
    panels += [_check_panel(check) for check in books.checks if not check.difference.is_zero]
    return tuple(panels)


def _cash_panel(assessment: Assessment) -> Panel:
    picture, books = assessment.picture, assessment.picture.books
    rows = [
        Row(account.name, money_text(account.balance, cents=True), behind_record(account.ref))
        for account in books.accounts
        if account.operating
    ]
    behind = Behind(Place.CASH)
    rows.append(Row("In the bank", money_text(books.cash, cents=True), behind, strong=True))
    rows.append(Row("Set aside", money_text(-picture.earmarked, cents=True), behind))
    rows.append(Row("Spendable", money_text(picture.spendable, cents=True), behind, strong=True))
    rows.append(Row("Undeposited, not yet counted", money_text(books.undeposited, cents=True), behind))
    return Panel("Cash", tuple(rows))


def _open_rows(summary: OpenSummary, place: Place, document: str, unapplied: str) -> tuple[Row, ...]:
    behind = Behind(place)
    count = f"{summary.count:,} open {document}{'' if summary.count == 1 else 's'}"
    return (
        Row("Open", money_text(summary.open, cents=True), behind, count, strong=True),
        Row("Overdue", money_text(summary.overdue, cents=True), behind),
        Row(unapplied, money_text(summary.unapplied, cents=True), behind),
    )


def _check_panel(check: BookCheck) -> Panel:
    return Panel(
        "Books that disagree",
        (
            Row(f"The account {check.account} says", money_text(check.account_balance, cents=True), None),
            Row("Its open documents sum to", money_text(check.documents_total, cents=True), None),
            Row("Difference", money_text(check.difference, cents=True), None, strong=True),
        ),
        ("The forecast follows the documents.",),
    )


def _left_out(assessment: Assessment) -> tuple[LeftOutRow, ...]:
    return tuple(
        LeftOutRow(
            left.party.name,
            "" if left.ref.kind is RecordKind.ACCOUNT else record_text(left.ref),
            money_text(left.amount, cents=True),
            left.because,
            behind_record(left.ref),
        )
        for left in assessment.projection.left_out
    )


def _left_out_text(assessment: Assessment) -> str:
    count = len(assessment.projection.left_out)
    return f"{count:,} document{'' if count == 1 else 's'} without a date"
