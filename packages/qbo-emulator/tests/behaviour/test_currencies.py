"""Foreign currencies: which documents can have one, at which rate, and what the home currency shows."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from emulator_support import OPENED, bill, bill_payment, invoice, journal_entry, payment

from qbo_emulator.books import Books
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

LATER: Final = OPENED + timedelta(days=1)
EUR: Final[JsonObject] = {"value": "EUR"}


@pytest.fixture
def abroad(books: Books) -> Books:
    """Books with euros: customer 4 Lyon, vendor 5 Turin, account 6 Girokonto, 1.10 dollars a euro from 2026-01-02."""
    books.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}})
    books.create("CompanyCurrency", {"Code": "EUR"}, at=OPENED)
    books.create("Customer", {"DisplayName": "Lyon", "CurrencyRef": EUR}, at=OPENED)
    books.create("Vendor", {"DisplayName": "Turin", "CurrencyRef": EUR}, at=OPENED)
    books.create("Account", {"Name": "Girokonto", "AccountType": "Bank", "CurrencyRef": EUR}, at=OPENED)
    rate = {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-01-02", "Rate": Decimal("1.1")}
    books.create("ExchangeRate", rate, at=OPENED)
    return books


def refused(books: Books, entity: str, body: JsonObject) -> str:
    """The code with which a create is refused."""
    with pytest.raises(QboFault) as caught:
        books.create(entity, body, at=OPENED)
    return caught.value.errors[0].code


def account(books: Books, name: str) -> JsonObject:
    """The account of a name."""
    [found] = [one for one in books.records("Account") if one["Name"] == name]
    return found


@pytest.mark.recorded("multicurrency-company-2019/accounts.json, purchases.json")
def test_a_foreign_invoice_is_kept_in_both_currencies(abroad: Books) -> None:
    """100 euros at 1.10 are 110 dollars of income, on a receivables account in euros that shows 100."""
    made = abroad.create("Invoice", invoice("100", CustomerRef={"value": "4"}), at=OPENED)
    assert (made["CurrencyRef"], made["ExchangeRate"]) == ({"value": "EUR", "name": "Euro"}, Decimal("1.1"))
    assert (made["TotalAmt"], made["HomeTotalAmt"], made["Balance"], made["HomeBalance"]) == (100, 110, 100, 110)
    owed = account(abroad, "Accounts Receivable (A/R) - EUR")
    assert (owed["CurrentBalance"], owed["CurrencyRef"]["value"]) == (100, "EUR")
    assert [abroad.ledger.balance(each) for each in (owed["Id"], "4")] == [110, -110]
    assert abroad.read("Customer", "4")["Balance"] == 100
    at_home = abroad.create("Invoice", invoice("5"), at=OPENED)
    assert (at_home["ExchangeRate"], at_home["HomeTotalAmt"]) == (1, 5)


@pytest.mark.documented("HomeBalance, and no gain or loss is posted here")
def test_a_foreign_payment_settles_in_its_currency(abroad: Books) -> None:
    """60 euros paid at 1.20 into a euro account: 40 euros and 44 dollars stay open, 72 dollars came in."""
    owed = abroad.create("Invoice", invoice("100", CustomerRef={"value": "4"}), at=OPENED)
    into = {"CustomerRef": {"value": "4"}, "DepositToAccountRef": {"value": "6"}, "ExchangeRate": Decimal("1.2")}
    abroad.create("Payment", payment("60", ("Invoice", owed["Id"], "60"), **into), at=LATER)
    left = abroad.read("Invoice", owed["Id"])
    assert (left["Balance"], left["HomeBalance"]) == (40, 44)
    assert [account(abroad, "Girokonto")["CurrentBalance"], abroad.ledger.balance("6")] == [60, 72]
    assert abroad.read("Customer", "4")["Balance"] == 40


@pytest.mark.inferred("each side of a payment is in the payment's currency; accounts at home are kept in dollars")
def test_a_foreign_bill_is_paid_from_home(abroad: Books) -> None:
    """A bill of 10 euros at 1.10, paid at 1.15 from a dollar account: the account loses 11.50 dollars."""
    owed = abroad.create("Bill", bill("10", VendorRef={"value": "5"}), at=OPENED)
    rate = {"VendorRef": {"value": "5"}, "ExchangeRate": Decimal("1.15")}
    abroad.create("BillPayment", bill_payment("10", ("Bill", owed["Id"], "10"), **rate), at=OPENED)
    assert abroad.read("Account", "1")["CurrentBalance"] == Decimal("-11.50")
    assert account(abroad, "Accounts Payable (A/P) - EUR")["CurrentBalance"] == 0
    assert (abroad.read("Vendor", "5")["Balance"], abroad.read("Bill", owed["Id"])["HomeBalance"]) == (0, 0)


@pytest.mark.inferred("debits = credits in home currency, to the cent")
def test_rounding_leaves_nothing_over(abroad: Books) -> None:
    """Three lines of 0.05 euros at 1.10 are three of 0.06 dollars, and 0.17 are owed: a cent comes off."""
    lines = invoice("0.05")["Line"] * 3
    made = abroad.create("Invoice", invoice("0", CustomerRef={"value": "4"}, Line=lines), at=OPENED)
    [posted] = [one for one in abroad.ledger.transactions() if one.txn_id == made["Id"]]
    amounts = [posting.amount for posting in posted.postings]
    assert sum(amounts) == 0
    assert amounts[0] == made["HomeTotalAmt"]


@pytest.mark.documented("ExchangeRate: known by currency and day; the last before a day holds")
def test_rates_hold_until_the_next(abroad: Books) -> None:
    """A second rate for a day replaces the first, needs its SyncToken, and holds from its day on."""
    later = {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-02-01", "Rate": Decimal("1.3")}
    made = abroad.create("ExchangeRate", later, at=OPENED)
    assert (made["TargetCurrencyCode"], made["SyncToken"], "Id" in made) == ("USD", "0", False)
    assert abroad.exchange_rate("EUR", "2026-01-31")["Rate"] == Decimal("1.1")
    assert abroad.exchange_rate("EUR", "2026-03-01")["Rate"] == Decimal("1.3")
    assert refused(abroad, "ExchangeRate", later) == "2020"
    changed = abroad.update("ExchangeRate", later | {"SyncToken": "0", "Rate": Decimal("1.4")}, at=LATER)
    assert (changed["Rate"], changed["SyncToken"]) == (Decimal("1.4"), "1")
    found = abroad.query("SELECT * FROM ExchangeRate WHERE SourceCurrencyCode = 'EUR' AND AsOfDate = '2026-02-01'")
    assert found.entities == [changed]
    with pytest.raises(QboFault, match="610"):
        abroad.exchange_rate("EUR", "2025-12-31")


@pytest.mark.documented("CurrencyRef: the currency of the customer or vendor; multi-currency must be on")
def test_currencies_that_are_refused(books: Books, abroad: Books) -> None:
    """A wrong, unknown or unpriced currency, mixed accounts, and turning it all off again."""
    lyon = {"CustomerRef": {"value": "4"}}
    assert refused(abroad, "Invoice", invoice("1", **lyon, CurrencyRef={"value": "USD"})) == "6000"
    assert refused(abroad, "Invoice", invoice("1", CurrencyRef=EUR)) == "6000"
    assert refused(abroad, "Customer", {"DisplayName": "Oslo", "CurrencyRef": {"value": "NOK"}}) == "2500"
    assert refused(abroad, "CompanyCurrency", {"Code": "USD"}) == "6000"
    assert refused(abroad, "CompanyCurrency", {"Code": "euro"}) == "2170"
    assert refused(abroad, "JournalEntry", journal_entry(("Debit", "6", "1"), ("Credit", "4", "1"))) == "6000"
    with pytest.raises(QboFault, match=r"501.*market rates of EUR"):
        abroad.create("Invoice", invoice("1", **lyon, TxnDate="2025-12-01"), at=OPENED)
    off = {"Id": "1", "SyncToken": "0", "CurrencyPrefs": {"MultiCurrencyEnabled": False}}
    with pytest.raises(QboFault, match=r"6000.*can't be turned off"):
        abroad.update("Preferences", off, at=LATER)


@pytest.mark.inferred("without multi-currency there is one currency and no exchange rate")
def test_one_currency_shows_no_rate(books: Books) -> None:
    """Documents of a company with one currency carry neither rate nor home amounts; others are refused."""
    made = books.create("Invoice", invoice("1"), at=OPENED)
    assert not {"ExchangeRate", "HomeTotalAmt", "HomeBalance"} & made.keys()
    assert refused(books, "Vendor", {"DisplayName": "Turin", "CurrencyRef": EUR}) == "6000"
    assert refused(books, "CompanyCurrency", {"Code": "EUR"}) == "6000"
