"""The whole life of each entity type: created, read, queried, changed sparsely and in full, and gone."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from emulator_support import (
    OPENED,
    bill,
    bill_payment,
    invoice,
    journal_entry,
    payment,
    purchase,
)

from qbo_emulator.books import Books
from qbo_emulator.changes import Change
from qbo_emulator.entities import KINDS
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

LATER: Final = OPENED + timedelta(days=1)
ACCOUNT: Final[JsonObject] = {"IncomeAccountRef": {"value": "4"}}
DEPOSIT_LINE: Final[JsonObject] = {
    "Amount": Decimal(20),
    "DetailType": "DepositLineDetail",
    "DepositLineDetail": {"AccountRef": {"value": "4"}},
}
TO_CHECKING: Final[JsonObject] = {"DepositToAccountRef": {"value": "1"}}
LISTS: Final[dict[str, JsonObject]] = {
    "Account": {"Name": "Reserve", "AccountType": "Bank"},
    "Customer": {"DisplayName": "Otter"},
    "Vendor": {"DisplayName": "Heron"},
    "Term": {"Name": "Net 7", "DueDays": 7},
    "Item": {"Name": "Workshop", **ACCOUNT},
    "Class": {"Name": "Studio"},
    "Department": {"Name": "North"},
    "PaymentMethod": {"Name": "Wire"},
    "CompanyCurrency": {"Code": "EUR"},
}
DOCUMENTS: Final[dict[str, JsonObject]] = {
    "Invoice": invoice("20"),
    "CreditMemo": invoice("20"),
    "SalesReceipt": invoice("20"),
    "RefundReceipt": invoice("20", **TO_CHECKING),
    "Estimate": invoice("20"),
    "Payment": payment("20"),
    "Bill": bill("20"),
    "VendorCredit": bill("20"),
    "BillPayment": bill_payment("20", ("Bill", "1", "20")),
    "Purchase": purchase("20"),
    "Deposit": {**TO_CHECKING, "Line": [DEPOSIT_LINE]},
    "Transfer": {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "2"}, "Amount": Decimal(20)},
    "JournalEntry": journal_entry(("Debit", "5", "20"), ("Credit", "1", "20")),
}
VOIDABLE: Final = ("Invoice", "SalesReceipt", "Payment", "BillPayment")


@pytest.fixture
def events(books: Books) -> list[Change]:
    """What a listener hears of the books."""
    books.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}})
    books.create("Bill", bill("100"), at=OPENED)
    heard: list[Change] = []
    books.on_change(heard.append)
    return heard


def queried(books: Books, entity: str, entity_id: str) -> list[JsonObject]:
    """What a query for one id finds."""
    return books.query(f"SELECT * FROM {entity} WHERE Id = '{entity_id}'").entities  # noqa: S608 - the names are ours


def token(entity: JsonObject) -> JsonObject:
    """The identity that a change names."""
    return {"Id": entity["Id"], "SyncToken": entity["SyncToken"]}


@pytest.mark.documented("create, read, query, sparse and full update, Active: false")
@pytest.mark.parametrize("entity", LISTS)
def test_the_life_of_a_list_entity(books: Books, events: list[Change], entity: str) -> None:
    """It can be read and found, gets a note of its own in each version, and is hidden when it is inactive."""
    made = books.create(entity, LISTS[entity], at=OPENED)
    assert made["SyncToken"] == "0"
    assert made["Active"] is True
    assert books.read(entity, made["Id"]) == made
    assert queried(books, entity, made["Id"]) == [made]
    field = "DisplayName" if "DisplayName" in made else "Name"
    renamed = books.update(entity, {**token(made), "sparse": True, field: "Changed"}, at=LATER)
    assert (renamed[field], renamed["SyncToken"]) == ("Changed", "1")
    again = books.update(entity, {**LISTS[entity], **token(renamed)}, at=LATER)
    assert again["SyncToken"] == "2"
    gone = books.update(entity, {**token(again), "sparse": True, "Active": False}, at=LATER)
    assert gone[field].endswith(" (deleted)")
    assert queried(books, entity, made["Id"]) == []
    with pytest.raises(QboFault, match="500"):
        books.delete(entity, token(gone), at=LATER)
    back = books.update(entity, {**token(gone), "sparse": True, "Active": True}, at=LATER)
    assert back[field] == again[field]
    assert [each.operation for each in events] == ["created", *["updated"] * 4]
    assert {each[:2] for each in events} == {(entity, made["Id"])}


@pytest.mark.documented("create, read, query, sparse and full update, delete; 610 for what was deleted")
@pytest.mark.parametrize("entity", DOCUMENTS)
def test_the_life_of_a_document(books: Books, events: list[Change], entity: str) -> None:
    """It can be read, found, noted, replaced and deleted; then only change data capture knows of it."""
    body = DOCUMENTS[entity]
    made = books.create(entity, body, at=OPENED)
    assert queried(books, entity, made["Id"]) == [made] == [books.read(entity, made["Id"])]
    required = TO_CHECKING if entity == "Deposit" else {}
    noted = books.update(entity, {**token(made), **required, "sparse": True, "PrivateNote": "x"}, at=LATER)
    assert (noted["PrivateNote"], noted["SyncToken"]) == ("x", "1")
    replaced = books.update(entity, {**body, **token(noted), "TxnDate": "2026-01-03"}, at=LATER)
    assert (replaced["TxnDate"], replaced["SyncToken"], "PrivateNote" in replaced) == ("2026-01-03", "2", False)
    with pytest.raises(QboFault, match="5010"):
        books.delete(entity, token(made), at=LATER)
    stub = {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    assert books.delete(entity, token(replaced), at=LATER) == stub
    with pytest.raises(QboFault, match="610"):
        books.read(entity, made["Id"])
    with pytest.raises(QboFault, match=r"610.*Another user has deleted"):
        books.update(entity, {**body, **token(replaced)}, at=LATER)
    gone = books.changes_since(LATER, [entity])[entity]
    assert gone == [stub | {"MetaData": {"LastUpdatedTime": "2026-01-06T09:00:00-08:00"}}]
    own = [each.operation for each in events if each[:2] == (entity, made["Id"])]
    assert own == ["created", "updated", "updated", "deleted"]


@pytest.mark.recorded("vcr-2020/void__invoice.json, entities-2017/exq_void_sales_receipt.json, payment_void_response")
@pytest.mark.parametrize("entity", VOIDABLE)
def test_a_voided_document_stands_at_zero(books: Books, events: list[Change], entity: str) -> None:
    """Amounts, prices and quantities go to 0, the note says Voided, date, number and addressee stay."""
    body = DOCUMENTS[entity]
    if entity in ("Invoice", "SalesReceipt"):
        [line] = body["Line"]
        detail = {**line["SalesItemLineDetail"], "UnitPrice": 10, "Qty": 2}
        body = body | {"Line": [{**line, "SalesItemLineDetail": detail}]}
    made = books.create(entity, body, at=OPENED)
    void = books.void(entity, token(made), at=LATER)
    assert (void["TotalAmt"], void["PrivateNote"], void["SyncToken"]) == (0, "Voided", "1")
    assert void["TxnDate"] == made["TxnDate"]
    assert void.get("DocNumber") == made.get("DocNumber")
    assert void.get("CustomerRef") == made.get("CustomerRef")
    if entity in ("Invoice", "SalesReceipt"):
        assert void["Line"][0]["Amount"] == 0
        kept = void["Line"][0]["SalesItemLineDetail"]
        assert (kept["UnitPrice"], kept["Qty"], kept["ItemRef"]["value"]) == (0, 0, "1")
    else:
        assert void["Line"] == []
    assert books.read("Account", "1")["CurrentBalance"] == 0
    assert [each.operation for each in events if each[:2] == (entity, made["Id"])] == ["created", "void"]


@pytest.mark.documented("void: Invoice, Payment, SalesReceipt and BillPayment only")
@pytest.mark.parametrize("entity", sorted(set(DOCUMENTS) - set(VOIDABLE)))
def test_others_cannot_be_voided(books: Books, entity: str) -> None:
    """Code 500 for a void of any other type."""
    with pytest.raises(QboFault, match=r"500 Operation void"):
        books.void(entity, {"Id": "1", "SyncToken": "0"}, at=OPENED)


@pytest.mark.documented("the update operation of CompanyInfo and Preferences")
def test_a_company_changes_what_it_says_about_itself(books: Books) -> None:
    """A sparse update of CompanyInfo, and one group of Preferences: the rest stays; they can't be made again."""
    changed = books.update("CompanyInfo", {"Id": "1", "SyncToken": "0", "sparse": True, "CompanyName": "New"}, at=LATER)
    assert (changed["CompanyName"], changed["LegalName"], changed["SyncToken"]) == ("New", "Small & Co", "1")
    assert books.company_name == "New"
    closed = {"AccountingInfoPrefs": {"BookCloseDate": "2025-12-31"}}
    prefs = books.update("Preferences", {"Id": "1", "SyncToken": "0", **closed}, at=LATER)
    assert prefs["AccountingInfoPrefs"]["BookCloseDate"] == "2025-12-31"
    assert prefs["AccountingInfoPrefs"]["CustomerTerminology"] == "Customers"
    for entity in ("CompanyInfo", "Preferences"):
        with pytest.raises(QboFault, match="500"):
            books.create(entity, {}, at=LATER)


