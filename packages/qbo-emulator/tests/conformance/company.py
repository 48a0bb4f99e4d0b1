"""What the lives of entities need to stand on: accounts, an item, a customer and a vendor made by the client."""

from dataclasses import dataclass

from quickbooks import QuickBooks
from quickbooks.objects.account import Account
from quickbooks.objects.base import CustomerMemo, LinkedTxn
from quickbooks.objects.bill import Bill
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Company:
    """A client and what it made; each field below `qb` is an object of the client as it was saved."""

    qb: QuickBooks
    bank: Account
    savings: Account
    card: Account
    income: Account
    expense: Account
    item: Item
    customer: Customer
    vendor: Vendor

    def sales_line(self, amount: float, quantity: float = 0) -> SalesItemLine:
        """A line of a sale; without a quantity the client sends zeros for quantity and price, as it is wont to."""
        line = SalesItemLine()
        line.LineNum = 1
        line.Description = "Consulting"
        line.Amount = amount
        line.SalesItemLineDetail = SalesItemLineDetail()
        line.SalesItemLineDetail.ItemRef = self.item.to_ref()
        if quantity:
            line.SalesItemLineDetail.Qty = quantity
            line.SalesItemLineDetail.UnitPrice = amount / quantity
        return line

    def expense_line(self, amount: float) -> AccountBasedExpenseLine:
        """A line of a purchase."""
        line = AccountBasedExpenseLine()
        line.Amount = amount
        line.Description = "Hosting"
        line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
        line.AccountBasedExpenseLineDetail.AccountRef = self.expense.to_ref()
        return line

    def invoice(self, amount: float) -> Invoice:
        """An unsaved invoice."""
        invoice = Invoice()
        invoice.CustomerRef = self.customer.to_ref()
        invoice.CustomerMemo = CustomerMemo()
        invoice.CustomerMemo.value = "Thank you"
        invoice.Line.append(self.sales_line(amount))
        return invoice

    def bill(self, amount: float) -> Bill:
        """An unsaved bill."""
        bill = Bill()
        bill.VendorRef = self.vendor.to_ref()
        bill.Line.append(self.expense_line(amount))
        return bill


def link_to(entity: object, txn_id: str) -> LinkedTxn:
    """A link to a document of the type of `entity`."""
    link = LinkedTxn()
    link.TxnId = txn_id
    link.TxnType = type(entity).__name__
    return link


def account(name: str, account_type: str, sub_type: str) -> Account:
    """An unsaved account."""
    made = Account()
    made.Name = name
    made.AccountType = account_type
    made.AccountSubType = sub_type
    return made


def founded(qb: QuickBooks) -> Company:
    """The company after the client has allowed foreign currencies and made what lives need."""
    preferences = Preferences.get(qb=qb)
    preferences.CurrencyPrefs.MultiCurrencyEnabled = True
    preferences.save(qb=qb)
    bank, savings, card, income, expense = (
        account(name, account_type, sub_type).save(qb=qb)
        for name, account_type, sub_type in (
            ("Strangers' Checking", "Bank", "Checking"),
            ("Strangers' Savings", "Bank", "Savings"),
            ("Strangers' Card", "Credit Card", "CreditCard"),
            ("Strangers' Fees", "Income", "ServiceFeeIncome"),
            ("Strangers' Hosting", "Expense", "OfficeGeneralAdministrativeExpenses"),
        )
    )
    item = Item()
    item.Name = "Strangers' Consulting"
    item.Type = "Service"
    item.IncomeAccountRef = income.to_ref()
    customer = Customer()
    customer.DisplayName = "Strangers' Customer"
    vendor = Vendor()
    vendor.DisplayName = "Strangers' Vendor"
    saved = [each.save(qb=qb) for each in (item, customer, vendor)]
    return Company(qb, bank, savings, card, income, expense, *saved)
