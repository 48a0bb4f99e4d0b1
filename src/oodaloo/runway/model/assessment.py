"""What the engine says about one cash picture, in one value that every screen and mail shares."""

from dataclasses import dataclass

from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import Projection, Runway, Simulation


@dataclass(frozen=True, slots=True)
class OpenSummary:
    """Open invoices or bills, gross: `open`, of which `overdue`, in `count` documents; `unapplied` apart.

    All amounts are positive. `overdue` holds what was due before the picture's day.
    """

    open: Money
    overdue: Money
    count: int
    unapplied: Money


@dataclass(frozen=True, slots=True)
class Assessment:
    """A picture with its projection as a line and as futures, its runway, and receivables and payables in sum."""

    picture: CashPicture
    projection: Projection
    simulation: Simulation
    runway: Runway
    receivables: OpenSummary
    payables: OpenSummary
