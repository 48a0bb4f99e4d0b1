"""Records are compared and changed by what they say, not by how QuickBooks writes it."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.infra.qbo.writes.records import changed_fields, chosen, content, holds, laid_over, linked_ids, text_of
from oodaloo.infra.qbo.writes.write import Write, body_to_send, marker_for, seen

names = st.sampled_from(["Balance", "DueDate", "Line", "PrivateNote", "TotalAmt", "VendorRef", "DocNumber"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ABC"), inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(names, values).map(
    lambda fields: json.dumps({"Id": "7", "SyncToken": "3", **fields}).encode()
)
A_BILL = b"""{"Id": "7", "SyncToken": "3", "sparse": false, "TotalAmt": 337.50, "Balance": 337.50,
  "VendorRef": {"value": "5", "name": "Cloudhost"}, "DueDate": "2026-10-30",
  "Line": [{"Id": "1", "Amount": 337.50, "DetailType": "AccountBasedExpenseLineDetail"},
           {"Amount": 337.50, "DetailType": "SubTotalLineDetail"}],
  "LinkedTxn": [{"TxnId": "31", "TxnType": "BillPaymentCheck"}, {"TxnId": "9", "TxnType": "PurchaseOrder"}]}"""


@given(records)
def test_a_record_holds_what_it_says(record: bytes) -> None:
    """Everything that is taken from a record holds in it, and none of it has changed."""
    assert holds(record, content(record))
    assert changed_fields(record, chosen(record, ["Balance", "Line", "DueDate"])) == []


@given(records, st.dictionaries(names, values))
def test_changes_lie_over_the_rest(record: bytes, changes: dict[str, Any]) -> None:
    """After changing, the changed fields hold and the others are byte for byte what they were."""
    changed = laid_over(record, json.dumps(changes).encode())
    assert holds(changed, json.dumps(changes).encode())
    before, after = (msgspec.json.decode(each, type=dict[str, msgspec.Raw]) for each in (record, changed))
    assert {name: bytes(after[name]) for name in before if name not in changes} == {
        name: bytes(value) for name, value in before.items() if name not in changes
    }


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        ('{"TotalAmt": 337.5}', True),
        ('{"TotalAmt": 337.51}', False),
        ('{"VendorRef": {"value": "5", "name": "Called otherwise"}}', True),
        ('{"VendorRef": {"value": "6", "name": "Cloudhost"}}', False),
        ('{"Line": [{"Amount": 337.50}]}', True),
        ('{"Line": []}', False),
        ('{"Line": [{"Amount": 337.50}, {"Amount": 337.50}]}', False),
        ('{"DocNumber": null}', True),
        ('{"DueDate": null}', False),
    ],
)
def test_what_is_the_same(wanted: str, held: bool) -> None:
    """Amounts count, not digits; ids, not names; our lines, not QuickBooks' subtotal; null is nothing."""
    assert holds(A_BILL, wanted.encode()) is held


def test_what_a_write_sends() -> None:
    """A change sends the whole record with it, an end only which version is meant; amounts keep their digits."""
    change = Write.update("k", "Bill", A_BILL, b'{"DueDate": "2026-12-24"}')
    sent = body_to_send(change.operation, change.base, change.body)
    assert b'"TotalAmt":337.50' in sent
    assert (text_of(sent, "SyncToken"), text_of(sent, "DueDate")) == ("3", "2026-12-24")
    end = Write.delete("k", "Bill", A_BILL, guarding=("Balance",))
    assert json.loads(body_to_send(end.operation, end.base, end.body)) == {"Id": "7", "SyncToken": "3"}
    assert change.based_on == (seen("Bill", A_BILL, "DueDate"),)


def test_links_by_kind() -> None:
    """The payments of a bill are those among its links, whatever they are called."""
    assert linked_ids(A_BILL, "BillPayment") == ["31"]


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_markers_fit_and_differ(one: str, other: str) -> None:
    """A marker is as long as a DocNumber may be, and another key has another one."""
    assert len(marker_for(one)) == 21
    assert (marker_for(one) == marker_for(other)) is (one == other)


def test_a_creation_without_its_marker_is_refused() -> None:
    """Nobody could find out whether it was created."""
    with pytest.raises(ValueError, match="must carry its marker"):
        Write.create("k", "Bill", b'{"PrivateNote": ""}', marker=marker_for("k"))
