"""Bills that were entered twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from oodaloo.runway.calculators.hygiene.bill_numbers import Likeness, likeness, same_number
from oodaloo.runway.calculators.hygiene.finding import Finding, document_text, rests_on_open
from oodaloo.runway.calculators.naming import normalised_payee
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.hygiene import DeleteDuplicate, IssueKind
from oodaloo.runway.model.picture import Books, OpenItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.scenario import Drop, Scenario
from oodaloo.runway.model.wording import day_text, days_text, money_text

SAME_NUMBER_DAYS, SIMILAR_NUMBER_DAYS, NO_NUMBER_DAYS = 120, 14, 3
"""How far apart two bills of one vendor and amount may be dated and still be one, by what their numbers say."""

_ENTERED_TWICE, _STANDING_DAYS = 2, 45
_RHYTHM_BILLS = 3


@dataclass(frozen=True, slots=True)
class _Vendor:
    """What is regular in one vendor's bills: numbers that come again and again, and its usual distance in days."""

    standing_numbers: frozenset[str]
    usual_days: int | None


def duplicate_bill_findings(books: Books) -> Iterator[Finding]:
    """Open bills that repeat another one: same vendor (however it is spelled) and amount, near dates, like numbers.

    What comes regularly isn't a duplicate: a number that a vendor's bills bear for more than 45 days tells nothing (it
    is the account's), bills without numbers must lie much closer together than the vendor's bills usually do,
    and pairs that were paid before, alike and as close, are how this vendor bills.
    """
    by_vendor: defaultdict[str, list[OpenItem]] = defaultdict(list)
    for bill in books.bills_issued:
        by_vendor[normalised_payee(bill.party.name)].append(bill)
    for bills in by_vendor.values():
        if any(bill.open.cents for bill in bills):
            yield from _of_vendor(bills)


def _of_vendor(bills: Sequence[OpenItem]) -> Iterator[Finding]:
    """Of two entries what was entered later is in doubt if it is open, else the earlier one; two paid ones are past."""
    vendor = _vendor(bills)
    by_amount: defaultdict[int, list[OpenItem]] = defaultdict(list)
    for bill in sorted(bills, key=_entered):
        by_amount[bill.total.cents].append(bill)
    for alike in by_amount.values():
        taken: set[RecordRef] = set()
        for place, later in enumerate(alike):
            for earlier in alike[:place] if later.open.cents else [each for each in alike[:place] if each.open.cents]:
                again, kept = (later, earlier) if later.open.cents else (earlier, later)
                if not taken & {again.ref, kept.ref} and _is_one(earlier, later, vendor, alike):
                    taken.add(again.ref)
                    yield _duplicate(again, kept)


def _vendor(bills: Sequence[OpenItem]) -> _Vendor:
    days = sorted({bill.issued for bill in bills})
    gaps = [(after - before).days for before, after in pairwise(days)]
    dated: defaultdict[str, list[date]] = defaultdict(list)
    for bill in bills:
        dated[same_number(bill.ref.number)].append(bill.issued)
    standing = frozenset(number for number, some in dated.items() if _is_standing(some))
    return _Vendor(standing, median(gaps) if len(days) >= _RHYTHM_BILLS else None)


def _is_standing(dated: Sequence[date]) -> bool:
    """Whether bills of one number go on for too long to be one bill: the number is the account's."""
    return len(dated) > _ENTERED_TWICE and (max(dated) - min(dated)).days > _STANDING_DAYS


def _is_one(one: OpenItem, other: OpenItem, vendor: _Vendor, alike: Sequence[OpenItem]) -> bool:
    apart, alike_numbers = abs((one.issued - other.issued).days), likeness(one.ref.number, other.ref.number)
    if alike_numbers is Likeness.SAME and same_number(one.ref.number) in vendor.standing_numbers:
        alike_numbers = Likeness.UNKNOWN
    match alike_numbers:
        case Likeness.SAME:
            return apart <= SAME_NUMBER_DAYS
        case Likeness.SIMILAR:
            return apart <= SIMILAR_NUMBER_DAYS
        case Likeness.UNKNOWN:
            irregular = vendor.usual_days is None or vendor.usual_days > 2 * apart
            return apart <= NO_NUMBER_DAYS and irregular and not _is_usual(apart, (one, other), alike)
        case Likeness.OTHER:
            return False


def _is_usual(apart: int, pair: tuple[OpenItem, OpenItem], alike: Sequence[OpenItem]) -> bool:
    """Whether two others of this amount were dated as close and both paid."""
    days = sorted(bill.issued for bill in alike if bill not in pair and not bill.open.cents)
    return any((after - before).days <= apart for before, after in pairwise(days))


def _duplicate(duplicate: OpenItem, kept: OpenItem) -> Finding:
    amount, apart = money_text(duplicate.total, cents=True), abs((duplicate.issued - kept.issued).days)
    near = "on the same day" if not apart else f"{days_text(apart)} apart"
    paid = "is open too" if kept.open.cents else "is paid"
    number = f"bill {kept.ref.number}" if kept.ref.number else "a bill without number"
    return Finding(
        kind=IssueKind.DUPLICATE_BILL,
        records=(duplicate.ref,),
        related=(kept.ref,),
        party=duplicate.party,
        rests=rests_on_open(duplicate),
        fix=DeleteDuplicate(duplicate.ref, kept.ref),
        sentence=(
            f"{document_text(duplicate)} looks like {number} of {day_text(kept.issued)} entered twice: both over "
            f"{amount}, dated {near}; the other one {paid}."
        ),
        if_wrong=Scenario((Drop(duplicate.ref),)),
    )


def _entered(bill: OpenItem) -> tuple[int, str]:
    """QuickBooks counts its ids up."""
    return (int(bill.ref.id) if bill.ref.id.isdigit() else 0, bill.ref.id)
