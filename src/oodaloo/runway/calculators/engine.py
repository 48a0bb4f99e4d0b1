"""The one place that computes runway: every screen, mail and command asks here."""

from dataclasses import dataclass

from oodaloo.runway.calculators.open_items import summarise
from oodaloo.runway.calculators.projection import project
from oodaloo.runway.calculators.runway import runway_of
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.picture import CashPicture


@dataclass(frozen=True, slots=True)
class RunwayCalculator:
    """Turns a cash picture into what can be said about it; the same picture always gives the same answer."""

    def assess(self, picture: CashPicture) -> Assessment:
        """The picture with its projection, its runway, and what is open on both sides."""
        books, currency = picture.books, picture.books.business.currency
        projection = project(picture)
        return Assessment(
            picture=picture,
            projection=projection,
            runway=runway_of(picture, projection),
            receivables=summarise(books.receivables, books.unapplied_receipts, books.as_of, currency),
            payables=summarise(books.payables, books.vendor_credits, books.as_of, currency),
        )
