"""What changed in a week and why, in weeks small enough to be worked by hand.

Cash is $50,000 on Friday, Oct 2. Payroll of $20,000 leaves on Oct 9 and 23, Nov 6 and 20: covered until Nov 6.
A week later one payroll has been paid, $30,000 are left, and without anything else the date is still Nov 6.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.attribution import change_between
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.change import Cause, CauseKind, Change, ToldIn
from oodaloo.runway.model.earmarks import Decided, Earmark, EarmarkKind, PlannedDay
from oodaloo.runway.model.housekeeping import Housekeeping, WaitingReceipt
from oodaloo.runway.model.picture import Books, CashMovement, OpenItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import (
    a_bill,
    a_card,
    a_movement,
    a_picture,
    an_invoice,
    books,
    days_ago,
    history_of,
    in_days,
    monthly,
    paid,
    payrolls,
    usd,
)
from tests.support.passing import days_later

ENGINE = RunwayCalculator()
PAYDAY = in_days(7)


def a_payroll(amount: str = "-20000.00", day: date = PAYDAY) -> CashMovement:
    """Friday's payroll."""
    return a_movement(day, amount, category="Wages", category_type="PayrollExpenses", memo=f"Payroll {day}")


def an_agency(
    cash: int = 50_000,
    *,
    invoices: Sequence[OpenItem] = (),
    bills: Sequence[OpenItem] = (),
    movements: Sequence[CashMovement] = (),
    punctual: Sequence[str] = (),
) -> Books:
    """The agency of this page; customers that are `punctual` have always paid on the day."""
    past = [history_of(name, [0] * 8) for name in punctual]
    return books(
        cash,
        invoices=invoices,
        bills=bills,
        settled=[item for some in past for item in some.items],
        movements=[*payrolls(last=days_ago(7)), *movements, *(each for some in past for each in some.movements)],
    )


def change(then: Books, now: Books) -> Change:
    """The change between both."""
    found = change_between(ENGINE.current(a_picture(then)), ENGINE.current(a_picture(now)), ENGINE.current)
    assert isinstance(found, Change)
    assert sum(cause.days for cause in found.causes) == found.days
    assert sum(cause.spendable.cents for cause in found.causes) == found.spendable.cents
    return found


def the_cause(found: Change, kind: CauseKind) -> Cause:
    """The one cause of that kind."""
    (cause,) = [cause for cause in found.causes if cause.kind is kind]
    return cause


def told(found: Change) -> list[tuple[CauseKind, int]]:
    """The causes that moved the date."""
    return [(cause.kind, cause.days) for cause in found.causes if cause.days]


def test_a_week_in_which_everything_went_as_expected() -> None:
    """Payroll was paid. Seven days passed, and the date stands where it was."""
    then = an_agency()
    found = change(then, days_later(then, 7, moved=[a_payroll()]))
    assert (found.then.until, found.now.until, found.days) == (in_days(35), in_days(35), 0)
    assert [(cause.sentence, cause.spendable) for cause in found.causes] == [("7 days passed: 0 days", usd(-20_000))]


def test_a_new_bill() -> None:
    """$12,000 due Oct 20: 30,000 − 12,000 = 18,000, too little for the payroll of Oct 23. Two weeks lost."""
    bill = a_bill("Brightwork", 12_000, issued=in_days(3), due=in_days(18))
    then = an_agency()
    found = change(then, days_later(then, 7, bills=[bill], moved=[a_payroll()]))
    assert told(found) == [(CauseKind.NEW_BILL, -14)]
    cause = the_cause(found, CauseKind.NEW_BILL)
    assert (cause.sentence, cause.records) == ("New bill Brightwork $12,000: −14 days", (bill.ref,))


def test_a_new_invoice() -> None:
    """Alder always pays on the day. $15,000 due Oct 30 pay the payroll of Nov 6: 10,000 + 15,000 − 20,000."""
    then = an_agency(punctual=["Alder"])
    invoice = an_invoice("Alder", 15_000, issued=in_days(3), due=in_days(28))
    found = change(then, days_later(then, 7, invoices=[invoice], moved=[a_payroll()]))
    assert told(found) == [(CauseKind.NEW_INVOICE, 14)]
    assert the_cause(found, CauseKind.NEW_INVOICE).sentence == "New invoice Alder $15,000: +14 days"


