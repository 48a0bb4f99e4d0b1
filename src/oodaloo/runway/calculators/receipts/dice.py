"""Dice that are keyed: a number depends on the seed, on whom it is thrown for and on the path alone."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Singles, Words

_GOLDEN = np.uint32(0x9E3779B9)
_FIRST, _SECOND = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_SHIFTS = (np.uint32(16), np.uint32(13), np.uint32(16))
_LOW_BITS = 9
_STEP = np.float32(2.0**-23)


def keys_of(names: Iterable[str]) -> Words:
    """One key per name, the same on every machine and in every run."""
    return np.fromiter(map(_key_of, names), np.uint32)


@lru_cache(maxsize=65_536)
def _key_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "little")


def throws(keys: Words, paths: int, seed: int, purpose: str, first: int = 0) -> Words:
    """Independent words of 32 random bits, shape (keys, paths), for the paths from number `first` on.

    A counter goes through the finalizer of MurmurHash3 (Appleby 2011), so that a row depends on its own key alone.
    """
    path = np.arange(first, first + paths, dtype=np.uint32)
    words = (keys ^ keys_of([f"{purpose} {seed}"]))[:, None] + path * _GOLDEN
    words ^= words >> _SHIFTS[0]
    words *= _FIRST
    words ^= words >> _SHIFTS[1]
    words *= _SECOND
    words ^= words >> _SHIFTS[2]
    return words


def uniforms(words: Words) -> Singles:
    """The high 23 bits of each word as a number between 0 and 1, neither included."""
    return ((words >> np.uint32(_LOW_BITS)).astype(np.float32) + np.float32(0.5)) * _STEP


def coins(words: Words, probability: float) -> Bools:
    """Whether the low 9 bits of each word, which `uniforms` leaves out, come up; the probability is kept to 1/512."""
    sides = 1 << _LOW_BITS
    return (words & np.uint32(sides - 1)) < np.uint32(round(probability * sides))


def normals(names: Sequence[str], paths: int, seed: int, first: int = 0) -> Singles:
    """Independent standard normal numbers for each name, shape (names, paths), by Box and Muller (1958)."""
    keys = keys_of(f"{name} {part}" for part in ("radius", "angle") for name in names)
    radius, angle = uniforms(throws(keys, paths, seed, "normal", first)).reshape(2, len(names), paths)
    return np.asarray(np.sqrt(np.float32(-2) * np.log(radius)) * np.cos(np.float32(2 * np.pi) * angle))
