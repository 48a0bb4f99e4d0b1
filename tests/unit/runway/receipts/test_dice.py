"""Dice that fall the same for the same document, wherever and beside whatever they are thrown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.dice import ROUND, keys_of, normals, throws, uniforms

MANY = 50_000


def test_the_same_name_falls_the_same_everywhere() -> None:
    """These words were once thrown and are thrown again on every machine, so that a stored run can be repeated."""
    words = throws(keys_of(["invoice 1017"]), 3, seed=1, purpose="document")
    assert words.tolist() == [[1590876143, 1556516407, 2123452051]]


@given(st.lists(st.text(max_size=5), min_size=1, max_size=8, unique=True))
def test_company_changes_nothing(names: list[str]) -> None:
    """Each name's numbers are those that it has alone."""
    together = uniforms(throws(keys_of(names), 20, seed=1, purpose="document"))
    alone = [uniforms(throws(keys_of([name]), 20, seed=1, purpose="document"))[0] for name in names]
    assert (together == np.array(alone)).all()


def test_numbers_lie_evenly_between_0_and_1() -> None:
    """Each tenth gets a tenth, neither end is reached, and neighbours don't follow each other."""
    numbers = uniforms(throws(keys_of(["one", "two"]), MANY, seed=1, purpose="document")).astype(float)
    assert numbers.min() > 0
    assert numbers.max() < 1
    shares = np.histogram(numbers, bins=10, range=(0, 1))[0] / numbers.size
    assert shares == pytest.approx(np.full(10, 0.1), abs=0.004)
    assert np.corrcoef(numbers)[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(numbers[0, 1:], numbers[0, :-1])[0, 1] == pytest.approx(0, abs=0.02)


def test_seed_and_purpose_give_other_numbers() -> None:
    """Nothing that is thrown for one thing says anything about another."""
    key = keys_of(["one"])
    rows = [throws(key, MANY, seed, purpose)[0] for seed, purpose in ((1, "a"), (2, "a"), (1, "b"))]
    assert np.abs(np.corrcoef(uniforms(np.array(rows)).astype(float)) - np.eye(3)).max() < 0.02


@given(st.text(max_size=5), st.integers(0, 5))
def test_a_round_of_paths_takes_each_part_of_the_range_once(name: str, number: int) -> None:
    """Of 500 paths one has a number in each 500th, whatever the dice are thrown for and in whichever round."""
    words = throws(keys_of([name]), ROUND, 1, "document", first=number * ROUND)[0]
    assert sorted((words // (2**32 // ROUND)).tolist()) == list(range(ROUND))


def test_rows_are_as_independent_as_if_each_had_been_drawn() -> None:
    """Correlations of 200 rows in pairs vary by 1/√paths about 0, as those of independent numbers do."""
    paths = 4 * ROUND
    rows = uniforms(throws(keys_of(f"invoice {n}" for n in range(200)), paths, seed=1, purpose="document"))
    pairs = np.corrcoef(rows.astype(float))[np.triu_indices(200, 1)]
    assert pairs.mean() == pytest.approx(0, abs=0.001)
    assert pairs.std() * paths**0.5 == pytest.approx(1, abs=0.03)


def test_sums_over_rows_are_known_better_than_by_independent_draws() -> None:
    """Of 300 numbers in each of 2,000 paths the mean sum is nearly exact, and half of the paths lie above it.

    Independent draws would put that half off by 1.1 % of the paths; these by half as much. A tenth is beyond 1.28
    standard deviations of the sum, which is nearly normal, to 0.5 % instead of 0.7 %.
    """
    sums = []
    for seed in range(40):
        rows = uniforms(throws(keys_of(f"invoice {n}" for n in range(300)), 4 * ROUND, seed, "document"))
        sums.append((rows.astype(float).sum(axis=0) - 150) / 5)
    assert np.abs(np.mean(sums, axis=1)).max() < 0.003
    assert (np.array(sums) > 0).mean(axis=1).std() < 0.6 * 0.0112
    assert (np.array(sums) > 1.2816).mean(axis=1).std() < 0.85 * 0.0067


def test_normal_numbers_are_normal() -> None:
    """Mean 0, variance 1, a tenth above 1.28."""
    numbers = normals(["week 1"], MANY, seed=1).astype(float)
    assert numbers.mean() == pytest.approx(0, abs=0.02)
    assert numbers.var() == pytest.approx(1, abs=0.02)
    assert (numbers > 1.2816).mean() == pytest.approx(0.1, abs=0.005)


@given(st.integers(0, 3 * ROUND), st.integers(1, 2 * ROUND))
def test_a_path_is_known_by_its_number(first: int, paths: int) -> None:
    """Paths drawn in blocks are those drawn at once, for words and for normal numbers."""
    keys, names, total = keys_of(["one", "two"]), ["week 1", "week 2"], first + paths
    assert (throws(keys, total, 1, "a")[:, first:] == throws(keys, paths, 1, "a", first)).all()
    assert (normals(names, total, 1)[:, first:] == normals(names, paths, 1, first)).all()
