"""Rules over all types: closed periods, opening balances, making inactive, trees of names, and bodies read at depth."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from emulator_support import OPENED, bill, bill_payment, invoice, payment, purchase

from qbo_emulator.books import Books
from qbo_emulator.entities import KINDS
from qbo_emulator.faults import FaultError, QboFault
from qbo_emulator.jsontypes import JsonObject

LATER: Final = OPENED + timedelta(days=1)
TIES: Final = {"Class": "SubClass", "Department": "SubDepartment", "Customer": "Job", "Account": "SubAccount"}
LINE: Final[JsonObject] = invoice("1")["Line"][0]


def refusal(books: Books, entity: str, body: JsonObject) -> FaultError:
    """The one error with which a create is refused."""
    with pytest.raises(QboFault) as caught:
        books.create(entity, body, at=OPENED)
    [error] = caught.value.errors
    return error


def close_books(books: Books, day: str) -> None:
    """Close the books up to a day."""
    version = books.read("Preferences", "1")["SyncToken"]
    body = {"Id": "1", "SyncToken": version, "AccountingInfoPrefs": {"BookCloseDate": day}}
    books.update("Preferences", body, at=OPENED)


@pytest.mark.documented("code 6210: Account Period Closed")
def test_a_closed_period_stays_as_it_is(books: Books) -> None:
    """Nothing dated up to the closing date can be entered, changed, deleted or voided; estimates don't post."""
    old = books.create("Invoice", invoice("1", TxnDate="2025-12-31"), at=OPENED)
    new = books.create("Invoice", invoice("1", TxnDate="2026-01-01"), at=OPENED)
    close_books(books, "2025-12-31")
    error = refusal(books, "Bill", bill("1", TxnDate="2025-12-31"))
    assert (error.code, error.message) == ("6210", "Account Period Closed, Cannot Update Through Services API")
    token = {"Id": old["Id"], "SyncToken": "0"}
    for change in (books.delete, books.void):
        with pytest.raises(QboFault, match="6210"):
            change("Invoice", token, at=LATER)
    with pytest.raises(QboFault, match="6210"):
        books.update("Invoice", {**token, "sparse": True, "PrivateNote": "x"}, at=LATER)
    moved = {"Id": new["Id"], "SyncToken": "0", "sparse": True, "TxnDate": "2025-12-30"}
    with pytest.raises(QboFault, match="6210"):
        books.update("Invoice", moved, at=LATER)
    books.create("Estimate", invoice("1", TxnDate="2025-12-31"), at=OPENED)


@pytest.mark.recorded("entities-from-xml/deposits.json: deposits 4 and 5")
def test_an_opening_balance_is_a_deposit(books: Books) -> None:
    """5000 on a new bank account come by a deposit from Opening Balance Equity."""
    body = {"Name": "Reserve", "AccountType": "Bank", "OpeningBalance": 5000, "OpeningBalanceDate": "2025-12-31"}
    made = books.create("Account", body, at=OPENED)
    assert (made["CurrentBalance"], "OpeningBalance" in made) == (5000, False)
    [deposit] = books.records("Deposit")
    assert (deposit["PrivateNote"], deposit["TxnDate"], deposit["TotalAmt"]) == ("Opening Balance", "2025-12-31", 5000)
    assert deposit["Line"][0]["DepositLineDetail"]["AccountRef"]["name"] == "Opening Balance Equity"


@pytest.mark.inferred("an opening balance is positive on the side on which the account stands")
def test_an_opening_debt_is_owed(books: Books) -> None:
    """A loan opened with 4000 is owed; an income account can't open with anything; all or nothing happens."""
    loan = {"Name": "Loan", "AccountType": "Long Term Liability", "OpeningBalance": 4000}
    assert books.create("Account", loan, at=OPENED)["CurrentBalance"] == -4000
    income = {"Name": "X", "AccountType": "Income", "OpeningBalance": 1}
    assert "doesn't support opening balances" in refusal(books, "Account", income).detail
    close_books(books, "2025-12-31")
    late = {"Name": "Y", "AccountType": "Bank", "OpeningBalance": 1, "OpeningBalanceDate": "2025-12-31"}
    assert refusal(books, "Account", late).code == "6210"
    assert "Y" not in {one["Name"] for one in books.records("Account")}


