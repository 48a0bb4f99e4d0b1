"""What paying early saves, and what that is worth as a rate a year."""

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from oodaloo.kit.dates import BankCalendar
from oodaloo.kit.money import Money
from oodaloo.runway.calculators.payables.days import arriving_by, days_after
from oodaloo.runway.model.payables import EarlyDiscount
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.model.unknown import Unknown

_HUNDRED = Decimal(100)
_YEAR_DAYS = 365


def early_discount(
    terms: PaymentTerms, issued: date, to_pay: Money, calendar: BankCalendar, settlement_days: int
) -> EarlyDiscount | None:
    """The discount on what is left to pay, and the last bank day on which a payment still arrives in time.

    None where the terms give none. The discount may have lapsed already: `pay_by` tells.
    """
    percent, within = terms.discount_percent, terms.discount_days
    if percent is None or within is None or not 0 < percent < _HUNDRED or within < 0:
        return None
    cents = (Decimal(to_pay.cents) * percent / _HUNDRED).quantize(Decimal(1), rounding=ROUND_DOWN)
    pay_by = arriving_by(days_after(issued, within), calendar, settlement_days)
    return EarlyDiscount(Money(int(cents), to_pay.currency), pay_by, annual_percent(percent, within, terms.due_days))


def annual_percent(percent: Decimal, discount_days: int, net_days: int | None) -> Decimal | Unknown:
    """d ÷ (1 − d) × 365 ÷ (net days − discount days), in percent to a tenth, halves up; 2/10 net 30 gives 37.2.

    Unknown where paying in full isn't due later than the discounted payment.
    """
    if net_days is None or net_days <= discount_days:
        return Unknown(("the terms name no later day for paying in full",))
    rate = percent / (_HUNDRED - percent) * _YEAR_DAYS / (net_days - discount_days)
    return (rate * _HUNDRED).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
