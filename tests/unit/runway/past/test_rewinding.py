"""A past day as it was known then: worked examples, and the law that nothing of later shows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.domains.ap.model import Bill, BillPayment
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.domains.ar.queries import CUSTOMERS
from oodaloo.domains.bank.model import JournalEntry, Purchase, Transfer
from oodaloo.domains.core.model import LinkedRecord, RecordMeta
from oodaloo.infra.qbo.mirror.versions import FormerVersion
from oodaloo.runway.model.reference import RecordKind, RecordRef
from tests.support import records as r
from tests.support.bank_ledgers import a_posting
from tests.support.books import usd
from tests.support.ledgerbook import Fact, a_history, days_later, entered, noon, picture_then, shown

FRIDAY = date(2026, 6, 5)
MONDAY, NEXT_WEEK = date(2026, 6, 1), date(2026, 6, 10)


def on(fact: Fact, record_id: str, day: date) -> Fact:
    """The fact entered at midday of that day."""
    return entered(fact, record_id, noon(day))


def an_invoice(record_id: str, amount: int, day: date) -> Fact:
    """An invoice that is entered on its date."""
    return on(r.an_invoice("", amount, dated=day, due=days_later(day, 30)), record_id, day)


def a_receipt(record_id: str, amount: int, day: date, invoice: str, *, to: str | None = r.CHECKING) -> Fact:
    """A payment of an invoice, entered on its date."""
    return on(r.a_payment("", amount, dated=day, to=to, applied=[("Invoice", invoice, amount)]), record_id, day)


def test_what_was_paid_later_was_open_then() -> None:
    """$1,000 invoiced on Monday, $400 of it paid then and $600 next week: on Friday $600 are open, cash has $400."""
    facts = [
        an_invoice("1", 1000, MONDAY),
        a_receipt("2", 400, MONDAY, "1"),
        a_receipt("3", 600, NEXT_WEEK, "1"),
    ]
    books = picture_then(a_history(facts), FRIDAY).picture.books
    assert [(item.ref.id, item.open) for item in books.receivables] == [("1", usd(600))]
    assert books.cash == usd(5400)
    assert [movement.amount for movement in books.movements] == [usd(400)]
    assert books.settled_invoices == ()
    assert all(check.difference.is_zero for check in books.checks)


def test_cheques_were_in_undeposited_funds_then() -> None:
    """A cheque of Monday is taken to the bank next week: on Friday it waits, and the bank doesn't know of it."""
    carried = r.a_line(None, 700, LinkedRecord("Payment", "2"))
    facts = [
        an_invoice("1", 700, MONDAY),
        a_receipt("2", 700, MONDAY, "1", to=None),
        on(r.a_deposit(NEXT_WEEK, r.CHECKING, [carried], total=700), "3", NEXT_WEEK),
    ]
    books = picture_then(a_history(facts), FRIDAY).picture.books
    assert (books.cash, books.undeposited) == (usd(5000), usd(700))
    assert [each.ref.id for each in books.housekeeping.waiting] == ["2"]


def test_cards_and_other_activity_go_back_too() -> None:
    """Charges and a payment of the card, and payroll that only the ledger shows: what came after Friday is undone."""
    facts = [
        on(r.a_purchase(MONDAY, r.CARD, [r.a_line(r.RENT, 300)]), "1", MONDAY),
        on(r.a_purchase(NEXT_WEEK, r.CARD, [r.a_line(r.RENT, 50)]), "2", NEXT_WEEK),
        on(r.a_transfer(NEXT_WEEK, r.CHECKING, r.CARD, 300), "3", NEXT_WEEK),
    ]
    payroll = [a_posting("p1", -900, dated=MONDAY), a_posting("p2", -900, dated=NEXT_WEEK)]
    picture = picture_then(a_history(facts, activity=payroll), FRIDAY).picture
    assert picture.books.cash == usd(4100)
    assert [card.owed for card in picture.books.cards] == [usd(300)]
    assert [movement.amount for movement in picture.books.movements] == [usd(-900)]


def test_what_was_entered_late_was_not_known() -> None:
    """A bill of Monday that was typed in next week was on nobody's list on Friday; the notes name it."""
    late = entered(r.a_bill("", 250, dated=MONDAY, due=NEXT_WEEK), "1", noon(NEXT_WEEK))
    found = picture_then(a_history([late]), FRIDAY)
    assert found.picture.books.payables == ()
    assert found.notes.back_dated == (RecordRef(RecordKind.BILL, "1", "B"),)


