"""The lines of sales documents: discounts, groups, tax, and the deposits of receipts."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from emulator_support import OPENED, bill, deposit_of, invoice, payment

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

LATER: Final = OPENED + timedelta(days=1)


def balance(books: Books, name: str) -> Decimal:
    """What the ledger says of the account of a name."""
    [found] = [one["Id"] for one in books.records("Account") if one["Name"] == name]
    return books.ledger.balance(found)


def refused(books: Books, entity: str, body: JsonObject) -> str:
    """The code with which a create is refused."""
    with pytest.raises(QboFault) as caught:
        books.create(entity, body, at=OPENED)
    return caught.value.errors[0].code


def with_line(body: JsonObject, **line: object) -> JsonObject:
    """A body with one more line."""
    return body | {"Line": [*body["Line"], line]}


@pytest.mark.recorded("us-sandbox-2026/invoices.json: invoice 49")
def test_a_discount_stands_after_the_subtotal(books: Books) -> None:
    """5 % of 1005.00 are 50.25, charged to Discounts given; 954.75 are owed."""
    detail = {"PercentBased": True, "DiscountPercent": 5}
    body = with_line(invoice("1005"), DetailType="DiscountLineDetail", DiscountLineDetail=detail)
    made = books.create("Invoice", body, at=OPENED)
    [discounts] = [one["Id"] for one in books.records("Account") if one["Name"] == "Discounts given"]
    assert made["Line"][1:] == [
        {"Amount": 1005, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        {
            "Amount": Decimal("50.25"),
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {
                "PercentBased": True,
                "DiscountPercent": 5,
                "DiscountAccountRef": {"value": discounts, "name": "Discounts given"},
            },
        },
    ]
    assert (made["TotalAmt"], made["Balance"]) == (Decimal("954.75"), Decimal("954.75"))
    assert balance(books, "Discounts given") == Decimal("50.25")
    assert balance(books, "Fees") == -1005


@pytest.mark.documented("DiscountLineDetail: a percentage or an amount; code 6090 without either")
def test_a_discount_is_a_percentage_or_an_amount(books: Books) -> None:
    """An amount of 5 comes off; neither is 6090; more than the subtotal is refused."""
    made = books.create("Invoice", with_line(invoice("20"), Amount=5, DetailType="DiscountLineDetail"), at=OPENED)
    assert made["TotalAmt"] == 15
    assert refused(books, "Invoice", with_line(invoice("20"), DetailType="DiscountLineDetail")) == "6090"
    percent = {"DiscountLineDetail": {"PercentBased": True}, "DetailType": "DiscountLineDetail"}
    assert refused(books, "Invoice", with_line(invoice("20"), **percent)) == "6090"
    assert refused(books, "Invoice", with_line(invoice("20"), Amount=21, DetailType="DiscountLineDetail")) == "6000"


@pytest.mark.recorded("us-sandbox-2026/invoices.json: invoice 130")
def test_sales_tax_is_owed_to_the_agency(books: Books) -> None:
    """8 % of 335.25 come to 26.82 on top; they lie on the tax account until the invoice is voided."""
    detail = {
        "TaxRateRef": {"value": "3"},
        "PercentBased": True,
        "TaxPercent": 8,
        "NetAmountTaxable": Decimal("335.25"),
    }
    tax = {"TxnTaxCodeRef": {"value": "2"}, "TaxLine": [{"DetailType": "TaxLineDetail", "TaxLineDetail": detail}]}
    made = books.create("Invoice", invoice("335.25", TxnTaxDetail=tax), at=OPENED)
    assert made["TxnTaxDetail"] == {
        "TxnTaxCodeRef": {"value": "2"},
        "TotalTax": Decimal("26.82"),
        "TaxLine": [{"Amount": Decimal("26.82"), "DetailType": "TaxLineDetail", "TaxLineDetail": detail}],
    }
    assert (made["TotalAmt"], balance(books, "Sales Tax Payable")) == (Decimal("362.07"), Decimal("-26.82"))
    books.void("Invoice", {"Id": made["Id"], "SyncToken": "0"}, at=LATER)
    assert balance(books, "Sales Tax Payable") == 0


@pytest.mark.inferred("what isn't carried out yet says so")
def test_tax_that_is_not_stated_is_not_invented(books: Books) -> None:
    """A tax code alone, and prices that include tax, answer 501; tax on a bill is carried."""
    with pytest.raises(QboFault, match=r"501.*TxnTaxCodeRef"):
        books.create("Invoice", invoice("1", TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}}), at=OPENED)
    with pytest.raises(QboFault, match=r"501.*TaxInclusive"):
        books.create("Invoice", invoice("1", GlobalTaxCalculation="TaxInclusive"), at=OPENED)
    owed = books.create("Bill", bill("10", TxnTaxDetail={"TotalTax": 2}), at=OPENED)
    assert (owed["TotalAmt"], books.read("Vendor", "3")["Balance"]) == (12, 12)


@pytest.mark.documented("GroupLineDetail, ItemGroupDetail")
def test_a_group_is_sold_by_its_parts(books: Books) -> None:
    """Two kits of one retainer at 100 and two workshops at 40: 360, each part on its own account."""
    books.update("Item", {"Id": "1", "SyncToken": "0", "sparse": True, "UnitPrice": 100}, at=OPENED)
    training = books.create("Account", {"Name": "Training", "AccountType": "Income"}, at=OPENED)
    workshop = {"Name": "Workshop", "UnitPrice": 40, "IncomeAccountRef": {"value": training["Id"]}}
    books.create("Item", workshop, at=OPENED)
    parts = [{"ItemRef": {"value": "1"}}, {"ItemRef": {"value": "2"}, "Qty": 2}]
    kit = books.create("Item", {"Name": "Kit", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}}, at=OPENED)
    detail = {"GroupItemRef": {"value": kit["Id"]}, "Quantity": 2}
    made = books.create(
        "Invoice", invoice("0", Line=[{"DetailType": "GroupLineDetail", "GroupLineDetail": detail}]), at=OPENED
    )
    group = made["Line"][0]
    assert (group["Amount"], made["TotalAmt"]) == (360, 360)
    assert [each["Amount"] for each in group["GroupLineDetail"]["Line"]] == [200, 160]
    assert [balance(books, name) for name in ("Fees", "Training")] == [-200, -160]
    void = books.void("Invoice", {"Id": made["Id"], "SyncToken": "0"}, at=LATER)
    assert [each["Amount"] for each in void["Line"][0]["GroupLineDetail"]["Line"]] == [0, 0]
    assert balance(books, "Training") == 0
    line = {**invoice("1")["Line"][0], "SalesItemLineDetail": {"ItemRef": {"value": kit["Id"]}}}
    assert refused(books, "Invoice", invoice("1", Line=[line])) == "6000"
    assert refused(books, "Item", {"Name": "None", "Type": "Group"}) == "2020"


@pytest.mark.recorded("vcr-2020/cdc__basic.json: estimate 48 and its invoice 49")
def test_an_invoice_closes_its_estimate(books: Books) -> None:
    """The estimate is Closed, links the invoice and is dated anew, but at its version; deleting opens it again."""
    offered = books.create("Estimate", invoice("20"), at=OPENED)
    assert (offered["TxnStatus"], offered["DocNumber"], "Balance" in offered) == ("Pending", "1001", False)
    body = invoice("20", LinkedTxn=[{"TxnId": offered["Id"], "TxnType": "Estimate"}])
    made = books.create("Invoice", body, at=LATER)
    closed = books.read("Estimate", offered["Id"])
    assert (closed["TxnStatus"], closed["SyncToken"]) == ("Closed", "0")
    assert closed["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Invoice"}]
    assert closed["MetaData"]["LastUpdatedTime"] == made["MetaData"]["CreateTime"]
    assert refused(books, "Invoice", body) == "6000"
    books.delete("Estimate", {"Id": offered["Id"], "SyncToken": "0"}, at=LATER)
    assert books.read("Invoice", made["Id"])["LinkedTxn"] == []
    second = books.create("Estimate", invoice("20"), at=OPENED)
    body["LinkedTxn"][0]["TxnId"] = second["Id"]
    other = books.create("Invoice", body, at=LATER)
    books.delete("Invoice", {"Id": other["Id"], "SyncToken": "0"}, at=LATER)
    assert books.read("Estimate", second["Id"])["TxnStatus"] == "Pending"


@pytest.mark.recorded("entities-2017/exq_create_sales_receipt.json, vcr-2020/all__sales_receipts.json: receipts 47, 38")
def test_receipts_are_deposited(books: Books) -> None:
    """A receipt lies in Undeposited Funds and owes nothing; its deposit shows on it without a new version."""
    body = invoice("140")
    del body["CustomerRef"]
    sold = books.create("SalesReceipt", body, at=OPENED)
    assert (sold["Balance"], sold["DepositToAccountRef"]["name"]) == (0, "Undeposited Funds")
    held = {"value": sold["DepositToAccountRef"]["value"]}
    returned = books.create("RefundReceipt", invoice("40", DepositToAccountRef=held), at=OPENED)
    assert balance(books, "Undeposited Funds") == 100
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": each["Id"], "TxnType": kind}]}
        for kind, each, amount in (("SalesReceipt", sold, 140), ("RefundReceipt", returned, -40))
    ]
    banked = books.create("Deposit", deposit_of(Line=lines), at=LATER)
    shown = books.read("SalesReceipt", sold["Id"])
    assert shown["LinkedTxn"] == [{"TxnId": banked["Id"], "TxnType": "Deposit"}]
    assert (shown["SyncToken"], shown["MetaData"]) == ("0", sold["MetaData"])
    assert [balance(books, name) for name in ("Undeposited Funds", "Checking")] == [0, 100]


@pytest.mark.documented("code 6540: first edit the deposit and remove the transaction")
def test_what_was_deposited_stays_as_it_is(books: Books) -> None:
    """A deposited payment can't be deleted, voided or get another amount; a note is fine; out of the deposit it can."""
    first, second = (books.create("Payment", payment(amount), at=OPENED) for amount in ("200", "300"))
    banked = books.create("Deposit", deposit_of(first, second), at=OPENED)
    identity = {"Id": first["Id"], "SyncToken": "0"}
    for change in (books.delete, books.void):
        with pytest.raises(QboFault, match=r"6540.*first edit the deposit"):
            change("Payment", identity, at=LATER)
    with pytest.raises(QboFault, match="6540"):
        books.update("Payment", {**payment("250"), **identity}, at=LATER)
    noted = books.update("Payment", {**identity, "sparse": True, "PrivateNote": "x"}, at=LATER)
    assert noted["LinkedTxn"] == [{"TxnId": banked["Id"], "TxnType": "Deposit"}]
    kept = deposit_of(second, Id=banked["Id"], SyncToken="0")
    assert books.update("Deposit", kept, at=LATER)["TotalAmt"] == 300
    assert "LinkedTxn" not in books.read("Payment", first["Id"])
    assert balance(books, "Undeposited Funds") == 200
    books.delete("Payment", {"Id": first["Id"], "SyncToken": "1"}, at=LATER)
    assert balance(books, "Undeposited Funds") == 0


@pytest.mark.inferred("live: unlike others, a sparse update of a deposit must name its account")
def test_a_deposit_update_names_its_account(books: Books) -> None:
    """Without DepositToAccountRef the update is refused with 2020."""
    banked = books.create("Deposit", deposit_of(books.create("Payment", payment("5"), at=OPENED)), at=OPENED)
    with pytest.raises(QboFault, match=r"2020.*DepositToAccountRef"):
        books.update("Deposit", {"Id": banked["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}, at=LATER)


@pytest.mark.documented("Preferences: CustomTxnNumbers leaves DocNumber to the user")
def test_a_company_can_number_by_itself(books: Books) -> None:
    """With CustomTxnNumbers on, an invoice without a number has none."""
    books.update("Preferences", {"Id": "1", "SyncToken": "0", "SalesFormsPrefs": {"CustomTxnNumbers": True}}, at=OPENED)
    assert "DocNumber" not in books.create("Invoice", invoice("1"), at=OPENED)
    assert books.create("Invoice", invoice("1", DocNumber="A1"), at=OPENED)["DocNumber"] == "A1"
