"""What a scenario changes, in a few words that head the sentence about its effect."""

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.flow_hits import RHYTHM_TEXT
from oodaloo.runway.calculators.scenario import supposed, to_pay
from oodaloo.runway.model.earmarks import Earmark
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.scenario import (
    Ask,
    Change,
    Drop,
    EndFlow,
    InvoiceChange,
    MoveBill,
    NewFlow,
    OneOff,
    PayToday,
    ReceiveOn,
    ResizeFlow,
    Scenario,
    SlipCustomer,
    SlipInvoice,
    SwitchOff,
    SwitchOn,
)
from oodaloo.runway.model.wording import day_text, days_text, money_text

_NAMED = 3


def scenario_text(picture: CashPicture, scenario: Scenario) -> str:
    """ "Pier 9 ($4,300.00) paid today": up to three changes joined by commas, and how many more there are.

    Raises `NotInPictureError` for what the picture doesn't hold.
    """
    told = []
    for change in scenario.changes[:_NAMED]:
        after = supposed(picture, Scenario((change,)))
        told.append(_text(picture, change))
        picture = after
    more = len(scenario.changes) - _NAMED
    together = " together" if len(scenario.changes) > 1 else ""
    text = (", ".join(told) or "no change") + (f" and {more} more" if more > 0 else "") + together
    return text[0].upper() + text[1:]


def _text(picture: CashPicture, change: Change) -> str:
    match change:
        case PayToday(bill):
            return f"{_bill(picture, bill, None)} paid today"
        case MoveBill(bill, day, amount):
            return f"{_bill(picture, bill, amount)} paid on {day_text(max(day, picture.books.as_of))}"
        case Drop(document):
            return f"without {_document(picture, document)}"
        case SlipCustomer(customer, days):
            return f"{customer.name} {later_text(days)}"
        case ReceiveOn() | SlipInvoice() | Ask():
            return _invoice_text(picture, change)
        case SwitchOn(reserve):
            return f"{_earmark(reserve)} set aside"
        case SwitchOff(key):
            return f"{_earmark(next(each for each in picture.earmarks if each.key == key))} given back"
        case _:
            return _flow_text(picture, change)


def _invoice_text(picture: CashPicture, change: InvoiceChange) -> str:
    invoice = _document(picture, change.invoice)
    match change:
        case ReceiveOn(_, day):
            return f"{invoice} paid on {day_text(max(day, picture.books.as_of))}"
        case SlipInvoice(_, days):
            return f"{invoice} {later_text(days)}"
        case Ask():
            return f"asking for {invoice}"


def _flow_text(picture: CashPicture, change: OneOff | NewFlow | ResizeFlow | EndFlow) -> str:
    match change:
        case OneOff(label, day, amount):
            return f"{label}, {_in_or_out(amount)} on {day_text(day)}"
        case NewFlow(label, first, rhythm, amount):
            return f"{label}, {_in_or_out(amount)} {RHYTHM_TEXT[rhythm]} from {day_text(first)}"
        case ResizeFlow(key, since, by):
            return f"{_flow(picture, key)} {_more_or_less(picture, key, by)} from {day_text(since)}"
        case EndFlow(key, since):
            return f"no {_flow(picture, key)} from {day_text(since)}"


def later_text(days: int) -> str:
    """ "14 days later", "3 days sooner"."""
    return f"{days_text(abs(days))} {'later' if days >= 0 else 'sooner'}"


def _bill(picture: CashPicture, bill: RecordRef, amount: Money | None) -> str:
    found = _open_item(picture, bill)
    name = bill.number if found is None else found.party.name
    return f"{name} ({money_text(amount or to_pay(picture, bill), cents=True)})"


def _document(picture: CashPicture, document: RecordRef) -> str:
    kind = "bill" if document.kind is RecordKind.BILL else "invoice"
    found = _open_item(picture, document)
    if found is None:
        return f"{kind} {document.number or document.id}"
    return f"the {kind} of {found.party.name} ({money_text(found.open, cents=True)})"


def _open_item(picture: CashPicture, document: RecordRef) -> OpenItem | None:
    every = (*picture.books.payables, *picture.books.receivables)
    return next((each for each in every if each.ref == document), None)


def _in_or_out(amount: Money) -> str:
    return f"{money_text(abs(amount), cents=True)} {'in' if amount.cents >= 0 else 'out'}"


def _flow(picture: CashPicture, key: str) -> str:
    return next((flow.label for flow in picture.recurring if flow.key == key), key)


def _more_or_less(picture: CashPicture, key: str, by: Money) -> str:
    typical = next((flow.typical_amount.cents for flow in picture.recurring if flow.key == key), 0)
    return f"{money_text(abs(by), cents=True)} {'more' if by.cents * typical >= 0 else 'less'}"


def _earmark(earmark: Earmark) -> str:
    return f"{earmark.label}, {money_text(earmark.amount, cents=True)},"
