"""A company's life: moment by moment, what arrives is entered, and everybody reacts to what the books show."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

from qbo_emulator.books import Books
from qbo_emulator.scenarios.company.business_days import days_between, is_business_day
from qbo_emulator.scenarios.company.chart import CHECKING, UNDEPOSITED
from qbo_emulator.scenarios.company.description import CompanyPlan
from qbo_emulator.scenarios.company.events import Event, account_moves
from qbo_emulator.scenarios.company.habits import is_pay_run
from qbo_emulator.scenarios.company.streams import OFFICE, office_time
from qbo_emulator.scenarios.life.corrections import correct_books
from qbo_emulator.scenarios.life.desk import Desk, desk_over
from qbo_emulator.scenarios.life.handover import Handover
from qbo_emulator.scenarios.life.incoming import incoming
from qbo_emulator.scenarios.life.open_documents import OpenDocuments, in_cents, open_documents, still_there
from qbo_emulator.scenarios.life.payables import pay_vendor, planned_run
from qbo_emulator.scenarios.life.receipts import cheques_to_bank, customer_pays
from qbo_emulator.scenarios.life.treasurer import OwnersEvening, steer_cash

_EVENING = time(17, 45)


class _Moment(NamedTuple):
    at: datetime
    key: str
    happen: Callable[[], object]


class PlannedLife:
    """The life of a company that has a plan; goes on for as long as it is asked to.

    Nothing is kept between two calls but the plan: each moment is decided from the seed, the calendar and the books
    as they are then. So it doesn't matter into how many steps time is cut, and what others did is respected.
    `plan` is only asked when life first goes on.
    """

    def __init__(self, plan: Callable[[], CompanyPlan], handover: Handover, *, with_slips: bool) -> None:
        self._make_plan = plan
        self._plan: CompanyPlan | None = None
        self._handover = handover
        self._with_slips = with_slips
        self.refused: list[str] = []
        """What the books didn't take in the last call, with their reason."""

    def advance(self, books: Books, *, start: datetime, end: datetime) -> None:
        """Post what happens after `start` up to `end`; nothing happens before the history is over."""
        start = max(start, self._handover.known_at)
        if end <= start:
            return
        self._plan = self._plan or self._make_plan()
        desk = desk_over(books, self._plan, self._handover)
        arriving = _Arrivals(self._plan, self._handover, with_slips=self._with_slips)
        for day in days_between(start.astimezone(OFFICE).date(), end.astimezone(OFFICE).date()):
            for moment in sorted(_moments(desk, arriving, day), key=lambda one: one[:2]):
                if start < moment.at <= end:
                    moment.happen()
        self.refused = desk.refused


class _Arrivals:
    """What arrives by itself, by the day on which it is entered; a month is planned when first asked for."""

    def __init__(self, plan: CompanyPlan, handover: Handover, *, with_slips: bool) -> None:
        self._plan = plan
        self._handover = handover
        self._with_slips = with_slips
        self._planned: set[date] = set()
        self._by_day: defaultdict[date, list[Event]] = defaultdict(list)
        for event in handover.in_the_post:
            self._by_day[event.at.date()].append(event)

    def on(self, day: date) -> list[Event]:
        """Return what is entered on that day."""
        month = day.replace(day=1)
        if month not in self._planned:
            self._planned.add(month)
            for event in incoming(self._plan, self._handover.span, month, with_slips=self._with_slips):
                self._by_day[event.at.date()].append(event)
        return self._by_day[day]


@dataclass(frozen=True, slots=True)
class _BusinessDay:
    """A day on which people work: what is open when it begins, and what they do about it."""

    day: date
    desk: Desk
    arriving: _Arrivals
    documents: OpenDocuments

    def moments(self) -> Iterator[_Moment]:
        """Yield the moments in which somebody looks at the books, in no particular order."""
        desk, documents, day = self.desk, self.documents, self.day
        for who in documents.invoices:
            yield self._payment(
                f"payment/{desk.customer_name(who)}/{day}", partial(customer_pays, desk, documents, who)
            )
        for who in documents.bills if is_pay_run(day) else ():
            yield self._payment(f"paid/{desk.vendor_name(who)}/{day}", partial(pay_vendor, desk, documents, who))
        if documents.cheques:
            yield self._payment(f"deposit/{day}", partial(cheques_to_bank, desk, documents))
        at = office_time(day, f"bookkeeper/{day}")
        yield _Moment(at, "bookkeeper", partial(correct_books, desk, at))
        evening = datetime.combine(day, _EVENING, tzinfo=OFFICE)
        yield _Moment(
            evening, "evening", partial(steer_cash, OwnersEvening(desk, evening, self._leaves_checking_cents))
        )

    def _payment(self, key: str, decide: Callable[[datetime], Event | None]) -> _Moment:
        at = office_time(self.day, key)
        return _Moment(at, key, partial(self._post, decide, at))

    def _post(self, decide: Callable[[datetime], Event | None], at: datetime) -> None:
        event = decide(at)
        if event is not None:
            self.desk.post(event)

    def _leaves_checking_cents(self, day: date) -> int:
        """What arrives on that day and takes from checking, and the bills that a pay run of that day will pay."""
        charged = -sum(
            min(0, cents)
            for event in self.arriving.on(day)
            if event.txn_date == day
            for account, cents in account_moves(event)
            if account == CHECKING
        )
        return charged + (self._bills_of_run_cents(day) if is_pay_run(day) else 0)

    def _bills_of_run_cents(self, day: date) -> int:
        cents = 0
        for vendor_id, ids in self.documents.bills.items():
            name = self.desk.vendor_name(vendor_id)
            for bill in still_there(self.desk.books, "Bill", ids):
                run = planned_run(self.desk, bill, name)
                if run is not None and run <= day:
                    cents += in_cents(bill["Balance"])
        return cents


def _moments(desk: Desk, arriving: _Arrivals, day: date) -> Iterator[_Moment]:
    for event in arriving.on(day):
        yield _Moment(event.at, event.key, partial(desk.post, event))
    if is_business_day(day):
        midnight = datetime.combine(day, time(), tzinfo=OFFICE)
        documents = open_documents(desk.books, midnight, desk.account_id(UNDEPOSITED))
        yield from _BusinessDay(day, desk, arriving, documents).moments()
