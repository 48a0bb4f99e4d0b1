"""What only the general ledger of the bank accounts shows, read at most once a day and kept beside the mirror."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from oodaloo.domains.bank import queries
from oodaloo.domains.bank.model import Account, OtherActivity
from oodaloo.domains.bank.store import LedgerReadingRow, OtherActivityRow
from oodaloo.domains.core.model import Business
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.errors import QboError, QboMalformedAnswerError
from oodaloo.infra.qbo.mirror.records import MirrorRow
from oodaloo.infra.qbo.reports import Report, ReportRow, RowKind, read_report
from oodaloo.infra.qbo.smart_sync.doors import SmartSync
from oodaloo.kit.clock import Clock, local_date
from oodaloo.kit.dates import DateRange
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Currency, Money

LEDGER = "GeneralLedger"
"""The report's name on the wire."""

_MONTHS = 6  # QuickBooks' own advice for the span of one report
_DAYS_AHEAD = 31  # payroll is written days before its pay date, and the accounts' balances hold it from then on
_AT_MOST_EVERY = timedelta(hours=20)  # once a day, also when a day's sync comes a little earlier than the last one's
_AFTER_A_FAILURE = timedelta(hours=1)
_AT_LEAST_EVERY = timedelta(days=7)  # a date that was moved changes no balance
_AMOUNTS = ("subt_nat_home_amount", "subt_nat_amount")  # companies with several currencies show the first
_BEGINNINGS = frozenset({"OpeningBalanceEquity", "RetainedEarnings"})
_BEGINNING_NAMES = frozenset({"Opening Balance Equity", "Retained Earnings"})
_MADE_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class BankLedger:
    """Reads the general ledger of a business's bank accounts and keeps what no mirrored record explains.

    `transactions` are the mirrored types that can post to a bank account; `clock` tells product time.
    """

    database: Database
    smart_sync: SmartSync
    transactions: Sequence[type[MirrorRow]]
    clock: Clock

    async def refresh(self, business: Business, *, lane: Lane, run_id: str = "") -> int:
        """Read the ledger when it is due; returns the metered reads that it took, 0 or 1.

        It is due once a day, unless no bank account and none of its mirrored transactions has changed since the last
        time, and then once a week. A refusal by QuickBooks is kept (see `LedgerReading.failed`) and raises nothing:
        the mirror is good without it, and an hour later QuickBooks is asked again.
        """
        async with self.database.tenant(business.id, read_only=True) as session:
            accounts = await queries.accounts(session)
            state = await self._state(session, accounts)
            if not await self._is_due(session, state):
                return 0
        window = window_of(local_date(self.clock.now(), business.timezone))
        try:
            answer = await self.smart_sync.report(business.realm_id, LEDGER, question_of(window), lane=lane)
            postings = postings_of(read_report(answer), accounts, business.currency)
        except QboError as error:
            cost = 1 if isinstance(error, QboMalformedAnswerError) else 0  # QuickBooks counts what it answered
            await self._note_failure(business.id, window, self._attempt(run_id, str(error), cost))
            return cost
        reading = self._attempt(run_id, "", 1) | {"state": state, "read_at": self.clock.now()}
        subtypes = {account.meta.id: account.subtype for account in accounts}
        activity = [posting for posting in postings if not is_beginning(posting, subtypes)]
        await self._keep(business.id, window, activity, reading)
        return 1

    async def _is_due(self, session: TenantSession, state: str) -> bool:
        rows = await session.scalars(select(LedgerReadingRow))
        if not rows:
            return True
        age = self.clock.now() - rows[0].tried_at
        if rows[0].failed:
            return age >= _AFTER_A_FAILURE
        return age >= _AT_LEAST_EVERY or (age >= _AT_MOST_EVERY and rows[0].state != state)

    def _attempt(self, run_id: str, failed: str, metered_reads: int) -> dict[str, object]:
        return {"tried_at": self.clock.now(), "failed": failed, "run_id": run_id, "metered_reads": metered_reads}

    async def _state(self, session: TenantSession, accounts: Iterable[Account]) -> str:
        """The bank accounts' balances and the newest change of a mirrored transaction.

        While both stay, all that happened to the accounts since adds up to nothing.
        """
        banks = (account for account in accounts if account.account_type == "Bank")
        balances = sorted(f"{account.meta.id} {account.balance}" for account in banks)
        changes: list[datetime | None] = []
        for row in self.transactions:
            changes += await session.scalars(select(func.max(row.updated_at)))
        newest = max((change for change in changes if change is not None), default=None)
        return f"{', '.join(balances)}; {newest}"

    async def _keep(
        self,
        business_id: BusinessId,
        window: DateRange,
        postings: Sequence[OtherActivity],
        reading: Mapping[str, object],
    ) -> None:
        async with self.database.tenant(business_id) as session:
            known = await self._known_ids(session)
            inside = (OtherActivityRow.dated >= window.first, OtherActivityRow.dated <= window.last)
            await session.delete(OtherActivityRow, *inside)
            await session.upsert(OtherActivityRow, [_values(each) for each in postings if each.id not in known])
            await session.upsert(LedgerReadingRow, [{**_covering(window), **reading}])

    async def _known_ids(self, session: TenantSession) -> set[str]:
        """QuickBooks numbers all transactions of a company in one series, so that an id says which one it is."""
        found: set[str] = set()
        for row in self.transactions:
            found.update(await session.scalars(select(row.id)))
        return found

    async def _note_failure(self, business_id: BusinessId, window: DateRange, attempt: Mapping[str, object]) -> None:
        """What was read before stays."""
        async with self.database.tenant(business_id) as session:
            if not await session.update(LedgerReadingRow, values=attempt):
                never = {**_covering(window), "state": "", "read_at": None}
                await session.upsert(LedgerReadingRow, [{**never, **attempt}])


