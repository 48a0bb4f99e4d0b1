"""Every address of the API, asked by nobody, by a stranger and by each role; the list is the app's own."""

import asyncio
import re

import pytest
from fastapi.routing import APIRoute

from oodaloo.domains.core.permissions import MAY, Permission, Role
from oodaloo.web.api.app import ROUTES, permission_of
from oodaloo.web.guard import LARGEST_BODY_BYTES
from tests.support.api import ApiSite, Caller

NAMES = [f"{' '.join(route.methods or ())} {route.path}" for route in ROUTES]


def asked(caller: Caller, route: APIRoute) -> int:
    """The status that somebody gets at a route, for what isn't there and with a body that can't be; as a preview."""
    path = re.sub(r"\{\w+\}", "nothing", route.path.removeprefix("/businesses/{business_id}"))
    answer = caller.post(path, dry_run=True) if "POST" in (route.methods or ()) else caller.get(path)
    assert answer.status_code == 200 or answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


def test_the_list_is_not_empty() -> None:
    """All addresses lie below a business, and each takes a permission."""
    assert len(ROUTES) >= 8
    assert all(route.path.startswith("/businesses/{business_id}") for route in ROUTES)
    assert all(permission_of(route) in Permission for route in ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_only_whose_role_allows_it_gets_in(read_site: ApiSite, route: APIRoute) -> None:
    """Nobody: 401. A stranger: 404, as if the business weren't there. Members: 403 unless their role allows it."""
    assert asked(read_site.by(""), route) == 401
    assert asked(read_site.by("stranger"), route) == 404
    refused = {role for role in Role if asked(read_site.by(role), route) == 403}
    assert refused == {role for role in Role if permission_of(route) not in MAY[role]}


def test_what_isn_t_a_token_is_none(read_site: ApiSite) -> None:
    """Invented tokens, other schemes and tokens in the address open nothing, and the answer says what would."""
    owner = read_site.tokens[Role.OWNER]
    address = f"/api/v1/businesses/{read_site.business_id}"
    for header in ("Bearer oodaloo_invented", f"Basic {owner}", f"Token {owner}", "Bearer", f"Bearer {owner}x"):
        answer = read_site.http.get(address, headers={"Authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["type"] == "urn:oodaloo:problem:unknown-token"
        assert "oodaloo people token create" in answer.json()["detail"]
    assert read_site.http.get(f"{address}?token={owner}").status_code == 401


def test_roles_and_tokens_end_at_once(site: ApiSite) -> None:
    """A role that was taken or lessened counts with the next request, and a revoked token opens nothing any more."""
    token = asyncio.run(site.staffed("Ada", Role.APPROVER))
    ada = Caller(site.http, site.business_id, token)
    assert ada.get().json()["role"] == "approver"
    asyncio.run(site.changed("ada@example.com", Role.VIEWER))
    assert ada.get().json()["permissions"] == ["see"]
    asyncio.run(site.changed("ada@example.com", None))
    assert ada.get().status_code == 401


def test_a_body_has_an_end(read_site: ApiSite) -> None:
    """Too long a body, and one that doesn't say how long it is, are refused before anything reads them."""
    address = f"/api/v1/businesses/{read_site.business_id}/bills/approve"
    long = read_site.http.post(address, content=b" " * (LARGEST_BODY_BYTES + 1))
    endless = read_site.http.post(address, content=iter([b"{}"]))
    assert (long.status_code, endless.status_code) == (413, 411)


def test_what_isn_t_there_is_a_problem(read_site: ApiSite) -> None:
    """Addresses, methods and records that aren't there are told as problems, never as pages."""
    owner = read_site.by(Role.OWNER)
    for answer, status in (
        (owner.get("/nonsense"), 404),
        (owner.get("/decisions/nothing"), 404),
        (owner.get("/batches/nothing"), 404),
        (owner.get("/audit", after=-1), 422),
        (owner.post("/audit"), 405),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert {"type", "title", "status", "detail"} <= set(answer.json())


def test_bills_are_told_with_exact_amounts(read_site: ApiSite) -> None:
    """The company's open bills, with digits as text, currency and ISO days; nothing is decided about them yet."""
    told = read_site.by(Role.VIEWER).get("/bills").json()
    assert told["as_of"] == "2026-10-02"
    assert [bill["due"] for bill in told["bills"]] == sorted(bill["due"] for bill in told["bills"])
    for bill in told["bills"]:
        assert re.fullmatch(r"\d+\.\d\d", bill["open"]["amount"])
        assert (bill["open"]["currency"], bill["decision"]) == ("USD", None)
    business = read_site.by(Role.VIEWER).get().json()
    assert (business["name"], business["approval_limit"], business["permissions"]) == ("Tern & Co", None, ["see"])
