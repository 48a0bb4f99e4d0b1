"""Money and days as people read them (en-US), for sentences, screens and the terminal alike."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from oodaloo.kit.money import Money

MINUS = "\N{MINUS SIGN}"
"""The sign of negative amounts: U+2212, as wide as a digit, never the hyphen."""

_SYMBOLS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "GBP": "£", "EUR": "€"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_THOUSAND = Decimal(1_000)
_MILLION = Decimal(1_000_000)


def money_text(money: Money, *, cents: bool) -> str:
    """The amount with sign and symbol: "$41,200.00", or without `cents` in whole units (half up): "−$41,200"."""
    value = abs(money.amount)
    digits = f"{value:,.2f}" if cents else f"{value.quantize(Decimal(1), rounding=ROUND_HALF_UP):,}"
    return _sign(money, digits) + _symbol(money) + digits


def short_money_text(money: Money) -> str:
    """The amount to three or four figures for tight places: "$840", "$61.2k", "−$1.4M"."""
    value = abs(money.amount)
    if _tenths(value / _THOUSAND) >= _THOUSAND:
        digits = _trimmed(value / _MILLION) + "M"
    elif value >= _THOUSAND - Decimal("0.5"):
        digits = _trimmed(value / _THOUSAND) + "k"
    else:
        digits = str(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return _sign(money, digits) + _symbol(money) + digits


def day_text(day: date) -> str:
    """The day with its weekday and without its year: "Tue, Oct 6"."""
    return f"{_WEEKDAYS[day.weekday()]}, {_MONTH_NAMES[day.month - 1][:3]} {day.day}"


def clock_text(local: datetime) -> str:
    """The time of day by a business's own clock: "6:40 am"."""
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def month_text(month: date) -> str:
    """A month with its year: "October 2026"."""
    return f"{_MONTH_NAMES[month.month - 1]} {month.year}"


def days_text(days: int) -> str:
    """A number of days in words: "14 days", "1 day", "0 days"."""
    return f"{days:,} day" if days == 1 else f"{days:,} days"


def signed_days_text(days: int) -> str:
    """Days won or lost: "+3 days", "−1 day", "0 days"."""
    sign = "+" if days > 0 else MINUS if days < 0 else ""
    return sign + days_text(abs(days))


def signed_money_text(money: Money, *, cents: bool) -> str:
    """Money won or lost: "+$16,500", "−$61,240", "$0"."""
    return ("+" if money.cents > 0 else "") + money_text(money, cents=cents)


def _sign(money: Money, digits: str) -> str:
    """A minus where what is shown isn't zero: forty cents below nothing are "$0" in whole units."""
    return MINUS if money.cents < 0 and digits.strip("0.,kM") else ""


def _symbol(money: Money) -> str:
    return _SYMBOLS.get(money.currency, f"{money.currency} ")


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _trimmed(value: Decimal) -> str:
    return f"{_tenths(value):,}".removesuffix(".0")
