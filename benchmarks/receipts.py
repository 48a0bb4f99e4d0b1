"""How right the receipt forecasts are on made-up invoices and on real payments, and how long it takes to find out."""

import sys
import time
from collections.abc import Iterable

from benchmarks.benchmark import Figures
from oodaloo.runway.experiences.receipts_accuracy import receipts_accuracy
from oodaloo.runway.model.receipts import Document
from tests.support.receivables import LATE_PAYMENTS, late_payments, wholesale

_MADE_UP = 5_000


def receipts() -> Figures:
    """Errors, coverage and seconds; made up are many terms, passers-by and heavy tails, real the payments of a file.

    The file of real payments isn't part of the repository; where it isn't beside it, its figures are left out.
    """
    figures = {"made_up_documents": _MADE_UP, **_measured("made_up", wholesale(_MADE_UP, seed=5))}
    if LATE_PAYMENTS.exists():
        return {**figures, **_measured("real", late_payments())}
    sys.stderr.write("bench: receipts: the file of late payment histories is not beside the repository\n")
    return figures


def _measured(name: str, documents: Iterable[Document]) -> dict[str, int | float | str]:
    started = time.perf_counter()
    accuracy = receipts_accuracy(documents)
    told = {
        "mae_issue_days": accuracy.model.mae_issue_days,
        "mae_remaining_days": accuracy.model.mae_remaining_days,
        "wape_28d": accuracy.model.wape_28d,
        **{f"wape_week_{week}": share for week, share in enumerate(accuracy.model.wape_weeks, 1)},
        "coverage80_weekly": accuracy.coverage80_weekly,
        "coverage80_28d": accuracy.coverage80_28d,
        "due_date_mae_issue_days": accuracy.baselines["due_date"].mae_issue_days,
        "due_date_wape_28d": accuracy.baselines["due_date"].wape_28d,
        "evaluation_seconds": time.perf_counter() - started,
    }
    return {f"{name}_{figure}": round(value, 4) for figure, value in told.items() if value is not None}
