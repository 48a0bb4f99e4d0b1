"""What of the records is in the home currency, and what of the ledger no record explains."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Protocol, TypeVar

from oodaloo.domains.bank.model import JournalEntry, OtherActivity, Transfer
from oodaloo.domains.core.model import RecordMeta
from oodaloo.kit.money import Currency, Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.picture.gathered import Gathered

_NO_DOCUMENTS = frozenset({"accounts", "other_activity", "ledger_unread", "customers", "vendors", "terms"})


class _Totalled(Protocol):
    @property
    def total(self) -> Money: ...


class _Recorded(Protocol):
    @property
    def meta(self) -> RecordMeta: ...


_Total = TypeVar("_Total", bound=_Totalled)


def at_home(gathered: Gathered, currency: Currency, reuse: Reuse) -> tuple[Gathered, int]:
    """The records in the home currency, and how many documents are in others; accounts all stay listed."""

    def home(name: str, records: tuple[_Total, ...]) -> tuple[_Total, ...]:
        return reuse.part(name).some(_if_at_home, records, currency)

    found = Gathered(
        accounts=gathered.accounts,
        purchases=home("purchases", gathered.purchases),
        deposits=home("deposits", gathered.deposits),
        transfers=reuse.whole(_transfers, gathered.transfers, currency),
        journal_entries=reuse.whole(_entries, gathered.journal_entries, currency),
        invoices=home("invoices", gathered.invoices),
        payments=home("payments", gathered.payments),
        credit_memos=home("credit memos", gathered.credit_memos),
        bills=home("bills", gathered.bills),
        bill_payments=home("bill payments", gathered.bill_payments),
        vendor_credits=home("vendor credits", gathered.vendor_credits),
        other_activity=_not_mirrored(gathered, reuse),
        ledger_unread=gathered.ledger_unread,
        customers=gathered.customers,
        vendors=gathered.vendors,
        terms=gathered.terms,
    )
    return found, _count(gathered) - _count(found)


def _if_at_home(record: _Total, currency: Currency) -> _Total | None:
    return record if record.total.currency == currency else None


def _transfers(records: tuple[Transfer, ...], currency: Currency) -> tuple[Transfer, ...]:
    return _unless_all(records, [each for each in records if each.amount.currency == currency])


def _entries(records: tuple[JournalEntry, ...], currency: Currency) -> tuple[JournalEntry, ...]:
    """An entry without any line belongs to no other currency and stays."""
    return _unless_all(
        records, [each for each in records if not each.lines or each.lines[0].amount.currency == currency]
    )


def _not_mirrored(gathered: Gathered, reuse: Reuse) -> tuple[OtherActivity, ...]:
    """Other activity less what was mirrored after the ledger was read; all transactions are numbered in one series."""
    if not gathered.other_activity:
        return ()
    return reuse.whole(
        _unexplained,
        gathered.other_activity,
        gathered.purchases,
        gathered.deposits,
        gathered.transfers,
        gathered.journal_entries,
        gathered.payments,
        gathered.bill_payments,
    )


def _unexplained(activity: tuple[OtherActivity, ...], *mirrored: Sequence[_Recorded]) -> tuple[OtherActivity, ...]:
    ids = {each.id for each in activity}
    explained = {record.meta.id for records in mirrored for record in records if record.meta.id in ids}
    return _unless_all(activity, [each for each in activity if each.id not in explained])


_Record = TypeVar("_Record")


def _unless_all(records: tuple[_Record, ...], chosen: list[_Record]) -> tuple[_Record, ...]:
    """The chosen ones; the very same tuple when that is all of them, so that what was made of it is known."""
    return records if len(chosen) == len(records) else tuple(chosen)


def _count(gathered: Gathered) -> int:
    """How many mirrored documents there are; what stands in lists isn't counted."""
    return sum(len(getattr(gathered, field.name)) for field in fields(gathered) if field.name not in _NO_DOCUMENTS)
