"""What the client does beside the lives of entities: each function proves what its sentence says."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from conformance.company import Company
from conformance.specimens import SPECIMENS
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import (
    ObjectNotFoundException,
    QuickbooksException,
    ValidationException,
)
from quickbooks.helpers import qb_date_format, qb_datetime_utc_offset_format
from quickbooks.objects.account import Account
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import AttachableRef
from quickbooks.objects.bill import Bill
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.customer import Customer
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.recurringtransaction import (
    RecurringBill,
    RecurringInfo,
    RecurringTransaction,
    ScheduleInfo,
)
from quickbooks.objects.vendor import Vendor

REPORTS: Final = {
    "BalanceSheet": {"date_macro": "This Fiscal Year-to-date"},
    "ProfitAndLoss": {"start_date": "2026-01-01", "end_date": "2026-06-30", "accounting_method": "Accrual"},
    "CashFlow": {"start_date": "2026-01-01", "end_date": "2026-06-30"},
    "AgedReceivables": {"report_date": "2026-06-30"},
    "AgedReceivableDetail": {"report_date": "2026-06-30"},
    "AgedPayables": {"report_date": "2026-06-30"},
    "AgedPayableDetail": {"report_date": "2026-06-30"},
    "GeneralLedger": {"start_date": "2026-06-01", "end_date": "2026-06-30"},
    "TransactionList": {"start_date": "2026-06-01", "end_date": "2026-06-30"},
    "TrialBalance": {"start_date": "2026-01-01", "end_date": "2026-06-30"},
    "CustomerBalance": {},
    "VendorBalance": {},
}
"""Report -> parameters that it is asked with."""


def same_request_twice(company: Company) -> None:
    """A repeated request id brings the stored answer, and nothing is created, changed or deleted twice."""
    request_id = str(uuid.uuid4())
    first = company.invoice(100).save(qb=company.qb, request_id=request_id)
    count = Invoice.count(qb=company.qb)
    again = company.invoice(100).save(qb=company.qb, request_id=request_id)
    assert again.to_json() == first.to_json()
    assert Invoice.count(qb=company.qb) == count
    request_id = str(uuid.uuid4())
    assert first.delete(qb=company.qb, request_id=request_id) == first.delete(qb=company.qb, request_id=request_id)
    assert Invoice.count(qb=company.qb) == count - 1


def refusals(company: Company) -> None:
    """Faults arrive as the client's own exceptions, with QuickBooks' codes."""
    with pytest.raises(ObjectNotFoundException):
        Invoice.get("999999", qb=company.qb)
    with pytest.raises(ValidationException) as unparsable:
        Customer.query("SELECT * FROM Customer WHERE", qb=company.qb)
    assert unparsable.value.error_code == 4000
    with pytest.raises(ValidationException) as unknown:
        Customer.where("Shoesize = '9'", qb=company.qb)
    assert unknown.value.error_code == 4001
    twin = Customer()
    twin.DisplayName = company.customer.DisplayName
    with pytest.raises(QuickbooksException) as duplicate:
        twin.save(qb=company.qb)
    assert duplicate.value.error_code == 6240
    with pytest.raises(ValidationException) as empty:
        Invoice().save(qb=company.qb)
    assert empty.value.error_code == 2020


def batches(company: Company) -> None:
    """Thirty-five objects go through creation, update and deletion in two batches each, a refused one on its own."""
    made = batch_create([company.bill(10 + number) for number in range(35)], qb=company.qb)
    assert (len(made.successes), len(made.faults)) == (35, 0)
    assert [each.TotalAmt for each in made.successes] == [10 + number for number in range(35)]
    for bill in made.successes:
        bill.PrivateNote = f"Batch of {bill.TotalAmt}"
    broken = company.bill(5)
    broken.VendorRef = None
    updated = batch_update([*made.successes, broken], qb=company.qb)
    assert [error.code for fault in updated.faults for error in fault.Error] == ["2020"]
    assert {each.SyncToken for each in updated.successes} == {"1"}
    stale = batch_delete(made.successes[:1], qb=company.qb)
    assert [error.code for fault in stale.faults for error in fault.Error] == ["5010"]
    count = Bill.count(qb=company.qb)
    batch_delete(updated.successes, qb=company.qb)
    assert Bill.count(qb=company.qb) == count - 35


def changes(company: Company) -> None:
    """Change data capture lists what was created, and of what was deleted its id."""
    since = company_time(company)
    invoice = company.invoice(70).save(qb=company.qb)
    gone = company.bill(7).save(qb=company.qb)
    gone.delete(qb=company.qb)
    for moment in (qb_datetime_utc_offset_format(since, "+00:00"), since - timedelta(days=1)):
        captured = change_data_capture([Invoice, Bill, Customer], moment, qb=company.qb)
        invoices = {each.Id: each for each in captured.Invoice}
        assert invoices[invoice.Id].TotalAmt == 70
        assert {each.status for each in captured.Bill if each.Id == gone.Id} == {"Deleted"}
    later = qb_datetime_utc_offset_format(since + timedelta(hours=1), "+00:00")
    assert not hasattr(change_data_capture([Invoice, Bill], later, qb=company.qb), "Invoice")


def reports(company: Company) -> None:
    """Every report answers in QuickBooks' shape, under the name that it was asked by."""
    for name, parameters in REPORTS.items():
        report = company.qb.get_report(name, dict(parameters))
        assert {"Header", "Columns", "Rows"} <= set(report), name
        assert report["Columns"]["Column"], name
    today = qb_date_format(company_time(company))
    assert company.qb.get_report("BalanceSheet", {"end_date": today})["Header"]["EndPeriod"] == today
    assert company.qb.get_report("TrialBalance")["Header"]["ReportName"] == "TrialBalance"


