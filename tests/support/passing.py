"""Books some days later: what was paid, issued and spent meanwhile, with cash that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import Books, CashMovement, MovementKind, OpenItem, SettledItem
from oodaloo.runway.model.reference import RecordKind, RecordRef


def days_later(
    of: Books,
    days: int = 7,
    *,
    paid: Iterable[tuple[OpenItem, date]] = (),
    invoices: Sequence[OpenItem] = (),
    bills: Sequence[OpenItem] = (),
    moved: Sequence[CashMovement] = (),
) -> Books:
    """The books `days` later: open documents that were paid in full on a day, new documents, other movements.

    New documents that are `paid` too are settled ones. Cash changes by what moved.
    """
    payments = dict(paid)
    documents = (*of.invoices_issued, *of.bills_issued, *invoices, *bills)
    closed = {item.ref: (item, day) for item, day in _matching(documents, payments)}
    settlements = [_movement(item, day) for item, day in closed.values()]
    movements = sorted((*of.movements, *settlements, *moved), key=lambda movement: movement.dated)
    settled = [
        SettledItem(item.ref, item.party, item.issued, item.due, day, item.total) for item, day in closed.values()
    ]
    first, *others = of.accounts
    change = Money.total((movement.amount for movement in (*settlements, *moved)), of.business.currency)
    still_open = [item for item in (*of.receivables, *of.payables, *invoices, *bills) if item.ref not in closed]
    issued = [replace(item, open=item.open - item.open) if item.ref in closed else item for item in documents]
    return replace(
        of,
        as_of=of.as_of + timedelta(days=days),
        known_at=of.known_at + timedelta(days=days),
        accounts=(replace(first, balance=first.balance + change), *others),
        receivables=_of_kind(still_open, RecordKind.INVOICE),
        payables=_of_kind(still_open, RecordKind.BILL),
        invoices_issued=_of_kind(issued, RecordKind.INVOICE),
        bills_issued=_of_kind(issued, RecordKind.BILL),
        settled_invoices=(*of.settled_invoices, *(each for each in settled if each.ref.kind is RecordKind.INVOICE)),
        settled_bills=(*of.settled_bills, *(each for each in settled if each.ref.kind is RecordKind.BILL)),
        movements=tuple(movements),
    )


def _matching(documents: Iterable[OpenItem], payments: dict[OpenItem, date]) -> Iterable[tuple[OpenItem, date]]:
    by_ref = {item.ref: day for item, day in payments.items()}
    return [(item, by_ref[item.ref]) for item in documents if item.ref in by_ref]


def _movement(item: OpenItem, day: date) -> CashMovement:
    is_invoice = item.ref.kind is RecordKind.INVOICE
    return CashMovement(
        ref=RecordRef(RecordKind.PAYMENT if is_invoice else RecordKind.BILL_PAYMENT, f"paid {item.ref.id}"),
        dated=day,
        amount=item.open if is_invoice else -item.open,
        kind=MovementKind.CUSTOMER_RECEIPT if is_invoice else MovementKind.BILL_PAYMENT,
        party=item.party,
        category="",
        memo="",
        documents=(item.ref,),
    )


def _of_kind(items: Iterable[OpenItem], kind: RecordKind) -> tuple[OpenItem, ...]:
    return tuple(sorted((item for item in items if item.ref.kind is kind), key=lambda item: item.issued))
