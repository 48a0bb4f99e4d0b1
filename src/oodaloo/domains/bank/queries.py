"""Reading accounts and the transactions that move money between them."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from oodaloo.domains.bank.model import (
    Account,
    Deposit,
    JournalEntry,
    JournalLine,
    LedgerReading,
    OtherActivity,
    Purchase,
    SplitLine,
    Transfer,
)
from oodaloo.domains.bank.store import (
    AccountRow,
    DepositRow,
    JournalEntryRow,
    LedgerReadingRow,
    OtherActivityRow,
    PurchaseRow,
    TransferRow,
)
from oodaloo.domains.core.model import RecordLine, RecordView
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.infra.qbo.mirror.records import Kind, load, names_of
from oodaloo.kit.money import Currency, Money

PartyT = TypeVar("PartyT", Purchase, SplitLine, JournalLine)
LinedT = TypeVar("LinedT", Deposit, JournalEntry)

ACCOUNTS = Kind("Account", AccountRow, Account)
PURCHASES = Kind("Purchase", PurchaseRow, Purchase)
DEPOSITS = Kind("Deposit", DepositRow, Deposit)
TRANSFERS = Kind("Transfer", TransferRow, Transfer)
JOURNAL_ENTRIES = Kind("JournalEntry", JournalEntryRow, JournalEntry)
KINDS = (ACCOUNTS, PURCHASES, DEPOSITS, TRANSFERS, JOURNAL_ENTRIES)
"""What a picture reads of this domain."""

OTHER_ACTIVITY = "OtherActivity"
"""The kind under which other bank activity goes where QuickBooks' record types go by their names."""


async def accounts(session: TenantSession) -> tuple[Account, ...]:
    """The whole chart of accounts, inactive ones too."""
    return _with_full_names(await load(session, AccountRow, Account))


async def purchases(session: TenantSession, since: date) -> tuple[Purchase, ...]:
    """Money spent directly from `since` on."""
    found = await load(session, PurchaseRow, Purchase, PurchaseRow.dated >= since)
    names = await _parties(session)
    return tuple(_named(each, names) for each in found)


async def deposits(session: TenantSession, since: date) -> tuple[Deposit, ...]:
    """Deposits from `since` on."""
    found = await load(session, DepositRow, Deposit, DepositRow.dated >= since)
    names = await _parties(session)
    return tuple(_with_lines(each, names) for each in found)


async def transfers(session: TenantSession, since: date) -> tuple[Transfer, ...]:
    """Transfers from `since` on."""
    return await load(session, TransferRow, Transfer, TransferRow.dated >= since)


async def journal_entries(session: TenantSession, since: date) -> tuple[JournalEntry, ...]:
    """Journal entries from `since` on."""
    found = await load(session, JournalEntryRow, JournalEntry, JournalEntryRow.dated >= since)
    names = await _parties(session)
    return tuple(_with_lines(each, names) for each in found)


def accounts_in(reading: MirrorReading) -> tuple[Account, ...]:
    """`accounts` of a reading."""
    return reading.reuse.whole(_with_full_names, reading.of(ACCOUNTS))


def purchases_in(reading: MirrorReading, since: date, names: Mapping[str, str]) -> tuple[Purchase, ...]:
    """`purchases` of a reading; `names` are those of customers and vendors now, by id."""
    return reading.reuse.some(_purchase, reading.of(PURCHASES), names, since)


def deposits_in(reading: MirrorReading, since: date, names: Mapping[str, str]) -> tuple[Deposit, ...]:
    """`deposits` of a reading; `names` as in `purchases_in`."""
    return reading.reuse.some(_deposit, reading.of(DEPOSITS), names, since)


def transfers_in(reading: MirrorReading, since: date) -> tuple[Transfer, ...]:
    """`transfers` of a reading."""
    return reading.reuse.some(_transfer, reading.of(TRANSFERS), since)


def journal_entries_in(reading: MirrorReading, since: date, names: Mapping[str, str]) -> tuple[JournalEntry, ...]:
    """`journal_entries` of a reading; `names` as in `purchases_in`."""
    return reading.reuse.some(_journal_entry, reading.of(JOURNAL_ENTRIES), names, since)


