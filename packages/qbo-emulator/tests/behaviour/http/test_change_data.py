"""Change data capture: what changed since a moment, its limits, and a mirror that it keeps."""

from datetime import timedelta

import pytest
from emulator_support import OPENED, Served, ServedMaker, invoice, payment

from qbo_emulator.jsontypes import JsonObject

SINCE = (OPENED + timedelta(days=29)).isoformat()


async def changed(served: Served, entities: str, since: str = SINCE) -> list[JsonObject]:
    """What each type asked for answers."""
    answer = await served.get("cdc", entities=entities, changedSince=since)
    assert answer.status_code == 200, answer.text
    [response] = answer.json()["CDCResponse"]
    return list(response["QueryResponse"])


@pytest.mark.recorded("vcr-2020/cdc__basic.json, cdc/cdc_bill_billpayment_2016.json, cdc/cdc_empty.json")
async def test_changes_by_type_in_the_order_asked(serve: ServedMaker) -> None:
    """Full entities with the counts that their queries have, an empty object for a type without changes."""
    served = serve()
    at = served.time.now()
    served.books.create("Invoice", invoice("10"), at=at)
    served.books.create("Payment", payment("10", ("Invoice", "1", "10")), at=at + timedelta(seconds=5))
    bills, payments, invoices = await changed(served, "bill, Payment,INVOICE")
    assert bills == {}
    assert (payments["startPosition"], payments["maxResults"], "totalCount" in payments) == (1, 1, False)
    assert (invoices["startPosition"], invoices["maxResults"], invoices["totalCount"]) == (1, 1, 1)
    assert invoices["Invoice"] == [(await served.get("invoice/1")).json()["Invoice"]]


@pytest.mark.recorded("cdc/cdc_deleted_item.json")
async def test_what_was_deleted(serve: ServedMaker) -> None:
    """A deleted entity is a stub with its id and the time of its end."""
    served = serve()
    served.books.create("Invoice", invoice("10"), at=served.time.now())
    served.books.delete("Invoice", {"Id": "1", "SyncToken": "0"}, at=served.time.now())
    [invoices] = await changed(served, "Invoice")
    metadata = {"LastUpdatedTime": "2026-02-04T09:00:00-08:00"}
    assert invoices["Invoice"] == [{"domain": "QBO", "status": "Deleted", "Id": "1", "MetaData": metadata}]


@pytest.mark.documented("Wish-Org/QuickBooksSharp issue 19: changedSince older than fixed days is not supported")
async def test_changes_go_back_thirty_days(serve: ServedMaker) -> None:
    """Thirty days are answered; one second more is refused in the words that were reported."""
    served = serve()
    edge = served.time.now() - timedelta(days=30)
    await changed(served, "Invoice", edge.isoformat())
    older = (edge - timedelta(seconds=1)).isoformat()
    refused = await served.get("cdc", entities="Invoice", changedSince=older)
    [error] = refused.json()["Fault"]["Error"]
    assert (refused.status_code, error["code"]) == (400, "500")
    assert error["Detail"] == (
        f"Operation cdc with changedSince date {older} which is older than fixed days is not supported."
    )


@pytest.mark.documented("change data capture: at most 1000 objects")
async def test_a_thousand_changes_are_all_that_one_answer_holds(serve: ServedMaker) -> None:
    """Of 1,001 changes the last one asked for is missing, and nothing says so."""
    served = serve()
    for number in range(1000):
        served.books.create("Vendor", {"DisplayName": f"V{number}"}, at=served.time.now())
    served.books.create("Invoice", invoice("10"), at=served.time.now())
    vendors, invoices = await changed(served, "Vendor,Invoice")
    assert (vendors["maxResults"], invoices) == (1000, {})
    invoices, vendors = await changed(served, "Invoice,Vendor")
    assert (invoices["maxResults"], vendors["maxResults"]) == (1, 999)


@pytest.mark.documented("change data capture doesn't cover JournalCode, TaxAgency, TimeActivity, TaxCode, TaxRate")
@pytest.mark.parametrize("name", ["TaxCode", "taxrate", "JournalCode", "Nonsense"])
async def test_types_that_are_not_covered(serve: ServedMaker, name: str) -> None:
    """One of them makes the whole call a fault."""
    served = serve()
    answer = await served.get("cdc", entities=f"Invoice,{name}", changedSince=SINCE)
    assert (answer.status_code, answer.json()["Fault"]["Error"][0]["code"]) == (400, "500")


@pytest.mark.inferred("codes of the entity API for the same mistakes")
@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "2020"),
        ({"entities": "Invoice"}, "2020"),
        ({"changedSince": SINCE}, "2020"),
        ({"entities": ",", "changedSince": SINCE}, "2020"),
        ({"entities": "Invoice", "changedSince": "yesterday"}, "2080"),
    ],
)
async def test_incomplete_calls(serve: ServedMaker, parameters: dict[str, str], code: str) -> None:
    """What is missing or can't be read is named."""
    answer = await serve().get("cdc", **parameters)
    assert (answer.status_code, answer.json()["Fault"]["Error"][0]["code"]) == (400, code)


@pytest.mark.documented("a mirror kept by change data capture equals a full query")
async def test_a_mirror_kept_by_changes_equals_a_full_query(serve: ServedMaker) -> None:
    """After creations, updates and deletions in several steps, laying the changes over one another gives the books."""
    served = serve()
    names = ("Customer", "Invoice", "Payment")
    mirror: dict[tuple[str, str], object] = {}
    since = served.time.now() - timedelta(seconds=1)
    for step in range(12):
        served.time.seconds += 60
        at = served.time.now()
        made = served.books.create("Invoice", invoice("10", PrivateNote=str(step)), at=at)
        if step % 2:
            served.books.create("Payment", payment("4", ("Invoice", made["Id"], "4")), at=at)
        if step % 3 == 2:
            victim = served.books.read("Invoice", str(int(made["Id"])))
            gone = {"Id": victim["Id"], "SyncToken": victim["SyncToken"]}
            served.books.delete("Invoice", gone, at=at)
        answers = await changed(served, ",".join(names), since.isoformat())
        for name, answer in zip(names, answers, strict=True):
            for entity in answer.get(name, []):
                if entity.get("status") == "Deleted":
                    mirror.pop((name, entity["Id"]), None)
                else:
                    mirror[name, entity["Id"]] = entity
        since = at
    for name in ("Invoice", "Payment"):
        asked = await served.get("query", query=f"SELECT * FROM {name} MAXRESULTS 1000")  # noqa: S608 - names of ours
        found = {(name, entity["Id"]): entity for entity in asked.json()["QueryResponse"].get(name, [])}
        assert found == {key: entity for key, entity in mirror.items() if key[0] == name}