@pytest.mark.documented("RecurringTransaction: the transaction under its type's name, with RecurringInfo")
def test_the_life_of_a_template(books: Books) -> None:
    """A monthly rent bill on the 31st: posts nothing, is found and read under its type's name, ends deleted."""
    schedule = {"IntervalType": "Monthly", "DayOfMonth": 31, "StartDate": "2026-02-05"}
    info = {"Name": "Rent", "RecurType": "Automated", "ScheduleInfo": schedule}
    made = books.create("RecurringTransaction", {"Bill": bill("900", RecurringInfo=info)}, at=OPENED)
    template = made["Bill"]
    assert (template["TotalAmt"], "Balance" in template, "DocNumber" in template) == (900, False, False)
    written = template["RecurringInfo"]["ScheduleInfo"]
    assert (written["NextDate"], written["NumInterval"]) == ("2026-02-28", 1)
    assert books.read("Vendor", "3")["Balance"] == 0
    assert list(books.records("Bill")) == []
    assert books.query("SELECT * FROM RecurringTransaction").entities == [made]
    assert books.read("RecurringTransaction", template["Id"]) == made
    body = {"Bill": bill("950", RecurringInfo=info, Id=template["Id"], SyncToken="0")}
    changed = books.create("RecurringTransaction", body, at=LATER)
    assert (changed["Bill"]["TotalAmt"], changed["Bill"]["SyncToken"]) == (950, "1")
    gone = books.delete("RecurringTransaction", {"Bill": token(changed["Bill"])}, at=LATER)
    assert gone["Bill"]["status"] == "Deleted"
    with pytest.raises(QboFault, match="2020"):
        books.create("RecurringTransaction", {"Bill": bill("1")}, at=LATER)
    with pytest.raises(QboFault, match=r"501.*PurchaseOrder"):
        books.create("RecurringTransaction", {"PurchaseOrder": {}}, at=LATER)


