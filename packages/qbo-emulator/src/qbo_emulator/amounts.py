"""Amounts, quantities and dates: read exactly, and spelled as QuickBooks spells them."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from qbo_emulator.faults import invalid_number

ZERO: Final = Decimal(0)
_CENT: Final = Decimal("0.01")
_LIMIT: Final = Decimal(10) ** 15


def money(value: object, element: str) -> Decimal:
    """The amount rounded to cents; fault 2080 for anything that isn't a number."""
    return _as_decimal(value, element).quantize(_CENT)


def shortest(value: object, element: str) -> Decimal:
    """The number in the shortest spelling of the same value (`75`, `4.5`), as for UnitPrice and Qty."""
    number = _as_decimal(value, element)
    if number == number.to_integral_value():
        return number.quantize(Decimal(1))
    return number.normalize()


def iso_date(value: object, element: str) -> str:
    """The date as ISO text; fault 2080 when it isn't one."""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise invalid_number(element, value) from error


def _as_decimal(value: object, element: str) -> Decimal:
    if isinstance(value, float):
        raise TypeError(f"{element} is a float; amounts are Decimals")
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise invalid_number(element, value)
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise invalid_number(element, value) from error
    if not number.is_finite() or abs(number) >= _LIMIT:
        raise invalid_number(element, value)
    return number
