"""How far the books can be relied on, in words: the score, and each doubt with its money and its fix."""

from dataclasses import dataclass

from oodaloo.runway.model.hygiene import (
    ApplyCredit,
    DeleteDuplicate,
    DepositPayment,
    Fix,
    Hygiene,
    HygieneScore,
    Issue,
    IssueKind,
    LookInto,
    MergeNames,
    ReadAgain,
    Reconnect,
    Route,
    SetDueDate,
    SettleInvoice,
    SortEntry,
)
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, money_text


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One doubt as a person reads it; empty are `money_text` where it can't be told, `effect_text` without effect."""

    key: str
    title: str
    money_text: str
    sentence: str
    effect_text: str
    fix_text: str
    route_text: str
    records: tuple[RecordRef, ...]
    related: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class HygieneView:
    """The score, what it says, and the doubts, most money first."""

    score_text: str
    sentence: str
    issues: tuple[IssueRow, ...]


def hygiene_view(found: Hygiene) -> HygieneView:
    """The same in words."""
    rows = tuple(_row(issue) for issue in found.issues)
    return HygieneView(f"{found.score.value.normalize():f}", _score_sentence(found.score), rows)


_TITLES = {
    IssueKind.DOUBTFUL_DUE_DATE: "Doubtful due date",
    IssueKind.MISSING_DUE_DATE: "No due date",
    IssueKind.UNAPPLIED_PAYMENT: "Payment not applied",
    IssueKind.UNAPPLIED_CREDIT: "Credit not used",
    IssueKind.UNDEPOSITED_FUNDS: "Not deposited",
    IssueKind.DUPLICATE_BILL: "Bill entered twice",
    IssueKind.DUPLICATE_VENDOR: "Vendor listed twice",
    IssueKind.DUPLICATE_CUSTOMER: "Customer listed twice",
    IssueKind.STALE_INVOICE: "Stale invoice",
    IssueKind.UNCATEGORIZED: "Uncategorized",
    IssueKind.NEGATIVE_BALANCE: "Negative balance",
    IssueKind.BOOKS_DISAGREE: "Books disagree",
    IssueKind.FOREIGN_CURRENCY: "Other currencies",
    IssueKind.LEDGER_UNREAD: "Ledger not read",
    IssueKind.CONNECTION: "Connection",
}
_ROUTES = {
    Route.THROUGH_QUICKBOOKS_API: "QuickBooks takes it from here",
    Route.BY_HAND_IN_QUICKBOOKS: "in QuickBooks, by hand",
    Route.HERE: "here",
}


def _score_sentence(score: HygieneScore) -> str:
    doubtful, forecast = money_text(score.doubtful, cents=False), money_text(score.forecast, cents=False)
    held = f" Held at {score.cap.at:f}: {score.cap.because}." if score.cap else ""
    if score.doubtful.is_zero:
        return f"No record is in doubt of the {forecast} that the forecast counts on.{held}"
    return f"{doubtful} of the {forecast} that the forecast counts on rest on records in doubt.{held}"


def _row(issue: Issue) -> IssueRow:
    return IssueRow(
        key=issue.key,
        title=_TITLES[issue.kind],
        money_text="" if isinstance(issue.money, Unknown) else money_text(issue.money, cents=True),
        sentence=issue.sentence,
        effect_text=issue.effect.because if issue.effect is not None else "",
        fix_text=_fix_text(issue.fix),
        route_text=_ROUTES[issue.fix.route],
        records=issue.records,
        related=issue.related,
    )


def _fix_text(fix: Fix) -> str:  # noqa: C901 (a line for each kind of fix)
    match fix:
        case SetDueDate():
            return f"Set the due date {f'to {day_text(fix.due)}' if fix.due else 'that the paper shows'}"
        case ApplyCredit():
            parts = (f"{money_text(part.amount, cents=True)} to {_named(part.document)}" for part in fix.to)
            return f"Apply {', '.join(parts)}"
        case DepositPayment():
            return f"Record its deposit of {money_text(fix.amount, cents=True)} once it is seen at the bank"
        case DeleteDuplicate():
            return f"Delete it, after a look at both; {_named(fix.kept)} stays"
        case MergeNames():
            return "Merge the two names"
        case SettleInvoice(received=None):
            return "Record its payment, or write it off"
        case SettleInvoice():
            return "Link the money that came in to it"
        case SortEntry():
            return "Book it to the account that it belongs to"
        case LookInto():
            return f"Find out {fix.what}"
        case Reconnect():
            return "Connect to QuickBooks again"
        case ReadAgain():
            return "Read the books again"


def _named(ref: RecordRef) -> str:
    word = "invoice" if ref.kind is RecordKind.INVOICE else "bill"
    return f"{word} {ref.number}" if ref.number else f"the {word}"
