"""What QuickBooks says about the company itself is read as the core domain understands it."""

from datetime import date
from decimal import Decimal

import pytest

from oodaloo.domains.core.calendar import bank_calendar
from oodaloo.domains.core.model import CompanyInfo, LinkedRecord, Preferences, RecordLine, Term
from oodaloo.domains.core.sync import TYPES, describe
from oodaloo.kit.money import Currency, Money
from tests.support.reading import USD, read

META = (
    '"domain":"QBO","sparse":false,"Id":"1","SyncToken":"4",'
    '"MetaData":{"CreateTime":"2026-04-06T09:30:00-07:00","LastUpdatedTime":"2026-05-03T16:45:10-07:00"}'
)
COMPANY = """{"CompanyName":"Tern & Co","LegalName":"Tern & Company LLC","CompanyAddr":{"Id":"1","City":"Portland"},
"CompanyStartDate":"2024-01-01","FiscalYearStartMonth":"January","Country":"%s","SupportedLanguages":"en",
"DefaultTimeZone":"America/Los_Angeles","NameValue":[{"Name":"NeoEnabled","Value":"true"}],%s}"""
PREFERENCES = """{"AccountingInfoPrefs":{"FirstMonthOfFiscalYear":"January"},
"CurrencyPrefs":{"MultiCurrencyEnabled":true,"HomeCurrency":{"value":"CAD"}},"OtherPrefs":{"NameValue":[]},%s}"""
TERM = """{"Name":"2%% 10 Net 30","Active":true,"Type":"STANDARD","DiscountPercent":2.0,"DueDays":30,"DiscountDays":10,
%s}"""
INVOICE = """{"DocNumber":"1037","TxnDate":"2026-04-08","CurrencyRef":{"value":"USD"},"PrivateNote":"Retainer",
"LinkedTxn":[{"TxnId":"31","TxnType":"Payment"}],"Line":[
{"Id":"1","LineNum":1,"Description":"Design","Amount":275.00,"DetailType":"SalesItemLineDetail",
 "SalesItemLineDetail":{"ItemRef":{"value":"5","name":"Hours"},"UnitPrice":275,"Qty":1}},
{"Amount":275.00,"DetailType":"SubTotalLineDetail","SubTotalLineDetail":{}}],
"CustomerRef":{"value":"7","name":"Alder"},"DueDate":"2026-05-08","TotalAmt":275.00,"Balance":75.00,
"EmailStatus":"EmailSent",%s}"""


@pytest.mark.parametrize(("told", "country"), [("US", "US"), ("USA", "US"), ("GBR", "GB"), ("AUT", ""), ("CHN", "")])
def test_a_company_knows_its_country_in_either_spelling(told: str, country: str) -> None:
    """Countries come with two letters or, since 2025, with three; one that we can't translate stays unknown."""
    company = read(TYPES, "CompanyInfo", CompanyInfo, COMPANY % (told, META))
    assert (company.name, company.country, company.timezone) == ("Tern & Co", country, "America/Los_Angeles")


def test_preferences_tell_the_home_currency() -> None:
    """Amounts without a currency of their own are in the home currency."""
    preferences = read(TYPES, "Preferences", Preferences, PREFERENCES % META)
    assert (preferences.home_currency, preferences.multi_currency) == (Currency("CAD"), True)


def test_a_company_without_currency_preferences_is_american() -> None:
    """Only US companies from before multi-currency leave the home currency out."""
    preferences = read(TYPES, "Preferences", Preferences, "{" + META + "}")
    assert (preferences.home_currency, preferences.multi_currency) == (USD, False)


def test_terms_keep_days_and_discount() -> None:
    """2 % within 10 days, all within 30."""
    term = read(TYPES, "Term", Term, TERM % META)
    assert (term.name, term.due_days, term.discount_percent, term.discount_days) == (
        "2% 10 Net 30",
        30,
        Decimal("2.0"),
        10,
    )


def test_terms_by_day_of_month_have_no_days() -> None:
    """A term that is due on a day of the month isn't a number of days."""
    body = (TERM % META).replace('"DueDays":30,"DiscountDays":10', '"DayOfMonthDue":1,"DueNextMonthDays":5')
    assert read(TYPES, "Term", Term, body).due_days is None


def test_a_record_is_described_as_people_read_it() -> None:
    """Header facts, lines without the subtotal, and each linked record once."""
    view = describe("Invoice", INVOICE % META, USD, quickbooks_url=None, names={})
    assert (view.number, view.dated, view.party) == ("1037", date(2026, 4, 8), "Alder")
    facts = dict(view.facts)
    assert (facts["Total"], facts["Open"]) == (Money.of("275", USD), Money.of("75", USD))
    assert facts["Due"] == date(2026, 5, 8)
    assert view.lines == (RecordLine("Design · Hours", Money.of("275", USD)),)
    assert view.linked == (LinkedRecord("Payment", "31"),)


def test_bank_holidays_come_from_the_country() -> None:
    """Labor Day closes American banks, and a country that nobody knows has weekends only."""
    labor_day = date(2026, 9, 7)
    assert not bank_calendar("US", 2026, 2026).is_business_day(labor_day)
    for unknown in ("ZZ", "", "Narnia"):
        assert bank_calendar(unknown, 2026, 2026).is_business_day(labor_day)
