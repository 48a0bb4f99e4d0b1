"""What mirrored transactions do to the bank accounts, against the general ledger of the last months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oodaloo.domains.bank import queries
from oodaloo.domains.bank.ledger import LEDGER, is_beginning, postings_of, question_of, window_of
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, OtherActivity, Purchase, Transfer
from oodaloo.domains.core.verification import (
    AccountPosting,
    AccountPostings,
    Asking,
    Comparison,
    Difference,
    document_name,
)
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.dates import DateRange
from oodaloo.kit.money import Currency, Money

MIRRORED_KINDS = frozenset(
    {
        "Bill Payment (Check)",
        "Bill Payment (Credit Card)",
        "Cash Expense",
        "Check",
        "Credit Card Credit",
        "Credit Card Expense",
        "Deposit",
        "Expense",
        "Journal Entry",
        "Payment",
        "Transfer",
    }
)
"""What reports call the transactions that the mirror holds; others on a bank account are other bank activity."""


@dataclass(frozen=True, slots=True)
class PostingsCheck:
    """Transaction by transaction what moved on the bank accounts; `others` are the postings of the other domains."""

    others: Sequence[AccountPostings]

    async def compare(self, asking: Asking) -> tuple[Comparison, ...]:
        """The general ledger of the bank accounts over six months beside the mirror. Raises a `QboError`."""
        window, home = window_of(asking.today), asking.business.currency
        report = await asking.report(LEDGER, **question_of(window))
        async with asking.database.tenant(asking.business.id, read_only=True) as session:
            chart = await queries.accounts(session)
            mirrored = [posting for source in self.others for posting in await source(session, window.first)]
            mirrored += await account_postings(session, window.first)
        return (compare_postings(postings_of(report, chart, home), mirrored, chart, window, home),)


async def account_postings(session: TenantSession, since: date) -> tuple[AccountPosting, ...]:
    """What purchases, deposits, transfers and journal entries from `since` on do to accounts.

    Source: QuickBooks' posting rules. A purchase credits its account and debits those of its lines, a deposit the other
    way round, a transfer credits where it comes from, a journal entry says both sides.
    """
    return (
        *(each for one in await queries.purchases(session, since) for each in _of_purchase(one)),
        *(each for one in await queries.deposits(session, since) for each in _of_deposit(one)),
        *(each for one in await queries.transfers(session, since) for each in _of_transfer(one)),
        *(each for one in await queries.journal_entries(session, since) for each in _of_journal_entry(one)),
    )


def compare_postings(
    shown: Sequence[OtherActivity],
    mirrored: Sequence[AccountPosting],
    chart: Sequence[Account],
    window: DateRange,
    home: Currency,
) -> Comparison:
    """The ledger's postings beside the mirror's, by account and transaction.

    What the ledger alone shows differs where it is of a kind that the mirror holds; else it is other bank activity.
    Left out are transactions in other currencies, and those from before an account's opening balance, which stands
    for them.
    """
    names = {each.meta.id: each.name for each in chart if each.account_type == "Bank" and each.balance.currency == home}
    subtypes = {account.meta.id: account.subtype for account in chart}
    beginnings = {each.account_id: each.dated for each in shown if is_beginning(each, subtypes)}
    told = {(each.account_id, each.id): each for each in shown if not is_beginning(each, subtypes)}
    kept = _by_account([each for each in mirrored if each.dated in window and each.account_id in names])
    foreign = {key for key, each in kept.items() if each.debit.currency != home}
    other = {key for key, each in told.items() if key not in kept and each.kind not in MIRRORED_KINDS}
    before = {key for key in kept.keys() - told.keys() if kept[key].dated <= beginnings.get(key[0], date.min)}
    compared = sorted((told.keys() | kept.keys()) - foreign - other - before)
    pairs = [(names[key[0]], told.get(key), kept.get(key)) for key in compared]
    return Comparison(
        title="Bank accounts, six months",
        report=LEDGER,
        quickbooks=Money.total((posting.amount for _, posting, _ in pairs if posting), home),
        mirror=Money.total((posting.debit for _, _, posting in pairs if posting), home),
        differences=tuple(_differences(pairs)),
        left_out=tuple(_left_out(len(other), len(foreign), len(before - foreign))),
    )


def _by_account(postings: Sequence[AccountPosting]) -> dict[tuple[str, str], AccountPosting]:
    """Each transaction's postings to one account taken together."""
    found: dict[tuple[str, str], AccountPosting] = {}
    for each in postings:
        key = (each.account_id, each.record_id)
        found[key] = replace(each, debit=found[key].debit + each.debit) if key in found else each
    return found


def _differences(
    pairs: Sequence[tuple[str, OtherActivity | None, AccountPosting | None]],
) -> Iterator[Difference]:
    for account, told, kept in pairs:
        if (told.amount.cents if told else 0) != (kept.debit.cents if kept else 0):
            name = kept.name if kept else document_name(told.kind, told.number, told.id) if told else ""
            yield Difference(name, account, told.amount if told else None, kept.debit if kept else None)


def _left_out(other: int, foreign: int, before: int) -> Iterator[str]:
    for count, which in (
        (other, "that QuickBooks shows in its ledger only"),
        (foreign, "of transactions in other currencies"),
        (before, "from before their account's opening balance"),
    ):
        if count:
            yield f"{count} {'posting' if count == 1 else 'postings'} {which}"


def _of_purchase(purchase: Purchase) -> Iterator[AccountPosting]:
    name, sign = document_name("Expense", purchase.number, purchase.meta.id), -1 if purchase.refund else 1
    total = Money(-sign * purchase.total.cents, purchase.total.currency)
    yield AccountPosting(name, purchase.meta.id, purchase.account_id, purchase.dated, total)
    for line in purchase.lines:
        if line.account_id is not None:
            debit = Money(sign * line.amount.cents, line.amount.currency)
            yield AccountPosting(name, purchase.meta.id, line.account_id, purchase.dated, debit)


def _of_deposit(deposit: Deposit) -> Iterator[AccountPosting]:
    name = document_name("Deposit", deposit.number, deposit.meta.id)
    yield AccountPosting(name, deposit.meta.id, deposit.account_id, deposit.dated, deposit.total)
    for line in deposit.lines:
        if line.account_id is not None:
            yield AccountPosting(name, deposit.meta.id, line.account_id, deposit.dated, -line.amount)


def _of_transfer(transfer: Transfer) -> Iterator[AccountPosting]:
    name = document_name("Transfer", "", transfer.meta.id)
    for account_id, debit in ((transfer.from_account_id, -transfer.amount), (transfer.to_account_id, transfer.amount)):
        yield AccountPosting(name, transfer.meta.id, account_id, transfer.dated, debit)


def _of_journal_entry(entry: JournalEntry) -> Iterator[AccountPosting]:
    name = document_name("Journal entry", entry.number, entry.meta.id)
    for line in entry.lines:
        yield AccountPosting(name, entry.meta.id, line.account_id, entry.dated, line.amount)
