"""One record's page: QuickBooks' link types brought to the record kinds that have pages."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from oodaloo.domains.core.model import FactValue, LinkedRecord, RecordView
from oodaloo.kit.money import Money
from oodaloo.runway.experiences.figures import Cell, behind_record, record_text, when
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.wording import day_text, money_text

_LINK_KINDS = {
    "BillPaymentCheck": RecordKind.BILL_PAYMENT,
    "BillPaymentCreditCard": RecordKind.BILL_PAYMENT,
    "Check": RecordKind.PURCHASE,
    "Expense": RecordKind.PURCHASE,
    "CashPurchase": RecordKind.PURCHASE,
    "CreditCardCharge": RecordKind.PURCHASE,
    "CreditCardCredit": RecordKind.PURCHASE,
    "ReceivePayment": RecordKind.PAYMENT,
    **{kind.value: kind for kind in RecordKind},
}


def record_context(record: RecordView, as_of: date, timezone: str) -> Mapping[str, object]:
    """What the record's page shows beside the record itself; instants in the business's `timezone`."""
    kind = _LINK_KINDS.get(record.kind)
    named = record_text(RecordRef(kind, record.id, record.number)) if kind else f"{record.kind} {record.number}"
    return {
        "record": record,
        "facts": tuple((label, _fact_text(value, as_of, timezone)) for label, value in record.facts),
        "title": record.party if kind is RecordKind.ACCOUNT else named.strip(),
        "when": when(record.dated, as_of) if record.dated else None,
        "links": tuple(cell for cell in (_link(link) for link in record.linked) if cell is not None),
        "money_text": money_text,
    }


def _fact_text(value: FactValue, as_of: date, timezone: str) -> str:
    if isinstance(value, Money):
        return money_text(value, cents=True)
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(timezone))
        return f"{day_text(local.date())} {local.year}, {local:%H:%M}"
    if isinstance(value, date):
        day = when(value, as_of)
        return f"{day.day_text} · {day.days_text}"
    return value


def _link(link: LinkedRecord) -> Cell | None:
    """A link to another record's page; QuickBooks also links to kinds that are not mirrored."""
    kind = _LINK_KINDS.get(link.kind)
    if kind is None:
        return None
    ref = RecordRef(kind, link.id)
    return Cell(f"{record_text(ref)} (id {link.id})", behind_record(ref))
