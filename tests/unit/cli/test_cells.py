"""Dates and amounts are read as people and programs write them, and what can't be read is None, never a guess."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.cli.cells import BadDateFormatError, amounts_like, dates_by, dates_like

THIRD_OF_APRIL = date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03",
        "2026/4/3",
        "2026-04-03T23:59:59Z",
        "2026-04-03 00:00:00",
        "20260403",
        "20260403.0",
        "4/3/2026",
        "04/03/26",
        "4/3/2026 11:05 PM",
        "3-Apr-2026",
        "03 April 2026",
        "03APR2026",
        "Apr 3, 2026",
        "Friday, April 3, 2026",
        "46115",
    ],
)
def test_a_day_in_many_dresses(text: str) -> None:
    """April 3, 2026, with and without a time, as spreadsheets count it, and as people in the US write it."""
    assert dates_like([text]).read(text) == THIRD_OF_APRIL


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "13/13/2026", "0026-04-03", "9999-12-31", "3 Foo 2026", "4"]
)
def test_what_is_no_day(text: str) -> None:
    """Words, days that don't exist, and years that can only be slips."""
    assert dates_like([text]).read(text) is None


def test_all_dates_together_tell_which_part_is_the_month() -> None:
    """With 13/4 in the file 3/4 is in April; with 4/13 it is in March; with neither it is, and that is said."""
    assert dates_like(["3/4/2026", "13/4/2026"]).read("3/4/2026") == THIRD_OF_APRIL
    assert dates_like(["4/3/2026", "4/13/2026"]).read("4/3/2026") == THIRD_OF_APRIL
    assert dates_like(["4/3/2026"]).read("4/3/2026") == THIRD_OF_APRIL
    assert dates_like(["4/3/2026"]).note is not None
    assert dates_like(["4/13/2026"]).note is None
    assert dates_like(["2026-04-03"]).note is None


def test_a_given_format_is_the_only_one() -> None:
    """With a format other ways to write a day aren't tried."""
    dates = dates_by("%d.%m.%Y")
    assert dates.read("03.04.2026") == THIRD_OF_APRIL
    assert dates.read("2026-04-03") is None


@pytest.mark.parametrize("date_format", ["%Q", "%Y-%m", "DD/MM/YYYY", ""])
def test_a_format_that_gives_no_day_is_refused(date_format: str) -> None:
    """Unknown directives, and formats in which the day can't be told."""
    with pytest.raises(BadDateFormatError):
        dates_by(date_format)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.5"),
        ("$1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\N{NARROW NO-BREAK SPACE}234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("CHF 1\N{RIGHT SINGLE QUOTATION MARK}234.50", "1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("-$5", "-5"),
        ("5.00-", "-5.00"),
        ("\N{MINUS SIGN}5", "-5"),
        (".5", "0.5"),
        ("Rs.500", "500"),
        ("1.5e3", "1500"),
        ("1,234,567", "1234567"),
        ("1,234", "1234"),
        ("1.234", "1.234"),
        ("0,125", "0.125"),
        ("12,5", "12.5"),
    ],
)
def test_an_amount_in_many_dresses(text: str, amount: str) -> None:
    """Currency signs, group marks of many countries, and minus signs wherever they stand."""
    assert amounts_like([text])(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "n/a", "twelve", "1.2.3,4,5", "5 apples and 3 pears", "$"])
def test_what_is_no_amount(text: str) -> None:
    """Words, and numbers that nobody can make sense of."""
    assert amounts_like([text])(text) is None


def test_all_amounts_together_tell_which_mark_is_the_decimal_one() -> None:
    """1,234 is a thousand, but not beside 7,5; 1.234 isn't one, but is beside 7,5."""
    assert amounts_like(["1,234", "7.50"])("1,234") == 1234
    assert amounts_like(["1,234", "7,5"])("1,234") == Decimal("1.234")
    assert amounts_like(["1.234", "7,5"])("1.234") == 1234


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d-%b-%Y", "%B %d, %Y"]))
def test_every_day_is_read_as_it_was_written(day: date, date_format: str) -> None:
    """In each format that leaves no doubt."""
    text = day.strftime(date_format)
    assert dates_like([text]).read(text) == day
    assert dates_by(date_format).read(text) == day


@given(st.text(max_size=12))
def test_nothing_that_is_written_stops_the_reading(text: str) -> None:
    """Any text is a day or none, an amount or none."""
    assert dates_like([text]).read(text) is None or text
    assert amounts_like([text])(text) is None or text
