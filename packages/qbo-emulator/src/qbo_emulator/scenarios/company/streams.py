"""Dice by name: each customer, vendor and habit draws from a stream of its own, so none disturbs another."""

from datetime import date, datetime, time
from random import Random
from zlib import crc32
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("America/Chicago")
_OPENS_SECONDS = (8 * 60 + 30) * 60
_OPEN_FOR_SECONDS = 9 * 60 * 60


def stream(seed: int, *name: str) -> Random:
    """Return the dice that belong to this name under this seed."""
    return Random("/".join((str(seed), *name)))  # noqa: S311 - a company's habits are no secret


def cents_near(dice: Random, typical_cents: int, spread: float, *, round_to_cents: int = 1) -> int:
    """Return an amount within typical × (1 ± spread), rounded, never below one rounding step."""
    cents = typical_cents * dice.uniform(1 - spread, 1 + spread)
    return max(round_to_cents, round(cents / round_to_cents) * round_to_cents)


def office_time(day: date, key: str) -> datetime:
    """Return the moment in that day's office hours (8:30 to 17:30, Chicago) which belongs to the key."""
    seconds = _OPENS_SECONDS + crc32(key.encode()) % _OPEN_FOR_SECONDS
    return datetime.combine(day, time(seconds // 3600, seconds // 60 % 60, seconds % 60), tzinfo=OFFICE)
