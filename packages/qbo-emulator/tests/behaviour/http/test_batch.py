"""Batches: mixed, independent items with an answer each."""

import pytest
from emulator_support import REALM, ServedMaker

from qbo_emulator.jsontypes import JsonObject

VENDOR: JsonObject = {"operation": "create", "Vendor": {"DisplayName": "Printer"}}


def batch(*items: JsonObject) -> JsonObject:
    """A batch of items that are numbered b1, b2, …"""
    return {"BatchItemRequest": [{"bId": f"b{number}", **item} for number, item in enumerate(items, 1)]}


@pytest.mark.documented("batch: create, update, delete, void, query; faults inside of 200; bId comes back")
async def test_items_are_independent(serve: ServedMaker) -> None:
    """A refused item keeps none of the others from being carried out; each answer is a whole one with its bId."""
    served = serve()
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    for number in ("1", "2"):
        await served.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line], "DocNumber": number})
    answer = await served.post(
        "batch",
        batch(
            VENDOR,
            {"operation": "create", "Vendor": {}},
            {"operation": "update", "Customer": {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "N"}},
            {"operation": "delete", "Invoice": {"Id": "1", "SyncToken": "0"}},
            {"operation": "update", "optionsData": "void", "Invoice": {"Id": "2", "SyncToken": "0", "sparse": True}},
            {"Query": "SELECT COUNT(*) FROM Vendor"},
            {"Query": "SELECT * FROM Nonsense"},
        ),
    )
    assert answer.status_code == 200
    items = answer.json()["BatchItemResponse"]
    assert list(answer.json()) == ["BatchItemResponse", "time"]
    assert [item["bId"] for item in items] == [f"b{number}" for number in range(1, 8)]
    assert items[0]["Vendor"]["DisplayName"] == "Printer"
    assert items[1]["Fault"]["type"] == "ValidationFault"
    assert items[2]["Customer"]["Notes"] == "N"
    assert items[3]["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": "1"}
    assert (items[4]["Invoice"]["TotalAmt"], items[4]["Invoice"]["PrivateNote"]) == (0, "Voided")
    assert items[5]["QueryResponse"] == {"totalCount": 2}
    assert items[6]["Fault"]["Error"][0]["code"] == "4001"


@pytest.mark.documented("batch: at most 30 items; error code 1040: batch size exceeds allowed limit")
async def test_a_batch_has_at_most_thirty_items(serve: ServedMaker) -> None:
    """Thirty are carried out; of thirty-one none is."""
    served = serve()
    vendors: list[JsonObject] = [
        {"operation": "create", "Vendor": {"DisplayName": f"V{number}"}} for number in range(31)
    ]
    refused = await served.post("batch", batch(*vendors))
    assert (refused.status_code, refused.json()["Fault"]["Error"][0]["code"]) == (400, "1040")
    assert served.books.file.store.count("Vendor") == 1
    taken = await served.post("batch", batch(*vendors[:30]))
    assert len(taken.json()["BatchItemResponse"]) == 30
    assert served.books.file.store.count("Vendor") == 31


@pytest.mark.documented("batch: a requestid of at most 36 characters; what was refused can be sent again under it")
async def test_a_repeated_batch_repeats_no_item(serve: ServedMaker) -> None:
    """Items that were carried out give their stored answers, one that was refused is carried out when corrected."""
    served = serve()
    first = await served.post("batch", batch(VENDOR, {"operation": "create", "Vendor": {}}), requestid="r")
    corrected = {"operation": "create", "Vendor": {"DisplayName": "Corrected"}}
    again = await served.post("batch", batch(VENDOR, corrected), requestid="r")
    before, after = (answer.json()["BatchItemResponse"] for answer in (first, again))
    assert after[0] == before[0]
    assert ("Fault" in before[1], after[1]["Vendor"]["DisplayName"]) == (True, "Corrected")
    assert served.books.file.store.count("Vendor") == 3
    assert (await served.post("batch", batch(VENDOR), requestid="r" * 37)).status_code == 400


@pytest.mark.documented("intuit/QuickBooks-V3-Java-SDK issue 180: requestid and bId together are an item's request_id")
async def test_a_long_bid_is_too_much_beside_a_requestid(serve: ServedMaker) -> None:
    """36 and 36 characters are 72, more than 50: each item is refused in the words that were reported."""
    served = serve()
    item = {"bId": "b" * 36, **VENDOR}
    answer = await served.post("batch", {"BatchItemRequest": [item]}, requestid="r" * 32)
    [refused] = answer.json()["BatchItemResponse"]
    assert refused["Fault"]["Error"][0]["code"] == "6000"
    assert refused["Fault"]["Error"][0]["Detail"].endswith("You tried entering rrrrrrrrrr..., which is 68 characters.")
    assert served.books.file.store.count("Vendor") == 1


@pytest.mark.inferred("what is no batch is refused as a whole, what is no item as an item")
async def test_batches_that_make_no_sense(serve: ServedMaker) -> None:
    """Without items: a fault; items of the wrong shape: their own faults."""
    served = serve()
    bodies: list[JsonObject] = [{}, {"BatchItemRequest": []}, {"BatchItemRequest": {}}, {"BatchItemRequest": ["x"]}]
    for body in bodies:
        assert (await served.post("batch", body)).status_code == 400
    odd: list[JsonObject] = [
        {},
        {"operation": "create", "Vendor": {}, "Customer": {}},
        {"Vendor": {"DisplayName": "No operation"}},
        {"operation": "create", "Vendor": "X"},
        {"operation": "create", "Nonsense": {}},
        {"operation": "explode", "Vendor": {"DisplayName": "X"}},
        {"Query": 7},
    ]
    answer = await served.post("batch", batch(*odd))
    assert all("Fault" in item for item in answer.json()["BatchItemResponse"])
    assert served.books.file.store.count("Vendor") == 1


@pytest.mark.documented("V3 schema: BatchItemRequest has CDCQuery")
async def test_change_data_capture_in_a_batch(serve: ServedMaker) -> None:
    """An item can ask what changed."""
    served = serve()
    await served.post("vendor", {"DisplayName": "New"})
    query = {"CDCQuery": {"Entities": "Vendor,Bill", "ChangedSince": "2026-02-01T00:00:00-08:00"}}
    [item] = (await served.post("batch", batch(query))).json()["BatchItemResponse"]
    [vendors, bills] = item["CDCResponse"][0]["QueryResponse"]
    assert ([vendor["DisplayName"] for vendor in vendors["Vendor"]], bills) == (["New"], {})


@pytest.mark.documented("a batch is for one company")
async def test_a_batch_needs_the_companys_token(serve: ServedMaker) -> None:
    """Another company's token opens none of it."""
    served = serve(companies=2)
    url = f"/v3/company/{int(REALM) + 1}/batch"
    assert (await served.http.post(url, json=batch(VENDOR))).status_code == 403
