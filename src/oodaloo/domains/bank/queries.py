"""Reading accounts and the transactions that move money between them."""

from datetime import date

from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, Purchase, Transfer
from oodaloo.domains.bank.store import AccountRow, DepositRow, JournalEntryRow, PurchaseRow, TransferRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror import load


async def accounts(session: TenantSession) -> tuple[Account, ...]:
    """The whole chart of accounts, inactive ones too."""
    return await load(session, AccountRow, Account)


async def purchases(session: TenantSession, since: date) -> tuple[Purchase, ...]:
    """Money spent directly from `since` on."""
    return await load(session, PurchaseRow, Purchase, PurchaseRow.dated >= since)


async def deposits(session: TenantSession, since: date) -> tuple[Deposit, ...]:
    """Deposits from `since` on."""
    return await load(session, DepositRow, Deposit, DepositRow.dated >= since)


async def transfers(session: TenantSession, since: date) -> tuple[Transfer, ...]:
    """Transfers from `since` on."""
    return await load(session, TransferRow, Transfer, TransferRow.dated >= since)


async def journal_entries(session: TenantSession, since: date) -> tuple[JournalEntry, ...]:
    """Journal entries from `since` on."""
    return await load(session, JournalEntryRow, JournalEntry, JournalEntryRow.dated >= since)
