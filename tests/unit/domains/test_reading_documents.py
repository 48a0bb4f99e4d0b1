"""QuickBooks' invoices, bills, payments and credits are read as receivables and payables understand them."""

from datetime import date

import pytest

from oodaloo.domains.ap import sync as ap
from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ar import sync as ar
from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Item, Payment
from oodaloo.domains.core.model import Application, LinkedRecord
from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.kit.money import Currency, Money
from tests.support.reading import USD, read, row

META = (
    '"domain":"QBO","sparse":false,"Id":"%s","SyncToken":"1",'
    '"MetaData":{"CreateTime":"2026-04-06T09:30:00-07:00","LastUpdatedTime":"2026-05-03T16:45:10-07:00"}'
)
CUSTOMER = """{"Taxable":true,"Job":false,"Balance":239.00,"BalanceWithJobs":239.00,"CurrencyRef":{"value":"USD"},%s,
"PrimaryPhone":{"FreeFormNumber":"(650) 555-3311"},"PrimaryEmailAddr":{"Address":"Birds@Intuit.com"},
"SalesTermRef":{"value":"3"},"ParentRef":{"value":"12"},
"GivenName":"Amy","FullyQualifiedName":"Amy's Bird Sanctuary","DisplayName":"Amy's Bird Sanctuary","Active":false}"""
VENDOR = """{"Balance":0,"Vendor1099":false,"CurrencyRef":{"value":"USD"},%s,"DisplayName":"Pier 9",
"TermRef":{"value":"3"},"Active":true}"""
ITEM = """{"Name":"Hours","Description":"Design","Active":true,"FullyQualifiedName":"Design:Hours","Taxable":false,
"UnitPrice":75,"Type":"Service","IncomeAccountRef":{"value":"82","name":"Design income"},"TrackQtyOnHand":false,%s}"""
INVOICE = """{"AllowIPNPayment":false,"SalesTermRef":{"value":"3"},%s,
"CustomField":[],"DocNumber":"1037","TxnDate":"2026-04-08",
"CurrencyRef":{"value":"USD","name":"United States Dollar"},"LinkedTxn":[{"TxnId":"100","TxnType":"Estimate"},
{"TxnId":"120","TxnType":"Payment"}],"Line":[{"Id":"1","Amount":335.25,"DetailType":"SalesItemLineDetail",
"SalesItemLineDetail":{"ItemRef":{"value":"5"},"UnitPrice":335.25,"Qty":1}}],"CustomerRef":{"value":"24","name":"Sonnen"},
"DueDate":"2026-05-08","TotalAmt":362.07,"PrintStatus":"NeedToPrint","EmailStatus":"EmailSent","Balance":62.07}"""
PAYMENT = """{"CustomerRef":{"value":"24","name":"Sonnen"},"DepositToAccountRef":{"value":"4"},"TotalAmt":400.00,
"UnappliedAmt":100.00,"ProcessPayment":false,%s,"TxnDate":"2026-04-20","CurrencyRef":{"value":"USD"},
"LinkedTxn":[{"TxnId":"90","TxnType":"Deposit"}],"Line":[
{"Amount":250.00,"LinkedTxn":[{"TxnId":"130","TxnType":"Invoice"}],"LineEx":{"any":[]}},
{"Amount":50.00,"LinkedTxn":[{"TxnId":"131","TxnType":"Invoice"}]}]}"""
CREDIT_MEMO = """{"RemainingCredit":40.00,"ApplyTaxAfterDiscount":false,%s,"DocNumber":"1026","TxnDate":"2026-04-11",
"CurrencyRef":{"value":"USD"},"CustomerRef":{"value":"1","name":"Amy's Bird Sanctuary"},"TotalAmt":100.00,
"Balance":100.00}"""
BILL = """{"SalesTermRef":{"value":"3"},"DueDate":"2026-05-06","Balance":755.00,%s,"DocNumber":"A-17",
"TxnDate":"2026-04-06","CurrencyRef":{"value":"USD"},"PrivateNote":"April","LinkedTxn":[],"Line":[
{"Id":"1","Amount":700.00,"DetailType":"AccountBasedExpenseLineDetail",
 "AccountBasedExpenseLineDetail":{"AccountRef":{"value":"63","name":"Rent"}}},
{"Id":"2","Amount":55.00,"DetailType":"ItemBasedExpenseLineDetail","ItemBasedExpenseLineDetail":{"ItemRef":{"value":"9"}}}],
"VendorRef":{"value":"43","name":"Pier 9"},"APAccountRef":{"value":"33"},"TotalAmt":755.00}"""
BY_CHECK = """{"VendorRef":{"value":"43","name":"Pier 9"},"PayType":"Check",
"CheckPayment":{"BankAccountRef":{"value":"35","name":"Checking"},"PrintStatus":"NeedToPrint"},"TotalAmt":600.00,%s,
"DocNumber":"1","TxnDate":"2026-04-22","CurrencyRef":{"value":"USD"},"Line":[
{"Amount":700.00,"LinkedTxn":[{"TxnId":"44","TxnType":"Bill"}]},
{"Amount":100.00,"LinkedTxn":[{"TxnId":"45","TxnType":"VendorCredit"}]}]}"""
CREDIT = """{"Balance":30.00,%s,"DocNumber":"C-1","TxnDate":"2026-04-23","CurrencyRef":{"value":"USD"},
"VendorRef":{"value":"43","name":"Pier 9"},"TotalAmt":100.00}"""


