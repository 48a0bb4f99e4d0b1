"""How good the model is on a ledger's own past: walk-forward errors and coverage, beside forecasts without a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.baselines import BASELINES
from oodaloo.runway.calculators.receipts.calibration import WEEKS
from oodaloo.runway.calculators.receipts.documents import NO_DAY, Ledger
from oodaloo.runway.calculators.receipts.draws import WEEK_DAYS
from oodaloo.runway.calculators.receipts.forecasts import at_issue
from oodaloo.runway.calculators.receipts.learning import TimingModel
from oodaloo.runway.calculators.receipts.rehearsal import Experience, Friday, actual_totals, rehearse
from oodaloo.runway.model.receipts import ForecastAccuracy, ForecastScores

WARM_UP = 0.3
"""The share of documents, by issue date, of which nothing is scored."""

_DECILES = np.arange(1, 10) / 10
_MEDIAN = 4


def evaluate(ledger: Ledger) -> ForecastAccuracy:
    """Walk forward through a ledger's past; every forecast uses only what was known on its day.

    The first 30 % of the documents are warm-up. Later ones are scored at issue, and on each later Friday those that are
    open then: Fridays up to the last issue whose next 28 days end not after the last payment. What was never paid has
    no error in days.
    """
    if not len(ledger):
        nothing = ForecastScores(None, None, None, (None,) * WEEKS, None)
        return ForecastAccuracy(0, nothing, None, None, dict.fromkeys(BASELINES, nothing))
    first, last_issue = int(WARM_UP * len(ledger)), int(ledger.issued[-1])
    paid = ledger.paid[ledger.paid < NO_DAY]
    last_friday = min(last_issue, int(paid.max(initial=0)) - WEEK_DAYS * WEEKS)
    model, baselines = _Tally(), {name: _Tally() for name in BASELINES}
    totals, inside = [], []
    for learned, fridays in rehearse(ledger, int(ledger.issued[0]), last_issue, Experience()):
        document = np.arange(max(learned.issued.start, first), learned.issued.stop)
        document = document[ledger.paid[document] < NO_DAY]
        _score_issues(learned, document, model, baselines)
        for friday in fridays:
            if ledger.issued[first] <= friday.day <= last_friday:
                _score_friday(ledger, friday, model, baselines)
                actual = actual_totals(ledger, friday)
                totals.append(actual)
                inside.append(_inside(friday, actual))
    covered = np.array(inside).reshape(-1, WEEKS + 1)
    return ForecastAccuracy(
        fridays=len(totals),
        model=model.scores(totals),
        coverage80_weekly=_mean(covered[:, :-1]),
        coverage80_28d=_mean(covered[:, -1]),
        baselines={name: tally.scores(totals) for name, tally in baselines.items()},
    )


@dataclass(frozen=True, slots=True)
class _Tally:
    """What is collected of one forecast: errors in days, pinball losses, and predicted totals by Friday."""

    issue: list[Floats] = field(default_factory=list)
    pinball: list[Floats] = field(default_factory=list)
    remaining: list[Floats] = field(default_factory=list)
    predicted: list[Floats] = field(default_factory=list)

    def scores(self, actual: Sequence[Floats]) -> ForecastScores:
        came = np.array(actual).reshape(-1, WEEKS)
        missed = np.array(self.predicted).reshape(-1, WEEKS) - came
        weeks = [_share(np.abs(missed[:, week]).sum(), came[:, week].sum()) for week in range(WEEKS)]
        return ForecastScores(
            mae_issue_days=_mean(np.concatenate([np.zeros(0), *self.issue])),
            mae_remaining_days=_mean(np.concatenate([np.zeros(0), *self.remaining])),
            wape_28d=_share(np.abs(missed.sum(axis=1)).sum(), came.sum()),
            wape_weeks=tuple(weeks),
            pinball_days=_mean(np.concatenate([np.zeros(0), *self.pinball])),
        )


def _score_issues(learned: TimingModel, document: Ints, model: _Tally, baselines: Mapping[str, _Tally]) -> None:
    """Score the payment days that were forecast for documents when they were issued."""
    ledger = learned.ledger
    lag, pay = ledger.lag[document], at_issue(learned, document)
    deciles = [pay.quantile(level) - 1 for level in _DECILES]
    model.issue.append(np.abs(deciles[_MEDIAN] - lag))
    model.pinball.append(np.mean([_pinball(*pair, lag) for pair in zip(_DECILES, deciles, strict=True)], axis=0))
    day = ledger.issued[document]
    before = np.searchsorted(ledger.issued, day)
    for name, tally in baselines.items():
        forecast = BASELINES[name](ledger, document, day, before)
        tally.issue.append(np.abs(forecast - lag))
        tally.pinball.append(np.mean([_pinball(level, forecast, lag) for level in _DECILES], axis=0))


def _score_friday(ledger: Ledger, friday: Friday, model: _Tally, baselines: Mapping[str, _Tally]) -> None:
    """Score the remaining days of what was open on a Friday, and the totals that were expected."""
    document = friday.pay.document
    was_paid, remaining = ledger.paid[document] < NO_DAY, ledger.paid[document] - friday.day
    model.remaining.append(np.abs(friday.pay.quantile(0.5) - remaining)[was_paid])
    model.predicted.append(friday.expected)
    day = np.full(len(document), friday.day)
    before = np.searchsorted(ledger.issued, day, side="right")
    for name, tally in baselines.items():
        lag = BASELINES[name](ledger, document, day, before)
        forecast = np.maximum(ledger.issued[document] + lag - friday.day, 1)
        tally.remaining.append(np.abs(forecast - remaining)[was_paid])
        week = np.minimum((np.ceil(forecast).astype(np.int64) - 1) // WEEK_DAYS, WEEKS)
        tally.predicted.append(sums_by(week, ledger.cents[document], WEEKS + 1)[:WEEKS])


def _inside(friday: Friday, actual: Floats) -> Bools:
    totals = np.append(actual, actual.sum())
    return np.asarray((friday.bands[:, 0] <= totals) & (totals <= friday.bands[:, 1]))


def _pinball(level: float, forecast: Floats | Ints, actual: Ints) -> Floats:
    short = actual - forecast
    return np.maximum(level * short, (level - 1) * short)


def _mean(values: Floats | Bools) -> float | None:
    return float(values.mean()) if values.size else None


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None
