"""The life of a connection: consent, code, tokens, refresh, who it is, revocation."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from emulator_support import REALM, Served, ServedMaker
from joserfc import jwt
from joserfc.jwk import KeySet

REDIRECT = "http://127.0.0.1:9999/callback"
ASKED = {
    "client_id": "client",
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting openid",
    "redirect_uri": REDIRECT,
    "state": "s&1",
}
TOKENS = "/oauth2/v1/tokens/bearer"
CLIENT = httpx2.BasicAuth("client", "secret")
NOBODY = httpx2.Auth()
DAY = 24 * 3600


async def consent(served: Served, **changed: str) -> dict[str, list[str]]:
    """Approve (or not) and return the query string of the redirect."""
    form = {**ASKED, "decision": "approve", "realm_id": REALM, **changed}
    answer = await served.http.post("/connect/oauth2", data=form)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(REDIRECT + "?")
    return parse_qs(urlsplit(answer.headers["location"]).query)


async def tokens(served: Served, **form: str) -> httpx2.Response:
    """Ask the token endpoint."""
    return await served.http.post(TOKENS, data=form, auth=CLIENT)


@pytest.mark.recorded("oauth/discovery.json")
@pytest.mark.parametrize("which", ["openid_configuration", "openid_sandbox_configuration"])
async def test_discovery(serve: ServedMaker, samples: Path, which: str) -> None:
    """The document has the recorded keys and values, its addresses are ours; with or without a slash behind it."""
    served = serve()
    document = (await served.http.get(f"/.well-known/{which}")).json()
    assert (await served.http.get(f"/.well-known/{which}/")).json() == document
    recorded = json.loads((samples / "oauth" / "discovery.json").read_text())
    assert list(document) == list(recorded)
    addresses = {name for name, value in document.items() if isinstance(value, str)}
    assert {name: document[name] for name in recorded if name not in addresses} == {
        name: recorded[name] for name in recorded if name not in addresses
    }
    assert all(document[name].startswith("http://emulator/") for name in addresses)
    assert document["token_endpoint"] == "http://emulator/oauth2/v1/tokens/bearer"


@pytest.mark.documented("authorization code flow")
async def test_from_consent_to_books(serve: ServedMaker) -> None:
    """The page asks, approval brings code, realmId and state, the code brings tokens, the token opens the books."""
    served = serve(companies=2)
    page = await served.http.get("/connect/oauth2", params=ASKED)
    assert page.status_code == 200
    assert all(text in page.text for text in ("client", "Small &amp; Co", "Other 1", 'value="approve"'))
    assert page.headers["x-frame-options"] == "DENY"
    answered = await consent(served)
    assert (answered["realmId"], answered["state"]) == ([REALM], ["s&1"])
    code = answered["code"][0]
    granted = await tokens(served, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    body = granted.json()
    assert list(body) == [
        "token_type",
        "expires_in",
        "refresh_token",
        "x_refresh_token_expires_in",
        "access_token",
        "id_token",
    ]
    assert (body["token_type"], body["expires_in"], body["x_refresh_token_expires_in"]) == (
        "bearer",
        3600,
        8726400,
    )
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await served.http.get(f"/v3/company/{REALM}/account/1", headers=headers)).status_code == 200


@pytest.mark.documented("authorization code flow: cancel")
async def test_cancelling(serve: ServedMaker) -> None:
    """Cancel brings access_denied and the state."""
    assert await consent(serve(), decision="cancel") == {"error": ["access_denied"], "state": ["s&1"]}


@pytest.mark.documented("authorization code flow: what the client asks must be complete")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
    ],
)
async def test_incomplete_requests_go_back_with_an_error(
    serve: ServedMaker, changed: dict[str, str], error: str
) -> None:
    """Errors that concern the client's request are told to the client."""
    answer = await serve().http.get("/connect/oauth2", params={**ASKED, **changed})
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


@pytest.mark.documented("the redirect URI must match exactly")
@pytest.mark.parametrize(
    ("registered", "asked", "status"),
    [
        ((REDIRECT,), REDIRECT, 200),
        ((REDIRECT,), REDIRECT + "/", 400),
        (("https://app.example/cb", REDIRECT), REDIRECT, 200),
        ((), "http://localhost:1/x", 200),
        ((), "https://localhost/x", 400),
        ((), "http://evil.example/x", 400),
        ((), "", 400),
    ],
)
async def test_redirect_uris(serve: ServedMaker, registered: tuple[str, ...], asked: str, status: int) -> None:
    """Only a registered URI is redirected to; with none registered, any http URI on this machine."""
    served = serve(redirect_uris=registered)
    answer = await served.http.get("/connect/oauth2", params={**ASKED, "redirect_uri": asked})
    assert (answer.status_code, "location" in answer.headers) == (status, False)


