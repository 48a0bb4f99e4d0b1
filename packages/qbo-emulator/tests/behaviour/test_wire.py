"""Spelling: numbers, key order, times and envelopes, byte by byte against recorded bodies."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.amounts import money, shortest
from qbo_emulator.bodies import as_recorded, decode_object
from qbo_emulator.entities import KINDS
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import PROPERTIES
from qbo_emulator.wire import encode, envelope, envelope_time, metadata_time, query_response


def raw_bodies(directory: Path) -> Iterator[tuple[str, str]]:
    """(file name, exact text) of each recorded JSON body."""
    for file in sorted(directory.glob("*.json")):
        for interaction in json.loads(file.read_text())["interactions"]:
            raw = interaction["response"].get("raw") or ""
            if raw.startswith("{"):
                yield file.name, raw


@pytest.mark.recorded("vcr-2020/*: raw bodies")
def test_numbers_and_keys_are_written_as_recorded(samples: Path) -> None:
    """Reading a recorded body and writing it again gives the same bytes, for every type that is known."""
    checked = 0
    for name, raw in raw_bodies(samples / "vcr-2020"):
        for entity_type, entity in entities(decode_object(raw.encode())):
            written = encode(as_recorded(entity_type, entity)).decode()
            assert written in raw, f"{name}: {entity_type} {entity.get('Id')}"
            checked += 1
    assert checked > 100


@pytest.mark.recorded("us-sandbox-2026/*, vcr-2020/*")
def test_properties_stand_in_recorded_order(samples: Path) -> None:
    """The order in which an entity's properties are written is the recorded one."""
    checked = set()
    for directory in ("us-sandbox-2026", "vcr-2020"):
        for file in sorted((samples / directory).glob("*.json")):
            for interaction in json.loads(file.read_text())["interactions"]:
                for entity_type, entity in entities(interaction["response"]["body"]):
                    known = [name for name in PROPERTIES[entity_type] if name in entity]
                    assert list(entity) == known, f"{file.name}: {entity_type} {entity.get('Id')}"
                    checked.add(entity_type)
    assert len(checked) >= 10


def entities(body: object) -> Iterator[tuple[str, JsonObject]]:
    """Every entity of a known type in an answer."""
    if not isinstance(body, dict):
        return
    for entity_type, value in body.get("QueryResponse", body).items():
        for entity in value if isinstance(value, list) else [value]:
            if entity_type in KINDS and isinstance(entity, dict) and "MetaData" in entity:
                yield entity_type, entity


@pytest.mark.recorded("vcr-2020/create__invoice.json")
@pytest.mark.parametrize(
    ("value", "written"),
    [("337.5", b"337.50"), ("0", b"0"), ("0.00", b"0"), ("-15", b"-15.00"), ("1675.525", b"1675.52")],
)
def test_money_has_two_decimals_unless_it_is_zero(value: str, written: bytes) -> None:
    """Money is written with two decimals, zero as a bare 0."""
    assert encode(money(Decimal(value), "Amount")) == written


@pytest.mark.recorded("vcr-2020/all__sales_receipts.json")
@pytest.mark.parametrize(("value", "written"), [("75.00", b"75"), ("4.50", b"4.5"), ("100", b"100"), ("0.0", b"0")])
def test_prices_and_quantities_are_written_shortest(value: str, written: bytes) -> None:
    """UnitPrice and Qty carry no trailing zeros and no exponent."""
    assert encode(shortest(Decimal(value), "Qty")) == written


@pytest.mark.inferred("exactness is what makes the recorded spellings hold for every amount")
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_money_survives_the_wire(amount: Decimal) -> None:
    """An amount that is written and read again is the same amount."""
    assert decode_object(encode({"Amount": money(amount, "Amount")}))["Amount"] == amount


@pytest.mark.recorded("us-sandbox-2026/*: MetaData and time")
def test_times_carry_the_pacific_offset_of_their_day() -> None:
    """MetaData has seconds, `time` milliseconds; the offset is -08:00 in winter and -07:00 in summer."""
    winter = datetime(2026, 1, 5, 17, 0, 0, 123456, tzinfo=UTC)
    summer = datetime(2026, 5, 5, 9, 8, 54, 543000, tzinfo=UTC)
    assert metadata_time(winter) == "2026-01-05T09:00:00-08:00"
    assert envelope_time(winter) == "2026-01-05T09:00:00.123-08:00"
    assert envelope_time(summer) == "2026-05-05T02:08:54.543-07:00"


@pytest.mark.recorded("us-sandbox-2026/transfers.json, invoices.json, payments.json")
def test_query_envelopes() -> None:
    """Nothing found is an empty QueryResponse; totalCount stands where the type has one."""
    empty = query_response("Transfer", [], start=1, total=None)
    at = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)
    whole = b'{"QueryResponse":{},"time":"2026-05-05T02:00:00.000-07:00"}'
    assert envelope("QueryResponse", empty, at) == whole
    one = query_response("Payment", [b"{}"], start=1, total=None)
    assert one == b'{"Payment":[{}],"startPosition":1,"maxResults":1}'
    counted = query_response("Invoice", [b"{}"], start=3, total=9)
    assert counted == b'{"Invoice":[{}],"startPosition":3,"maxResults":1,"totalCount":9}'
