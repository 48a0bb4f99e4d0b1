"""Books of a made-up business of any size, for measuring: invoices and bills with their past, payroll, rent, shops."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from oodaloo.domains.core.calendar import bank_calendar
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.picture import (
    Books,
    BusinessFacts,
    CashAccount,
    CashMovement,
    MovementKind,
    OpenItem,
    SettledItem,
)
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef

_TODAY: Final = date(2026, 10, 2)
_USD: Final = Currency("USD")
_HISTORY_DAYS: Final = 720
_PARTIES: Final = {RecordKind.INVOICE: 60, RecordKind.BILL: 40}
_TERMS_DAYS: Final = (15, 30, 30, 30, 45)


def made_up_books(*, invoices: int, bills: int, settled_invoices: int, settled_bills: int, seed: int = 1) -> Books:
    """So many open invoices and bills, and so many that were settled in the last two years; the same for a seed."""
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret)
    receivables = [_open(RecordKind.INVOICE, number, dice) for number in range(invoices)]
    payables = [_open(RecordKind.BILL, number, dice) for number in range(bills)]
    paid_invoices = [_settled(RecordKind.INVOICE, number, dice) for number in range(settled_invoices)]
    paid_bills = [_settled(RecordKind.BILL, number, dice) for number in range(settled_bills)]
    movements = [*_payments((*paid_invoices, *paid_bills)), *_payroll(dice), *_rent(), *_shops(dice)]
    now = datetime(_TODAY.year, _TODAY.month, _TODAY.day, 13, tzinfo=UTC)
    return Books(
        business=_facts(),
        as_of=_TODAY,
        known_at=now,
        synced_at=now,
        accounts=(CashAccount(RecordRef(RecordKind.ACCOUNT, "1"), "Checking", "Checking", _dollars(250_000), True),),
        undeposited=_dollars(0),
        cards=(),
        receivables=tuple(receivables),
        unapplied_receipts=(),
        payables=tuple(payables),
        vendor_credits=(),
        invoices_issued=_issued(receivables, paid_invoices),
        bills_issued=_issued(payables, paid_bills),
        settled_invoices=tuple(paid_invoices),
        settled_bills=tuple(paid_bills),
        movements=tuple(sorted(movements, key=lambda movement: movement.dated)),
        checks=(),
        foreign_documents=0,
    )


def _facts() -> BusinessFacts:
    return BusinessFacts(
        id=BusinessId("made-up"),
        name="Made-up business",
        realm_id=RealmId("0"),
        currency=_USD,
        timezone="America/New_York",
        calendar=bank_calendar("US", _TODAY.year - 3, _TODAY.year + 2),
        buffer=_dollars(20_000),
    )


def _dollars(amount: int) -> Money:
    return Money(100 * amount, _USD)


def _party(kind: RecordKind, dice: random.Random) -> Party:
    number = dice.randrange(_PARTIES[kind])
    return Party(f"{kind.value} {number}", f"{kind.value} party {number}")


def _amount(dice: random.Random) -> Money:
    return Money(round(dice.lognormvariate(12.2, 0.8)) + 100, _USD)


def _open(kind: RecordKind, number: int, dice: random.Random) -> OpenItem:
    """Issued within the last 40 days; some of the invoices are overdue."""
    issued = _TODAY - timedelta(days=dice.randrange(40))
    due = issued + timedelta(days=dice.choice(_TERMS_DAYS))
    amount = _amount(dice)
    return OpenItem(RecordRef(kind, f"open {number}"), _party(kind, dice), issued, due, amount, amount)


def _settled(kind: RecordKind, number: int, dice: random.Random) -> SettledItem:
    """Paid as late as its party usually pays, give or take some days; by today."""
    party = _party(kind, dice)
    habit = random.Random(party.id).gauss(6, 8)  # noqa: S311 (same)
    issued = _TODAY - timedelta(days=dice.randrange(70, _HISTORY_DAYS))
    due = issued + timedelta(days=dice.choice(_TERMS_DAYS))
    settled = min(max(issued, due + timedelta(days=round(habit + dice.gauss(0, 6)))), _TODAY)
    return SettledItem(RecordRef(kind, f"settled {number}"), party, issued, due, settled, _amount(dice))


def _issued(open_items: Sequence[OpenItem], paid: Sequence[SettledItem]) -> tuple[OpenItem, ...]:
    closed = [OpenItem(i.ref, i.party, i.issued, i.due, i.total, Money.zero(_USD)) for i in paid]
    return tuple(sorted((*open_items, *closed), key=lambda item: item.issued))


def _payments(paid: Sequence[SettledItem]) -> Iterator[CashMovement]:
    for item in paid:
        in_ = item.ref.kind is RecordKind.INVOICE
        ref = RecordRef(RecordKind.PAYMENT if in_ else RecordKind.BILL_PAYMENT, item.ref.id)
        kind = MovementKind.CUSTOMER_RECEIPT if in_ else MovementKind.BILL_PAYMENT
        amount = item.total if in_ else -item.total
        yield CashMovement(ref, item.settled, amount, kind, item.party, "", "", documents=(item.ref,))


def _payroll(dice: random.Random) -> Iterator[CashMovement]:
    for number in range(1, _HISTORY_DAYS // 14):
        day = _TODAY + timedelta(days=7 - 14 * number)
        yield _spent(f"payroll {number}", day, 60_000 + dice.randrange(-900, 900), "Payroll service", "Wages")


def _rent() -> Iterator[CashMovement]:
    for number in range(_HISTORY_DAYS // 30):
        month = _TODAY.year * 12 + _TODAY.month - 1 - number
        yield _spent(f"rent {number}", date(month // 12, month % 12 + 1, 1), 9_000, "Landlord", "Rent")


def _shops(dice: random.Random) -> Iterator[CashMovement]:
    for number in range(_HISTORY_DAYS // 2):
        day = _TODAY - timedelta(days=2 * number + dice.randrange(2))
        yield _spent(f"shop {number}", day, dice.randrange(20, 900), f"Shop {dice.randrange(10**6)}", "Supplies")


def _spent(name: str, day: date, dollars: int, payee: str, category: str) -> CashMovement:
    ref = RecordRef(RecordKind.PURCHASE, name)
    return CashMovement(ref, day, _dollars(-dollars), MovementKind.SPENDING, Party(None, payee), category, "")
