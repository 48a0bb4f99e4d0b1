"""What a company says about itself: CompanyInfo and Preferences, one of each, made with the books."""

from datetime import datetime
from typing import Final

from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import EntityKind, required_text
from qbo_emulator.faults import business_rule
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


def _company_info(_file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    required_text(body, "CompanyName")
    return body


def _preferences(_file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    return body


def _preferences_guard(_file: CompanyFile, before: JsonObject, after: JsonObject | None) -> None:
    was, now = before["CurrencyPrefs"], (after or before)["CurrencyPrefs"]
    if was.get("MultiCurrencyEnabled") and not now.get("MultiCurrencyEnabled"):
        raise business_rule("Multi Currency can't be turned off once it is on.")
    if was.get("HomeCurrency", {}).get("value") != now.get("HomeCurrency", {}).get("value"):
        raise business_rule("The home currency can't be changed.")


COMPANY: Final = (
    EntityKind("CompanyInfo", "CompanyInfo", _company_info, order_by="Id", only_updated=True),
    EntityKind(
        "Preferences",
        "Preferences",
        _preferences,
        order_by="Id",
        guard=_preferences_guard,
        only_updated=True,
    ),
)
