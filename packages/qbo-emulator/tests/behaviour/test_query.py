"""The SELECT grammar: what is accepted, what it finds, in which order, and how it is refused."""

import contextlib
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from emulator_support import OPENED, bill, invoice, payment
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.load import load_recordings
from qbo_emulator.properties import PROPERTIES


@pytest.fixture
def invoices(books: Books) -> Books:
    """Small books with invoices 1 to 5 over 100 to 500, a day apart."""
    for number in range(1, 6):
        day = f"2026-01-0{number}"
        body = invoice(f"{number}00", TxnDate=day, PrivateNote=f"it's job {number}")
        books.create("Invoice", body, at=OPENED + timedelta(days=number))
    return books


def ids(books: Books, text: str) -> list[str]:
    """The ids that a query finds, in order."""
    return [entity["Id"] for entity in books.query(text).entities]


@pytest.mark.documented("data queries: operators, AND, IN, LIKE, ORDERBY, STARTPOSITION, MAXRESULTS")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * FROM Invoice WHERE TotalAmt = '300'", ["3"]),
        ("SELECT * FROM Invoice WHERE TotalAmt = '300.00'", ["3"]),
        ("SELECT * FROM Invoice WHERE TotalAmt > '300' ORDERBY Id", ["4", "5"]),
        ("SELECT * FROM Invoice WHERE TotalAmt >= '300' AND TotalAmt < '500' ORDERBY Id", ["3", "4"]),
        ("SELECT * FROM Invoice WHERE TxnDate <= '2026-01-02' ORDERBY TxnDate DESC", ["2", "1"]),
        ("SELECT * FROM Invoice WHERE Id IN ('5', '1') ORDERBY Id", ["1", "5"]),
        ("SELECT * FROM Invoice WHERE Id = '4'", ["4"]),
        ("SELECT * FROM Invoice WHERE PrivateNote = 'it\\'s job 2'", ["2"]),
        ("SELECT * FROM Invoice WHERE PrivateNote LIKE '%job 3'", ["3"]),
        ("SELECT * FROM Invoice WHERE PrivateNote LIKE 'IT\\'S%' ORDERBY Id MAXRESULTS 2", ["1", "2"]),
        ("SELECT * FROM Invoice WHERE DocNumber LIKE '100_'", []),
        ("SELECT * FROM Invoice ORDERBY Id STARTPOSITION 4 MAXRESULTS 1000", ["4", "5"]),
        ("SELECT * FROM Invoice ORDERBY Id STARTPOSITION 6", []),
        ("SELECT * FROM Invoice WHERE CustomerRef = '1' ORDERBY Id MAXRESULTS 1", ["1"]),
        ("SELECT * FROM Invoice WHERE CustomerRef IN ('2', '9')", []),
        ("SELECT * FROM Invoice WHERE Balance > '0' AND CustomerRef = '1' ORDERBY Id MAXRESULTS 1", ["1"]),
    ],
)
def test_conditions_and_pages(invoices: Books, text: str, found: list[str]) -> None:
    """Each documented operator finds what it says; pages count from 1."""
    assert ids(invoices, text) == found


@pytest.mark.inferred("accepted by the live service as third parties report: ORDER BY, !=, MAXRESULTS first, any case")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select * from invoice order by id desc maxresults 2", ["5", "4"]),
        ("SELECT * FROM iNVOICE WHERE totalamt != '300' ORDERBY Id", ["1", "2", "4", "5"]),
        ("SELECT * FROM Invoice ORDERBY Id MAXRESULTS 2 STARTPOSITION 2", ["2", "3"]),
        ("SELECT Id, DocNumber FROM Invoice ORDERBY Id MAXRESULTS 1", ["1"]),
        ("SELECT * FROM Invoice WHERE CustomerRef = '1' ORDERBY CustomerRef, TotalAmt DESC MAXRESULTS 2", ["5", "4"]),
    ],
)
def test_what_is_accepted_beyond_the_documentation(invoices: Books, text: str, found: list[str]) -> None:
    """Spellings that are not documented but work."""
    assert ids(invoices, text) == found


@pytest.mark.documented("data queries: projections don't change what comes back")
def test_projections_are_without_effect(invoices: Books) -> None:
    """A field list gives whole entities."""
    [found] = invoices.query("SELECT Id FROM Invoice WHERE Id = '1'").entities
    assert found["TotalAmt"] == 100


@pytest.mark.documented("data queries: MetaData.LastUpdatedTime can be filtered and ordered by")
@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-01-08T09:00:00-08:00", ["4", "5"]),
        ("2026-01-08T17:00:00Z", ["4", "5"]),
        ("2026-01-08T09:00:00", ["4", "5"]),
        ("2026-01-09", ["4", "5"]),
        ("2026-01-08T08:59:59-08:00", ["3", "4", "5"]),
    ],
)
def test_moments_are_compared_as_moments(invoices: Books, moment: str, found: list[str]) -> None:
    """Offsets don't matter, only the moment does; without one it is Pacific time."""
    text = "SELECT * FROM Invoice WHERE MetaData.LastUpdatedTime > '{}' ORDERBY Id"
    assert ids(invoices, text.format(moment)) == found


