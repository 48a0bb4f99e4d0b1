"""Webhook posts: whose they are, and what they announce in either format, whatever else is in them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.infra.qbo.webhooks.posts import Post, UnreadablePostError, read_post
from oodaloo.infra.qbo.webhooks.signature import is_from_intuit

VERIFIER = "a-verifier-token"
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
    "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
    "type": "qbo.billpayment.created.v1",
    "datacontenttype": "application/json",
    "time": "2026-10-02T21:31:25.179851517Z",
    "intuitentityid": "1234",
    "intuitaccountid": "310687",
    "data": {},
}
LEGACY = {"name": "Customer", "id": "1", "operation": "Create", "lastUpdated": "2026-10-05T14:42:19-0700"}


def post_of(value: object) -> Post:
    """What is read of a post that holds this JSON."""
    return read_post(json.dumps(value).encode())


def legacy(*entities: object, realm: object = "310687") -> dict[str, Any]:
    """One company's part of a post in the older format."""
    return {"realmId": realm, "dataChangeEvent": {"entities": list(entities)}}


def test_a_signature_made_elsewhere_is_known() -> None:
    """The signature that OpenSSL makes of the same bytes and token is accepted."""
    # printf '%s' '{"eventNotifications":[]}' | openssl dgst -sha256 -hmac a-verifier-token -binary | base64
    signature = "yart0tLIBku6RB1qHXSBS0rJWixs1Ew2EQiwgrBJZBs="
    assert is_from_intuit(b'{"eventNotifications":[]}', signature, VERIFIER)


@given(st.binary(), st.text())
def test_no_other_signature_is_accepted(body: bytes, signature: str) -> None:
    """Whatever is made up without the token is refused, and never an error."""
    assert not is_from_intuit(body, signature, VERIFIER)


def test_a_cloud_event_is_read() -> None:
    """Company, type, record, what happened and QuickBooks' own time, whose nanoseconds are cut."""
    (one,) = post_of([CLOUD_EVENT]).announcements
    assert (one.realm_id, one.entity, one.record_id, one.operation) == ("310687", "billpayment", "1234", "created")
    assert one.changed_at == datetime(2026, 10, 2, 21, 31, 25, 179851, tzinfo=UTC)


def test_the_older_format_is_read() -> None:
    """The same facts, from names in capitals and an offset without a colon."""
    (one,) = post_of({"eventNotifications": [legacy(LEGACY)]}).announcements
    assert (one.realm_id, one.entity, one.record_id, one.operation) == ("310687", "customer", "1", "create")
    assert one.changed_at == datetime(2026, 10, 5, 21, 42, 19, tzinfo=UTC)


def test_one_post_speaks_of_many_companies() -> None:
    """Each announcement is its own company's in both formats."""
    cloud = post_of([CLOUD_EVENT, {**CLOUD_EVENT, "intuitaccountid": "42"}])
    old = post_of({"eventNotifications": [legacy(LEGACY), legacy(LEGACY, LEGACY, realm="42")]})
    assert [one.realm_id for one in cloud.announcements] == ["310687", "42"]
    assert [one.realm_id for one in old.announcements] == ["310687", "42", "42"]


def test_a_repetition_has_the_same_key_and_nothing_else_has() -> None:
    """The event's id tells a repetition; in the older format, which has none, all that is told does."""
    first, again, other_id, other_company = post_of(
        [CLOUD_EVENT, CLOUD_EVENT, {**CLOUD_EVENT, "id": "x"}, {**CLOUD_EVENT, "intuitaccountid": "42"}]
    ).announcements
    assert first == again
    assert len({first.key, other_id.key, other_company.key}) == 3
    changes = [LEGACY, LEGACY, {**LEGACY, "operation": "Update"}, {**LEGACY, "lastUpdated": "2026-10-05T14:42:20-0700"}]
    old = post_of({"eventNotifications": [legacy(*changes)]}).announcements
    assert old[0] == old[1]
    assert len({one.key for one in old}) == 3


@pytest.mark.parametrize(
    "broken",
    [
        7,
        {},
        {**CLOUD_EVENT, "intuitaccountid": 310687},
        {**CLOUD_EVENT, "type": "qbo.bill"},
        {**CLOUD_EVENT, "type": "payroll.cheque.created.v1"},
        {**CLOUD_EVENT, "id": ""},
        {**CLOUD_EVENT, "id": "x" * 81},
        {**CLOUD_EVENT, "intuitentityid": "\x00"},
    ],
    ids=str,
)
def test_what_can_t_be_read_hides_nothing_else(broken: object) -> None:
    """An entry of another kind is counted as unreadable; its neighbours are taken."""
    post = post_of([CLOUD_EVENT, broken, {**CLOUD_EVENT, "id": "x"}])
    assert (len(post.announcements), post.unreadable) == (2, 1)


def test_parts_of_the_older_format_that_can_t_be_read_hide_nothing_else() -> None:
    """Neither an entity nor a whole company that makes no sense keeps the others from being taken."""
    post = post_of({"eventNotifications": [legacy(LEGACY, {"name": "Bill"}), {"realmId": "1"}, legacy(LEGACY)]})
    assert (len(post.announcements), post.unreadable) == (2, 2)


@pytest.mark.parametrize("time", ["", "yesterday", "2026-10-02T21:31:25", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_is_not_made_up(time: str) -> None:
    """The change is announced all the same, at a time that isn't known."""
    (one,) = post_of([{**CLOUD_EVENT, "time": time}]).announcements
    assert one.changed_at is None


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"not json", b"\xff\xfe", b"[" * 100_000, b'"[]"'])
def test_a_post_in_no_known_format_says_so(body: bytes) -> None:
    """Nothing is taken of it, and the error says what may be the reason."""
    with pytest.raises(UnreadablePostError, match="update Oodaloo"):
        read_post(body)


@given(st.binary())
def test_no_bytes_break_the_reading(body: bytes) -> None:
    """Any bytes are either a post or an unreadable one."""
    for part in (body, b"[" + body, json.dumps([CLOUD_EVENT]).encode() + body):
        try:
            read_post(part)
        except UnreadablePostError:
            continue


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(CLOUD_EVENT)), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5))
def test_any_json_is_read_or_counted(entries: list[object]) -> None:
    """Of an array every entry is either an announcement or counted as unreadable."""
    post = post_of(entries)
    assert len(post.announcements) + post.unreadable == len(entries)
