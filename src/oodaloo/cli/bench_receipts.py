"""How right the receipt forecasts would have been on any file of documents, beside forecasts that need no model."""

import sys
from pathlib import Path
from typing import Final

from oodaloo.cli.receipts_file import ColumnNames, ReceiptsFile, read_documents
from oodaloo.cli.report import Json
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.runway.experiences.receipts_accuracy import receipts_accuracy
from oodaloo.runway.model.receipts import ForecastScores

_DIGITS: Final = 6


def measure_receipts(path: Path, names: ColumnNames, date_format: str | None) -> dict[str, Json]:
    """The figures that the command contract promises; null where nothing could be scored. Notes go to stderr.

    `rows` counts what the file holds, `dropped` those of them that were left out; `seconds` is for reading and scoring.
    """
    started = monotonic_seconds()
    read = read_documents(path, names, date_format)
    _tell(read)
    accuracy = receipts_accuracy(read.documents)
    return {
        "rows": read.rows,
        "dropped": read.dropped.total(),
        **_scores(accuracy.model),
        "coverage80_weekly": _rounded(accuracy.coverage80_weekly),
        "coverage80_28d": _rounded(accuracy.coverage80_28d),
        "seconds": round(monotonic_seconds() - started, 3),
        "baselines": {name: _scores(scores) for name, scores in accuracy.baselines.items()},
    }


def _scores(scores: ForecastScores) -> dict[str, Json]:
    return {
        "mae_issue_days": _rounded(scores.mae_issue_days),
        "mae_remaining_days": _rounded(scores.mae_remaining_days),
        "wape_28d": _rounded(scores.wape_28d),
        "wape_weeks": [_rounded(week) for week in scores.wape_weeks],
        "pinball_days": _rounded(scores.pinball_days),
    }


def _tell(read: ReceiptsFile) -> None:
    for reason, count in read.dropped.most_common():
        sys.stderr.write(f"{count:,} of {read.rows:,} rows dropped: {reason}\n")
    for note in read.notes:
        sys.stderr.write(f"{note}\n")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
