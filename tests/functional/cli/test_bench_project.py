"""`oodaloo bench project` prints what it promises, and nothing but numbers."""

import json
from pathlib import Path

from oodaloo.cli.bench_project import FUTURES
from tests.support.product import run

OF_FUTURES = {"seconds_p50", "seconds_min", "assessment_seconds_p50", "peak_mib"}


def test_the_figures_are_those_that_are_promised(tmp_path: Path) -> None:
    """91 days of 300 open items in both numbers of futures, learning and the plan apart; memory grows with futures."""
    told = run("bench", "project", "--json", folder=tmp_path)
    assert told.status == 0, told.err
    assert told.out.count("\n") == 1
    figures = json.loads(told.out)
    assert (figures["days"], figures["open_items"], figures["settled_invoices"]) == (91, 300, 2500)
    fewer, more = (figures[f"futures_{futures}"] for futures in FUTURES)
    assert set(fewer) == set(more) == OF_FUTURES
    assert 0 < fewer["seconds_min"] <= fewer["seconds_p50"]
    assert fewer["peak_mib"] < more["peak_mib"]
    assert figures["learning_seconds"] > 0
    assert (figures["plan"]["bills"], figures["plan"]["gap"] <= 0.01) == (200, True)
    assert 0 < figures["effects"]["one_decision_seconds_p50"] < figures["effects"]["batch_seconds_p50"]
