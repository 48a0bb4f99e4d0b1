"""Payments that lie in undeposited funds longer than they usually do."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from oodaloo.runway.calculators.hygiene.finding import Finding, Rest, named, open_part
from oodaloo.runway.calculators.hygiene.other_receipts import Claim, look_alike
from oodaloo.runway.calculators.robust import quantile
from oodaloo.runway.model.housekeeping import WaitingReceipt
from oodaloo.runway.model.hygiene import DepositPayment, IssueKind
from oodaloo.runway.model.picture import Books, CashMovement
from oodaloo.runway.model.scenario import OneOff, Scenario
from oodaloo.runway.model.wording import day_text, days_text, money_text

SOON_DAYS = 14
"""Deposits that nothing is known about are made within two weeks."""

_LEARNED_FROM = 5
_MOST_TENTHS = 9
_SPARE_DAYS = 7


def undeposited_findings(books: Books) -> Iterator[Finding]:
    """Payments that have waited a week longer than nine of ten did before they were deposited, or than two weeks where
    fewer than five deposits show what is usual.
    """
    usual = longest_usual(books.housekeeping.waits)
    longest = SOON_DAYS if usual is None else usual + _SPARE_DAYS
    lying = [each for each in books.housekeeping.waiting if (books.as_of - each.dated).days > longest]
    received = look_alike(books, (Claim(each.dated, each.ref, each.amount) for each in lying))
    for receipt in lying:
        yield _lying(receipt, usual, received.get(receipt.ref), books)


def longest_usual(waits: Sequence[int]) -> int | None:
    """Within how many days nine of ten payments were deposited; None where fewer than five tell."""
    return quantile(waits, _MOST_TENTHS) if len(waits) >= _LEARNED_FROM else None


def _lying(receipt: WaitingReceipt, usual: int | None, alike: CashMovement | None, books: Books) -> Finding:
    amount, age = money_text(receipt.amount, cents=True), days_text((books.as_of - receipt.dated).days)
    compared = "" if usual is None else f", where nine of ten are deposited within {days_text(usual)}"
    seen = (
        f" {money_text(alike.amount, cents=True)} came into the bank on {day_text(alike.dated)} as something else: "
        "perhaps the same money."
        if alike
        else ""
    )
    counted_on = books.business.calendar.on_or_after(books.as_of + timedelta(days=1))
    return Finding(
        kind=IssueKind.UNDEPOSITED_FUNDS,
        records=(receipt.ref,),
        related=(alike.ref,) if alike else (),
        party=receipt.party,
        rests=(Rest(open_part(receipt.ref), receipt.amount.cents),),
        fix=DepositPayment(receipt.ref, receipt.amount),
        sentence=(
            f"{named(receipt.ref, receipt.party)} over {amount} has lain in undeposited funds for {age}{compared}; the "
            f"forecast counts on it on {day_text(counted_on)}.{seen}"
        ),
        if_wrong=Scenario((OneOff("Undeposited payment that isn't there", counted_on, -receipt.amount),)),
    )
