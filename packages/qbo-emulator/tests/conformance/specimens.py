"""One of each entity type: how the client makes it, and what it changes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from conformance.company import Company, account, link_to
from quickbooks.objects.billpayment import BillPayment, BillPaymentLine, CheckPayment
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.deposit import Deposit, DepositLine, DepositLineDetail
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.journalentry import JournalEntry, JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.refundreceipt import RefundReceipt
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.term import Term
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.transfer import Transfer
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit

Entity = Any
"""An object of the client, whose package says nothing about types."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """How one object of a type comes to be."""

    make: Callable[[Company], Entity]
    """An unsaved object."""
    changed: tuple[str, str | int]
    """A property and the value that an update gives it."""
    found_by: str = "Id"
    """A property that filters find it by."""


def _named(make: Callable[[], Entity], property_name: str, value: str, **fields: object) -> Callable[[Company], Entity]:
    def made(_: Company) -> Entity:
        entity = make()
        for name, content in {property_name: value, **fields}.items():
            setattr(entity, name, content)
        return entity

    return made


def _item(company: Company) -> Item:
    item = Item()
    item.Name = "Strangers' Workshop"
    item.Type = "Service"
    item.UnitPrice = 75
    item.IncomeAccountRef = company.income.to_ref()
    return item


def _sale(make: Callable[[], Entity], **fields: object) -> Callable[[Company], Entity]:
    def made(company: Company) -> Entity:
        entity = make()
        entity.CustomerRef = company.customer.to_ref()
        entity.Line.append(company.sales_line(150, quantity=2))
        for name, content in fields.items():
            setattr(entity, name, content)
        return entity

    return made


def _into_bank(make: Callable[[], Entity]) -> Callable[[Company], Entity]:
    def made(company: Company) -> Entity:
        entity = _sale(make)(company)
        entity.DepositToAccountRef = company.bank.to_ref()
        return entity

    return made


def _payment(company: Company) -> Payment:
    invoice = company.invoice(120).save(qb=company.qb)
    payment = Payment()
    payment.CustomerRef = company.customer.to_ref()
    payment.TotalAmt = 120
    line = PaymentLine()
    line.Amount = 120
    line.LinkedTxn.append(invoice.to_linked_txn())
    payment.Line.append(line)
    return payment


def _bill_payment(company: Company) -> BillPayment:
    bill = company.bill(80).save(qb=company.qb)
    payment = BillPayment()
    payment.VendorRef = company.vendor.to_ref()
    payment.PayType = "Check"
    payment.CheckPayment = CheckPayment()
    payment.CheckPayment.BankAccountRef = company.bank.to_ref()
    payment.TotalAmt = 80
    line = BillPaymentLine()
    line.Amount = 80
    line.LinkedTxn.append(link_to(bill, bill.Id))
    payment.Line.append(line)
    return payment


def _vendor_credit(company: Company) -> VendorCredit:
    credit = VendorCredit()
    credit.VendorRef = company.vendor.to_ref()
    credit.Line.append(company.expense_line(30))
    return credit


def _purchase(company: Company) -> Purchase:
    purchase = Purchase()
    purchase.PaymentType = "CreditCard"
    purchase.AccountRef = company.card.to_ref()
    purchase.Line.append(company.expense_line(45.5))
    return purchase


def _deposit(company: Company) -> Deposit:
    line = DepositLine()
    line.Amount = 20.00
    line.DepositLineDetail = DepositLineDetail()
    line.DepositLineDetail.AccountRef = company.income.to_ref()
    deposit = Deposit()
    deposit.DepositToAccountRef = company.bank.to_ref()
    deposit.Line.append(line)
    return deposit


def _transfer(company: Company) -> Transfer:
    transfer = Transfer()
    transfer.Amount = 10
    transfer.FromAccountRef = company.bank.to_ref()
    transfer.ToAccountRef = company.savings.to_ref()
    return transfer


def _journal_entry(company: Company) -> JournalEntry:
    entry = JournalEntry()
    for side, posted_to in (("Debit", company.expense), ("Credit", company.bank)):
        line = JournalEntryLine()
        line.Amount = 12
        line.JournalEntryLineDetail = JournalEntryLineDetail()
        line.JournalEntryLineDetail.PostingType = side
        line.JournalEntryLineDetail.AccountRef = posted_to.to_ref()
        entry.Line.append(line)
    return entry


def _company_currency(_: Company) -> CompanyCurrency:
    currency = CompanyCurrency()
    currency.Code = "EUR"
    currency.Name = "Euro"
    return currency


_NOTE: Final = ("PrivateNote", "Looked at twice")

SPECIMENS: Final = {
    "Account": Specimen(
        lambda _: account("Strangers' Reserve", "Bank", "Savings"), ("Description", "For taxes"), "Name"
    ),
    "Class": Specimen(_named(Class, "Name", "Strangers' Class"), ("Name", "Strangers' Other Class"), "Name"),
    "CompanyCurrency": Specimen(_company_currency, ("Name", "European Euro"), "Code"),
    "Customer": Specimen(_named(Customer, "DisplayName", "O'Hara & Kin"), ("Notes", "Pays late"), "DisplayName"),
    "Department": Specimen(_named(Department, "Name", "Strangers' North"), ("Name", "Strangers' South"), "Name"),
    "Item": Specimen(_item, ("Description", "Half a day"), "Name"),
    "PaymentMethod": Specimen(
        _named(PaymentMethod, "Name", "Barter", Type="NON_CREDIT_CARD"), ("Name", "Swap"), "Name"
    ),
    "Term": Specimen(_named(Term, "Name", "Net 21", DueDays=21), ("DueDays", 20), "Name"),
    "Vendor": Specimen(_named(Vendor, "DisplayName", "Strangers' Printer"), ("AcctNum", "77-1"), "DisplayName"),
    "Invoice": Specimen(_sale(Invoice, DocNumber="S-1001"), _NOTE, "DocNumber"),
    "Estimate": Specimen(_sale(Estimate), _NOTE),
    "Payment": Specimen(_payment, _NOTE),
    "CreditMemo": Specimen(_sale(CreditMemo), _NOTE),
    "SalesReceipt": Specimen(_into_bank(SalesReceipt), _NOTE),
    "RefundReceipt": Specimen(_into_bank(RefundReceipt), _NOTE),
    "Bill": Specimen(lambda company: company.bill(80), _NOTE),
    "BillPayment": Specimen(_bill_payment, _NOTE),
    "VendorCredit": Specimen(_vendor_credit, _NOTE),
    "Purchase": Specimen(_purchase, _NOTE),
    "Deposit": Specimen(_deposit, _NOTE),
    "Transfer": Specimen(_transfer, _NOTE),
    "JournalEntry": Specimen(_journal_entry, _NOTE),
}
"""Entity type -> one of it, for all types with the common operations."""
