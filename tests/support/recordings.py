"""Companies as recorded QuickBooks answers, for `--load`: builders of records, and one small company worked by hand."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]

REALM = "9130350000000077"
RECORDED = "2026-10-02T09:00:00.000-07:00"
USD = {"value": "USD", "name": "United States Dollar"}


@dataclass(frozen=True)
class Recorded:
    """One record of a type."""

    entity: str
    body: JsonObject

    @property
    def id(self) -> str:
        """QuickBooks' id."""
        return str(self.body["Id"])


def write(folder: Path, records: Iterable[Recorded], *, realm_id: str = REALM, time: str = RECORDED) -> Path:
    """Write records into a folder as answers to one query per type; gives the folder."""
    by_entity: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for record in records:
        by_entity[record.entity].append(record.body)
    folder.mkdir(parents=True, exist_ok=True)
    for entity, bodies in by_entity.items():
        answered = {"QueryResponse": {entity: bodies, "startPosition": 1, "maxResults": len(bodies)}, "time": time}
        request: JsonObject = {"method": "GET", "path": f"/v3/company/{realm_id}/query", "query": {}, "body": None}
        response = {"status": 200, "headers": {"content-type": "application/json"}, "body": answered}
        interactions = {"interactions": [{"request": request, "response": response}]}
        (folder / f"{entity.lower()}.json").write_text(json.dumps(interactions, indent=1))
    return folder


def a_company(name: str, *, currency: str = "USD") -> list[Recorded]:
    """A company's own two records and its Net 30 term."""
    return [
        _recorded("CompanyInfo", "1", CompanyName=name, LegalName=name, Country="US"),
        _recorded(
            "Preferences", "1", CurrencyPrefs={"MultiCurrencyEnabled": False, "HomeCurrency": {"value": currency}}
        ),
        _recorded("Term", "1", Name="Net 30", Active=True, Type="STANDARD", DueDays=30, DiscountDays=0),
    ]


def an_account(
    record_id: str, name: str, account_type: str, subtype: str, balance: str = "0", *, active: bool = True
) -> Recorded:
    """An account of the chart with its debit-positive balance."""
    classes = {
        "Bank": "Asset",
        "Other Current Asset": "Asset",
        "Accounts Receivable": "Asset",
        "Accounts Payable": "Liability",
        "Credit Card": "Liability",
        "Income": "Revenue",
    }
    return _recorded(
        "Account",
        record_id,
        Name=name,
        SubAccount=False,
        FullyQualifiedName=name,
        Active=active,
        Classification=classes.get(account_type, "Expense"),
        AccountType=account_type,
        AccountSubType=subtype,
        CurrentBalance=float(balance),
        CurrentBalanceWithSubAccounts=float(balance),
        CurrencyRef=USD,
    )


def a_customer(record_id: str, name: str, *, active: bool = True) -> Recorded:
    """A customer."""
    return _recorded(
        "Customer", record_id, DisplayName=name, FullyQualifiedName=name, Active=active, Balance=0, BalanceWithJobs=0
    )


def a_vendor(record_id: str, name: str) -> Recorded:
    """A vendor on Net 30."""
    return _recorded("Vendor", record_id, DisplayName=name, Active=True, Balance=0, TermRef={"value": "1"})


def an_item(record_id: str, name: str) -> Recorded:
    """A service that is sold."""
    return _recorded(
        "Item",
        record_id,
        Name=name,
        FullyQualifiedName=name,
        Active=True,
        Type="Service",
        UnitPrice=100,
        IncomeAccountRef={"value": "8", "name": "Design income"},
    )


def an_invoice(
    record_id: str, customer: Recorded, total: str, *, still_open: str, dated: str, due: str, paid_by: str = ""
) -> Recorded:
    """An invoice with what is still open of it."""
    line = {
        "Id": "1",
        "LineNum": 1,
        "Description": "Design",
        "Amount": float(total),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1", "name": "Hours"}},
    }
    return _document(
        "Invoice",
        record_id,
        dated,
        DocNumber=f"10{record_id}",
        CustomerRef=_reference(customer, "DisplayName"),
        DueDate=due,
        TotalAmt=float(total),
        Balance=float(still_open),
        EmailStatus="EmailSent",
        LinkedTxn=[{"TxnId": paid_by, "TxnType": "Payment"}] if paid_by else [],
        Line=[line],
    )


