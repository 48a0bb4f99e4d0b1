"""The documents behind each figure of "where am I", as sheets of rows that lead on to single records."""

from collections.abc import Iterable
from datetime import date, timedelta

from oodaloo.kit.dates import DateRange
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.experiences.figures import (
    Behind,
    Cell,
    Place,
    Sheet,
    SheetTable,
    behind_item,
    behind_record,
    forecast_text,
    record_text,
    signed_text,
    when,
)
from oodaloo.runway.model.assessment import Assessment, OpenSummary
from oodaloo.runway.model.picture import CashMovement, Credit, MovementKind, OpenItem
from oodaloo.runway.model.recurring import FlowSource, Lifecycle, RecurringFlow, Rhythm
from oodaloo.runway.model.runway import HORIZON_DAYS, BurnState, DatedItem, Runway
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, days_text, money_text

_RHYTHMS = {
    Rhythm.WEEKLY: "Every week",
    Rhythm.BIWEEKLY: "Every two weeks",
    Rhythm.SEMI_MONTHLY: "Twice a month",
    Rhythm.MONTHLY: "Every month",
    Rhythm.QUARTERLY: "Every quarter",
}
_LIFECYCLES = {
    Lifecycle.EXPECTED: "The next one is awaited.",
    Lifecycle.MATCHED: "The latest one has come.",
    Lifecycle.MISSED: "The latest one is overdue.",
    Lifecycle.ENDED: "It has ended: nothing is expected any more.",
}
_MOVEMENTS = {
    MovementKind.CUSTOMER_RECEIPT: "Customer payment",
    MovementKind.BILL_PAYMENT: "Bill payment",
    MovementKind.CARD_PAYMENT: "Card payment",
    MovementKind.SPENDING: "Spending",
    MovementKind.OTHER_RECEIPT: "Other receipt",
}


def cash_sheet(assessment: Assessment) -> Sheet:
    """Each bank account with its book balance, and how cash becomes spendable cash."""
    picture, books = assessment.picture, assessment.picture.books
    accounts = tuple(
        (
            Cell(account.name, behind_record(account.ref), account.subtype),
            Cell("Counted" if account.operating else "Not counted"),
            Cell(money_text(account.balance, cents=True), behind_record(account.ref)),
        )
        for account in books.accounts
    )
    steps = (
        ("In the bank", books.cash),
        ("Set aside", -picture.earmarked),
        ("Undeposited funds, counted once they are deposited", books.undeposited),
    )
    return Sheet(
        title="Cash",
        figure=money_text(picture.spendable, cents=True),
        sentence="spendable today: what the operating accounts hold in the books, less what is set aside.",
        tables=(
            SheetTable(
                "Bank accounts",
                ("Account", "In the forecast", "Book balance"),
                frozenset({2}),
                accounts,
                (Cell("Counted together"), Cell(""), Cell(money_text(books.cash, cents=True))),
                "There is no bank account in these books.",
            ),
            SheetTable(
                "From cash to spendable",
                ("", "Amount"),
                frozenset({1}),
                tuple((Cell(name), Cell(money_text(amount, cents=True))) for name, amount in steps),
                (Cell("Spendable"), Cell(money_text(picture.spendable, cents=True))),
            ),
        ),
    )


def receivables_sheet(assessment: Assessment) -> Sheet:
    """Open invoices by due date, and what customers have paid without saying for what."""
    books, summary = assessment.picture.books, assessment.receivables
    unapplied = _credit_table("Unapplied payments and credits", "Customer", books.unapplied_receipts, summary)
    documents = _open_table("Open invoices", "Customer", books.receivables, summary, books.as_of)
    return _open_sheet("Receivables", summary, documents, unapplied)


def payables_sheet(assessment: Assessment) -> Sheet:
    """Open bills by due date, and unapplied vendor credits."""
    books, summary = assessment.picture.books, assessment.payables
    unapplied = _credit_table("Unapplied vendor credits", "Vendor", books.vendor_credits, summary)
    documents = _open_table("Open bills", "Vendor", books.payables, summary, books.as_of)
    return _open_sheet("Payables", summary, documents, unapplied)


def day_sheet(assessment: Assessment, day: date) -> Sheet | None:
    """The items of one projected day and the documents behind them; None outside the projection."""
    projection = assessment.projection
    number = next((n for n, projected in enumerate(projection.days) if projected.day == day), None)
    if number is None:
        return None
    projected = projection.days[number]
    before = projection.days[number - 1].spendable if number else projection.opening
    moment = when(day, projection.as_of)
    items = SheetTable(
        "What moves",
        ("Item", "Amount"),
        frozenset({1}),
        tuple(
            (Cell(item.label, None, item.reason), Cell(signed_text(item.amount), _behind_on_day(item)))
            for item in projected.items
        ),
        (Cell("Spendable after the day"), Cell(forecast_text(projected.spendable))),
        "Nothing is expected on this day.",
    )
    return Sheet(
        title=f"{moment.day_text} · {moment.days_text}",
        figure=forecast_text(projected.spendable),
        sentence=f"spendable after the day, {forecast_text(before)} before it.",
        tables=(items, *(_documents(item) for item in projected.items if len(item.records) > 1)),
    )


