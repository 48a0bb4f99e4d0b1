"""Books from recorded answers: a small recording written here, and the shared recordings of a sandbox company."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from emulator_support import OPENED, bill_payment

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.load import LoadError, load_recordings
from qbo_emulator.reports import compute_report

REALM = "9130000000000001"


def entity(entity_id: str, sync_token: str, updated: str, **fields: object) -> JsonObject:
    """An entity as recorded, with identity and times."""
    metadata = {"CreateTime": "2026-01-01T08:00:00-08:00", "LastUpdatedTime": updated}
    identity = {"domain": "QBO", "sparse": False, "Id": entity_id, "SyncToken": sync_token}
    return {**fields, **identity, "MetaData": metadata}


def account(entity_id: str, name: str, account_type: str, sub_type: str, balance: float) -> JsonObject:
    """An account as recorded."""
    classification = {"Accounts Payable": "Liability", "Equity": "Equity"}.get(account_type, "Asset")
    return entity(
        entity_id,
        "0",
        "2026-02-01T08:00:00-08:00",
        Name=name,
        SubAccount=False,
        FullyQualifiedName=name,
        Active=True,
        Classification=classification,
        AccountType=account_type,
        AccountSubType=sub_type,
        CurrentBalance=balance,
        CurrentBalanceWithSubAccounts=balance,
    )


def bill(sync_token: str, balance: float, updated: str) -> JsonObject:
    """A version of bill 12 over 90, of vendor 5."""
    line = {
        "Id": "1",
        "LineNum": 1,
        "Amount": 90,
        "LinkedTxn": [],
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "40", "name": "Rent"}},
    }
    return entity(
        "12",
        sync_token,
        updated,
        DueDate="2026-02-10",
        Balance=balance,
        TxnDate="2026-01-10",
        Line=[line],
        VendorRef={"value": "5", "name": "Landlord"},
        APAccountRef={"value": "33", "name": "Accounts Payable (A/P)"},
        TotalAmt=90,
    )


def interaction(path: str, body: object, status: int = 200) -> JsonObject:
    """One recorded request with its answer."""
    request: JsonObject = {
        "method": "GET",
        "path": f"/v3/company/{REALM}/{path}",
        "query": {},
        "headers": {},
        "body": None,
    }
    return {"request": request, "response": {"status": status, "headers": {}, "body": body}}


def listed(entity_type: str, *entities: JsonObject) -> JsonObject:
    """A recorded query answer of 2026-02-02."""
    return interaction(
        "query", {"QueryResponse": {entity_type: list(entities)}, "time": "2026-02-02T10:00:00.000-08:00"}
    )


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Three files: accounts and a vendor; a bill in two versions, the older one last; things to leave out."""
    accounts = [
        account("35", "Checking", "Bank", "Checking", 2101.25),
        account("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", -60),
        account("2", "Retained Earnings", "Equity", "RetainedEarnings", 0),
    ]
    vendor = entity("5", "0", "2026-01-02T08:00:00-08:00", DisplayName="Landlord", Active=True, Balance=60)
    one = {"time": "2026-02-02T09:59:00.000-08:00"}
    old, new = bill("0", 90, "2026-01-10T08:00:00-08:00"), bill("1", 60, "2026-01-20T08:00:00-08:00")
    tax_code = entity("20", "0", "2026-01-02T08:00:00-08:00", Name="TAX")
    gone = interaction("vendor", {"Vendor": {"domain": "QBO", "status": "Deleted", "Id": "6"}, **one})
    files = {
        "lists.json": [listed("Account", *accounts), listed("Vendor", vendor, vendor | {"Id": "6"}), gone],
        "bills.json": [interaction("bill/12", {"Bill": new, **one}), listed("Bill", old)],
        "others.json": [listed("TaxCode", tax_code), interaction("bill/9", {"Fault": {}}, status=400)],
    }
    for name, interactions in files.items():
        (tmp_path / name).write_text(json.dumps({"interactions": interactions}))
    return tmp_path


def test_the_newest_version_of_each_entity_is_taken(recordings: Path) -> None:
    """The bill stands as in its higher version, ids and balances are kept, a deleted vendor is gone."""
    loaded = load_recordings(recordings)
    books = loaded.books
    assert (books.read("Bill", "12")["Balance"], books.read("Bill", "12")["SyncToken"]) == (60, "1")
    assert [one["Id"] for one in books.records("Vendor")] == ["5"]
    assert books.read("Account", "35")["CurrentBalance"] == Decimal("2101.25")
    assert books.realm_id == REALM
    assert loaded.recorded_at.isoformat() == "2026-02-02T10:00:00-08:00"


def test_what_was_filled_in_is_listed(recordings: Path) -> None:
    """Defaults, skipped types and one opening entry per account with a balance are named."""
    assert load_recordings(recordings).notes == (
        "CompanyInfo was not recorded: the default one stands in",
        "Preferences was not recorded: the default one stands in",
        (
            "Term was not recorded: QuickBooks' standard terms stand in "
            "(1 Due on receipt, 2 Net 15, 3 Net 30, 4 Net 60, 5 Net 10)"
        ),
        (
            "PaymentMethod was not recorded: QuickBooks' standard payment methods stand in "
            "(1 Cash, 2 Check, 3 Visa, 4 MasterCard, 5 Discover, 6 American Express, 7 Diners Club)"
        ),
        "skipped: 1 TaxCode, a type that the emulator doesn't know",
        "opening entry: Checking 2101.25 against Retained Earnings",
        "opening entry: Accounts Payable (A/P) -60.00 against Retained Earnings",
    )