def test_money_that_was_expected_has_not_come() -> None:
    """Northwind always paid on the day; $15,000 were due Oct 6 and are expected a few days later now."""
    invoice = an_invoice("Northwind", 15_000, issued=days_ago(24), due=in_days(4))
    then = an_agency(invoices=[invoice], punctual=["Northwind"])
    found = change(then, days_later(then, 7, moved=[a_payroll()]))
    cause = the_cause(found, CauseKind.NOT_RECEIVED)
    assert (cause.spendable, cause.records) == (usd(-15_000), (invoice.ref,))
    assert cause.what.startswith("Northwind, $15,000 expected Tue, Oct 6, has not come, now expected ")


def test_a_customer_paid_early() -> None:
    """Kestrel's $15,000 were due Nov 10, after the payroll of Nov 6; they came on Oct 7, so that it is covered.

    Then: 50,000 − 60,000 on Nov 6. Now: 30,000 + 15,000 − 40,000 on Nov 6, and Nov 20 is short instead.
    """
    invoice = an_invoice("Kestrel", 15_000, issued=days_ago(10), due=in_days(39))
    then = an_agency(invoices=[invoice], punctual=["Kestrel"])
    found = change(then, days_later(then, 7, paid=[(invoice, in_days(5))], moved=[a_payroll()]))
    cause = the_cause(found, CauseKind.RECEIVED_EARLY)
    assert (cause.days, cause.spendable) == (14, usd(15_000))
    assert cause.sentence == "Kestrel paid $15,000 34 days earlier than expected: +14 days"


def test_a_bill_paid_early_and_another_one_late() -> None:
    """Tide was due in November and was paid now; Vellum was due this week and wasn't: both move cash, no date."""
    tide, vellum = a_bill("Tide", 3_000, due=in_days(40)), a_bill("Vellum", 2_000, due=in_days(4))
    then = an_agency(bills=[tide, vellum])
    found = change(then, days_later(then, 7, paid=[(tide, in_days(6))], moved=[a_payroll()]))
    early, late = the_cause(found, CauseKind.PAID_EARLY), the_cause(found, CauseKind.NOT_PAID)
    assert (early.spendable, early.what) == (usd(-3_000), "Tide was paid $3,000 35 days earlier than expected")
    assert (late.spendable, late.what.split(", now")[0]) == (
        usd(2_000),
        "Vellum, $2,000 expected Tue, Oct 6, has not been paid",
    )


def test_payroll_came_to_more() -> None:
    """$21,500 instead of $20,000: 1,500 less, and 28,500 are still enough for one more payroll only."""
    then = an_agency()
    found = change(then, days_later(then, 7, moved=[a_payroll("-21500.00")]))
    cause = the_cause(found, CauseKind.RECURRING_MATCHED)
    assert (cause.spendable, cause.what) == (usd(-1_500), "Payroll came to $21,500 instead of $20,000")


def test_payroll_isnt_in_the_books_yet() -> None:
    """It was due on Friday, today: the money is still there, and leaves on Monday instead."""
    then = an_agency()
    found = change(then, days_later(then, 7))
    cause = the_cause(found, CauseKind.RECURRING_MISSED)
    assert (cause.days, cause.spendable) == (0, usd(20_000))
    assert cause.what == "Payroll, $20,000 expected Fri, Oct 9, isn't in the books yet"


def test_a_flow_that_ended_and_one_that_is_new() -> None:
    """A cleaner came weekly until September and is given up now; a caterer came for the third time."""
    cleaner = [a_movement(days_ago(24 + 7 * n), -400, "Sparkle", category="Cleaning") for n in range(20)]
    caterer = [a_movement(days_ago(23 + 30 * n), -600, "Feast", category="Catering") for n in range(2)]
    then = an_agency(movements=[*cleaner, *caterer])
    third = a_movement(in_days(7), -600, "Feast", category="Catering")
    now = days_later(then, 7, moved=[a_payroll(), third])
    kinds = {cause.kind: cause.what for cause in change(then, now).causes}
    ended, new = kinds[CauseKind.RECURRING_ENDED], kinds[CauseKind.RECURRING_NEW]
    assert ended == "Sparkle, $400 every week, has ended: nothing since Tue, Sep 8"
    assert new == "Feast, $600 every month, is now expected to go on"