@pytest.mark.documented("Delete List Has Balance Error, as reported by clients")
def test_what_has_a_balance_stays_active(books: Books) -> None:
    """A customer who owes, and an account with money, can't be made inactive."""
    books.create("Invoice", invoice("1"), at=OPENED)
    books.create("Purchase", purchase("1"), at=OPENED)
    for entity, entity_id in (("Customer", "1"), ("Account", "1")):
        with pytest.raises(QboFault, match="cannot be deleted because it has a non-zero balance"):
            books.update(entity, {"Id": entity_id, "SyncToken": "0", "sparse": True, "Active": False}, at=LATER)


@pytest.mark.inferred("names stand in trees; balances count for what stands above")
@pytest.mark.parametrize("entity", TIES)
def test_names_stand_in_trees(books: Books, entity: str) -> None:
    """A child has its parent's name before its own; nothing stands below itself."""
    kind = {"AccountType": "Bank"} if entity == "Account" else {}
    field = "DisplayName" if entity == "Customer" else "Name"
    top = books.create(entity, {field: "Top", **kind}, at=OPENED)
    below = books.create(entity, {field: "Below", "ParentRef": {"value": top["Id"]}, **kind}, at=OPENED)
    assert (below["FullyQualifiedName"], below[TIES[entity]], top[TIES[entity]]) == ("Top:Below", True, False)
    with pytest.raises(QboFault, match="parent or child of itself"):
        books.update(
            entity, {"Id": top["Id"], "SyncToken": "0", "sparse": True, "ParentRef": {"value": below["Id"]}}, at=LATER
        )
    with pytest.raises(QboFault, match="2500"):
        books.create(entity, {field: "Lost", "ParentRef": {"value": "999"}, **kind}, at=OPENED)


@pytest.mark.inferred("a balance moves with the account that has it")
def test_a_moved_account_takes_its_balance_along(books: Books) -> None:
    """Petty cash of -40 counts for Checking, then for Savings."""
    body = {"Name": "Petty", "AccountType": "Bank", "ParentRef": {"value": "1"}}
    petty = books.create("Account", body, at=OPENED)
    books.create("Purchase", purchase("40", AccountRef={"value": petty["Id"]}), at=OPENED)
    moved = {"Id": petty["Id"], "SyncToken": "0", "sparse": True, "ParentRef": {"value": "2"}}
    assert books.update("Account", moved, at=LATER)["FullyQualifiedName"] == "Savings:Petty"
    shown = [books.read("Account", each)["CurrentBalanceWithSubAccounts"] for each in ("1", "2", petty["Id"])]
    assert shown == [0, -40, -40]


@pytest.mark.documented("code 6140 also for a changed number")
def test_a_number_is_taken_once(books: Books) -> None:
    """An invoice can't change to another's number, unless that is allowed; a deleted one's number is free."""
    first, second = (books.create("Invoice", invoice("1"), at=OPENED) for _ in range(2))
    body = {"Id": second["Id"], "SyncToken": "0", "sparse": True, "DocNumber": first["DocNumber"]}
    with pytest.raises(QboFault, match=r"6140.*TxnType=Invoice with TxnId=1"):
        books.update("Invoice", body, at=LATER)
    assert books.update("Invoice", body, at=LATER, allow_duplicate_doc_number=True)["DocNumber"] == "1001"
    for each in (second, first):
        version = books.read("Invoice", each["Id"])["SyncToken"]
        books.delete("Invoice", {"Id": each["Id"], "SyncToken": version}, at=LATER)
    assert books.create("Invoice", invoice("1", DocNumber="1001"), at=LATER)["DocNumber"] == "1001"


@pytest.mark.inferred("QuickBooks reads bodies into the types of its schema, so it knows every property at any depth")
@pytest.mark.parametrize(
    ("body", "named"),
    [
        (invoice("1", Line=[LINE | {"Colour": "red"}]), '"Colour" (class com.intuit.schema.finance.v3.Line)'),
        (
            invoice("1", CustomerRef={"value": "1", "id": "1"}),
            '"id" (class com.intuit.schema.finance.v3.ReferenceType)',
        ),
        (invoice("1", BillAddr={"Street": "x"}), '"Street" (class com.intuit.schema.finance.v3.PhysicalAddress)'),
        (invoice("1", Line=[LINE | {"SalesItemLineDetail": {"Price": 1}}]), '"Price" (class com.intuit.schema'),
        (invoice("1", BillEmail="a@b.example"), "BillEmail has the wrong shape"),
        (invoice("1", Line={"Amount": 1}), "Line has the wrong shape"),
    ],
)
def test_unknown_properties_are_refused_at_any_depth(books: Books, body: JsonObject, named: str) -> None:
    """Code 2010 names the property and the type that doesn't know it."""
    error = refusal(books, "Invoice", body)
    assert error.code == "2010"
    assert named in error.detail


