"""Due dates that nobody set: each story says what a bookkeeper would ask about, and what they would not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.hygiene import Issue, IssueKind, Route, SetDueDate
from oodaloo.runway.model.picture import Books, OpenItem
from oodaloo.runway.model.scenario import MoveBill, Scenario, SlipInvoice
from tests.support.books import TODAY, a_bill, an_invoice, books, days_ago, in_days, undated, usd
from tests.support.doubts import a_customer, a_vendor, hygiene, kept, net, numbered, the_issue

ISSUED = days_ago(11)


def bill_due(days: int, *, vendor: str = "Pier 9") -> OpenItem:
    """A bill of Sep 21 over 1,995 that is due that many days later."""
    return numbered(a_bill(vendor, 1995, issued=ISSUED, due=ISSUED + timedelta(days=days)), "CR-1147")


def past_bills(*days: int, vendor: str = "Pier 9") -> list[OpenItem]:
    """Paid bills, one for each, that were due that many days after their own dates."""
    dates = [days_ago(60 + 17 * number + number * number) for number in range(len(days))]
    return [
        a_bill(vendor, 500 + number, issued=issued, due=issued + timedelta(days=due))
        for number, (issued, due) in enumerate(zip(dates, days, strict=True))
    ]


def with_terms(of: Books, days: int) -> Books:
    """Pier 9 listed with terms of that many days."""
    return kept(of, Housekeeping(parties=(a_vendor("Pier 9", terms=net(days)),)))


def doubts(of: Books) -> list[Issue]:
    """Only issues about due dates."""
    kinds = (IssueKind.DOUBTFUL_DUE_DATE, IssueKind.MISSING_DUE_DATE)
    return [issue for issue in hygiene(of).issues if issue.kind in kinds]


def test_a_bill_due_on_its_own_date_against_net_30() -> None:
    """Sep 21 + 30 days is Oct 21: 1,995 would leave 30 days too early, and QuickBooks takes the right date from us."""
    bill = bill_due(0)
    issue = the_issue(with_terms(books(bills=[bill]), 30))
    assert (issue.kind, issue.records, issue.money) == (IssueKind.DOUBTFUL_DUE_DATE, (bill.ref,), usd(1995))
    assert issue.fix == SetDueDate(bill.ref, date(2026, 10, 21))
    assert issue.fix.route is Route.THROUGH_QUICKBOOKS_API
    assert issue.if_wrong == Scenario((MoveBill(bill.ref, date(2026, 10, 21)),))
    assert issue.sentence == (
        "Bill CR-1147 of Pier 9 over $1,995.00 is due on Mon, Sep 21, its own date; the terms of Pier 9 give 30 days, "
        "which is Wed, Oct 21, 30 days later."
    )


def test_a_bill_due_months_after_what_the_terms_give() -> None:
    """Due after 92 days where Net 30 is agreed: 62 days of cash that isn't there."""
    issue = the_issue(with_terms(books(bills=[bill_due(92)]), 30))
    assert issue.fix == SetDueDate(issue.records[0], date(2026, 10, 21))
    assert issue.sentence.endswith("give 30 days, which is Wed, Oct 21, 62 days earlier.")


@pytest.mark.parametrize(("terms", "given_days"), [(30, 30), (30, 25), (30, 41), (15, 8), (0, 0), (3, 0), (60, 45)])
def test_a_date_typed_from_the_paper_is_meant(terms: int, given_days: int) -> None:
    """A few days off the terms is what the paper says; due on receipt is due on receipt."""
    assert doubts(with_terms(books(bills=[bill_due(given_days)]), terms)) == []


def test_terms_on_the_bill_itself_outweigh_the_vendors() -> None:
    """The bill names Net 60 and is due after 60 days, though the vendor's list says Net 15: somebody chose that."""
    bill = bill_due(60)
    listed = (a_vendor("Pier 9", terms=net(15)),)
    assert doubts(kept(books(bills=[bill]), Housekeeping(listed, {bill.ref: net(60)}))) == []
    other = bill_due(0)
    told = doubts(kept(books(bills=[other]), Housekeeping(listed, {other.ref: net(60)})))
    assert [issue.fix for issue in told] == [SetDueDate(other.ref, ISSUED + timedelta(days=60))]
    assert "its own terms give 60 days" in told[0].sentence


def test_terms_that_name_a_day_of_the_month_decide_nothing() -> None:
    """ "Due on the 15th" gives 24 days this time and 5 the next: the date is taken as meant."""
    bill = bill_due(24)
    by_day_of_month = net(0).__class__(None, None, None)
    listed = (a_vendor("Pier 9", terms=net(0)),)
    assert doubts(kept(books(bills=[bill]), Housekeeping(listed, {bill.ref: by_day_of_month}))) == []


