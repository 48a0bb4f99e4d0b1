"""Bills that were entered twice, and bills that only look like it."""

from dataclasses import replace
from datetime import date

import pytest

from oodaloo.runway.calculators.hygiene.bill_numbers import Likeness, likeness
from oodaloo.runway.model.hygiene import DeleteDuplicate, IssueKind, Route
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.scenario import Drop, Scenario
from tests.support.books import a_bill, books, days_ago, every, in_days, monthly, usd
from tests.support.doubts import hygiene, issues_of, numbered


def a_numbered_bill(number: str, days: int, *, amount: int = 1095, vendor: str = "Juno Kessler") -> OpenItem:
    """A bill of so many days ago under that number, due after 30 days."""
    return numbered(a_bill(vendor, amount, issued=days_ago(days), due=in_days(30 - days)), number)


def doubles(bills: list[OpenItem], past: list[OpenItem] | None = None) -> list[OpenItem]:
    """Which of the open bills are taken for second entries."""
    found = issues_of(IssueKind.DUPLICATE_BILL, books(bills=bills, past_bills=past or []))
    by_ref = {bill.ref: bill for bill in bills}
    return [by_ref[issue.records[0]] for issue in found]


def test_a_bill_that_was_typed_in_twice() -> None:
    """Same vendor, same amount, a day apart, the number with an A: the later entry goes, once somebody confirms."""
    first, again = a_numbered_bill("JKS-1210", 39), a_numbered_bill("JKS-1210-A", 38)
    (issue,) = issues_of(IssueKind.DUPLICATE_BILL, books(bills=[first, again]))
    assert (issue.records, issue.related, issue.money) == ((again.ref,), (first.ref,), usd(1095))
    assert issue.fix == DeleteDuplicate(again.ref, first.ref)
    assert issue.fix.route is Route.THROUGH_QUICKBOOKS_API
    assert issue.if_wrong == Scenario((Drop(again.ref),))
    assert issue.sentence == (
        "Bill JKS-1210-A of Juno Kessler looks like bill JKS-1210 of Mon, Aug 24 entered twice: both over $1,095.00, "
        "dated 1 day apart; the other one is open too."
    )


def test_the_first_entry_is_paid_already() -> None:
    """Then the open one is the second, whichever was entered first."""
    paid, again = a_numbered_bill("77", 39), a_numbered_bill("77", 38)
    assert doubles([again], [paid]) == [again]
    entered_first, paid_later = a_numbered_bill("78", 39), a_numbered_bill("78", 38)
    assert doubles([entered_first], [paid_later]) == [entered_first]


def test_two_paid_bills_are_past_mending() -> None:
    """No forecast rests on them any more."""
    assert doubles([], [a_numbered_bill("77", 39), a_numbered_bill("77", 38)]) == []


def test_entered_under_the_second_spelling_of_the_vendor() -> None:
    """Juno Kessler and Juno Kessler LLC are one."""
    first, again = a_numbered_bill("1210", 39), a_numbered_bill("1210", 37, vendor="Juno Kessler, LLC")
    assert doubles([first, again]) == [again]


def test_a_vendors_next_bill_of_the_same_amount() -> None:
    """1210 and 1217 on one day, or a week apart: two jobs at one price."""
    assert doubles([a_numbered_bill("1210", 39), a_numbered_bill("1217", 39)]) == []
    assert doubles([a_numbered_bill("1210", 39), a_numbered_bill("1211", 32)]) == []


def test_weekly_bills_of_one_amount_without_numbers() -> None:
    """Cleaning, 240 every Monday: eight open bills, no doubt. One more the day after a Monday is one too many."""
    weekly = [
        numbered(a_bill("Brightside Cleaning", 240, issued=day, due=in_days(9)), "")
        for day in every(7, date(2026, 9, 28), 8)
    ]
    assert doubles(weekly) == []
    extra = numbered(a_bill("Brightside Cleaning", 240, issued=date(2026, 9, 29), due=in_days(9)), "")
    assert doubles([*weekly, extra]) == [extra]


