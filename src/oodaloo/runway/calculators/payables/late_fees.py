"""Late fees that the books show: bills and payments of a vendor booked to penalties, late fees or finance charges."""

import re
from collections import defaultdict
from collections.abc import Mapping

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import normalised_payee
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.payables import LateFee
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.reference import RecordRef

_WORDS = re.compile(r"\b(?:late (fee|charge|payment)|finance charge|penalt)", re.IGNORECASE)
_DETAIL_TYPES = frozenset({"PenaltiesSettlements", "FinanceCosts"})


def late_fees(books: Books) -> Mapping[str, LateFee]:
    """The late fees charged so far by normalised payee; vendors without any are absent: a fee is never assumed.

    A bill counts by the first account that it is booked to, a payment by the account on its other side. A fee on a
    later line of a bill isn't seen. Names are compared, as payments often name their payee without QuickBooks' id.
    """
    found: defaultdict[str, list[tuple[RecordRef, int]]] = defaultdict(list)
    for bill in books.bills_issued:
        if _is_fee(bill.category, bill.category_type):
            found[normalised_payee(bill.party.name)].append((bill.ref, bill.total.cents))
    for movement in books.movements:
        spent = movement.amount.cents < 0 and not movement.documents
        if spent and movement.party is not None and _is_fee(movement.category, movement.category_type):
            found[normalised_payee(movement.party.name)].append((movement.ref, -movement.amount.cents))
    currency = books.business.currency
    return {
        key: LateFee(Money(median([cents for _, cents in fees]), currency), tuple(ref for ref, _ in fees))
        for key, fees in found.items()
    }


def _is_fee(category: str, category_type: str) -> bool:
    return category_type in _DETAIL_TYPES or _WORDS.search(category) is not None