def attachments(company: Company) -> None:
    """Notes and files are attached, read, changed and deleted."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "receipt.txt"
        path.write_text("Coffee 4.50")
        note, from_path, from_bytes = (_attached(company) for _ in range(3))
        note.Note = "Ask for the receipt"
        from_path._FilePath, from_path.FileName = str(path), path.name
        from_bytes._FileBytes, from_bytes.FileName = b"\x89PNG\r\n\x1a\n\x00", "photo.png"
        from_path.ContentType, from_bytes.ContentType = "text/plain", "image/png"
        saved = [each.save(qb=company.qb) for each in (note, from_path, from_bytes)]
    assert [each.Note for each in saved[:1]] == ["Ask for the receipt"]
    assert [(each.FileName, each.Size) for each in saved[1:]] == [("receipt.txt", 11), ("photo.png", 9)]
    for each in saved:
        read = Attachable.get(each.Id, qb=company.qb)
        assert read.AttachableRef[0].EntityRef.value == company.vendor.Id
        read.Note = "Filed"
        read.save(qb=company.qb)
        assert [found.Note for found in Attachable.filter(Id=each.Id, qb=company.qb)] == ["Filed"]
        assert Attachable.choose([each.Id], qb=company.qb)[0].Id == each.Id
    assert len(Attachable.all(qb=company.qb)) == Attachable.count(qb=company.qb) == len(saved)
    Attachable.get(note.Id, qb=company.qb).delete(qb=company.qb)
    assert Attachable.count(qb=company.qb) == len(saved) - 1


def the_company_itself(company: Company) -> None:
    """CompanyInfo and Preferences are read, looked for and changed."""
    (info,) = CompanyInfo.all(qb=company.qb)
    assert CompanyInfo.get(company.qb.company_id, qb=company.qb).CompanyName == info.CompanyName
    assert [each.Id for each in CompanyInfo.filter(Id=info.Id, qb=company.qb)] == [info.Id]
    assert [each.Id for each in CompanyInfo.choose([info.Id], qb=company.qb)] == [info.Id]
    assert CompanyInfo.count(qb=company.qb) == 1
    info.LegalName = "Strangers & Sons"
    info.save(qb=company.qb)
    assert CompanyInfo.all(qb=company.qb)[0].LegalName == "Strangers & Sons"
    preferences = Preferences.get(qb=company.qb)
    preferences.VendorAndPurchasesPrefs.TrackingByCustomer = True
    saved = preferences.save(qb=company.qb)
    assert int(saved.SyncToken) == int(preferences.SyncToken) + 1
    assert Preferences.get(qb=company.qb).VendorAndPurchasesPrefs.TrackingByCustomer


def currencies(company: Company) -> None:
    """Exchange rates are looked for and set."""
    currency = CompanyCurrency()
    currency.Code, currency.Name = "GBP", "British Pound"
    currency.save(qb=company.qb)
    rate = ExchangeRate()
    rate.SourceCurrencyCode, rate.TargetCurrencyCode = "GBP", "USD"
    rate.AsOfDate, rate.Rate = "2026-06-30", 1.25
    assert rate.save(qb=company.qb).Rate == 1.25
    asked = "SourceCurrencyCode = 'GBP' AND AsOfDate = '2026-06-30'"
    assert [each.Rate for each in ExchangeRate.where(asked, qb=company.qb)] == [1.25]
    assert ExchangeRate.filter(SourceCurrencyCode="GBP", AsOfDate="2026-06-30", qb=company.qb)[0].Rate == 1.25
    assert ExchangeRate.choose(["GBP"], field="SourceCurrencyCode", qb=company.qb)
    assert ExchangeRate.count(qb=company.qb)
    assert ExchangeRate.all(qb=company.qb)


def recurring(company: Company) -> None:
    """A bill that recurs is created, read, looked for, changed and deleted."""
    info = RecurringInfo()
    info.Name, info.Active, info.ScheduleInfo = "Strangers' rent", True, ScheduleInfo()
    schedule = info.ScheduleInfo
    schedule.StartDate, schedule.IntervalType, schedule.NumInterval, schedule.DayOfMonth = "2026-08-01", "Monthly", 1, 1
    template = RecurringBill()
    template.VendorRef = company.vendor.to_ref()
    template.Line.append(company.expense_line(500))
    template.RecurringInfo = info
    transaction = RecurringTransaction()
    transaction.Bill = template
    saved = transaction.save(qb=company.qb)
    assert saved.Bill.RecurringInfo.ScheduleInfo.DayOfMonth == 1
    read = RecurringTransaction.get(saved.Bill.Id, qb=company.qb)
    read.Bill.Line[0].Amount = 550
    read.save(qb=company.qb)
    assert RecurringTransaction.get(saved.Bill.Id, qb=company.qb).Bill.Line[0].Amount == 550
    count = RecurringTransaction.count(qb=company.qb)
    ids = [each.Bill.Id for each in RecurringTransaction.where("Type = 'Bill'", qb=company.qb)]
    assert saved.Bill.Id in ids
    assert len(RecurringTransaction.filter(Type="Bill", qb=company.qb)) == len(ids)
    assert len(RecurringTransaction.choose(["Bill"], field="Type", qb=company.qb)) == len(ids)
    assert len(RecurringTransaction.all(qb=company.qb)) == count
    RecurringTransaction.get(saved.Bill.Id, qb=company.qb).delete(qb=company.qb)
    assert RecurringTransaction.count(qb=company.qb) == count - 1


def exact_amounts(company: Company) -> None:
    """A client that asks for decimals gets every amount exactly."""
    company.qb.use_decimal = True
    try:
        invoice = Invoice.get(company.invoice(1234.56).save(qb=company.qb).Id, qb=company.qb)
    finally:
        company.qb.use_decimal = False
    assert (invoice.TotalAmt, invoice.Balance) == (Decimal("1234.56"), Decimal("1234.56"))


def balances_sent_back(company: Company) -> None:
    """A customer and an account with balances are sent back whole, and keep them."""
    owing = Customer.get(company.customer.Id, qb=company.qb)
    assert owing.Balance > 0
    owing.Notes = "Reminded"
    assert owing.save(qb=company.qb).Balance == owing.Balance
    SPECIMENS["Deposit"].make(company).save(qb=company.qb)
    bank = Account.get(company.bank.Id, qb=company.qb)
    assert bank.CurrentBalance != 0
    bank.Description = "Counted"
    assert bank.save(qb=company.qb).CurrentBalance == bank.CurrentBalance


def names_in_other_spellings(company: Company) -> None:
    """Names with apostrophes and accents are found under their own spelling."""
    vendor = Vendor()
    vendor.DisplayName = "Söhne d'Or"
    saved = vendor.save(qb=company.qb)
    assert [each.Id for each in Vendor.filter(DisplayName="Söhne d'Or", qb=company.qb)] == [saved.Id]


def company_time(company: Company) -> datetime:
    """What time it is in the company, by its own word."""
    said = company.qb.get_single_object("companyinfo", company.qb.company_id)["time"]
    return datetime.fromisoformat(said).astimezone(UTC)


def _attached(company: Company) -> Attachable:
    attachable = Attachable()
    reference = AttachableRef()
    reference.EntityRef = company.vendor.to_ref()
    reference.EntityRef.type = "Vendor"
    attachable.AttachableRef.append(reference)
    return attachable


SERVICES: Final = (
    same_request_twice,
    refusals,
    batches,
    changes,
    reports,
    attachments,
    the_company_itself,
    currencies,
    recurring,
    exact_amounts,
    balances_sent_back,
    names_in_other_spellings,
)