def a_payment(
    record_id: str, customer: Recorded, total: str, *, dated: str, settles: tuple[str, str], into: str = "4"
) -> Recorded:
    """A customer's payment that settles part of one invoice, given as (id, amount); the rest stays unapplied."""
    invoice, amount = settles
    return _document(
        "Payment",
        record_id,
        dated,
        CustomerRef=_reference(customer, "DisplayName"),
        DepositToAccountRef={"value": into},
        TotalAmt=float(total),
        UnappliedAmt=float(total) - float(amount),
        ProcessPayment=False,
        Line=[{"Amount": float(amount), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}],
    )


def a_credit_memo(record_id: str, customer: Recorded, total: str, *, dated: str) -> Recorded:
    """A credit to a customer of which nothing is used."""
    return _document(
        "CreditMemo",
        record_id,
        dated,
        DocNumber=f"C{record_id}",
        CustomerRef=_reference(customer, "DisplayName"),
        TotalAmt=float(total),
        Balance=float(total),
        RemainingCredit=float(total),
        Line=[],
    )


def a_bill(record_id: str, vendor: Recorded, total: str, *, still_open: str, dated: str, due: str) -> Recorded:
    """A bill with what is still open of it."""
    return _document(
        "Bill",
        record_id,
        dated,
        DocNumber=f"B{record_id}",
        VendorRef=_reference(vendor, "DisplayName"),
        APAccountRef={"value": "6"},
        SalesTermRef={"value": "1"},
        DueDate=due,
        TotalAmt=float(total),
        Balance=float(still_open),
        Line=[_expense("9", "Rent", total)],
    )


def a_bill_payment(record_id: str, vendor: Recorded, total: str, *, dated: str, bill: str) -> Recorded:
    """A check that pays one bill."""
    return _document(
        "BillPayment",
        record_id,
        dated,
        VendorRef=_reference(vendor, "DisplayName"),
        PayType="Check",
        CheckPayment={"BankAccountRef": {"value": "1", "name": "Checking"}},
        TotalAmt=float(total),
        Line=[{"Amount": float(total), "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}],
    )


def a_vendor_credit(record_id: str, vendor: Recorded, total: str, *, dated: str) -> Recorded:
    """A credit from a vendor of which nothing is used."""
    return _document(
        "VendorCredit",
        record_id,
        dated,
        VendorRef=_reference(vendor, "DisplayName"),
        APAccountRef={"value": "6"},
        TotalAmt=float(total),
        Balance=float(total),
        Line=[_expense("10", "Software", total)],
    )


def a_purchase(record_id: str, vendor: Recorded, total: str, *, dated: str, account: str, method: str) -> Recorded:
    """Money spent directly from an account."""
    return _document(
        "Purchase",
        record_id,
        dated,
        AccountRef={"value": account},
        PaymentType=method,
        EntityRef={**_reference(vendor, "DisplayName"), "type": "Vendor"},
        Credit=False,
        TotalAmt=float(total),
        Line=[_expense("10", "Software", total)],
    )


def a_deposit(record_id: str, total: str, *, dated: str, payment: str) -> Recorded:
    """One customer payment put into the bank."""
    return _document(
        "Deposit",
        record_id,
        dated,
        DepositToAccountRef={"value": "1", "name": "Checking"},
        TotalAmt=float(total),
        Line=[{"Amount": float(total), "LinkedTxn": [{"TxnId": payment, "TxnType": "Payment", "TxnLineId": "0"}]}],
    )


def a_transfer(record_id: str, amount: str, *, dated: str) -> Recorded:
    """Money moved from checking to savings."""
    accounts = {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "2"}}
    return _document("Transfer", record_id, dated, Amount=float(amount), **accounts)


def a_journal_entry(record_id: str, amount: str, *, dated: str) -> Recorded:
    """A payroll as its provider writes it: expense against the bank."""
    sides = [("Debit", "11", "Payroll"), ("Credit", "1", "Checking")]
    lines = [
        {
            "Id": str(number),
            "Amount": float(amount),
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account, "name": name}},
        }
        for number, (side, account, name) in enumerate(sides)
    ]
    return _document("JournalEntry", record_id, dated, DocNumber=f"PR{record_id}", TotalAmt=0, Line=lines)


