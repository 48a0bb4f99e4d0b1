"""What runway's records refuse, as errors that doors can name although the records are private."""

from oodaloo.kit.errors import OodalooError


class UnknownDecisionError(OodalooError):
    """There is no such decision in this business. Look at the queue again."""


class DecisionMovedError(OodalooError):
    """Somebody else has changed the decision since it was shown. Look at it again, then decide."""


class UnknownBatchError(OodalooError):
    """There is no such batch in this business. Look at the list of batches again."""


class UnknownOrderError(OodalooError):
    """There is no such payment order in this business; this is a fault in Oodaloo, please report it."""


class ReserveBelowZeroError(OodalooError):
    """More was to be taken from a reserve than it holds; this is a fault in Oodaloo, please report it."""


class UnknownReserveError(OodalooError):
    """The business has no such reserve. Look at the list of reserves again."""


class UnknownPictureError(OodalooError):
    """No cash picture is kept under that id in this business. Take an id from the audit trail."""
