"""Flaws of invoices, customers and their money."""

from dataclasses import replace
from datetime import timedelta

from qbo_emulator.scenarios.company.business_days import on_or_after
from qbo_emulator.scenarios.company.chart import (
    CHECKING,
    OPENING_EQUITY,
    RECEIVABLE,
    UNCATEGORIZED,
    UNCATEGORIZED_INCOME,
    UNDEPOSITED,
)
from qbo_emulator.scenarios.company.events import CustomerPaid, Earned, InvoiceIssued, Journalled, Spent
from qbo_emulator.scenarios.company.flaws.draft import Draft, collected_alone, collections, take_from_deposits
from qbo_emulator.scenarios.company.flaws.kinds import FlawKind
from qbo_emulator.scenarios.company.flaws.spellings import second_spelling
from qbo_emulator.scenarios.company.streams import office_time

_UNCATEGORIZED_COUNT, _MOVED_INVOICES = 7, 3
_FILLED_IN_DAYS = 30
_ADJUSTED_CENTS = 25_000


def unapplied_payment(draft: Draft) -> None:
    """Money that came for an invoice, and nobody chose the invoice."""
    recent = [
        one
        for one in draft.known(CustomerPaid)
        if 3 <= draft.age_days(one) <= 30 and len(one.invoices) == 1 and not one.credits
    ]
    for payment in draft.choose("unapplied_payment", recent, 1):
        draft.change(replace(payment, invoices=()))
        why = f"{payment.customer} paid, but no invoice was chosen"
        draft.note("unapplied_payment", "Payment", payment.key, why)


def stale_invoice(draft: Draft) -> None:
    """Nobody will ever pay it: the payments that settled nothing else are gone, from their deposits too."""
    old = [
        one
        for one in draft.known(InvoiceIssued)
        if 200 <= draft.age_days(one) <= 380
        and one.cents <= draft.largest_missed_cents
        and collected_alone(draft, one.key)
    ]
    for invoice in draft.choose("stale_invoice", old, 1):
        for payment in collections(draft, invoice.key):
            take_from_deposits(draft, payment.key)
            del draft.events[payment.key]
        why = f"open for {draft.age_days(invoice)} days without a payment"
        draft.note("stale_invoice", "Invoice", invoice.key, why)


def payment_booked_as_income(draft: Draft) -> None:
    """A transfer from a customer that whoever saw it in the bank feed booked as income: its invoice stays open."""
    kind: FlawKind = "payment_booked_as_income"
    transfers = [
        one
        for one in draft.known(CustomerPaid)
        if 120 <= draft.age_days(one) <= 300 and one.to == CHECKING and _settles_one_alone(draft, one)
    ]
    for payment in draft.choose(kind, transfers, 1):
        invoice = draft.events[payment.invoices[0][0]]
        draft.touch(invoice)
        del draft.events[payment.key]
        key = f"income/{payment.key}"
        draft.change(
            Earned(
                key=key,
                txn_date=payment.txn_date,
                at=payment.at,
                into=CHECKING,
                account=UNCATEGORIZED_INCOME,
                cents=payment.cents,
                note=f"ACH CREDIT {payment.customer.upper()[:18]}",
            )
        )
        draft.note(kind, "Deposit", key, f"{payment.customer}'s payment, booked as income")
        draft.note(kind, "Invoice", invoice.key, f"paid on {payment.txn_date}, but still open")


def paid_twice(draft: Draft) -> None:
    """A customer pays an invoice once more, and nobody sends the money back.

    Not one with another invoice of that amount left open by a flaw: that money would settle it.
    """
    kind: FlawKind = "paid_twice"
    planted = (draft.events.get(flaw.key) for flaw in draft.flaws)
    avoided = {(one.customer, one.cents) for one in planted if isinstance(one, InvoiceIssued | CustomerPaid)}
    once = [
        one
        for one in draft.known(CustomerPaid)
        if 40 <= draft.age_days(one) <= 200
        and (one.customer, one.cents) not in avoided
        and len(one.invoices) == 1
        and not one.credits
        and one.cents <= 2 * draft.largest_missed_cents
    ]
    for payment in draft.choose(kind, once, 1):
        day = on_or_after(payment.txn_date + timedelta(days=draft.dice(kind).randint(5, 20)))
        key = f"{payment.key}/again"
        draft.change(replace(payment, key=key, txn_date=day, at=office_time(day, key), invoices=(), to=CHECKING))
        draft.note(kind, "Payment", key, f"{payment.customer} paid once more what it had paid on {payment.txn_date}")


