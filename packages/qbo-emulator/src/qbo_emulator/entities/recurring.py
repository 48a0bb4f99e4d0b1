"""Recurring transactions: templates that hold a transaction of another type and when to enter it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from qbo_emulator.bodies import as_stored
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import TRANSACTION_IDS, EntityKind
from qbo_emulator.entities.terms import day_in_month
from qbo_emulator.faults import business_rule, not_implemented, required_missing, unreadable_body
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import names
from qbo_emulator.wire import pacific_date

_WRAPPED: Final = frozenset(
    {
        "Bill",
        "CreditMemo",
        "Deposit",
        "Estimate",
        "Invoice",
        "JournalEntry",
        "Purchase",
        "RefundReceipt",
        "SalesReceipt",
        "Transfer",
        "VendorCredit",
    }
)
_NOT_ON_TEMPLATES: Final = frozenset(
    {"DocNumber", "Balance", "HomeBalance", "RemainingCredit", "LinkedTxn", "EmailStatus", "PrintStatus"}
)
_MONTHS: Final = names("January February March April May June July August September October November December")
_WEEKDAYS: Final = names("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")


def recurring_kind(kinds: Mapping[str, EntityKind]) -> EntityKind:
    """The type RecurringTransaction over the types that it can hold."""

    def complete(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
        wrapper, inner = wrapped(body)
        if wrapper not in _WRAPPED:
            raise not_implemented(f"recurring transactions of type {wrapper}")
        given = as_stored(wrapper, inner)
        info = given.pop("RecurringInfo", None)
        if info is None:
            raise required_missing("RecurringInfo")
        template = kinds[wrapper].complete(file, given, at)
        kept = {name: value for name, value in template.items() if name not in _NOT_ON_TEMPLATES}
        return {wrapper: kept | {"RecurringInfo": _info(info, at)}}

    return EntityKind("RecurringTransaction", TRANSACTION_IDS, complete, deletable=True, wraps=True)


def wrapped(body: JsonObject) -> tuple[str, JsonObject]:
    """The type's name and the content of the entity inside of a body; fault 2010 when there isn't one of them."""
    found = [(name, value) for name, value in body.items() if isinstance(value, dict)]
    if len(found) != 1:
        raise unreadable_body("RecurringTransaction holds one transaction under its type's name")
    return found[0]


def unwrapped(shown: JsonObject) -> JsonObject:
    """An entity as it is answered, without the type's name around a recurring transaction."""
    if len(shown) > 1:
        return shown
    [inner] = shown.values()
    return dict(inner)


def _info(info: JsonObject, at: datetime) -> JsonObject:
    if not info.get("Name"):
        raise required_missing("RecurringInfo.Name")
    if "RecurType" not in info:
        raise required_missing("RecurringInfo.RecurType")
    written = {"Name": info["Name"], "RecurType": info["RecurType"], "Active": info.get("Active", True)}
    if "ScheduleInfo" in info:
        return written | {"ScheduleInfo": _schedule(info["ScheduleInfo"], at)}
    if info["RecurType"] != "UnScheduled":
        raise required_missing("RecurringInfo.ScheduleInfo")
    return written


def _schedule(schedule: JsonObject, at: datetime) -> JsonObject:
    if "IntervalType" not in schedule:
        raise required_missing("ScheduleInfo.IntervalType")
    if schedule.get("NumInterval", 1) < 1 or not 1 <= schedule.get("DayOfMonth", 1) <= 31:
        raise business_rule("The schedule of a recurring transaction needs a day and an interval that exist.")
    written = {"NumInterval": 1, **schedule}
    written.setdefault("NextDate", _first_date(written, schedule.get("StartDate") or pacific_date(at)))
    return written


def _first_date(schedule: JsonObject, start: str) -> str:
    first = date.fromisoformat(start)
    interval = schedule["IntervalType"]
    if interval == "Weekly" and schedule.get("DayOfWeek") in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(schedule["DayOfWeek"]) - first.weekday()) % 7
        return (first + timedelta(days=ahead)).isoformat()
    if interval == "Monthly" and "DayOfMonth" in schedule:
        return _on_day(first, first.month, schedule["DayOfMonth"])
    if interval == "Yearly" and schedule.get("MonthOfYear") in _MONTHS:
        return _on_day(first, _MONTHS.index(schedule["MonthOfYear"]) + 1, schedule.get("DayOfMonth", 1), yearly=True)
    return start


def _on_day(first: date, month: int, day: int, *, yearly: bool = False) -> str:
    found = day_in_month(first.year, month, day)
    while found < first:
        year, month = (found.year + 1, found.month) if yearly else divmod(found.year * 12 + found.month, 12)
        found = day_in_month(year, month if yearly else month + 1, day)
    return found.isoformat()
