"""Currencies: in which one a transaction is, at which rate, and what it comes to in the home currency."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money, shortest
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.faults import business_rule, invalid_reference, not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_ONE: Final = Decimal(1)


def list_currency(file: CompanyFile, body: JsonObject) -> JsonObject:
    """The CurrencyRef of an account, customer or vendor: the stated one, else the home currency.

    Fault 6000 for another currency while multi-currency is off, 2500 for one that the company doesn't use.
    """
    reference = body.get("CurrencyRef")
    if reference is None or reference.get("value") == file.currency_ref["value"]:
        return file.currency_ref
    if "value" not in reference:
        raise required_missing("CurrencyRef")
    if not file.is_multi_currency:
        raise business_rule("Multi Currency should be enabled to perform this operation.")
    for record in file.store.records("CompanyCurrency"):
        if record.entity["Code"] == reference["value"] and record.entity["Active"]:
            return {"value": record.entity["Code"], "name": record.entity["Name"]}
    raise invalid_reference("Currency", str(reference["value"]))


def document_currency(file: CompanyFile, body: JsonObject, party: JsonObject | None) -> JsonObject:
    """CurrencyRef of a transaction, with ExchangeRate when the company uses several currencies (recorded).

    Fault 6000 when it isn't the currency of its customer or vendor; 501 for a rate that only a market knows.
    """
    own = party.get("CurrencyRef", file.currency_ref) if party is not None else None
    currency = list_currency(file, body) if "CurrencyRef" in body or own is None else own
    if own is not None and own["value"] != currency["value"]:
        raise business_rule("The currency of the transaction must be the currency of its customer or vendor.")
    if currency["value"] == file.currency_ref["value"]:
        return {"CurrencyRef": currency} | ({"ExchangeRate": _ONE} if file.is_multi_currency else {})
    rate = shortest(body["ExchangeRate"], "ExchangeRate") if "ExchangeRate" in body else None
    rate = rate or known_rate(file, currency["value"], body["TxnDate"])
    if rate is None:
        raise not_implemented(f"market rates of {currency['value']}; send ExchangeRate or POST /exchangerate")
    if rate < 0:
        raise business_rule("The exchange rate must be greater than 0.")
    return {"CurrencyRef": currency, "ExchangeRate": rate}


def known_rate(file: CompanyFile, currency: str, day: str) -> Decimal | None:
    """The rate that the company entered for a day or last before it."""
    rates = [
        (record.entity["AsOfDate"], record.entity["Rate"])
        for record in file.store.records("ExchangeRate")
        if record.entity["SourceCurrencyCode"] == currency and record.entity["AsOfDate"] <= day
    ]
    return max(rates)[1] if rates else None


def add_home_amounts(file: CompanyFile, entity: JsonObject) -> None:
    """Give an entity HomeTotalAmt, and HomeBalance beside a Balance, when the company uses several currencies."""
    if "ExchangeRate" not in entity or not file.is_multi_currency:
        return
    rate = entity["ExchangeRate"]
    entity["HomeTotalAmt"] = money(entity["TotalAmt"] * rate, "HomeTotalAmt")
    if "Balance" in entity:
        entity["HomeBalance"] = money(entity["Balance"] * rate, "HomeBalance")


def at_home(file: CompanyFile, entity: JsonObject, postings: Sequence[Posting]) -> tuple[Posting, ...]:
    """A transaction's postings in home currency; cents that rounding leaves over go to the last of them.

    Fault 6000 when an account is kept in yet another currency.
    """
    home = file.currency_ref["value"]
    currency = entity.get("CurrencyRef", file.currency_ref)["value"]
    if currency == home and not file.is_multi_currency:
        return tuple(postings)
    for posting in postings:
        kept_in = file.require("Account", posting.account_id).entity.get("CurrencyRef", file.currency_ref)["value"]
        if kept_in not in (currency, home):
            raise business_rule(f"The account is kept in {kept_in} and can't be used in a transaction in {currency}.")
    if currency == home:
        return tuple(postings)
    rate = entity["ExchangeRate"]
    converted = [
        Posting(each.account_id, money(each.amount * rate, "Amount"), each.name_id, each.amount) for each in postings
    ]
    left_over = sum((each.amount for each in converted), ZERO)
    if left_over:
        converted[-1] = converted[-1]._replace(amount=converted[-1].amount - left_over)
    return tuple(converted)
