"""How the accounts-payable domain reads QuickBooks' records."""

import msgspec

from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ap.store import BillPaymentRow, BillRow, VendorCreditRow, VendorRow
from oodaloo.domains.core.sync import applications, currency, links, meta
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.mirror.records import EntityType
from oodaloo.kit.money import Currency, Money

_VENDOR = msgspec.json.Decoder(wire.Vendor)
_BILL = msgspec.json.Decoder(wire.Bill)
_BILL_PAYMENT = msgspec.json.Decoder(wire.BillPayment)
_VENDOR_CREDIT = msgspec.json.Decoder(wire.VendorCredit)


def _vendor(source: bytes, _home: Currency) -> Vendor:
    record = _VENDOR.decode(source)
    return Vendor(
        meta=meta(record),
        name=record.display_name,
        active=record.active,
        term_id=record.term_ref.value if record.term_ref else None,
        email=record.primary_email_addr.address if record.primary_email_addr else "",
        phone=record.primary_phone.free_form_number if record.primary_phone else "",
    )


def _bill(source: bytes, home: Currency) -> Bill:
    record = _BILL.decode(source)
    unit = currency(record, home)
    return Bill(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        due=record.due_date,
        vendor_id=record.vendor_ref.value,
        vendor_name=record.vendor_ref.name,
        total=Money.of(record.total_amt, unit),
        balance=Money.of(record.balance, unit),
        term_id=record.sales_term_ref.value if record.sales_term_ref else None,
        account_ids=_expense_accounts(record.line),
        linked=links(record.linked_txn),
        memo=record.private_note,
    )


def _bill_payment(source: bytes, home: Currency) -> BillPayment:
    record = _BILL_PAYMENT.decode(source)
    unit = currency(record, home)
    return BillPayment(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        vendor_id=record.vendor_ref.value,
        vendor_name=record.vendor_ref.name,
        total=Money.of(record.total_amt, unit),
        method=record.pay_type,
        account_id=_paid_from(record),
        applied=applications(record.line, unit),
    )


def _vendor_credit(source: bytes, home: Currency) -> VendorCredit:
    record = _VENDOR_CREDIT.decode(source)
    unit = currency(record, home)
    return VendorCredit(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        vendor_id=record.vendor_ref.value,
        vendor_name=record.vendor_ref.name,
        total=Money.of(record.total_amt, unit),
        balance=Money.of(record.balance, unit),
    )


def _expense_accounts(lines: tuple[wire.ExpenseLine, ...]) -> tuple[str, ...]:
    details = (line.account_based_expense_line_detail for line in lines)
    return tuple(detail.account_ref.value for detail in details if detail and detail.account_ref)


def _paid_from(record: wire.BillPayment) -> str | None:
    check, card = record.check_payment, record.credit_card_payment
    account = check.bank_account_ref if check else card.cc_account_ref if card else None
    return account.value if account else None


TYPES = (
    EntityType(
        "Vendor",
        VendorRow,
        Vendor,
        _vendor,
        has_active=True,
        named=lambda vendor: vendor.name,
        referred_as=("vendor_id", "party_id"),
    ),
    EntityType("Bill", BillRow, Bill, _bill, dated=lambda bill: bill.dated, open_cents=lambda bill: bill.balance.cents),
    EntityType("BillPayment", BillPaymentRow, BillPayment, _bill_payment, dated=lambda payment: payment.dated),
    EntityType(
        "VendorCredit",
        VendorCreditRow,
        VendorCredit,
        _vendor_credit,
        dated=lambda credit: credit.dated,
        open_cents=lambda credit: credit.balance.cents,
    ),
)
