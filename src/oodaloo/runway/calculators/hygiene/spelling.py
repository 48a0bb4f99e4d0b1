"""Whether two names may be one, as people spell the same company or person twice."""

import re
import unicodedata
from functools import lru_cache

_SIGNS = re.compile(r"[^\w\s]|_")
_POINTS = re.compile(r"(?<=\b\w)\.(?=\w\b)|['\u2019.]")
_SECOND = re.compile(
    r"\s*(?:\(\s*(?:\d|vendor|customer|supplier|old|new|dup|duplicate)\s*\)|#\s*\d|\bdup(?:licate)?)\s*$"
)
_FORMS = frozenset(
    {
        "inc", "incorporated", "llc", "llp", "lp", "pllc", "ltd", "limited", "corp", "corporation", "co", "company",
        "plc", "pc", "pa", "gmbh", "pty", "the", "and",
    }
)  # fmt: skip
_COMMON = frozenset(
    {
        "agency", "associates", "bank", "consulting", "creative", "design", "designs", "digital", "foods", "group",
        "health", "holdings", "home", "hotel", "hotels", "international", "law", "legal", "management", "media",
        "network", "networks", "office", "partners", "print", "printing", "properties", "realty", "services", "shop",
        "software", "solutions", "studio", "studios", "supply", "systems", "tech", "technologies", "works",
    }
)  # fmt: skip
"""Words that many companies share and that therefore tell nothing about who it is."""

_TYPO_LETTERS, _REPLACED_LETTERS, _TELLING_LETTERS = 5, 7, 4


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """The words that tell who it is, as spoken: lower case, no accents, signs or legal forms."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each))
    spoken = _SIGNS.sub(" ", _POINTS.sub("", _SECOND.sub("", plain))).split()
    return tuple(word for word in spoken if word not in _FORMS) or tuple(spoken)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names differ in legal form, signs, spaces or order alone, or by one slip in one word.

    A slip is a letter too many, too few, or two that changed places, in a word of at least five letters; or another
    letter within a word of at least seven. Digits and first letters tell different companies apart.
    """
    first, second = words_of(one), words_of(other)
    if not first or not second:
        return False
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return True
    only_first, only_second = _without(first, second), _without(second, first)
    return len(only_first) == len(only_second) == 1 and _is_slip(only_first[0], only_second[0])


def share_a_telling_word(one: str, other: str) -> bool:
    """Whether two names have a word of at least four letters in common that isn't in every other company's name."""
    common = set(words_of(one)) & set(words_of(other)) - _COMMON
    return any(len(word) >= _TELLING_LETTERS for word in common)


def _without(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    left = list(others)
    kept = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            kept.append(word)
    return tuple(kept)


def _is_slip(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _TYPO_LETTERS or shorter[0] != longer[0] or not (one + other).isalpha():
        return False
    if len(longer) == len(shorter) + 1:
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    if len(longer) != len(shorter):
        return False
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    if len(apart) == 1:
        return len(one) >= _REPLACED_LETTERS
    swapped = len(apart) == 2 and apart[1] == apart[0] + 1
    return swapped and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