def test_two_rents_of_one_amount_each_month() -> None:
    """Two rooms, 1,800 each, billed on one day without numbers, and paid so for a year: that is how it is."""
    past = [
        numbered(a_bill("Pier 9", 1800, issued=day, due=day), "")
        for day in monthly(1, date(2026, 9, 1), 12)
        for _ in range(2)
    ]
    now = [numbered(a_bill("Pier 9", 1800, issued=date(2026, 10, 1), due=in_days(4)), "") for _ in range(2)]
    assert doubles(now, past) == []
    assert doubles(now) == [now[1]]


def test_the_number_of_an_account_is_no_number_of_a_bill() -> None:
    """Brightloop bills 160 each month under the account's number: a year of them, three open, none twice."""
    bills = [
        numbered(a_bill("Brightloop Fiber", 160, issued=day, due=in_days(9)), "ACCT 4471")
        for day in monthly(18, date(2026, 9, 18), 12)
    ]
    assert doubles(bills[-3:], bills[:-3]) == []
    again = numbered(a_bill("Brightloop Fiber", 160, issued=date(2026, 9, 19), due=in_days(9)), "ACCT 4471")
    assert doubles([*bills[-3:], again], bills[:-3]) == [again]


def test_instalments_bear_one_number() -> None:
    """1042-1 and 1042-2 over the same half: neighbours, not twins."""
    assert doubles([a_numbered_bill("1042-1", 10), a_numbered_bill("1042-2", 9)]) == []


def test_another_amount_or_another_vendor_is_another_bill() -> None:
    """One number proves nothing by itself."""
    assert doubles([a_numbered_bill("1", 9), a_numbered_bill("1", 9, amount=1096)]) == []
    assert doubles([a_numbered_bill("1", 9), a_numbered_bill("1", 9, vendor="Hollis Data")]) == []


def test_three_entries_of_one_bill() -> None:
    """Two of them go, each once."""
    first, second, third = (a_numbered_bill("JKS-9", 20 - n) for n in range(3))
    assert doubles([first, second, third]) == [second, third]


def test_part_of_the_second_entry_is_paid() -> None:
    """Only what is still open is counted on."""
    first, again = a_numbered_bill("9", 20), replace(a_numbered_bill("9", 19), open=usd(95))
    (issue,) = issues_of(IssueKind.DUPLICATE_BILL, books(bills=[first, again]))
    assert issue.money == usd(95)


def test_order_of_entry_decides_not_order_in_the_books() -> None:
    """The same bills the other way round give the same answer."""
    first, again = a_numbered_bill("JKS-9", 20), a_numbered_bill("JKS-9A", 19)
    assert doubles([again, first]) == doubles([first, again]) == [again]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("JKS-1210", "jks 1210", Likeness.SAME),
        ("00412", "412", Likeness.SAME),
        ("JKS-1210", "JKS-1210-A", Likeness.SIMILAR),
        ("1210", "1210 (2)", Likeness.SIMILAR),
        ("1210", "1210 copy", Likeness.SIMILAR),
        ("INV-1210", "1210", Likeness.SIMILAR),
        ("1O1O", "1010", Likeness.SIMILAR),
        ("CR-1147", "CR-1174", Likeness.SIMILAR),
        ("1210", "1211", Likeness.OTHER),
        ("1210", "1210-2", Likeness.OTHER),
        ("1210-A", "1210-B", Likeness.OTHER),
        ("CR-1147", "CR-1155", Likeness.OTHER),
        ("A-1147", "B-1147", Likeness.OTHER),
        ("", "1210", Likeness.UNKNOWN),
        ("#", "1210", Likeness.UNKNOWN),
    ],
)
def test_numbers_as_people_type_them(one: str, other: str, alike: Likeness) -> None:
    """What is the same number, what may be, and what is the next one; whichever was typed first."""
    assert likeness(one, other) is likeness(other, one) is alike


def test_no_bills_no_doubles() -> None:
    """Nothing to compare."""
    assert hygiene(books()).issues == ()
