"""Due dates that nobody set: missing, equal to the document's own date, filled in, or far from the party's terms."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mode

from oodaloo.runway.calculators.hygiene.finding import Finding, document_text, rests_on_open
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.payables.days import days_after
from oodaloo.runway.model.hygiene import IssueKind, SetDueDate
from oodaloo.runway.model.picture import Books, OpenItem
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.scenario import MoveBill, Scenario, SlipInvoice
from oodaloo.runway.model.wording import day_text, days_text, money_text

FILLED_IN_DAYS = 30
"""The due date that QuickBooks gives an invoice without terms; a bill without terms it makes due on its own date."""

LONGEST_TERMS_DAYS = 150
"""No terms in use reach further: a due date beyond is a slip, such as another year."""

_USUAL_DOCUMENTS = 3
_ALIKE_DAYS = 3
_OFTEN = 3
_NEAR_DAYS = 10


@dataclass(frozen=True, slots=True)
class _Expected:
    """How many days this document's terms should give, and whose they are; None where nobody can tell."""

    days: int | None
    source: str
    others: tuple[int, ...]


def due_date_findings(books: Books) -> Iterator[Finding]:
    """Open invoices and bills whose due date is missing or doubtful.

    What is expected are the terms that the document names, else those of the list, else those of at least three other
    documents of the party. A due date is taken as meant when it follows from the document's own terms, or when a third
    of the party's other documents have it too, within three days: then it is how this party is entered.
    """
    listed = {each.ref: each.terms.due_days for each in books.housekeeping.parties if each.terms is not None}
    sides = (
        (RecordKind.CUSTOMER, books.receivables, books.invoices_issued),
        (RecordKind.VENDOR, books.payables, books.bills_issued),
    )
    for kind, open_items, issued in sides:
        known = _days_given(issued)
        for item in open_items:
            terms = books.housekeeping.terms.get(item.ref)
            if terms is not None and not item.due_assumed and terms.due_days in (None, _given(item)):
                continue
            if terms is not None and terms.due_days is not None:
                expected = _Expected(terms.due_days, "its own terms", ())
            else:
                party = RecordRef(kind, item.party.id or "")
                expected = _expected(item, listed.get(party), known.get(party_key(item.party), ()))
            doubt = None if item.due_assumed else _doubt(item, expected)
            if item.due_assumed:
                yield _missing(item, expected, books.as_of)
            elif doubt is not None:
                yield _doubtful(item, expected, doubt, books.as_of)


def _given(item: OpenItem) -> int:
    return (item.due - item.issued).days


def _days_given(issued: Sequence[OpenItem]) -> Mapping[str, Sequence[OpenItem]]:
    by_party: defaultdict[str, list[OpenItem]] = defaultdict(list)
    for item in issued:
        if not item.due_assumed:
            by_party[party_key(item.party)].append(item)
    return by_party


def _expected(item: OpenItem, listed: int | None, issued: Sequence[OpenItem]) -> _Expected:
    others = tuple(_given(each) for each in issued if each.ref != item.ref)
    if listed is not None:
        return _Expected(listed, f"the terms of {item.party.name}", others)
    if len(others) >= _USUAL_DOCUMENTS:
        usual = mode(sorted(others))
        if _OFTEN * _alike(others, usual) >= 2 * len(others):
            return _Expected(usual, f"{len(others)} other documents of {item.party.name}", others)
    return _Expected(None, "", others)


def _alike(others: Sequence[int], days: int) -> int:
    return sum(abs(each - days) <= _ALIKE_DAYS for each in others)


def _doubt(item: OpenItem, expected: _Expected) -> str | None:
    """What is wrong with the due date in one clause, None when nothing is."""
    given = _given(item)
    alike = _alike(expected.others, given)
    if alike > 1 and _OFTEN * alike >= len(expected.others):
        return None
    if given < 0:
        return "before its own date"
    if expected.days is None:
        return _doubt_without_terms(item, given, expected)
    if given == 0 and expected.days > _ALIKE_DAYS:
        return "its own date"
    if abs(given - expected.days) > max(_NEAR_DAYS, expected.days // 2):
        return f"{days_text(given)} after its date"
    if given == FILLED_IN_DAYS and abs(given - expected.days) > _ALIKE_DAYS and item.ref.kind is RecordKind.INVOICE:
        return f"{days_text(given)} after its date, as QuickBooks fills in"
    return None


def _doubt_without_terms(item: OpenItem, given: int, expected: _Expected) -> str | None:
    if given > LONGEST_TERMS_DAYS and given > max(expected.others, default=0):
        return f"{days_text(given)} after its date"
    if given == 0 and item.ref.kind is RecordKind.BILL:
        return "its own date, as QuickBooks fills in without terms"
    return None


def _missing(item: OpenItem, expected: _Expected, today: date) -> Finding:
    right = _right_day(item, expected)
    told = f"; {expected.source} would give {day_text(right)}" if right else ""
    amount = money_text(item.open, cents=True)
    return Finding(
        kind=IssueKind.MISSING_DUE_DATE,
        records=(item.ref,),
        party=item.party,
        rests=rests_on_open(item),
        fix=SetDueDate(item.ref, right),
        sentence=(
            f"{document_text(item)} over {amount} has no due date and counts as due on {day_text(item.due)}{told}."
        ),
        if_wrong=_moved(item, right, today),
    )


def _doubtful(item: OpenItem, expected: _Expected, doubt: str, today: date) -> Finding:
    right = _right_day(item, expected)
    amount = money_text(item.open, cents=True)
    told = "no terms are known"
    if right is not None and expected.days is not None:
        apart = (right - item.due).days
        told = (
            f"{expected.source} give {days_text(expected.days)}, which is {day_text(right)}, "
            f"{days_text(abs(apart))} {'later' if apart > 0 else 'earlier'}"
        )
    return Finding(
        kind=IssueKind.DOUBTFUL_DUE_DATE,
        records=(item.ref,),
        party=item.party,
        rests=rests_on_open(item),
        fix=SetDueDate(item.ref, right),
        sentence=f"{document_text(item)} over {amount} is due on {day_text(item.due)}, {doubt}; {told}.",
        if_wrong=_moved(item, right, today),
    )


def _right_day(item: OpenItem, expected: _Expected) -> date | None:
    return None if expected.days is None else days_after(item.issued, expected.days)


def _moved(item: OpenItem, right: date | None, today: date) -> Scenario | None:
    """The bill paid on the day that its terms give (tomorrow if that has passed), the invoice so many days later."""
    if right is None or right == item.due:
        return None
    if item.ref.kind is RecordKind.INVOICE:
        return Scenario((SlipInvoice(item.ref, (right - item.due).days),))
    return Scenario((MoveBill(item.ref, max(right, today + timedelta(days=1))),))
