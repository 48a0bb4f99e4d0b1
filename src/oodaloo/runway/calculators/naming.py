"""One name for one payee, however bookkeepers and banks spell it."""

import re
from functools import lru_cache

from oodaloo.runway.model.reference import Party

_NOT_WORDS = re.compile(r"[^\w\s]|_")
_REFERENCE = re.compile(r"\b\w*\d{3}\w*\b")
_NUMBERED = re.compile(r"\b\w*\d\w*\b")
_COMPANY_FORMS = frozenset({"inc", "llc", "ltd", "limited", "corp", "corporation", "co", "company", "plc", "gmbh"})
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = frozenset({*_MONTH_NAMES, *(name[:3] for name in _MONTH_NAMES), "sept"})


@lru_cache(maxsize=65_536)
def normalised_payee(name: str) -> str:
    """`name` in lower case without punctuation, legal form and reference numbers (three digits or more).

    "PIER 9 Properties, LLC #00412" becomes "pier 9 properties"; a name made of nothing else stays as it is.
    """
    words = _NOT_WORDS.sub(" ", name.casefold())
    kept = [word for word in _REFERENCE.sub(" ", words).split() if word not in _COMPANY_FORMS]
    return " ".join(kept) or " ".join(words.split())


@lru_cache(maxsize=65_536)
def normalised_memo(memo: str) -> str:
    """`memo` in lower case without punctuation, numbers and months: "Payroll 2026-09-25 (Sept)" is "payroll"."""
    words = _NUMBERED.sub(" ", _NOT_WORDS.sub(" ", memo.casefold()))
    return " ".join(word for word in words.split() if word not in _MONTHS)


def payee_key(party: Party | None, category: str, memo: str) -> str:
    """What flows are grouped by: the payee's name, else category and memo (payroll entries often name nobody)."""
    if party is not None and party.name:
        return normalised_payee(party.name)
    return f"{normalised_payee(category)} / {normalised_memo(memo)}"


def party_key(party: Party) -> str:
    """What one customer's or vendor's documents are gathered by: the QuickBooks id, else the normalised name."""
    return party.id or normalised_payee(party.name)
