"""The money columns of a summary report: one total, or one for each period."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Final

from qbo_emulator.faults import business_rule, not_implemented
from qbo_emulator.ledger import Ledger
from qbo_emulator.reports.parameters import Parameters, Span
from qbo_emulator.reports.periods import Period, Unit, divided, place_of, title
from qbo_emulator.reports.writing import Column

TOTAL: Final = "Total"
UNITS: Final[tuple[Unit, ...]] = ("Days", "Week", "Month", "Quarter", "Year")
BY_NAME: Final = ("Customers", "Vendors")
_NOT_YET: Final = ("Classes", "Departments", "Employees", "ProductsAndServices")
_MOST_COLUMNS: Final = 400


@dataclass(frozen=True, slots=True)
class Grid:
    """Consecutive periods with the columns that show them."""

    periods: tuple[Period, ...]
    columns: tuple[Column, ...]

    def placer(self) -> Callable[[str], int | None]:
        """A function that tells which period holds an ISO day."""
        return partial(
            place_of, [period.start.isoformat() for period in self.periods], self.periods[-1].end.isoformat()
        )


def summarized_by(parameters: Parameters, report: str, supported: Iterable[str]) -> str:
    """What summarize_column_by asks for; 2170 for a value that QuickBooks lacks, 501 for one that we do."""
    supported = (TOTAL, *supported)
    by = parameters.choice("summarize_column_by", (TOTAL, *UNITS, *BY_NAME, *_NOT_YET), TOTAL)
    if by not in supported:
        raise not_implemented(f"summarize_column_by={by} for the report {report}")
    return by


def whole_period(ledger: Ledger, span: Span, today: date) -> Period:
    """The days of a span; without limits from the first to the last transaction."""
    if span.period is not None:
        return span.period
    days = [transaction.txn_date for transaction in ledger.transactions()] or [today.isoformat()]
    return Period(date.fromisoformat(min(days)), date.fromisoformat(max(days)))


def grid(parameters: Parameters, span: Span, by: str, *, keyed: bool) -> Grid:
    """One column for the whole span, or one for each unit of it; `keyed` ones carry a ColKey.

    Fault 6000 for more columns than a report can show.
    """
    whole = whole_period(parameters.books.ledger, span, parameters.calendar.today)
    unit = next((each for each in UNITS if each == by), None)
    if unit is None:
        return Grid((whole,), (total_column(keyed=keyed),))
    periods = tuple(islice(divided(whole, unit, parameters.calendar.first_month), _MOST_COLUMNS + 1))
    if len(periods) > _MOST_COLUMNS:
        raise business_rule(f"The report would have more than {_MOST_COLUMNS} columns; choose a shorter date range.")
    return Grid(periods, tuple(_period_columns(periods, unit, keyed=keyed)))


def total_column(*, keyed: bool) -> Column:
    """The column over everything."""
    return Column(TOTAL, "Money", (("ColKey", "total"),) if keyed else ())


def account_column(*, keyed: bool) -> Column:
    """The first column, which names accounts and sections."""
    return Column("", "Account", (("ColKey", "account"),) if keyed else ())


def _period_columns(periods: Iterable[Period], unit: Unit, *, keyed: bool) -> Iterator[Column]:
    for period in periods:
        heading = title(period, unit)
        dates = (("StartDate", period.start.isoformat()), ("EndDate", period.end.isoformat()))
        yield Column(heading, "Money", (*dates, ("ColKey", heading)) if keyed else dates)
