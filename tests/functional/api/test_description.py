"""The API's description in OpenAPI agrees with its routes."""

from oodaloo.domains.core.permissions import Role
from oodaloo.web.api.app import ROUTES, permission_of
from tests.support.api import ApiSite

ADDRESSES = {(method, route.path): route for route in ROUTES for method in route.methods or ()}


def test_the_description_is_of_these_routes(read_site: ApiSite) -> None:
    """Served where the README says; each route with its permission, token and problems is there, and nothing else."""
    described = read_site.http.get("/api/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/api/v1"}]
    told = {
        (method.upper(), path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert set(told) == set(ADDRESSES)
    for (method, _), operation in told.items():
        assert operation["security"] == [{"token": []}]
        assert operation["description"]
        assert set(operation["responses"]) == {"200", "default"}
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
        headers = {each["name"] for each in operation["parameters"] if each["in"] == "header" and each["required"]}
        assert headers == ({"Idempotency-Key"} if method == "POST" else set())
    permissions = {address: permission_of(route).value for address, route in ADDRESSES.items()}
    assert {address: operation["x-permission"] for address, operation in told.items()} == permissions


def test_every_part_of_an_answer_is_described(read_site: ApiSite) -> None:
    """What a request gets is what its description names, to the last field."""
    described = read_site.http.get("/api/v1/openapi.json").json()
    parts = described["components"]["schemas"]
    bill = read_site.by(Role.OWNER).get("/bills").json()["bills"][0]
    assert set(bill) == set(parts["BillView"]["properties"])
    assert set(read_site.by(Role.OWNER).get().json()) == set(parts["BusinessBody"]["properties"])
    problem = read_site.by("").get().json()
    assert set(problem) <= set(parts["ProblemBody"]["properties"])
