"""Two pictures of one Friday: as it was taken while time ran, and as it was rebuilt later; what differs, and why."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from oodaloo.domains.ap.model import BillPayment
from oodaloo.domains.ar.model import Payment
from oodaloo.domains.bank.model import Deposit
from oodaloo.domains.bank.queries import ACCOUNTS, DEPOSITS
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.runway.model.history import HistoricalPicture
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.picture import Books, CashMovement, CashPicture
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.picture.gather import KINDS
from oodaloo.runway.picture.past.history import TRANSACTIONS
from oodaloo.runway.picture.past.postings import PostingRules

Key: TypeAlias = tuple[str, str]

_ITEMS = (
    "receivables",
    "payables",
    "unapplied_receipts",
    "vendor_credits",
    "invoices_issued",
    "bills_issued",
    "settled_invoices",
    "settled_bills",
    "movements",
    "undeposited_accounts",
)

_FOLLOWS = frozenset({"meta", "balance", "unapplied", "linked", "email_status", "full_name"})
"""What changes by itself when other records do."""


@dataclass(frozen=True)
class Taken:
    """A Friday as it was: its picture, and every record as QuickBooks had it then."""

    picture: CashPicture
    known_at: datetime
    reading: MirrorReading


@dataclass(frozen=True)
class Change:
    """What people have done to a record since a Friday; without a version of then it was entered later."""

    how: str
    then: Any
    now: Any


@dataclass(frozen=True)
class Compared:
    """What people have done since, and what of the differences between both pictures that doesn't explain."""

    changes: Mapping[Key, Change]
    differences: int
    unexplained: Sequence[str]

    @property
    def edited(self) -> set[Key]:
        """The transactions that are there still, and aren't what they were."""
        kinds = {kind.name for kind in TRANSACTIONS}
        return {key for key, change in self.changes.items() if change.how == "edited" and key[0] in kinds}


def compared(taken: Taken, now: MirrorReading, rebuilt: HistoricalPicture) -> Compared:
    """Figure by figure the Friday's picture beside the rebuilt one; `now` is what QuickBooks has at the end.

    An account's balance, and the total of a check, must differ by exactly what the changed records post; any item that
    differs must be a changed record or bear, pay or carry one, or be other activity from before the ledger was known.
    """
    live, later = taken.picture.books, rebuilt.picture.books
    changes = dict(_changes(taken, now))
    found = list(_differences(live, later))
    explained = _Explained.by(changes, taken, live)
    since = rebuilt.notes.other_activity_since
    left = [each for each in found if not explained.covers(each, since)]
    return Compared(changes, len(found), [str(each) for each in left])


@dataclass(frozen=True)
class Difference:
    """A figure that differs: by cents on an account, or by an item that only one picture has."""

    figure: str
    refs: tuple[RecordRef, ...]
    cents: int | None = None
    dated: date | None = None


def _changes(taken: Taken, now: MirrorReading) -> Iterator[tuple[Key, Change]]:
    for kind in KINDS:
        before = {record.meta.id: record for record in taken.reading.of(kind)}
        after = {record.meta.id: record for record in now.of(kind)}
        for record_id, record in before.items():
            current = after.get(record_id)
            if current is None:
                yield (kind.name, record_id), Change("deleted", record, None)
            elif _content(record) != _content(current):
                yield (kind.name, record_id), Change("edited", record, current)
            elif getattr(record, "dated", date.min) > taken.picture.books.as_of:
                yield (kind.name, record_id), Change("dated ahead", record, current)


def _content(record: object) -> list[object]:
    assert is_dataclass(record)
    return [getattr(record, each.name) for each in fields(record) if each.name not in _FOLLOWS]


def _differences(live: Books, later: Books) -> Iterator[Difference]:
    yield from _amounts(live, later)
    for name in _ITEMS:
        yield from _items(name, getattr(live, name), getattr(later, name))
    for card, again in zip(live.cards, later.cards, strict=True):
        for posting in _only(card.postings, again.postings):
            yield Difference("card postings", (card.ref,), dated=posting.dated)
    yield from _kept(live.housekeeping, later.housekeeping)
    same = replace(later.business, id=live.business.id)
    if (live.foreign_documents, live.ledger_unread, live.business) != (
        later.foreign_documents,
        later.ledger_unread,
        same,
    ):
        yield Difference("facts", ())


