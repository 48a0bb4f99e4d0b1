"""`oodaloo bench sync` gives every figure that it promises, and its floor is what the limits allow."""

import pytest

from oodaloo.cli.bench_sync import floor_of, measure_sync

FIGURES = {
    "transactions",
    "records",
    "wall_seconds",
    "floor_seconds",
    "wall_ratio",
    "metered_reads",
    "minimum_reads",
    "reads_ratio",
    "loop_seconds",
    "loop_records",
    "loop_calls",
    "speedup",
    "loop_client",
    "loop_missing",
}


async def test_a_small_company_is_measured() -> None:
    """The standard sandbox company: all figures, the minimum of reads, and a loop that read the same records."""
    figures = await measure_sync(["--scenario", "sample"], 0)
    assert set(figures) == FIGURES
    assert figures["reads_ratio"] == 1
    assert figures["metered_reads"] == figures["minimum_reads"] == 18
    assert figures["loop_records"] == figures["records"]
    assert str(figures["loop_client"]).startswith("python-quickbooks ")


@pytest.mark.parametrize(
    ("pages", "floor_seconds"),
    [
        ([1] * 8, 0.12),  # nine calls begin in the first second; the closing one after the last page
        ([1] * 10, 1.06),  # the eleventh call waits for the next second
        ([1] * 11, 1.12),
        ([4, 2, 2, 2, 2, *[1] * 12], 2.12),  # 24 pages and the closing call
        ([30], 3.06),  # the closing call is the 31st
    ],
)
def test_the_floor(pages: list[int], floor_seconds: float) -> None:
    """Worked examples at 60 ms a call and ten calls a second."""
    assert floor_of(pages, 0.06) == pytest.approx(floor_seconds)
