"""Why a write isn't or won't be carried out, as errors that tell a person what to do."""

from oodaloo.infra.qbo.errors import QboError
from oodaloo.kit.errors import OodalooError


class WriteKeyReusedError(OodalooError):
    """A key that stands for one write came with another one; this is a fault in Oodaloo, please report it."""


class UnknownIntentError(OodalooError):
    """The business has no write of that id."""


class WriteUnderWayError(QboError):
    """Somebody else is carrying this write out right now. Look again in a moment."""


class WriteRefusedError(QboError):
    """QuickBooks didn't take the write and nothing was changed; `code` is its fault code, or a word of ours.

    Decide anew: the same write won't be tried again.
    """

    def __init__(self, message: str, *, code: str, intuit_tid: str = "") -> None:
        super().__init__(message, intuit_tid=intuit_tid)
        self.code = code


class ChangedMeanwhileError(WriteRefusedError):
    """Somebody changed in QuickBooks what the write was decided upon. Look at it again, then decide anew."""
