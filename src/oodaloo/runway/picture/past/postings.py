"""What each record does to the accounts whose balances a picture shows, by QuickBooks' posting rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatchmethod

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, OtherActivity, Purchase, Transfer
from oodaloo.kit.money import Money


@dataclass(frozen=True, slots=True)
class Posting:
    """Debits are positive, in the record's own currency."""

    account_id: str
    debit: Money


@dataclass(frozen=True, slots=True)
class PostingRules:
    """The accounts that QuickBooks posts to without naming them, None where there is none of the kind."""

    receivable: str | None
    payable: str | None
    undeposited: str | None

    @staticmethod
    def of(chart: Iterable[Account]) -> "PostingRules":
        """The rules of a chart of accounts; of several accounts of a kind the first is taken."""
        listed = [account for account in chart if account.active] or list(chart)
        return PostingRules(
            receivable=_first(each for each in listed if each.account_type == "Accounts Receivable"),
            payable=_first(each for each in listed if each.account_type == "Accounts Payable"),
            undeposited=_first(each for each in listed if each.subtype == "UndepositedFunds"),
        )

    @singledispatchmethod
    def postings(self, record: object) -> Iterator[Posting]:
        """What a record posts to accounts that it names or that these rules name; nothing to income and expenses."""
        raise TypeError(f"Nobody has said what a {type(record).__name__} posts.")

    @postings.register
    def _(self, record: Invoice) -> Iterator[Posting]:
        yield from _to(self.receivable, record.total)

    @postings.register
    def _(self, record: CreditMemo) -> Iterator[Posting]:
        yield from _to(self.receivable, -record.total)

    @postings.register
    def _(self, record: Payment) -> Iterator[Posting]:
        yield from _to(self.receivable, -record.total)
        yield from _to(record.deposit_account_id or self.undeposited, record.total)

    @postings.register
    def _(self, record: Bill) -> Iterator[Posting]:
        yield from _to(self.payable, -record.total)

    @postings.register
    def _(self, record: VendorCredit) -> Iterator[Posting]:
        yield from _to(self.payable, record.total)

    @postings.register
    def _(self, record: BillPayment) -> Iterator[Posting]:
        yield from _to(self.payable, record.total)
        yield from _to(record.account_id, -record.total)

    @postings.register
    def _(self, record: Purchase) -> Iterator[Posting]:
        sign = -1 if record.refund else 1
        yield Posting(record.account_id, Money(-sign * record.total.cents, record.total.currency))
        for line in record.lines:
            yield from _to(line.account_id, Money(sign * line.amount.cents, line.amount.currency))

    @postings.register
    def _(self, record: Deposit) -> Iterator[Posting]:
        yield Posting(record.account_id, record.total)
        for line in record.lines:
            yield from _to(line.account_id or (self.undeposited if line.linked else None), -line.amount)

    @postings.register
    def _(self, record: Transfer) -> Iterator[Posting]:
        yield Posting(record.from_account_id, -record.amount)
        yield Posting(record.to_account_id, record.amount)

    @postings.register
    def _(self, record: JournalEntry) -> Iterator[Posting]:
        for line in record.lines:
            yield Posting(line.account_id, line.amount)

    @postings.register
    def _(self, record: OtherActivity) -> Iterator[Posting]:
        yield Posting(record.account_id, record.amount)


def _first(accounts: Iterable[Account]) -> str | None:
    return next((account.meta.id for account in accounts), None)


def _to(account_id: str | None, debit: Money) -> Iterator[Posting]:
    if account_id is not None:
        yield Posting(account_id, debit)