async def other_activity(session: TenantSession, since: date) -> tuple[OtherActivity, ...]:
    """What only the general ledger shows on bank accounts from `since` on, by date and id.

    A record that was mirrored after the ledger was read may be among it until the ledger is read again.
    """
    return await _activity(session, OtherActivityRow.dated >= since)


async def other_activity_record(session: TenantSession, record_id: str) -> RecordView | None:
    """One transaction of other bank activity as people read it, None when there is none of that id."""
    found = await _activity(session, OtherActivityRow.id == record_id)
    if not found:
        return None
    names = {account.meta.id: account.full_name for account in await accounts(session)}
    first = found[0]
    texts = (("Type", first.kind), ("Other side", first.split), ("Memo", first.memo))
    return RecordView(
        kind=OTHER_ACTIVITY,
        id=first.id,
        number=first.number,
        dated=first.dated,
        party=first.name,
        facts=tuple((label, text) for label, text in texts if text),
        lines=tuple(RecordLine(names.get(each.account_id, f"id {each.account_id}"), each.amount) for each in found),
        linked=(),
        quickbooks_url=None,
    )


async def ledger_reading(session: TenantSession) -> LedgerReading | None:
    """How far the general ledger was read, None when nobody has tried yet."""
    rows = await session.scalars(select(LedgerReadingRow))
    if not rows:
        return None
    row = rows[0]
    return LedgerReading(row.read_at, row.first_day, row.last_day, row.failed, row.run_id, row.metered_reads)


def _purchase(purchase: Purchase, names: Mapping[str, str], since: date) -> Purchase | None:
    return _named(purchase, names) if purchase.dated >= since else None


def _deposit(deposit: Deposit, names: Mapping[str, str], since: date) -> Deposit | None:
    return _with_lines(deposit, names) if deposit.dated >= since else None


def _transfer(transfer: Transfer, since: date) -> Transfer | None:
    return transfer if transfer.dated >= since else None


def _journal_entry(entry: JournalEntry, names: Mapping[str, str], since: date) -> JournalEntry | None:
    return _with_lines(entry, names) if entry.dated >= since else None


async def _parties(session: TenantSession) -> dict[str, str]:
    return await names_of(session, "Customer", "Vendor")


def _with_lines(record: LinedT, names: Mapping[str, str]) -> LinedT:
    """The same record when no line names anybody anew."""
    lines = tuple(_named(line, names) for line in record.lines)
    unchanged = all(map(operator.is_, lines, record.lines))
    return record if unchanged else replace(record, lines=lines)


def _named(paid: PartyT, names: Mapping[str, str]) -> PartyT:
    """The same with its party's name of now; of employees we know only the name that came with it."""
    now = names.get(paid.party_id or "", paid.party_name)
    return paid if now == paid.party_name else replace(paid, party_name=now)


def _with_full_names(chart: Sequence[Account]) -> tuple[Account, ...]:
    found = {account.meta.id: account for account in chart}
    return tuple(replace(account, full_name=_full_name(account, found)) for account in found.values())


def _full_name(account: Account, chart: Mapping[str, Account]) -> str:
    """The names of all accounts above this one and its own; a new name above isn't sent again with those below."""
    names, seen = [account.name], {account.meta.id}
    above = chart.get(account.parent_id or "")
    while above is not None and above.meta.id not in seen:
        names.append(above.name)
        seen.add(above.meta.id)
        above = chart.get(above.parent_id or "")
    return ":".join(reversed(names))


async def _activity(session: TenantSession, *criteria: ColumnElement[bool]) -> tuple[OtherActivity, ...]:
    rows = await session.scalars(
        select(OtherActivityRow)
        .where(*criteria)
        .order_by(OtherActivityRow.dated, OtherActivityRow.id, OtherActivityRow.account_id)
    )
    return tuple(
        OtherActivity(
            id=row.id,
            account_id=row.account_id,
            dated=row.dated,
            kind=row.kind,
            number=row.number,
            name=row.name,
            memo=row.memo,
            split_id=row.split_id,
            split=row.split,
            amount=Money(row.cents, Currency(row.currency)),
        )
        for row in rows
    )
