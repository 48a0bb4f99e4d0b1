"""What figures point to: the records that they rest on, and the people and companies that they are about."""

from dataclasses import dataclass
from enum import StrEnum


class RecordKind(StrEnum):
    """The record types that figures rest on, by their QuickBooks names.

    Other activity is what QuickBooks shows in its ledger only, such as the cheques of its own payroll.
    """

    ACCOUNT = "Account"
    INVOICE = "Invoice"
    PAYMENT = "Payment"
    CREDIT_MEMO = "CreditMemo"
    BILL = "Bill"
    BILL_PAYMENT = "BillPayment"
    VENDOR_CREDIT = "VendorCredit"
    PURCHASE = "Purchase"
    DEPOSIT = "Deposit"
    TRANSFER = "Transfer"
    JOURNAL_ENTRY = "JournalEntry"
    OTHER_ACTIVITY = "OtherActivity"
    CUSTOMER = "Customer"
    VENDOR = "Vendor"


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """Where a figure comes from: one record in QuickBooks, with the number people know it by."""

    kind: RecordKind
    id: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or vendor (or an employee or bank that money went to), by id where QuickBooks gives one."""

    id: str | None
    name: str
