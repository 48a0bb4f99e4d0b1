"""Who may ask, and who may send a form."""

import pytest
from starlette.datastructures import Headers

from oodaloo.web.guard import LOOPBACK_NAMES, PAGE_HEADERS, host_name, is_from_here, is_same_site


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]", "[::1]:8000"])
def test_names_of_this_machine_pass(host: str) -> None:
    """The loopback names pass with and without a port."""
    assert host_name(host) in LOOPBACK_NAMES


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "10.0.0.1", "0.0.0.0:8000"]
)
def test_other_names_do_not(host: str) -> None:
    """A name that only resolves to this machine is refused: DNS rebinding."""
    assert host_name(host) not in LOOPBACK_NAMES


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://127.0.0.1:8000"}, True),
        ({"origin": "http://127.0.0.1:9000"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_forms_come_from_our_own_pages(headers: dict[str, str], allowed: bool) -> None:
    """Only what the browser says comes from this very origin is a form of ours; silence isn't enough."""
    assert is_same_site(Headers({"host": "127.0.0.1:8000", **headers})) is allowed


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ([], True),
        ([("x-forwarded-for", "127.0.0.1")], True),
        ([("x-forwarded-for", "::1, 127.0.0.1")], True),
        ([("x-forwarded-for", "192.0.2.7")], False),
        ([("x-forwarded-for", "127.0.0.1, 192.0.2.7")], False),
        ([("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "192.0.2.7")], False),
        ([("x-forwarded-for", "localhost")], False),
        ([("x-forwarded-for", "")], True),
        ([("forwarded", "for=127.0.0.1")], False),
    ],
)
def test_what_a_proxy_brings_from_elsewhere_is_not_from_here(headers: list[tuple[str, str]], here: bool) -> None:
    """Every machine on the way has to be this one; a made-up beginning of the list doesn't hide its end."""
    raw = [(name.encode(), value.encode()) for name, value in headers]
    assert is_from_here(Headers(raw=raw)) is here


def test_the_policy_allows_no_inline_code_and_no_foreign_source() -> None:
    """The content policy names no unsafe source and no other host."""
    policy = PAGE_HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
