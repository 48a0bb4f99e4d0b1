"""Updates: versions, sparse and full, and what they do to balances."""

from datetime import timedelta

import pytest
from emulator_support import OPENED, bill, bill_payment, invoice, payment, purchase

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

LATER = OPENED + timedelta(days=1)


def refused(books: Books, entity: str, body: JsonObject) -> str:
    """The code with which an update is refused."""
    with pytest.raises(QboFault) as caught:
        books.update(entity, body, at=LATER)
    return caught.value.errors[0].code


@pytest.mark.recorded("us-sandbox-2026/update-bill.json")
def test_a_sparse_update_changes_only_what_it_names(books: Books) -> None:
    """A note is added to a bill: everything else stays, version and time move on."""
    made = dict(books.create("Bill", bill("205", TxnDate="2026-01-02"), at=OPENED))
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "VendorRef": {"value": "3"}, "PrivateNote": "x"}
    changed = books.update("Bill", body, at=LATER)
    assert changed["PrivateNote"] == "x"
    assert (changed["SyncToken"], changed["MetaData"]["LastUpdatedTime"]) == ("1", "2026-01-06T09:00:00-08:00")
    kept = {"DueDate", "Balance", "TxnDate", "Line", "TotalAmt", "VendorRef", "APAccountRef", "Id"}
    assert {name: changed[name] for name in kept} == {name: made[name] for name in kept}
    assert books.read("Vendor", "3")["Balance"] == 205


@pytest.mark.recorded("us-sandbox-2026/update-account.json, update-item.json")
def test_an_update_that_changes_nothing_is_no_version(books: Books) -> None:
    """The same name again leaves a list entity at its version."""
    body = {"Id": "5", "SyncToken": "0", "sparse": True, "Name": "Rent"}
    assert books.update("Account", body, at=LATER)["SyncToken"] == "0"


@pytest.mark.recorded("vcr-2020/update__customer.json")
def test_a_full_update_renames_and_clears(books: Books) -> None:
    """A full update with a name and a phone: derived names follow, what is left out goes."""
    made = books.create("Customer", {"DisplayName": "Doe2, Jane", "Notes": "x"}, at=OPENED)
    phone = {"FreeFormNumber": "(415) 444-1234"}
    body = {"DisplayName": "Jack Moe", "PrimaryPhone": phone, "Id": made["Id"], "SyncToken": "0"}
    changed = books.update("Customer", body, at=LATER)
    names = {changed[name] for name in ("FullyQualifiedName", "DisplayName", "PrintOnCheckName")}
    assert (names, changed["PrimaryPhone"], changed["Active"]) == ({"Jack Moe"}, phone, True)
    assert "Notes" not in changed


@pytest.mark.recorded("us-sandbox-2026/update-credit-memo.json")
def test_a_full_update_keeps_the_number_and_dates_anew(books: Books) -> None:
    """Without TxnDate a full update takes today's; the document's number stays."""
    made = books.create("CreditMemo", invoice("80", TxnDate="2025-12-01", PrivateNote="x"), at=OPENED)
    changed = books.update("CreditMemo", invoice("100", Id=made["Id"], SyncToken="0"), at=LATER)
    assert (changed["DocNumber"], changed["TxnDate"]) == ("1001", "2026-01-06")
    assert (changed["TotalAmt"], changed["RemainingCredit"], "PrivateNote" in changed) == (100, 100, False)


@pytest.mark.recorded("faults/exq_update_item_error.json")
def test_another_version_is_stale(books: Books) -> None:
    """Code 5010 with the recorded words; the stored entity is as before."""
    body = {"Id": "1", "SyncToken": "7", "sparse": True, "Name": "Other"}
    with pytest.raises(QboFault) as caught:
        books.update("Item", body, at=LATER)
    [error] = caught.value.errors
    assert (error.code, error.message) == ("5010", "Stale Object Error")
    assert error.detail.startswith("Stale Object Error : You and Sample User were working on this at the same")
    assert books.read("Item", "1")["Name"] == "Retainer"


@pytest.mark.recorded("vcr-2020/deactivate__account.json")
def test_deactivating_marks_the_name(books: Books) -> None:
    """The name ends in "(deleted)" once, and the old one is free again."""
    body = {"Id": "5", "SyncToken": "0", "sparse": True, "Active": False}
    gone = books.update("Account", body, at=LATER)
    assert (gone["Name"], gone["FullyQualifiedName"], gone["Active"]) == ("Rent (deleted)", "Rent (deleted)", False)
    assert books.update("Account", body | {"SyncToken": "1"}, at=LATER)["Name"] == "Rent (deleted)"
    books.create("Account", {"Name": "Rent", "AccountType": "Expense"}, at=LATER)


