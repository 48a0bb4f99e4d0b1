"""What documents do to each other and to the accounts, in examples that can be checked by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from emulator_support import (
    OPENED,
    bill,
    bill_payment,
    deposit_of,
    invoice,
    journal_entry,
    payment,
    purchase,
)

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

LATER = OPENED + timedelta(days=3)


def balance(books: Books, name: str) -> Decimal:
    """CurrentBalance of the account of that name."""
    [found] = [one for one in books.records("Account") if one["Name"] == name]
    return Decimal(found["CurrentBalance"])


def refused(books: Books, entity: str, body: JsonObject) -> str:
    """The code with which a create is refused."""
    with pytest.raises(QboFault) as caught:
        books.create(entity, body, at=OPENED)
    return caught.value.errors[0].code


@pytest.mark.recorded("us-sandbox-2026/create-invoice.json")
def test_an_invoice_gets_what_quickbooks_adds(books: Books) -> None:
    """Number, due date 30 days on, subtotal line, tax detail and statuses are added; it is owed in full."""
    made = books.create("Invoice", invoice("100", TxnDate="2024-01-15"), at=OPENED)
    assert made["DocNumber"] == "1001"
    assert made["DueDate"] == "2024-02-14"
    assert made["Line"][1] == {"Amount": 100, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    assert made["Line"][0]["SalesItemLineDetail"] == {
        "ItemRef": {"value": "1", "name": "Retainer"},
        "ItemAccountRef": {"value": "4", "name": "Fees"},
        "TaxCodeRef": {"value": "NON"},
    }
    assert (made["TxnTaxDetail"], made["LinkedTxn"], made["SyncToken"]) == ({"TotalTax": 0}, [], "0")
    assert (made["TotalAmt"], made["Balance"]) == (100, 100)
    assert (made["EmailStatus"], made["PrintStatus"]) == ("NotSet", "NeedToPrint")
    assert made["MetaData"]["CreateTime"] == "2026-01-05T09:00:00-08:00"
    assert books.read("Customer", "1")["Balance"] == 100
    assert balance(books, "Accounts Receivable (A/R)") == 100


@pytest.mark.recorded("us-sandbox-2026/create-invoice.json: ShipFromAddr")
def test_an_invoice_shows_where_the_company_is(books: Books) -> None:
    """The company's address stands on the invoice in two lines."""
    address = {"Line1": "123 Sierra Way", "City": "San Pablo", "CountrySubDivisionCode": "CA", "PostalCode": "87999"}
    books.set_company_info({"CompanyAddr": address})
    made = books.create("Invoice", invoice("1"), at=OPENED)
    shown = {name: made["ShipFromAddr"][name] for name in ("Line1", "Line2")}
    assert shown == {"Line1": "123 Sierra Way", "Line2": "San Pablo, CA  87999"}


@pytest.mark.recorded("us-sandbox-2026/accounts.json: the payables account is as old as the first bill")
def test_the_first_document_opens_the_account_it_needs(books: Books) -> None:
    """Receivable and payable accounts appear with the first invoice and bill, created at that moment."""
    books.create("Invoice", invoice("1"), at=LATER)
    [receivable] = [one for one in books.records("Account") if one["AccountType"] == "Accounts Receivable"]
    assert receivable["MetaData"]["CreateTime"] == "2026-01-08T09:00:00-08:00"


