"""What QuickBooks refuses, with which code and words, and that the books are then as before."""

from decimal import Decimal
from typing import Any

import pytest
from bookkeeping_support import visible
from emulator_support import OPENED, bill, bill_payment, invoice, journal_entry, payment, purchase, small_books
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.bodies import decode_object
from qbo_emulator.books import Books
from qbo_emulator.entities import KNOWN_ELSEWHERE
from qbo_emulator.faults import FaultError, QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.wire import encode


def refusal(books: Books, entity: str, body: JsonObject) -> FaultError:
    """The one error with which a create is refused."""
    with pytest.raises(QboFault) as caught:
        books.create(entity, body, at=OPENED)
    [error] = caught.value.errors
    return error


@pytest.mark.recorded("faults/exq_create_item_error.json")
def test_a_missing_property_is_named(books: Books) -> None:
    """Code 2020 names what is missing, in words and as element."""
    error = refusal(books, "Item", {"IncomeAccountRef": {"value": "4"}})
    assert (error.code, error.element) == ("2020", "Name")
    assert error.message == "Required param missing, need to supply the required value for the API"
    assert error.detail == "Required parameter Name is missing in the request"


@pytest.mark.recorded("vcr-2020/error__400_json.json")
def test_an_unknown_property_is_refused(books: Books) -> None:
    """Code 2010 quotes it and lists known ones."""
    error = refusal(books, "Invoice", {"BadJson": True})
    assert (error.code, error.message) == ("2010", "Request has invalid or unsupported property")
    assert error.detail.startswith(
        'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice), '
        "not marked as ignorable ("
    )


@pytest.mark.recorded("vcr-2020/error__validation.json")
def test_names_are_unique_over_customers_and_vendors(books: Books) -> None:
    """A vendor can't have a customer's name, whatever the case."""
    error = refusal(books, "Vendor", {"DisplayName": "ACME"})
    assert error == FaultError("6240", "Duplicate Name Exists Error", "The name supplied already exists. : null")


@pytest.mark.documented("code 6140, include=allowduplicatedocnum")
def test_document_numbers_are_unique_among_sales(books: Books) -> None:
    """A second invoice 7 is refused unless duplicates are allowed."""
    books.create("Invoice", invoice("1", DocNumber="7"), at=OPENED)
    error = refusal(books, "Invoice", invoice("1", DocNumber="7"))
    assert (error.code, error.detail[-42:]) == ("6140", "=7 is assigned to TxnType=Invoice with TxnId=1"[-42:])
    books.create("Invoice", invoice("1", DocNumber="7"), at=OPENED, allow_duplicate_doc_number=True)


@pytest.mark.recorded("us-sandbox-2026/journal-entries.json: three entries JE-001")
def test_journal_numbers_may_repeat(books: Books) -> None:
    """Journal entries and bills share numbers freely."""
    for _ in range(2):
        books.create("Bill", bill("1", DocNumber="JE-001"), at=OPENED)
        entry = journal_entry(("Debit", "5", "1"), ("Credit", "1", "1"))
        books.create("JournalEntry", entry | {"DocNumber": "JE-001"}, at=OPENED)


LINE: JsonObject = invoice("1")["Line"][0]
PRICED: JsonObject = {"ItemRef": {"value": "1"}, "Qty": 3, "UnitPrice": Decimal("33.33")}


