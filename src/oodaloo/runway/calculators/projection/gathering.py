"""Gathers all that is expected of a picture, each dollar once."""

from collections.abc import Iterator

from oodaloo.runway.calculators.card_dues import card_dues
from oodaloo.runway.calculators.projection.bills import bills_to_come, open_bills
from oodaloo.runway.calculators.projection.customers import invoices_to_come, open_invoices
from oodaloo.runway.calculators.projection.earmarks import earmarked_money
from oodaloo.runway.calculators.projection.expected import Expectations, Expected, Kept
from oodaloo.runway.calculators.projection.flows import (
    card_payments,
    movements_to_come,
    residual_weeks,
    undeposited_funds,
)
from oodaloo.runway.calculators.projection.learned import Learned
from oodaloo.runway.calculators.projection.supposed import supposed_money
from oodaloo.runway.calculators.projection.waits import Span, span_of
from oodaloo.runway.calculators.receipts.draws import PACED_DAYS
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import LeftOut


def expectations_of(
    picture: CashPicture, learned: Learned, horizon_days: int, kept: Kept | None = None
) -> Expectations:
    """What is expected from the picture's day to `horizon_days` after it, by what its books have taught.

    Each dollar once: open invoices and bills net of their party's unapplied credits (earliest due first), undeposited
    funds on the next bank day, cards as `card_dues` says, recurring flows on their upcoming days (documents' flows
    when the document would be paid), the residual on each coming Friday, and what the picture supposes. What is set
    aside comes back with the payment that it is for. Nothing but decisions and suppositions moves on the picture's day
    itself: its balance is already known. With `kept` of the same books and horizon only what differs is gathered anew.
    """
    books, kept = picture.books, kept or Kept()
    days = max(horizon_days, int(PACED_DAYS[-1]))
    span = kept.of("span", lambda: span_of(books.as_of, days, books.business.calendar))
    found = tuple(_found(picture, learned, span, kept))
    money = [each for each in found if isinstance(each, Expected)]
    return Expectations(
        as_of=span.as_of,
        opening=picture.spendable,
        horizon_days=horizon_days,
        money=(*money, *earmarked_money(picture, money, span)),
        left_out=tuple(each for each in found if isinstance(each, LeftOut)),
        calibration=learned.invoices.calibration,
    )


def _found(picture: CashPicture, learned: Learned, span: Span, kept: Kept) -> Iterator[Expected | LeftOut]:
    supposed = picture.supposed
    flows = (supposed.resized, supposed.ended)
    of_customers = ("open invoices", supposed.dropped, supposed.slips, supposed.invoices)
    yield from kept.of(of_customers, lambda: tuple(open_invoices(picture, learned, span, kept)))
    yield from open_bills(picture, learned, span, kept)
    yield from kept.of("undeposited", lambda: tuple(undeposited_funds(picture.books, span)))
    yield from kept.of("cards", lambda: tuple(_cards(picture, learned, span)))
    yield from kept.of(("movements", flows), lambda: tuple(movements_to_come(picture, learned, span)))
    retainers = ("invoices", flows, supposed.slips)
    yield from kept.of(retainers, lambda: tuple(invoices_to_come(picture, learned, span, kept)))
    yield from kept.of(("bills", flows), lambda: tuple(bills_to_come(picture, learned, span)))
    yield from kept.of("residual", lambda: tuple(residual_weeks(picture, span)))
    yield from supposed_money(supposed, span)


def _cards(picture: CashPicture, learned: Learned, span: Span) -> Iterator[Expected | LeftOut]:
    for due in card_dues(picture):
        yield from card_payments(picture, due, learned, span)
        if due.left_out is not None:
            yield due.left_out
