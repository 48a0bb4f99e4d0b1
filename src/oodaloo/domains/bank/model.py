"""Accounts and the transactions that move money between them, as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime

from oodaloo.domains.core.model import LinkedRecord, RecordMeta
from oodaloo.kit.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart; `balance` is debit-positive, so that what is owed on a card is negative."""

    meta: RecordMeta
    name: str
    full_name: str
    account_type: str
    subtype: str
    classification: str
    active: bool
    balance: Money
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class SplitLine:
    """One line of a purchase or deposit: the account on the other side, or the payments that it carries."""

    account_id: str | None
    amount: Money
    description: str
    linked: tuple[LinkedRecord, ...]
    party_name: str
    party_id: str | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """Money spent directly (no bill); `method` is Cash, Check or CreditCard, `refund` turns the direction round."""

    meta: RecordMeta
    number: str
    dated: date
    method: str
    account_id: str
    party_id: str | None
    party_name: str
    total: Money
    refund: bool
    memo: str
    lines: tuple[SplitLine, ...]


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money put into `account_id`: customer payments out of undeposited funds, or anything else by its lines."""

    meta: RecordMeta
    number: str
    dated: date
    account_id: str
    total: Money
    memo: str
    lines: tuple[SplitLine, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money moved between two balance-sheet accounts of the business."""

    meta: RecordMeta
    dated: date
    from_account_id: str
    to_account_id: str
    amount: Money
    memo: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One posting of a journal entry; `amount` is debit-positive."""

    account_id: str
    amount: Money
    party_kind: str
    party_id: str | None
    party_name: str
    description: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A journal entry; its lines sum to zero."""

    meta: RecordMeta
    number: str
    dated: date
    memo: str
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class OtherActivity:
    """Money on a bank account that no mirrored record explains, such as a cheque of QuickBooks' own payroll.

    `id` is QuickBooks' transaction id, `kind` its name of the transaction type in reports, `name` whom it names,
    `split` the account on the other side where there is just one (`split_id` its id where QuickBooks gives it).
    `amount` is debit-positive, in home currency: all that the transaction did to this account.
    """

    id: str
    account_id: str
    dated: date
    kind: str
    number: str
    name: str
    memo: str
    split_id: str
    split: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """How far the general ledger of the bank accounts was read: the days from `first` to `last`, at `read_at`.

    `failed` says why the newest attempt brought nothing, blank when it did; `read_at` is None before the first one that
    did. `run_id` is the sync run that the reading belonged to and `metered_reads` what the attempt cost.
    """

    read_at: datetime | None
    first: date
    last: date
    failed: str
    run_id: str
    metered_reads: int
