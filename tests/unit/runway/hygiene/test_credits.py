"""Payments and credits that nothing has used: what should be applied, what may wait, what is on the wrong side."""

from dataclasses import replace

from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.hygiene import Applied, ApplyCredit, IssueKind, LookInto, Route
from oodaloo.runway.model.picture import Credit
from oodaloo.runway.model.reference import RecordKind
from tests.support.books import a_bill, a_credit, an_invoice, books, days_ago, history_of, in_days, paid, usd
from tests.support.doubts import a_customer, hygiene, issues_of, kept, numbered, the_issue


def dated(credit: Credit, days: int) -> Credit:
    """The credit of so many days ago."""
    return replace(credit, dated=days_ago(days))


def a_payment(customer: str, amount: int, days: int) -> Credit:
    """A payment that nobody applied."""
    return dated(a_credit(customer, amount, kind=RecordKind.PAYMENT), days)


def a_vendor_credit(vendor: str, amount: int, days: int) -> Credit:
    """A vendor's credit that no bill has used."""
    return dated(a_credit(vendor, amount, kind=RecordKind.VENDOR_CREDIT), days)


def test_a_payment_that_nobody_applied() -> None:
    """5,000 came 12 days ago, and exactly one of two invoices is over 5,000: it is paid, and the other isn't."""
    first = numbered(an_invoice("Alder Health", 3000, due=in_days(2)), "2041")
    second = numbered(an_invoice("Alder Health", 5000, due=in_days(20)), "2055")
    payment = a_payment("Alder Health", 5000, 12)
    issue = the_issue(books(invoices=[first, second], receipts=[payment]))
    assert (issue.kind, issue.records, issue.money) == (IssueKind.UNAPPLIED_PAYMENT, (payment.ref,), usd(5000))
    assert issue.fix == ApplyCredit(payment.ref, (Applied(second.ref, usd(5000)),))
    assert issue.fix.route is Route.THROUGH_QUICKBOOKS_API
    assert issue.related == (second.ref,)
    assert issue.sentence.endswith(
        "has had $5,000.00 left for 12 days, while invoice 2055 over $5,000.00, due Thu, Oct 22, is open: the forecast "
        "takes it off what comes due first."
    )


def test_of_several_invoices_over_one_amount_the_one_due_then() -> None:
    """A retainer of 5,000 each month: what came a week ago is for the one due two weeks ago, not for that of winter."""
    dues = (days_ago(250), days_ago(14), in_days(16))
    winter, september, october = (an_invoice("Alder", 5000, due=day) for day in dues)
    payment = a_payment("Alder", 5000, 7)
    (issue,) = issues_of(IssueKind.UNAPPLIED_PAYMENT, books(invoices=[winter, october, september], receipts=[payment]))
    assert issue.related == (september.ref,)


def test_of_two_payments_of_one_amount_the_one_that_came_then() -> None:
    """3,000 came twice, in July and a week ago; the open invoice was due two weeks ago. July's was paid too much."""
    invoice = an_invoice("Alder", 3000, due=days_ago(14))
    july, now = a_payment("Alder", 3000, 80), a_payment("Alder", 3000, 7)
    found = hygiene(books(invoices=[invoice], receipts=[july, now])).issues
    assert {issue.kind: issue.records for issue in found} == {
        IssueKind.UNAPPLIED_PAYMENT: (now.ref,),
        IssueKind.NEGATIVE_BALANCE: (july.ref,),
    }


def test_a_payment_over_several_invoices_goes_to_the_earliest() -> None:
    """4,500 settle the 3,000 due first and 1,500 of the 5,000 due next."""
    first, second = an_invoice("Alder", 3000, due=in_days(2)), an_invoice("Alder", 5000, due=in_days(20))
    payment = a_payment("Alder", 4500, 1)
    issue = the_issue(books(invoices=[second, first], receipts=[payment]))
    assert issue.fix == ApplyCredit(payment.ref, (Applied(first.ref, usd(3000)), Applied(second.ref, usd(1500))))
    assert issue.money == usd(4500)


