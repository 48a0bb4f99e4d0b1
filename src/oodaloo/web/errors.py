"""Errors as pages: one table from each error class to its HTTP status and headline."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from oodaloo.bootstrap.services import DayAheadError, NeverSyncedError
from oodaloo.domains.core.answers import KeyReusedError
from oodaloo.domains.core.operations import UnknownTimezoneError
from oodaloo.domains.core.people import LastOwnerError, NotAPersonError, UnknownPersonError, UnknownTokenError
from oodaloo.domains.core.permissions import NotPermittedError
from oodaloo.domains.core.queries import UnknownBusinessError
from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.db.migrate import DatabaseNewerError
from oodaloo.infra.db.session import TenantLeakError
from oodaloo.infra.jobs.jobs import JobKeyReusedError, JobsNotReadyError, JobsTakenError
from oodaloo.infra.jobs.workflow import PauseTooLongError, StepFailedError
from oodaloo.infra.qbo import errors as qbo
from oodaloo.infra.qbo.mirror.catching_up import BooksInMotionError
from oodaloo.infra.qbo.mirror.sync_runs import SyncSupersededError
from oodaloo.infra.qbo.smart_sync.limits import QboBusyError
from oodaloo.infra.qbo.smart_sync.metering import ReadBudgetError
from oodaloo.infra.qbo.webhooks.posts import UnreadablePostError
from oodaloo.infra.qbo.writes import errors as writes
from oodaloo.infra.settings import SettingsError
from oodaloo.infra.vault import VaultError
from oodaloo.kit.errors import OodalooError, UsageError
from oodaloo.kit.money import CurrencyMismatchError, NotAnAmountError
from oodaloo.runway.decisions.bills import BillNotPayableError, NoDiscountError
from oodaloo.runway.decisions.finalize import BatchRefusedError, BatchReusedError
from oodaloo.runway.decisions.queue import NoPayingAccountError, NotAPayDayError, StaleDecisionError
from oodaloo.runway.decisions.reserving import ReserveRefusedError
from oodaloo.runway.decisions.steps import NoCoverError
from oodaloo.runway.decisions.suggesting import NoPlanError
from oodaloo.runway.model.decisions import IllegalStepError
from oodaloo.runway.model.refusals import (
    DecisionMovedError,
    ReserveBelowZeroError,
    UnknownBatchError,
    UnknownDecisionError,
    UnknownOrderError,
    UnknownPictureError,
    UnknownReserveError,
)
from oodaloo.runway.model.scenario import NotInPictureError
from oodaloo.web.pages import message_page


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """How an error is told: `connect` where connecting to QuickBooks (again) is the way out."""

    status: int
    title: str
    connect: bool = False


_OURS = ErrorPage(500, "Something broke on our side")
_SETTINGS = ErrorPage(500, "A setting can’t work")
_QUICKBOOKS = ErrorPage(502, "QuickBooks said no")

ERROR_PAGES: dict[type[OodalooError], ErrorPage] = {
    OodalooError: _OURS,
    UsageError: ErrorPage(400, "That can’t be asked"),
    CurrencyMismatchError: _OURS,
    TenantLeakError: _OURS,
    VaultError: _SETTINGS,
    SettingsError: _SETTINGS,
    UnknownTimezoneError: _SETTINGS,
    DatabaseNewerError: ErrorPage(503, "The database is newer than this program"),
    DatabaseUnreachableError: ErrorPage(503, "The database can’t be reached"),
    BooksInMotionError: ErrorPage(503, "The books are being changed too fast to read"),
    SyncSupersededError: ErrorPage(409, "The books are being read anew"),
    DayAheadError: ErrorPage(400, "That day is still to come"),
    NeverSyncedError: ErrorPage(409, "The books are not read yet"),
    UnknownBusinessError: ErrorPage(404, "There is no such business"),
    NotInPictureError: ErrorPage(409, "That isn’t there any more"),
    JobKeyReusedError: _OURS,
    JobsNotReadyError: _OURS,
    StepFailedError: _OURS,
    PauseTooLongError: _OURS,
    JobsTakenError: ErrorPage(503, "Another process looks after this database"),
    NotPermittedError: ErrorPage(403, "That isn’t yours to do"),
    UnknownPersonError: ErrorPage(404, "There is no such person"),
    UnknownTokenError: ErrorPage(401, "Nobody knows this token"),
    NotAPersonError: ErrorPage(400, "That can’t be a person"),
    KeyReusedError: ErrorPage(422, "The key was that of another request"),
    LastOwnerError: ErrorPage(409, "Somebody has to be the owner"),
    IllegalStepError: ErrorPage(409, "It has moved on"),
    DecisionMovedError: ErrorPage(409, "Somebody else has changed it"),
    UnknownDecisionError: ErrorPage(404, "There is no such decision"),
    UnknownBatchError: ErrorPage(404, "There is no such batch"),
    UnknownOrderError: _OURS,
    UnknownReserveError: ErrorPage(404, "There is no such reserve"),
    ReserveBelowZeroError: _OURS,
    ReserveRefusedError: ErrorPage(409, "The reserve can’t be like that"),
    NoCoverError: ErrorPage(409, "There isn’t enough to spend"),
    BillNotPayableError: ErrorPage(409, "There is nothing to pay"),
    NoDiscountError: ErrorPage(409, "There is no such discount"),
    NoPlanError: ErrorPage(409, "No plan can be suggested"),
    UnknownPictureError: ErrorPage(404, "There is no such picture"),
    StaleDecisionError: ErrorPage(409, "Somebody changed it in QuickBooks"),
    NotAPayDayError: ErrorPage(400, "No payment can leave on that day"),
    NoPayingAccountError: ErrorPage(409, "There is no account to pay from"),
    BatchRefusedError: ErrorPage(409, "The batch can’t be finalized"),
    BatchReusedError: ErrorPage(409, "The batch was about something else"),
    NotAnAmountError: ErrorPage(400, "Not an amount"),
    UnreadablePostError: ErrorPage(400, "The post can’t be read"),
    qbo.QboError: _QUICKBOOKS,
    qbo.QboUnreachableError: ErrorPage(502, "QuickBooks can’t be reached"),
    qbo.QboNoAnswerError: ErrorPage(504, "QuickBooks did not answer in time"),
    qbo.QboThrottledError: ErrorPage(503, "QuickBooks asks us to slow down"),
    QboBusyError: ErrorPage(503, "QuickBooks takes no more calls this minute"),
    ReadBudgetError: ErrorPage(503, "This month’s reads are used up"),
    qbo.QboServerError: ErrorPage(502, "QuickBooks has a problem"),
    qbo.QboMaintenanceError: ErrorPage(503, "QuickBooks is closed for maintenance"),
    qbo.QboUnavailableError: ErrorPage(503, "QuickBooks has a problem"),
    qbo.QboUnauthorizedError: ErrorPage(502, "QuickBooks no longer knows us", connect=True),
    qbo.QboForbiddenError: ErrorPage(502, "QuickBooks does not let us read", connect=True),
    qbo.QboValidationError: _QUICKBOOKS,
    qbo.QboNotFoundError: ErrorPage(404, "QuickBooks has no such record"),
    qbo.QboStaleError: ErrorPage(409, "Somebody changed it in QuickBooks"),
    qbo.QboOutcomeUnknownError: ErrorPage(504, "We don’t know whether QuickBooks did it"),
    qbo.QboMalformedAnswerError: ErrorPage(502, "QuickBooks’ answer can’t be read"),
    writes.WriteKeyReusedError: _OURS,
    writes.UnknownIntentError: ErrorPage(404, "There is no such change"),
    writes.WriteUnderWayError: ErrorPage(409, "It is being done already"),
    writes.WriteRefusedError: _QUICKBOOKS,
    writes.ChangedMeanwhileError: ErrorPage(409, "Somebody changed it in QuickBooks"),
    qbo.ReconnectNeededError: ErrorPage(409, "The connection to QuickBooks has ended", connect=True),
    qbo.ConsentRefusedError: ErrorPage(400, "Not connected", connect=True),
}


def shown_as(error: OodalooError) -> ErrorPage:
    """How an error is told at any door."""
    return next(ERROR_PAGES[kind] for kind in type(error).__mro__ if kind in ERROR_PAGES)


def error_page(error: OodalooError) -> HTMLResponse:
    """The page for `error`, whose message says what happened and what to do."""
    shown = shown_as(error)
    return message_page(shown.status, shown.title, str(error), connect=shown.connect)