@pytest.mark.recorded("us-sandbox-2026/payments.json, invoices.json")
def test_a_payment_shows_on_both_sides(books: Books) -> None:
    """The invoice loses balance, gains the link and a version; the payment waits in Undeposited Funds."""
    books.create("Invoice", invoice("750", DocNumber="1007"), at=OPENED)
    paid = books.create("Payment", payment("300", ("Invoice", "1", "300")), at=LATER)
    owed = books.read("Invoice", "1")
    assert (owed["Balance"], owed["SyncToken"]) == (450, "1")
    assert owed["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]
    assert owed["MetaData"]["LastUpdatedTime"] == paid["MetaData"]["CreateTime"]
    assert (paid["UnappliedAmt"], list(paid["DepositToAccountRef"])) == (0, ["value"])
    extension = [pair["value"] for pair in paid["Line"][0]["LineEx"]["any"]]
    assert extension == [
        {"Name": "txnId", "Value": "1"},
        {"Name": "txnOpenBalance", "Value": "750.00"},
        {"Name": "txnReferenceNumber", "Value": "1007"},
    ]
    assert balance(books, "Undeposited Funds") == 300


@pytest.mark.recorded("us-sandbox-2026/payments.json: payment 74 uses credit memo 73")
def test_a_credit_memo_pays_an_invoice(books: Books) -> None:
    """A payment of 0 that links an invoice and a credit memo settles one with the other."""
    books.create("Invoice", invoice("205"), at=OPENED)
    memo = books.create("CreditMemo", invoice("100"), at=OPENED)
    links = (("Invoice", "1", "100"), ("CreditMemo", memo["Id"], "100"))
    used = books.create("Payment", payment("0", *links), at=OPENED)
    assert "DepositToAccountRef" not in used
    assert books.read("Invoice", "1")["Balance"] == 105
    spent = books.read("CreditMemo", memo["Id"])
    assert (spent["Balance"], spent["RemainingCredit"], "LinkedTxn" in spent) == (0, 0, False)
    assert balance(books, "Accounts Receivable (A/R)") == 105


@pytest.mark.recorded("us-sandbox-2026/deposits.json: deposit 121 with cash back")
def test_a_deposit_moves_payments_to_the_bank(books: Books) -> None:
    """Two payments of 200 and 300, 50 of it to savings: 450 reach Checking, Undeposited Funds is empty."""
    first = books.create("Payment", payment("200"), at=OPENED)
    second = books.create("Payment", payment("300"), at=OPENED)
    cash_back = {"AccountRef": {"value": "2"}, "Amount": 50}
    made = books.create("Deposit", deposit_of(first, second, CashBack=cash_back), at=LATER)
    assert made["TotalAmt"] == 450
    assert balance(books, "Checking") == 450
    assert balance(books, "Savings") == 50
    assert balance(books, "Undeposited Funds") == 0
    deposited = books.read("Payment", first["Id"])
    assert deposited["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Deposit"}]
    assert (deposited["SyncToken"], deposited["MetaData"]["LastUpdatedTime"]) == (
        "0",
        "2026-01-05T09:00:00-08:00",
    )


@pytest.mark.documented("code 6540: deposited transaction")
def test_a_payment_is_deposited_once(books: Books) -> None:
    """A second deposit of the same payment, or a deposit of one that went to the bank, is refused."""
    held = books.create("Payment", payment("200"), at=OPENED)
    books.create("Deposit", deposit_of(held), at=OPENED)
    assert refused(books, "Deposit", deposit_of(held)) == "6540"
    banked = books.create("Payment", payment("10", DepositToAccountRef={"value": "1"}), at=OPENED)
    assert refused(books, "Deposit", deposit_of(banked)) == "6540"


