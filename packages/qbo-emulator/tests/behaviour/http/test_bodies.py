"""Bad input: QuickBooks' own fault for each, never a 500 of ours, and books that didn't change."""

import asyncio
import json
from urllib.parse import quote

import httpx2
import pytest
from emulator_support import REALM, Served, ServedMaker, served
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = {"Content-Type": "application/json"}
NAMES = ("Id", "SyncToken", "Line", "Amount", "VendorRef", "value", "DetailType", "TxnDate", "sparse", "DocNumber")
PLACES = ("query", "cdc", "reports", "BalanceSheet", "exchangerate", "vendor", "1", "pdf", "download", "companyinfo")
PARAMETERS = (
    *("query", "entities", "changedSince", "requestid", "minorversion", "sourcecurrencycode", "asofdate"),
    *("start_date", "end_date", "date_macro", "operation", "include"),
)
VALUES = (
    *("SELECT * FROM Vendor", "select", "Vendor,Bill", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    *("2026-02-01", "2026-02-30", "EUR", "75", "This Month", "void", "SELECT * FROM Bill WHERE Id = '\u0663'"),
    "SELECT * FROM Bill WHERE MetaData.CreateTime > '0001-01-01T00:00:00+14:00'",
)
VENDOR = f"/v3/company/{REALM}/vendor"


def complaint(answer: httpx2.Response) -> tuple[int, str, str]:
    """Status, code and detail of a fault."""
    [error] = answer.json()["Fault"]["Error"]
    return answer.status_code, error["code"], error["Detail"]


@pytest.mark.documented("bad JSON: a 400 fault")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b'{"DisplayName": NaN}', b"\xff", b"[" * 100_000])
async def test_a_body_that_is_no_json_object(serve: ServedMaker, content: bytes) -> None:
    """Each is answered with code 2010 and creates nothing."""
    running = serve()
    answer = await running.http.post(VENDOR, content=content, headers=JSON)
    assert complaint(answer)[:2] == (400, "2010")
    assert running.books.file.store.count("Vendor") == 1


@pytest.mark.documented("gomodule/oauth1 issue 25: Operation Cannot consume content type is not supported")
@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "image/png"])
async def test_a_body_of_another_type(serve: ServedMaker, content_type: str) -> None:
    """QuickBooks consumes JSON, however well the body would parse."""
    running = serve()
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await running.http.post(VENDOR, content=b'{"DisplayName": "X"}', headers=headers)
    assert complaint(answer) == (400, "500", "Operation Cannot consume content type is not supported.")
    assert running.books.file.store.count("Vendor") == 1


@pytest.mark.documented("query by POST: application/text; text/plain works too")
async def test_types_of_a_posted_query(serve: ServedMaker) -> None:
    """Both text types are consumed, with a charset too; JSON isn't."""
    running = serve()
    url = f"/v3/company/{REALM}/query"
    statuses = {}
    for content_type in ("application/text", "text/plain", "text/plain; charset=utf-8", "application/json"):
        answer = await running.http.post(url, content="SELECT * FROM Vendor", headers={"Content-Type": content_type})
        statuses[content_type] = answer.status_code
    assert list(statuses.values()) == [200, 200, 200, 400]


@pytest.mark.inferred("some limit there must be; the code is that of an operation that isn't supported")
async def test_a_body_of_more_than_two_megabytes(serve: ServedMaker) -> None:
    """The fault comes after the whole body was read, and nothing is created."""
    running = serve()
    large = json.dumps({"DisplayName": "X", "Notes": "n" * 2_000_000})
    answer = await running.http.post(VENDOR, content=large, headers=JSON)
    assert complaint(answer)[:2] == (400, "500")
    assert running.books.file.store.count("Vendor") == 1


@pytest.mark.documented("an unknown operation is not supported")
@pytest.mark.parametrize("operation", ["explode", "void", "delete"])
async def test_operations_that_a_vendor_does_not_have(serve: ServedMaker, operation: str) -> None:
    """A vendor can neither be voided nor deleted, and nothing can be exploded: code 500, the vendor stays."""
    running = serve()
    answer = await running.post("vendor", {"Id": "3", "SyncToken": "0"}, operation=operation)
    assert complaint(answer)[:2] == (400, "500")
    assert running.books.read("Vendor", "3")["SyncToken"] == "0"


@pytest.mark.inferred("whatever a client sends, the answer is a fault or a success of QuickBooks")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(NAMES),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["bill", "billpayment", "invoice", "vendor", "journalentry", "account", "batch", "query"]),
    st.sampled_from(["", "update", "delete", "void"]),
)
def test_no_body_breaks_the_books(body: object, path: str, operation: str) -> None:
    """Random JSON in every write is refused or taken, never a failure of ours, and debits stay equal to credits."""

    async def answer() -> tuple[int, Served]:
        emulator = served()
        parameters = {"operation": operation} if operation else {}
        answered = await emulator.post(path, body, **parameters)
        await emulator.http.aclose()
        return answered.status_code, emulator

    status, emulator = asyncio.run(answer())
    assert status in (200, 400, 501)
    ledger = emulator.books.ledger
    assert sum(ledger.balance(account["Id"]) for account in emulator.books.records("Account")) == 0


@pytest.mark.inferred("whatever a client asks, the answer is a fault or a success of QuickBooks")
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(PLACES) | st.text(max_size=5), min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(PARAMETERS), st.sampled_from(VALUES) | st.text(max_size=12), max_size=4),
)
def test_no_address_breaks_the_server(parts: list[str], parameters: dict[str, str]) -> None:
    """Random paths and parameters are answered or refused, never a failure of ours."""
    path = "/".join(quote(part, safe="") for part in parts)

    async def answer() -> int:
        emulator = served()
        answered = await emulator.get(path, **parameters)
        await emulator.http.aclose()
        return answered.status_code

    assert asyncio.run(answer()) in (200, 400, 403, 501)
