"""What is open in the books at the beginning of a day: whom people owe, and whom the company owes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject


@dataclass(slots=True)
class OpenDocuments:
    """Ids of documents that were entered before a moment and open at it, by customer or vendor id."""

    invoices: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    credit_memos: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unapplied: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    bills: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    vendor_credits: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    cheques: list[str] = field(default_factory=list)


def open_documents(books: Books, before: datetime, undeposited_id: str) -> OpenDocuments:
    """Return what was entered before that moment and is open now."""
    found = OpenDocuments()
    by_owner = (
        ("Invoice", "CustomerRef", "Balance", found.invoices),
        ("CreditMemo", "CustomerRef", "Balance", found.credit_memos),
        ("Payment", "CustomerRef", "UnappliedAmt", found.unapplied),
        ("Bill", "VendorRef", "Balance", found.bills),
        ("VendorCredit", "VendorRef", "Balance", found.vendor_credits),
    )
    for entity_type, owner, amount, ids in by_owner:
        for one in books.records(entity_type):
            if one.get(amount) and created_at(one) < before:
                ids[one[owner]["value"]].append(one["Id"])
    for one in books.records("Payment"):
        if waits_undeposited(one, undeposited_id) and created_at(one) < before:
            found.cheques.append(one["Id"])
    return found


def still_there(books: Books, entity_type: str, ids: Iterable[str]) -> Iterator[JsonObject]:
    """Yield those of the documents that exist, as they are now."""
    for entity_id in ids:
        try:
            yield books.read(entity_type, entity_id)
        except QboFault:
            # Somebody deleted it since the day began.
            continue


def waits_undeposited(payment: JsonObject, undeposited_id: str) -> bool:
    """Whether a customer's payment lies in undeposited funds."""
    held_in = payment.get("DepositToAccountRef", {}).get("value")
    return held_in == undeposited_id and payment["TotalAmt"] > 0 and not payment.get("LinkedTxn")


def created_at(entity: JsonObject) -> datetime:
    """Return the moment in which the entity was entered."""
    return datetime.fromisoformat(entity["MetaData"]["CreateTime"])


def in_cents(amount: Decimal | int) -> int:
    """Return a stored amount in cents."""
    return int(amount * 100)