@pytest.mark.recorded("us-sandbox-2026/bills.json, bill-payments.json")
@pytest.mark.parametrize(
    "paid_by",
    [
        {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "1"}}},
        {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": {"value": "3"}}},
    ],
)
def test_a_bill_payment_shows_as_a_check_on_the_bill(books: Books, paid_by: JsonObject) -> None:
    """The bill links BillPaymentCheck, also when a card paid; its version rises."""
    owed = books.create("Bill", bill("900"), at=OPENED)
    assert "LinkedTxn" not in owed
    body = bill_payment("900", ("Bill", owed["Id"], "900"))
    del body["CheckPayment"]
    paid = books.create("BillPayment", body | paid_by, at=OPENED)
    owed = books.read("Bill", owed["Id"])
    assert owed["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}]
    assert (owed["Balance"], owed["SyncToken"]) == (0, "1")
    assert books.read("Vendor", "3")["Balance"] == 0


@pytest.mark.inferred("live tests by third parties: overpayment becomes credit, a paid bill gives an empty payment")
def test_an_overpaid_bill_leaves_a_credit(books: Books) -> None:
    """120 paid for a bill of 100 links 100; paid once more, nothing is linked and the vendor owes us 170."""
    owed = books.create("Bill", bill("100"), at=OPENED)
    first = books.create("BillPayment", bill_payment("120", ("Bill", owed["Id"], "120")), at=OPENED)
    assert [line["Amount"] for line in first["Line"]] == [100]
    again = books.create("BillPayment", bill_payment("150", ("Bill", owed["Id"], "150")), at=OPENED)
    assert again["Line"] == []
    assert books.read("Vendor", "3")["Balance"] == -170


@pytest.mark.documented("BillPayment: a vendor credit is linked in the same payment")
def test_a_vendor_credit_lowers_what_is_paid(books: Books) -> None:
    """A bill of 100 less a credit of 30 takes 70 from the bank."""
    owed = books.create("Bill", bill("100"), at=OPENED)
    credit = books.create("VendorCredit", bill("30"), at=OPENED)
    links = (("Bill", owed["Id"], "100"), ("VendorCredit", credit["Id"], "30"))
    books.create("BillPayment", bill_payment("70", *links), at=OPENED)
    assert books.read("Bill", owed["Id"])["Balance"] == 0
    assert books.read("VendorCredit", credit["Id"])["Balance"] == 0
    assert balance(books, "Checking") == -70
    assert balance(books, "Accounts Payable (A/P)") == 0


@pytest.mark.recorded("us-sandbox-2026/purchases.json: PurchaseEx by payment type")
@pytest.mark.parametrize(
    ("account", "fields", "code", "left"),
    [
        ("1", {"PaymentType": "Cash"}, "54", Decimal(-40)),
        ("1", {"PaymentType": "Check"}, "3", Decimal(-40)),
        ("3", {"PaymentType": "CreditCard"}, "1", Decimal(-40)),
        ("3", {"PaymentType": "CreditCard", "Credit": True}, "11", Decimal(40)),
    ],
)
def test_a_purchase_takes_money_from_its_account(
    books: Books, account: str, fields: JsonObject, code: str, left: Decimal
) -> None:
    """Cash, cheque and card lower the account, a card credit raises it."""
    made = books.create("Purchase", purchase("40", AccountRef={"value": account}, **fields), at=OPENED)
    assert books.read("Account", account)["CurrentBalance"] == left
    assert made["PurchaseEx"]["any"][0]["value"] == {"Name": "TxnType", "Value": code}
    assert "LineNum" not in made["Line"][0]


@pytest.mark.inferred("a card payment is a transfer from the bank to the card")
def test_a_transfer_pays_the_card(books: Books) -> None:
    """500 from Checking to Card: a liability of 500 is gone."""
    accounts = {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "3"}}
    made = books.create("Transfer", {**accounts, "Amount": Decimal(500)}, at=OPENED)
    assert made["ToAccountRef"] == {"value": "3", "name": "Card"}
    assert balance(books, "Checking") == -500
    assert balance(books, "Card") == 500


@pytest.mark.recorded("us-sandbox-2026/create-journal-entry.json")
def test_a_journal_entry_shows_no_total(books: Books) -> None:
    """TotalAmt is 0, line ids count from 0, Adjustment is false."""
    made = books.create("JournalEntry", journal_entry(("Debit", "5", "100"), ("Credit", "1", "100")), at=OPENED)
    assert (made["TotalAmt"], made["Adjustment"], made["TxnTaxDetail"]) == (0, False, {})
    assert [line["Id"] for line in made["Line"]] == ["0", "1"]
    assert balance(books, "Checking") == -100


