"""What is known of invoices and their payments, and what is said about when the open ones will be paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartPayment:
    """Money that came in for a document on a day."""

    day: date
    cents: int


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice of `cents` (positive) and its payments so far; what they leave is open, unless it was given up.

    `id` is what its draws are keyed by. `written_off` is the day on which what was left was given up as never coming.
    """

    id: str
    customer: str
    issued: date
    due: date
    cents: int
    payments: tuple[PartPayment, ...] = ()
    written_off: date | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer usually pays: the median of its lateness (days after the due date, negative when early).

    `documents` is how many payments that rests on; with none the lateness is None, and everyone's speaks for it.
    """

    customer: str
    documents: int
    usual_lateness_days: int | None
    everyone_lateness_days: int | None


@dataclass(frozen=True, slots=True)
class ExpectedReceipt:
    """When an open document is expected: the median day, and the days before which one and nine of ten come.

    The days hold if it is paid at all, which has the probability `paid_at_all` (within the days that can be told
    apart: several times what payments usually take).
    """

    document_id: str
    day: date
    early: date
    late: date
    paid_at_all: float


@dataclass(frozen=True, slots=True)
class ForecastScores:
    """Errors of one way to forecast receipts on a business's own past; None where nothing could be scored.

    Mean absolute error of the payment day, at issue and of what was open on a Friday; Σ|predicted - actual| ÷ Σ actual
    of the cash of 28 days and of each week; mean pinball loss over the deciles of the payment day at issue.
    """

    mae_issue_days: float | None
    mae_remaining_days: float | None
    wape_28d: float | None
    wape_weeks: tuple[float | None, ...]
    pinball_days: float | None


@dataclass(frozen=True, slots=True)
class ForecastAccuracy:
    """How right the receipt forecasts were: scores of the model and, by name, of forecasts that need no model.

    The coverage is the share of weekly and of 28-day totals that lay within their 80 % bands, over `fridays` Fridays.
    """

    fridays: int
    model: ForecastScores
    coverage80_weekly: float | None
    coverage80_28d: float | None
    baselines: Mapping[str, ForecastScores]
