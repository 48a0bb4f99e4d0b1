"""Paying bills in QuickBooks: each order once, step by step, whoever dies on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from oodaloo.domains.ap.attempts import Attempt, attempted
from oodaloo.domains.ap.discounts import give_discounts_back, take_discounts
from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ap.payments import CreditPart, PaymentOrder, write_of
from oodaloo.domains.ap.store import BillPaymentRow, BillRow, VendorCreditRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.jobs.workflow import Run
from oodaloo.infra.qbo.mirror.records import MirrorRow, load, load_source
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.qbo.writes.intents import Intent
from oodaloo.infra.qbo.writes.write import Seen, Write, seen
from oodaloo.kit.money import Money

_DocumentT = TypeVar("_DocumentT", Bill, VendorCredit)


class PaymentEnd(StrEnum):
    """How an order ended: the payment is in QuickBooks, it isn't and won't be, or nobody can tell yet."""

    PAID = "paid"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """What became of an order: the BillPayment's id where it is paid, else why it isn't, or why that isn't known."""

    end: PaymentEnd
    bill_payment_id: str = ""
    told: str = ""


async def execute_payment_workflow(run: Run, order: PaymentOrder, writes: Writes) -> PaymentOutcome:
    """Carry an order out in QuickBooks and confirm it in the mirror.

    Steps: discounts entered as credits; `intent`, validated and stored; `pay` through SmartSync, again while it stays
    silent; `confirm`. Where QuickBooks applied it to less than was ordered, because somebody else was first, `void`
    takes it back. An order that was begun before goes on with its intents: its bills may be closed by its own payment.
    Unknown is what a later run of the same order goes on from; refused is for good, and nothing of it can be done any
    more.
    """
    discounts = await take_discounts(run, order, writes, _objection)
    if discounts.end is Attempt.DONE:
        outcome = await _paid(run, order, discounts.credits, writes)
    else:
        outcome = _ended(discounts.end, discounts.told)
    if outcome.end is PaymentEnd.REFUSED and (stays := await give_discounts_back(run, order, writes)):
        return replace(outcome, told=f"{outcome.told} {stays}")
    return outcome


async def _paid(run: Run, order: PaymentOrder, discounts: Sequence[CreditPart], writes: Writes) -> PaymentOutcome:
    """Enter the payment, with the credits that its discounts have become."""
    intent_id, refused = await run.transaction("intent", lambda session: _intended(session, order, discounts, writes))
    if refused:
        return PaymentOutcome(PaymentEnd.REFUSED, told=refused)
    attempt, told = await attempted(run, intent_id, writes, "pay")
    if attempt is Attempt.STOPPED and await run.transaction(
        "withdraw", lambda session: writes.withdraw(session, order.key, told)
    ):
        return PaymentOutcome(PaymentEnd.REFUSED, told=told)
    if attempt is not Attempt.DONE:
        return _ended(attempt, told)
    amiss = await run.transaction("confirm", lambda session: _amiss(session, order, discounts, told))
    return PaymentOutcome(PaymentEnd.PAID, told) if not amiss else await _taken_back(run, order, told, amiss, writes)


def _ended(attempt: Attempt, told: str) -> PaymentOutcome:
    end = PaymentEnd.REFUSED if attempt is Attempt.REFUSED else PaymentEnd.UNKNOWN
    return PaymentOutcome(end, told=told)


async def _taken_back(run: Run, order: PaymentOrder, payment_id: str, amiss: str, writes: Writes) -> PaymentOutcome:
    """Void a payment that isn't what was ordered."""
    void_id = await run.transaction("intend to void", lambda session: _intended_void(session, order, writes))
    attempt, told = await attempted(run, void_id, writes, "void")
    if attempt is Attempt.DONE:
        return PaymentOutcome(PaymentEnd.REFUSED, payment_id, f"{amiss} What we had entered was voided.")
    if attempt is Attempt.REFUSED:
        by_hand = f"{amiss} Our payment {payment_id} couldn't be voided ({told}). Void it in QuickBooks."
        return PaymentOutcome(PaymentEnd.REFUSED, payment_id, by_hand)
    return PaymentOutcome(PaymentEnd.UNKNOWN, payment_id, f"{amiss} Our payment {payment_id} is being voided: {told}")


