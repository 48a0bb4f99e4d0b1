"""How customers pay what the books show as open, and how their cheques reach the bank."""

from datetime import date, datetime, time, timedelta
from random import Random

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.business_days import business_days_after
from qbo_emulator.scenarios.company.chart import CHECKING, UNDEPOSITED
from qbo_emulator.scenarios.company.description import PayingHabit
from qbo_emulator.scenarios.company.events import CustomerPaid, Deposited, Share
from qbo_emulator.scenarios.company.habits import PlannedPayment, customer_payments
from qbo_emulator.scenarios.company.sales import deposit_day
from qbo_emulator.scenarios.company.streams import OFFICE, stream
from qbo_emulator.scenarios.life.desk import Desk
from qbo_emulator.scenarios.life.open_documents import (
    OpenDocuments,
    created_at,
    in_cents,
    still_there,
    waits_undeposited,
)

_STRANGERS_HABIT = PayingHabit("prompt", 2, 5)
_MOVED_BY_A_REMINDER_SHARE, _MOVED_THOUGH_FORGOTTEN_SHARE = 0.6, 0.35


def customer_pays(desk: Desk, documents: OpenDocuments, customer_id: str, at: datetime) -> CustomerPaid | None:
    """Return what the customer pays at that moment, as one payment less its credits; None when nothing is due.

    Each invoice is paid by the customer's habit, sooner perhaps when a reminder was sent after its due date. Money
    that the customer sent already and nobody applied counts as paid.
    """
    day, name = at.date(), desk.customer_name(customer_id)
    sent = [one["UnappliedAmt"] for one in still_there(desk.books, "Payment", documents.unapplied[customer_id])]
    shares: list[Share] = []
    for invoice in still_there(desk.books, "Invoice", documents.invoices[customer_id]):
        cents = _due_now(desk, invoice, name, day)
        if cents > 0 and not any(amount >= invoice["Balance"] for amount in sent):
            shares.append((desk.document("Invoice", invoice), cents))
    if not shares:
        return None
    memos = _usable_credits(desk, documents, customer_id, sum(cents for _, cents in shares))
    by_check = _habit(desk, name).by_check
    dice = stream(desk.plan.seed, "cheque number", name, day.isoformat())
    return CustomerPaid(
        key=f"payment/{name}/{day}",
        txn_date=day,
        at=at,
        customer=name,
        cents=sum(cents for _, cents in shares) - sum(cents for _, cents in memos),
        invoices=tuple(shares),
        credits=memos,
        to=UNDEPOSITED if by_check else CHECKING,
        check_number=str(dice.randint(1000, 9999)) if by_check else "",
    )


def cheques_to_bank(desk: Desk, documents: OpenDocuments, at: datetime) -> Deposited | None:
    """Return the deposit of the cheques that are due at the bank on that day, in the order they came."""
    day, undeposited_id = at.date(), desk.account_id(UNDEPOSITED)
    payments: list[Share] = []
    for payment in still_there(desk.books, "Payment", documents.cheques):
        forgotten = created_at(payment) <= desk.handover.known_at and payment["Id"] not in desk.handover.cheques
        is_due = deposit_day(date.fromisoformat(payment["TxnDate"])) <= day
        if waits_undeposited(payment, undeposited_id) and is_due and not forgotten:
            payments.append((desk.document("Payment", payment), in_cents(payment["TotalAmt"])))
    if not payments:
        return None
    return Deposited(key=f"deposit/{day}", txn_date=day, at=at, payments=tuple(payments))


def _due_now(desk: Desk, invoice: JsonObject, name: str, day: date) -> int:
    planned = _planned(desk, invoice, name)
    reminded_on = _paid_after_reminder(desk, invoice, name, is_forgotten=not planned)
    if reminded_on is not None and reminded_on <= day:
        return in_cents(invoice["Balance"])
    if not any(part.day <= day for part in planned):
        return 0
    return in_cents(invoice["Balance"]) - sum(part.cents for part in planned if part.day > day)


def _planned(desk: Desk, invoice: JsonObject, name: str) -> tuple[PlannedPayment, ...]:
    """Return when it will be paid; nothing for an invoice that the customer has forgotten."""
    if created_at(invoice) <= desk.handover.known_at:
        return desk.handover.promised.get(invoice["Id"], ())
    issued, due = date.fromisoformat(invoice["TxnDate"]), date.fromisoformat(invoice["DueDate"])
    dice = _dice_of(desk, "pays", invoice, name)
    return customer_payments(_habit(desk, name), issued, due, in_cents(invoice["TotalAmt"]), dice)


def _paid_after_reminder(desk: Desk, invoice: JsonObject, name: str, *, is_forgotten: bool) -> date | None:
    sent = invoice.get("DeliveryInfo", {}).get("DeliveryTime")
    if invoice.get("EmailStatus") != "EmailSent" or sent is None:
        return None
    reminded = datetime.fromisoformat(sent).astimezone(OFFICE)
    due_passed = datetime.combine(date.fromisoformat(invoice["DueDate"]), time.max, tzinfo=OFFICE)
    if reminded <= due_passed:
        return None
    dice = _dice_of(desk, "reminded", invoice, name, reminded.date().isoformat())
    share = _MOVED_THOUGH_FORGOTTEN_SHARE if is_forgotten else _MOVED_BY_A_REMINDER_SHARE
    if dice.random() >= share:
        return None
    return business_days_after(reminded.date() + timedelta(days=1), dice.randint(0, 4))


def _dice_of(desk: Desk, what: str, invoice: JsonObject, name: str, *more: str) -> Random:
    # Not by id: ids depend on what others entered meanwhile.
    return stream(desk.plan.seed, what, name, invoice["TxnDate"], str(in_cents(invoice["TotalAmt"])), *more)


def _habit(desk: Desk, name: str) -> PayingHabit:
    customer = desk.customers.get(name)
    return customer.habit if customer else _STRANGERS_HABIT


def _usable_credits(desk: Desk, documents: OpenDocuments, customer_id: str, owed_cents: int) -> tuple[Share, ...]:
    """Return the open credit memos that together are less than what is owed."""
    used: list[Share] = []
    for memo in still_there(desk.books, "CreditMemo", documents.credit_memos[customer_id]):
        cents = in_cents(memo["Balance"])
        if 0 < cents < owed_cents - sum(part for _, part in used):
            used.append((desk.document("CreditMemo", memo), cents))
    return tuple(used)
