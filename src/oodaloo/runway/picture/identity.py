"""The id of books: a fingerprint of what they hold, so that the same books have the same id everywhere."""

import hashlib
from collections.abc import Iterable, Iterator

from oodaloo.kit.money import Money
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.picture import (
    Books,
    CardAccount,
    CashAccount,
    CashMovement,
    Credit,
    OpenItem,
    SettledItem,
)
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.terms import PaymentTerms

_ID_LENGTH = 32


def content_id(books: Books) -> str:
    """Hexadecimal SHA-256 (its first 128 bits) of the canonical content of `books`.

    When the books were read (`known_at`, `synced_at`) is no content: reading the same books again gives the same
    id.
    """
    content = "\n".join(_content(books))
    return hashlib.sha256(content.encode()).hexdigest()[:_ID_LENGTH]


def _content(books: Books) -> Iterator[str]:
    facts = books.business
    yield f"{facts.id!r} {facts.realm_id!r} {facts.name!r} {facts.timezone!r} {_money(facts.buffer)}"
    yield " ".join(str(day.toordinal()) for day in sorted(facts.calendar.holidays))
    yield f"{books.as_of} {_money(books.undeposited)} {books.foreign_documents}"
    if books.ledger_unread:
        yield "ledger unread"
    yield from _section("accounts", map(_account, books.accounts))
    yield from _section("cards", map(_card, books.cards))
    yield from _section("unapplied", map(_credit, books.unapplied_receipts))
    yield from _section("vendor credits", map(_credit, books.vendor_credits))
    yield from _section("invoices", map(_item, books.invoices_issued))
    yield from _section("bills", map(_item, books.bills_issued))
    yield from _section("receivables", map(_item, books.receivables))
    yield from _section("payables", map(_item, books.payables))
    yield from _section("settled invoices", map(_settled, books.settled_invoices))
    yield from _section("settled bills", map(_settled, books.settled_bills))
    yield from _section("movements", map(_movement, books.movements))
    yield from _section(
        "checks", (f"{c.account!r}{_money(c.account_balance)}{_money(c.documents_total)}" for c in books.checks)
    )
    yield from _section("housekeeping", _housekeeping(books.housekeeping))


def _housekeeping(kept: Housekeeping) -> Iterator[str]:
    for party in kept.parties:
        told = f"{party.name!r} {party.active} {party.email!r} {party.phone!r} {party.part_of!r}"
        yield f"{_ref(party.ref)}{told} {_terms(party.terms)}"
    yield from (f"{_ref(ref)}{_terms(terms)}" for ref, terms in sorted(kept.terms.items()))
    for entry in kept.unsorted:
        what = f"{entry.dated.toordinal()}{_money(entry.amount)}{entry.account!r} {entry.party!r} {entry.memo!r}"
        yield f"{_ref(entry.ref)}{what} {_ref(entry.card) if entry.card else ''}"
    for each in kept.waiting:
        yield f"{_ref(each.ref)}{_party(each.party)}{each.dated.toordinal()}{_money(each.amount)}"
    yield f"{' '.join(map(str, kept.waits))} foreign {' '.join(map(_ref, kept.foreign))}"


def _terms(terms: PaymentTerms | None) -> str:
    return f"{terms.due_days} {terms.discount_percent} {terms.discount_days}" if terms else "no terms"


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"[{name}]"
    yield from lines


def _money(money: Money) -> str:
    return f" {money.cents} {money.currency} "


def _ref(ref: RecordRef) -> str:
    return f"{ref.kind} {ref.id!r} {ref.number!r} "


def _party(party: Party | None) -> str:
    return f"{party.id!r} {party.name!r} " if party else "nobody "


def _account(account: CashAccount) -> str:
    return f"{_ref(account.ref)}{account.name!r}{_money(account.balance)}{account.operating}"


def _card(card: CardAccount) -> str:
    postings = " ".join(f"{each.dated.toordinal()} {each.cents}" for each in card.postings)
    return f"{_ref(card.ref)}{card.name!r}{_money(card.owed)}{postings}"


def _credit(credit: Credit) -> str:
    return f"{_ref(credit.ref)}{_party(credit.party)}{credit.dated.toordinal()}{_money(credit.remaining)}"


def _item(item: OpenItem) -> str:
    days = f"{item.issued.toordinal()} {item.due.toordinal()} {item.due_assumed}"
    category = f"{item.category!r} {item.category_type!r}"
    return f"{_ref(item.ref)}{_party(item.party)}{days}{_money(item.total)}{_money(item.open)}{category}"


def _settled(item: SettledItem) -> str:
    days = f"{item.issued.toordinal()} {item.due.toordinal()} {item.settled.toordinal()} {item.by_card}"
    return f"{_ref(item.ref)}{_party(item.party)}{days}{_money(item.total)}"


def _movement(movement: CashMovement) -> str:
    what = f"{movement.dated.toordinal()} {movement.kind}{_money(movement.amount)}{_party(movement.party)}"
    why = f"{movement.category!r} {movement.category_type!r} {movement.memo!r} "
    return f"{_ref(movement.ref)}{what}{why}{' '.join(map(_ref, movement.documents))}"