@pytest.mark.documented("data queries: COUNT(*) answers only a number")
def test_count(invoices: Books) -> None:
    """COUNT(*) gives how many there are, whatever the page size."""
    result = invoices.query("SELECT count(*) FROM Invoice WHERE TotalAmt > '100' MAXRESULTS 1")
    assert (result.total, result.counting, result.entities) == (4, True, [])


@pytest.mark.recorded("us-sandbox-2026: lists come by name, transactions newest change first")
def test_default_orders(invoices: Books) -> None:
    """Without ORDERBY a payment brings its invoice to the front; accounts come by name."""
    later = OPENED + timedelta(days=30)
    invoices.create("Payment", payment("100", ("Invoice", "1", "100")), at=later)
    assert ids(invoices, "SELECT * FROM Invoice") == ["1", "5", "4", "3", "2"]
    names = [account["Name"] for account in invoices.query("SELECT * FROM Account").entities]
    assert names == sorted(names)


@pytest.mark.recorded("us-sandbox-2026: every list")
@pytest.mark.parametrize(
    "name",
    [
        "accounts",
        "bill-payments",
        "bills",
        "customers",
        "deposits",
        "invoices",
        "items",
        "journal-entries",
        "list-accounts",
        "list-customers",
        "payments",
        "purchases",
        "vendors",
    ],
)
def test_lists_come_in_recorded_order(samples: Path, tmp_path: Path, name: str) -> None:
    """Books that hold what one list showed answer its query in the same order, with totalCount where it had one."""
    shutil.copy(samples / "us-sandbox-2026" / f"{name}.json", tmp_path)
    books = load_recordings(tmp_path).books
    [interaction] = json.loads((tmp_path / f"{name}.json").read_text())["interactions"]
    recorded = interaction["response"]["body"]["QueryResponse"]
    result = books.query(interaction["request"]["query"]["query"])
    assert [one["Id"] for one in result.entities] == [one["Id"] for one in recorded[result.entity]]
    assert result.counted == ("totalCount" in recorded)


@pytest.mark.recorded("us-sandbox-2026: totalCount by entity type")
def test_total_count_stands_where_recorded(invoices: Books) -> None:
    """Invoice answers carry totalCount, Customer answers don't."""
    assert invoices.query("SELECT * FROM Invoice MAXRESULTS 1").counted
    assert not invoices.query("SELECT * FROM Customer").counted


@pytest.mark.documented("data queries: at most 1000, by default 100")
def test_a_page_is_100_unless_asked(books: Books) -> None:
    """The default page has 100 rows."""
    for number in range(101):
        books.create("Vendor", {"DisplayName": f"V{number}"}, at=OPENED)
    assert len(books.query("SELECT * FROM Vendor").entities) == 100
    assert len(books.query("SELECT * FROM Vendor MAXRESULTS 1000").entities) == 102


@pytest.mark.documented("inactive list objects are hidden unless Active is asked for")
def test_inactive_objects_are_hidden(books: Books) -> None:
    """A deactivated vendor appears only when the query says something about Active."""
    books.update("Vendor", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False}, at=OPENED)
    assert ids(books, "SELECT * FROM Vendor") == []
    assert ids(books, "SELECT * FROM Vendor WHERE Active = false") == ["3"]
    assert ids(books, "SELECT * FROM Vendor WHERE Active IN (true, false)") == ["3"]


@pytest.mark.inferred("numbers sort as numbers, else paging by Id would be useless")
def test_ids_sort_as_numbers(books: Books) -> None:
    """Id 10 comes after id 9."""
    for number in range(10):
        books.create("Vendor", {"DisplayName": f"V{number}"}, at=OPENED)
    found = [int(each) for each in ids(books, "SELECT * FROM Vendor ORDERBY Id")]
    assert found == sorted(found)
    assert found[-1] >= 10


@pytest.mark.recorded("faults/exq_query_error.json")
def test_a_parse_error_reads_as_recorded(books: Books) -> None:
    """The parser names what it met, where, and what it expected."""
    with pytest.raises(QboFault) as caught:
        books.query("SELECT * FROM NULL")
    [error] = caught.value.errors
    assert (caught.value.status, error.code, error.message) == (400, "4000", "Error parsing query")
    assert error.detail == (
        'QueryParserError: Encountered " "null" "NULL "" at line 1, column 15.\n'
        "Was expecting:\n    <IDENTIFIER> ...\n    "
    )


