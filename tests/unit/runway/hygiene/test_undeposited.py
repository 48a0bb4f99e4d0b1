"""Payments that lie in undeposited funds: usual for days, doubtful for weeks."""

from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.hygiene import DepositPayment, IssueKind
from oodaloo.runway.model.picture import Books, MovementKind
from oodaloo.runway.model.scenario import OneOff, Scenario
from tests.support.books import a_movement, books, days_ago, in_days, usd
from tests.support.doubts import a_waiting_receipt, hygiene, kept, the_issue

TWICE_A_WEEK = (1, 1, 2, 2, 3, 3, 3, 4, 4, 4)


def waiting(days: int, waits: tuple[int, ...], *, deposited_as_income: bool = False) -> Books:
    """A payment of 6,900 that came so many days ago, after such waits of others."""
    receipt = a_waiting_receipt("Oakhaven", 6900, days_ago(days))
    income = a_movement(days_ago(days - 2), 6900, "Deposit", kind=MovementKind.OTHER_RECEIPT)
    of = books(undeposited=6900, movements=[income] if deposited_as_income else [])
    return kept(of, Housekeeping(waiting=(receipt,), waits=waits))


def test_a_cheque_that_never_reached_the_bank() -> None:
    """Others are deposited within 4 days; this one lies there for 46, and the forecast counts on it on Mon, Oct 5."""
    issue = the_issue(waiting(46, TWICE_A_WEEK))
    (ref,) = issue.records
    assert (issue.kind, issue.money) == (IssueKind.UNDEPOSITED_FUNDS, usd(6900))
    assert issue.fix == DepositPayment(ref, usd(6900))
    assert issue.if_wrong == Scenario((OneOff("Undeposited payment that isn't there", in_days(3), usd(-6900)),))
    assert issue.sentence == (
        "Payment 1180 from Oakhaven over $6,900.00 has lain in undeposited funds for 46 days, where nine of ten are "
        "deposited within 4 days; the forecast counts on it on Mon, Oct 5."
    )


def test_a_week_more_than_usual_is_nothing() -> None:
    """4 days are usual here, 11 are let pass, 12 are not."""
    assert hygiene(waiting(11, TWICE_A_WEEK)).issues == ()
    assert len(hygiene(waiting(12, TWICE_A_WEEK)).issues) == 1


def test_a_business_that_deposits_once_a_month() -> None:
    """Where 30 days are usual, 30 days are no doubt."""
    assert hygiene(waiting(30, (12, 20, 25, 28, 30, 30))).issues == ()


def test_without_deposits_to_compare_with() -> None:
    """Two weeks are let pass, and nothing is said about what is usual."""
    assert hygiene(waiting(14, (2, 3))).issues == ()
    assert "nine of ten" not in the_issue(waiting(15, (2, 3))).sentence


def test_the_same_money_may_have_been_booked_as_income() -> None:
    """Two days later 6,900 came into the bank and were booked as income: counted twice if nobody looks."""
    issue = the_issue(waiting(46, TWICE_A_WEEK, deposited_as_income=True))
    assert len(issue.related) == 1
    assert issue.sentence.endswith("came into the bank on Wed, Aug 19 as something else: perhaps the same money.")