def test_a_payment_of_a_customer_for_one_of_its_jobs() -> None:
    """Paid by Alder Health, invoiced to its job Clinic: QuickBooks lets the one settle the other."""
    invoice = an_invoice("Clinic", 900)
    of = books(invoices=[invoice], receipts=[a_payment("Alder Health", 900, 3)])
    listed = Housekeeping((a_customer("Alder Health"), a_customer("Clinic", part_of="Alder Health")))
    assert the_issue(kept(of, listed)).related == (invoice.ref,)


def test_a_credit_memo_waits_for_the_invoice_that_it_was_given_for() -> None:
    """Scope of the open invoice was reduced six weeks ago: its payment will use the credit. After 90 days it hasn't."""
    invoice = an_invoice("Alder", 9000, issued=days_ago(120), due=in_days(3))
    waiting = dated(a_credit("Alder", 500), 42)
    assert hygiene(books(invoices=[invoice], receipts=[waiting])).issues == ()
    forgotten = dated(a_credit("Alder", 500), 95)
    assert the_issue(books(invoices=[invoice], receipts=[forgotten])).kind is IssueKind.UNAPPLIED_CREDIT


def test_a_vendor_credit_that_a_payment_passed_by() -> None:
    """Given 20 days ago; a bill was paid in full since, and what is open came later: somebody forgot the credit."""
    old = a_bill("Lumenprint", 1200, issued=days_ago(45), due=days_ago(15))
    settled, _ = paid(old, days_late=2)
    later = a_bill("Lumenprint", 1000, issued=days_ago(4), due=in_days(26))
    credit = a_vendor_credit("Lumenprint", 180, 20)
    of = books(bills=[later], past_bills=[old], settled=[settled], credits_of_vendors=[credit])
    issue = the_issue(of)
    assert (issue.kind, issue.money, issue.related) == (IssueKind.UNAPPLIED_CREDIT, usd(180), (later.ref,))
    unpaid = books(bills=[later], credits_of_vendors=[credit])
    assert hygiene(unpaid).issues == ()


def test_a_credit_that_nothing_can_use() -> None:
    """A vendor owes us 675 for over a year: no forecast says when that comes back."""
    credit = a_vendor_credit("Lattimer Research", 675, 428)
    issue = the_issue(books(credits_of_vendors=[credit]))
    assert (issue.kind, issue.money) == (IssueKind.NEGATIVE_BALANCE, usd(675))
    assert isinstance(issue.fix, LookInto)
    assert "has had $675.00 left for 428 days, and nothing is open that it could settle" in issue.sentence
    assert hygiene(books(credits_of_vendors=[a_vendor_credit("Lattimer Research", 675, 10)])).issues == ()


def test_a_customer_who_has_paid_too_much() -> None:
    """Nothing is open and 2,000 lie there since ten days: twice paid, in advance, or another customer's."""
    issue = the_issue(books(receipts=[a_payment("Alder", 2000, 10)]))
    assert (issue.kind, issue.money) == (IssueKind.NEGATIVE_BALANCE, usd(2000))
    assert hygiene(books(receipts=[a_payment("Alder", 2000, 3)])).issues == ()


def test_two_payments_share_what_is_open() -> None:
    """600 and 600 against 1,000: the first settles 600 of it, the second the rest, and both are asked about."""
    invoice = an_invoice("Alder", 1000)
    receipts = [a_payment("Alder", 600, 9), a_payment("Alder", 600, 8)]
    found = issues_of(IssueKind.UNAPPLIED_PAYMENT, books(invoices=[invoice], receipts=receipts))
    assert [issue.money for issue in found] == [usd(600), usd(400)]
    whole = hygiene(books(invoices=[invoice], receipts=receipts)).score
    assert (whole.doubtful, whole.forecast) == (usd(1000), usd(1000))


def test_the_customers_history_alone_raises_no_doubt() -> None:
    """Paid invoices and nothing left over."""
    past = history_of("Alder", [3, 9, 4])
    assert hygiene(books(settled=past.items, movements=past.movements)).issues == ()