def test_what_was_dated_ahead_counts_from_its_date() -> None:
    """A cheque of Monday that is dated next week hasn't left the bank on Friday; the notes name it."""
    ahead = entered(r.a_transfer(NEXT_WEEK, r.CHECKING, r.SAVINGS, 100), "1", noon(MONDAY))
    found = picture_then(a_history([ahead]), FRIDAY)
    assert [(account.name, account.balance) for account in found.picture.books.accounts if account.operating] == [
        ("Checking", usd(5000)),
        ("Savings", usd(0)),
    ]
    assert found.notes.dated_ahead == (RecordRef(RecordKind.TRANSFER, "1", ""),)


def test_the_morning_knows_less_than_the_evening() -> None:
    """At eight on Friday the payment of that afternoon wasn't known; at the day's end it was."""
    afternoon = entered(r.a_transfer(FRIDAY, r.CHECKING, r.CARD, 100), "1", datetime(2026, 6, 5, 19, tzinfo=UTC))
    history = a_history([afternoon])
    assert picture_then(history, FRIDAY, at=datetime(2026, 6, 5, 12, tzinfo=UTC)).picture.books.cash == usd(5000)
    assert picture_then(history, FRIDAY).picture.books.cash == usd(4900)


def test_an_edit_that_was_seen_is_undone() -> None:
    """A bill of $250 was corrected to $200 next week; the mirror kept what it had been."""
    before = entered(r.a_bill("", 250, dated=MONDAY, due=NEXT_WEEK, balance=250), "1", noon(MONDAY))
    after = entered(r.a_bill("", 200, dated=MONDAY, due=NEXT_WEEK), "1", noon(MONDAY), changed=noon(NEXT_WEEK), token=1)
    found = picture_then(a_history([after], former={"Bill": [FormerVersion(before, None)]}), FRIDAY)
    assert [(item.total, item.open) for item in found.picture.books.payables] == [(usd(250), usd(250))]
    assert found.notes.put_back == (RecordRef(RecordKind.BILL, "1", "B"),)
    assert all(check.difference.is_zero for check in found.picture.books.checks)


def test_an_edit_that_nobody_saw_is_said() -> None:
    """The same without what it had been: the bill stands as it is now, and the notes doubt it."""
    after = entered(r.a_bill("", 200, dated=MONDAY, due=NEXT_WEEK), "1", noon(MONDAY), changed=noon(NEXT_WEEK), token=1)
    found = picture_then(a_history([after]), FRIDAY)
    assert [item.total for item in found.picture.books.payables] == [usd(200)]
    assert found.notes.changed_unseen == (RecordRef(RecordKind.BILL, "1", "B"),)


def test_a_payment_is_no_edit_of_what_it_pays() -> None:
    """An invoice that changed because it was paid isn't doubted; one with a version more than payments is."""
    paid = entered(r.an_invoice("", 500, dated=MONDAY, due=None), "1", noon(MONDAY), changed=noon(NEXT_WEEK), token=1)
    facts = [paid, a_receipt("2", 500, NEXT_WEEK, "1")]
    assert picture_then(a_history(facts), FRIDAY).notes.changed_unseen == ()
    edited = entered(r.an_invoice("", 500, dated=MONDAY, due=None), "1", noon(MONDAY), changed=noon(NEXT_WEEK), token=2)
    doubted = picture_then(a_history([edited, facts[1]]), FRIDAY).notes.changed_unseen
    assert doubted == (RecordRef(RecordKind.INVOICE, "1", "20"),)


def test_what_was_deleted_later_was_there() -> None:
    """A bill of $250 and a payment were deleted next week: on Friday the bill was open, the money had left."""
    bill = entered(r.a_bill("", 250, dated=MONDAY, due=NEXT_WEEK, balance=150), "1", noon(MONDAY))
    payment = entered(r.a_bill_payment("", 100, dated=MONDAY, applied=[("Bill", "1", 100)]), "2", noon(MONDAY))
    gone = {"Bill": [FormerVersion(bill, noon(NEXT_WEEK))], "BillPayment": [FormerVersion(payment, noon(NEXT_WEEK))]}
    found = picture_then(a_history([], former=gone), FRIDAY)
    assert [item.open for item in found.picture.books.payables] == [usd(150)]
    assert found.picture.books.cash == usd(4900)
    assert {ref.id for ref in found.notes.put_back} == {"1", "2"}
    assert picture_then(a_history([], former=gone), NEXT_WEEK).picture.books.payables == ()


