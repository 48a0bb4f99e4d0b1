"""Payment terms, as documents and lists of customers and vendors name them."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """All within `due_days`, or `discount_percent` less within `discount_days` ("2/10 net 30").

    `due_days` is None for terms that name a day of the month.
    """

    due_days: int | None
    discount_percent: Decimal | None
    discount_days: int | None
