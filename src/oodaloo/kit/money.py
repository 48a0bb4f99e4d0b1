"""Exact money that carries its currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import NewType

from oodaloo.kit.errors import OodalooError

Currency = NewType("Currency", str)
"""An ISO 4217 code such as "USD"."""

_CENT = Decimal("0.01")


class CurrencyMismatchError(OodalooError):
    """Two amounts of different currencies met in one sum or comparison; convert or keep them apart."""


class NotAnAmountError(OodalooError):
    """A text or number that isn't an amount of money; give digits with at most two decimals."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths of a currency unit, positive or negative."""

    cents: int
    currency: Currency

    @staticmethod
    def zero(currency: Currency) -> "Money":
        """Nothing at all, in `currency`."""
        return Money(0, currency)

    @staticmethod
    def of(amount: Decimal | str | int, currency: Currency) -> "Money":
        """`amount` units of `currency`; more than two decimals are rounded half to even.

        Raises `NotAnAmountError` for text that isn't a finite number.
        """
        try:
            rounded = Decimal(amount).quantize(_CENT, rounding=ROUND_HALF_EVEN)
            return Money(int(rounded.scaleb(2)), currency)
        except (InvalidOperation, ValueError):
            raise NotAnAmountError(f"{amount!r} is not an amount; write it like 1234.50.") from None

    @staticmethod
    def total(amounts: Iterable["Money"], currency: Currency) -> "Money":
        """The sum of `amounts`, zero of `currency` when there are none.

        Raises `CurrencyMismatchError` when one of them is in another currency.
        """
        cents = 0
        for amount in amounts:
            if amount.currency != currency:
                raise _mismatch(amount.currency, currency)
            cents += amount.cents
        return Money(cents, currency)

    @property
    def amount(self) -> Decimal:
        """The value in whole units, always with two decimals."""
        return Decimal(self.cents).scaleb(-2)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing."""
        return self.cents == 0

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other).cents, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.cents, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.cents), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.cents < self._same(other).cents

    def __le__(self, other: "Money") -> bool:
        return self.cents <= self._same(other).cents

    def __gt__(self, other: "Money") -> bool:
        return self.cents > self._same(other).cents

    def __ge__(self, other: "Money") -> bool:
        return self.cents >= self._same(other).cents

    def __str__(self) -> str:
        """The plain decimal text that formats exchange: "-12.50"."""
        sign = "-" if self.cents < 0 else ""
        whole, part = divmod(abs(self.cents), 100)
        return f"{sign}{whole}.{part:02d}"

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise _mismatch(other.currency, self.currency)
        return other


def _mismatch(one: Currency, other: Currency) -> CurrencyMismatchError:
    return CurrencyMismatchError(f"{one} and {other} can't be added or compared; keep currencies apart.")