def undeposited_payment(draft: Draft) -> None:
    """A cheque that nobody took to the bank."""
    forgotten = [
        one
        for one in draft.known(CustomerPaid)
        if one.to == UNDEPOSITED and 25 <= draft.age_days(one) <= 75 and one.cents <= draft.largest_missed_cents
    ]
    for payment in draft.choose("undeposited_payment", forgotten, 1):
        take_from_deposits(draft, payment.key)
        why = f"in undeposited funds for {draft.age_days(payment)} days"
        draft.note("undeposited_payment", "Payment", payment.key, why)


def filled_in_due_date(draft: Draft) -> None:
    """An open invoice without terms, which QuickBooks makes due after 30 days whatever was agreed."""
    kind: FlawKind = "invoice_due_date_filled_in"
    others = [
        one
        for one in draft.known(InvoiceIssued)
        if abs(one.terms.due_days - _FILLED_IN_DAYS) >= 15 and draft.age_days(one) <= one.terms.due_days
    ]
    unpaid = [one for one in others if all(paid.at > draft.known_at for paid in collections(draft, one.key))]
    for invoice in draft.choose(kind, unpaid, 1):
        due = invoice.txn_date + timedelta(days=_FILLED_IN_DAYS)
        draft.change(replace(invoice, due_date=due, with_terms=False))
        why = f"due after {_FILLED_IN_DAYS} days, but {invoice.customer} has {invoice.terms.name}"
        draft.note(kind, "Invoice", invoice.key, why)


def duplicate_customer(draft: Draft) -> None:
    """Some paid invoices of one customer, with the payments for nothing but them, move to a second spelling."""
    kind: FlawKind = "duplicate_customer"
    paid = [
        one
        for one in draft.known(InvoiceIssued)
        if 60 <= draft.age_days(one) <= 200 and collections(draft, one.key) and collected_alone(draft, one.key)
    ]
    untouched = [one for one in paid if not draft.is_touched(one, *collections(draft, one.key))]
    for sample in draft.choose(kind, untouched, 1):
        alias = second_spelling(sample.customer, draft.dice(kind, sample.customer))
        for invoice in [one for one in untouched if one.customer == sample.customer][-_MOVED_INVOICES:]:
            draft.touch(invoice)
            draft.change(replace(invoice, customer=alias))
            for payment in collections(draft, invoice.key):
                draft.change(replace(payment, customer=alias))
        draft.note(kind, "Customer", f"customer/{alias}", f"the same as {sample.customer}")


def uncategorized_purchases(draft: Draft) -> None:
    """Card purchases as the bank feed leaves them."""
    kind: FlawKind = "uncategorized_purchase"
    recent = [
        one
        for one in draft.known(Spent)
        if one.key.startswith("card/") and draft.age_days(one) <= 40 and not one.is_refund
    ]
    for spent in draft.choose(kind, recent, _UNCATEGORIZED_COUNT):
        note = f"POS PURCHASE {(spent.payee or '').upper()[:18]}"
        draft.change(replace(spent, payee=None, lines=((UNCATEGORIZED, spent.cents),), note=note))
        draft.note(kind, "Purchase", spent.key, "no payee, and left in Uncategorized Expense")


def receivable_adjusted_by_hand(draft: Draft) -> None:
    """A journal entry to accounts receivable without an invoice, to make a total agree with a spreadsheet."""
    kind: FlawKind = "receivable_adjusted_by_hand"
    months_ago = [one for one in draft.known(InvoiceIssued) if 30 <= draft.age_days(one) <= 180]
    for near in draft.choose(kind, months_ago, 1):
        key = f"adjusted/{near.key}"
        draft.change(
            Journalled(
                key=key,
                txn_date=near.txn_date,
                at=office_time(near.at.date(), key),
                lines=((RECEIVABLE, _ADJUSTED_CENTS), (OPENING_EQUITY, -_ADJUSTED_CENTS)),
                note="To agree with the list of open invoices",
                customer=near.customer,
            )
        )
        draft.note(kind, "Account", f"account/{RECEIVABLE}", "a journal entry moved it away from its invoices")


def _settles_one_alone(draft: Draft, payment: CustomerPaid) -> bool:
    """Whether the payment is all that was paid for one invoice, and nothing else."""
    if len(payment.invoices) != 1 or payment.credits:
        return False
    key, cents = payment.invoices[0]
    invoice = draft.events.get(key)
    whole = isinstance(invoice, InvoiceIssued) and invoice.cents == cents == payment.cents
    return whole and collections(draft, key) == [payment]