@pytest.mark.recorded("vcr-2020/attachment__create_for_invoice.json, attachment__delete_attachment.json")
def test_the_life_of_an_attachable(books: Books) -> None:
    """A file for an invoice: name, type, size and where to get it; deleted by its Id alone."""
    owed = books.create("Invoice", invoice("1"), at=OPENED)
    reference = {"EntityRef": {"type": "Invoice", "value": owed["Id"]}}
    metadata = {"AttachableRef": [reference], "FileName": "no_detail.xml", "ContentType": "text/xml"}
    made = books.attach(metadata, b"<x/>", file_name="other.xml", content_type="text/plain", at=OPENED)
    assert (made["FileName"], made["Size"], made["ContentType"]) == ("no_detail.xml", 4, "text/xml")
    assert made["FileAccessUri"] == f"/v3/company/{books.realm_id}/download/{made['Id']}"
    assert made["AttachableRef"] == [{**reference, "IncludeOnSend": False}]
    assert int(made["Id"]) > 5 * 10**18
    assert books.attachment(made["Id"]) == (b"<x/>", "text/xml")
    noted = books.update("Attachable", {**token(made), "sparse": True, "Note": "scan"}, at=LATER)
    assert (noted["Note"], noted["Size"]) == ("scan", 4)
    assert books.delete("Attachable", {"Id": made["Id"]}, at=LATER)["status"] == "Deleted"
    with pytest.raises(QboFault, match="610"):
        books.attachment(made["Id"])
    note = books.create("Attachable", {"Note": "call them"}, at=LATER)
    assert "FileAccessUri" not in note
    with pytest.raises(QboFault, match="2020"):
        books.create("Attachable", {"Category": "Image"}, at=LATER)
    with pytest.raises(QboFault, match="2500"):
        books.create(
            "Attachable", {"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Bill", "value": "9"}}]}, at=LATER
        )


