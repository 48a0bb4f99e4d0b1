"""Cards: what is owed is paid once, when this card is usually paid."""

from datetime import date, timedelta

from oodaloo.runway.model.picture import CashMovement, MovementKind
from oodaloo.runway.model.runway import DatedItem, ItemKind
from tests.support.books import (
    TODAY,
    a_card,
    a_movement,
    assessed,
    books,
    days_ago,
    every,
    monthly,
    usd,
)


def card_payments(days: list[date], amounts: list[int], card: str = "Visa") -> list[CashMovement]:
    """Past payments of the card, in whole dollars."""
    return [
        a_movement(day, -amount, category=card, kind=MovementKind.CARD_PAYMENT)
        for day, amount in zip(days, amounts, strict=True)
    ]


def dues(items: tuple[DatedItem, ...]) -> list[tuple[date, str]]:
    """Day and amount of each card payment."""
    return [(item.dated, str(item.amount)) for item in items if "payment" in item.label]


def test_a_card_paid_in_full_by_statement() -> None:
    """Six times 1,000 was charged and paid in full a month later: statements close about 30 days before they are paid.

    On Oct 2 the card owes 4,900, charged on Sep 20 for a yearly plan. All of it is on the statement of Sep 26, paid on
    Mon, Oct 26. From then on the usual rate: 1,000 in 31 days, so the 23 days until the statement of Oct 25 make
    741.93, and the 30 days after it 967.74.
    """
    payment_days = monthly(24, date(2026, 9, 24), 6)
    postings = [(day - timedelta(days=31), 1_000) for day in payment_days]
    postings += [(day, -1_000) for day in payment_days]
    postings += [(date(2026, 9, 20), 4_900)]
    card = a_card(4_900, postings=postings)
    projection = assessed(books(movements=card_payments(payment_days, [1_000] * 6), cards=[card])).projection
    assert dues(projection.items) == [
        (date(2026, 10, 26), "-4900.00"),
        (date(2026, 11, 24), "-741.93"),
        (date(2026, 12, 24), "-967.74"),
    ]
    assert projection.left_out == ()


def test_a_card_paid_at_a_usual_amount_goes_on_so() -> None:
    """Owed 30,000, paid 2,000 a month: the payments go on, and what two of them don't reach is said to be left out."""
    days = monthly(24, date(2026, 9, 24), 6)
    projection = assessed(books(movements=card_payments(days, [2_000] * 6), cards=[a_card(30_000)])).projection
    assert dues(projection.items) == [
        (date(2026, 10, 26), "-2000.00"),
        (date(2026, 11, 24), "-2000.00"),
        (date(2026, 12, 24), "-2000.00"),
    ]
    assert [left.amount for left in projection.left_out] == [usd(26_000)]


def test_the_first_payment_clears_todays_balance_the_later_ones_are_the_flow() -> None:
    """The console shows what is owed apart from what will be charged."""
    days = monthly(24, date(2026, 9, 24), 6)
    projection = assessed(books(movements=card_payments(days, [2_000] * 6), cards=[a_card(1_500)])).projection
    assert [item.kind for item in projection.items] == [
        ItemKind.CARD_BALANCE,
        ItemKind.RECURRING,
        ItemKind.RECURRING,
    ]


def test_a_card_without_a_rhythm_is_due_a_month_after_its_last_payment() -> None:
    """Paid once, 10 days ago: the balance is taken as due 20 days from now, and the reason says it is assumed."""
    projection = assessed(books(movements=card_payments([days_ago(10)], [500]), cards=[a_card(700)])).projection
    (item,) = projection.items
    assert (item.dated, item.amount) == (date(2026, 10, 22), usd(-700))
    assert item.reason == "the balance owed today; no regular payment date, 30 days after Tue, Sep 22 assumed"


def test_a_card_never_paid_before_is_due_in_thirty_days() -> None:
    """A new card's balance isn't forgotten: it is dated, and the reason says that the date is assumed."""
    (item,) = assessed(books(cards=[a_card(700)])).projection.items
    assert item.dated == date(2026, 11, 2)
    assert item.reason == "the balance owed today; no past payment shows its date, 30 days assumed"


def test_a_card_in_credit_takes_nothing() -> None:
    """An overpaid card is no outflow, and no income either."""
    assert assessed(books(cards=[a_card(-50)])).projection.items == ()


def test_payments_of_a_card_that_is_gone_stay_a_flow() -> None:
    """A card account that was made inactive no longer says what is owed; its rhythm still costs money.

    Twelve Fridays: the thirteenth is New Year's Day, so it is paid behind the horizon.
    """
    projection = assessed(books(movements=card_payments(every(7, TODAY, 12), [300] * 12))).projection
    assert {item.kind for item in projection.items} == {ItemKind.RECURRING}
    assert len(projection.items) == 12
