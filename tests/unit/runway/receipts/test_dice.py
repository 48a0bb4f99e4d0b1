"""Dice that fall the same for the same document, wherever and beside whatever they are thrown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.dice import coins, keys_of, normals, throws, uniforms

MANY = 50_000


def test_the_same_name_falls_the_same_everywhere() -> None:
    """These words were once thrown and are thrown again on every machine, so that a stored run can be repeated."""
    words = throws(keys_of(["invoice 1017"]), 3, seed=1, purpose="document")
    assert words.tolist() == [[3394719776, 4026372892, 237659230]]


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


def test_coins_come_up_as_often_as_they_should_and_apart_from_the_numbers() -> None:
    """A coin of 1/4 comes up for a quarter of high and of low numbers alike; sure ones are sure."""
    words = throws(keys_of(["one"]), MANY, seed=1, purpose="document")
    high = uniforms(words) > 0.5
    up = coins(words, 0.25)
    assert up[high].mean() == pytest.approx(0.25, abs=0.01)
    assert up[~high].mean() == pytest.approx(0.25, abs=0.01)
    assert coins(words, 1.0).all()
    assert not coins(words, 0.0).any()


def test_normal_numbers_are_normal() -> None:
    """Mean 0, variance 1, a tenth above 1.28."""
    numbers = normals(["week 1"], MANY, seed=1).astype(float)
    assert numbers.mean() == pytest.approx(0, abs=0.02)
    assert numbers.var() == pytest.approx(1, abs=0.02)
    assert (numbers > 1.2816).mean() == pytest.approx(0.1, abs=0.005)


@given(st.integers(0, 30), st.integers(1, 30))
def test_a_path_is_known_by_its_number(first: int, paths: int) -> None:
    """Paths drawn in blocks are those drawn at once, for words and for normal numbers."""
    keys, names, total = keys_of(["one", "two"]), ["week 1", "week 2"], first + paths
    assert (throws(keys, total, 1, "a")[:, first:] == throws(keys, paths, 1, "a", first)).all()
    assert (normals(names, total, 1)[:, first:] == normals(names, paths, 1, first)).all()