@pytest.mark.recorded("us-sandbox-2026/deposits.json: the renamed account 1 in older deposits")
def test_a_new_name_shows_in_old_documents(books: Books) -> None:
    """Renaming an account and a vendor renames them in a bill, which stays at its version."""
    made = books.create("Bill", bill("40"), at=OPENED)
    written = books.read_encoded("Bill", made["Id"])
    books.update("Account", {"Id": "5", "SyncToken": "0", "sparse": True, "Name": "Office"}, at=LATER)
    books.update("Vendor", {"Id": "3", "SyncToken": "0", "sparse": True, "DisplayName": "Owner"}, at=LATER)
    renamed = written.replace(b'"name":"Rent"', b'"name":"Office"').replace(b'"Landlord"', b'"Owner"')
    assert written != renamed == books.read_encoded("Bill", made["Id"])


@pytest.mark.inferred("full names are made of names")
def test_a_new_name_shows_in_the_names_below(books: Books) -> None:
    """A sub-account's full name follows its parent, and so do documents that use it."""
    body = {"Name": "Payroll", "AccountType": "Bank", "ParentRef": {"value": "1"}}
    child = books.create("Account", body, at=OPENED)
    spent = books.create("Purchase", purchase("1", AccountRef={"value": child["Id"]}), at=OPENED)
    books.update("Account", {"Id": "1", "SyncToken": "0", "sparse": True, "Name": "Bank"}, at=LATER)
    assert books.read("Account", child["Id"])["FullyQualifiedName"] == "Bank:Payroll"
    assert books.read("Purchase", spent["Id"])["AccountRef"] == {"value": child["Id"], "name": "Bank:Payroll"}


@pytest.mark.inferred("what is open is the total less what was applied")
def test_a_raised_invoice_is_owed_the_difference(books: Books) -> None:
    """An invoice of 100 with 60 paid becomes 150: 90 is open, A/R follows."""
    books.create("Invoice", invoice("100"), at=OPENED)
    books.create("Payment", payment("60", ("Invoice", "1", "60")), at=OPENED)
    body = invoice("150", Id="1", SyncToken="1", sparse=True)
    changed = books.update("Invoice", body, at=LATER)
    assert (changed["Balance"], len(changed["LinkedTxn"]), changed["SyncToken"]) == (90, 1, "2")
    assert books.read("Customer", "1")["Balance"] == 90


@pytest.mark.inferred("lines can go to other accounts; balances follow the new document")
def test_changed_lines_are_posted_anew(books: Books) -> None:
    """A bill moved from Rent to Savings lowers nothing twice."""
    made = books.create("Bill", bill("40"), at=OPENED)
    line = bill("30")["Line"][0]
    line["AccountBasedExpenseLineDetail"] = {"AccountRef": {"value": "2"}}
    books.update("Bill", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": [line]}, at=LATER)
    assert books.read("Account", "2")["CurrentBalance"] == 30
    assert books.read("Vendor", "3")["Balance"] == 30


@pytest.mark.inferred("a changed payment is applied anew; its documents follow")
def test_a_changed_bill_payment_is_applied_anew(books: Books) -> None:
    """Of 40 paid only 10 remain: 30 of the bill are open again; a note changes nothing of this."""
    owed = books.create("Bill", bill("40"), at=OPENED)
    paid = books.create("BillPayment", bill_payment("40", ("Bill", owed["Id"], "40")), at=OPENED)
    noted = books.update(
        "BillPayment", {"Id": paid["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}, at=LATER
    )
    assert (noted["PrivateNote"], noted["SyncToken"], noted["Line"]) == ("x", "1", paid["Line"])
    smaller = bill_payment("10", ("Bill", owed["Id"], "10"), Id=paid["Id"], SyncToken="1")
    changed = books.update("BillPayment", smaller, at=LATER)
    assert (changed["SyncToken"], changed["TotalAmt"], "PrivateNote" in changed) == ("2", 10, False)
    left = books.read("Bill", owed["Id"])
    assert (left["Balance"], left["SyncToken"], len(left["LinkedTxn"])) == (30, "2", 1)
    assert books.read("Account", "1")["CurrentBalance"] == -10


@pytest.mark.documented("update: Id and SyncToken are required; 610 for an unknown Id")
def test_an_update_names_what_it_changes(books: Books) -> None:
    """Without SyncToken 2020, with an unknown Id 610, with a taken name 6240."""
    assert refused(books, "Item", {"Id": "1", "Name": "X"}) == "2020"
    assert refused(books, "Item", {"Id": "9", "SyncToken": "0", "Name": "X"}) == "610"
    assert refused(books, "Vendor", {"Id": "3", "SyncToken": "0", "DisplayName": "Acme"}) == "6240"