def _amounts(live: Books, later: Books) -> Iterator[Difference]:
    yield from _balances("cash", _by_ref(live.accounts, "balance"), _by_ref(later.accounts, "balance"), 1)
    yield from _balances("card", _by_ref(live.cards, "owed"), _by_ref(later.cards, "owed"), -1)
    waiting = live.undeposited.cents - later.undeposited.cents
    if waiting:
        yield Difference("undeposited", live.undeposited_accounts, waiting)
    for check, again in zip(live.checks, later.checks, strict=True):
        sign = 1 if "Receivable" in check.account else -1
        for name in ("account_balance", "documents_total"):
            cents = sign * (getattr(check, name).cents - getattr(again, name).cents)
            if cents:
                yield Difference(f"check {name}", check.refs, cents)


def _kept(live: Housekeeping, later: Housekeeping) -> Iterator[Difference]:
    for name in ("parties", "unsorted", "waiting"):
        yield from _items(f"housekeeping {name}", getattr(live, name), getattr(later, name))
    for ref, _ in _only(tuple(live.terms.items()), tuple(later.terms.items())):
        yield Difference("terms", (ref,))
    if live.foreign != later.foreign or live.waits != later.waits:
        yield Difference("housekeeping", ())


def _by_ref(accounts: Iterable[Any], amount: str) -> dict[RecordRef, int]:
    return {account.ref: getattr(account, amount).cents for account in accounts}


def _balances(
    figure: str, live: Mapping[RecordRef, int], later: Mapping[RecordRef, int], sign: int
) -> Iterator[Difference]:
    for ref in live.keys() | later.keys():
        cents = sign * (live.get(ref, 0) - later.get(ref, 0))
        if cents:
            yield Difference(figure, (ref,), cents)


def _items(figure: str, live: Sequence[Any], later: Sequence[Any]) -> Iterator[Difference]:
    for item in _only(live, later):
        if isinstance(item, RecordRef):
            yield Difference(figure, (item,))
        else:
            documents = item.documents if isinstance(item, CashMovement) else ()
            yield Difference(figure, (item.ref, *documents), dated=getattr(item, "dated", None))


def _only(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[Any]:
    """What only one of both has."""
    ours, theirs = Counter(one), Counter(other)
    return [*(ours - theirs).elements(), *(theirs - ours).elements()]


@dataclass(frozen=True)
class _Explained:
    """What changed records account for: themselves and what they pay, and cents by account."""

    refs: frozenset[Key]
    cents: Mapping[str, int]
    days: frozenset[date]

    @staticmethod
    def by(changes: Mapping[Key, Change], taken: Taken, live: Books) -> "_Explained":
        rules, cents = PostingRules.of(taken.reading.of(ACCOUNTS)), defaultdict[str, int](int)
        refs, days = set(changes), set[date]()
        names = {kind.name for kind in TRANSACTIONS}
        for (kind, _), change in changes.items():
            for version, sign in ((change.then, 1), (_counted(change.now, live.as_of), -1)):
                if kind not in names or version is None:
                    continue
                days.add(version.dated)
                for posting in rules.postings(version):
                    cents[posting.account_id] += sign * posting.debit.cents
                if isinstance(version, Payment | BillPayment):
                    refs.update((part.kind, part.id) for part in version.applied)
        refs.update(_carriers(taken.reading.of(DEPOSITS), changes))
        return _Explained(frozenset(refs), cents, frozenset(days))

    def covers(self, difference: Difference, activity_since: date | None) -> bool:
        """Whether a difference follows from the changes."""
        if difference.cents is not None:
            return difference.cents == sum(self.cents.get(ref.id, 0) for ref in difference.refs)
        if difference.figure == "card postings":
            return difference.dated in self.days
        first = difference.refs[:1]
        if first and first[0].kind is RecordKind.OTHER_ACTIVITY and difference.dated and activity_since:
            return difference.dated < activity_since
        return any((ref.kind.value, ref.id) in self.refs for ref in difference.refs)


def _carriers(deposits: Iterable[Deposit], changes: Mapping[Key, Change]) -> Iterator[Key]:
    """Deposits that took a changed payment to the bank: they tell who paid, and which invoices."""
    for deposit in deposits:
        if any((linked.kind, linked.id) in changes for line in deposit.lines for linked in line.linked):
            yield "Deposit", deposit.meta.id


def _counted(now: Any, day: date) -> Any:  # noqa: ANN401 (any transaction)
    """The version of now, where the rebuilt picture counts it."""
    return now if now is not None and getattr(now, "dated", date.min) <= day else None
