"""Laws of the hygiene score: from 0 to 100, no order, one dollar once, and no doubt ever raises it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from hypothesis import assume, given
from hypothesis import strategies as st

from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.hygiene import ConnectionFacts, IssueKind
from oodaloo.runway.model.picture import BookCheck, Books, OpenItem
from oodaloo.runway.model.reference import RecordKind
from tests.support.books import (
    KNOWN_AT,
    a_bill,
    a_credit,
    an_account,
    an_invoice,
    books,
    days_ago,
    in_days,
    undated,
    usd,
)
from tests.support.doubts import a_vendor, a_waiting_receipt, hygiene, kept, net, numbered, unsorted_spending

_T = TypeVar("_T")

VENDORS = ("Pier 9", "Lumenprint", "Hollis Data", "Okonjo Studio")
REPEATED = ("Twice", "Greylock")
CUSTOMERS = ("Alder Health", "Foxglove Hotels", "Basswood Credit Union")
LISTED = tuple(a_vendor(name, terms=net(30)) for name in (*VENDORS, *REPEATED))
NET_30 = timedelta(days=30)


@st.composite
def clean_books(draw: st.DrawFn) -> Books:
    """Open bills on Net 30 and invoices not long due, each of another amount; nothing that anybody would ask about.

    Among them are the bills that some flaws repeat: a doubled bill alone is a flaw, the first one is none.
    """
    bills = [
        numbered(a_bill(draw(st.sampled_from(VENDORS)), dollars, issued=issued, due=issued + NET_30), "")
        for dollars, issued in draw(_documents)
    ]
    first = numbered(a_bill("Twice", draw(_dollars), issued=days_ago(9), due=in_days(21)), "T-1")
    spelled = [
        numbered(a_bill("Greylock", dollars, issued=days_ago(3 * dollars), due=days_ago(3 * dollars) + NET_30), "")
        for dollars in (1, 2)
    ]
    invoices = [
        an_invoice(draw(st.sampled_from(CUSTOMERS)), dollars, issued=issued, due=issued + NET_30)
        for dollars, issued in draw(_documents)
    ]
    of = books(bills=[*bills, first, *spelled], invoices=invoices, undeposited=draw(st.integers(0, 5000)))
    return kept(of, Housekeeping(parties=LISTED))


_dollars = st.integers(1, 10**9)
_documents = st.lists(
    st.tuples(_dollars, st.integers(0, 60).map(days_ago)),
    max_size=6,
    unique_by=lambda document: document[0],
)


@dataclass(frozen=True)
class Flaw:
    """A way to spoil books, and what should be found then."""

    kind: IssueKind
    spoil: Callable[[Books, int], Books]


def _with_bill(of: Books, bill: OpenItem) -> Books:
    return replace(of, payables=(*of.payables, bill), bills_issued=(*of.bills_issued, bill))


def _with_invoice(of: Books, invoice: OpenItem) -> Books:
    return replace(of, receivables=(*of.receivables, invoice), invoices_issued=(*of.invoices_issued, invoice))


def _with_housekeeping(of: Books, **changes: object) -> Books:
    return kept(of, replace(of.housekeeping, **changes))  # type: ignore[arg-type]


def _unapplied(of: Books, dollars: int) -> Books:
    """A payment of an invoice that is still shown as open."""
    spoiled = _with_invoice(of, an_invoice("Payer", dollars))
    receipt = a_credit("Payer", dollars, kind=RecordKind.PAYMENT)
    return replace(spoiled, unapplied_receipts=(*of.unapplied_receipts, receipt))


def _twice(of: Books, _dollars: int) -> Books:
    """The second entry of a bill."""
    first = next(bill for bill in of.payables if bill.ref.number == "T-1")
    again = numbered(a_bill("Twice", str(first.total), issued=days_ago(8), due=in_days(22)), "T-1")
    return _with_bill(of, again)


def _undeposited(of: Books, dollars: int) -> Books:
    waiting = (*of.housekeeping.waiting, a_waiting_receipt("Payer", dollars, days_ago(50)))
    return replace(_with_housekeeping(of, waiting=waiting), undeposited=of.undeposited + usd(dollars))


def _spelled_twice(of: Books, dollars: int) -> Books:
    """A bill under a vendor's second spelling."""
    listed = (*of.housekeeping.parties, a_vendor("Greylock LLC", terms=net(30)))
    bill = numbered(a_bill("Greylock LLC", dollars + 2, issued=days_ago(20), due=in_days(10)), "")
    return _with_bill(_with_housekeeping(of, parties=listed), bill)


