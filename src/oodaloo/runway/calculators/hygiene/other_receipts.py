"""Money that came in and was booked as no customer's payment, although it looks like one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import Books, CashMovement, MovementKind
from oodaloo.runway.model.reference import RecordRef


class Claim(NamedTuple):
    """Money that is missed since a day: an invoice that nobody paid, or a payment that nobody deposited."""

    since: date
    ref: RecordRef
    amount: Money


def look_alike(books: Books, claims: Iterable[Claim]) -> Mapping[RecordRef, CashMovement]:
    """For each claim the first receipt of exactly its amount since then, each receipt for one claim, the oldest first.

    The amount alone is no proof: it says where to look.
    """
    receipts: defaultdict[Money, list[CashMovement]] = defaultdict(list)
    for movement in books.movements:
        if movement.kind is MovementKind.OTHER_RECEIPT:
            receipts[movement.amount].append(movement)
    found: dict[RecordRef, CashMovement] = {}
    for since, ref, amount in sorted(claims, key=lambda claim: claim[:2]):
        free = receipts.get(amount, [])
        fits = next((movement for movement in free if movement.dated >= since), None)
        if fits is not None:
            free.remove(fits)
            found[ref] = fits
    return found