def test_a_payment_was_unapplied_before_its_invoice_was_written() -> None:
    """$300 came on Monday, the invoice followed next week: on Friday the money was the customer's."""
    facts = [an_invoice("2", 300, NEXT_WEEK), a_receipt("1", 300, MONDAY, "2")]
    books = picture_then(a_history(facts), FRIDAY).picture.books
    assert [(credit.ref.id, credit.remaining) for credit in books.unapplied_receipts] == [("1", usd(300))]
    assert books.movements[0].documents == ()


def test_what_an_import_brought_counts_by_its_date() -> None:
    """A company moved to QuickBooks in July with a year of invoices: in June they count, and are named so."""
    moved = datetime(2026, 7, 1, 15, tzinfo=UTC)
    facts: list[Fact] = [
        entered(
            r.an_invoice("", 100, dated=days_later(FRIDAY, -7 * number), due=None),
            str(number + 1),
            moved + timedelta(seconds=number),
        )
        for number in range(50)
    ]
    found = picture_then(a_history(facts), FRIDAY)
    assert len(found.picture.books.receivables) == 50
    assert len(found.notes.as_dated) == 50
    assert found.notes.back_dated == ()


def test_lists_are_those_of_then() -> None:
    """Whoever was entered later isn't listed, except a name that a known document bears."""
    history = a_history([an_invoice("1", 100, MONDAY)])
    later = RecordMeta("c2", "0", noon(NEXT_WEEK), noon(NEXT_WEEK))
    [known] = history.reading.of(CUSTOMERS)
    listed = (replace(known, meta=replace(later, id="c1")), replace(known, meta=later, name="Birch"))
    reading = replace(history.reading, records={**history.reading.records, "Customer": listed})
    parties = picture_then(replace(history, reading=reading), FRIDAY).picture.books.housekeeping.parties
    assert [party.name for party in parties] == ["Alder Health", "Pier 9"]


def test_balances_that_rest_on_less_say_so() -> None:
    """Before the ledger was read, bank balances may miss payroll; sales receipts make undeposited funds unsure."""
    unread = replace(a_history([]), ledger=None)
    found = picture_then(unread, FRIDAY)
    assert found.picture.books.ledger_unread
    assert {doubt.name for doubt in found.notes.unsure} == {"Checking", "Savings", "Money market"}
    sold = r.a_line(None, 80, LinkedRecord("SalesReceipt", "9"))
    deposit = on(r.a_deposit(NEXT_WEEK, r.CHECKING, [sold], total=80), "1", NEXT_WEEK)
    assert [doubt.name for doubt in picture_then(a_history([deposit]), FRIDAY).notes.unsure] == ["Undeposited Funds"]


@dataclass(frozen=True)
class Deed:
    """Something that happens: what, how much, how many days after the first of May, and entered how much later."""

    what: str
    dollars: int
    day: int
    delay: int
    target: int


DEEDS = ("invoice", "bill", "receipt", "cheque", "payment", "charge", "rent", "transfer", "wages", "memo")
START = date(2026, 5, 1)

past_deeds = st.builds(
    Deed,
    what=st.sampled_from(DEEDS),
    dollars=st.integers(1, 900),
    day=st.integers(0, 35),
    delay=st.just(0),
    target=st.integers(0, 5),
)
later_deeds = st.builds(
    Deed,
    what=st.sampled_from(DEEDS),
    dollars=st.integers(1, 900),
    day=st.integers(0, 60),
    delay=st.integers(-20, 40),
    target=st.integers(0, 5),
).filter(lambda deed: deed.day > 35 or deed.day + deed.delay > 35)
"""Entered after the Friday, which is day 35, or dated after it, however early it was entered."""


def happened(deeds: Sequence[Deed], before: Sequence[Fact] = (), *, first_id: int = 1) -> list[Fact]:
    """The facts that follow from deeds, on top of earlier ones; payments settle what is still open of some document."""
    facts = list(before)
    for record_id, deed in enumerate(deeds, start=first_id):
        day = days_later(START, deed.day)
        facts.append(entered(_fact(deed, day, facts), f"{record_id}", noon(days_later(day, deed.delay))))
    return facts


