"""How far the headline depends on chance: emulated companies under other dice, as the same books under other ids."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np

from benchmarks.benchmark import Figures
from oodaloo.cli.demo import running_demo
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.calculators.projection.gathering import expectations_of
from oodaloo.runway.calculators.projection.simulated import simulate
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import HORIZON_DAYS, FirstBelow

_SEEDS = range(1, 41)
_AS_OF = "2026-10-02"
_COMPANIES: dict[str, Sequence[str]] = {
    "agency": ("--scenario", "agency"),
    "agency_quickbooks_payroll": ("--scenario", "agency", "--option", "payroll=quickbooks"),
    "agency_journal_payroll": ("--scenario", "agency", "--option", "payroll=journal"),
    "agency_seed_3": ("--scenario", "agency", "--seed", "3"),
    "creative_studio": ("--scenario", "creative-studio"),
    "creative_studio_small": ("--scenario", "creative-studio-small"),
    "professional_services": ("--scenario", "professional-services"),
    "stress": ("--scenario", "stress", "--option", "transactions=10000"),
}
_EVEN_CHANCES = (0.25, 0.75)
_A_TENTH = (0.05, 0.2)


def headline() -> Figures:
    """Per company the days until cash runs out and the cautious ones under 40 seeds, each with how often it came.

    A seed is mixed into the key of every die, so another seed is to the dice what other record ids are. `middle_sd` is
    by how much the chance of having run out differs, in the mean of all days on which it is between ¼ and ¾, and
    `tenth_sd` likewise of days on which it is between 1/20 and 1/5; left out where there is no such day.
    """
    figures: dict[str, int | float | str] = {}
    for name, arguments in _COMPANIES.items():
        measured = _measured(asyncio.run(_picture(arguments)))
        figures |= {f"{name}_{figure}": value for figure, value in measured.items()}
    return figures


async def _picture(arguments: Sequence[str]) -> CashPicture:
    limits = ["--limits", "off", "--as-of", _AS_OF]
    async with running_demo([*arguments, *limits], public_url="http://127.0.0.1:8000") as demo:
        return (await demo.services.assessment(demo.business_id)).picture


def _measured(picture: CashPicture) -> dict[str, int | float | str]:
    calculator = RunwayCalculator()
    expected = expectations_of(picture, calculator.learned(picture), HORIZON_DAYS)
    buffer = picture.books.business.buffer
    found = [simulate(expected, buffer, calculator.futures, seed).first_below for seed in _SEEDS]
    chances = np.cumsum([each.by_day for each in found], axis=1) / calculator.futures
    spreads = {"middle_sd": _spread(chances, *_EVEN_CHANCES), "tenth_sd": _spread(chances, *_A_TENTH)}
    return {
        "days": _told(found, [each.middle for each in found], picture.books.as_of),
        "cautious_days": _told(found, [each.cautious for each in found], picture.books.as_of),
        **{name: round(spread, 4) for name, spread in spreads.items() if spread is not None},
    }


def _told(found: Sequence[FirstBelow], dates: Sequence[date | None], as_of: date) -> str:
    """Each number of days with how many of the seeds gave it, as in "74: 6, 75: 34"."""
    days = Counter(len(found[0].by_day) if day is None else (day - as_of).days for day in dates)
    return ", ".join(f"{day}: {count}" for day, count in sorted(days.items()))


def _spread(chances: np.ndarray, least: float, most: float) -> float | None:
    """The mean standard deviation over seeds of the days' chances that lie between the two; shape (seeds, days)."""
    usual = chances.mean(axis=0)
    days = (usual > least) & (usual < most)
    return float(chances.std(axis=0, ddof=1)[days].mean()) if days.any() else None
