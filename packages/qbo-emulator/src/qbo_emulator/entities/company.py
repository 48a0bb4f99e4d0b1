"""What a company says about itself: CompanyInfo and Preferences, one of each, made with the books."""

from datetime import datetime
from typing import Final

from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import EntityKind
from qbo_emulator.faults import unsupported_operation
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.wire import pacific_date


def company_info(name: str, country: str, opened_at: datetime) -> JsonObject:
    """CompanyInfo of a company that was opened at that moment, without identity."""
    return {
        "CompanyName": name,
        "LegalName": name,
        "CompanyStartDate": pacific_date(opened_at),
        "FiscalYearStartMonth": "January",
        "Country": country,
        "Email": {},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IndustryType", "Value": "Professional services"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
        ],
    }


def preferences(currency: str) -> JsonObject:
    """Preferences of a company that keeps its books in that currency, without identity."""
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "January",
            "UseAccountNumbers": False,
            "TaxYearMonth": "January",
            "ClassTrackingPerTxn": False,
            "TrackDepartments": False,
            "ClassTrackingPerTxnLine": False,
            "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": False,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "AllowDeposit": False,
            "AllowDiscount": False,
            "AllowEstimates": True,
            "AllowServiceDate": False,
            "AllowShipping": False,
            "IPNSupportEnabled": False,
            "UsingPriceLevels": False,
        },
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": False, "BillableExpenseTracking": False},
        "TimeTrackingPrefs": {"UseServices": False, "WorkWeekStartDate": "Monday"},
        "TaxPrefs": {"UsingSalesTax": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": currency}},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {"NameValue": []},
    }


def _cannot_be_created(_file: CompanyFile, _body: JsonObject, _at: datetime) -> JsonObject:
    raise unsupported_operation("create of a company's own entity")


COMPANY: Final = (
    EntityKind("CompanyInfo", "CompanyInfo", _cannot_be_created, order_by="Id"),
    EntityKind("Preferences", "Preferences", _cannot_be_created, order_by="Id"),
)