def window_of(today: date) -> DateRange:
    """The six months that one reading covers: the last five, and the days ahead for which payroll may be written."""
    last = today + timedelta(days=_DAYS_AHEAD)
    months = last.year * 12 + last.month - 1 - _MONTHS
    next_month = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    first = min(date(months // 12, months % 12 + 1, 1) + timedelta(days=last.day), next_month)
    return DateRange(first, last)


def question_of(window: DateRange) -> dict[str, str]:
    """The parameters of the report on some days of the bank accounts."""
    days = {"start_date": window.first.isoformat(), "end_date": window.last.isoformat()}
    return {**days, "account_type": "Bank", "accounting_method": "Accrual"}


def postings_of(report: Report, accounts: Iterable[Account], home: Currency) -> tuple[OtherActivity, ...]:
    """What each transaction of a general ledger did to each of the `accounts` that are kept in the home currency.

    A transaction's postings to one account are taken together; its first one gives name, memo and other side. Raises
    `QboMalformedAnswerError`.
    """
    chosen = {account.meta.id for account in accounts if account.balance.currency == home}
    column = _amount_column(report)
    found: dict[tuple[str, str], OtherActivity] = {}
    for row in report.rows:
        account_id = next((each.heading.id for each in reversed(row.sections) if each.heading.text), "")
        dated, amount = row.day("tx_date"), row.amount(column, home)
        if row.kind is not RowKind.DATA or account_id not in chosen or dated is None or amount is None:
            continue
        posting = _posting(row, account_id, dated, amount)
        key = (posting.account_id, posting.id)
        found[key] = _together(found[key], posting) if key in found else posting
    return tuple(found.values())


def is_beginning(posting: OtherActivity, subtypes: Mapping[str, str]) -> bool:
    """Whether it says what the books began with, which is no money that moved.

    That is booked against opening balance equity or retained earnings; `subtypes` are the detail types of accounts.
    """
    known = subtypes.get(posting.split_id)
    return known in _BEGINNINGS if known else posting.split in _BEGINNING_NAMES


def _amount_column(report: Report) -> str:
    """The column of home amounts; a ledger without it isn't an empty one but one that we can't read."""
    column = next((key for key in _AMOUNTS if key in report.columns), "")
    missing = {"tx_date", "txn_type"} - set(report.columns) | (set() if column else {_AMOUNTS[0]})
    if report.rows and missing:
        raise QboMalformedAnswerError(
            f"QuickBooks' general ledger has no {', '.join(sorted(missing))}. Try again; if it stays, report it."
        )
    return column


def _posting(row: ReportRow, account_id: str, dated: date, amount: Money) -> OtherActivity:
    return OtherActivity(
        id=row.id("txn_type") or _made_id(row),
        account_id=account_id,
        dated=dated,
        kind=row.text("txn_type"),
        number=row.text("doc_num"),
        name=row.text("name"),
        memo=row.text("memo"),
        split_id=row.id("split_acc"),
        split="" if row.text("split_acc").startswith("-") else row.text("split_acc"),
        amount=amount,
    )


def _made_id(row: ReportRow) -> str:
    """An id for a posting that QuickBooks gives none, by what it says; running balances don't belong to it."""
    said = [f"{key} {cell.text}" for key, cell in row.cells.items() if not key.startswith("rbal_")]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:_MADE_ID_LENGTH]


def _together(one: OtherActivity, other: OtherActivity) -> OtherActivity:
    same_side = one.split == other.split
    return OtherActivity(
        id=one.id,
        account_id=one.account_id,
        dated=one.dated,
        kind=one.kind,
        number=one.number,
        name=one.name or other.name,
        memo=one.memo or other.memo,
        split_id=one.split_id if same_side else "",
        split=one.split if same_side else "",
        amount=one.amount + other.amount,
    )


def _values(posting: OtherActivity) -> dict[str, object]:
    return {
        "account_id": posting.account_id,
        "id": posting.id,
        "dated": posting.dated,
        "kind": posting.kind,
        "number": posting.number,
        "name": posting.name,
        "memo": posting.memo,
        "split_id": posting.split_id,
        "split": posting.split,
        "cents": posting.amount.cents,
        "currency": posting.amount.currency,
    }


def _covering(window: DateRange) -> dict[str, object]:
    return {"first_day": window.first, "last_day": window.last}
