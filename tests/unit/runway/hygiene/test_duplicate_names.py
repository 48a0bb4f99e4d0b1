"""Customers and vendors that are listed twice, and neighbours in the list that are two."""

from dataclasses import replace

import pytest

from oodaloo.runway.calculators.hygiene.spelling import is_same_name
from oodaloo.runway.model.housekeeping import Housekeeping, ListedParty
from oodaloo.runway.model.hygiene import IssueKind, MergeNames, Route
from oodaloo.runway.model.picture import Books, OpenItem
from tests.support.books import a_bill, an_invoice, books, days_ago, usd
from tests.support.doubts import a_customer, a_vendor, hygiene, issues_of, kept, the_issue


def past_bills(vendor: str, many: int) -> list[OpenItem]:
    """Paid bills of different amounts."""
    return [a_bill(vendor, 500 + n, issued=days_ago(90 + 11 * n), due=days_ago(60 + 11 * n)) for n in range(many)]


def pairs(*listed: ListedParty) -> int:
    """How many duplicates there are among vendors that have two bills each."""
    past = [bill for each in listed for bill in past_bills(each.name, 2)]
    of = kept(books(past_bills=past), Housekeeping(listed))
    return len(issues_of(IssueKind.DUPLICATE_VENDOR, of))


def test_a_vendor_in_two_spellings() -> None:
    """One bill of 700 under the new name, five under the old: the new one is merged into the old, by hand."""
    listed = (a_vendor("Greylock Web Works LLC"), a_vendor("Greylock Web Works"))
    bill = a_bill("Greylock Web Works LLC", 700)
    of = books(bills=[bill], past_bills=past_bills("Greylock Web Works", 5))
    issue = the_issue(kept(of, Housekeeping(listed)))
    assert (issue.kind, issue.records) == (IssueKind.DUPLICATE_VENDOR, (listed[0].ref, listed[1].ref))
    assert issue.money == usd(700)
    assert issue.fix == MergeNames(kept=listed[1].ref, merged=listed[0].ref)
    assert issue.fix.route is Route.BY_HAND_IN_QUICKBOOKS
    assert issue.sentence == (
        "Vendor Greylock Web Works LLC looks like Greylock Web Works listed twice (the names differ in spelling only): "
        "1 record stands under it, with $700.00 open, and what is known about one isn't used for the other."
    )


def test_a_customer_in_two_spellings() -> None:
    """Its invoices are known by the customer whose name they bear."""
    listed = (a_customer("Foxglove Hotels"), a_customer("Foxglove Hotel"))
    of = books(invoices=[an_invoice("Foxglove Hotels", 300), an_invoice("Foxglove Hotel", 900)])
    assert the_issue(kept(of, Housekeeping(listed))).kind is IssueKind.DUPLICATE_CUSTOMER


def test_one_address_for_two_names_with_a_word_in_common() -> None:
    """Maya Ortiz and Ortiz Creative get their mail at one address."""
    mail = "maya@ortiz.example"
    assert pairs(a_vendor("Maya Ortiz", email=mail), a_vendor("Ortiz Creative", email=mail.upper())) == 1
    assert pairs(a_vendor("Ortiz One", phone="(312) 555-0117"), a_vendor("Ortiz Two", phone="+1 312 555 0117")) == 1


def test_an_office_that_answers_for_many() -> None:
    """Two businesses of one owner, or three clients of one accountant, share an address and are still several."""
    mail = "ap@holding.example"
    assert pairs(a_vendor("Acme Foods", email=mail), a_vendor("Borealis Print", email=mail)) == 0
    assert pairs(*(a_vendor(f"Harbor {name}", email=mail) for name in ("North", "South", "East"))) == 0


def test_a_customer_and_its_jobs() -> None:
    """Jobs bear their customer's name and address, on purpose."""
    jobs = [
        replace(a_customer(f"Alder Health {place}", email="pay@alder.example"), part_of="Alder Health")
        for place in ("Clinic", "Clinics")
    ]
    listed = (a_customer("Alder Health", email="pay@alder.example"), *jobs)
    of: Books = books(invoices=[an_invoice(each.name, 100 + n) for n, each in enumerate(listed)])
    assert hygiene(kept(of, Housekeeping(listed))).issues == ()


def test_a_name_that_is_used_no_more() -> None:
    """Made inactive, or without any document: nothing rests on it."""
    one, other = a_vendor("Greylock LLC"), a_vendor("Greylock")
    past = [*past_bills("Greylock LLC", 1), *past_bills("Greylock", 2)]
    inactive = kept(books(past_bills=past), Housekeeping((replace(one, active=False), other)))
    assert hygiene(inactive).issues == ()
    unused = kept(books(past_bills=past_bills("Greylock", 2)), Housekeeping((one, other)))
    assert hygiene(unused).issues == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Greylock Web Works", "Greylock Web Works, L.L.C."),
        ("Harbor & Pine", "Harbor and Pine Inc."),
        ("The Copper Ladle", "Copper Ladle Co"),
        ("Ortiz, Maya", "Maya Ortiz"),
        ("BrightWorks Studio", "Bright Works Studio"),
        ("Café Lumière", "Cafe Lumiere"),
        ("O'Hara Print", "OHara Print"),
        ("Hollis Data", "Hollis Data (2)"),
        ("Stagecraft Rentals", "Stagecraft Rental"),
        ("Vasquez Consulting", "Vasquez Consutling"),
        ("Juniper Hospitality", "Juniper Hospitelity"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    """Legal forms, signs, order, spaces, accents, and one slip in a long word; whichever comes first."""
    assert is_same_name(one, other)
    assert is_same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pier 9 Properties", "Pier 6 Properties"),
        ("Branch 12", "Branch 13"),
        ("Zora Radley Animation", "Nora Radley Animation"),
        ("Ida Merrick Scripting", "Ira Merrick Scripting"),
        ("Marlow Dental", "Harlow Dental"),
        ("Northgate Media", "Southgate Media"),
        ("Comcast", "Comcast Business"),
        ("Alder Health North", "Alder Health South"),
        ("Ada Print", "Ida Print"),
        ("Smith Legal", "Smyth Legal"),
        ("LLC", "Inc"),
    ],
)
def test_names_that_are_two(one: str, other: str) -> None:
    """Numbers, first letters, short words and added words tell companies apart."""
    assert not is_same_name(one, other)
    assert not is_same_name(other, one)
