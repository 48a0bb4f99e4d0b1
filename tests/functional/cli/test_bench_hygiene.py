"""Flaws planted in emulated companies are found through the whole product, and hardly anything else is."""

import re
import subprocess

from oodaloo.cli.bench_hygiene import FITTING, Companies, hygiene_figures, measure_hygiene
from tests.support.emulators import EXECUTABLE

CAMPAIGN = (
    Companies("creative-studio-small", 2, 31, flawed=True),
    Companies("it-consulting-small", 2, 31, flawed=True),
    Companies("professional-services-small", 2, 31, flawed=True),
    Companies("creative-studio-small", 1, 51, flawed=False),
    Companies("professional-services-small", 1, 51, flawed=False),
)


async def test_planted_flaws_are_found() -> None:
    """Nine of ten in all and of each kind; at most one doubt in twenty is none; clean books raise none at all."""
    figures = hygiene_figures(await measure_hygiene(CAMPAIGN))
    assert figures["companies"] == 8
    recall, false_alarms = figures["recall"], figures["false_alarm_share"]
    assert isinstance(recall, float)
    assert isinstance(false_alarms, float)
    assert recall >= 0.9, figures
    assert false_alarms <= 0.05, figures
    by_flaw = figures["flaws"]
    assert isinstance(by_flaw, dict)
    assert len(by_flaw) == 14
    for kind, of_kind in by_flaw.items():
        assert isinstance(of_kind, dict)
        assert isinstance(of_kind["recall"], float)
        assert of_kind["recall"] >= 0.9, (kind, figures)
    assert (figures["clean_companies"], figures["clean_issues"]) == (2, 0), figures
    assert figures["lookalikes_reported"] == 0, figures


def test_every_flaw_that_can_be_planted_is_judged() -> None:
    """The emulator lists its flaws when asked for one that it has not; for each we say which issue it should raise."""
    asked = [str(EXECUTABLE), "serve", "--scenario", "agency", "--option", "flaws=none-of-these"]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    listed = re.search(r"flaws=on\|off or some of ([\w,]+)", told.stderr.replace("\n", ""))
    assert listed is not None, told.stderr
    assert set(listed[1].strip(",").split(",")) == set(FITTING)