@pytest.mark.documented("error codes of the accounting API")
@pytest.mark.parametrize(
    ("entity", "body", "code"),
    [
        ("Invoice", invoice("1", CustomerRef={"value": "99"}), "2500"),
        ("Invoice", invoice("1", CustomerRef={"value": "3"}), "2500"),
        ("Invoice", {"CustomerRef": {"value": "1"}}, "2020"),
        ("Invoice", {"Line": [LINE]}, "2020"),
        ("Invoice", {"CustomerRef": {"value": "1"}, "Line": [{"Amount": 1}]}, "2020"),
        ("Invoice", invoice("1", Line=[LINE | {"DetailType": "Nonsense"}]), "2170"),
        ("Invoice", invoice("1", Line=[LINE | {"Amount": 100, "SalesItemLineDetail": PRICED}]), "6070"),
        ("Invoice", invoice("1", DocNumber="9" * 22), "2050"),
        ("Invoice", invoice("1", PrivateNote="x" * 4001), "2050"),
        ("Invoice", invoice("1", TxnDate="soon"), "2080"),
        ("Payment", payment("10", ("Invoice", "77", "10")), "2500"),
        ("Payment", {"CustomerRef": {"value": "1"}}, "2020"),
        ("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": "much"}, "2080"),
        ("Bill", bill("1", VendorRef={"value": "1"}), "2500"),
        ("Bill", bill("-1"), "6000"),
        ("BillPayment", bill_payment("1", ("Bill", "1", "1")) | {"PayType": "Cash"}, "2170"),
        ("BillPayment", bill_payment("1") | {"Line": [], "TotalAmt": 1}, "2020"),
        ("Purchase", purchase("1", PaymentType="CreditCard"), "6000"),
        ("Purchase", purchase("1", AccountRef={"value": "3"}), "6000"),
        ("Purchase", purchase("1", Credit=True), "6000"),
        ("Account", {"Name": "X", "AccountType": "Piggy bank"}, "2170"),
        ("Account", {"Name": "checking", "AccountType": "Bank"}, "6240"),
        ("Transfer", {"Amount": 1, "FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "1"}}, "6000"),
        ("JournalEntry", journal_entry(("Debit", "5", "10"), ("Credit", "1", "9.99")), "6000"),
        ("CompanyInfo", {"CompanyName": "Mine"}, "500"),
    ],
)
def test_codes(books: Books, entity: str, body: JsonObject, code: str) -> None:
    """Each mistake has QuickBooks' code, and nothing is kept of the refused document."""
    before = books.file.store.count(entity)
    assert refusal(books, entity, body).code == code
    assert books.file.store.count(entity) == before
    assert list(books.ledger.transactions()) == []


@pytest.mark.documented("code 6000: a name is needed on receivable and payable accounts")
def test_journal_lines_on_receivables_need_a_customer(books: Books) -> None:
    """A journal line on A/R without a customer is refused; with one it counts for the customer."""
    books.create("Invoice", invoice("10"), at=OPENED)
    [receivable] = [one["Id"] for one in books.records("Account") if one["AccountType"] == "Accounts Receivable"]
    entry = journal_entry(("Debit", receivable, "5"), ("Credit", "4", "5"))
    assert refusal(books, "JournalEntry", entry).code == "6000"
    named = {"Type": "Customer", "EntityRef": {"value": "1"}}
    entry["Line"][0]["JournalEntryLineDetail"]["Entity"] = named
    books.create("JournalEntry", entry, at=OPENED)
    assert books.read("Customer", "1")["Balance"] == 15


@pytest.mark.recorded("faults/exq_read_item_error.json, vcr-2020/error__500.json")
def test_reading_what_is_not_there(books: Books) -> None:
    """610 for an unknown id, 2030 without a time for one that isn't a number."""
    with pytest.raises(QboFault) as unknown:
        books.read("Item", "77")
    assert unknown.value.errors[0].code == "610"
    with pytest.raises(QboFault) as strange:
        books.read("Customer", "1.5")
    assert strange.value.errors == (
        FaultError("2030", "Invalid ID", "Id should be a valid number. Supplied value:1.5", "Id"),
    )
    assert not strange.value.timed


@pytest.mark.recorded("faults/exq_read_item_error.json: its text says so")
def test_an_inactive_name_cannot_be_used(books: Books) -> None:
    """An invoice of a deactivated customer is refused with 610."""
    books.update("Customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}, at=OPENED)
    assert refusal(books, "Invoice", invoice("1")).code == "610"


@pytest.mark.inferred("what the emulator can't do yet it says, it doesn't invent")
@pytest.mark.parametrize("entity", sorted(KNOWN_ELSEWHERE))
def test_types_that_are_missing_say_so(books: Books, entity: str) -> None:
    """501 names the type, for create and for query."""
    assert f"the entity type {entity}" in refusal(books, entity, {}).detail
    with pytest.raises(QboFault, match=f"501.*{entity}"):
        books.query(f"SELECT * FROM {entity}")  # noqa: S608 - the names are ours


DISCOUNT: JsonObject = {"PercentBased": True, "DiscountPercent": 5, "DiscountAccountRef": {"value": "4"}}
TAX: JsonObject = {"TaxPercent": 8, "NetAmountTaxable": 10, "TaxRateRef": {"value": "3"}}
LINES: list[JsonObject] = [
    LINE,
    {"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": {"value": "2"}, "Quantity": 2}},
    {"DetailType": "DescriptionOnly", "Description": "x"},
    {"DetailType": "DiscountLineDetail", "DiscountLineDetail": DISCOUNT},
]
SALE: JsonObject = invoice(
    "10", Line=LINES, TxnTaxDetail={"TaxLine": [{"DetailType": "TaxLineDetail", "TaxLineDetail": TAX}]}
)
DEPOSIT: JsonObject = {
    "DepositToAccountRef": {"value": "1"},
    "CashBack": {"AccountRef": {"value": "2"}, "Amount": 5},
    "Line": [
        {"Amount": 10, "LinkedTxn": [{"TxnId": "3", "TxnType": "Payment", "TxnLineId": "0"}]},
        {
            "Amount": 10,
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {"AccountRef": {"value": "4"}, "Entity": {"value": "1", "type": "CUSTOMER"}},
        },
    ],
}
NAMED: JsonObject = {"Type": "Customer", "EntityRef": {"value": "1"}}
ENTRY: JsonObject = journal_entry(("Debit", "5", "10"), ("Credit", "1", "10"))
SCHEDULE: JsonObject = {"IntervalType": "Monthly", "DayOfMonth": 31, "StartDate": "2026-02-05", "NumInterval": 2}
BODIES: dict[str, JsonObject] = {
    "Invoice": SALE | {"SalesTermRef": {"value": "1"}, "LinkedTxn": [{"TxnId": "5", "TxnType": "Estimate"}]},
    "CreditMemo": SALE,
    "SalesReceipt": SALE | {"DepositToAccountRef": {"value": "1"}},
    "RefundReceipt": SALE | {"DepositToAccountRef": {"value": "1"}},
    "Estimate": SALE | {"TxnStatus": "Accepted"},
    "Payment": payment("10", ("Invoice", "1", "10"), ("JournalEntry", "4", "3")),
    "Bill": bill("10"),
    "VendorCredit": bill("10"),
    "BillPayment": bill_payment("10", ("Bill", "2", "10")),
    "Purchase": purchase("10", EntityRef={"value": "3", "type": "Vendor"}),
    "Deposit": DEPOSIT,
    "Transfer": {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "2"}, "Amount": 10},
    "JournalEntry": ENTRY
    | {
        "Line": [
            line | {"JournalEntryLineDetail": line["JournalEntryLineDetail"] | {"Entity": NAMED}}
            for line in ENTRY["Line"]
        ]
    },
    "RecurringTransaction": {
        "Bill": bill("10", RecurringInfo={"Name": "x", "RecurType": "Automated", "ScheduleInfo": SCHEDULE})
    },
    "Customer": {"DisplayName": "X", "BillAddr": {"Line1": "1 Way"}, "ParentRef": {"value": "1"}},
    "Vendor": {"DisplayName": "X", "TermRef": {"value": "1"}, "Active": True},
    "Account": {"Name": "X", "AccountType": "Bank", "ParentRef": {"value": "1"}, "OpeningBalance": 5},
    "Item": {"Name": "X", "Type": "Service", "IncomeAccountRef": {"value": "4"}, "UnitPrice": 1},
    "Term": {"Name": "X", "DueDays": 5, "DiscountPercent": 2},
    "Class": {"Name": "X", "ParentRef": {"value": "1"}},
    "Attachable": {"Note": "X", "AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "1"}}]},
    "ExchangeRate": {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-01-02", "Rate": 2},
    "CompanyCurrency": {"Code": "CHF"},
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**63), max_value=2**63),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.lists(st.one_of(st.none(), st.booleans(), st.dictionaries(st.text(max_size=3), st.none())), max_size=2),
    st.dictionaries(
        st.sampled_from(["value", "name", "x"]), st.one_of(st.none(), st.integers(0, 9), st.text(max_size=3))
    ),
)


