"""Laws of the ledger alone; those of whole books are in `test_bookkeeping`."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.ledger import Ledger, LedgerTransaction, Posting, UnbalancedError
from qbo_emulator.undo import Undo

AMOUNTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


def transaction(txn_id: str, amount: Decimal, credited: str = "2") -> LedgerTransaction:
    """An amount that somebody (9) is debited on account 1, against another account."""
    legs = (Posting("1", amount, "9"), Posting(credited, -amount))
    return LedgerTransaction(txn_id, "Invoice", "2026-01-05", "", legs)


@pytest.mark.inferred("double entry: what bookkeeping is")
def test_the_ledger_refuses_what_does_not_balance() -> None:
    """Debits of 10.00 against credits of 9.99 are not posted, and don't take another transaction's place."""
    ledger = Ledger()
    legs = (Posting("1", Decimal("10.00")), Posting("2", Decimal("-9.99")))
    odd = LedgerTransaction("1", "JournalEntry", "2026-01-05", "", legs)
    with pytest.raises(UnbalancedError, match=r"exceed credits by 0\.01"):
        ledger.post(odd)
    assert list(ledger.transactions()) == []
    ledger.post(transaction("1", Decimal(5)))
    with pytest.raises(UnbalancedError):
        ledger.replace(odd)
    with pytest.raises(ValueError, match="posted already"):
        ledger.post(transaction("1", Decimal(6)))
    assert ledger.balance("1") == 5


@pytest.mark.inferred("taking a document out of the books leaves no trace in balances")
@given(st.lists(AMOUNTS, min_size=1, max_size=8), AMOUNTS, st.data())
def test_what_is_posted_counts_once(amounts: list[Decimal], other: Decimal, data: st.DataObject) -> None:
    """Balances are the sums of what stands in the ledger, also after one is replaced in its place and one removed."""
    ledger = Ledger()
    for number, amount in enumerate(amounts):
        ledger.post(transaction(str(number), amount))
    changed = data.draw(st.sampled_from(range(len(amounts))))
    assert ledger.replace(transaction(str(changed), other, "3")).postings[0].amount == amounts[changed]
    assert [one.txn_id for one in ledger.transactions()] == [str(number) for number in range(len(amounts))]
    expected = sum(amounts) - amounts[changed] + other
    assert ledger.balance("1") == ledger.name_balance("1", "9") == expected
    assert ledger.balance("3") == -other
    ledger.remove(str(changed))
    assert ledger.balance("1") == expected - other
    assert ledger.balance("3") == 0
    assert ledger.get(str(changed)) is ledger.remove("none") is None


@pytest.mark.inferred("an operation happens whole or not at all")
@given(AMOUNTS, AMOUNTS)
def test_an_undone_change_leaves_order_and_balances(first: Decimal, second: Decimal) -> None:
    """Posting, replacing and removing inside of an operation that fails: all stands as before, in its order."""
    undo = Undo()
    ledger = Ledger(undo)
    for txn_id in ("a", "b"):
        ledger.post(transaction(txn_id, first))
    before = list(ledger.transactions())
    with pytest.raises(KeyError):
        _fail(ledger, undo, second)
    assert list(ledger.transactions()) == before
    assert ledger.balance("1") == first * 2
    assert ledger.balance("3") == 0


def _fail(ledger: Ledger, undo: Undo, amount: Decimal) -> None:
    with undo.operation():
        ledger.replace(transaction("a", amount, "3"))
        ledger.remove("a")
        ledger.post(transaction("c", amount))
        ledger.replace(transaction("missing", amount))
