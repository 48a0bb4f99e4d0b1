"""Metered reads of a sync, as the journal shows them and as the theory wants them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from tests.support.emulators import Emulator
from tests.support.mirrors import sources_in
from tests.support.recordings import JsonObject

PAGE = 1000
WITH_TOTAL = frozenset({"Invoice", "Bill", "BillPayment", "Deposit", "JournalEntry", "Transfer"})
"""Types whose answers tell how many records there are altogether (recorded in 2026)."""


def metered(quickbooks: Emulator) -> Counter[str]:
    """What was answered of the calls that syncing makes, by type or as `cdc`; reports are another matter."""
    answered = (each for each in quickbooks.journal(quickbooks.realm_id) if each["status"] == httpx2.codes.OK)
    asked = (each for each in answered if each["operation"] in ("query", "cdc"))
    return Counter(_subject(each) for each in asked)


def minimum(quickbooks: Emulator) -> Counter[str]:
    """The fewest that any client could do with, for the company as it is now."""
    return minimum_for({entity: len(records) for entity, records in sources_in(quickbooks).items()})


def minimum_for(counts: Mapping[str, int]) -> Counter[str]:
    """For so many records of each type: its pages, one more where nobody can tell that it was the last, and one CDC."""
    pages = {entity: max(1, math.ceil(count / PAGE)) for entity, count in counts.items()}
    untold = {entity: 1 for entity, count in counts.items() if count and not count % PAGE and entity not in WITH_TOTAL}
    return Counter({**pages, "cdc": 1}) + Counter(untold)


def asked_in(journal: Sequence[JsonObject], entity: str) -> list[str]:
    """The SELECTs of a type, in order."""
    return [text for each in journal for text in [each["query"].get("query", "")] if f" FROM {entity} " in text]


def _subject(request: Mapping[str, Any]) -> str:
    return "cdc" if request["operation"] == "cdc" else str(request["query"]["query"]).split()[3]