def small_company() -> list[Recorded]:
    """Tern & Co on Oct 2, 2026: a record or more of every type, with sums that can be worked out by hand.

    Cash: 12,500.25 in Checking and 4,000.00 in Savings make 16,500.25.
    Receivables: 3,000.00 (overdue), 1,400.00 of 2,400.00, and 750.00 are open, together 5,150.00;
    200.00 of credit and 300.00 of a payment are not applied. The A/R account says 4,900.00, which is
    250.00 more than 5,150.00 less 500.00.
    Payables: 1,800.00 and 345.67 (overdue) are open, together 2,145.67; 50.00 of credit is not applied.
    The A/P account says -2,095.67, which agrees.
    """
    harbor, quill = a_customer("1", "Harbor Dental"), a_customer("2", "Quill Books")
    pier, cloudhost = a_vendor("4", "Pier 9 Properties"), a_vendor("5", "Cloudhost")
    return [
        *a_company("Tern & Co"),
        *_small_chart(),
        harbor,
        quill,
        a_customer("3", "Old Client (deleted)", active=False),
        pier,
        cloudhost,
        an_item("1", "Hours"),
        an_invoice("101", harbor, "3000.00", still_open="3000.00", dated="2026-08-11", due="2026-09-10"),
        an_invoice("102", quill, "2400.00", still_open="1400.00", dated="2026-09-20", due="2026-10-20", paid_by="111"),
        an_invoice("103", harbor, "750.00", still_open="750.00", dated="2026-09-25", due="2026-10-25"),
        an_invoice("104", quill, "1200.00", still_open="0", dated="2026-07-01", due="2026-07-31", paid_by="112"),
        a_payment("111", quill, "1300.00", dated="2026-09-28", settles=("102", "1000.00")),
        a_payment("112", quill, "1200.00", dated="2026-08-03", settles=("104", "1200.00")),
        a_credit_memo("121", harbor, "200.00", dated="2026-09-26"),
        a_deposit("141", "1200.00", dated="2026-08-04", payment="112"),
        a_transfer("151", "500.00", dated="2026-09-01"),
        a_journal_entry("161", "2750.00", dated="2026-09-30"),
        a_bill("201", pier, "1800.00", still_open="1800.00", dated="2026-09-15", due="2026-10-15"),
        a_bill("202", cloudhost, "345.67", still_open="345.67", dated="2026-08-20", due="2026-09-19"),
        a_bill("203", pier, "1800.00", still_open="0", dated="2026-08-15", due="2026-09-14"),
        a_bill_payment("211", pier, "1800.00", dated="2026-09-14", bill="203"),
        a_vendor_credit("221", cloudhost, "50.00", dated="2026-09-21"),
        a_purchase("301", cloudhost, "120.40", dated="2026-09-02", account="7", method="CreditCard"),
        a_purchase("302", cloudhost, "89.00", dated="2026-09-12", account="1", method="Cash"),
    ]


def _small_chart() -> list[Recorded]:
    return [
        an_account("1", "Checking", "Bank", "Checking", "12500.25"),
        an_account("2", "Savings", "Bank", "Savings", "4000.00"),
        an_account("3", "Old Checking (deleted)", "Bank", "Checking", active=False),
        an_account("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds", "1300.00"),
        an_account("5", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable", "4900.00"),
        an_account("6", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", "-2095.67"),
        an_account("7", "Visa", "Credit Card", "CreditCard", "-830.40"),
        an_account("8", "Design income", "Income", "ServiceFeeIncome"),
        an_account("9", "Rent", "Expense", "RentOrLeaseOfBuildings"),
        an_account("10", "Software", "Expense", "OfficeGeneralAdministrativeExpenses"),
        an_account("11", "Payroll", "Expense", "PayrollExpenses"),
    ]


def _recorded(entity: str, record_id: str, **fields: object) -> Recorded:
    times = {"CreateTime": "2026-06-01T09:00:00-07:00", "LastUpdatedTime": "2026-09-30T16:00:00-07:00"}
    identity = {"domain": "QBO", "sparse": False, "Id": record_id, "SyncToken": "0", "MetaData": times}
    return Recorded(entity, {**fields, **identity})


def _document(entity: str, record_id: str, dated: str, **fields: object) -> Recorded:
    return _recorded(entity, record_id, TxnDate=dated, CurrencyRef=USD, **fields)


def _reference(record: Recorded, name: str) -> dict[str, object]:
    return {"value": record.id, "name": record.body[name]}


def _expense(account: str, name: str, amount: str) -> JsonObject:
    return {
        "Id": "1",
        "LineNum": 1,
        "Amount": float(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account, "name": name}},
    }
