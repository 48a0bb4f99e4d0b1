"""What happens to payments when the documents that they settle shrink, go or are voided, and the other way round."""

from datetime import timedelta
from typing import Final

import pytest
from emulator_support import OPENED, bill, bill_payment, invoice, journal_entry, payment

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

LATER: Final = OPENED + timedelta(days=1)


def token(entity: JsonObject) -> JsonObject:
    """The identity that a change names."""
    return {"Id": entity["Id"], "SyncToken": entity["SyncToken"]}


def applied(payment: JsonObject) -> list[tuple[str, int]]:
    """Type and whole amount of what a payment settles."""
    return [(line["LinkedTxn"][0]["TxnType"], int(line["Amount"])) for line in payment["Line"]]


def owing(books: Books, account_type: str, name_type: str, name_id: str, side: str) -> JsonObject:
    """A journal entry of 100 on receivables or payables for a name, against Rent."""
    books.create("Invoice", invoice("1"), at=OPENED)
    books.create("Bill", bill("1"), at=OPENED)
    [account] = [one["Id"] for one in books.records("Account") if one["AccountType"] == account_type]
    other = "Credit" if side == "Debit" else "Debit"
    body = journal_entry((side, account, "100"), (other, "5", "100"))
    entity = {"Type": name_type, "EntityRef": {"value": name_id}}
    body["Line"][0]["JournalEntryLineDetail"]["Entity"] = entity
    return books.create("JournalEntry", body, at=OPENED)


@pytest.mark.inferred("a payment outlives what it paid, as credit of the customer")
@pytest.mark.parametrize("gone", ["delete", "void"])
def test_a_payment_outlives_its_invoice(books: Books, gone: str) -> None:
    """The invoice goes: the payment is unapplied in a new version, the customer has 100 to its credit."""
    owed = books.create("Invoice", invoice("100"), at=OPENED)
    paid = books.create("Payment", payment("100", ("Invoice", owed["Id"], "100")), at=OPENED)
    change = books.delete if gone == "delete" else books.void
    change("Invoice", {"Id": owed["Id"], "SyncToken": "1"}, at=LATER)
    left = books.read("Payment", paid["Id"])
    assert (left["Line"], left["UnappliedAmt"], left["SyncToken"]) == ([], 100, "1")
    assert books.read("Customer", "1")["Balance"] == -100
    if gone == "void":
        void = books.read("Invoice", owed["Id"])
        assert (void["Balance"], void["LinkedTxn"], void["SyncToken"]) == (0, [], "2")


@pytest.mark.inferred("an invoice can't be paid with more than it comes to")
def test_a_smaller_invoice_lets_go(books: Books) -> None:
    """Of 60 and 40 paid on 100, the later payment keeps 10 when the invoice becomes 70."""
    owed = books.create("Invoice", invoice("100"), at=OPENED)
    first = books.create("Payment", payment("60", ("Invoice", owed["Id"], "60")), at=OPENED)
    second = books.create("Payment", payment("40", ("Invoice", owed["Id"], "40")), at=OPENED)
    changed = books.update("Invoice", invoice("70", Id=owed["Id"], SyncToken="2"), at=LATER)
    assert (changed["Balance"], changed["SyncToken"], len(changed["LinkedTxn"])) == (0, "3", 2)
    assert applied(books.read("Payment", first["Id"])) == [("Invoice", 60)]
    later = books.read("Payment", second["Id"])
    assert (applied(later), later["UnappliedAmt"]) == ([("Invoice", 10)], 30)
    smaller = books.update("Invoice", invoice("50", Id=owed["Id"], SyncToken="3"), at=LATER)
    assert smaller["LinkedTxn"] == [{"TxnId": first["Id"], "TxnType": "Payment"}]


@pytest.mark.inferred("a credit that goes leaves what it paid open again")
def test_a_deleted_credit_opens_its_invoice(books: Books) -> None:
    """A memo of 100 settled an invoice of 205 without money; deleted, 205 are open and the payment is empty."""
    owed = books.create("Invoice", invoice("205"), at=OPENED)
    memo = books.create("CreditMemo", invoice("100"), at=OPENED)
    links = (("Invoice", owed["Id"], "100"), ("CreditMemo", memo["Id"], "100"))
    used = books.create("Payment", payment("0", *links), at=OPENED)
    books.delete("CreditMemo", {"Id": memo["Id"], "SyncToken": "1"}, at=LATER)
    left = books.read("Invoice", owed["Id"])
    assert (left["Balance"], left["LinkedTxn"]) == (205, [])
    assert (books.read("Payment", used["Id"])["Line"], books.read("Customer", "1")["Balance"]) == ([], 205)