def test_the_rent_arrives_as_a_bill_like_every_month() -> None:
    """The bill that the flow was waiting for takes its place: nothing changes, and it is no new bill."""
    days = monthly(5, days_ago(20), 9)
    past = [a_bill("Pier 9", 900, issued=day, due=day + timedelta(days=30)) for day in days]
    settled = [paid(bill, days_late=0) for bill in past[:-1]]
    then = replace(
        an_agency(movements=[movement for _, movement in settled]),
        bills_issued=(*(replace(bill, open=usd(0)) for bill in past[:-1]), past[-1]),
        payables=(past[-1],),
        settled_bills=tuple(item for item, _ in settled),
    )
    bill = a_bill("Pier 9", 900, issued=in_days(3), due=in_days(33))
    found = change(then, days_later(then, 7, paid=[(past[-1], in_days(3))], bills=[bill], moved=[a_payroll()]))
    assert CauseKind.NEW_BILL not in {cause.kind for cause in found.causes}
    assert told(found) == []
    assert found.lowest == usd(0) or abs(found.lowest) < usd(1_000)


def test_a_document_that_was_edited_deleted_or_entered_late() -> None:
    """A bill of 12,000 becomes 2,000, an invoice is deleted, and a bill dated in September appears: corrections."""
    edited = a_bill("Brightwork", 12_000, due=in_days(18))
    deleted = an_invoice("Alder", 4_000, due=in_days(60))
    then = an_agency(bills=[edited], invoices=[deleted])
    later = days_later(then, 7, moved=[a_payroll()])
    smaller = replace(edited, total=usd(2_000), open=usd(2_000))
    late = a_bill("Tide", 700, issued=days_ago(9), due=in_days(20))
    now = replace(
        later,
        payables=(smaller, late),
        bills_issued=(smaller, late),
        receivables=(),
        invoices_issued=(),
    )
    found = change(then, now)
    told_of = {cause.parties[0].name: cause for cause in found.causes if cause.kind is CauseKind.CORRECTED}
    assert told_of["Brightwork"].days == 14
    assert told_of["Brightwork"].what.endswith("of Brightwork was changed from $12,000 to $2,000")
    assert told_of["Alder"].what.endswith("of Alder, $4,000, was deleted")
    assert told_of["Tide"].what.endswith("of Tide, $700, was entered late: it is dated Wed, Sep 23")


def test_spending_that_was_entered_late() -> None:
    """A purchase of last week is entered now: a correction, no spending of this week."""
    then = an_agency()
    found = change(then, days_later(then, 7, moved=[a_payroll(), a_movement(days_ago(3), -900, "Shop")]))
    cause = the_cause(found, CauseKind.CORRECTED)
    assert (cause.spendable, cause.what) == (usd(-900), "Entered late: $900 out, dated Fri, Oct 2 or before")


def test_money_that_nothing_explains() -> None:
    """A check to a shop nobody knew: other spending above usual, which is nothing here."""
    then = an_agency()
    found = change(then, days_later(then, 7, moved=[a_payroll(), a_movement(in_days(4), -900, "Shop")]))
    cause = the_cause(found, CauseKind.OTHER_MONEY)
    assert (cause.spendable, cause.what) == (usd(-900), "Other spending $900 above usual")


def test_a_balance_that_moved_without_a_record() -> None:
    """The bank's balance was corrected in the books: what no record explains is told last."""
    then = an_agency()
    later = days_later(then, 7, moved=[a_payroll()])
    (account,) = later.accounts
    found = change(then, replace(later, accounts=(replace(account, balance=account.balance - usd(300)),)))
    assert (found.causes[-1].kind, found.causes[-1].spendable) == (CauseKind.REST, usd(-300))