@pytest.mark.documented("invoice/{id}/send: EmailStatus EmailSent, DeliveryInfo; sendTo sets BillEmail")
def test_a_sent_invoice_says_so(books: Books, events: list[Change]) -> None:
    """Without any address it isn't sent; with one it is, which is a new version and an event of its own."""
    owed = books.create("Invoice", invoice("1"), at=OPENED)
    with pytest.raises(QboFault, match=r"2020.*BillEmail"):
        books.send("Invoice", owed["Id"], send_to=None, at=LATER)
    sent = books.send("Invoice", owed["Id"], send_to="a@b.example", at=LATER)
    assert (sent["EmailStatus"], sent["BillEmail"]) == ("EmailSent", {"Address": "a@b.example"})
    assert sent["DeliveryInfo"] == {"DeliveryType": "Email", "DeliveryTime": "2026-01-06T09:00:00-08:00"}
    assert books.send("Invoice", owed["Id"], send_to=None, at=LATER)["BillEmail"] == {"Address": "a@b.example"}
    assert [each.operation for each in events if each.entity == "Invoice"] == ["created", "emailed", "emailed"]
    with pytest.raises(QboFault, match="500"):
        books.send("Bill", "1", send_to="a@b.example", at=LATER)


@pytest.mark.documented("pdf of sales documents and payments")
def test_documents_have_a_pdf(books: Books) -> None:
    """The PDF names company, number, customer and total, and its table of objects points at them."""
    lines = invoice("1250.5")["Line"] * 60
    owed = books.create("Invoice", invoice("0", Line=lines, DocNumber="77"), at=OPENED)
    pdf = books.pdf("Invoice", owed["Id"])
    assert pdf.startswith(b"%PDF-1.4")
    assert pdf.endswith(b"%%EOF\n")
    for text in (b"Small & Co", b"Invoice 77", b"To: Acme", b"75030.00"):
        assert text in pdf
    table = pdf[int(pdf.split()[-2]) :].split(b"\n")
    assert table[0] == b"xref"
    for number, row in enumerate(table[3 : 2 + int(table[1].split()[1])], start=1):
        assert pdf[int(row[:10]) :].startswith(b"%d 0 obj" % number)
    with pytest.raises(QboFault, match="500"):
        books.pdf("JournalEntry", "1")


@pytest.mark.inferred("a test that forgets a type would not notice")
def test_every_type_lives_here() -> None:
    """Each type that the emulator knows has its life told above or among the currencies."""
    told = {*LISTS, *DOCUMENTS, "CompanyInfo", "Preferences", "RecurringTransaction", "Attachable", "ExchangeRate"}
    assert told == set(KINDS)