FLAWS = (
    Flaw(
        IssueKind.DOUBTFUL_DUE_DATE,
        lambda of, dollars: _with_bill(of, a_bill("Pier 9", dollars, issued=days_ago(9), due=days_ago(9))),
    ),
    Flaw(IssueKind.MISSING_DUE_DATE, lambda of, dollars: _with_bill(of, undated(a_bill("Pier 9", dollars)))),
    Flaw(
        IssueKind.STALE_INVOICE,
        lambda of, dollars: _with_invoice(of, an_invoice("Gone", dollars, issued=days_ago(300), due=days_ago(270))),
    ),
    Flaw(IssueKind.UNAPPLIED_PAYMENT, _unapplied),
    Flaw(IssueKind.UNDEPOSITED_FUNDS, _undeposited),
    Flaw(IssueKind.DUPLICATE_BILL, _twice),
    Flaw(IssueKind.DUPLICATE_VENDOR, _spelled_twice),
    Flaw(
        IssueKind.UNCATEGORIZED,
        lambda of, dollars: _with_housekeeping(
            of, unsorted=(*of.housekeeping.unsorted, unsorted_spending(days_ago(4), dollars))
        ),
    ),
    Flaw(
        IssueKind.NEGATIVE_BALANCE,
        lambda of, dollars: replace(of, accounts=(*of.accounts, an_account(-dollars, name="Payroll account"))),
    ),
    Flaw(
        IssueKind.BOOKS_DISAGREE,
        lambda of, dollars: replace(of, checks=(*of.checks, BookCheck("A/R", usd(dollars), usd(0)))),
    ),
)

spoiling = st.lists(st.tuples(st.sampled_from(FLAWS), _dollars), max_size=4, unique_by=lambda one: one[0].kind)


def spoiled(of: Books, flaws: list[tuple[Flaw, int]]) -> Books:
    """The books with these flaws, one after another."""
    for flaw, dollars in flaws:
        of = flaw.spoil(of, dollars)
    return of


@given(clean_books())
def test_clean_books_score_a_hundred(of: Books) -> None:
    """No issue, and a hundred."""
    found = hygiene(of)
    assert found.issues == ()
    assert found.score.value == 100


@given(clean_books(), spoiling, st.tuples(st.sampled_from(FLAWS), _dollars))
def test_a_further_flaw_never_raises_the_score(
    of: Books, flaws: list[tuple[Flaw, int]], further: tuple[Flaw, int]
) -> None:
    """However bad the books are already, and however large the flaw is."""
    assume(further[0].kind not in {flaw.kind for flaw, _ in flaws})
    before = spoiled(of, flaws)
    assert hygiene(spoiled(before, [further])).score.value <= hygiene(before).score.value


@given(clean_books(), spoiling)
def test_every_flaw_is_found_and_the_score_stays_a_score(of: Books, flaws: list[tuple[Flaw, int]]) -> None:
    """Each by its kind; the score between 0 and 100, the doubtful money within the forecast's."""
    found = hygiene(spoiled(of, flaws))
    assert {flaw.kind for flaw, _ in flaws} <= {issue.kind for issue in found.issues}
    assert 0 <= found.score.value <= 100
    assert 0 <= found.score.doubtful.cents <= found.score.forecast.cents


@given(clean_books(), spoiling, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(of: Books, flaws: list[tuple[Flaw, int]], dice: random.Random) -> None:
    """Open documents, credits, accounts and lists in any order give the same issues in the same order."""
    first = spoiled(of, flaws)
    lists = first.housekeeping
    mixed = replace(
        first,
        receivables=_shuffled(first.receivables, dice),
        payables=_shuffled(first.payables, dice),
        unapplied_receipts=_shuffled(first.unapplied_receipts, dice),
        accounts=_shuffled(first.accounts, dice),
        checks=_shuffled(first.checks, dice),
        housekeeping=replace(lists, parties=_shuffled(lists.parties, dice), waiting=_shuffled(lists.waiting, dice)),
    )
    assert hygiene(mixed) == hygiene(first)


@given(clean_books(), spoiling, st.booleans(), st.integers(0, 400))
def test_a_cap_only_ever_lowers_the_score(of: Books, flaws: list[tuple[Flaw, int]], alive: bool, days: int) -> None:
    """Whatever the connection is like."""
    spoiled_books = spoiled(of, flaws)
    facts = ConnectionFacts(alive, KNOWN_AT, KNOWN_AT - timedelta(days=days))
    capped, free = hygiene(spoiled_books, facts).score, hygiene(spoiled_books).score
    assert capped.value <= free.value
    assert (capped.cap is not None) == (not alive or days > 2)


def _shuffled(some: tuple[_T, ...], dice: random.Random) -> tuple[_T, ...]:
    return tuple(dice.sample(some, len(some)))