@pytest.mark.documented("delete and void of a payment restore the balance")
@pytest.mark.parametrize("gone", ["delete", "void"])
def test_without_its_payment_a_bill_is_open(books: Books, gone: str) -> None:
    """The bill is owed again and shows no link; the bank has its money back."""
    owed = books.create("Bill", bill("900"), at=OPENED)
    paid = books.create("BillPayment", bill_payment("900", ("Bill", owed["Id"], "900")), at=OPENED)
    change = books.delete if gone == "delete" else books.void
    change("BillPayment", token(paid), at=LATER)
    left = books.read("Bill", owed["Id"])
    assert (left["Balance"], left["SyncToken"], "LinkedTxn" in left) == (900, "2", False)
    assert (books.read("Account", "1")["CurrentBalance"], books.read("Vendor", "3")["Balance"]) == (0, 900)


@pytest.mark.inferred("a payment can be moved to other documents; each changes once")
def test_a_payment_moves_to_another_bill(books: Books) -> None:
    """From bill 1 to bill 2: the first is open, the second paid, each at its next version."""
    first, second = (books.create("Bill", bill("50"), at=OPENED) for _ in range(2))
    paid = books.create("BillPayment", bill_payment("50", ("Bill", first["Id"], "50")), at=OPENED)
    moved = bill_payment("50", ("Bill", second["Id"], "50"), **token(paid))
    books.update("BillPayment", moved, at=LATER)
    bills = [books.read("Bill", each["Id"]) for each in (first, second)]
    assert [(each["Balance"], each["SyncToken"], "LinkedTxn" in each) for each in bills] == [
        (50, "2", False),
        (0, "1", True),
    ]
    same = books.read("BillPayment", paid["Id"])
    books.update("BillPayment", {**token(same), "sparse": True, "TxnDate": "2026-01-04"}, at=LATER)
    assert books.read("Bill", second["Id"])["SyncToken"] == "1"


@pytest.mark.documented("Payment and BillPayment link journal entries")
@pytest.mark.parametrize(
    ("account_type", "name", "side"),
    [("Accounts Receivable", ("Customer", "1"), "Debit"), ("Accounts Payable", ("Vendor", "3"), "Credit")],
)
def test_journal_entries_are_settled(books: Books, account_type: str, name: tuple[str, str], side: str) -> None:
    """An entry of 100 is paid with 60, then with at most the 40 that are left; deleted, all is unapplied."""
    entry = owing(books, account_type, *name, side)
    is_customer = name[0] == "Customer"
    entity, body = ("Payment", payment) if is_customer else ("BillPayment", bill_payment)
    first = books.create(entity, body("60", ("JournalEntry", entry["Id"], "60")), at=OPENED)
    second = books.create(entity, body("80", ("JournalEntry", entry["Id"], "80")), at=OPENED)
    assert (applied(first), applied(second)) == ([("JournalEntry", 60)], [("JournalEntry", 40)])
    assert books.read(name[0], name[1])["Balance"] == 1 + 100 - 140
    assert books.read("JournalEntry", entry["Id"]) == entry
    books.delete("JournalEntry", token(entry), at=LATER)
    assert [books.read(entity, each["Id"])["Line"] for each in (first, second)] == [[], []]


@pytest.mark.documented("a journal entry that credits a customer can be used like a credit memo")
def test_a_credit_by_journal_entry_pays_an_invoice(books: Books) -> None:
    """100 credited by an entry settle 30 of an invoice of 30 without money."""
    entry = owing(books, "Accounts Receivable", "Customer", "1", "Credit")
    owed = books.create("Invoice", invoice("30"), at=OPENED)
    links = (("Invoice", owed["Id"], "30"), ("JournalEntry", entry["Id"], "30"))
    used = books.create("Payment", payment("0", *links), at=OPENED)
    assert (books.read("Invoice", owed["Id"])["Balance"], used["UnappliedAmt"]) == (0, 0)


@pytest.mark.inferred("what the emulator can't do yet it says")
def test_other_links_say_so(books: Books) -> None:
    """Expenses paid by a customer's payment, deposits of transfers: 501 naming them."""
    with pytest.raises(QboFault, match=r"501.*payments linked to Expense"):
        books.create("Payment", payment("1", ("Expense", "1", "1")), at=OPENED)
    line = {"Amount": 1, "LinkedTxn": [{"TxnId": "1", "TxnType": "Transfer"}]}
    with pytest.raises(QboFault, match=r"501.*deposits of Transfer"):
        books.create("Deposit", {"DepositToAccountRef": {"value": "1"}, "Line": [line]}, at=OPENED)
    with pytest.raises(QboFault, match=r"501.*Bill linked to PurchaseOrder"):
        books.create("Bill", bill("1", LinkedTxn=[{"TxnId": "1", "TxnType": "PurchaseOrder"}]), at=OPENED)
