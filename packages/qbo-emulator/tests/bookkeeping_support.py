"""Random bookkeeping: what a bookkeeper can do to books, one action at a time, and what must be true after each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from emulator_support import (
    OPENED,
    bill,
    bill_payment,
    deposit_of,
    invoice,
    journal_entry,
    payment,
    purchase,
    small_books,
)

from qbo_emulator.books import Books
from qbo_emulator.entities import KINDS
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

TRANSACTIONS: Final = tuple(kind.name for kind in KINDS.values() if kind.has_date)
VOIDABLE: Final = tuple(kind.name for kind in KINDS.values() if kind.voided is not None)
RECEIPTS: Final = ("Payment", "SalesReceipt", "RefundReceipt")
RECEIVABLE, PAYABLE = "Accounts Receivable", "Accounts Payable"


def money(cents: int) -> str:
    """Cents as an amount."""
    return f"{Decimal(cents) / 100:.2f}"


@dataclass
class Bookkeeper:
    """Works on small books, a minute per action; remembers nothing but the books."""

    books: Books = field(default_factory=small_books)
    at: datetime = OPENED

    def act(self, name: str, cents: int, pick: int) -> bool:
        """Do the action of this name; whether QuickBooks let it happen."""
        self.at += timedelta(minutes=1)
        try:
            ACTIONS[name](self, cents, pick)
        except QboFault as fault:
            if fault.status != 400:
                raise
            return False
        return True

    def all(self, *entities: str) -> list[tuple[str, JsonObject]]:
        """Every entity of these types."""
        return [(entity, one) for entity in entities for one in self.books.records(entity)]

    def chosen(self, pick: int, *entities: str) -> tuple[str, JsonObject] | None:
        """One entity of these types, if there is one."""
        found = self.all(*entities)
        return found[pick % len(found)] if found else None

    def create(self, entity: str, body: JsonObject) -> JsonObject:
        """Enter a document."""
        return self.books.create(entity, body, at=self.at)


def customer(pick: int) -> JsonObject:
    """Acme or its Berlin job."""
    return {"value": str(1 + pick % 2)}


def sale(cents: int, pick: int) -> JsonObject:
    """A sales document over two lines, with a discount or sales tax now and then."""
    body = invoice(money(cents), CustomerRef=customer(pick))
    body["Line"] = [*body["Line"], *invoice(money(pick * 7))["Line"]]
    if pick % 5 == 1:
        detail = {"PercentBased": True, "DiscountPercent": 10}
        body["Line"].append({"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
    if pick % 5 == 2:
        body["TxnTaxDetail"] = {"TotalTax": Decimal(money(cents // 10))}
    return body


def be_paid(keeper: Bookkeeper, cents: int, pick: int) -> JsonObject:
    """A payment by a customer for some invoice, credit memo and journal entry, perhaps too much or too little."""
    who = customer(pick)
    linked = [
        (entity, one["Id"], money(cents))
        for number, (entity, one) in enumerate(keeper.all("Invoice", "CreditMemo"))
        if one["CustomerRef"]["value"] == who["value"] and (number + pick) % 3 == 0
    ]
    linked += [("JournalEntry", one["Id"], money(cents)) for _, one in keeper.all("JournalEntry")[:1] if pick % 4 == 0]
    into = {"DepositToAccountRef": {"value": "1"}} if pick % 6 == 0 else {}
    return payment(money(cents * (pick % 3)), *linked, CustomerRef=who, **into)


def pay(keeper: Bookkeeper, cents: int, pick: int) -> JsonObject:
    """A payment to the landlord for some bill, vendor credit and journal entry."""
    linked = [
        (entity, one["Id"], money(cents))
        for number, (entity, one) in enumerate(keeper.all("Bill", "VendorCredit"))
        if (number + pick) % 3 == 0
    ]
    linked += [("JournalEntry", one["Id"], money(cents)) for _, one in keeper.all("JournalEntry")[:1] if pick % 4 == 0]
    return bill_payment(money(cents * (pick % 3)), *linked)


def journal(keeper: Bookkeeper, cents: int, pick: int) -> JsonObject:
    """An entry between two accounts, with a name where receivables or payables are touched."""
    accounts = [one for one in keeper.books.records("Account") if one["Active"]]
    first, second = accounts[pick % len(accounts)], accounts[(pick + 1) % len(accounts)]
    body = journal_entry(("Debit", first["Id"], money(cents)), ("Credit", second["Id"], money(cents)))
    for account, line in zip((first, second), body["Line"], strict=True):
        named = {RECEIVABLE: ("Customer", "1"), PAYABLE: ("Vendor", "3")}.get(account["AccountType"])
        if named is not None:
            entity = {"Type": named[0], "EntityRef": {"value": named[1]}}
            line["JournalEntryLineDetail"]["Entity"] = entity
    return body


def bank(keeper: Bookkeeper, pick: int) -> JsonObject:
    """A deposit of what lies in Undeposited Funds, and of other money."""
    held = [(entity, one) for entity, one in keeper.all(*RECEIPTS) if lies_undeposited(keeper.books, one)]
    body = deposit_of()
    for number, (entity, one) in enumerate(held):
        if (number + pick) % 2 == 0:
            amount = one["TotalAmt"] * (-1 if entity == "RefundReceipt" else 1)
            body["Line"].append({"Amount": amount, "LinkedTxn": [{"TxnId": one["Id"], "TxnType": entity}]})
    detail = {"AccountRef": {"value": "4"}}
    body["Line"].append({"Amount": pick, "DetailType": "DepositLineDetail", "DepositLineDetail": detail})
    return body


def lies_undeposited(books: Books, receipt: JsonObject) -> bool:
    """Whether a payment or receipt waits in Undeposited Funds."""
    if "DepositToAccountRef" not in receipt or receipt.get("LinkedTxn"):
        return False
    account = books.read("Account", receipt["DepositToAccountRef"]["value"])
    return bool(account["AccountSubType"] == "UndepositedFunds")


def refund(keeper: Bookkeeper, cents: int, pick: int) -> JsonObject:
    """A refund out of Checking, or out of Undeposited Funds when there is such an account."""
    found = [one["Id"] for one in keeper.books.records("Account") if one["AccountSubType"] == "UndepositedFunds"]
    source = found[0] if found and pick % 2 else "1"
    return sale(cents, pick) | {"DepositToAccountRef": {"value": source}}


def moved(cents: int, pick: int) -> JsonObject:
    """A transfer between two of three accounts."""
    accounts = {"FromAccountRef": {"value": str(1 + pick % 3)}, "ToAccountRef": {"value": str(1 + (pick + 1) % 3)}}
    return {**accounts, "Amount": Decimal(money(cents))}


def settle(keeper: Bookkeeper, cents: int, pick: int) -> JsonObject:
    """An estimate that becomes an invoice."""
    open_ones = [one for _, one in keeper.all("Estimate") if one["TxnStatus"] == "Pending"]
    body = sale(cents, pick)
    if open_ones:
        one = open_ones[pick % len(open_ones)]
        body |= {"CustomerRef": one["CustomerRef"], "LinkedTxn": [{"TxnId": one["Id"], "TxnType": "Estimate"}]}
    return body


BODIES: Final[dict[str, Callable[[Bookkeeper, int, int], JsonObject]]] = {
    "Invoice": settle,
    "CreditMemo": lambda _, cents, pick: sale(cents, pick),
    "SalesReceipt": lambda _, cents, pick: sale(cents, pick),
    "RefundReceipt": refund,
    "Estimate": lambda _, cents, pick: sale(cents, pick),
    "Payment": be_paid,
    "Bill": lambda _, cents, _pick: bill(money(cents)),
    "VendorCredit": lambda _, cents, _pick: bill(money(cents)),
    "BillPayment": pay,
    "Purchase": lambda _, cents, _pick: purchase(money(cents)),
    "Deposit": lambda keeper, _, pick: bank(keeper, pick),
    "Transfer": lambda _, cents, pick: moved(cents, pick),
    "JournalEntry": journal,
}


def change(keeper: Bookkeeper, cents: int, pick: int) -> None:
    """Replace a document by another of its type, in full or sparsely."""
    found = keeper.chosen(pick, *BODIES)
    if found is not None:
        entity, one = found
        body = BODIES[entity](keeper, cents, pick)
        identity = {"Id": one["Id"], "SyncToken": one["SyncToken"], "sparse": pick % 2 == 0}
        keeper.books.update(entity, body | identity, at=keeper.at)


def note(keeper: Bookkeeper, _cents: int, pick: int) -> None:
    """Write a note on a document."""
    found = keeper.chosen(pick, *BODIES)
    if found is not None:
        entity, one = found
        required = {"DepositToAccountRef": one["DepositToAccountRef"]} if entity == "Deposit" else {}
        identity = {"Id": one["Id"], "SyncToken": one["SyncToken"], "sparse": True}
        keeper.books.update(entity, {**identity, **required, "PrivateNote": f"note {pick}"}, at=keeper.at)


def void(keeper: Bookkeeper, _cents: int, pick: int) -> None:
    """Void a document."""
    found = keeper.chosen(pick, *VOIDABLE)
    if found is not None:
        keeper.books.void(found[0], identity_of(found[1]), at=keeper.at)


def delete(keeper: Bookkeeper, _cents: int, pick: int) -> None:
    """Delete a document."""
    found = keeper.chosen(pick, *BODIES)
    if found is not None:
        keeper.books.delete(found[0], identity_of(found[1]), at=keeper.at)


def identity_of(entity: JsonObject) -> JsonObject:
    """Id and SyncToken."""
    return {"Id": entity["Id"], "SyncToken": entity["SyncToken"]}


def entering(entity: str) -> Callable[[Bookkeeper, int, int], None]:
    """The action that enters a document of a type."""

    def enter(keeper: Bookkeeper, cents: int, pick: int) -> None:
        keeper.create(entity, BODIES[entity](keeper, cents, pick))

    return enter


ACTIONS: Final[dict[str, Callable[[Bookkeeper, int, int], None]]] = {
    **{f"enter {entity}": entering(entity) for entity in BODIES},
    "change": change,
    "note": note,
    "void": void,
    "delete": delete,
}


def visible(books: Books) -> dict[str, list[bytes]]:
    """Everything that a client can see, as it is written."""
    return {name: [record.encoded() for record in books.file.store.records(name)] for name in KINDS}


def applications(books: Books) -> Iterator[tuple[str, str, str, str, Decimal]]:
    """Source type and id, target type and id, and amount of everything that payments are applied to."""
    for source in ("Payment", "BillPayment"):
        for one in books.records(source):
            for line in one["Line"]:
                linked = line["LinkedTxn"][0]
                yield source, one["Id"], linked["TxnType"], linked["TxnId"], line["Amount"]
