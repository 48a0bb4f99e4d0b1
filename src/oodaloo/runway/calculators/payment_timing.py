"""When an open invoice or bill will be paid, learned from how late its party and everyone else paid before."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from oodaloo.kit.dates import BankCalendar
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.picture import OpenItem, SettledItem
from oodaloo.runway.model.reference import Party
from oodaloo.runway.model.wording import day_text, days_text

BUSINESS_WIDE_WEIGHT = 3
"""K of the shrinkage n/(n+K): the whole business's history weighs as much as three documents of the party."""

_MEMORY_BILLS = 12
_MIN_CARD_BILLS = 3
_EARLIER_THAN_ANY = -1_000_000


@dataclass(frozen=True, slots=True)
class Habits:
    """Past lateness in days (paid less due, ascending) per party and of all parties together."""

    by_party: Mapping[str, tuple[int, ...]]
    everyone: tuple[int, ...]
    card_payers: frozenset[str]

    def of(self, party: Party) -> tuple[int, ...]:
        """The party's own lateness; empty when none of its documents was ever settled."""
        return self.by_party.get(party_key(party), ())


@dataclass(frozen=True, slots=True)
class ExpectedDay:
    """The day on which money is expected to move, and in one clause why that day."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class NoDay:
    """No day can be told, and why."""

    because: str


def habits_of(settled: Iterable[SettledItem]) -> Habits:
    """How late the settled documents were paid, and whose latest 12 were mostly charged to a card."""
    by_party: defaultdict[str, list[SettledItem]] = defaultdict(list)
    for item in settled:
        by_party[party_key(item.party)].append(item)
    lateness = {key: tuple(sorted(item.lateness_days for item in items)) for key, items in by_party.items()}
    everyone = tuple(sorted(days for some in lateness.values() for days in some))
    return Habits(lateness, everyone, frozenset(key for key, items in by_party.items() if mostly_by_card(items)))


def expected_receipt(item: OpenItem, habits: Habits, today: date, calendar: BankCalendar) -> ExpectedDay | NoDay:
    """The median pay day of an open invoice, given that it is still unpaid today; on a business day after today.

    The distribution of lateness is the customer's own, shrunk towards everyone's with weight n/(n + 3), cut to what
    is still possible. An invoice later than any before has no day; without any history the due date stands.
    """
    if not habits.everyone:
        return ExpectedDay(_after_today(item.due, today, calendar), _due_clause(item) + "; no payment history yet")
    late_today = (today - item.due).days
    own = habits.of(item.party)
    lateness = _median_above(own, habits.everyone, late_today)
    if lateness is None:
        return NoDay(f"{days_text(late_today)} late; no invoice was ever paid this late")
    expected = _after_today(item.due + timedelta(days=lateness), today, calendar)
    return ExpectedDay(expected, f"{_due_clause(item)}; {_habit_clause(own, habits.everyone, late_today, lateness)}")


def expected_payment(item: OpenItem, habits: Habits, today: date, calendar: BankCalendar) -> ExpectedDay | NoDay:
    """The day on which we would usually pay an open bill; one that is later than usual goes out the next business day.

    Bills of vendors that are usually paid by card have no day of their own: they leave with the card's payments.
    """
    if party_key(item.party) in habits.card_payers:
        return NoDay("bills of this vendor are paid by card and leave with the card's payments")
    own = habits.of(item.party)
    usual = _median_above(own, habits.everyone, _EARLIER_THAN_ANY) or 0
    day = item.due + timedelta(days=usual)
    if day <= today and item.due <= today:
        return ExpectedDay(_after_today(today, today, calendar), f"{_due_clause(item)}; taken as paid next")
    if not habits.everyone:
        return ExpectedDay(_after_today(day, today, calendar), _due_clause(item) + "; no payment history yet")
    who = "usually paid" if own else "bills are usually paid"
    return ExpectedDay(_after_today(day, today, calendar), f"{_due_clause(item)}; {who} {_lateness_text(usual)}")


def mostly_by_card(settled: Iterable[SettledItem]) -> bool:
    """Whether at least 3 and most of the latest 12 were charged to a card; less is too thin to leave cash out for."""
    latest = sorted(settled, key=lambda item: item.settled)[-_MEMORY_BILLS:]
    return len(latest) >= _MIN_CARD_BILLS and 2 * sum(item.by_card for item in latest) > len(latest)


def _median_above(own: tuple[int, ...], everyone: tuple[int, ...], above: int) -> int | None:
    """The lateness beyond `above` that half of the remaining weight doesn't exceed; None when none remains.

    In whole numbers: one document of the party weighs n_everyone, one of everyone K, which is n/(n + K) to K/(n + K).
    """

    def weight_up_to(days: int) -> int:
        theirs, all_of_them = bisect_right(own, days), bisect_right(everyone, days)
        return len(everyone) * theirs + BUSINESS_WIDE_WEIGHT * all_of_them

    if not everyone or everyone[-1] <= above:
        return None
    gone, total = weight_up_to(above), weight_up_to(everyone[-1])
    low, high = max(above + 1, everyone[0]), everyone[-1]
    while low < high:
        middle = (low + high) // 2
        if 2 * (weight_up_to(middle) - gone) >= total - gone:
            high = middle
        else:
            low = middle + 1
    return low


def _after_today(day: date, today: date, calendar: BankCalendar) -> date:
    return calendar.on_or_after(max(day, today + timedelta(days=1)))


def _due_clause(item: OpenItem) -> str:
    if item.due_assumed:
        return f"no due date, taken as due on {day_text(item.due)}"
    return f"due {day_text(item.due)}"


def _habit_clause(own: tuple[int, ...], everyone: tuple[int, ...], late_today: int, lateness: int) -> str:
    usual = median(own or everyone)
    who = "usually pays" if own else "customers usually pay"
    if late_today >= usual and late_today > 0:
        return f"{days_text(late_today)} late, invoices that late are usually paid {_lateness_text(lateness)}"
    return f"{who} {_lateness_text(usual)}"


def _lateness_text(lateness_days: int) -> str:
    if lateness_days == 0:
        return "on time"
    return f"{days_text(abs(lateness_days))} {'late' if lateness_days > 0 else 'early'}"