async def _intended(
    session: TenantSession, order: PaymentOrder, discounts: Sequence[CreditPart], writes: Writes
) -> tuple[str, str]:
    """The intent of an order, which is stored now unless it was before; or none and why it can't be carried out."""
    known = await writes.find(session, order.key)
    if known is not None:
        return known.id, ""
    if refused := await _objection(session, order):
        return "", refused
    write = write_of(order, await _based_on(session, order), discounts)
    return (await writes.prepare(session, write)).id, ""


async def _objection(session: TenantSession, order: PaymentOrder) -> str:
    """Why the mirror says that an order can't be carried out as it was decided, empty when it can."""
    for part in order.bills:
        name = f"Bill {part.bill_id} of {order.vendor_name}"
        bill = await _document(session, BillRow, Bill, part.bill_id)
        if bill is None or bill.balance.cents <= 0:
            return f"{name} isn't open any more in QuickBooks: it was paid or deleted."
        if bill.vendor_id != order.vendor_id or bill.balance.currency != part.seen_open.currency:
            return f"{name} was changed in QuickBooks since it was decided: it has another vendor or currency."
        if bill.balance != part.seen_open:
            return f"{name} was changed in QuickBooks since it was decided: another amount is open of it."
    for credit in order.credits:
        left = await _document(session, VendorCreditRow, VendorCredit, credit.credit_id)
        if left is None or left.balance.currency != credit.used.currency or left.balance < credit.used:
            return f"Less is left of credit {credit.credit_id} of {order.vendor_name} than was to be used."
    return ""


async def _document(
    session: TenantSession, row: type[MirrorRow], model: type[_DocumentT], record_id: str
) -> _DocumentT | None:
    found = await load(session, row, model, row.id == record_id)
    return found[0] if found else None


async def _based_on(session: TenantSession, order: PaymentOrder) -> list[Seen]:
    """What must still be so when QuickBooks is asked a second time."""
    documents: Mapping[tuple[str, type[MirrorRow]], list[str]] = {
        ("Bill", BillRow): [part.bill_id for part in order.bills],
        ("VendorCredit", VendorCreditRow): [part.credit_id for part in order.credits],
    }
    sources = [
        (entity, await load_source(session, row, record_id))
        for (entity, row), ids in documents.items()
        for record_id in ids
    ]
    return [seen(entity, source.encode(), "Balance", "VendorRef") for entity, source in sources if source is not None]


async def _intended_void(session: TenantSession, order: PaymentOrder, writes: Writes) -> str:
    """The intent to void what an order has entered, which is stored now unless it was before."""
    key = f"void of {order.key}"
    known = await writes.find(session, key)
    if known is not None:
        return known.id
    entered = await writes.find(session, order.key)
    if entered is None:
        raise AssertionError("what is to be voided was entered")
    base = await _as_mirrored(session, entered)
    return (await writes.prepare(session, Write.void(key, "BillPayment", base, guarding=("PrivateNote",)))).id


async def _as_mirrored(session: TenantSession, entered: Intent) -> bytes:
    """The payment as the mirror has it, else as QuickBooks answered."""
    source = await load_source(session, BillPaymentRow, entered.record_id)
    return source.encode() if source is not None else entered.answer


async def _amiss(
    session: TenantSession, order: PaymentOrder, discounts: Sequence[CreditPart], bill_payment_id: str
) -> str:
    """In what the mirrored payment isn't what was ordered, empty when it is."""
    found = await load(session, BillPaymentRow, BillPayment, BillPaymentRow.id == bill_payment_id)
    if not found:
        return ""  # QuickBooks' answer couldn't be read in full; the next refresh brings the record
    wanted = {("Bill", part.bill_id): part.settled for part in order.bills}
    wanted |= {("VendorCredit", part.credit_id): part.used for part in (*order.credits, *discounts)}
    applied: dict[tuple[str, str], Money] = {}
    for each in found[0].applied:
        key = (each.kind, each.id)
        applied[key] = applied[key] + each.amount if key in applied else each.amount
    short = [
        document_id for (kind, document_id), amount in wanted.items() if applied.get((kind, document_id)) != amount
    ]
    if not short:
        return ""
    return f"QuickBooks didn't apply the payment to {', '.join(short)} as ordered: somebody else was first."
