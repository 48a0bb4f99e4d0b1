"""Customers and vendors that are listed twice."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.hygiene.finding import Basis, Finding, Part, Rest, open_part
from oodaloo.runway.calculators.hygiene.forecast_money import ForecastMoney
from oodaloo.runway.calculators.hygiene.spelling import is_same_name, share_a_telling_word, words_of
from oodaloo.runway.model.housekeeping import ListedParty
from oodaloo.runway.model.hygiene import IssueKind, MergeNames
from oodaloo.runway.model.picture import Books, CashPicture, OpenItem
from oodaloo.runway.model.reference import Party, RecordKind
from oodaloo.runway.model.wording import money_text

_NOT_DIGITS = re.compile(r"\D")
_PHONE_DIGITS = 10
_TWO = 2
_Pair: TypeAlias = tuple[ListedParty, ListedParty]


@dataclass(frozen=True, slots=True)
class _Side:
    """Customers or vendors: who is listed, how many documents each has, and what of each is open."""

    kind: IssueKind
    parties: Sequence[ListedParty]
    documents: Mapping[str, int]
    open: Mapping[str, Sequence[OpenItem]]


def duplicate_name_findings(picture: CashPicture, money: ForecastMoney) -> Iterator[Finding]:
    """Pairs of active names of one kind that are spelled alike, or share an address and a telling word of their names.

    Both must have documents. Jobs are no duplicates of their customer or of each other. An e-mail address or a
    telephone number counts when just two have it: what more share belongs to an office that serves many.
    """
    books = picture.books
    for side in _sides(books):
        named = [each for each in side.parties if each.active and side.documents.get(each.ref.id)]
        pairs = {**_by_contact(named), **_by_name(named)}
        for (one, other), because in sorted(pairs.items(), key=lambda each: _ids(each[0])):
            if not _are_related(one, other):
                yield _twice(one, other, because, side, picture, money)


def _sides(books: Books) -> Iterator[_Side]:
    sides = (
        (IssueKind.DUPLICATE_CUSTOMER, RecordKind.CUSTOMER, books.invoices_issued, books.receivables),
        (IssueKind.DUPLICATE_VENDOR, RecordKind.VENDOR, books.bills_issued, books.payables),
    )
    moved = Counter(movement.party.id for movement in books.movements if movement.party and movement.party.id)
    for kind, record_kind, issued, still_open in sides:
        documents = Counter(item.party.id for item in issued if item.party.id)
        by_party: defaultdict[str, list[OpenItem]] = defaultdict(list)
        for item in still_open:
            by_party[item.party.id or ""].append(item)
        parties = [each for each in books.housekeeping.parties if each.ref.kind is record_kind]
        yield _Side(kind, parties, {key: documents[key] + moved[key] for key in {*documents, *moved} if key}, by_party)


def _by_name(named: Sequence[ListedParty]) -> dict[_Pair, str]:
    """Pairs that are spelled alike."""
    found = {}
    for one, other in _worth_comparing(named):
        if is_same_name(one.name, other.name):
            found[one, other] = "the names differ in spelling only"
    return found


def _worth_comparing(named: Sequence[ListedParty]) -> Iterable[_Pair]:
    """Pairs with words that begin alike, and about as many letters: no others can be spelled alike."""
    by_shape: defaultdict[tuple[str, int], list[ListedParty]] = defaultdict(list)
    for each in sorted(named, key=lambda each: each.ref):
        letters = sum(map(len, words_of(each.name)))
        for beginning in {word[0] for word in words_of(each.name)}:
            by_shape[beginning, letters].append(each)
    found: dict[_Pair, None] = {}
    for (beginning, letters), some in list(by_shape.items()):
        found |= dict.fromkeys(combinations(some, 2))
        longer = by_shape.get((beginning, letters + 1), ())
        found |= {(one, other) if one.ref < other.ref else (other, one): None for one in some for other in longer}
    return found


def _by_contact(named: Sequence[ListedParty]) -> dict[_Pair, str]:
    by_contact: defaultdict[tuple[str, str], list[ListedParty]] = defaultdict(list)
    for each in named:
        for address in each.email.casefold().split(",")[:1]:
            if address.strip():
                by_contact["e-mail address", address.strip()].append(each)
        digits = _NOT_DIGITS.sub("", each.phone)[-_PHONE_DIGITS:]
        if len(digits) == _PHONE_DIGITS:
            by_contact["telephone number", digits].append(each)
    found = {}
    for (what, _), some in by_contact.items():
        if len(some) == _TWO and share_a_telling_word(some[0].name, some[1].name):
            one, other = sorted(some, key=lambda each: each.ref)
            found[one, other] = f"both have the same {what}"
    return found


def _are_related(one: ListedParty, other: ListedParty) -> bool:
    same_customer = one.part_of is not None and one.part_of == other.part_of
    return same_customer or one.part_of == other.ref.id or other.part_of == one.ref.id


def _twice(
    one: ListedParty, other: ListedParty, because: str, side: _Side, picture: CashPicture, money: ForecastMoney
) -> Finding:
    """The name with fewer documents, else the later one, is the second spelling; its money is in doubt."""
    kept, second = sorted((one, other), key=lambda each: (-side.documents[each.ref.id], _number(each)))
    rests = (*_open_rests(second, side), *_flow_rests(second, picture, money))
    still_open = sum(item.open.cents for item in side.open.get(second.ref.id, ()))
    word = "Customer" if side.kind is IssueKind.DUPLICATE_CUSTOMER else "Vendor"
    documents = side.documents[second.ref.id]
    amount = money_text(Money(still_open, picture.books.business.currency), cents=True)
    return Finding(
        kind=side.kind,
        records=(second.ref, kept.ref),
        party=Party(second.ref.id, second.name),
        rests=rests,
        fix=MergeNames(kept.ref, second.ref),
        sentence=(
            f"{word} {second.name} looks like {kept.name} listed twice ({because}): {documents} "
            f"{'record stands' if documents == 1 else 'records stand'} under it, with {amount} open, and what is known "
            "about one isn't used for the other."
        ),
    )


def _open_rests(second: ListedParty, side: _Side) -> tuple[Rest, ...]:
    return tuple(Rest(open_part(item.ref), item.open.cents) for item in side.open.get(second.ref.id, ()))


def _flow_rests(second: ListedParty, picture: CashPicture, money: ForecastMoney) -> tuple[Rest, ...]:
    flows = (flow for flow in picture.recurring if flow.party.id == second.ref.id)
    found = ((flow.key, money.by_flow.get(flow.key, 0)) for flow in flows)
    return tuple(Rest(Part(Basis.EVIDENCE, "flow", key), cents) for key, cents in found if cents)


def _ids(pair: _Pair) -> tuple[tuple[int, str], tuple[int, str]]:
    return _number(pair[0]), _number(pair[1])


def _number(party: ListedParty) -> tuple[int, str]:
    return (int(party.ref.id) if party.ref.id.isdigit() else 0, party.ref.id)
