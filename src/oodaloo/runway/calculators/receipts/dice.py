"""Dice that are keyed and fall evenly: a number depends on the seed, on whom it is thrown for and on the path alone."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from oodaloo.runway.calculators.receipts.arrays import Singles, Words

ROUND = 500
"""Paths that share out the range among themselves; the numbers that are drawn by default are whole rounds."""

_GOLDEN = np.uint32(0x9E3779B9)
_FIRST, _SECOND = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_SHIFTS = (np.uint32(16), np.uint32(13), np.uint32(16))
_RANGE = 1 << 32
_STRATUM = np.uint32(_RANGE // ROUND)
_ORDERS = 256
_LOW_BITS = np.uint32(9)
_STEP = np.float32(2.0**-23)
_BELL_BITS = 12


def keys_of(names: Iterable[str]) -> Words:
    """One key per name, the same on every machine and in every run."""
    return np.fromiter(map(_key_of, names), np.uint32)


@lru_cache(maxsize=65_536)
def _key_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "little")


def throws(keys: Words, paths: int, seed: int, purpose: str, first: int = 0) -> Words:
    """Random words of 32 bits, shape (keys, paths), for the paths from number `first` on.

    Rows are independent of each other and depend on their own key alone. In a row each round of paths has one word in
    every 500th of the range (a Latin hypercube: McKay, Beckman and Conover 1979), so that means over paths are nearly
    free of chance as far as they are sums of what depends on one row. The order of a round is one of 256, begun
    anywhere.
    """
    before, after = first // ROUND, -(-(first + paths) // ROUND)
    numbers = np.arange(before, after, dtype=np.uint32)
    chosen = _mixed((keys ^ keys_of([f"{purpose} {seed}"]))[:, None] + numbers * _GOLDEN)
    order, begun = np.divmod(chosen % np.uint32(_ORDERS * ROUND), np.uint32(ROUND))
    words = _orders()[order * np.uint32(2 * ROUND) + begun]
    words += (_mixed(chosen) % _STRATUM)[:, :, None]
    return words.reshape(len(keys), -1)[:, first - before * ROUND :][:, :paths]


def _mixed(words: Words) -> Words:
    """Each word well mixed, by the finalizer of MurmurHash3 (Appleby 2011)."""
    words = words ^ words >> _SHIFTS[0]
    words *= _FIRST
    words ^= words >> _SHIFTS[1]
    words *= _SECOND
    words ^= words >> _SHIFTS[2]
    return words


@lru_cache(maxsize=1)
def _orders() -> Words:
    """Where in the range the paths of a round begin, in every order and from every path on; shape (orders, 500)."""
    words = _mixed(np.arange(_ORDERS * ROUND, dtype=np.uint32) * _GOLDEN).reshape(_ORDERS, ROUND)
    order = np.argsort(words, axis=1).astype(np.uint32) * _STRATUM
    return sliding_window_view(np.concatenate([order, order], axis=1).ravel(), ROUND)


def uniforms(words: Words) -> Singles:
    """The high 23 bits of each word as a number between 0 and 1, neither included."""
    return ((words >> _LOW_BITS).astype(np.float32) + np.float32(0.5)) * _STEP


def normals(names: Sequence[str], paths: int, seed: int, first: int = 0) -> Singles:
    """Independent standard normal numbers for each name, shape (names, paths), at most 3.67 from 0."""
    return _bells().take(throws(keys_of(names), paths, seed, "normal", first) >> np.uint32(32 - _BELL_BITS))


@lru_cache(maxsize=1)
def _bells() -> Singles:
    """The quantile in the middle of each 4,096th of the standard normal distribution."""
    normal, cells = NormalDist(), 1 << _BELL_BITS
    return np.array([normal.inv_cdf((cell + 0.5) / cells) for cell in range(cells)], np.float32)
