"""From the books of now to the reading of the mirror that a moment of the past would have given."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import TypeAlias

from oodaloo.domains.ap import queries as ap
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.bank.model import Account, OtherActivity
from oodaloo.domains.core import queries as core
from oodaloo.infra.qbo.mirror.kept import AnyKind, MirrorReading
from oodaloo.infra.qbo.mirror.records import Mirrored, by_date_and_id
from oodaloo.kit.money import Currency
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.history import HistoryNotes, UnsureBalance
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.wording import day_text
from oodaloo.runway.picture.gathered import Chart
from oodaloo.runway.picture.past.amounts import as_applied_then, as_open_then, settled_since
from oodaloo.runway.picture.past.balances import PostedSince, as_of_then, is_shown, posted_since
from oodaloo.runway.picture.past.history import TRANSACTIONS, History
from oodaloo.runway.picture.past.imports import imported
from oodaloo.runway.picture.past.references import referred_to
from oodaloo.runway.picture.past.versions import Found, Moment, Past, Versioned

LISTS: tuple[AnyKind, ...] = (core.TERMS, bank.ACCOUNTS, ar.CUSTOMERS, ap.VENDORS)


@dataclass(frozen=True, slots=True)
class Rewound:
    """What reading the mirror and the ledger would have given at the moment, and how it was rebuilt."""

    reading: MirrorReading
    activity: tuple[OtherActivity, ...]
    ledger_unread: bool
    notes: HistoryNotes


def rewind(history: History, moment: Moment, since: date, currency: Currency, reuse: Reuse) -> Rewound:
    """The books as they were known at `moment`, reaching back to `since`; amounts shown are in `currency`.

    What was entered later or is dated later leaves no trace, except in the notes.
    """
    found = Found(since)
    past = Past(moment, imported(history.late, moment.day), history.touched, found)
    records = {kind.name: _transactions(past, history, kind) for kind in TRANSACTIONS}
    activity = tuple(each for each in history.unexplained if each.dated <= moment.day)
    chart = Chart(history.reading.of(bank.ACCOUNTS), currency)
    posted = posted_since(chain(history.transactions(), history.unexplained), chain(_all(records), activity), chart)
    records |= _settled(history, MirrorReading(history.reading.revision, since, records, reuse))
    records |= _listed(past, history, chain(_all(records), activity))
    then = MirrorReading(history.reading.revision, since, records, reuse)
    accounts = as_of_then(then.of(bank.ACCOUNTS), chart.by_id, posted)
    activity_since = history.other_activity_since
    return Rewound(
        reading=replace(then, records={**records, bank.ACCOUNTS.name: accounts}),
        activity=tuple(each for each in activity if each.dated >= since),
        ledger_unread=activity_since is None or moment.day < activity_since,
        notes=_notes(history, moment, found, tuple(_unsure(accounts, posted, moment.day, activity_since, currency))),
    )


_Records: TypeAlias = dict[str, tuple[Mirrored, ...]]


def _all(records: _Records) -> Iterator[Mirrored]:
    return chain.from_iterable(records.values())


def _transactions(past: Past, history: History, kind: AnyKind) -> tuple[Mirrored, ...]:
    former = history.former.get(kind.name, ())
    then = past.transactions(kind.name, history.reading.of(kind), former)
    return tuple(sorted(then, key=by_date_and_id)) if former else then


def _settled(history: History, then: MirrorReading) -> _Records:
    """Documents with what was open of them, and payments with what they had settled."""
    now = history.reading
    received = settled_since(now.of(ar.PAYMENTS), then.of(ar.PAYMENTS))
    paid = settled_since(now.of(ap.BILL_PAYMENTS), then.of(ap.BILL_PAYMENTS))
    documents = (ar.INVOICES, ar.CREDIT_MEMOS, ap.BILLS, ap.VENDOR_CREDITS)
    known = {(kind.name, record.meta.id) for kind in documents for record in then.records[kind.name]}
    return {
        ar.INVOICES.name: as_open_then(ar.INVOICES, then, now, received),
        ar.CREDIT_MEMOS.name: as_open_then(ar.CREDIT_MEMOS, then, now, received),
        ar.PAYMENTS.name: as_applied_then(then.of(ar.PAYMENTS), known),
        ap.BILLS.name: as_open_then(ap.BILLS, then, now, paid),
        ap.VENDOR_CREDITS.name: as_open_then(ap.VENDOR_CREDITS, then, now, paid),
        ap.BILL_PAYMENTS.name: as_applied_then(then.of(ap.BILL_PAYMENTS), known),
    }


def _listed(past: Past, history: History, transactions: Iterable[object]) -> _Records:
    """What the lists held; `transactions` are those that were known."""
    lists: Mapping[str, Sequence[Versioned]] = {kind.name: history.reading.of(kind) for kind in LISTS}
    is_new = any(each.meta.created_at > past.moment.instant for some in lists.values() for each in some)
    referred = referred_to(transactions, history.reading) if is_new else {}
    found: _Records = {}
    for name, current in lists.items():
        former = history.former.get(name, ())
        then = past.listed(current, former, referred.get(name, ()))
        found[name] = tuple(sorted(then, key=by_date_and_id)) if former else then
    return found


def _unsure(
    accounts: Iterable[Account], posted: PostedSince, day: date, activity_since: date | None, home: Currency
) -> Iterator[UnsureBalance]:
    for account in accounts:
        if is_shown(account) and account.active:
            for because in _doubts(account, posted, day, activity_since, home):
                yield UnsureBalance(RecordRef(RecordKind.ACCOUNT, account.meta.id), account.name, because)


def _doubts(
    account: Account, posted: PostedSince, day: date, activity_since: date | None, home: Currency
) -> Iterator[str]:
    if account.account_type == "Bank" and account.balance.currency == home:
        if activity_since is None:
            yield "what only QuickBooks' general ledger shows could never be read"
        elif day < activity_since:
            yield f"what only QuickBooks' general ledger shows is known from {day_text(activity_since)} on"
    if account.subtype == "UndepositedFunds" and posted.unseen_receipts:
        yield "deposits since then took sales receipts to the bank, and nobody knows when those were received"
    if account.meta.id in posted.foreign:
        yield "records in another currency were posted to it since then"


def _notes(history: History, moment: Moment, found: Found, unsure: tuple[UnsureBalance, ...]) -> HistoryNotes:
    return HistoryNotes(
        as_of=moment.day,
        known_at=moment.instant,
        seen_since=history.seen_since,
        as_dated=tuple(found.as_dated),
        back_dated=tuple(found.back_dated),
        dated_ahead=tuple(found.dated_ahead),
        put_back=tuple(found.put_back),
        changed_unseen=tuple(found.changed_unseen),
        unsure=unsure,
        other_activity_since=history.other_activity_since,
    )
