"""More changes than one answer of change data capture holds are taken apart, and all of them arrive."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.counting import metered
from tests.support.databases import TestDatabase
from tests.support.emulators import emulator
from tests.support.many import a_buyer, purchases, transfers
from tests.support.mirrors import assert_mirrored
from tests.support.product import connect, services_for
from tests.support.recordings import Recorded, write

NOW = timedelta(0)
BEFORE, MEANWHILE, AFTER = "2026-10-02T08:00:00-07:00", "2026-10-02T10:00:00-07:00", "2026-10-02T11:00:00.000-07:00"


def changed(records: Iterable[Recorded], count: int) -> list[Recorded]:
    """The same records, the last `count` of them changed meanwhile."""
    listed = list(records)
    for record in listed[len(listed) - count :]:
        times = {**record.body["MetaData"], "LastUpdatedTime": MEANWHILE}
        record.body.update({"SyncToken": "1", "PrivateNote": "Meanwhile", "MetaData": times})
    return listed


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [
        # One type fills an answer: the others apart, and a type of two pages whole, which one more CDC closes.
        ({"bought": 300}, {"bought": 1500, "bought_meanwhile": 1200}, {"cdc": 3, "Purchase": 2}),
        # A long one by a window of two pages and a count.
        ({"bought": 2100}, {"bought": 2100, "bought_meanwhile": 1100}, {"cdc": 2, "Purchase": 3}),
        # The same, but a deletion that the cut hid: the count tells, and it is read whole.
        ({"bought": 2101}, {"bought": 2100, "bought_meanwhile": 1100}, {"cdc": 3, "Purchase": 6}),
        # Two types, neither of which fills an answer.
        (
            {"bought": 700, "moved": 700},
            {"bought": 700, "moved": 700, "bought_meanwhile": 600, "moved_meanwhile": 600},
            {"cdc": 3},
        ),
    ],
    ids=["one short type", "one long type", "a hidden deletion", "two types"],
)
async def test_cut_changes_arrive(
    migrated: TestDatabase, tmp_path: Path, before: dict[str, int], after: dict[str, int], reads: dict[str, int]
) -> None:
    """After a cut, the mirror is what QuickBooks is, in a number of reads that is known beforehand."""
    with emulator("--load", str(write(tmp_path / "before", company(**before), time=BEFORE))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            await services.sync(business_id)
    with emulator("--load", str(write(tmp_path / "after", company(**after), time=AFTER))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            await connect(services, quickbooks)
            await services.refresh(business_id, max_age=NOW)
        assert metered(quickbooks) == Counter(reads)
        await assert_mirrored(migrated, quickbooks)


def company(*, bought: int, moved: int = 0, bought_meanwhile: int = 0, moved_meanwhile: int = 0) -> list[Recorded]:
    """A company with so many purchases and transfers, some of them changed meanwhile."""
    return [*a_buyer(), *changed(purchases(bought), bought_meanwhile), *changed(transfers(moved), moved_meanwhile)]
