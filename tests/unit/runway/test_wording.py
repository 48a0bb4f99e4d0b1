"""Money and days as people read them."""

from datetime import date

import pytest

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.wording import day_text, days_text, money_text, short_money_text


@pytest.mark.parametrize(
    ("cents", "full", "whole", "short"),
    [
        (0, "$0.00", "$0", "$0"),
        (-40, "−$0.40", "$0", "$0"),
        (84_000, "$840.00", "$840", "$840"),
        (99_950, "$999.50", "$1,000", "$1k"),
        (6_124_000, "$61,240.00", "$61,240", "$61.2k"),
        (-1_340_050, "−$13,400.50", "−$13,401", "−$13.4k"),
        (99_999_999, "$999,999.99", "$1,000,000", "$1M"),
        (10**11, "$1,000,000,000.00", "$1,000,000,000", "$1,000M"),
    ],
)
def test_amounts_are_written_in_three_lengths(cents: int, full: str, whole: str, short: str) -> None:
    """Books show cents, sentences whole units, tight places three figures; nothing is ever "−$0"."""
    money = Money(cents, Currency("USD"))
    assert (money_text(money, cents=True), money_text(money, cents=False), short_money_text(money)) == (
        full,
        whole,
        short,
    )


@pytest.mark.parametrize(
    ("currency", "text"), [("CAD", "CA$5"), ("GBP", "£5"), ("AUD", "A$5"), ("EUR", "€5"), ("CHF", "CHF 5")]
)
def test_currencies_have_their_symbol_or_their_code(currency: str, text: str) -> None:
    """A currency without a familiar symbol is named by its code."""
    assert money_text(Money(500, Currency(currency)), cents=False) == text


def test_days_are_written_as_calendar_and_count() -> None:
    """A day shows its weekday; one day is no plural."""
    assert day_text(date(2026, 10, 6)) == "Tue, Oct 6"
    assert [days_text(n) for n in (0, 1, 14, 1200)] == ["0 days", "1 day", "14 days", "1,200 days"]
