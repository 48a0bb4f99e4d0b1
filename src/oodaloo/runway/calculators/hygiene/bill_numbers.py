"""Whether two numbers of one vendor's bills may be the same number, as people type them."""

import re
from enum import IntEnum

_NOT_TYPED_ALIKE = re.compile(r"[^0-9a-z]")
_LOOKS_LIKE = str.maketrans("oil", "011")
_ADDED = re.compile(r"(?:[\s\-_./(]*(?:[a-z]|copy|dup|duplicate|again|bis)\)?|[\s\-_./]*\(\d\)|\s*\.)$")
_LAST_DIGITS = re.compile(r"(?<!\d)\d{3,}$")


class Likeness(IntEnum):
    """How alike two numbers are; one that was left out is like any."""

    OTHER = 0
    UNKNOWN = 1
    SIMILAR = 2
    SAME = 3


def likeness(one: str, other: str) -> Likeness:
    """Same: alike but for case, signs and leading zeros. Similar: a letter or "(2)" was added, only the last digits
    were typed, neighbouring characters changed places, or O and I stand for 0 and 1.

    Numbers that follow each other (1042, 1043, 1042-2) are others: a vendor's next bill has them.
    """
    first, second = same_number(one), same_number(other)
    if not first or not second:
        return Likeness.UNKNOWN
    if first == second:
        return Likeness.SAME
    if first.translate(_LOOKS_LIKE) == second.translate(_LOOKS_LIKE) or _swapped(first, second):
        return Likeness.SIMILAR
    if _without_addition(one) == second or _without_addition(other) == first:
        return Likeness.SIMILAR
    if _digits_alone(one, second) or _digits_alone(other, first):
        return Likeness.SIMILAR
    return Likeness.OTHER


def same_number(number: str) -> str:
    """The number in lower case without signs and leading zeros."""
    return _NOT_TYPED_ALIKE.sub("", number.casefold()).lstrip("0")


def _without_addition(number: str) -> str:
    return same_number(_ADDED.sub("", number.casefold().strip()))


def _digits_alone(number: str, other: str) -> bool:
    """Whether `other` is nothing but the last digits of `number`, three at least, or all of them after its letters."""
    last = _LAST_DIGITS.search(number)
    return other.isdigit() and last is not None and last[0].lstrip("0") == other


def _swapped(one: str, other: str) -> bool:
    """Whether two neighbouring characters changed places."""
    if len(one) != len(other):
        return False
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    left, right = apart
    return one[left] == other[right] and one[right] == other[left]
