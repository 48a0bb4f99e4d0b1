"""The double-entry ledger: transactions whose postings sum to zero, and the balances that follow from them."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple


class Posting(NamedTuple):
    """One leg: a debit-positive amount on an account, with the customer or vendor it concerns, if any."""

    account_id: str
    amount: Decimal
    name_id: str | None = None


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

    def __init__(self) -> None:
        self._transactions: dict[str, LedgerTransaction] = {}
        self._balances: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._name_balances: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)

    def post(self, transaction: LedgerTransaction) -> None:
        """Add a transaction; raises UnbalancedError when debits differ from credits."""
        difference = sum((posting.amount for posting in transaction.postings), Decimal(0))
        if difference:
            raise UnbalancedError(f"{transaction.txn_type} {transaction.txn_id}: debits exceed credits by {difference}")
        if transaction.txn_id in self._transactions:
            raise ValueError(f"transaction {transaction.txn_id} is posted already; remove it first")
        self._transactions[transaction.txn_id] = transaction
        self._move(transaction, 1)

    def remove(self, txn_id: str) -> LedgerTransaction | None:
        """Take a transaction out and return it; None when nothing was posted under this id."""
        transaction = self._transactions.pop(txn_id, None)
        if transaction is not None:
            self._move(transaction, -1)
        return transaction

    def __contains__(self, txn_id: str) -> bool:
        """Whether a transaction is posted under this id."""
        return txn_id in self._transactions

    def balance(self, account_id: str) -> Decimal:
        """The debit-positive balance of an account, without its sub-accounts."""
        return self._balances.get(account_id, Decimal(0))

    def name_balance(self, account_id: str, name_id: str) -> Decimal:
        """The debit-positive part of an account's balance that concerns one customer or vendor."""
        return self._name_balances.get((account_id, name_id), Decimal(0))

    def transactions(self) -> Iterator[LedgerTransaction]:
        """All transactions in the order in which they were posted."""
        return iter(self._transactions.values())

    def _move(self, transaction: LedgerTransaction, sign: int) -> None:
        for posting in transaction.postings:
            amount = posting.amount * sign
            self._balances[posting.account_id] += amount
            if posting.name_id is not None:
                self._name_balances[posting.account_id, posting.name_id] += amount
