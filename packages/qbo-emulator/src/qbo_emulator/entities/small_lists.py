"""The small lists: classes, departments, payment methods, and the currencies that a company uses."""

from datetime import datetime
from typing import Final

from qbo_emulator.company_file import CURRENCY_NAMES, CompanyFile
from qbo_emulator.entities.kinds import Complete, EntityKind, enumerated, required_text
from qbo_emulator.entities.lists import place_in_tree
from qbo_emulator.faults import business_rule, invalid_enumeration, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.wire import pacific_date

_METHOD_TYPES: Final = frozenset({"CREDIT_CARD", "NON_CREDIT_CARD"})
_CODE_LENGTH: Final = 3


def _tree(entity_type: str) -> Complete:
    flag = f"Sub{entity_type}"

    def complete(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
        name = required_text(body, "Name")
        if ":" in name:
            raise business_rule("The name can't contain a colon.")
        place = place_in_tree(file, entity_type, body, name)
        return {**body, **place, flag: "ParentRef" in body, "Active": body.get("Active", True)}

    return complete


def _payment_method(_file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    required_text(body, "Name")
    method_type = enumerated(body.get("Type", "NON_CREDIT_CARD"), _METHOD_TYPES, "Type")
    return {**body, "Active": body.get("Active", True), "Type": method_type}


def _company_currency(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    if not file.is_multi_currency:
        raise business_rule("Multi Currency should be enabled to perform this operation.")
    code = _currency_code(body, "Code")
    if code == file.currency_ref["value"]:
        raise business_rule(f"{code} is the home currency.")
    name = body.get("Name") or CURRENCY_NAMES.get(code, code)
    return {**body, "Code": code, "Name": name, "Active": body.get("Active", True)}


def _exchange_rate(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    if not file.is_multi_currency:
        raise business_rule("Multi Currency should be enabled to perform this operation.")
    source = _currency_code(body, "SourceCurrencyCode")
    if "Rate" not in body:
        raise required_missing("Rate")
    if body["Rate"] <= 0:
        raise business_rule("The exchange rate must be greater than 0.")
    home = file.currency_ref["value"]
    target = body.get("TargetCurrencyCode", home)
    if target != home or source == home:
        raise business_rule(f"An exchange rate goes from another currency to the home currency {home}.")
    return {
        **body,
        "SourceCurrencyCode": source,
        "TargetCurrencyCode": target,
        "AsOfDate": body.get("AsOfDate") or pacific_date(at),
    }


def exchange_rate_key(rate: JsonObject) -> str:
    """What an exchange rate is known by: its currency and day."""
    return f"{rate['SourceCurrencyCode']} {rate['AsOfDate']}"


def _currency_code(body: JsonObject, field: str) -> str:
    code = required_text(body, field)
    if len(code) != _CODE_LENGTH or not code.isascii() or not code.isupper():
        raise invalid_enumeration(field, code)
    return code


SMALL_LISTS: Final = (
    EntityKind("Class", "Class", _tree("Class"), order_by="FullyQualifiedName", counted=True, name_space="Class"),
    EntityKind("Department", "Department", _tree("Department"), order_by="FullyQualifiedName", name_space="Department"),
    EntityKind("PaymentMethod", "PaymentMethod", _payment_method, order_by="Name", name_space="PaymentMethod"),
    EntityKind("CompanyCurrency", "CompanyCurrency", _company_currency, order_by="Name", name_space="CompanyCurrency"),
    EntityKind(
        "ExchangeRate",
        "ExchangeRate",
        _exchange_rate,
        order_by="SourceCurrencyCode",
        natural_key=exchange_rate_key,
    ),
)