@pytest.mark.documented("an unknown client is never redirected")
async def test_an_unknown_client_sees_a_page(serve: ServedMaker) -> None:
    """A wrong client_id ends on a page, at asking and at deciding."""
    served = serve()
    form = {**ASKED, "client_id": "other", "decision": "approve", "realm_id": REALM}
    assert (await served.http.get("/connect/oauth2", params=form)).status_code == 400
    assert (await served.http.post("/connect/oauth2", data=form)).status_code == 400


@pytest.mark.documented("a code is used once, for its redirect URI, within ten minutes")
async def test_codes_are_used_once(serve: ServedMaker) -> None:
    """A second use, another redirect URI and an old code are invalid grants."""
    served = serve()
    used = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    code = (await consent(served))["code"][0]
    assert (await tokens(served, **used, code=code)).status_code == 200
    codes = [code, (await consent(served))["code"][0]]
    elsewhere = {**used, "redirect_uri": REDIRECT + "/x"}
    answers = [await tokens(served, **used, code=codes[0]), await tokens(served, **elsewhere, code=codes[1])]
    old = (await consent(served))["code"][0]
    served.time.seconds += 600
    answers.append(await tokens(served, **used, code=old))
    assert [(each.status_code, each.json()) for each in answers] == [(400, {"error": "invalid_grant"})] * 3


@pytest.mark.documented("refresh values change about every 24 hours; the old one is dead")
async def test_refresh_values_rotate_after_a_day(serve: ServedMaker) -> None:
    """Within a day the same value comes back, after it another that goes on working."""
    served = serve()
    first = served.refresh_token
    served.time.seconds = DAY - 1
    same = await tokens(served, grant_type="refresh_token", refresh_token=first)
    assert same.json()["refresh_token"] == first
    assert same.json()["access_token"] != served.access_token
    served.time.seconds = DAY
    changed = await tokens(served, grant_type="refresh_token", refresh_token=first)
    second = changed.json()["refresh_token"]
    assert second != first
    assert (await tokens(served, grant_type="refresh_token", refresh_token=second)).status_code == 200


@pytest.mark.documented("IntuitDeveloper/Prompt-Library: a refresh value that comes again may end the connection")
async def test_a_dead_refresh_value_ends_the_connection(serve: ServedMaker) -> None:
    """Who refreshes with the value of yesterday loses today's too, and its access token."""
    served = serve()
    served.time.seconds = DAY
    changed = (await tokens(served, grant_type="refresh_token", refresh_token=served.refresh_token)).json()
    for value in (served.refresh_token, changed["refresh_token"]):
        dead = await tokens(served, grant_type="refresh_token", refresh_token=value)
        assert (dead.status_code, dead.json()) == (400, {"error": "invalid_grant"})
    headers = {"Authorization": f"Bearer {changed['access_token']}"}
    assert (await served.http.get(f"/v3/company/{REALM}/account/1", headers=headers)).status_code == 401


@pytest.mark.documented("IntuitDeveloper/Prompt-Library: a code used twice may end the connection")
async def test_a_code_used_twice_ends_the_connection(serve: ServedMaker) -> None:
    """The tokens that the first use brought are dead after the second."""
    served = serve()
    used = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code": (await consent(served))["code"][0]}
    granted = (await tokens(served, **used)).json()
    assert (await tokens(served, **used)).json() == {"error": "invalid_grant"}
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert (await served.http.get(f"/v3/company/{REALM}/account/1", headers=headers)).status_code == 401


@pytest.mark.documented("refresh values live 100 days from their last use, and five years at most")
async def test_refresh_values_end(serve: ServedMaker) -> None:
    """Each use pushes the hundred days forward until the five years are over; the answer says both on request."""
    served = serve()
    asks = {"x-include-refresh-token-hard-expires-in": "true"}
    years = 5 * 365 * DAY
    value = served.refresh_token
    for now in range(0, years, 100 * DAY):
        served.time.seconds = now
        form = {"grant_type": "refresh_token", "refresh_token": value}
        body = (await served.http.post(TOKENS, data=form, auth=CLIENT, headers=asks)).json()
        assert body["x_refresh_token_hard_expires_in"] == years - now
        assert body["x_refresh_token_expires_in"] == min(8_726_400, years - now)
        value = body["refresh_token"]
    plain = await tokens(served, grant_type="refresh_token", refresh_token=value)
    assert "x_refresh_token_hard_expires_in" not in plain.json()
    served.time.seconds = years
    ended = await tokens(served, grant_type="refresh_token", refresh_token=plain.json()["refresh_token"])
    assert ended.json() == {"error": "invalid_grant"}