def dollars(amount: str) -> Money:
    """Dollars."""
    return Money.of(amount, USD)


def test_customers_and_vendors_are_names_with_a_state() -> None:
    """An inactive customer is still read; both know their terms, and where to reach them if QuickBooks does."""
    customer = read(ar.TYPES, "Customer", Customer, CUSTOMER % (META % "1"))
    assert (customer.name, customer.active) == ("Amy's Bird Sanctuary", False)
    assert (customer.term_id, customer.parent_id) == ("3", "12")
    assert (customer.email, customer.phone) == ("Birds@Intuit.com", "(650) 555-3311")
    vendor = read(ap.TYPES, "Vendor", Vendor, VENDOR % (META % "43"))
    assert (vendor.name, vendor.active, vendor.term_id) == ("Pier 9", True, "3")
    assert (vendor.email, vendor.phone) == ("", "")


def test_an_item_tells_its_kind() -> None:
    """What is sold has a name and QuickBooks' item type."""
    item = read(ar.TYPES, "Item", Item, ITEM % (META % "5"))
    assert (item.name, item.kind, item.active) == ("Hours", "Service", True)


def test_an_invoice_tells_what_is_open_and_until_when() -> None:
    """Total, open balance, due date, mail state and the payments that it links."""
    invoice = read(ar.TYPES, "Invoice", Invoice, INVOICE % (META % "130"))
    assert (invoice.total, invoice.balance) == (dollars("362.07"), dollars("62.07"))
    assert invoice.term_id == "3"
    assert (invoice.number, invoice.dated, invoice.due) == ("1037", date(2026, 4, 8), date(2026, 5, 8))
    assert (invoice.customer_id, invoice.customer_name, invoice.email_status) == ("24", "Sonnen", "EmailSent")
    assert invoice.linked == (LinkedRecord("Estimate", "100"), LinkedRecord("Payment", "120"))


def test_an_invoice_of_another_currency_keeps_it() -> None:
    """A foreign invoice isn't read as dollars."""
    body = (INVOICE % (META % "130")).replace('"value":"USD"', '"value":"EUR"')
    assert read(ar.TYPES, "Invoice", Invoice, body).balance == Money.of("62.07", Currency("EUR"))


def test_a_payment_tells_what_it_settles_and_what_is_left() -> None:
    """250 and 50 settle two invoices, 100 of the 400 settle nothing."""
    payment = read(ar.TYPES, "Payment", Payment, PAYMENT % (META % "74"))
    assert payment.applied == (
        Application("Invoice", "130", dollars("250.00")),
        Application("Invoice", "131", dollars("50.00")),
    )
    assert (payment.total, payment.unapplied, payment.deposit_account_id) == (dollars("400"), dollars("100"), "4")
    settled = Money.total((each.amount for each in payment.applied), USD)
    assert settled + payment.unapplied == payment.total


