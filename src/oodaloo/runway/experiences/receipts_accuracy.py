"""How right receipt forecasts would have been on documents whose payments are known."""

from collections.abc import Iterable

from oodaloo.runway.calculators.receipts.documents import ledger_of
from oodaloo.runway.calculators.receipts.evaluation import evaluate
from oodaloo.runway.model.receipts import Document, ForecastAccuracy


def receipts_accuracy(documents: Iterable[Document]) -> ForecastAccuracy:
    """The errors and coverage of a walk through the past of these documents, beside forecasts without a model.

    Every forecast uses only what was known on its day; what can't be scored is None.
    """
    return evaluate(ledger_of(documents))
