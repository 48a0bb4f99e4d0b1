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


@pytest.mark.documented("GET /exchangerate?sourcecurrencycode=&asofdate=")
async def test_an_exchange_rate_by_currency_and_day(serve: ServedMaker) -> None:
    """The rate of the day or the last one before it; the currency must be named, a day before all rates has none."""
    served = serve()
    served.books.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}})
    served.books.create("CompanyCurrency", {"Code": "EUR", "Name": "Euro"}, at=served.time.now())
    rate = {"SourceCurrencyCode": "EUR", "Rate": 1.25, "AsOfDate": "2026-02-01"}
    assert (await served.post("exchangerate", rate)).status_code == 200
    found = await served.get("exchangerate", sourcecurrencycode="EUR", asofdate="2026-02-03")
    assert found.json()["ExchangeRate"]["Rate"] == 1.25
    assert (await served.get("exchangerate", sourcecurrencycode="EUR")).json()["ExchangeRate"]["Rate"] == 1.25
    for parameters, code in (({}, "2020"), ({"sourcecurrencycode": "EUR", "asofdate": "2026-01-31"}, "610")):
        refused = await served.get("exchangerate", **parameters)
        assert refused.json()["Fault"]["Error"][0]["code"] == code


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