def test_a_check_that_waits_to_be_deposited() -> None:
    """Marlow paid as expected, but the check lies in undeposited funds: told as Marlow's, and in no bank yet."""
    invoice = an_invoice("Marlow", 6_400, issued=days_ago(24), due=in_days(4))
    then = an_agency(invoices=[invoice], punctual=["Marlow"])
    later = days_later(then, 7, paid=[(invoice, in_days(4))], moved=[a_payroll()])
    receipt = WaitingReceipt(RecordRef(RecordKind.PAYMENT, "77"), invoice.party, in_days(4), usd(6_400))
    (account,) = later.accounts
    now = replace(
        later,
        accounts=(replace(account, balance=account.balance - usd(6_400)),),
        movements=tuple(movement for movement in later.movements if movement.documents != (invoice.ref,)),
        undeposited=usd(6_400),
        housekeeping=Housekeeping(waiting=(receipt,)),
    )
    found = change(then, now)
    assert found.days == 0
    assert {cause.kind: cause.spendable for cause in found.causes if cause.kind is not CauseKind.TIME} == {
        CauseKind.NOT_RECEIVED: usd(-6_400)
    }
    assert the_cause(found, CauseKind.NOT_RECEIVED).what == "Marlow paid $6,400, which waits to be deposited"


def test_a_card_that_was_used_more() -> None:
    """A card without rhythm is due once in full: 9,000 instead of 2,000 owed are 7,000 more to pay in three weeks."""
    then = replace(an_agency(), cards=(a_card(2_000),))
    (card,) = then.cards
    now = replace(days_later(then, 7, moved=[a_payroll()]), cards=(replace(card, owed=usd(9_000)),))
    found = change(then, now)
    cause = the_cause(found, CauseKind.CARD)
    assert (cause.what, cause.lowest) == ("Visa: $9,000 owed, $2,000 expected", usd(-7_000))


def test_setting_money_aside_and_raising_the_buffer() -> None:
    """5,000 set aside: 25,000 pay one payroll and leave 5,000; with a buffer of 6,000 that is too little on Oct 23."""
    of = an_agency()
    then = ENGINE.current(a_picture(of))
    later = days_later(of, 7, moved=[a_payroll()])
    later = replace(later, business=replace(later.business, buffer=usd(6_000)))
    tax = Earmark("tax", EarmarkKind.RESERVE, "State tax", usd(5_000))
    found = change_between(then, ENGINE.current(picture_of(later, (tax,))), ENGINE.current)
    assert isinstance(found, Change)
    assert [
        (cause.kind, cause.days, cause.spendable) for cause in found.causes if cause.kind is not CauseKind.TIME
    ] == [
        (CauseKind.DECIDED, 0, usd(-5_000)),
        (CauseKind.BUFFER, -14, usd(0)),
    ]
    assert found.causes[-2].what == "Decisions: $5,000 is set aside instead of $0"
    assert found.causes[-1].sentence == "The buffer is now $6,000 instead of $0: −14 days"


def test_a_bill_that_was_delayed() -> None:
    """12,000 due Oct 20 were delayed to Dec 1: 18,000 − 20,000 on Oct 23 becomes 10,000, and Nov 6 is short."""
    bill = a_bill("Brightwork", 12_000, due=in_days(18))
    of = an_agency(bills=[bill])
    then = ENGINE.current(a_picture(of))
    later = days_later(of, 7, moved=[a_payroll()])
    delayed = picture_of(later, (), (PlannedDay(bill.ref, Decided.DELAYED, date(2026, 12, 1)),))
    found = change_between(then, ENGINE.current(delayed), ENGINE.current)
    assert isinstance(found, Change)
    assert told(found) == [(CauseKind.DECIDED, 14)]
    assert found.causes[-1].sentence == "Decisions: 1 bill decided otherwise: +14 days"


def test_small_causes_are_told_together() -> None:
    """Forty vendors weren't paid when expected, a few dollars each: one line, with all of them behind it."""
    bills = [a_bill(f"Vendor {chr(65 + n // 26)}{chr(65 + n % 26)}", 10 + n, due=in_days(4)) for n in range(40)]
    then = an_agency(bills=bills)
    found = change(then, days_later(then, 7, moved=[a_payroll()]))
    late = [cause for cause in found.causes if cause.kind is CauseKind.NOT_PAID]
    assert sum(cause.several for cause in late) == 40
    assert len(found.causes) <= 12
    assert f"{late[-1].several} smaller differences in what was paid to vendors: 0 days" == late[-1].sentence
    assert sum(cause.spendable.cents for cause in late) == sum(bill.open.cents for bill in bills)


