"""Open invoices or bills in sum, as screens show them: gross, with credits apart."""

from collections.abc import Sequence
from datetime import date

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.assessment import OpenSummary
from oodaloo.runway.model.picture import Credit, OpenItem


def summarise(
    items: Sequence[OpenItem], credits_given: Sequence[Credit], as_of: date, currency: Currency
) -> OpenSummary:
    """Open balances gross, of them overdue (due before `as_of`), how many documents, and unapplied credits."""
    return OpenSummary(
        open=Money.total((item.open for item in items), currency),
        overdue=Money.total((item.open for item in items if item.due < as_of), currency),
        count=len(items),
        unapplied=Money.total((credit.remaining for credit in credits_given), currency),
    )
