"""Balances that can't be right: bank accounts below zero, and accounts that disagree with their documents."""

from collections.abc import Iterator

from oodaloo.runway.calculators.hygiene.finding import Basis, Finding, Part, Rest
from oodaloo.runway.model.hygiene import IssueKind, LookInto
from oodaloo.runway.model.picture import BookCheck, Books, CashAccount
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.wording import money_text


def balance_findings(books: Books) -> Iterator[Finding]:
    """Overdrawn bank accounts, undeposited funds below zero, and A/R and A/P that differ from their open documents."""
    yield from (_overdrawn(account) for account in books.accounts if account.balance.cents < 0)
    if books.undeposited.cents < 0:
        amount = money_text(books.undeposited, cents=True)
        account_id = books.undeposited_accounts[0].id if books.undeposited_accounts else ""
        yield Finding(
            kind=IssueKind.NEGATIVE_BALANCE,
            records=books.undeposited_accounts,
            rests=(Rest(Part(Basis.APART, RecordKind.ACCOUNT, account_id), -books.undeposited.cents),),
            fix=LookInto("which deposit took more out of undeposited funds than payments had brought"),
            sentence=f"Undeposited funds stand at {amount}: more was deposited than had been received.",
        )
    yield from (_disagreeing(check) for check in books.checks if check.difference.cents)


def _overdrawn(account: CashAccount) -> Finding:
    amount = money_text(account.balance, cents=True)
    return Finding(
        kind=IssueKind.NEGATIVE_BALANCE,
        records=(account.ref,),
        rests=(Rest(Part(Basis.APART, RecordKind.ACCOUNT, account.ref.id), -account.balance.cents),),
        fix=LookInto(f"whether {account.name} is overdrawn at the bank too, or receipts are missing in the books"),
        sentence=f"{account.name} stands at {amount} in the books: overdrawn, or receipts haven't been entered.",
    )


def _disagreeing(check: BookCheck) -> Finding:
    account, documents = money_text(check.account_balance, cents=True), money_text(check.documents_total, cents=True)
    amount = money_text(abs(check.difference), cents=True)
    return Finding(
        kind=IssueKind.BOOKS_DISAGREE,
        records=check.refs,
        rests=(Rest(Part(Basis.APART, "check", check.account), abs(check.difference.cents)),),
        fix=LookInto(f"whether journal entries were posted to {check.account} by hand"),
        sentence=f"{check.account} stands at {account}, its open documents come to {documents}: {amount} apart.",
    )
