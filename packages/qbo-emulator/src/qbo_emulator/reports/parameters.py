"""What a report is asked for: the query parameters, read and checked."""

from calendar import month_name
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.faults import (
    business_rule,
    invalid_enumeration,
    invalid_id,
    invalid_number,
    invalid_reference,
    not_implemented,
)
from qbo_emulator.properties import names
from qbo_emulator.reports.periods import Calendar, Period
from qbo_emulator.wire import pacific_date

ALL_DATES: Final = "all"
YEAR_TO_DATE: Final = "this fiscal year-to-date"
_YEARS: Final = range(1900, 2200)
_WITHOUT_EFFECT: Final = {"adjusted_gain_loss": "false", "qzurl": "false", "sort_order": "ascend"}
_KNOWN: Final = frozenset(
    names(
        """
        account account_type accounting_method adjusted_gain_loss aging_method aging_period appaid arpaid
        attachment_type bothamount class cleared columns createdate_macro custom1 custom2 custom3 custom_pp customer
        date_macro department docnum duedate_macro employee end_createdate end_date end_duedate end_moddate
        end_svcdate group_by high_pp_date item journal_code low_pp_date memo moddate_macro name num_periods past_due
        payment_method printed qzurl report_date shipvia sort_by sort_order source_account source_account_type
        start_createdate start_date start_duedate start_moddate start_svcdate summarize_column_by svcdate_macro term
        transaction_type vendor
        """
    )
)
"""The documented parameters of all reports; QuickBooks ignores others, such as format and minorversion."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days covered: `period` is None for all days, `macro` what the header names them, if anything."""

    period: Period | None
    macro: str | None
    shows_start: bool = True
    """Whether the header names the first day too."""


class Parameters:
    """The query parameters of one report call, read one by one; a blank one counts as absent.

    Every reader raises QboFault for a value that QuickBooks can't take: 2080 for dates and numbers, 2170 for a
    value outside of an enumeration, 2030 and 2500 for ids.
    """

    def __init__(self, given: Mapping[str, str], books: Books, at: datetime) -> None:
        self._given = {name: value.strip() for name, value in given.items() if value.strip()}
        self.books = books
        self.at = at
        self.calendar = Calendar(date.fromisoformat(pacific_date(at)), _first_month(books))

    def refuse_others(self, report: str, taken: Collection[str]) -> None:
        """501 for a parameter that QuickBooks knows and this report doesn't carry out here."""
        for name, value in self._given.items():
            harmless = _WITHOUT_EFFECT.get(name) == value.lower()
            if name in _KNOWN and name not in taken and not harmless:
                raise not_implemented(f"the parameter {name} of the report {report}")

    def span(self, default_macro: str) -> Span:
        """The days that start_date, end_date and date_macro name; explicit dates go before the macro.

        A missing start is the macro's, or the first day of the fiscal year that holds the end.
        """
        macro = self._given.get("date_macro", default_macro)
        start, end = self.date("start_date"), self.date("end_date")
        if start is None and end is None:
            if macro.lower() == ALL_DATES:
                return Span(None, ALL_DATES)
            return Span(self._macro_period(macro), self._macro_label(macro))
        named = None if macro.lower() == ALL_DATES else self._macro_period(macro)
        if end is None:
            end = named.end if named else self.calendar.today
        if start is None:
            explicit = named if "date_macro" in self._given else None
            start = explicit.start if explicit else self.calendar.fiscal_year_start(end)
        if start > end:
            raise business_rule("start_date must not be after end_date.")
        return Span(Period(start, end), None)

    def date(self, name: str) -> date | None:
        """A day as YYYY-MM-DD."""
        value = self._given.get(name)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise invalid_number(name, value) from error
        if day.isoformat() != value or day.year not in _YEARS:
            raise invalid_number(name, value)
        return day

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """One of the allowed values, in their own spelling, whatever the case of the given one."""
        return self.checked(name, self._given.get(name, default), allowed)

    def checked(self, name: str, value: str, allowed: Collection[str]) -> str:
        """The allowed value that this is, whatever its case."""
        for each in allowed:
            if each.lower() == value.lower():
                return each
        raise invalid_enumeration(name, value)

    def refuse_choice(self, name: str, allowed: Collection[str], only: str, report: str) -> str:
        """Like `choice`, where only one value is carried out; 501 for the others."""
        chosen = self.choice(name, allowed, only)
        if chosen != only:
            raise not_implemented(f"{name}={chosen} for the report {report}")
        return chosen

    def listed(self, name: str) -> tuple[str, ...]:
        """Comma-separated values; none when absent."""
        return tuple(word.strip() for word in self._given.get(name, "").split(",") if word.strip())

    def ids(self, name: str, entity: str) -> frozenset[str]:
        """Comma-separated ids of existing entities of a type."""
        found = self.listed(name)
        for each in found:
            if not each.isdecimal():
                raise invalid_id(each)
            if self.books.file.store.get(entity, each) is None:
                raise invalid_reference("Accounts" if entity == "Account" else "Names", each)
        return frozenset(found)

    def whole_number(self, name: str, default: int, allowed: range) -> int:
        """A whole number within the range."""
        value = self._given.get(name, str(default))
        # Nothing longer than this can lie within a range that a report takes, and int() of it is cheap.
        short = len(value) <= len("-100000")
        number = int(value) if short and value.lstrip("-").isdecimal() and value.isascii() else None
        if number is None or number not in allowed:
            raise invalid_number(name, value)
        return number

    def shown(self, name: str) -> str | None:
        """The value as it was given, for the header."""
        return self._given.get(name)

    def _macro_period(self, macro: str) -> Period:
        period = self.calendar.macro(macro)
        if period is None:
            raise invalid_enumeration("date_macro", macro)
        return period

    def _macro_label(self, macro: str) -> str:
        # Documented answers call fiscal years that start in January calendar years.
        lower = macro.lower()
        return lower.replace("fiscal", "calendar") if self.calendar.first_month == 1 else lower


def _first_month(books: Books) -> int:
    for preferences in books.records("Preferences"):
        month = preferences.get("AccountingInfoPrefs", {}).get("FirstMonthOfFiscalYear")
        if month in month_name[1:]:
            return list(month_name).index(month)
    return 1
