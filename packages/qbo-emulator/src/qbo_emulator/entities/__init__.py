"""The entity types that the emulator knows, by name."""

from typing import Final

from qbo_emulator.entities.attachables import ATTACHABLE
from qbo_emulator.entities.banking import BANKING
from qbo_emulator.entities.bill_payments import BILL_PAYMENT
from qbo_emulator.entities.company import COMPANY
from qbo_emulator.entities.deposits import DEPOSIT
from qbo_emulator.entities.kinds import EntityKind
from qbo_emulator.entities.lists import LISTS
from qbo_emulator.entities.payments import PAYMENT
from qbo_emulator.entities.purchases import PURCHASES
from qbo_emulator.entities.recurring import recurring_kind
from qbo_emulator.entities.sales import SALES
from qbo_emulator.entities.small_lists import SMALL_LISTS
from qbo_emulator.faults import not_implemented, unsupported_operation
from qbo_emulator.properties import names

_SINGLE: Final = (
    *COMPANY,
    *LISTS,
    *SMALL_LISTS,
    *SALES,
    PAYMENT,
    *PURCHASES,
    BILL_PAYMENT,
    DEPOSIT,
    *BANKING,
    ATTACHABLE,
)
_BY_NAME: Final = {kind.name: kind for kind in _SINGLE}
KINDS: Final[dict[str, EntityKind]] = _BY_NAME | {"RecurringTransaction": recurring_kind(_BY_NAME)}
"""Entity type name -> how it behaves."""

KNOWN_ELSEWHERE: Final = frozenset(
    names(
        """
        Budget CustomerType Employee Entitlements InventoryAdjustment JournalCode PurchaseOrder
        ReimburseCharge TaxAgency TaxCode TaxPayment TaxRate TaxService TimeActivity CreditCardPayment
        """
    )
)
"""Types that QuickBooks has and the emulator doesn't: asked for, they answer 501."""

_BY_LOWER_NAME: Final = {name.lower(): name for name in (*KINDS, *KNOWN_ELSEWHERE)}


def entity_name(name: str) -> str | None:
    """The type's own spelling for a name in any case; None when QuickBooks has no such type."""
    return _BY_LOWER_NAME.get(name.lower())


def entity_kind(name: str) -> EntityKind:
    """The type of this name in any case; 501 when the emulator lacks it, code 500 when QuickBooks does."""
    known = entity_name(name)
    if known is None:
        raise unsupported_operation(name)
    kind = KINDS.get(known)
    if kind is None:
        raise not_implemented(f"the entity type {known}")
    return kind