def test_loaded_books_go_on(recordings: Path) -> None:
    """Paying the rest of the bill takes 60 from the recorded balances; new ids come after recorded ones."""
    books = load_recordings(recordings).books
    body = bill_payment("60", ("Bill", "12", "60"), VendorRef={"value": "5"})
    body["CheckPayment"] = {"BankAccountRef": {"value": "35"}}
    paid = books.create("BillPayment", body, at=OPENED)
    assert paid["Id"] == "13"
    assert books.read("Account", "35")["CurrentBalance"] == Decimal("2041.25")
    assert books.read("Account", "33")["CurrentBalance"] == 0
    assert books.ledger.balance("35") == Decimal("2041.25")
    assert books.read("Vendor", "5")["Balance"] == 0


def test_a_recorded_document_can_get_a_note(recordings: Path) -> None:
    """A note is a new version and moves no balance; a change of a bill on an unknown account says that it is."""
    books = load_recordings(recordings).books
    identity = {"Id": "12", "SyncToken": "1", "sparse": True}
    assert (
        books.update("Bill", {**identity, "PrivateNote": "seen", "VendorRef": {"value": "5"}}, at=OPENED)["SyncToken"]
        == "2"
    )
    assert books.read("Account", "33")["CurrentBalance"] == -60
    with pytest.raises(QboFault, match=r"501.*changes of Bill 12, which refers to what wasn't recorded"):
        books.update("Bill", {**identity, "SyncToken": "2", "DueDate": "2026-03-01"}, at=OPENED)


def test_a_recorded_document_can_change(recordings: Path) -> None:
    """A recorded bill of 90 with 60 open, whose account is known: at 100, 70 are open and the ledger agrees."""
    rent = interaction("query", {"QueryResponse": {"Account": [account("40", "Rent", "Expense", "Rent", 0)]}})
    (recordings / "rent.json").write_text(json.dumps({"interactions": [rent]}))
    books = load_recordings(recordings).books
    line = books.read("Bill", "12")["Line"][0] | {"Amount": Decimal(100)}
    body = {"Id": "12", "SyncToken": "1", "sparse": True, "Line": [line]}
    assert books.update("Bill", body, at=OPENED)["Balance"] == 70
    assert books.read("Account", "33")["CurrentBalance"] == -70
    assert books.read("Vendor", "5")["Balance"] == 70
    assert_ledger_agrees(books)
    books.delete("Bill", {"Id": "12", "SyncToken": "2"}, at=OPENED)
    assert books.read("Account", "33")["CurrentBalance"] == 30
    assert_ledger_agrees(books)


def test_reports_of_a_company_without_recorded_equity(recordings: Path) -> None:
    """Where no equity account was recorded, opening balances stand against one, and the balance sheet balances."""
    accounts = [
        account("35", "Checking", "Bank", "Checking", 2101.25),
        account("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", -60),
    ]
    lists = recordings / "lists.json"
    lists.write_text(json.dumps({"interactions": [listed("Account", *accounts)]}))
    loaded = load_recordings(recordings)
    books, at = loaded.books, loaded.recorded_at
    sheet = json.dumps(compute_report(books, "BalanceSheet", {}, at))
    assert sheet.count('"2101.25"') == len(("row", "banks", "current assets", "assets", "liabilities and equity"))
    assert '[{"value": "Opening Balance Equity"}, {"value": "2041.25"}]' in sheet
    assert '"Opening Balance Equity"' in json.dumps(compute_report(books, "GeneralLedger", {"account": "35"}, at))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "can't be read as JSON"),
        ("[]", "has no list `interactions`"),
        ('{"interactions": [{}]}', "lacks request.path"),
        ('{"interactions": [{"request": {"path": "x"}, "response": {"status": 200}}]}', "or body"),
    ],
)
def test_a_malformed_file_is_named(recordings: Path, content: str, complaint: str) -> None:
    """One bad file stops the loading with a line that names it."""
    (recordings / "bad.json").write_text(content)
    with pytest.raises(LoadError, match=complaint) as caught:
        load_recordings(recordings)
    assert str(recordings / "bad.json") in str(caught.value)


def test_an_entity_without_a_version_is_named(recordings: Path) -> None:
    """An entity that lacks its identity is reported with the file that holds it."""
    strange = {"interactions": [listed("Bill", {"Id": "1", "TotalAmt": 5})]}
    (recordings / "bad.json").write_text(json.dumps(strange))
    with pytest.raises(LoadError, match=r"bad\.json: an entity lacks"):
        load_recordings(recordings)


def test_directories_without_recordings(tmp_path: Path) -> None:
    """A missing directory, and one without JSON, are told apart."""
    with pytest.raises(LoadError, match="is not a directory"):
        load_recordings(tmp_path / "missing")
    with pytest.raises(LoadError, match=r"holds no \.json file"):
        load_recordings(tmp_path)


def test_the_sandbox_company(samples: Path) -> None:
    """The shared recordings: every entity as recorded, banks 2101.00 and 800.00, ledger and accounts agree."""
    books = load_recordings(samples / "us-sandbox-2026").books
    counts = {"Invoice": 37, "Bill": 15, "Payment": 18, "Purchase": 35, "Account": 92, "Vendor": 35}
    assert {name: len(list(books.records(name))) for name in counts} == counts
    banks = {one["Name"]: one["CurrentBalance"] for one in books.records("Account") if one["AccountType"] == "Bank"}
    assert (banks["Checking"], banks["Savings"]) == (Decimal("2101.00"), Decimal("800.00"))
    assert_ledger_agrees(books)


def assert_ledger_agrees(books: Books) -> None:
    """Every account with a shown balance has it in the ledger too."""
    for one in books.records("Account"):
        if one["CurrentBalance"]:
            assert books.ledger.balance(one["Id"]) == one["CurrentBalance"], one["Name"]