def _fact(deed: Deed, day: date, facts: Sequence[Fact]) -> Fact:
    if deed.what in ("receipt", "cheque"):
        amount, applied = _settling("Invoice", deed, facts)
        return r.a_payment("", amount, dated=day, to=r.CHECKING if deed.what == "receipt" else None, applied=applied)
    if deed.what == "payment":
        amount, applied = _settling("Bill", deed, facts)
        return r.a_bill_payment("", amount, dated=day, applied=applied)
    made: dict[str, Fact] = {
        "invoice": r.an_invoice("", deed.dollars, dated=day, due=days_later(day, 30)),
        "bill": r.a_bill("", deed.dollars, dated=day, due=days_later(day, 30)),
        "memo": r.a_credit_memo("", deed.dollars, dated=day, balance=deed.dollars),
        "charge": r.a_purchase(day, r.CARD, [r.a_line(r.RENT, deed.dollars)]),
        "rent": r.a_purchase(day, r.CHECKING, [r.a_line(r.RENT, deed.dollars)]),
        "transfer": r.a_transfer(day, r.CHECKING, r.SAVINGS, deed.dollars),
        "wages": r.a_journal_entry(day, [(r.WAGES, deed.dollars), (r.CHECKING, -deed.dollars)]),
    }
    return made[deed.what]


def _settling(kind: str, deed: Deed, facts: Sequence[Fact]) -> tuple[int, list[tuple[str, str, int]]]:
    """An amount, and the open document of a kind that it settles, if there is one."""
    open_ones = [
        (fact.meta.id, fact.balance.cents // 100)
        for fact in shown(facts).facts
        if isinstance(fact, Invoice | Bill) and type(fact).__name__ == kind and fact.balance.cents > 0
    ]
    if not open_ones:
        return deed.dollars, []
    record_id, left = open_ones[deed.target % len(open_ones)]
    amount = min(deed.dollars, left)
    return amount, [(kind, record_id, amount)]


def corrected(fact: Fact, dollars: int) -> Fact:
    """The fact with another amount, a date a day earlier or another memo, changed after the day."""
    meta = replace(fact.meta, sync_token="1", updated_at=noon(days_later(FRIDAY, 3)))
    amount = r.money(dollars)
    match fact:
        case Transfer():
            return replace(fact, meta=meta, amount=amount)
        case JournalEntry():
            return replace(r.a_journal_entry(fact.dated, [(r.WAGES, dollars), (r.CHECKING, -dollars)]), meta=meta)
        case Purchase():
            lines = (r.a_line(r.RENT, dollars),)
            return replace(fact, meta=meta, dated=days_later(fact.dated, -1), total=amount, lines=lines)
        case Invoice() | Bill() | CreditMemo():
            return replace(fact, meta=meta, total=amount, due=None) if not isinstance(fact, CreditMemo) else fact
    return replace(fact, meta=meta, number="corrected")


@given(
    past=st.lists(past_deeds, max_size=12),
    one=st.lists(later_deeds, max_size=8),
    other=st.lists(later_deeds, max_size=8),
)
def test_nothing_of_later_shows(past: list[Deed], one: list[Deed], other: list[Deed]) -> None:
    """Whatever was entered or dated after the day, the picture is the same, and the same as without any of it."""
    known = happened(past)
    pictures = [
        picture_then(a_history(happened(later, known, first_id=1000)), FRIDAY).picture for later in ([], one, other)
    ]
    assert pictures[0] == pictures[1]
    assert pictures[0] == pictures[2]


@given(
    past=st.lists(past_deeds, min_size=1, max_size=10),
    later=st.lists(later_deeds, max_size=5),
    edits=st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 900)), max_size=4),
)
def test_what_was_seen_before_is_put_back(
    past: list[Deed], later: list[Deed], edits: list[tuple[int, bool, int]]
) -> None:
    """What was corrected or deleted after the day stands as the mirror had seen it, whatever came on top of that."""
    known = happened(past)
    then = {fact.meta.id: fact for fact in shown(known).facts}
    paid = {part.id for fact in known if isinstance(fact, Payment | BillPayment) for part in fact.applied}
    now, former = {fact.meta.id: fact for fact in known}, defaultdict[str, list[FormerVersion]](list)
    for place, deleted, dollars in edits:
        fact = known[place % len(known)]
        if fact.meta.id in paid or now.get(fact.meta.id) is not fact:
            continue
        gone_at = noon(days_later(FRIDAY, 3)) if deleted else None
        former[type(fact).__name__].append(FormerVersion(then[fact.meta.id], gone_at))
        if deleted:
            del now[fact.meta.id]
        else:
            now[fact.meta.id] = corrected(fact, dollars)
    facts = happened(later, list(now.values()), first_id=1000)
    assert (
        picture_then(a_history(facts, former=former), FRIDAY).picture == picture_then(a_history(known), FRIDAY).picture
    )
