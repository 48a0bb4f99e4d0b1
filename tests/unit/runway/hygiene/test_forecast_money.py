"""What the forecast counts on, and what of it rests on unsorted entries, balances and what can't be seen."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.hygiene import (
    ConnectionFacts,
    Hygiene,
    IssueKind,
    LookInto,
    ReadAgain,
    Reconnect,
    Route,
    SortEntry,
)
from oodaloo.runway.model.picture import BookCheck
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import (
    KNOWN_AT,
    a_bill,
    a_card,
    a_movement,
    a_picture,
    an_account,
    an_invoice,
    books,
    days_ago,
    every,
    in_days,
    usd,
)
from tests.support.doubts import a_waiting_receipt, hygiene, issues_of, kept, the_issue, unsorted_spending

NEVER_READ = ConnectionFacts(alive=True, asked_at=KNOWN_AT, checked_at=None)
DEAD = ConnectionFacts(alive=False, asked_at=KNOWN_AT, checked_at=None)
FRIDAYS = every(7, days_ago(7), 13)


def told(of: Hygiene) -> list[tuple[str, int]]:
    """Kinds with their whole dollars, -1 where those can't be told."""
    return [(each.kind.value, each.money.cents // 100 if isinstance(each.money, Money) else -1) for each in of.issues]


def test_what_a_forecast_counts_on() -> None:
    """Invoices 3,000, bills 1,200 and undeposited 800 are 5,000; a due date over 500 in doubt leaves 90 of 100."""
    doubtful = a_bill("Pier 9", 500, issued=days_ago(9), due=days_ago(9))
    of = books(invoices=[an_invoice(amount=3000)], bills=[a_bill(amount=700), doubtful], undeposited=800)
    score = hygiene(of).score
    assert (score.forecast, score.doubtful, score.value) == (usd(5000), usd(500), Decimal(90))


def test_clean_books_score_a_hundred_and_so_do_empty_ones() -> None:
    """Nothing in doubt, however much there is."""
    for of in (books(), books(invoices=[an_invoice()]), books(cash=0, accounts=[])):
        assert (hygiene(of).score.value, hygiene(of).issues) == (Decimal(100), ())


def test_the_score_is_rounded_down() -> None:
    """One cent in doubt of ten million isn't nothing."""
    doubtful = a_bill("Pier 9", "0.01", issued=days_ago(9), due=days_ago(9))
    score = hygiene(books(invoices=[an_invoice(amount=10_000_000)], bills=[doubtful])).score
    assert score.value == Decimal("99.9")


def test_one_bill_in_doubt_twice_counts_once() -> None:
    """Due on its own date and entered twice: two issues, 400 of 1,000 in doubt."""
    first = a_bill("Pier 9", 400, issued=days_ago(9), due=in_days(21))
    again = a_bill("Pier 9", 400, issued=days_ago(8), due=days_ago(8))
    again = replace(again, ref=replace(again.ref, number=first.ref.number))
    of = hygiene(books(bills=[first, again], invoices=[an_invoice(amount=200)]))
    assert sorted(told(of)) == [("doubtful_due_date", 400), ("duplicate_bill", 400)]
    assert (of.score.doubtful, of.score.forecast) == (usd(400), usd(1000))


def test_unsorted_spending_rests_in_the_weekly_level() -> None:
    """100 in each of 13 full weeks, at 13 shops: 1,300 are expected in 13 weeks, and 100 of them rest on each."""
    fridays = every(7, days_ago(7), 14)
    spent = [a_movement(day, -100, f"Shop {number}") for number, day in enumerate(fridays)]
    entry = replace(unsorted_spending(fridays[5], 100), ref=spent[5].ref)
    of = hygiene(kept(books(movements=spent), Housekeeping(unsorted=(entry,))))
    (issue,) = of.issues
    assert (issue.kind, issue.money, of.score.forecast) == (IssueKind.UNCATEGORIZED, usd(100), usd(1300))
    assert issue.fix == SortEntry(entry.ref, "Uncategorized Expense")
    assert issue.fix.route is Route.THROUGH_QUICKBOOKS_API


def test_unsorted_hits_of_a_flow_rest_in_what_it_brings() -> None:
    """Thirteen weekly payments of 200, one of them unsorted: a thirteenth of the 13 expected ones rests on it."""
    hits = [a_movement(day, -200, "Cleaners", category="Uncategorized Expense") for day in FRIDAYS]
    entry = replace(unsorted_spending(FRIDAYS[0], 200), ref=hits[0].ref)
    (issue,) = issues_of(IssueKind.UNCATEGORIZED, kept(books(movements=hits), Housekeeping(unsorted=(entry,))))
    assert issue.money == usd(200)


def test_unsorted_charges_rest_in_what_the_card_takes() -> None:
    """Of 1,000 charged in 13 weeks 250 are unsorted, and 600 are owed: a quarter of those rests on it."""
    card = a_card(600, postings=[(days_ago(20), 750), (days_ago(10), 250), (days_ago(5), -400), (days_ago(120), 9000)])
    recent, old = unsorted_spending(days_ago(10), 250, card=card), unsorted_spending(days_ago(120), 900, card=card)
    of = hygiene(kept(books(cards=[card]), Housekeeping(unsorted=(recent, old))))
    assert told(of) == [("uncategorized", 150), ("uncategorized", 0)]


def test_what_only_the_ledger_shows_is_sorted_by_hand() -> None:
    """There is no record that could be updated."""
    entry = replace(unsorted_spending(days_ago(3), 30, memo="fee"), ref=RecordRef(RecordKind.OTHER_ACTIVITY, "9"))
    issue = the_issue(kept(books(), Housekeeping(unsorted=(entry,))))
    assert issue.fix.route is Route.BY_HAND_IN_QUICKBOOKS
    assert issue.sentence == (
        "$30.00 was spent on Tue, Sep 29 (fee) and stands in Uncategorized Expense: nobody has said for what."
    )


def test_an_account_below_zero() -> None:
    """Checking stands 800 below nothing beside 1,600 of open invoices: a third of what is counted on."""
    of = hygiene(books(accounts=[an_account(-800)], invoices=[an_invoice(amount=1600)]))
    (issue,) = of.issues
    assert (issue.kind, issue.money) == (IssueKind.NEGATIVE_BALANCE, usd(800))
    assert issue.sentence == "Checking stands at −$800.00 in the books: overdrawn, or receipts haven't been entered."
    assert (of.score.doubtful, of.score.forecast, of.score.value) == (usd(800), usd(2400), Decimal("66.6"))


def test_undeposited_funds_below_zero() -> None:
    """More was deposited than had come in."""
    of = replace(books(undeposited=-50), undeposited_accounts=(RecordRef(RecordKind.ACCOUNT, "4"),))
    issue = the_issue(of)
    assert (issue.kind, issue.records, issue.money) == (IssueKind.NEGATIVE_BALANCE, of.undeposited_accounts, usd(50))


def test_an_account_that_disagrees_with_its_documents() -> None:
    """A/R stands 120 above the open invoices: somebody booked to it by hand."""
    ref = RecordRef(RecordKind.ACCOUNT, "84")
    of = replace(books(), checks=(BookCheck("Accounts Receivable (A/R)", usd(1000), usd(880), (ref,)),))
    issue = the_issue(of)
    assert (issue.kind, issue.records, issue.money) == (IssueKind.BOOKS_DISAGREE, (ref,), usd(120))
    assert isinstance(issue.fix, LookInto)
    assert issue.sentence == (
        "Accounts Receivable (A/R) stands at $1,000.00, its open documents come to $880.00: $120.00 apart."
    )


def test_documents_in_other_currencies_have_no_dollars() -> None:
    """Two open invoices in euros are named, and their worth isn't guessed."""
    refs = (RecordRef(RecordKind.INVOICE, "1", "201"), RecordRef(RecordKind.INVOICE, "2", "202"))
    issue = the_issue(kept(books(foreign_documents=2), Housekeeping(foreign=refs)))
    assert (issue.kind, issue.records) == (IssueKind.FOREIGN_CURRENCY, refs)
    assert issue.money == Unknown(("no exchange rate is read",))
    assert issue.sentence == "2 open documents are in another currency than USD and left out of the forecast."


def test_an_unread_ledger_caps_the_score() -> None:
    """Payroll may be missing: 90 at most, and the score says why."""
    of = hygiene(replace(books(), ledger_unread=True))
    assert (of.issues[0].kind, of.issues[0].fix) == (IssueKind.LEDGER_UNREAD, ReadAgain())
    assert of.score.value == Decimal(90)
    assert of.score.cap is not None
    assert of.score.cap.because == "the general ledger of the bank accounts hasn't been read"


@pytest.mark.parametrize(
    ("alive", "days", "value", "fix"),
    [(True, 0, 100, None), (True, 2, 100, None), (True, 3, 75, ReadAgain()), (False, 0, 50, Reconnect())],
)
def test_a_connection_caps_the_score(alive: bool, days: int, value: int, fix: ReadAgain | Reconnect | None) -> None:
    """Fresh books are what they are; older than two days they cap at 75, without a connection at 50."""
    facts = ConnectionFacts(alive, KNOWN_AT, KNOWN_AT - timedelta(days=days), "" if alive else "the owner disconnected")
    of = hygiene(books(), facts)
    assert of.score.value == Decimal(value)
    assert [issue.fix for issue in of.issues] == ([fix] if fix else [])


def test_a_dead_connection_says_since_when() -> None:
    """Why it ended, and how old the books are."""
    facts = replace(DEAD, checked_at=KNOWN_AT - timedelta(days=9), ended_because="access was revoked")
    (issue,) = hygiene(books(), facts).issues
    assert issue.sentence == (
        "QuickBooks can't be read any more: access was revoked. The books were last read 9 days ago."
    )
    (never,) = hygiene(books(), NEVER_READ).issues
    assert never.sentence == "The books have never been read in full: the forecast rests on what was known then."


def test_what_cannot_be_told_in_money_stands_first_then_most_money() -> None:
    """The connection, then 6,900 in undeposited funds, then a bill of 500."""
    bill = a_bill("Pier 9", 500, issued=days_ago(9), due=days_ago(9))
    waiting = Housekeeping(waiting=(a_waiting_receipt("Oakhaven", 6900, days_ago(40)),))
    of = hygiene(kept(books(bills=[bill], undeposited=6900), waiting), DEAD)
    assert told(of) == [("connection", -1), ("undeposited_funds", 6900), ("doubtful_due_date", 500)]
    assert of.issues[2].key == f"doubtful_due_date Bill/{bill.ref.id}"


def test_a_doubt_says_what_it_does_to_the_runway() -> None:
    """Two entries of a bill of 4,000: without the second, 4,000 stay in the bank, as the engine says."""
    first, again = (
        replace(bill, ref=replace(bill.ref, number="T-7"))
        for bill in (a_bill("Pier 9", 4000, issued=days_ago(n), due=in_days(12)) for n in (19, 18))
    )
    of = books(cash=5000, bills=[first, again])
    engine = RunwayCalculator(futures=200)
    (issue,) = engine.hygiene(a_picture(of)).issues
    assert issue.if_wrong is not None
    assert issue.effect == engine.effect(a_picture(of), issue.if_wrong)
    assert issue.effect.kept is not None
    assert issue.effect.kept.most == usd(4000)
    assert hygiene(of).issues[0].effect is None
