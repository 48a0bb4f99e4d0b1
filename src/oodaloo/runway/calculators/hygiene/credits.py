"""Payments and credits that no document has used, and parties that are owed more than they owe."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.hygiene.finding import Basis, Finding, Part, Rest, named, open_part
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.hygiene import Applied, ApplyCredit, IssueKind, LookInto
from oodaloo.runway.model.picture import Books, Credit, OpenItem, SettledItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.wording import day_text, days_text, money_text

WAITING_DAYS = 30
"""A credit without a document it was given for is left alone for so long: the next document may use it."""

LONG_WAITING_DAYS = 90
"""After so long a credit isn't waiting any more, whatever is open."""

_ENTERED_DAYS = 7


@dataclass(frozen=True, slots=True)
class _Account:
    """One party: what it has open, earliest due first, and its settled documents."""

    open: Sequence[OpenItem]
    settled: Sequence[SettledItem]
    today: date


def credit_findings(books: Books) -> Iterator[Finding]:
    """Unapplied payments and forgotten credits, with the documents that each would settle.

    A payment should be applied as soon as something is open. A credit memo or vendor credit may wait for the payment of
    the document that it was given for: it is forgotten when everything of its date or before is settled and it is 30
    days old or a later payment passed it by, and in any case after 90 days. With nothing open, the party has a balance
    on the wrong side: a week after a payment, and when a credit would be forgotten.
    """
    sides = (
        (books.unapplied_receipts, books.receivables, books.settled_invoices),
        (books.vendor_credits, books.payables, books.settled_bills),
    )
    belongs_to = {each.ref.id: each.part_of for each in books.housekeeping.parties if each.part_of}
    for credits_given, open_items, settled in sides:
        by_party: defaultdict[str, list[Credit]] = defaultdict(list)
        for credit in sorted(credits_given, key=lambda each: (each.dated, each.ref)):
            by_party[_who(credit.party, belongs_to)].append(credit)
        still_open: defaultdict[str, list[OpenItem]] = defaultdict(list)
        for item in sorted(open_items, key=lambda each: (each.due, each.issued, each.ref)):
            still_open[_who(item.party, belongs_to)].append(item)
        paid: defaultdict[str, list[SettledItem]] = defaultdict(list)
        for each in settled if by_party else ():
            paid[_who(each.party, belongs_to)].append(each)
        for who, credits_of_party in by_party.items():
            yield from _of_party(credits_of_party, _Account(still_open[who], paid[who], books.as_of))


def spoken_for(books: Books, found: Iterable[Finding]) -> frozenset[RecordRef]:
    """The open documents of exactly the amount of one of these credits: it settles them, and nothing else."""
    remaining = {credit.ref: credit.remaining for credit in (*books.unapplied_receipts, *books.vendor_credits)}
    still_open = {item.ref: item.open for item in (*books.receivables, *books.payables)}
    fixes = (finding.fix for finding in found if isinstance(finding.fix, ApplyCredit))
    settled = ((fix.credit, fix.to[0].document) for fix in fixes if len(fix.to) == 1)
    return frozenset(document for credit, document in settled if remaining[credit] == still_open[document])


def _who(party: Party, belongs_to: Mapping[str, str]) -> str:
    """A customer's payments may be meant for its jobs, and theirs for it: they are one."""
    key, seen = party_key(party), set[str]()
    while key in belongs_to and key not in seen:
        seen.add(key)
        key = belongs_to[key]
    return key


def _of_party(credits_of_party: Sequence[Credit], account: _Account) -> Iterator[Finding]:
    settles = _settled_by(credits_of_party, account.open)
    for credit in credits_of_party:
        applied = settles[credit.ref]
        doubtful = _is_doubtful(credit, account, bool(applied))
        if doubtful and applied:
            yield _unapplied(credit, applied, account)
        elif doubtful:
            yield _on_the_wrong_side(credit, account)


