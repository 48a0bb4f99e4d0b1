"""When a document falls due under a payment term."""

from calendar import monthrange
from datetime import date, timedelta

from qbo_emulator.jsontypes import JsonObject


def due_date(term: JsonObject, txn_date: str) -> str:
    """The ISO due date of a document of that ISO date.

    A standard term counts DueDays. A date-driven one names a day of the month (the last day in shorter
    months), a month later when that day is already past or no more than DueNextMonthDays away.
    """
    issued = date.fromisoformat(txn_date)
    if term["Type"] == "STANDARD":
        return (issued + timedelta(days=term["DueDays"])).isoformat()
    due = day_in_month(issued.year, issued.month, term["DayOfMonthDue"])
    while due < issued or (due - issued).days < term.get("DueNextMonthDays", 0):
        following = due.replace(day=1) + timedelta(days=32)
        due = day_in_month(following.year, following.month, term["DayOfMonthDue"])
    return due.isoformat()


def day_in_month(year: int, month: int, day: int) -> date:
    """That day of a month, or its last day when it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))
