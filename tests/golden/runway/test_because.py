"""What a runway says about itself, as a person reads it; each text is headed by the story it belongs to.

`python -m tests.golden.runway.test_because` rewrites the texts; read every line of the difference before committing it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from oodaloo.runway.model.picture import BookCheck, Books, MovementKind
from oodaloo.runway.model.runway import Runway
from tests.support.books import (
    TODAY,
    a_bill,
    a_card,
    a_credit,
    a_movement,
    an_account,
    an_invoice,
    assessed,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    monthly,
    numbered_anew,
    paid,
    payrolls,
    usd,
)

HERE = Path(__file__).parent


def payroll_before_the_customer_pays() -> Books:
    """A small agency has $52,000 on a Friday. Payroll of $20,600 runs every second Friday, next in a week.

    Its landlord is owed $9,800 on Monday. Its one large customer owes $28,500, due in ten days, and has paid
    18 to 21 days late six times: the money comes when the second payroll is already short.
    """
    history = history_of("Summit Credit Union", [18, 19, 19, 20, 21, 21])
    return books(
        52_000,
        buffer=5_000,
        bills=[a_bill("Pier 9 Properties", 9_800, due=in_days(3))],
        invoices=[an_invoice("Summit Credit Union", 28_500, due=in_days(10))],
        settled=history.items,
        movements=[*history.movements, *payrolls("-20600.00", last=days_ago(7))],
    )


def four_clients_are_all_needed() -> Books:
    """Payroll of $20,600 comes on Friday, Oct 9 and again on Oct 23; there are $22,000, and no buffer.

    Four clients owe $6,000 each, due on the 14th. Each usually pays on time, but every third invoice comes a month
    late: any one of them is likely to have paid before the 23rd, and yet one of the four usually hasn't.
    """
    names = ("Fennel & Rye", "Oak Street Gym", "Juniper Hotels", "Loma Foods")
    history = [history_of(name, [0, 31, 0, 0, 30, 0, 0, 32, 0]) for name in names]
    return books(
        22_000,
        invoices=[an_invoice(name, 6_000, due=in_days(12)) for name in names],
        settled=[item for some in history for item in some.items],
        movements=[
            *(movement for some in history for movement in some.movements),
            *payrolls("-20600.00", last=days_ago(7)),
        ],
    )


def a_calm_agency() -> Books:
    """A design studio with $90,000 and three clients who pay $9,000 a month each, a few days late at most.

    Rent is $4,200 on the 1st, payroll $8,500 every second Friday. A bill of $1,900 is open, nothing is late, and
    what comes in covers what goes out with some to spare.
    """
    clients = ("Alder Health", "Juniper Hotels", "Ridgeway Schools")
    invoices = [
        an_invoice(name, 9_000, issued=day, due=day + timedelta(days=15))
        for name in clients
        for day in monthly(1, TODAY, 14)
    ]
    settled = [paid(each, days_late=n % 4) for n, each in enumerate(invoices) if each.issued < days_ago(30)]
    rent = [a_movement(day, -4_200, "Pier 9 Properties", category="Rent") for day in monthly(1, TODAY, 14)]
    return books(
        90_000,
        buffer=10_000,
        invoices=[each for each in invoices if each.issued >= days_ago(30)],
        past_invoices=[each for each in invoices if each.issued < days_ago(30)],
        bills=[a_bill("Okafor Studio", 1_900, due=in_days(12))],
        settled=[item for item, _ in settled],
        movements=[*(movement for _, movement in settled), *rent, *payrolls("-8500.00", last=days_ago(7))],
    )


def a_big_customer_is_late() -> Books:
    """An agency with $44,300 whose one large customer owes $41,000 and is five days late; it usually pays 12 late.

    Payroll of $41,200 leaves on Monday and $3,100 remain. A bill of $3,600, due on Tuesday, takes it below zero, while
    the customer's money is expected a week after that.
    """
    history = history_of("Client X", [11, 12, 12, 13, 12, 11])
    return books(
        44_300,
        bills=[a_bill("Brightwork Media", 3_600, due=in_days(4))],
        invoices=[an_invoice("Client X", 41_000, issued=days_ago(25), due=days_ago(5))],
        settled=history.items,
        movements=[*history.movements, *payrolls("-41200.00", last=days_ago(11))],
    )


def an_overdrawn_account() -> Books:
    """A shop whose checking account stands at −$1,250 in the books, while customers owe it $6,000.

    The date is today: nothing that comes later can cover what is already below zero.
    """
    history = history_of("Alder Health", [4, 6, 5])
    return books(
        -1_250,
        invoices=[an_invoice("Alder Health", 6_000, due=in_days(9))],
        settled=history.items,
        movements=[*history.movements, *payrolls(-2_000, last=days_ago(7))],
    )


def payroll_is_not_in_the_books() -> Books:
    """An agency with $60,000 whose payroll of $20,000 was due last Friday and isn't in QuickBooks.

    It is counted on Monday all the same: a bookkeeper who is behind doesn't make payroll go away.
    """
    return books(60_000, movements=payrolls(last=days_ago(21)))


def more_comes_in_than_goes_out() -> Books:
    """A web shop keeps $30,000, takes about $6,000 a week through one processor and pays its two people.

    Payroll is $8,000 every second Friday; nothing is open on either side. It isn't burning and never crosses.
    """
    sales = [a_movement(day, 6_000 + 10 * n, "Stripe", category="Sales") for n, day in enumerate(every(7, TODAY, 26))]
    return books(30_000, movements=[*sales, *payrolls(-8_000, last=days_ago(7))])


def plenty_of_cash_that_burns() -> Books:
    """An agency between projects has $190,000 and pays $20,000 every second Friday; nothing comes in.

    Thirteen weeks are covered. What is left then lasts until spring, which only the run rate can say.
    """
    return books(190_000, movements=payrolls(last=TODAY))


def already_below_the_buffer() -> Books:
    """A studio wants $10,000 always in the bank and has $7,400; a payroll of $9,000 is due in two weeks.

    It is covered for zero days, which is an answer.
    """
    return books(7_400, buffer=10_000, movements=payrolls(-9_000, last=TODAY))


def books_full_of_doubts() -> Books:
    """Books that nobody has tidied for long, without a payroll in sight.

    One invoice is later than any was ever paid, one bill has no due date, a card is carried at $500 a month, some
    documents are in euros, and the A/R account doesn't agree with the open invoices.
    """
    history = history_of("Alder Health", [3, 5, 8])
    card = [
        a_movement(day, -500, category="Visa", kind=MovementKind.CARD_PAYMENT) for day in monthly(12, days_ago(15), 8)
    ]
    of = books(
        4_000,
        cards=[a_card(9_300)],
        invoices=[
            an_invoice("Alder Health", 2_400, issued=days_ago(230), due=days_ago(200)),
            an_invoice("Birch", 700, due=in_days(12)),
        ],
        receipts=[a_credit("Birch", 100)],
        bills=[replace(a_bill("Harborlight Photo", 2_950, due=days_ago(12)), due_assumed=True)],
        settled=history.items,
        movements=[*history.movements, *card],
        foreign_documents=2,
    )
    return replace(of, checks=(BookCheck("Accounts Receivable (A/R)", usd(3_250), usd(3_000)),))


def a_retainer_was_lost() -> Books:
    """Two clients pay $9,000 a month each, invoiced on the 1st and paid two weeks later; payroll is $8,000.

    One of them was last invoiced on the 1st of August: nobody tells the bookkeeping that the client has left.
    """
    kept, lost = (
        [an_invoice(name, 9_000, issued=day, due=day + timedelta(days=14)) for day in monthly(1, last, 10)]
        for name, last in (("Alder Health", TODAY), ("Birch & Sons", date(2026, 8, 2)))
    )
    settled = [paid(invoice, days_late=0) for invoice in (*kept[:-1], *lost)]
    return books(
        20_000,
        invoices=kept[-1:],
        past_invoices=[*kept[:-1], *lost],
        settled=[item for item, _ in settled],
        movements=[*(movement for _, movement in settled), *payrolls(-8_000, last=days_ago(7))],
    )


def nothing_to_go_by() -> Books:
    """A company that was connected on its first day: cash, one invoice, not a single payment yet."""
    return books(10_000, invoices=[an_invoice("Alder Health", 2_400)])


def no_account_to_count() -> Books:
    """A company whose only bank account in QuickBooks is a money market account."""
    return books(accounts=[an_account(80_000, name="Money market", operating=False)], movements=payrolls())


STORIES: tuple[Callable[[], Books], ...] = (
    a_calm_agency,
    payroll_before_the_customer_pays,
    four_clients_are_all_needed,
    a_big_customer_is_late,
    payroll_is_not_in_the_books,
    an_overdrawn_account,
    more_comes_in_than_goes_out,
    plenty_of_cash_that_burns,
    already_below_the_buffer,
    books_full_of_doubts,
    a_retainer_was_lost,
    nothing_to_go_by,
    no_account_to_count,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.__name__))
def test_a_runway_explains_itself(story: Callable[[], Books]) -> None:
    """State and sentences are those that a person has read and found true."""
    assert _text(story) == _path(story).read_text(encoding="utf-8")


def _text(story: Callable[[], Books]) -> str:
    numbered_anew()
    told = "\n".join(f"# {line.strip()}".rstrip() for line in (story.__doc__ or "").strip().splitlines())
    return f"{told}\n\n{_state(assessed(story()).runway)}\n"


def _state(runway: Runway) -> str:
    days = "no number of days" if runway.days is None else f"{runway.days} days"
    return "\n".join([f"{runway.state.value}: {days}", *runway.because])


def _path(story: Callable[[], Books]) -> Path:
    return HERE / f"{story.__name__}.txt"


if __name__ == "__main__":
    for each in STORIES:
        _path(each).write_text(_text(each), encoding="utf-8")
