"""The benches give every figure that they promise, and the floor of a sync is what the limits allow."""

import pytest

from oodaloo.cli.bench_pay import measure_payments
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

PAYMENT_FIGURES = {"writes"} | {
    f"{name}_{which}_ms" for name in ("product", "bare", "added", "prepared_added") for which in ("p50", "p95")
}


async def test_payments_are_measured_on_both_databases() -> None:
    """As many rounds as were asked for, with what they added; or the reason why there is no PostgreSQL."""
    figures = await measure_payments(3, None)
    assert set(figures) == {"sqlite", "postgresql", "postgresql_missing"}
    measured = [figures["sqlite"], *([figures["postgresql"]] if figures["postgresql_missing"] is None else [])]
    for each in measured:
        assert isinstance(each, dict)
        assert set(each) == PAYMENT_FIGURES
        assert each["writes"] == 3


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