@pytest.mark.documented("OpenID Connect: id_token (RS256), keys, claims")
async def test_id_tokens_can_be_checked_with_the_published_key(serve: ServedMaker) -> None:
    """The signature holds under the JWKS key; issuer, audience, realm, nonce and times are right; so after refresh."""
    served = serve()
    code = (await consent(served, nonce="n-1"))["code"][0]
    granted = (await tokens(served, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)).json()
    again = (await tokens(served, grant_type="refresh_token", refresh_token=granted["refresh_token"])).json()
    keys = (await served.http.get("/op/v1/jwks")).json()
    now = int(served.time.now().timestamp())
    for token in (granted["id_token"], again["id_token"]):
        checked = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
        assert checked.header == {"kid": keys["keys"][0]["kid"], "alg": "RS256"}
        assert {name: checked.claims[name] for name in ("iss", "aud", "realmid", "nonce")} == {
            "iss": "http://emulator/op/v1",
            "aud": ["client"],
            "realmid": REALM,
            "nonce": "n-1",
        }
        assert (checked.claims["iat"], checked.claims["exp"]) == (now, now + 3600)


@pytest.mark.documented("userinfo: sub, email, emailVerified, givenName, familyName, phoneNumber, address")
async def test_userinfo_tells_what_was_agreed_to(serve: ServedMaker) -> None:
    """With each scope come its facts; a token that was granted without openid is refused."""
    served = serve()

    async def told(scope: str) -> httpx2.Response:
        code = (await consent(served, scope=f"com.intuit.quickbooks.accounting {scope}"))["code"][0]
        granted = (await tokens(served, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)).json()
        headers = {"Authorization": f"Bearer {granted['access_token']}"}
        return await served.http.get("/v1/openid_connect/userinfo", headers=headers)

    assert set((await told("openid email")).json()) == {"sub", "email", "emailVerified"}
    assert set((await told("openid profile phone address")).json()) == {
        "sub",
        "givenName",
        "familyName",
        "phoneNumber",
        "phoneNumberVerified",
        "address",
    }
    assert (await told("email")).status_code == 401
    assert (await served.http.get("/v1/openid_connect/userinfo")).status_code == 401


@pytest.mark.documented("refresh values live 8726400 seconds, pushed forward by each refresh")
async def test_refresh_values_expire_unless_used(serve: ServedMaker) -> None:
    """A refresh after 100 days works and gives another 101; silence of 101 days ends the connection."""
    served = serve()
    served.time.seconds = 100 * DAY
    kept = (await tokens(served, grant_type="refresh_token", refresh_token=served.refresh_token)).json()
    assert kept["x_refresh_token_expires_in"] == 8726400
    served.time.seconds += 101 * DAY
    ended = await tokens(served, grant_type="refresh_token", refresh_token=kept["refresh_token"])
    assert ended.json() == {"error": "invalid_grant"}


@pytest.mark.documented("client authentication: Basic or post")
@pytest.mark.parametrize(
    ("auth", "form", "status"),
    [
        (CLIENT, {}, 200),
        (NOBODY, {"client_id": "client", "client_secret": "secret"}, 200),
        (httpx2.BasicAuth("client", "wrong"), {}, 401),
        (NOBODY, {}, 401),
        (NOBODY, {"client_id": "client"}, 401),
    ],
)
async def test_client_authentication(serve: ServedMaker, auth: httpx2.Auth, form: dict[str, str], status: int) -> None:
    """Both ways work; anything else is invalid_client."""
    served = serve()
    del served.http.headers["Authorization"]
    body = {"grant_type": "refresh_token", "refresh_token": served.refresh_token, **form}
    answer = await served.http.post(TOKENS, data=body, auth=auth)
    assert answer.status_code == status
    assert status == 200 or answer.json() == {"error": "invalid_client"}


@pytest.mark.documented("token endpoint errors")
@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
    ],
)
async def test_token_errors(serve: ServedMaker, form: dict[str, str], error: str) -> None:
    """Each mistake has RFC 6749's word."""
    answer = await tokens(serve(), **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


@pytest.mark.documented("revoking either token disconnects the company")
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revocation(serve: ServedMaker, which: str) -> None:
    """After revocation the API answers 401 and the refresh value is dead."""
    served = serve()
    token = getattr(served, which)
    url = "/v2/oauth2/tokens/revoke"
    assert (await served.http.post(url, json={"token": token}, auth=CLIENT)).status_code == 200
    assert (await served.get("account/1")).status_code == 401
    dead = await tokens(served, grant_type="refresh_token", refresh_token=served.refresh_token)
    assert dead.json() == {"error": "invalid_grant"}
    assert (await served.http.post(url, data={"token": token}, auth=CLIENT)).status_code == 400
