"""The desk that everybody in a company works at: its books, its plan, and who is who in QuickBooks."""

from dataclasses import dataclass, field

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.description import CompanyPlan, CustomerPlan, VendorPlan
from qbo_emulator.scenarios.company.events import Event
from qbo_emulator.scenarios.company.posting import Bookkeeper
from qbo_emulator.scenarios.life.handover import Handover
from qbo_emulator.scenarios.life.open_documents import in_cents

_NAMED = (("customer", "Customer", "DisplayName"), ("vendor", "Vendor", "DisplayName"), ("term", "Term", "Name"))


@dataclass(slots=True)
class Desk:
    """Where life enters events, and where it looks up names, ids and balances.

    `refused` holds what the books didn't take, because someone deactivated a name or an account that it needed.
    """

    books: Books
    plan: CompanyPlan
    handover: Handover
    bookkeeper: Bookkeeper
    customers: dict[str, CustomerPlan]
    vendors: dict[str, VendorPlan]
    names: dict[tuple[str, str], str]
    refused: list[str] = field(default_factory=list)

    def post(self, event: Event) -> bool:
        """Enter an event; false when the books refuse it, which leaves them as they were."""
        try:
            self.bookkeeper.enter((event,))
        except (QboFault, KeyError) as refusal:
            # A document that the event corrects may never have been entered, hence KeyError.
            self.refused.append(f"{event.key}: {refusal}")
            return False
        return True

    def document(self, entity_type: str, entity: JsonObject) -> str:
        """Return the key under which events can name this document."""
        key = f"{entity_type}/{entity['Id']}"
        self.bookkeeper.ids[key] = entity["Id"]
        return key

    def customer_name(self, customer_id: str) -> str:
        """Return the name that the plan knows, or the one that QuickBooks shows."""
        return self._name("customer", "Customer", customer_id)

    def vendor_name(self, vendor_id: str) -> str:
        """Return the name that the plan knows, or the one that QuickBooks shows."""
        return self._name("vendor", "Vendor", vendor_id)

    def account_id(self, name: str) -> str:
        """Return the id of an account of the chart."""
        return self.bookkeeper.ids[f"account/{name}"]

    def balance_cents(self, account: str) -> int:
        """Return an account's balance in cents, debit-positive."""
        return in_cents(self.books.ledger.balance(self.account_id(account)))

    def _name(self, list_name: str, entity_type: str, entity_id: str) -> str:
        known = self.names.get((list_name, entity_id))
        if known is None:
            known = str(self.books.read(entity_type, entity_id)["DisplayName"])
            self.names[list_name, entity_id] = known
            self.bookkeeper.ids[f"{list_name}/{known}"] = entity_id
        return known


def desk_over(books: Books, plan: CompanyPlan, handover: Handover) -> Desk:
    """Return a desk over these books; names are looked up once, those of the plan under the ids they began with."""
    ids = dict(handover.list_ids)
    for list_name, entity_type, field_name in _NAMED:
        for one in books.records(entity_type):
            ids.setdefault(f"{list_name}/{one[field_name]}", one["Id"])
    names: dict[tuple[str, str], str] = {}
    for key, entity_id in ids.items():
        list_name, _, name = key.partition("/")
        names.setdefault((list_name, entity_id), name)
    return Desk(
        books=books,
        plan=plan,
        handover=handover,
        bookkeeper=Bookkeeper(books, plan, ids),
        customers={customer.name: customer for customer in plan.customers},
        vendors={vendor.name: vendor for vendor in plan.vendors},
        names=names,
    )