@pytest.mark.recorded("us-sandbox-2026/accounts.json: Truck")
def test_sub_accounts_count_for_their_parent(books: Books) -> None:
    """A parent shows its own balance and the balance with sub-accounts."""
    body = {"Name": "Payroll", "AccountType": "Bank", "ParentRef": {"value": "1"}}
    child = books.create("Account", body, at=OPENED)
    assert (child["FullyQualifiedName"], child["SubAccount"]) == ("Checking:Payroll", True)
    books.create("Purchase", purchase("40", AccountRef={"value": child["Id"]}), at=OPENED)
    parent = books.read("Account", "1")
    assert (parent["CurrentBalance"], parent["CurrentBalanceWithSubAccounts"]) == (0, -40)


@pytest.mark.recorded("us-sandbox-2026/customers.json: Freeman Sporting Goods and its jobs")
def test_jobs_count_for_their_customer(books: Books) -> None:
    """What a job owes shows in its customer's BalanceWithJobs."""
    books.create("Invoice", invoice("85", CustomerRef={"value": "2"}), at=OPENED)
    job, customer = books.read("Customer", "2"), books.read("Customer", "1")
    assert (job["Balance"], job["Job"], job["Level"]) == (85, True, 1)
    assert job["FullyQualifiedName"] == "Acme:Berlin"
    assert (customer["Balance"], customer["BalanceWithJobs"]) == (0, 85)


@pytest.mark.recorded("us-sandbox-2026/bills.json: terms 3, 2, 1 and none")
@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"SalesTermRef": {"value": "1"}}, "2026-04-22"),
        ({}, "2026-03-23"),
        ({"DueDate": "2026-05-01", "SalesTermRef": {"value": "1"}}, "2026-05-01"),
    ],
)
def test_a_bill_is_due_by_its_term(books: Books, fields: JsonObject, due: str) -> None:
    """Net 30 counts 30 days, no term means at once, a stated date stands."""
    assert books.create("Bill", bill("1", TxnDate="2026-03-23", **fields), at=OPENED)["DueDate"] == due


@pytest.mark.documented("Term: DayOfMonthDue, DueNextMonthDays")
@pytest.mark.parametrize(
    ("issued", "due"),
    [("2026-01-02", "2026-01-15"), ("2026-01-11", "2026-02-15"), ("2026-12-20", "2027-01-15")],
)
def test_a_date_driven_term_names_a_day_of_the_month(books: Books, issued: str, due: str) -> None:
    """Due the 15th, a month later when that is less than 5 days away or past."""
    made = books.create("Bill", bill("1", TxnDate=issued, SalesTermRef={"value": "2"}), at=OPENED)
    assert made["DueDate"] == due


@pytest.mark.inferred("QuickBooks Payroll cheques move balances and are no API entity")
def test_unlisted_postings_move_balances_only(books: Books) -> None:
    """A payroll cheque of 4000 is in Checking, in the ledger and in no entity."""
    before = books.file.store.count("JournalEntry")
    postings = [("5", Decimal(4000)), ("1", Decimal(-4000))]
    books.post_unlisted(txn_type="Payroll Check", txn_date=OPENED.date(), memo="Payroll", postings=postings, at=OPENED)
    assert balance(books, "Checking") == -4000
    assert books.file.store.count("JournalEntry") == before
    [entry] = [one for one in books.ledger.transactions() if not one.listed]
    assert (entry.txn_type, entry.txn_date) == ("Payroll Check", "2026-01-05")


@pytest.mark.recorded("us-sandbox-2026: ids of invoices, payments and bills interleave; so do customers and vendors")
def test_transactions_share_one_id_sequence(books: Books) -> None:
    """Invoice 1, bill 2, purchase 3; customers and vendors share another sequence."""
    made = [
        books.create("Invoice", invoice("1"), at=OPENED),
        books.create("Bill", bill("1"), at=OPENED),
        books.create("Purchase", purchase("1"), at=OPENED),
        books.create("Customer", {"DisplayName": "Next"}, at=OPENED),
    ]
    assert [one["Id"] for one in made] == ["1", "2", "3", "4"]
