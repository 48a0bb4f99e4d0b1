"""What the books teach about when money moves, and how much: it follows from them alone, and takes the most time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from oodaloo.kit.dates import BankCalendar
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.payment_timing import BUSINESS_WIDE_WEIGHT, Habits, habits_of
from oodaloo.runway.calculators.projection.evidence import documents_of
from oodaloo.runway.calculators.projection.waits import Spread, spread_of
from oodaloo.runway.calculators.receipts.calibration import Calibration
from oodaloo.runway.calculators.receipts.documents import Ledger, ledger_of
from oodaloo.runway.calculators.receipts.forecasts import to_come
from oodaloo.runway.calculators.receipts.learning import TimingModel
from oodaloo.runway.calculators.receipts.outlook import Outlook, outlook_of
from oodaloo.runway.calculators.receipts.pay_days import PayDays
from oodaloo.runway.calculators.receipts.walks import Walks
from oodaloo.runway.calculators.rhythm import Beat, beat_of, dates_after
from oodaloo.runway.model.picture import Books, CashPicture, OpenItem, SettledItem
from oodaloo.runway.model.receipts import Habit
from oodaloo.runway.model.recurring import FlowClass, FlowSource, RecurringFlow
from oodaloo.runway.model.reference import Party

_LATEST_HITS = 12


@dataclass(frozen=True, slots=True)
class InvoiceTimes:
    """When invoices are paid: the outlook of the open ones, and distributions of those to come from their issue on.

    `open_rows` finds an open invoice by its id in the outlook; `coming_rows` finds a flow by its key, or an invoice
    that is dated in the future by its id, in `coming`. `longest_lateness` is that of the latest payment ever.
    """

    outlook: Outlook | None
    open_rows: Mapping[str, int]
    coming: PayDays | None
    coming_rows: Mapping[str, int]
    longest_lateness: int | None
    calibration: Calibration

    def habit_of(self, item: OpenItem) -> Habit | None:
        """How the customer of an open invoice usually pays; None where nothing is known of the invoice."""
        row = self.open_rows.get(item.ref.id)
        return None if row is None or self.outlook is None else self.outlook.habits[row]


@dataclass(frozen=True, slots=True)
class FlowHabits:
    """How regular a recurring flow is: amounts by day in signed cents, oldest first, and days as they came.

    `slips` is by how many days hits miss their beat, None where they never do or where it is a payroll, which keeps its
    day. `lags` is the days from bill to payment of a flow of bills that were paid.
    """

    amounts: tuple[int, ...]
    slips: Spread | None
    lags: Spread | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What the books with this id teach about receipts, about our own payments, and about each flow by its key.

    `lateness` is how vendors with open bills were paid, in days after the due date, by party key.
    """

    books_id: str
    invoices: InvoiceTimes
    bills: Habits
    lateness: Mapping[str, Spread]
    flows: Mapping[str, FlowHabits]


@dataclass(frozen=True, slots=True)
class Before:
    """What was worked out for other books before: where these say the same it needn't be worked out again."""

    walks: Walks = field(default_factory=Walks)
    reuse: Reuse = field(default_factory=Reuse)


def learn(picture: CashPicture, before: Before | None = None) -> Learned:
    """What the picture's books teach; decisions and suppositions play no part. `before` saves time and changes nothing.

    A business is learned anew whenever its books change, and a dozen times to tell why its date has moved.
    """
    books, before = picture.books, before or Before()
    habits = habits_of(books.settled_bills)
    return Learned(
        books_id=picture.books_id,
        invoices=_invoice_times(books, picture.recurring, before.walks),
        bills=habits,
        lateness=_lateness(habits, {item.party for item in books.payables}),
        flows=_habits_by_flow(picture, before.reuse),
    )


