"""Which days a country's banks work on."""

from functools import lru_cache

import holidays

from oodaloo.kit.dates import BankCalendar


@lru_cache(maxsize=64)
def bank_calendar(country: str, first_year: int, last_year: int) -> BankCalendar:
    """The bank calendar of an ISO 3166 two-letter `country` for the years from first to last.

    A country that the `holidays` library doesn't know gets weekends only.
    """
    try:
        days = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    except NotImplementedError:
        return BankCalendar(frozenset())
    return BankCalendar(frozenset(days))