def flow_sheet(assessment: Assessment, key: str) -> Sheet | None:
    """A recurring flow: its past hits, its rhythm and its next dates; None when there is no such flow."""
    flow = next((flow for flow in assessment.picture.recurring if flow.key == key), None)
    if flow is None:
        return None
    as_of = assessment.projection.as_of
    low, high = (money_text(abs(amount), cents=False) for amount in (flow.low_amount, flow.high_amount))
    spread = f"usually {money_text(abs(flow.typical_amount), cents=False)}, from {low} to {high}"
    return Sheet(
        title=flow.label,
        figure=signed_text(flow.typical_amount),
        sentence=f"{_RHYTHMS[flow.rhythm].lower()}, {spread}. {_LIFECYCLES[flow.lifecycle]}",
        tables=(_upcoming(assessment, flow), _hits(flow, as_of)),
        notes=_flow_notes(flow),
    )


def burn_sheet(assessment: Assessment) -> Sheet:
    """The weeks that net-burn days and coverage days are computed from, with every movement in them."""
    runway, movements = assessment.runway, assessment.picture.books.movements
    span = _weeks_behind(runway)
    if span is None:
        reasons = runway.coverage.because if isinstance(runway.coverage, Unknown) else ()
        return Sheet("Burn", "Unknown", "There are not enough full weeks of bank activity yet.", (), reasons)
    weeks = [DateRange(first, first + timedelta(days=6)) for first in list(span)[::7]]
    inside = {week.first: tuple(m for m in movements if m.dated in week) for week in weeks}
    currency = runway.spendable.currency
    overview = SheetTable(
        f"{len(weeks)} full weeks",
        ("Week", "In", "Out", "Net"),
        frozenset({1, 2, 3}),
        tuple(_week_row(week, inside[week.first], currency) for week in weeks),
    )
    details = (_week_table(week, inside[week.first]) for week in reversed(weeks))
    return Sheet("Burn", _burn_figure(runway), _burn_sentence(runway), (overview, *details), _coverage_notes(runway))


def _open_sheet(title: str, summary: OpenSummary, *tables: SheetTable) -> Sheet:
    overdue = money_text(summary.overdue, cents=True)
    sentence = f"open in {summary.count:,} documents, {overdue} of it overdue."
    return Sheet(title, money_text(summary.open, cents=True), sentence, tables)


def _open_table(caption: str, party: str, items: tuple[OpenItem, ...], summary: OpenSummary, as_of: date) -> SheetTable:
    return SheetTable(
        caption,
        ("Document", party, "Due", "Total", "Open"),
        frozenset({3, 4}),
        tuple(_open_row(item, as_of) for item in sorted(items, key=lambda item: (item.due, item.ref))),
        _sum_row(4, summary.open) if items else (),
        "Nothing is open.",
    )


def _credit_table(caption: str, party: str, unapplied: tuple[Credit, ...], summary: OpenSummary) -> SheetTable:
    return SheetTable(
        caption,
        ("Document", party, "Dated", "Left"),
        frozenset({3}),
        tuple(_credit_row(credit) for credit in unapplied),
        _sum_row(3, summary.unapplied) if unapplied else (),
        "Everything is applied.",
    )


def _sum_row(before: int, total: Money) -> tuple[Cell, ...]:
    blank = (Cell(""),) * (before - 1)
    return (Cell("Together"), *blank, Cell(money_text(total, cents=True)))


def _open_row(item: OpenItem, as_of: date) -> tuple[Cell, ...]:
    behind, due = behind_record(item.ref), when(item.due, as_of)
    late = f"{days_text(-due.days)} late" if due.days < 0 else due.days_text
    return (
        Cell(record_text(item.ref), behind),
        Cell(item.party.name),
        Cell(due.day_text, None, late),
        Cell(money_text(item.total, cents=True)),
        Cell(money_text(item.open, cents=True), behind),
    )


def _credit_row(credit: Credit) -> tuple[Cell, ...]:
    behind = behind_record(credit.ref)
    return (
        Cell(record_text(credit.ref), behind),
        Cell(credit.party.name),
        Cell(day_text(credit.dated)),
        Cell(money_text(credit.remaining, cents=True), behind),
    )


def _behind_on_day(item: DatedItem) -> Behind | None:
    """What an item's amount opens on its own day's page, which already lists its documents."""
    behind = behind_item(item)
    return None if behind.place is Place.DAY else behind


