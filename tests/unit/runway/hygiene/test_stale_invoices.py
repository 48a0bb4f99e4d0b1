"""Invoices that are open far longer than their customer ever took."""

from dataclasses import replace

from oodaloo.runway.model.hygiene import IssueKind, Route, SettleInvoice
from oodaloo.runway.model.picture import Books, MovementKind
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.scenario import Drop, Scenario
from tests.support.books import a_credit, a_movement, an_invoice, books, days_ago, history_of, usd
from tests.support.doubts import hygiene, issues_of, numbered


def late(days: int, lateness: list[int], *, customer: str = "Alder Health") -> Books:
    """An invoice of 6,000 that is so many days late, of a business whose customer paid others that late."""
    invoice = numbered(an_invoice("Alder Health", 6000, issued=days_ago(days + 30), due=days_ago(days)), "2261")
    past = history_of(customer, lateness)
    return books(invoices=[invoice], settled=past.items, movements=past.movements)


def is_stale(of: Books) -> bool:
    """Whether anything is taken for stale."""
    return bool(issues_of(IssueKind.STALE_INVOICE, of))


def test_half_a_year_late_of_a_customer_who_never_took_more_than_35_days() -> None:
    """Invoices issued later were paid meanwhile: either this one was too, or it never will be."""
    (issue,) = issues_of(IssueKind.STALE_INVOICE, late(181, [10, 35, 20, 12]))
    assert (issue.money, issue.fix) == (usd(6000), SettleInvoice(issue.records[0], None))
    assert issue.fix.route is Route.THROUGH_QUICKBOOKS_API
    assert issue.if_wrong == Scenario((Drop(issue.records[0]),))
    assert issue.sentence == (
        "Invoice 2261 to Alder Health has $6,000.00 open and is 181 days late; Alder Health never paid more than 35 "
        "days late. 4 later ones are paid. Paid and not recorded, or not coming."
    )


def test_late_is_not_stale() -> None:
    """Within its own longest lateness plus 30 days (or half of it) an invoice is late, and chased instead."""
    assert not is_stale(late(65, [10, 35, 20]))
    assert is_stale(late(66, [10, 35, 20]))
    assert not is_stale(late(150, [10, 100, 20]))
    assert is_stale(late(151, [10, 100, 20]))


def test_the_best_payers_get_six_weeks() -> None:
    """A customer who always paid early isn't asked about after 31 days."""
    assert not is_stale(late(44, [-5, -3, -4]))
    assert is_stale(late(45, [-5, -3, -4]))


def test_a_new_customer_is_compared_with_all_others() -> None:
    """Others took at most 20 days; without any paid invoice half a year has to pass."""
    assert is_stale(late(51, [10, 20, 5], customer="Basswood"))
    assert not is_stale(late(180, []))
    assert is_stale(late(181, []))


def test_the_same_amount_came_in_as_something_else() -> None:
    """6,000 were deposited as income: that is probably its payment, and it has to be linked by hand."""
    of = late(181, [10, 35, 20])
    income = a_movement(days_ago(150), 6000, "Deposit", kind=MovementKind.OTHER_RECEIPT)
    (issue,) = issues_of(IssueKind.STALE_INVOICE, replace(of, movements=(*of.movements, income)))
    assert issue.fix == SettleInvoice(issue.records[0], income.ref)
    assert issue.fix.route is Route.BY_HAND_IN_QUICKBOOKS
    assert "The same amount came in on Tue, May 5 as something else." in issue.sentence


def test_money_that_lies_there_unapplied_settles_it() -> None:
    """181 days late, and its 6,000 came in and were applied to nothing: one doubt, not two."""
    of = late(181, [10, 35, 20])
    payment = a_credit("Alder Health", 6000, kind=RecordKind.PAYMENT)
    found = hygiene(replace(of, unapplied_receipts=(payment,))).issues
    assert [issue.kind for issue in found] == [IssueKind.UNAPPLIED_PAYMENT]
    for other in (usd(4000), usd(7000)):
        assert is_stale(replace(of, unapplied_receipts=(replace(payment, remaining=other),)))


def test_one_receipt_pays_one_invoice() -> None:
    """Two stale invoices over 6,000 and one deposit of 6,000: it is shown with the older one."""
    of = late(181, [10, 35, 20])
    older = an_invoice("Alder Health", 6000, issued=days_ago(240), due=days_ago(210))
    income = a_movement(days_ago(150), 6000, "Deposit", kind=MovementKind.OTHER_RECEIPT)
    both = replace(of, receivables=(*of.receivables, older), movements=(*of.movements, income))
    found = {issue.records[0]: issue.related for issue in issues_of(IssueKind.STALE_INVOICE, both)}
    assert found == {older.ref: (income.ref,), of.receivables[0].ref: ()}