def _settled_by(
    credits_of_party: Sequence[Credit], items: Sequence[OpenItem]
) -> Mapping[RecordRef, tuple[Applied, ...]]:
    """What each credit settles: the document that is open with exactly its amount, those due nearest to a credit first;
    then, credit after credit, what is due first of what is left.
    """
    found: dict[RecordRef, tuple[Applied, ...]] = {}
    left = {item.ref: item.open.cents for item in items}
    exact = ((credit, item) for credit in credits_of_party for item in items if credit.remaining == item.open)
    for credit, item in sorted(exact, key=lambda pair: abs((pair[1].due - pair[0].dated).days)):
        if credit.ref not in found and left[item.ref]:
            found[credit.ref] = (Applied(item.ref, credit.remaining),)
            left[item.ref] = 0
    for credit in credits_of_party:
        if credit.ref not in found:
            found[credit.ref] = tuple(_earliest_due(credit, items, left))
    return found


def _earliest_due(credit: Credit, items: Sequence[OpenItem], left: dict[RecordRef, int]) -> Iterator[Applied]:
    """The parts of documents that a credit settles in turn; they are taken from what is left of them."""
    remaining = credit.remaining.cents
    for item in items:
        cents = min(remaining, left[item.ref])
        if cents > 0:
            remaining -= cents
            left[item.ref] -= cents
            yield Applied(item.ref, Money(cents, credit.remaining.currency))


def _is_doubtful(credit: Credit, account: _Account, has_open: bool) -> bool:
    age = (account.today - credit.dated).days
    if credit.ref.kind is RecordKind.PAYMENT:
        return has_open or age >= _ENTERED_DAYS
    if any(item.issued <= credit.dated for item in account.open):
        return age >= LONG_WAITING_DAYS
    return age >= WAITING_DAYS or _passed_by(credit, account)


def _passed_by(credit: Credit, account: _Account) -> bool:
    """Whether something of the party was paid after the credit, which could have used it."""
    return any(paid.settled > credit.dated for paid in account.settled)


def _unapplied(credit: Credit, applied: tuple[Applied, ...], account: _Account) -> Finding:
    payment = credit.ref.kind is RecordKind.PAYMENT
    items = {item.ref: item for item in account.open}
    first = items[applied[0].document]
    others = "" if len(applied) == 1 else f" and {len(applied) - 1} more"
    word = "invoice" if first.ref.kind is RecordKind.INVOICE else "bill"
    number = f" {first.ref.number}" if first.ref.number else ""
    target = f"{word}{number} over {money_text(first.open, cents=True)}, due {day_text(first.due)}{others}"
    return Finding(
        kind=IssueKind.UNAPPLIED_PAYMENT if payment else IssueKind.UNAPPLIED_CREDIT,
        records=(credit.ref,),
        related=tuple(each.document for each in applied),
        party=credit.party,
        rests=tuple(Rest(open_part(each.document), each.amount.cents) for each in applied),
        fix=ApplyCredit(credit.ref, applied),
        sentence=(
            f"{named(credit.ref, credit.party)} {_left_since(credit, account.today)}, while {target}, is open: the "
            "forecast takes it off what comes due first."
        ),
    )


def _on_the_wrong_side(credit: Credit, account: _Account) -> Finding:
    """Nothing of the party is open that the credit could settle."""
    customers = credit.ref.kind is not RecordKind.VENDOR_CREDIT
    told = (
        "paid in advance, paid twice, or an invoice is missing or stands under another customer"
        if customers
        else "a bill was paid without it, or a bill is missing or stands under another vendor"
    )
    return Finding(
        kind=IssueKind.NEGATIVE_BALANCE,
        records=(credit.ref,),
        party=credit.party,
        rests=(Rest(Part(Basis.APART, credit.ref.kind, credit.ref.id), credit.remaining.cents),),
        fix=LookInto(f"what {named(credit.ref, credit.party)} was for"),
        sentence=(
            f"{named(credit.ref, credit.party)} {_left_since(credit, account.today)}, and nothing is open that it "
            f"could settle: {told}."
        ),
    )


def _left_since(credit: Credit, today: date) -> str:
    amount, days = money_text(credit.remaining, cents=True), (today - credit.dated).days
    return f"has had {amount} left for {days_text(days)}" if days > 0 else f"has {amount} left"
