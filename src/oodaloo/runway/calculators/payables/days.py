"""Bank days around due dates."""

from datetime import date, timedelta

from oodaloo.kit.dates import BankCalendar

_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)
"""Dates beyond these are slips of the pen; they are read as these, so that a few days may be added or taken."""


def sane(day: date) -> date:
    """`day`, or the nearest one between the years 1900 and 9000."""
    return min(max(day, _EARLIEST), _LATEST)


def days_after(day: date, days: int) -> date:
    """`day` plus calendar days, up to the year 9000."""
    return sane(day) + timedelta(days=min(days, (_LATEST - sane(day)).days))


def arriving_by(day: date, calendar: BankCalendar, settlement_days: int) -> date:
    """The last bank day on which a payment sent still arrives by `day`, with settlement counted in bank days."""
    sent = calendar.on_or_before(sane(day))
    for _ in range(settlement_days):
        sent = calendar.on_or_before(sent - timedelta(days=1))
    return sent