@pytest.mark.recorded("vcr-2020/error__400.json, faults/query_validation_error.json")
@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("SELECT * FROM Custmoer", "invalid context declaration: Custmoer"),
        ("SELECT * FROM Invoice STARTPOSITION 0", "value 0 is too small. Min allowed value is 1"),
    ],
)
def test_validation_errors_read_as_recorded(books: Books, text: str, detail: str) -> None:
    """Code 4001 with the recorded text."""
    with pytest.raises(QboFault) as caught:
        books.query(text)
    [error] = caught.value.errors
    assert (error.code, error.message, error.detail) == ("4001", "Invalid query", f"QueryValidationError: {detail}")


@pytest.mark.documented("data queries: no OR, no GROUP BY, no JOIN; values are quoted")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * Invoice",
        "SELECT * FROM Invoice WHERE",
        "SELECT * FROM Invoice WHERE Id = '1' OR Id = '2'",
        "SELECT * FROM Invoice WHERE Balance > 0",
        "SELECT * FROM Invoice WHERE Id IN '1'",
        "SELECT * FROM Invoice GROUP BY Id",
        "SELECT * FROM Invoice, Bill",
        "SELECT * FROM Invoice MAXRESULTS '5'",
        "SELECT * FROM Invoice MAXRESULTS -5",
        "SELECT * FROM Invoice WHERE Id = 'open",
        "SELECT COUNT(Id) FROM Invoice",
        "SELECT * FROM Invoice; SELECT * FROM Bill",
    ],
)
def test_text_outside_of_the_grammar_is_refused(books: Books, text: str) -> None:
    """Code 4000 for what the grammar doesn't have."""
    with pytest.raises(QboFault) as caught:
        books.query(text)
    assert caught.value.errors[0].code == "4000"


@pytest.mark.inferred("live tests by third parties: Id takes = and IN; ClassRef and CustomerTypeRef can't be asked")
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM Invoice WHERE Nothing = '1'",
        "SELECT * FROM Invoice WHERE Id > '1'",
        "SELECT * FROM Invoice WHERE Id LIKE '1%'",
        "SELECT * FROM Invoice WHERE ClassRef = '1'",
        "SELECT * FROM Customer WHERE CustomerTypeRef = '1'",
        "SELECT * FROM Invoice WHERE Line = '1'",
        "SELECT * FROM Invoice WHERE BillAddr = '1'",
        "SELECT * FROM Invoice ORDERBY TxnTaxDetail",
        "SELECT * FROM Invoice ORDERBY Nothing",
        "SELECT Nothing FROM Invoice",
        "SELECT * FROM Invoice MAXRESULTS 1001",
        "SELECT * FROM Invoice WHERE TotalAmt = 'much'",
        "SELECT * FROM Invoice WHERE MetaData.CreateTime > 'yesterday'",
    ],
)
def test_what_cannot_be_asked_is_refused(invoices: Books, text: str) -> None:
    """Code 4001 for properties and values that can't be asked."""
    with pytest.raises(QboFault) as caught:
        invoices.query(text)
    assert caught.value.errors[0].code == "4001"


@pytest.mark.inferred("whatever the text, the answer is QuickBooks' own")
@given(st.text(alphabet="SELECTFROMWHERE *'(),=<>!\\%.0123 invoicedtxnabl\n\t", max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is answered or refused with a fault."""
    books = Books("Empty", "9341450000000001", opened_at=OPENED)
    for query in (f"SELECT * FROM Invoice {text}", text):  # noqa: S608 - it is the grammar that is tested
        with contextlib.suppress(QboFault):
            books.query(query)


@pytest.mark.inferred("whatever is asked, the answer is QuickBooks' own")
@pytest.mark.parametrize("entity", sorted(PROPERTIES))
def test_each_property_can_be_asked_or_not(books: Books, entity: str) -> None:
    """Whatever the property, a query by it is answered or refused; all can be selected."""
    books.create("Invoice", invoice("1"), at=OPENED)
    for name in PROPERTIES[entity]:
        for value in ("1", "true", "2026-01-05"):
            with contextlib.suppress(QboFault):
                books.query(f"SELECT {name} FROM {entity} WHERE {name} = '{value}' ORDERBY {name}")  # noqa: S608
        books.query(f"SELECT *, {name} FROM {entity}")  # noqa: S608


@pytest.mark.documented("CustomerRef and VendorRef can be filtered by")
def test_documents_are_found_by_whom_they_concern(books: Books) -> None:
    """Invoices by customer, bills by vendor, and both by what is open."""
    ours = books.create("Invoice", invoice("20"), at=OPENED)
    books.create("Invoice", invoice("5", CustomerRef={"value": "2"}), at=OPENED)
    owed = books.create("Bill", bill("30"), at=OPENED)
    found = {
        "SELECT * FROM Invoice WHERE CustomerRef = '1'": [ours],
        "SELECT * FROM Invoice WHERE CustomerRef IN ('1', '9') AND Balance > '0'": [ours],
        "SELECT * FROM Bill WHERE VendorRef = '3' AND Balance > '0'": [owed],
        "SELECT * FROM Bill WHERE VendorRef = '1'": [],
    }
    assert {text: books.query(text).entities for text in found} == found
