"""Money that was booked to accounts for what nobody has sorted."""

from collections.abc import Iterator, Mapping

from oodaloo.runway.calculators.hygiene.finding import Finding, Part, Rest
from oodaloo.runway.calculators.hygiene.forecast_money import evidence_part
from oodaloo.runway.model.housekeeping import UnsortedEntry
from oodaloo.runway.model.hygiene import IssueKind, SortEntry
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.wording import day_text, money_text


def uncategorized_findings(books: Books, evidence: Mapping[Part, int]) -> Iterator[Finding]:
    """One for each record with lines in such an account; of the forecast rests on it what was learned from it."""
    by_record: dict[Part, UnsortedEntry] = {}
    for entry in books.housekeeping.unsorted:
        by_record.setdefault(evidence_part(entry.ref), entry)
    for part, entry in by_record.items():
        cents = evidence.get(part, 0)
        yield Finding(
            kind=IssueKind.UNCATEGORIZED,
            records=(entry.ref,),
            rests=(Rest(part, cents),) if cents else (),
            fix=SortEntry(entry.ref, entry.account),
            sentence=_sentence(entry),
        )


def _sentence(entry: UnsortedEntry) -> str:
    amount, day = money_text(abs(entry.amount), cents=True), day_text(entry.dated)
    verb = "came in" if entry.amount.cents > 0 else "was spent"
    told = entry.party or entry.memo
    who = f" ({told})" if told else ""
    return f"{amount} {verb} on {day}{who} and stands in {entry.account}: nobody has said for what."
