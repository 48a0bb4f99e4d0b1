"""requestid: the same id gets the stored answer, and nothing happens twice."""

import pytest
from emulator_support import REALM, ServedMaker, bill, bill_payment

TOO_LONG = (
    "Business Validation Error: You cannot enter more than 50 characters in the request_id field. "
    "You tried entering rrrrrrrrrr..., which is 51 characters."
)


@pytest.mark.documented("requestid: same id, same stored response, nothing new (blogs.intuit.com/2015/04/06/15346)")
async def test_a_repeated_requestid_gives_the_stored_answer(serve: ServedMaker) -> None:
    """The second POST answers byte for byte what the first did, even with another body."""
    served = serve()
    first = await served.post("vendor", {"DisplayName": "Once"}, requestid="r-1")
    served.time.seconds = 60
    again = await served.post("vendor", {"DisplayName": "Changed"}, requestid="r-1")
    assert (again.status_code, again.content) == (200, first.content)
    other = await served.post("vendor", {"DisplayName": "Twice"}, requestid="r-2")
    assert other.json()["Vendor"]["Id"] != first.json()["Vendor"]["Id"]
    assert served.books.file.store.count("Vendor") == 3


@pytest.mark.documented("requestid holds for every operation that changes something")
async def test_a_bill_is_paid_and_unpaid_once(serve: ServedMaker) -> None:
    """A payment and its deletion, each sent twice, happen once each."""
    served = serve()
    await served.post("bill", bill_json("100"))
    paid = [await served.post("billpayment", payment_json("100", "1"), requestid="pay") for _ in range(2)]
    assert paid[0].content == paid[1].content
    assert served.books.read("Bill", "1")["Balance"] == 0
    gone = {"Id": paid[0].json()["BillPayment"]["Id"], "SyncToken": "0"}
    deleted = [await served.post("billpayment", gone, operation="delete", requestid="unpay") for _ in range(2)]
    assert [answer.status_code for answer in deleted] == [200, 200]
    assert deleted[0].content == deleted[1].content
    assert served.books.read("Bill", "1")["Balance"] == 100


@pytest.mark.inferred("QuickBooks' complaint about long ids names the field request_id of what it would have saved")
async def test_a_refused_request_does_not_use_up_its_requestid(serve: ServedMaker) -> None:
    """After a fault the same requestid carries the corrected body."""
    served = serve()
    assert (await served.post("vendor", {}, requestid="r-1")).status_code == 400
    assert (await served.post("vendor", {"DisplayName": "Good"}, requestid="r-1")).status_code == 200


@pytest.mark.documented("requestid: at most 50 characters; words of intuit/QuickBooks-V3-Java-SDK issue 180")
async def test_a_requestid_has_at_most_fifty_characters(serve: ServedMaker) -> None:
    """Fifty are taken; with one more nothing is created and the fault says so."""
    served = serve()
    refused = await served.post("vendor", {"DisplayName": "X"}, requestid="r" * 51)
    [error] = refused.json()["Fault"]["Error"]
    assert (refused.status_code, error["code"], error["Detail"]) == (400, "6000", TOO_LONG)
    assert (await served.post("vendor", {"DisplayName": "X"}, requestid="r" * 50)).status_code == 200


@pytest.mark.documented("requestid: unique per company")
async def test_requestids_are_a_companys_own(serve: ServedMaker) -> None:
    """The same id in another company is another request."""
    served = serve(companies=2)
    await served.post("vendor", {"DisplayName": "X"}, requestid="r")
    other_realm = str(int(REALM) + 1)
    token = served.emulator.authority.grant(other_realm).access_token
    url = f"/v3/company/{other_realm}/vendor?requestid=r"
    headers = {"Authorization": f"Bearer {token}"}
    made = await served.http.post(url, json={"DisplayName": "Y"}, headers=headers)
    assert made.json()["Vendor"]["DisplayName"] == "Y"


@pytest.mark.documented("requestid is not valid for /send")
async def test_sending_twice_sends_twice(serve: ServedMaker) -> None:
    """The same requestid doesn't keep a second mail back: DeliveryTime tells."""
    served = serve()
    await served.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [sales_line()]})
    times = []
    for _ in range(2):
        served.time.seconds += 60
        url = f"/v3/company/{REALM}/invoice/1/send?sendTo=a@example.com&requestid=r"
        sent = await served.http.post(url, headers={"Content-Type": "application/octet-stream"})
        times.append(sent.json()["Invoice"]["DeliveryInfo"]["DeliveryTime"])
    assert times[0] != times[1]


def bill_json(amount: str) -> dict[str, object]:
    """The landlord's bill as JSON can carry it."""
    return {**bill(amount), "Line": [{**bill(amount)["Line"][0], "Amount": float(amount)}]}


def payment_json(amount: str, bill_id: str) -> dict[str, object]:
    """A cheque for one bill as JSON can carry it."""
    line = {"Amount": float(amount), "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}
    return {**bill_payment(amount), "TotalAmt": float(amount), "Line": [line]}


def sales_line() -> dict[str, object]:
    """One line of an invoice as JSON can carry it."""
    return {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
