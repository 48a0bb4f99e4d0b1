"""The double-entry ledger: transactions whose postings sum to zero, and the balances that follow from them."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from qbo_emulator.undo import Undo


class Posting(NamedTuple):
    """One leg: a debit-positive amount in home currency on an account.

    `name_id` is the customer or vendor it concerns, if any; `currency_amount` the amount in the currency of a
    foreign transaction.
    """

    account_id: str
    amount: Decimal
    name_id: str | None = None
    currency_amount: Decimal | None = None


class LedgerTransaction(NamedTuple):
    """A dated set of postings that sums to zero; `listed` is false when no API entity shows it."""

    txn_id: str
    txn_type: str
    txn_date: str
    memo: str
    postings: tuple[Posting, ...]
    listed: bool = True


class UnbalancedError(ValueError):
    """Debits and credits of a transaction differ, so it was not posted."""


class Ledger:
    """Every posted transaction of one company, and the running balance of each account and name."""

    def __init__(self, undo: Undo | None = None) -> None:
        self._undo = undo or Undo()
        self._transactions: dict[str, LedgerTransaction] = {}
        self._balances: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._name_balances: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)

    def post(self, transaction: LedgerTransaction) -> None:
        """Add a transaction; raises UnbalancedError when debits differ from credits."""
        if transaction.txn_id in self._transactions:
            raise ValueError(f"transaction {transaction.txn_id} is posted already; remove or replace it")
        _check_balance(transaction)
        self._undo.note(lambda: self._take_out(transaction))
        self._transactions[transaction.txn_id] = transaction
        self._move(transaction, 1)

    def replace(self, transaction: LedgerTransaction) -> LedgerTransaction:
        """Put a transaction in the place of the one of the same id, and return that one.

        Raises UnbalancedError like `post`, KeyError when there is none.
        """
        _check_balance(transaction)
        before = self._transactions[transaction.txn_id]
        self._undo.note(lambda: self._exchange(transaction, before))
        self._exchange(before, transaction)
        return before

    def remove(self, txn_id: str) -> LedgerTransaction | None:
        """Take a transaction out and return it; None when nothing was posted under this id."""
        transaction = self._transactions.get(txn_id)
        if transaction is not None:
            everything = dict(self._transactions)
            self._undo.note(lambda: self._restore(everything, transaction))
            self._take_out(transaction)
        return transaction

    def get(self, txn_id: str) -> LedgerTransaction | None:
        """The transaction that is posted under this id."""
        return self._transactions.get(txn_id)

    def __contains__(self, txn_id: str) -> bool:
        """Whether a transaction is posted under this id."""
        return txn_id in self._transactions

    def balance(self, account_id: str) -> Decimal:
        """The debit-positive balance of an account in home currency, without its sub-accounts."""
        return self._balances.get(account_id, Decimal(0))

    def name_balance(self, account_id: str, name_id: str) -> Decimal:
        """The debit-positive part of an account's balance that concerns one customer or vendor."""
        return self._name_balances.get((account_id, name_id), Decimal(0))

    def transactions(self) -> Iterator[LedgerTransaction]:
        """All transactions in the order in which they were posted."""
        return iter(self._transactions.values())

    def _take_out(self, transaction: LedgerTransaction) -> None:
        del self._transactions[transaction.txn_id]
        self._move(transaction, -1)

    def _exchange(self, before: LedgerTransaction, after: LedgerTransaction) -> None:
        self._transactions[after.txn_id] = after
        self._move(before, -1)
        self._move(after, 1)

    def _restore(self, everything: dict[str, LedgerTransaction], transaction: LedgerTransaction) -> None:
        self._transactions = everything
        self._move(transaction, 1)

    def _move(self, transaction: LedgerTransaction, sign: int) -> None:
        for posting in transaction.postings:
            amount = posting.amount * sign
            self._balances[posting.account_id] += amount
            if posting.name_id is not None:
                self._name_balances[posting.account_id, posting.name_id] += amount


def _check_balance(transaction: LedgerTransaction) -> None:
    difference = sum((posting.amount for posting in transaction.postings), Decimal(0))
    if difference:
        raise UnbalancedError(f"{transaction.txn_type} {transaction.txn_id}: debits exceed credits by {difference}")
