"""The API over HTTP: paths, envelopes, headers, tokens, requestid and limits."""

import pytest
from emulator_support import REALM, ServedMaker


@pytest.mark.documented("read, query, create: paths and envelopes")
async def test_create_read_and_query(serve: ServedMaker) -> None:
    """A vendor that is created can be read by id and found by GET and by POST queries."""
    served = serve()
    made = await served.post("vendor", {"DisplayName": "Printer"}, minorversion="75")
    assert (made.status_code, list(made.json())) == (200, ["Vendor", "time"])
    vendor = made.json()["Vendor"]
    assert (await served.get(f"vendor/{vendor['Id']}")).json()["Vendor"] == vendor
    text = "select * from vendor where DisplayName = 'printer'"
    asked = await served.get("query", query=text, minorversion="75")
    body = asked.json()["QueryResponse"]
    assert body == {"Vendor": [vendor], "startPosition": 1, "maxResults": 1}
    url = f"/v3/company/{REALM}/query"
    posted = await served.http.post(url, content=text, headers={"Content-Type": "application/text"})
    assert posted.json()["QueryResponse"] == body
    counted = await served.get("query", query="SELECT COUNT(*) FROM Vendor")
    assert counted.json()["QueryResponse"] == {"totalCount": 2}


@pytest.mark.documented("CompanyInfo and Preferences")
async def test_the_company_itself(serve: ServedMaker) -> None:
    """CompanyInfo is read by realm id, Preferences without one, both by query."""
    served = serve()
    info = (await served.get(f"companyinfo/{REALM}")).json()["CompanyInfo"]
    assert (info["CompanyName"], info["Country"], info["Id"]) == ("Small & Co", "US", "1")
    preferences = (await served.get("preferences")).json()["Preferences"]
    assert preferences["CurrencyPrefs"]["HomeCurrency"] == {"value": "USD"}
    found = (await served.get("query", query="select * from companyInfo")).json()["QueryResponse"]
    assert found["CompanyInfo"] == [info]