def test_without_dates_it_is_told_in_dollars() -> None:
    """With $900,000 both Fridays are covered beyond 13 weeks: the change is 12,000 dollars at the lowest point."""
    then = an_agency(900_000)
    bill = a_bill("Brightwork", 12_000, issued=in_days(3), due=in_days(18))
    found = change(then, days_later(then, 7, bills=[bill], moved=[a_payroll()]))
    assert (found.told_in, found.days, found.at_least) == (ToldIn.DOLLARS, 0, False)
    assert the_cause(found, CauseKind.NEW_BILL).sentence == (
        "New bill Brightwork $12,000: −$12,000 at the lowest point"
    )


def test_a_date_on_one_side_only_is_told_in_days_at_least() -> None:
    """$130,000 last until Jan 1, and $100,000 more beyond what both look at: at least as many days."""
    then = an_agency(120_000)
    income = a_movement(in_days(4), 100_000, "Investor", category="Equity")
    found = change(then, days_later(then, 7, moved=[a_payroll(), income]))
    assert (found.told_in, found.at_least) == (ToldIn.DAYS, True)
    assert found.now.until == in_days(91)


def test_nothing_is_told_where_a_picture_cant_tell() -> None:
    """No account with cash on one of both days: the change is unknown, for that picture's reason."""
    then = ENGINE.current(a_picture(replace(an_agency(), accounts=())))
    now = ENGINE.current(a_picture(an_agency()))
    found = change_between(then, now, ENGINE.current)
    assert isinstance(found, Unknown)
    assert found.because == then.runway.because[:1]


def test_a_customer_is_seen_anew() -> None:
    """Summit had paid once, on the day. Its next three came 10 to 12 days late: the open one is expected later.

    31,000 − 20,000 = 11,000. With 28,500 on Oct 20 the payroll of Oct 23 is covered, with 28,500 on Oct 30 it isn't.
    """
    small = [an_invoice("Summit", 100, issued=days_ago(28 - n), due=in_days(2 + n)) for n in range(3)]
    large = an_invoice("Summit", 28_500, issued=days_ago(5), due=in_days(18))
    habits = history_of("Summit", [0])
    then = books(
        31_000,
        invoices=[*small, large],
        settled=habits.items,
        movements=[*habits.movements, *payrolls(last=days_ago(7))],
    )
    now = days_later(then, 14, paid=[(each, in_days(14)) for each in small], moved=[a_payroll()])
    found = change(then, now)
    assert told(found) == [(CauseKind.REFORECAST, -14)]
    cause = the_cause(found, CauseKind.REFORECAST)
    assert cause.what.startswith("Summit, $28,500 re-forecast from Tue, Oct 20 to ")
    assert cause.what.endswith("(its last 3 payments came 12 days late, 11 days late and 10 days late)")
    assert (cause.parties, set(cause.records)) == ((Party("Summit", "Summit"),), {each.ref for each in small})


def test_money_is_never_in_two_causes() -> None:
    """One payment of two invoices, one of which is new: each invoice has its part of it."""
    known = an_invoice("Alder", 2_000, due=in_days(40))
    new = an_invoice("Alder", 1_000, issued=in_days(2), due=in_days(32))
    then = an_agency(invoices=[known])
    later = days_later(then, 7, paid=[(known, in_days(5)), (new, in_days(5))], invoices=[new], moved=[a_payroll()])
    one, other = [each for each in later.movements if each.documents]
    both = replace(
        one, amount=Money(one.amount.cents + other.amount.cents, one.amount.currency), documents=(known.ref, new.ref)
    )
    movements = tuple(each for each in later.movements if not each.documents)
    now = replace(later, movements=tuple(sorted((*movements, both), key=lambda each: each.dated)))
    causes = {cause.kind: cause.spendable for cause in change(then, now).causes}
    assert (causes[CauseKind.RECEIVED_EARLY], causes[CauseKind.NEW_INVOICE]) == (usd(2_000), usd(1_000))