def junk_in(body: JsonObject, data: st.DataObject) -> JsonObject:
    """A copy of a body with junk in one place, at any depth."""
    copy: JsonObject = decode_object(encode(body))
    place: Any = copy
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JUNK)
    return decode_object(encode(copy))


def busy_books() -> Books:
    """Small books with a group of items, a class and a currency, and one of most things that can be linked."""
    books = small_books()
    currencies = {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}
    books.set_preferences({"CurrencyPrefs": currencies})
    group = {"ItemGroupLine": [{"ItemRef": {"value": "1"}, "Qty": 2}]}
    books.create("Item", {"Name": "Kit", "Type": "Group", "ItemGroupDetail": group}, at=OPENED)
    books.create("Class", {"Name": "Studio"}, at=OPENED)
    books.create("CompanyCurrency", {"Code": "EUR"}, at=OPENED)
    books.create("Invoice", invoice("10"), at=OPENED)
    books.create("Bill", bill("10"), at=OPENED)
    books.create("Payment", payment("10"), at=OPENED)
    books.create("JournalEntry", ENTRY, at=OPENED)
    books.create("Estimate", invoice("10"), at=OPENED)
    return books


def inner(entity: JsonObject) -> JsonObject:
    """An entity without the type's name around it."""
    return entity if len(entity) > 1 else dict(next(iter(entity.values())))