@pytest.mark.recorded("vcr-2020/*: headers")
async def test_headers(serve: ServedMaker) -> None:
    """Answers carry QuickBooks' headers; faults only the ids."""
    served = serve()
    answer = await served.get("account/1")
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.headers["cache-control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert {"intuit_tid", "qbo-version", "service-time", "x-spanid", "expires"} <= set(answer.headers)
    fault = await served.get("account/77")
    assert (fault.status_code, fault.headers["content-type"]) == (400, "application/json")
    assert "qbo-version" not in fault.headers


@pytest.mark.recorded("vcr-2020/error__500.json")
async def test_paths_that_do_not_exist(serve: ServedMaker) -> None:
    """Unknown paths are an unsupported operation, code 500 with status 400."""
    served = serve()
    for path in ("customer/1/5", "nonsense", "nonsense/1", "", "query/1", "account"):
        answer = await served.get(path)
        assert answer.status_code == 400, path
        [error] = answer.json()["Fault"]["Error"]
        assert (error["code"], error["Message"]) == ("500", "Unsupported Operation"), path
    assert "Could not find resource for relative" in (await served.get("customer/1/5")).text


@pytest.mark.recorded("vcr-2020/error__500.json: the answer to customer/1.5 has no time")
async def test_the_fault_without_a_time(serve: ServedMaker) -> None:
    """Code 2030 comes without `time`, others with it."""
    served = serve()
    assert list((await served.get("customer/1.5")).json()) == ["Fault"]
    assert list((await served.get("customer/77")).json()) == ["Fault", "time"]


@pytest.mark.documented("SDK tests: the gateway's lower-case envelope, code 3200")
@pytest.mark.parametrize("header", ["Bearer unknown", "Basic abc", ""])
async def test_a_request_without_a_good_token(serve: ServedMaker, header: str) -> None:
    """HTTP 401 with the challenge and the gateway's own envelope."""
    served = serve()
    answer = await served.http.get(f"/v3/company/{REALM}/account/1", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    fault = answer.json()["fault"]
    assert (fault["type"], fault["error"][0]["code"]) == ("AUTHENTICATION", "3200")
    assert isinstance(answer.json()["time"], int)


@pytest.mark.documented("code 3100: ApplicationAuthorizationFailed")
async def test_a_token_opens_only_its_own_company(serve: ServedMaker) -> None:
    """Another realm, served or not, is forbidden."""
    served = serve(companies=2)
    for realm in (str(int(REALM) + 1), "1234567890"):
        answer = await served.http.get(f"/v3/company/{realm}/account/1")
        assert answer.status_code == 403
        assert answer.json()["Fault"]["type"] == "AuthorizationFault"
        assert answer.json()["Fault"]["Error"][0]["code"] == "3100"


@pytest.mark.documented("access tokens live 3600 seconds")
async def test_an_access_token_expires(serve: ServedMaker) -> None:
    """One second before the hour it works, at the hour it doesn't."""
    served = serve()
    served.time.seconds = 3599
    assert (await served.get("account/1")).status_code == 200
    served.time.seconds = 3600
    assert (await served.get("account/1")).status_code == 401


@pytest.mark.documented("requestid: same id, same stored response, nothing new (blogs.intuit.com/2015/04/06/15346)")
async def test_a_repeated_requestid_gives_the_stored_answer(serve: ServedMaker) -> None:
    """The second POST answers byte for byte what the first did, even with another body."""
    served = serve()
    first = await served.post("vendor", {"DisplayName": "Once"}, requestid="r-1")
    served.time.seconds = 60
    again = await served.post("vendor", {"DisplayName": "Once"}, requestid="r-1")
    assert (again.status_code, again.content) == (200, first.content)
    other = await served.post("vendor", {"DisplayName": "Twice"}, requestid="r-2")
    assert other.json()["Vendor"]["Id"] != first.json()["Vendor"]["Id"]
    assert served.books.file.store.count("Vendor") == 3


@pytest.mark.inferred("a refused request created nothing, so its requestid is free for the corrected one")
async def test_a_refused_request_does_not_use_up_its_requestid(serve: ServedMaker) -> None:
    """After a fault the same requestid carries the corrected body."""
    served = serve()
    assert (await served.post("vendor", {}, requestid="r-1")).status_code == 400
    assert (await served.post("vendor", {"DisplayName": "Good"}, requestid="r-1")).status_code == 200


@pytest.mark.documented("requestid: at most 50 characters, unique per company")
async def test_requestids_are_short_and_a_companys_own(serve: ServedMaker) -> None:
    """51 characters are refused; the same id in another company is another request."""
    served = serve(companies=2)
    assert (await served.post("vendor", {"DisplayName": "X"}, requestid="r" * 51)).status_code == 400
    await served.post("vendor", {"DisplayName": "X"}, requestid="r")
    other_realm = str(int(REALM) + 1)
    token = served.emulator.authority.grant(other_realm).access_token
    url = f"/v3/company/{other_realm}/vendor?requestid=r"
    headers = {"Authorization": f"Bearer {token}"}
    made = await served.http.post(url, json={"DisplayName": "Y"}, headers=headers)
    assert made.json()["Vendor"]["DisplayName"] == "Y"


@pytest.mark.documented("10 requests per second for a company and app")
async def test_the_eleventh_request_of_a_second_is_throttled(serve: ServedMaker) -> None:
    """Ten are answered, the eleventh isn't; a second later there is room again."""
    served = serve(limited=True)
    statuses = [(await served.get("account/1")).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    served.time.seconds += 1
    assert (await served.get("account/1")).status_code == 200


@pytest.mark.documented("500 requests per minute for a company")
async def test_the_501st_request_of_a_minute_is_throttled(serve: ServedMaker) -> None:
    """At nine a second the limit of the minute is met."""
    served = serve(limited=True)
    statuses = []
    for number in range(501):
        served.time.seconds = number / 9
        statuses.append((await served.get("account/1")).status_code)
    assert (statuses.count(200), statuses[-1]) == (500, 429)


@pytest.mark.recorded("faults/too_many_requests_error.xml")
async def test_the_throttle_answers_in_xml(serve: ServedMaker) -> None:
    """The body is the recorded XML but for its time, whatever the client accepts; there is no Retry-After."""
    served = serve(limited=True)
    for _ in range(10):
        await served.get("account/1")
    answer = await served.get("account/1")
    assert answer.headers["content-type"] == "application/xml"
    assert "retry-after" not in answer.headers
    lines = answer.text.splitlines()
    assert lines[0] == '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    assert lines[1].endswith(' xmlns="http://schema.intuit.com/finance/v3">')
    assert lines[2:6] == [
        '  <Fault type="SERVICE">',
        '    <Error code="3001">',
        "      <Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>",
        "      <Detail>The request limit was reached.  Try again later</Detail>",
    ]


@pytest.mark.documented("bad JSON: a 400 fault")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b'{"DisplayName": NaN}', b"\xff", b"[" * 100_000])
async def test_a_body_that_is_no_json_object(serve: ServedMaker, content: bytes) -> None:
    """Each is answered with code 2010 and creates nothing."""
    served = serve()
    answer = await served.http.post(
        f"/v3/company/{REALM}/vendor", content=content, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["Fault"]["Error"][0]["code"]) == (400, "2010")
    assert served.books.file.store.count("Vendor") == 1


@pytest.mark.inferred("what the emulator can't do yet it says")
@pytest.mark.parametrize(
    ("method", "path", "headers", "named"),
    [
        ("GET", "reports/Nonsense", {}, "the report Nonsense"),
        ("GET", "timeactivity/1", {}, "the entity type TimeActivity"),
        ("POST", "timeactivity", {}, "the entity type TimeActivity"),
        ("GET", "account/1", {"Accept": "application/xml"}, "XML answers"),
        ("POST", "account", {"Content-Type": "application/xml"}, "XML bodies"),
    ],
)
async def test_what_is_missing_says_so(
    serve: ServedMaker, method: str, path: str, headers: dict[str, str], named: str
) -> None:
    """501 names what isn't there."""
    served = serve()
    url = f"/v3/company/{REALM}/{path}"
    answer = await served.http.request(method, url, json={"Id": "1", "SyncToken": "0"}, headers=headers)
    assert answer.status_code == 501
    assert answer.json()["Fault"]["Error"][0]["Detail"] == f"qbo-emulator does not implement {named}"