def test_other_bills_stand_in_for_terms_that_nobody_entered() -> None:
    """Five paid bills were due after 30 days; the sixth is due on its own date, so it was left to QuickBooks."""
    of = books(bills=[bill_due(0)], past_bills=past_bills(30, 30, 31, 30, 30))
    (issue,) = doubts(of)
    assert issue.fix == SetDueDate(issue.records[0], date(2026, 10, 21))
    assert "5 other documents of Pier 9 give 30 days" in issue.sentence


def test_a_vendor_who_is_always_entered_like_that_is_left_alone() -> None:
    """Terms say 30 days, but two of five bills are entered as due on receipt: that is how this vendor is entered."""
    of = books(bills=[bill_due(0)], past_bills=past_bills(0, 30, 0, 30, 30))
    assert doubts(with_terms(of, 30)) == []


def test_an_only_bill_without_terms() -> None:
    """Due on its own date it was filled in, and only the paper can tell; due after 30 days it is taken as meant."""
    (issue,) = doubts(books(bills=[bill_due(0)]))
    assert issue.fix == SetDueDate(issue.records[0], None)
    assert issue.if_wrong is None
    assert issue.sentence.endswith("its own date, as QuickBooks fills in without terms; no terms are known.")
    assert doubts(books(bills=[bill_due(30)])) == []


def test_a_due_date_in_the_wrong_year() -> None:
    """Nobody gives a year and 30 days: a slip even where no terms are known."""
    assert len(doubts(books(bills=[bill_due(395)]))) == 1
    assert len(doubts(books(invoices=[an_invoice(issued=ISSUED, due=ISSUED - timedelta(days=5))]))) == 1


def test_quickbooks_own_30_days_on_an_invoice_of_a_customer_on_net_45() -> None:
    """An invoice without terms is filled in with 30 days; agreed are 45, so the customer will seem to be late."""
    invoice = an_invoice("Alder Health", 4000, issued=ISSUED, due=ISSUED + timedelta(days=30))
    listed = (a_customer("Alder Health", terms=net(45)),)
    (issue,) = doubts(kept(books(invoices=[invoice]), Housekeeping(listed)))
    assert issue.fix == SetDueDate(invoice.ref, ISSUED + timedelta(days=45))
    assert "30 days after its date, as QuickBooks fills in" in issue.sentence
    assert issue.if_wrong == Scenario((SlipInvoice(invoice.ref, 15),))
    agreed = (a_customer("Alder Health", terms=net(30)),)
    assert doubts(kept(books(invoices=[invoice]), Housekeeping(agreed))) == []


def test_a_document_without_due_date() -> None:
    """It counts as due when issued; the vendor's terms say what is probably right."""
    bill = undated(bill_due(30))
    (issue,) = doubts(with_terms(books(bills=[bill]), 30))
    assert (issue.kind, issue.fix) == (IssueKind.MISSING_DUE_DATE, SetDueDate(bill.ref, date(2026, 10, 21)))
    assert issue.sentence == (
        "Bill CR-1147 of Pier 9 over $1,995.00 has no due date and counts as due on Mon, Sep 21; the terms of Pier 9 "
        "would give Wed, Oct 21."
    )
    (untold,) = doubts(books(invoices=[undated(an_invoice())]))
    assert untold.fix == SetDueDate(untold.records[0], None)


def test_what_is_paid_is_never_asked_about() -> None:
    """Only open documents are dated in the forecast."""
    assert doubts(with_terms(books(past_bills=past_bills(0, 0, 30)), 30)) == []


def test_a_right_day_that_has_passed_moves_the_payment_to_tomorrow() -> None:
    """Due on Aug 23 by its terms and still open: if that is right, it is paid as soon as possible."""
    bill = a_bill("Pier 9", issued=days_ago(70), due=in_days(60))
    (issue,) = doubts(with_terms(books(bills=[bill]), 30))
    assert issue.if_wrong == Scenario((MoveBill(bill.ref, in_days(1)),))


@given(st.integers(0, 120), st.integers(0, 120))
def test_terms_that_were_kept_are_never_doubted(terms: int, late: int) -> None:
    """Whatever the terms and however old the bill, a due date that follows from them is right."""
    bill = a_bill("Pier 9", issued=days_ago(late), due=days_ago(late) + timedelta(days=terms))
    assert doubts(with_terms(books(bills=[bill]), terms)) == []
    assert bill.issued <= TODAY
