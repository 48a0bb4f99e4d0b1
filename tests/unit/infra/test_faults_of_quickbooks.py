"""QuickBooks' faults in all their spellings become one typed error each, with words that help."""

import httpx2
import pytest

from oodaloo.infra.qbo.client import error_for
from oodaloo.infra.qbo.errors import (
    QboForbiddenError,
    QboServerError,
    QboThrottledError,
    QboUnauthorizedError,
    QboValidationError,
)

JSON = {"content-type": "application/json", "intuit_tid": "1-abc-def"}
XML = {"content-type": "application/xml", "intuit_tid": "1-abc-def"}
THROTTLED_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<IntuitResponse time="2015-08-10T10:36:00.000-07:00" xmlns="http://schema.intuit.com/finance/v3">'
    '<Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429'
    "</Message></Error></Fault></IntuitResponse>"
)
STALE = (
    '{"Fault":{"Error":[{"Message":"Stale Object Error","Detail":"You and root were working on this at the same time.",'
    '"code":"5010","element":""}],"type":"ValidationFault"},"time":"2026-05-05T02:08:55.123-07:00"}'
)
EXPIRED = (
    '{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":"message=AuthenticationFailed; errorCode=003200;'
    ' statusCode=401","detail":"Token expired: eyJlbmMi-the-token","code":"3200","element":null}],'
    '"type":"AUTHENTICATION"},"report":null,"requestId":null,"time":1777941000000,"status":null}'
)


def test_a_refusal_keeps_its_code_and_words() -> None:
    """A validation fault is told with QuickBooks' detail, code and the id that Intuit's support asks for."""
    error = error_for(httpx2.Response(400, headers=JSON, text=STALE))
    assert isinstance(error, QboValidationError)
    assert error.code == "5010"
    assert "working on this at the same time (code 5010)" in str(error)
    assert error.intuit_tid == "1-abc-def"
    assert "1-abc-def" in str(error)


def test_an_expired_token_is_read_in_its_lower_case_spelling_and_not_repeated() -> None:
    """An authentication fault spells its keys in lower case and quotes the token, which no message may show."""
    error = error_for(httpx2.Response(401, headers=JSON, text=EXPIRED))
    assert isinstance(error, QboUnauthorizedError)
    assert "3200" in str(error)
    assert "eyJlbmMi" not in str(error)


@pytest.mark.parametrize("status", [429, 403])
def test_a_throttle_is_known_in_xml(status: int) -> None:
    """The throttle came as XML for JSON clients too, once with status 403; both mean waiting."""
    error = error_for(httpx2.Response(status, headers=XML, text=THROTTLED_XML))
    assert isinstance(error, QboThrottledError)
    assert error.retry_after_seconds is None


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7.0), ("0", 0.0), ("", None), ("soon", None), ("-1", None), ("²", None)]
)
def test_a_throttle_s_own_wish_counts_when_it_has_one(value: str, seconds: float | None) -> None:
    """Retry-After in whole seconds is honoured, anything else is as if it were absent."""
    headers = httpx2.Headers([(b"content-type", b"application/json"), (b"retry-after", value.encode())])
    error = error_for(httpx2.Response(429, headers=headers, text="{}"))
    assert isinstance(error, QboThrottledError)
    assert error.retry_after_seconds == seconds


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_their_failures_are_theirs(status: int) -> None:
    """Any 5xx is QuickBooks' failure, whatever the body holds."""
    error = error_for(httpx2.Response(status, headers=XML, text="<html>gateway</html>"))
    assert isinstance(error, QboServerError)
    assert str(status) in str(error)


def test_a_forbidden_company_says_who_may() -> None:
    """Without permission the person learns that a company administrator has to connect."""
    body = '{"Fault":{"Error":[{"Message":"message=ApplicationAuthorizationFailed","code":"3100"}],"type":"SERVICE"}}'
    error = error_for(httpx2.Response(403, headers=JSON, text=body))
    assert isinstance(error, QboForbiddenError)
    assert "company administrator" in str(error)


@pytest.mark.parametrize("body", ["", "<html>not json</html>", "[]", "{}", '{"Fault":{"Error":[],"type":"x"}}'])
def test_an_unreadable_refusal_is_still_an_error(body: str) -> None:
    """A refusal without a readable fault tells its status."""
    error = error_for(httpx2.Response(400, headers=JSON, text=body))
    assert isinstance(error, QboValidationError)
    assert error.code == ""
    assert "status 400" in str(error)