@pytest.mark.documented("maximum lengths, ranges and enumerations of the entity reference")
@pytest.mark.parametrize(
    ("entity", "body", "code"),
    [
        ("Customer", {"DisplayName": "x" * 501}, "2050"),
        ("Customer", {"DisplayName": "x", "Title": "x" * 17}, "2050"),
        ("Customer", {"DisplayName": "x", "BillAddr": {"Line1": "x" * 501}}, "2050"),
        ("Vendor", {"DisplayName": "x", "PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "2050"),
        ("Vendor", {"DisplayName": "x", "PrimaryEmailAddr": {"Address": "x" * 101}}, "2050"),
        ("Customer", {"Notes": "nameless"}, "6080"),
        ("Account", {"Name": "x" * 101, "AccountType": "Bank"}, "2050"),
        ("Account", {"Name": "a:b", "AccountType": "Bank"}, "6000"),
        ("Term", {"Name": "x" * 32, "DueDays": 1}, "2050"),
        ("Term", {"Name": "x", "DueDays": 1000}, "2080"),
        ("Term", {"Name": "x", "DayOfMonthDue": 32}, "2080"),
        ("PaymentMethod", {"Name": "x" * 32}, "2050"),
        ("PaymentMethod", {"Name": "x", "Type": "BARTER"}, "2170"),
        ("Invoice", invoice("1", Line=[LINE | {"Description": "x" * 4001}]), "2050"),
        ("Invoice", invoice("1", CustomerMemo={"value": "x" * 1001}), "2050"),
        ("Invoice", invoice("1", PrintStatus="Soon"), "2170"),
        ("Invoice", invoice("1", EmailStatus="Sent"), "2170"),
        ("Invoice", invoice("1", ShipDate="soon"), "2080"),
        ("Invoice", invoice("1", DepartmentRef={"value": "7"}), "2500"),
        ("Invoice", invoice("1", ClassRef={"value": "7"}), "2500"),
        ("Estimate", invoice("1", TxnStatus="Maybe"), "2170"),
        ("Payment", payment("1", PaymentMethodRef={"value": "7"}), "2500"),
        ("Payment", payment("1", PaymentRefNum="x" * 22), "2050"),
        ("BillPayment", bill_payment("1", ("Bill", "x", "1")), "2500"),
        ("Item", {"Name": "x", "Type": "Idea"}, "2170"),
        ("Transfer", {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "2"}, "Amount": -1}, "6000"),
    ],
)
def test_limits(books: Books, entity: str, body: JsonObject, code: str) -> None:
    """Each limit has its code, and the refused body leaves the type as it was."""
    before = books.file.store.count(entity)
    assert refusal(books, entity, body).code == code
    assert books.file.store.count(entity) == before


@pytest.mark.inferred("clients in use send empty texts and zeroes for what they leave open")
def test_what_is_left_open_says_nothing(books: Books) -> None:
    """An empty due date is none, and a line of quantity 0 and price 0 has its amount."""
    detail = {"ItemRef": {"value": "1"}, "Qty": 0, "UnitPrice": 0}
    line = LINE | {"Amount": 120, "SalesItemLineDetail": detail}
    made = books.create("Invoice", invoice("1", DueDate="", PrintStatus="", Line=[line]), at=OPENED)
    assert (made["TotalAmt"], made["DueDate"], made["PrintStatus"]) == (120, "2026-02-04", "NeedToPrint")


@pytest.mark.documented("an update names what it changes; only known operations exist")
@pytest.mark.parametrize("entity", sorted(name for name, kind in KINDS.items() if kind.deletable and not kind.wraps))
def test_a_delete_names_what_it_deletes(books: Books, entity: str) -> None:
    """Without Id 2020, with an unknown one 610, with one that is no number 2030."""
    for body, code in (({}, "2020"), ({"Id": "77", "SyncToken": "0"}, "610"), ({"Id": "x", "SyncToken": "0"}, "2030")):
        with pytest.raises(QboFault, match=f"{code} "):
            books.delete(entity, body, at=LATER)


@pytest.mark.inferred("what the emulator can't do yet it says")
def test_opening_balances_of_names_say_so(books: Books) -> None:
    """A customer with a balance from the start answers 501; one of 0 is as usual."""
    with pytest.raises(QboFault, match=r"501.*Customer\.Balance"):
        books.create("Customer", {"DisplayName": "x", "Balance": Decimal(5)}, at=OPENED)
    books.create("Customer", {"DisplayName": "x", "Balance": 0}, at=OPENED)