def _documents(item: DatedItem) -> SheetTable:
    rows = tuple((Cell(record_text(ref), behind_record(ref)),) for ref in item.records)
    return SheetTable(f"Behind {item.label}", ("Document",), frozenset(), rows)


def _upcoming(assessment: Assessment, flow: RecurringFlow) -> SheetTable:
    as_of = assessment.projection.as_of
    rows = []
    for item in assessment.projection.items:
        if item.flow_key == flow.key:
            moment = when(item.dated, as_of)
            behind = Behind(Place.DAY, item.dated.isoformat())
            amount = Cell(signed_text(item.amount), behind)
            rows.append((Cell(moment.day_text, behind, moment.days_text), Cell(item.reason), amount))
    return SheetTable(
        "Next, in the forecast",
        ("Date", "Why", "Amount"),
        frozenset({2}),
        tuple(rows),
        (),
        f"Nothing of it is expected in the next {days_text(HORIZON_DAYS)}.",
    )


def _hits(flow: RecurringFlow, as_of: date) -> SheetTable:
    rows = []
    for hit in sorted(flow.hits, key=lambda hit: hit.dated, reverse=True):
        behind, moment = behind_record(hit.ref), when(hit.dated, as_of)
        amount = Cell(signed_text(hit.amount, cents=True), behind)
        rows.append((Cell(moment.day_text, None, moment.days_text), Cell(record_text(hit.ref), behind), amount))
    return SheetTable("How we know", ("Date", "Document", "Amount"), frozenset({2}), tuple(rows))


def _flow_notes(flow: RecurringFlow) -> tuple[str, ...]:
    if flow.source is FlowSource.MOVEMENT:
        return ()
    document = "invoice" if flow.source is FlowSource.INVOICE else "bill"
    return (f"Money moves about {days_text(flow.settles_after_days)} after each {document} is issued.",)


def _weeks_behind(runway: Runway) -> DateRange | None:
    if runway.net_burn.weeks is not None:
        return runway.net_burn.weeks
    return None if isinstance(runway.coverage, Unknown) else runway.coverage.weeks


def _burn_figure(runway: Runway) -> str:
    match runway.net_burn.state:
        case BurnState.BURNING:
            return days_text(runway.net_burn.days or 0)
        case BurnState.NOT_BURNING:
            return "Not burning"
        case BurnState.UNKNOWN:
            return "Unknown"


def _burn_sentence(runway: Runway) -> str:
    if runway.net_burn.state is BurnState.NOT_BURNING:
        return "In the middle week at least as much came in as went out."
    if runway.net_burn.daily is None:
        return "There are not enough full weeks of bank activity yet."
    daily, spendable = money_text(runway.net_burn.daily, cents=True), money_text(runway.spendable, cents=True)
    return f"of net burn: {spendable} spendable, {daily} a day in the middle one of these weeks."


def _coverage_notes(runway: Runway) -> tuple[str, ...]:
    if isinstance(runway.coverage, Unknown):
        return runway.coverage.because
    daily = money_text(runway.coverage.daily_outflow, cents=True)
    days = days_text(runway.coverage.days)
    return (f"Coverage: {days}, cash divided by {daily} a day, the mean that went out in these weeks.",)


def _week_row(week: DateRange, movements: Iterable[CashMovement], currency: Currency) -> tuple[Cell, ...]:
    amounts = [movement.amount for movement in movements]
    money_in = Money.total((amount for amount in amounts if amount.cents > 0), currency)
    money_out = Money.total((amount for amount in amounts if amount.cents < 0), currency)
    sums = (signed_text(amount, cents=True) for amount in (money_in, money_out, money_in + money_out))
    return (Cell(_week_text(week)), *(Cell(text) for text in sums))


def _week_table(week: DateRange, movements: tuple[CashMovement, ...]) -> SheetTable:
    return SheetTable(
        _week_text(week),
        ("Date", "What", "Amount"),
        frozenset({2}),
        tuple(_movement_row(movement) for movement in sorted(movements, key=lambda m: (m.dated, m.ref))),
        (),
        "Nothing moved in this week.",
    )


def _movement_row(movement: CashMovement) -> tuple[Cell, ...]:
    behind = behind_record(movement.ref)
    who = movement.party.name if movement.party else movement.memo or movement.category
    kind, record = _MOVEMENTS[movement.kind], record_text(movement.ref)
    return (
        Cell(f"{movement.dated:%b} {movement.dated.day}"),
        Cell(who or kind, behind, kind if record == kind else f"{kind}, {record}"),
        Cell(signed_text(movement.amount, cents=True), behind),
    )


def _week_text(week: DateRange) -> str:
    return f"{week.first:%b} {week.first.day} – {week.last:%b} {week.last.day}"
