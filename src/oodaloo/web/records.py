"""One record's page: QuickBooks' link types brought to the record kinds that have pages."""

from collections.abc import Mapping
from datetime import date

from oodaloo.domains.core.model import LinkedRecord, RecordView
from oodaloo.runway.experiences.figures import Cell, behind_record, record_text, when
from oodaloo.runway.model.picture import RecordKind, RecordRef
from oodaloo.runway.model.wording import money_text

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


def record_context(record: RecordView, as_of: date) -> Mapping[str, object]:
    """What the record's page shows beside the record itself."""
    kind = _LINK_KINDS.get(record.kind)
    named = record_text(RecordRef(kind, record.id, record.number)) if kind else f"{record.kind} {record.number}"
    return {
        "record": record,
        "title": record.party if kind is RecordKind.ACCOUNT else named.strip(),
        "when": when(record.dated, as_of) if record.dated else None,
        "links": tuple(cell for cell in (_link(link) for link in record.linked) if cell is not None),
        "money_text": money_text,
    }


def _link(link: LinkedRecord) -> Cell | None:
    """A link to another record's page; QuickBooks also links to kinds that are not mirrored."""
    kind = _LINK_KINDS.get(link.kind)
    if kind is None:
        return None
    ref = RecordRef(kind, link.id)
    return Cell(f"{record_text(ref)} (id {link.id})", behind_record(ref))
