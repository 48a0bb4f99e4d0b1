"""How the accounts-receivable domain reads QuickBooks' records."""

import msgspec

from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Item, Payment
from oodaloo.domains.ar.store import CreditMemoRow, CustomerRow, InvoiceRow, ItemRow, PaymentRow
from oodaloo.domains.core.sync import applications, currency, links, meta
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.mirror.records import EntityType
from oodaloo.kit.money import Currency, Money

_CUSTOMER = msgspec.json.Decoder(wire.Customer)
_ITEM = msgspec.json.Decoder(wire.Item)
_INVOICE = msgspec.json.Decoder(wire.Invoice)
_PAYMENT = msgspec.json.Decoder(wire.Payment)
_CREDIT_MEMO = msgspec.json.Decoder(wire.CreditMemo)


def _customer(source: bytes, _home: Currency) -> Customer:
    record = _CUSTOMER.decode(source)
    return Customer(
        meta=meta(record),
        name=record.display_name,
        active=record.active,
        term_id=record.sales_term_ref.value if record.sales_term_ref else None,
        parent_id=record.parent_ref.value if record.parent_ref else None,
        email=record.primary_email_addr.address if record.primary_email_addr else "",
        phone=record.primary_phone.free_form_number if record.primary_phone else "",
    )


def _item(source: bytes, _home: Currency) -> Item:
    record = _ITEM.decode(source)
    return Item(meta(record), record.name, record.active, record.type)


def _invoice(source: bytes, home: Currency) -> Invoice:
    record = _INVOICE.decode(source)
    unit = currency(record, home)
    return Invoice(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        due=record.due_date,
        customer_id=record.customer_ref.value,
        customer_name=record.customer_ref.name,
        total=Money.of(record.total_amt, unit),
        balance=Money.of(record.balance, unit),
        linked=links(record.linked_txn),
        email_status=record.email_status,
        memo=record.private_note,
        term_id=record.sales_term_ref.value if record.sales_term_ref else None,
    )


def _payment(source: bytes, home: Currency) -> Payment:
    record = _PAYMENT.decode(source)
    unit = currency(record, home)
    return Payment(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        customer_id=record.customer_ref.value,
        customer_name=record.customer_ref.name,
        total=Money.of(record.total_amt, unit),
        unapplied=Money.of(record.unapplied_amt, unit),
        deposit_account_id=record.deposit_to_account_ref.value if record.deposit_to_account_ref else None,
        applied=applications(record.line, unit),
    )


def _credit_memo(source: bytes, home: Currency) -> CreditMemo:
    record = _CREDIT_MEMO.decode(source)
    unit = currency(record, home)
    remaining = record.balance if record.remaining_credit is None else record.remaining_credit
    return CreditMemo(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        customer_id=record.customer_ref.value,
        customer_name=record.customer_ref.name,
        total=Money.of(record.total_amt, unit),
        balance=Money.of(remaining, unit),
    )


TYPES = (
    EntityType(
        "Customer",
        CustomerRow,
        Customer,
        _customer,
        has_active=True,
        named=lambda customer: customer.name,
        referred_as=("customer_id", "party_id"),
    ),
    EntityType("Item", ItemRow, Item, _item, has_active=True, named=lambda item: item.name),
    EntityType(
        "Invoice",
        InvoiceRow,
        Invoice,
        _invoice,
        dated=lambda invoice: invoice.dated,
        open_cents=lambda invoice: invoice.balance.cents,
    ),
    EntityType(
        "Payment",
        PaymentRow,
        Payment,
        _payment,
        dated=lambda payment: payment.dated,
        open_cents=lambda payment: payment.unapplied.cents,
    ),
    EntityType(
        "CreditMemo",
        CreditMemoRow,
        CreditMemo,
        _credit_memo,
        dated=lambda memo: memo.dated,
        open_cents=lambda memo: memo.balance.cents,
    ),
)
