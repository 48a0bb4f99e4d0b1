"""Account balances in the mirror against QuickBooks' balance sheet, and what the bank domain knows of open amounts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oodaloo.domains.bank import queries
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, Purchase
from oodaloo.domains.bank.store import DepositRow, JournalEntryRow, PurchaseRow
from oodaloo.domains.core.verification import Asking, Comparison, Difference, OpenAmount, document_name, open_amount
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.exchange import rates_of
from oodaloo.infra.qbo.reports import Report, RowKind
from oodaloo.kit.money import Currency, Money

_ASSETS = frozenset({"Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset"})
_LIABILITIES = frozenset({"Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability"})
_ROWS = (JournalEntryRow, PurchaseRow, DepositRow)


@dataclass(frozen=True, slots=True)
class BalancesCheck:
    """What the company has and owes, account by account. Equity follows from both and from the profit."""

    async def compare(self, asking: Asking) -> tuple[Comparison, ...]:
        """Assets and liabilities of BalanceSheet beside the mirrored accounts. Raises a `QboError`."""
        last = asking.last_day
        span = {"start_date": date(last.year, 1, 1).isoformat(), "end_date": last.isoformat()}
        report = await asking.report("BalanceSheet", **span, accounting_method="Accrual")
        async with asking.database.tenant(asking.business.id, read_only=True) as session:
            accounts = await queries.accounts(session)
        return compare_balances(report, accounts, asking.business.currency)


async def posted_to(session: TenantSession, account_type: str, home: Currency) -> tuple[OpenAmount, ...]:
    """What journal entries, purchases and deposits post to receivables or payables, by transaction and party.

    `account_type` is QuickBooks' name of either. Positive is owed: by customers, or to vendors.
    """
    accounts = {each.meta.id for each in await queries.accounts(session) if each.account_type == account_type}
    sign = 1 if account_type == "Accounts Receivable" else -1
    postings = [
        *_from_journals(await queries.journal_entries(session, date.min), accounts),
        *_from_purchases(await queries.purchases(session, date.min), accounts),
        *_from_deposits(await queries.deposits(session, date.min), accounts),
    ]
    foreign = {each.record_id for each in postings if each.debit.currency != home}
    rates = await rates_of(session, _ROWS, foreign, home)
    found: dict[tuple[str, str], OpenAmount] = {}
    for each in postings:
        key = (each.record_id, each.party[0])
        owed = open_amount(
            each.name, each.record_id, each.party, Money(sign * each.debit.cents, each.debit.currency), rates
        )
        found[key] = replace(owed, open=found[key].open + owed.open) if key in found else owed
    return tuple(found.values())


def compare_balances(report: Report, accounts: Sequence[Account], home: Currency) -> tuple[Comparison, Comparison]:
    """Assets and liabilities of a balance sheet beside the mirrored accounts, each account on its own.

    Accounts in other currencies are left out: a balance sheet shows them at a rate that the mirror doesn't know.
    Raises `QboMalformedAnswerError`.
    """
    assets = [account for account in accounts if account.account_type in _ASSETS]
    liabilities = [account for account in accounts if account.account_type in _LIABILITIES]
    return (
        _compared("Assets", dict(_shown(report, "TotalAssets", home)), assets, 1, home),
        _compared("Liabilities", dict(_shown(report, "Liabilities", home)), liabilities, -1, home),
    )


@dataclass(frozen=True, slots=True)
class _Posting:
    """What a transaction debits (or, negative, credits) for a party: its id and name, blank where it names nobody."""

    name: str
    record_id: str
    party: tuple[str, str]
    debit: Money


def _from_journals(entries: Sequence[JournalEntry], accounts: Collection[str]) -> Iterator[_Posting]:
    for entry in entries:
        name = document_name("Journal entry", entry.number, entry.meta.id)
        for line in entry.lines:
            if line.account_id in accounts:
                yield _Posting(name, entry.meta.id, (line.party_id or "", line.party_name), line.amount)


def _from_purchases(purchases: Sequence[Purchase], accounts: Collection[str]) -> Iterator[_Posting]:
    for purchase in purchases:
        name = document_name("Expense", purchase.number, purchase.meta.id)
        for line in purchase.lines:
            if line.account_id in accounts:
                debit = -line.amount if purchase.refund else line.amount
                yield _Posting(name, purchase.meta.id, (purchase.party_id or "", purchase.party_name), debit)


def _from_deposits(deposits: Sequence[Deposit], accounts: Collection[str]) -> Iterator[_Posting]:
    for deposit in deposits:
        name = document_name("Deposit", deposit.number, deposit.meta.id)
        for line in deposit.lines:
            if line.account_id in accounts:
                yield _Posting(name, deposit.meta.id, (line.party_id or "", line.party_name), -line.amount)


def _shown(report: Report, group: str, home: Currency) -> Iterator[tuple[str, tuple[str, Money]]]:
    """Id, name and amount of each account in a group; an account with sub-accounts has its own in their heading."""
    for row in report.rows:
        inside = any(section.group == group for section in row.sections)
        amount = row.amount("total", home) if inside and row.label.id and row.kind is not RowKind.SUMMARY else None
        if amount is not None:
            yield row.label.id, (row.label.text, amount)


def _compared(
    title: str, told: Mapping[str, tuple[str, Money]], accounts: Sequence[Account], sign: int, home: Currency
) -> Comparison:
    foreign = {account.meta.id for account in accounts if account.balance.currency != home}
    shown = {key: each for key, each in told.items() if key not in foreign}
    held = {
        account.meta.id: (account.full_name, Money(sign * account.balance.cents, home))
        for account in accounts
        if account.meta.id not in foreign
    }
    left_out = (each for each in accounts if each.meta.id in foreign and not each.balance.is_zero)
    return Comparison(
        title=title,
        report="BalanceSheet",
        quickbooks=Money.total((amount for _, amount in shown.values()), home),
        mirror=Money.total((amount for _, amount in held.values()), home),
        differences=tuple(_differences(shown, held)),
        left_out=tuple(f"{account.full_name} is kept in {account.balance.currency}" for account in left_out),
    )


def _differences(shown: Mapping[str, tuple[str, Money]], held: Mapping[str, tuple[str, Money]]) -> Iterator[Difference]:
    for key in sorted(shown.keys() | held.keys(), key=lambda key: (len(key), key)):
        name = (held.get(key) or shown[key])[0]
        told = shown[key][1] if key in shown else None
        kept = held[key][1] if key in held else None
        if (told.cents if told else 0) != (kept.cents if kept else 0):
            yield Difference(name, "", told, kept)
