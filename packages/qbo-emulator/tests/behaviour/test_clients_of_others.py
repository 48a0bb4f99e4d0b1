"""What clients that others wrote send and count on, and what only recorded answers tell."""

import pytest
from emulator_support import OPENED, ServedMaker, bill, invoice, small_books

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject

SANDBOX_TESTS = "python-quickbooks' own tests do this against a sandbox"


def recorded_preferences(books: Books) -> None:
    """Let the books prefer what the recorded sandbox company prefers: sales tax, and a field of its own."""
    fields = [
        {"CustomField": [{"Name": "SalesFormsPrefs.UseSalesCustom1", "Type": "BooleanType", "BooleanValue": True}]},
        {"CustomField": [{"Name": "SalesFormsPrefs.SalesCustomName1", "Type": "StringType", "StringValue": "Crew #"}]},
    ]
    chosen = {
        "SalesFormsPrefs": {"CustomField": fields},
        "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}},
    }
    books.update("Preferences", {"Id": "1", "SyncToken": "0", **chosen}, at=OPENED)


@pytest.mark.inferred(SANDBOX_TESTS)
def test_recurring_transactions_by_type(books: Books) -> None:
    """The type of the transaction inside finds recurring transactions."""
    info = {"Name": "Rent", "RecurType": "UnScheduled"}
    template = books.create("RecurringTransaction", {"Bill": bill("500", RecurringInfo=info)}, at=OPENED)
    assert books.query("SELECT * FROM RecurringTransaction WHERE Type = 'Bill'").entities == [template]
    assert books.query("SELECT * FROM RecurringTransaction WHERE Type = 'Invoice'").entities == []


@pytest.mark.documented("RecurringTransaction and ExchangeRate pages: the shape of their answers")
async def test_answers_without_an_id_at_the_top(serve: ServedMaker) -> None:
    """Entities that show no Id of their own are answered over HTTP like others."""
    served = serve()
    template = {"Bill": bill("500", RecurringInfo={"Name": "Rent", "RecurType": "UnScheduled"})}
    template["Bill"]["Line"][0]["Amount"] = 500
    answer = (await served.post("recurringtransaction", template)).json()["RecurringTransaction"]["Bill"]
    gone = {"Bill": {"Id": answer["Id"], "SyncToken": "0"}}
    answered = await served.post("recurringtransaction", gone, operation="delete")
    assert answered.json()["RecurringTransaction"]["Bill"]["status"] == "Deleted"


@pytest.mark.recorded("multicurrency-company-2019/accounts.json")
def test_accounts_come_in_the_order_of_a_dictionary(books: Books) -> None:
    """Among accounts a small letter comes where its capital would."""
    for name in ("u1", "Utilities"):
        books.create("Account", {"Name": name, "AccountType": "Expense"}, at=OPENED)
    names = [account["Name"] for account in books.query("SELECT * FROM Account").entities]
    assert names == sorted(names, key=str.lower)


@pytest.mark.recorded("entities-from-xml/transfers.json, classes.json")
@pytest.mark.parametrize("name", ["Transfer", "Class"])
def test_lists_that_are_counted(books: Books, name: str) -> None:
    """Transfers and classes come with their totalCount."""
    assert books.query(f"SELECT * FROM {name}").counted  # noqa: S608 - our own names


@pytest.mark.recorded("us-sandbox-2026/create-account.json, create-customer.json")
@pytest.mark.parametrize(
    ("path", "body", "unsaid"),
    [
        ("account", {"Name": "Reserve", "AccountType": "Bank"}, "LastUpdatedTime"),
        ("customer", {"DisplayName": "Newcomer"}, "V4IDPseudonym"),
    ],
)
async def test_answers_to_creations_lack_something(
    serve: ServedMaker, path: str, body: JsonObject, unsaid: str
) -> None:
    """What the answer to a creation doesn't show yet, the next answer shows."""
    served = serve()
    created = await served.post(path, body)
    (entity,) = [value for value in created.json().values() if isinstance(value, dict)]
    assert unsaid not in created.text
    assert unsaid in (await served.get(f"{path}/{entity['Id']}")).text


@pytest.mark.recorded("entities-2017/exq_read_preferences.json, vcr-2020/create__customer.json, create__invoice.json")
def test_what_preferences_add_to_new_entities() -> None:
    """With sales tax customers get the tax code, and sales documents the company's own fields, empty."""
    books = small_books()
    recorded_preferences(books)
    customer = books.create("Customer", {"DisplayName": "Taxed"}, at=OPENED)
    assert customer["DefaultTaxCodeRef"] == {"value": "2"}
    field = {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}
    assert books.create("Invoice", invoice("5"), at=OPENED)["CustomField"] == [field]


@pytest.mark.inferred(SANDBOX_TESTS + ": it sends back all that it read")
def test_a_balance_that_is_sent_back(books: Books) -> None:
    """The balance of a customer is computed: an update that brings it along leaves it as it is."""
    books.create("Invoice", invoice("70"), at=OPENED)
    read = books.read("Customer", "1")
    changed = books.update("Customer", {**read, "Notes": "Pays late"}, at=OPENED)
    assert (changed["Notes"], changed["Balance"]) == ("Pays late", read["Balance"])


@pytest.mark.inferred(SANDBOX_TESTS + ": its references have an empty name and type when none is known")
def test_references_without_a_name(books: Books) -> None:
    """A reference is its value; an empty name or type beside it says nothing."""
    line = bill("5")["Line"][0]
    detail = {**line["AccountBasedExpenseLineDetail"], "TaxCodeRef": {"value": "TAX", "name": "", "type": ""}}
    stored = books.create("Bill", bill("5", Line=[{**line, "AccountBasedExpenseLineDetail": detail}]), at=OPENED)
    assert stored["Line"][0]["AccountBasedExpenseLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
