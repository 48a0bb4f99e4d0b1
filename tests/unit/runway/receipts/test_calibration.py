"""How much wider bands become when past totals fell outside of them."""

from statistics import NormalDist

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.calibration import (
    Calibration,
    Surprise,
    place_among,
    stretches,
    surprise_on,
)
from oodaloo.runway.calculators.receipts.draws import Dependence


def fridays(place: float, count: int) -> list[Surprise]:
    """So many Fridays, all totals of which fell in the same place."""
    return [Surprise((place,) * 5, tuple(7 * n + days for days in (7, 14, 21, 28, 28))) for n in range(count)]


def test_a_total_in_the_middle_is_no_surprise() -> None:
    """Of 99 draws from 1 to 99, 50 is the median; above the upper tenth is 1.28; beyond all is 3 and no more."""
    draws = np.arange(1.0, 100)
    assert place_among(draws, 50) == pytest.approx(0)
    assert place_among(draws, 89.6) == pytest.approx(1.2816, abs=0.05)
    assert [place_among(draws, total) for total in (-1.0, 1_000.0)] == pytest.approx([-3, 3])


def test_nothing_expected_and_nothing_come_is_no_surprise() -> None:
    """When all draws are zero and so is the total, it lies in their middle."""
    assert place_among(np.zeros(100), 0.0) == pytest.approx(0)


def test_ten_totals_two_deviations_off_by_hand() -> None:
    """z is 2 ten times: s² = (10 x 4 + 10) / (10 + 10) = 2.5; the 28-day total counts a quarter, (10 + 10) / 12.5."""
    found = stretches(fridays(2.0, 10), today=1_000)
    assert found[:4] == pytest.approx([2.5**0.5] * 4)
    assert found[4] == pytest.approx((20 / 12.5) ** 0.5)


def test_bands_only_widen() -> None:
    """Fifty totals in the very middle don't make a band narrower than the draws."""
    assert stretches(fridays(0.0, 50), today=1_000) == (1.0,) * 5


def test_a_total_counts_when_it_is_complete() -> None:
    """On day 7 the first Friday's first week is over, and nothing else."""
    found = stretches(fridays(3.0, 10), today=7)
    assert found[0] > 1
    assert found[1:] == (1.0,) * 4


def test_levels_of_a_stretched_band() -> None:
    """Unstretched the band goes from P10 to P90; stretched by 1.5 from the quantile of -1.92 deviations."""
    calibration = Calibration(Dependence(), (1.0, 1.5, 1.0, 1.0, 2.0), 40)
    assert calibration.week_levels(0) == pytest.approx((0.1, 0.9))
    assert calibration.week_levels(1)[0] == pytest.approx(NormalDist().cdf(-1.5 * 1.2816), abs=1e-4)
    assert calibration.week_levels(12) == calibration.week_levels(3)
    assert calibration.total_levels()[1] == pytest.approx(NormalDist().cdf(2 * 1.2816), abs=1e-4)
    assert calibration.calibrated
    assert not Calibration(Dependence(), (1.0,) * 5, 7).calibrated


def test_surprises_know_when_they_are_known() -> None:
    """Week by week, and the 28-day total with the last."""
    draws = np.tile(np.arange(1.0, 100), (4, 1))
    found = surprise_on(700, draws, np.array([50.0, 50.0, 50.0, 1_000.0]))
    assert found.known_from == (707, 714, 721, 728, 728)
    assert found.place == pytest.approx((0, 0, 0, 3, 3), abs=1e-9)
