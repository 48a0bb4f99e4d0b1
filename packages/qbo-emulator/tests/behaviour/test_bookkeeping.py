"""Laws of the books under random bookkeeping: entering, changing, voiding and deleting documents in any order."""

from copy import deepcopy
from datetime import datetime
from decimal import Decimal

import pytest
from bookkeeping_support import (
    ACTIONS,
    PAYABLE,
    RECEIPTS,
    RECEIVABLE,
    TRANSACTIONS,
    Bookkeeper,
    applications,
    identity_of,
    lies_undeposited,
    visible,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from qbo_emulator.books import Books
from qbo_emulator.entities import KINDS
from qbo_emulator.jsontypes import JsonObject

STEP = (st.sampled_from(sorted(ACTIONS)), st.integers(1, 10**6), st.integers(0, 60))
SETTINGS = settings(max_examples=80, stateful_step_count=25)


class RandomBookkeeping(RuleBasedStateMachine):
    """A bookkeeper acts; after each action the books are looked at from all sides."""

    def __init__(self) -> None:
        super().__init__()
        self.keeper = Bookkeeper()

    @rule(action=STEP[0], cents=STEP[1], pick=STEP[2])
    def act(self, action: str, cents: int, pick: int) -> None:
        """Any action; one that is refused changes nothing."""
        before = visible(self.keeper.books)
        if not self.keeper.act(action, cents, pick):
            assert visible(self.keeper.books) == before

    @invariant()
    def debits_are_credits(self) -> None:
        """Each transaction sums to zero."""
        for transaction in self.keeper.books.ledger.transactions():
            assert sum(posting.amount for posting in transaction.postings) == 0

    @invariant()
    def accounts_show_the_ledger(self) -> None:
        """CurrentBalance is the ledger's; the balance with sub-accounts is the same here."""
        for account in self.keeper.books.records("Account"):
            shown = account["Classification"] in ("Asset", "Liability", "Equity")
            assert account["CurrentBalance"] == (self.keeper.books.ledger.balance(account["Id"]) if shown else 0)
            assert account["CurrentBalanceWithSubAccounts"] == account["CurrentBalance"]

    @invariant()
    def receivables_are_open_documents(self) -> None:
        """A/R = invoices - credit memos - unapplied payments + journal entries, less what is applied to those."""
        books = self.keeper.books
        open_items = total(books, "Invoice", "Balance") - total(books, "CreditMemo", "Balance")
        open_items -= total(books, "Payment", "UnappliedAmt")
        assert account_total(books, RECEIVABLE) == open_items + open_journals(books, RECEIVABLE, "Payment")

    @invariant()
    def payables_are_open_documents(self) -> None:
        """A/P = bills - vendor credits - what was paid beyond them + journal entries, less what is applied."""
        books = self.keeper.books
        open_items = total(books, "Bill", "Balance") - total(books, "VendorCredit", "Balance")
        open_items -= sum((left_over(books, one) for one in books.records("BillPayment")), Decimal(0))
        assert -account_total(books, PAYABLE) == open_items - open_journals(books, PAYABLE, "BillPayment")

    @invariant()
    def balances_are_totals_less_applications(self) -> None:
        """What is open of a document is its total less what payments apply to it, and links say who does."""
        books = self.keeper.books
        for entity in ("Invoice", "CreditMemo", "Bill", "VendorCredit"):
            for one in books.records(entity):
                applied = [each for each in applications(books) if each[2:4] == (entity, one["Id"])]
                assert one["Balance"] == one["TotalAmt"] - sum(each[4] for each in applied)
                assert one["Balance"] >= 0
                shown = {link["TxnId"] for link in one.get("LinkedTxn", []) if link["TxnType"] != "Estimate"}
                assert shown == (set() if entity == "CreditMemo" else {each[1] for each in applied})

    @invariant()
    def payments_are_applied_or_not(self) -> None:
        """UnappliedAmt is what the lines leave over, and never less than nothing."""
        books = self.keeper.books
        for one in books.records("Payment"):
            assert one["UnappliedAmt"] == left_over(books, one) >= 0
        for one in books.records("BillPayment"):
            assert left_over(books, one) >= 0

    @invariant()
    def names_owe_their_documents(self) -> None:
        """The balance of a customer or vendor is the ledger's on receivables or payables; jobs count above."""
        books = self.keeper.books
        ids = {one["AccountType"]: one["Id"] for one in books.records("Account")}
        owed = {
            one["Id"]: books.ledger.name_balance(ids.get(RECEIVABLE, ""), one["Id"])
            for one in books.records("Customer")
        }
        for one in books.records("Customer"):
            assert one["Balance"] == owed[one["Id"]]
            assert one["BalanceWithJobs"] == (sum(owed.values()) if one["Id"] == "1" else owed[one["Id"]])
        [vendor] = books.records("Vendor")
        assert vendor["Balance"] == -books.ledger.name_balance(ids.get(PAYABLE, ""), vendor["Id"])

    @invariant()
    def undeposited_funds_lie_there(self) -> None:
        """Undeposited Funds holds the payments and receipts that no deposit took, and journal entries."""
        books = self.keeper.books
        signs = {"Payment": 1, "SalesReceipt": 1, "RefundReceipt": -1}
        held = sum(
            (
                one["TotalAmt"] * signs[entity]
                for entity in RECEIPTS
                for one in books.records(entity)
                if lies_undeposited(books, one)
            ),
            Decimal(0),
        )
        found = [one["Id"] for one in books.records("Account") if one["AccountSubType"] == "UndepositedFunds"]
        by_hand = sum(
            posting.amount
            for transaction in books.ledger.transactions()
            for posting in transaction.postings
            if transaction.txn_type == "JournalEntry" and posting.account_id in found
        )
        assert sum((books.ledger.balance(each) for each in found), Decimal(0)) == held + by_hand

    @invariant()
    def estimates_are_closed_by_invoices(self) -> None:
        """An estimate that an invoice links is Closed and shows the invoice."""
        books = self.keeper.books
        invoiced = {
            link["TxnId"]: one["Id"]
            for one in books.records("Invoice")
            for link in one["LinkedTxn"]
            if link["TxnType"] == "Estimate"
        }
        for one in books.records("Estimate"):
            shown = [link["TxnId"] for link in one.get("LinkedTxn", [])]
            assert shown == ([invoiced[one["Id"]]] if one["Id"] in invoiced else [])
            assert (one["TxnStatus"] == "Closed") == (one["Id"] in invoiced)

    def teardown(self) -> None:
        """Voiding or deleting everything leaves nothing on any account, and nobody owes anything."""
        clear(self.keeper)
        books = self.keeper.books
        assert {books.ledger.balance(one["Id"]) for one in books.records("Account")} == {0}
        assert {one["CurrentBalance"] for one in books.records("Account")} == {0}
        assert {one["Balance"] for one in (*books.records("Customer"), *books.records("Vendor"))} == {0}


class Mirror(RuleBasedStateMachine):
    """A client that keeps a copy with nothing but change data capture."""

    def __init__(self) -> None:
        super().__init__()
        self.keeper = Bookkeeper()
        self.copy: dict[tuple[str, str], JsonObject] = {}
        self.asked_at = self.keeper.at
        self.look()

    @rule(action=STEP[0], cents=STEP[1], pick=STEP[2])
    def act(self, action: str, cents: int, pick: int) -> None:
        """Any action."""
        self.keeper.act(action, cents, pick)

    @rule()
    def look(self) -> None:
        """Ask what changed since the last time, and compare the copy with the books."""
        asked_at, self.asked_at = self.asked_at, self.keeper.at
        for entity, changed in self.keeper.books.changes_since(asked_at, sorted(KINDS)).items():
            order = [("status" in one, datetime.fromisoformat(one["MetaData"]["LastUpdatedTime"])) for one in changed]
            assert order == sorted(order)
            for one in changed:
                key = (entity, one.get("Id", "1"))
                if one.get("status") == "Deleted":
                    self.copy.pop(key, None)
                else:
                    self.copy[key] = undeposited(one)
        stored = {(entity, one.get("Id", "1")): undeposited(one) for entity, one in self.keeper.all(*KINDS)}
        assert self.copy == stored


@pytest.mark.inferred("double entry, and what open documents are")
def test_random_bookkeeping_keeps_its_laws() -> None:
    """Whatever is entered, changed, voided or deleted: ledger, documents, accounts and names agree."""
    run_state_machine_as_test(RandomBookkeeping, settings=SETTINGS)


@pytest.mark.documented("change data capture: changed and deleted entities since a moment")
def test_a_mirror_kept_by_changes_is_complete() -> None:
    """Changes since the last look, taken over, give what a full query gives."""
    run_state_machine_as_test(Mirror, settings=SETTINGS)


@pytest.mark.inferred("an operation happens whole or not at all")
@settings(max_examples=60)
@given(st.lists(st.tuples(*STEP), min_size=1, max_size=15))
def test_an_aborted_operation_leaves_no_trace(steps: list[tuple[str, int, int]]) -> None:
    """An action that is broken off at its end leaves books that show, and go on, like their untouched twin."""
    keeper = Bookkeeper()
    for action, cents, pick in steps:
        twin = deepcopy(keeper)
        with pytest.raises(KeyboardInterrupt):
            break_off(keeper, action, cents, pick)
        keeper.at = twin.at
        assert visible(keeper.books) == visible(twin.books)
        assert list(keeper.books.ledger.transactions()) == list(twin.books.ledger.transactions())
        assert keeper.act(action, cents, pick) == twin.act(action, cents, pick)
        assert visible(keeper.books) == visible(twin.books)
        assert list(keeper.books.ledger.transactions()) == list(twin.books.ledger.transactions())


def break_off(keeper: Bookkeeper, action: str, cents: int, pick: int) -> None:
    """Do an action as part of an operation that is interrupted after it."""
    with keeper.books.file.undo.operation():
        keeper.act(action, cents, pick)
        raise KeyboardInterrupt


def clear(keeper: Bookkeeper) -> None:
    """Void what can be voided and is odd, delete the rest; deposits first, for they hold payments."""
    for entity in ("Deposit", *(each for each in TRANSACTIONS if each != "Deposit")):
        for one in list(keeper.books.records(entity)):
            current = identity_of(keeper.books.read(entity, one["Id"]))
            if KINDS[entity].voided is not None and int(one["Id"]) % 2:
                keeper.books.void(entity, current, at=keeper.at)
            else:
                keeper.books.delete(entity, current, at=keeper.at)


def total(books: Books, entity: str, name: str) -> Decimal:
    """The sum of a property over all entities of a type."""
    return sum((Decimal(one[name]) for one in books.records(entity)), Decimal(0))


def account_total(books: Books, account_type: str) -> Decimal:
    """The balance of all accounts of a type."""
    found = (one["CurrentBalance"] for one in books.records("Account") if one["AccountType"] == account_type)
    return sum(found, Decimal(0))


def journal_amount(books: Books, entry: JsonObject, account_type: str, name_id: str | None = None) -> Decimal:
    """What a journal entry debits to accounts of a type, for one name or for all."""
    types = {one["Id"]: one["AccountType"] for one in books.records("Account")}
    amount = Decimal(0)
    for line in entry["Line"]:
        detail = line["JournalEntryLineDetail"]
        named = detail.get("Entity", {}).get("EntityRef", {}).get("value")
        if types[detail["AccountRef"]["value"]] == account_type and name_id in (None, named):
            amount += line["Amount"] * (1 if detail["PostingType"] == "Debit" else -1)
    return amount


def open_journals(books: Books, account_type: str, payment_type: str) -> Decimal:
    """What journal entries debit to accounts of a type, less what payments are applied to them."""
    opened = Decimal(0)
    for entry in books.records("JournalEntry"):
        amount = journal_amount(books, entry, account_type)
        applied = sum(
            (each[4] for each in applications(books) if each[0] == payment_type and each[3] == entry["Id"]), Decimal(0)
        )
        opened += amount - applied if amount > 0 else amount + applied
    return opened


def left_over(books: Books, one: JsonObject) -> Decimal:
    """What a payment's lines leave of it: debts take from it, credits add to it."""
    left = Decimal(one["TotalAmt"])
    for line in one["Line"]:
        linked = line["LinkedTxn"][0]
        if linked["TxnType"] == "JournalEntry":
            entry = books.read("JournalEntry", linked["TxnId"])
            is_customer = "CustomerRef" in one
            debit = journal_amount(
                books,
                entry,
                RECEIVABLE if is_customer else PAYABLE,
                one["CustomerRef" if is_customer else "VendorRef"]["value"],
            )
            owed = (debit > 0) == is_customer
        else:
            owed = linked["TxnType"] in ("Invoice", "Bill")
        left -= line["Amount"] if owed else -line["Amount"]
    return left


def undeposited(entity: JsonObject) -> JsonObject:
    """An entity without the link to its deposit: recorded, that link comes and goes without a new time."""
    links = [link for link in entity.get("LinkedTxn", []) if link["TxnType"] != "Deposit"]
    return {name: value for name, value in entity.items() if name != "LinkedTxn"} | {"links": links}