def _habits_by_flow(picture: CashPicture, reuse: Reuse) -> dict[str, FlowHabits]:
    settled = {item.ref: item for item in picture.books.settled_bills}
    calendar = picture.books.business.calendar
    asked = {
        flow.key: (flow, tuple(settled[hit.ref] for hit in flow.hits if hit.ref in settled), calendar)
        for flow in picture.recurring
        if flow.upcoming
    }
    return dict(zip(asked, reuse.by_key(_flow_habits, asked), strict=True))


def _invoice_times(books: Books, flows: Iterable[RecurringFlow], walks: Walks) -> InvoiceTimes:
    ledger = ledger_of(documents_of(books))
    model, calibration = walks.learned_on(ledger, books.as_of.toordinal())
    longest = max((item.lateness_days for item in books.settled_invoices), default=None)
    if model is None:
        return InvoiceTimes(None, {}, None, {}, longest, calibration)
    outlook = outlook_of(model, books.as_of, calibration)
    like = _like(ledger, books, flows)
    return InvoiceTimes(
        outlook=outlook,
        open_rows={document: row for row, document in enumerate(outlook.ids)},
        coming=_coming(model, like, books.as_of),
        coming_rows={name: row for row, name in enumerate(like)},
        longest_lateness=longest,
        calibration=calibration,
    )


def _like(ledger: Ledger, books: Books, flows: Iterable[RecurringFlow]) -> dict[str, int]:
    """By flow key the position of its latest invoice, by id those of invoices that are dated in the future."""
    positions = {document: position for position, document in enumerate(ledger.ids)}
    found = {item.ref.id: positions[item.ref.id] for item in books.receivables if item.issued > books.as_of}
    for flow in flows:
        if flow.source is FlowSource.INVOICE and flow.upcoming:
            known = [positions[hit.ref.id] for hit in flow.hits if hit.ref.id in positions]
            if known:
                found[flow.key] = known[-1]
    return found


def _lateness(habits: Habits, vendors: Iterable[Party]) -> dict[str, Spread]:
    """Each vendor's own lateness shrunk towards everyone's, by the weights that the expected day is the median of."""
    everyone = habits.everyone
    if not everyone:
        return {}
    found = {}
    for vendor in vendors:
        own = habits.of(vendor)
        weights = [len(everyone)] * len(own) + [BUSINESS_WIDE_WEIGHT] * len(everyone)
        found[party_key(vendor)] = spread_of((*own, *everyone), weights)
    return found


def _coming(model: TimingModel, like: Mapping[str, int], as_of: date) -> PayDays:
    return to_come(model, np.fromiter(like.values(), np.int64, len(like)), as_of.toordinal())


def _flow_habits(_key: str, of: tuple[RecurringFlow, tuple[SettledItem, ...], BankCalendar]) -> FlowHabits:
    flow, paid, calendar = of
    by_day: defaultdict[date, int] = defaultdict(int)
    for hit in flow.hits:
        by_day[hit.dated] += hit.amount.cents
    days = sorted(by_day)
    slips = [] if flow.flow_class is FlowClass.PAYROLL else _slips(flow, days, calendar)
    lags = [(item.settled - item.issued).days for item in paid[-_LATEST_HITS:]]
    return FlowHabits(
        amounts=tuple(by_day[day] for day in days),
        slips=spread_of(slips) if any(slips) else None,
        lags=spread_of(lags) if lags else None,
    )


def _slips(flow: RecurringFlow, days: list[date], calendar: BankCalendar) -> list[int]:
    """By how many days the latest hits miss the nearest day of their beat, which for money moved is a bank day."""
    beat = beat_of(days)
    if beat is None:
        return []
    return [
        _slip(beat, day, None if flow.source is not FlowSource.MOVEMENT else calendar) for day in days[-_LATEST_HITS:]
    ]


def _slip(beat: Beat, day: date, calendar: BankCalendar | None) -> int:
    around = timedelta(days=beat.interval_days)
    nominal = [
        each if calendar is None else calendar.on_or_after(each)
        for each in dates_after(beat, day - around, day + around)
    ]
    return min(((day - each).days for each in nominal), key=abs, default=0)