@pytest.mark.inferred("a bad body ends in QuickBooks' own fault and unchanged books, never in an error of ours")
@settings(max_examples=400)
@given(st.sampled_from(sorted(BODIES)), st.data())
def test_no_body_breaks_the_books(entity: str, data: st.DataObject) -> None:
    """Junk anywhere in a body is refused or taken; debits equal credits and everything can be written."""
    books = busy_books()
    before = visible(books)
    try:
        books.create(entity, junk_in(BODIES[entity], data), at=OPENED)
    except QboFault:
        assert visible(books) == before
    visible(books)
    for transaction in books.ledger.transactions():
        assert sum(posting.amount for posting in transaction.postings) == 0


@pytest.mark.inferred("a bad body ends in QuickBooks' own fault and unchanged books, never in an error of ours")
@settings(max_examples=400)
@given(st.sampled_from(sorted(BODIES)), st.sampled_from(["update", "sparse", "delete", "void"]), st.data())
def test_no_change_breaks_the_books(entity: str, change: str, data: st.DataObject) -> None:
    """Junk in an update, a delete or a void is refused or taken, like in a new entity."""
    books = busy_books()
    made = books.create(entity, decode_object(encode(BODIES[entity])), at=OPENED)
    identity = {"Id": inner(made).get("Id"), "SyncToken": "0", "sparse": change == "sparse"}
    wrapper = next(iter(made)) if len(made) == 1 else None
    body = {wrapper: BODIES[entity][wrapper] | identity} if wrapper else BODIES[entity] | identity
    before = visible(books)
    operations = {"delete": books.delete, "void": books.void}
    try:
        operations.get(change, books.update)(entity, junk_in(body, data), at=OPENED)
    except QboFault:
        assert visible(books) == before
    visible(books)
    for transaction in books.ledger.transactions():
        assert sum(posting.amount for posting in transaction.postings) == 0
