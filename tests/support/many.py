"""Companies with as many records of a type as a test wants, on either side of QuickBooks' page of 1,000."""

from tests.support.recordings import Recorded, a_company, a_purchase, a_transfer, a_vendor, an_account


def a_buyer() -> list[Recorded]:
    """A company that has bought nothing yet."""
    chart = [
        an_account("1", "Checking", "Bank", "Checking", "100.00"),
        an_account("2", "Savings", "Bank", "Savings", "100.00"),
        an_account("10", "Software", "Expense", "Other"),
    ]
    return [*a_company("Buyers"), *chart, _SHOP]


def purchases(count: int) -> list[Recorded]:
    """So many purchases, of a type whose answers tell no total; the first has id 10000."""
    return [
        a_purchase(str(number), _SHOP, f"{number % 900 + 1}.00", dated="2026-09-01", account="1", method="Cash")
        for number in range(10_000, 10_000 + count)
    ]


def transfers(count: int) -> list[Recorded]:
    """So many transfers, of a type whose answers tell the total; the first has id 50000."""
    return [a_transfer(str(number), "1.00", dated="2026-09-01") for number in range(50_000, 50_000 + count)]


def many_purchases(count: int) -> list[Recorded]:
    """A company that bought something so many times."""
    return [*a_buyer(), *purchases(count)]


_SHOP = a_vendor("1", "Shop")
