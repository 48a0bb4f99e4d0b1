"""What can go wrong with QuickBooks, as errors that tell a person what to do."""

from oodaloo.kit.errors import OodalooError


class QboError(OodalooError):
    """QuickBooks didn't do what was asked.

    `intuit_tid` identifies the call for Intuit's support; `retry_after_seconds` is QuickBooks' own wish, if it has one.
    """

    def __init__(self, message: str, *, intuit_tid: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(f"{message} (intuit_tid {intuit_tid})" if intuit_tid else message)
        self.intuit_tid = intuit_tid
        self.retry_after_seconds = retry_after_seconds


class QboUnreachableError(QboError):
    """Nothing was asked: no connection came about. Try again when the network is back."""


class QboUnavailableError(QboUnreachableError):
    """Nothing was asked: QuickBooks has failed so often that this company is left alone for `retry_after_seconds`."""


class QboNoAnswerError(QboError):
    """QuickBooks was asked and no complete answer came: too late, or cut off. It may have done what was asked."""


class QboThrottledError(QboError):
    """QuickBooks asks us to slow down and did nothing. Try again in a minute."""


class QboServerError(QboError):
    """QuickBooks failed on its side (5xx), perhaps after doing what was asked. Try again later."""


class QboMaintenanceError(QboServerError):
    """QuickBooks' front door says that it is closed for now (503 in words for people). Try again later."""


class QboUnauthorizedError(QboError):
    """The access token isn't valid any more; it is refreshed once before this reaches a person."""


class QboForbiddenError(QboError):
    """The connected person or app may not read this company. Connect again as a company administrator."""


class QboValidationError(QboError):
    """QuickBooks refused the request itself; `code` is QuickBooks' fault code."""

    def __init__(self, message: str, *, code: str, intuit_tid: str = "") -> None:
        super().__init__(message, intuit_tid=intuit_tid)
        self.code = code


class QboNotFoundError(QboValidationError):
    """QuickBooks has no such record: it was deleted, or never existed (fault 610)."""


class QboStaleError(QboValidationError):
    """Somebody changed the record in QuickBooks meanwhile (fault 5010). Look at it again, then decide anew."""


class QboMalformedAnswerError(QboError):
    """The answer wasn't what QuickBooks documents: no JSON, half of it, or a record without its required fields."""


class QboOutcomeUnknownError(QboError):
    """A write was sent and nobody knows whether QuickBooks did it; its cause is what came instead of an answer.

    Never send it again under another requestid: look in QuickBooks first.
    """


class ReconnectNeededError(QboError):
    """The connection to QuickBooks has ended (revoked, expired or disconnected). Connect again."""


class ConsentRefusedError(QboError):
    """The connection wasn't made: consent was cancelled, or the way back from QuickBooks was not one we started."""