def test_a_credit_memo_is_worth_what_remains() -> None:
    """RemainingCredit counts; where it is left out, Balance does."""
    body = CREDIT_MEMO % (META % "73")
    assert read(ar.TYPES, "CreditMemo", CreditMemo, body).balance == dollars("40.00")
    without = body.replace('"RemainingCredit":40.00,', "")
    assert read(ar.TYPES, "CreditMemo", CreditMemo, without).balance == dollars("100.00")


def test_a_bill_tells_what_is_owed_and_for_what() -> None:
    """Open balance, terms, due date and the expense accounts that its lines name."""
    bill = read(ap.TYPES, "Bill", Bill, BILL % (META % "44"))
    assert (bill.total, bill.balance, bill.term_id) == (dollars("755"), dollars("755"), "3")
    assert (bill.dated, bill.due) == (date(2026, 4, 6), date(2026, 5, 6))
    assert (bill.vendor_name, bill.number, bill.memo) == ("Pier 9", "A-17", "April")
    assert bill.account_ids == ("63",)


def test_a_bill_without_due_date_says_so() -> None:
    """A due date that isn't there is not invented."""
    assert read(ap.TYPES, "Bill", Bill, (BILL % (META % "44")).replace('"DueDate":"2026-05-06",', "")).due is None


def test_a_bill_payment_by_check_or_card_knows_its_account() -> None:
    """The paying account is the bank account of a check or the card."""
    body = BY_CHECK % (META % "99")
    payment = read(ap.TYPES, "BillPayment", BillPayment, body)
    assert (payment.method, payment.account_id, payment.total) == ("Check", "35", dollars("600.00"))
    assert payment.applied == (
        Application("Bill", "44", dollars("700.00")),
        Application("VendorCredit", "45", dollars("100.00")),
    )
    by_card = body.replace('"PayType":"Check"', '"PayType":"CreditCard"').replace(
        '"CheckPayment":{"BankAccountRef":{"value":"35","name":"Checking"},"PrintStatus":"NeedToPrint"}',
        '"CreditCardPayment":{"CCAccountRef":{"value":"41","name":"Visa"}}',
    )
    payment = read(ap.TYPES, "BillPayment", BillPayment, by_card)
    assert (payment.method, payment.account_id) == ("CreditCard", "41")


def test_a_vendor_credit_is_worth_what_is_left() -> None:
    """70 of the 100 are used."""
    credit = read(ap.TYPES, "VendorCredit", VendorCredit, CREDIT % (META % "45"))
    assert (credit.total, credit.balance) == (dollars("100"), dollars("30"))


@pytest.mark.parametrize(
    ("name", "body", "open_cents"),
    [("Invoice", INVOICE, 6207), ("Payment", PAYMENT, 10000), ("CreditMemo", CREDIT_MEMO, 4000)],
)
def test_what_customers_still_owe_can_be_chosen_by(name: str, body: str, open_cents: int) -> None:
    """The row's open amount is what is open, unapplied or left."""
    assert row(ar.TYPES, name, body % (META % "1"))["open_cents"] == open_cents


@pytest.mark.parametrize(("name", "body", "open_cents"), [("Bill", BILL, 75500), ("VendorCredit", CREDIT, 3000)])
def test_what_we_still_owe_can_be_chosen_by(name: str, body: str, open_cents: int) -> None:
    """The row's open amount is what is open or left."""
    assert row(ap.TYPES, name, body % (META % "1"))["open_cents"] == open_cents


@pytest.mark.parametrize("name", ["Vendor", "Bill", "BillPayment", "VendorCredit"])
def test_a_record_without_its_required_fields_names_its_type(name: str) -> None:
    """Nothing is read from a record that lacks what it is about."""
    with pytest.raises(QboMalformedAnswerError, match=f"sent a {name} that can't be read"):
        row(ap.TYPES, name, "{" + META % "1" + "}")
