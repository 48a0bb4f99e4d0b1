"""Money is exact, carries its currency, and its text says all of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.money import Currency, CurrencyMismatchError, Money, NotAnAmountError

USD = Currency("USD")
CAD = Currency("CAD")
amounts = st.integers(min_value=-(10**14), max_value=10**14).map(lambda cents: Money(cents, USD))


@given(amounts, amounts, amounts)
def test_addition_is_that_of_whole_cents(one: Money, two: Money, three: Money) -> None:
    """Sums don't depend on order or grouping, and what is added can be taken away again."""
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert (one + two) - two == one
    assert one + -one == Money.zero(USD)
    assert (one + two).cents == one.cents + two.cents


@given(st.lists(amounts))
def test_a_total_is_the_sum_of_its_parts(parts: list[Money]) -> None:
    """A total equals adding one by one, nothing included."""
    added = Money.zero(USD)
    for part in parts:
        added += part
    assert Money.total(parts, USD) == added


@given(amounts)
def test_text_and_back_is_the_same_amount(amount: Money) -> None:
    """The text that formats exchange says the amount exactly, always with two decimals."""
    assert Money.of(str(amount), USD) == amount
    assert str(amount).rpartition(".")[2] == f"{abs(amount.cents) % 100:02d}"
    assert amount.amount == Decimal(str(amount))


@given(amounts, amounts)
def test_order_is_that_of_the_cents(one: Money, two: Money) -> None:
    """Comparing amounts compares what they are worth."""
    assert (one < two, one <= two, one > two, one >= two) == (
        one.cents < two.cents,
        one.cents <= two.cents,
        one.cents > two.cents,
        one.cents >= two.cents,
    )
    assert abs(one) >= Money.zero(USD)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_rounding_moves_by_half_a_cent_at_most(amount: Decimal) -> None:
    """More than two decimals are rounded to the nearest cent."""
    assert abs(Money.of(amount, USD).amount - amount) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("text", "cents"), [("0.005", 0), ("0.015", 2), ("0.025", 2), ("-0.015", -2), ("-12.5", -1250), ("1e3", 100_000)]
)
def test_halves_go_to_the_even_cent(text: str, cents: int) -> None:
    """Half a cent goes to the even side, so that many roundings don't drift."""
    assert Money.of(text, USD).cents == cents


@pytest.mark.parametrize(("cents", "text"), [(-5, "-0.05"), (0, "0.00"), (5, "0.05"), (-1250, "-12.50"), (100, "1.00")])
def test_small_amounts_are_written_in_full(cents: int, text: str) -> None:
    """An amount between minus one and one keeps its sign and its zero."""
    assert str(Money(cents, USD)) == text


def test_currencies_never_meet() -> None:
    """Two currencies can't be added, taken away, compared or totalled."""
    dollar, loonie = Money(100, USD), Money(100, CAD)
    assert dollar != loonie
    for meet in (
        lambda: dollar + loonie,
        lambda: dollar - loonie,
        lambda: dollar < loonie,
        lambda: dollar >= loonie,
        lambda: Money.total([dollar, loonie], USD),
    ):
        with pytest.raises(CurrencyMismatchError, match="CAD"):
            meet()


@pytest.mark.parametrize("text", ["", "twelve", "1,000.00", "NaN", "sNaN", "Infinity", "-inf", "1e40"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Text that isn't a finite number of a size that books have is named in the error."""
    with pytest.raises(NotAnAmountError, match="is not an amount"):
        Money.of(text, USD)
