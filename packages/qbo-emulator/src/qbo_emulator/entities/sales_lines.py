"""The lines of sales documents: items, groups, texts, subtotal and discount."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, iso_date, money
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import body_lines, line_amount, line_class, line_detail
from qbo_emulator.faults import (
    business_rule,
    incomplete_discount,
    invalid_enumeration,
    not_implemented,
    required_missing,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_NOT_TAXED: Final[JsonObject] = {"value": "NON"}
_ITEM: Final = "SalesItemLineDetail"
_GROUP: Final = "GroupLineDetail"
_DISCOUNT: Final = "DiscountLineDetail"
_TEXT: Final = "DescriptionOnly"
_SUBTOTAL: Final = "SubTotalLineDetail"
_NOT_SOLD: Final = frozenset({"Group", "Category"})


def sales_lines(file: CompanyFile, body: JsonObject, at: datetime) -> tuple[list[JsonObject], Decimal]:
    """The lines as QuickBooks keeps them, with the subtotal line and after it the discount; and their total."""
    lines: list[JsonObject] = []
    discount: JsonObject | None = None
    for line in body_lines(body):
        detail_type = line.get("DetailType")
        if detail_type == _SUBTOTAL:
            continue
        if detail_type == _DISCOUNT:
            discount = line
            continue
        lines.append(_numbered(line, len(lines) + 1) | _written(file, line, detail_type))
    if not any(line["DetailType"] in (_ITEM, _GROUP) for line in lines):
        raise required_missing("Line")
    subtotal = money(sum((line.get("Amount", ZERO) for line in lines), ZERO), "TotalAmt")
    lines.append({"Amount": subtotal, "DetailType": _SUBTOTAL, _SUBTOTAL: {}})
    if discount is None:
        return lines, subtotal
    lines.append(_discount_line(file, discount, subtotal, at))
    return lines, subtotal - lines[-1]["Amount"]


def sales_line_postings(lines: Iterable[JsonObject], sign: int) -> Iterator[Posting]:
    """What the lines earn (`sign` -1: credits) and what a discount takes away again."""
    for line in lines:
        detail_type = line["DetailType"]
        if detail_type == _ITEM:
            yield Posting(line[_ITEM]["ItemAccountRef"]["value"], line["Amount"] * sign)
        elif detail_type == _GROUP:
            yield from sales_line_postings(line[_GROUP]["Line"], sign)
        elif detail_type == _DISCOUNT and line["Amount"]:
            yield Posting(line[_DISCOUNT]["DiscountAccountRef"]["value"], line["Amount"] * -sign)


def voided_lines(lines: Iterable[JsonObject]) -> list[JsonObject]:
    """The lines of a voided document: amounts, quantities and prices are 0 (recorded)."""
    return [_voided(line) for line in lines]


def _voided(line: JsonObject) -> JsonObject:
    voided = line | ({"Amount": ZERO} if "Amount" in line else {})
    detail_type = line["DetailType"]
    if detail_type == _ITEM:
        zeroed = {name: ZERO for name in ("UnitPrice", "Qty") if name in line[_ITEM]}
        voided[_ITEM] = line[_ITEM] | zeroed
    elif detail_type == _GROUP:
        voided[_GROUP] = line[_GROUP] | {"Line": voided_lines(line[_GROUP]["Line"])}
    return voided


def _numbered(line: JsonObject, number: int) -> JsonObject:
    head: JsonObject = {"Id": line.get("Id", str(number)), "LineNum": number}
    if "Description" in line:
        head["Description"] = line["Description"]
    return head


def _written(file: CompanyFile, line: JsonObject, detail_type: str | None) -> JsonObject:
    if detail_type is None:
        raise required_missing("Line.DetailType")
    if detail_type == _ITEM:
        return _item_line(file, line)
    if detail_type == _GROUP:
        return _group_line(file, line)
    if detail_type == _TEXT:
        return {"DetailType": _TEXT, "DescriptionLineDetail": line.get("DescriptionLineDetail", {})}
    raise invalid_enumeration("Line.DetailType", detail_type)


def _item_line(file: CompanyFile, line: JsonObject) -> JsonObject:
    detail = line_detail(line, _ITEM)
    item = file.resolve("Item", detail.get("ItemRef"), f"Line.{_ITEM}.ItemRef")
    if item["Type"] in _NOT_SOLD:
        raise business_rule(f"The item {item['Name']} is a {item['Type'].lower()} and can't be sold on a line.")
    account = item.get("IncomeAccountRef")
    if account is None:
        raise business_rule(f"The item {item['Name']} has no income account.")
    written: JsonObject = {"ItemRef": {"value": item["Id"], "name": item["FullyQualifiedName"]}}
    written |= line_class(file, detail)
    for field in ("UnitPrice", "Qty"):
        if field in detail:
            written[field] = detail[field]
    written["ItemAccountRef"] = account
    written["TaxCodeRef"] = detail.get("TaxCodeRef", _NOT_TAXED)
    if "ServiceDate" in detail:
        written["ServiceDate"] = iso_date(detail["ServiceDate"], "ServiceDate")
    linked = {"LinkedTxn": line["LinkedTxn"]} if line.get("LinkedTxn") else {}
    return {
        "Amount": line_amount(line, detail),
        **linked,
        "DetailType": _ITEM,
        _ITEM: written,
        "CustomExtensions": [],
    }


def _group_line(file: CompanyFile, line: JsonObject) -> JsonObject:
    detail = line_detail(line, _GROUP)
    item = file.resolve("Item", detail.get("GroupItemRef"), f"Line.{_GROUP}.GroupItemRef")
    if item["Type"] != "Group":
        raise business_rule(f"The item {item['Name']} is not a group.")
    quantity = detail.get("Quantity", Decimal(1))
    inner = detail.get("Line") or list(_components(file, item, quantity))
    parts = []
    for number, part in enumerate(inner, start=1):
        if part.get("DetailType") != _ITEM:
            raise not_implemented(f"lines of type {part.get('DetailType')} inside of a group")
        parts.append(_numbered(part, number) | _item_line(file, part))
    written = {
        "GroupItemRef": {"value": item["Id"], "name": item["FullyQualifiedName"]},
        "Quantity": quantity,
        "Line": parts,
    }
    amount = sum((part["Amount"] for part in parts), ZERO)
    return {"Amount": money(amount, "Line.Amount"), "DetailType": _GROUP, _GROUP: written}


def _components(file: CompanyFile, group: JsonObject, quantity: Decimal) -> Iterator[JsonObject]:
    for component in group["ItemGroupDetail"]["ItemGroupLine"]:
        item = file.resolve("Item", component["ItemRef"], "ItemGroupLine.ItemRef")
        price, count = item["UnitPrice"], component.get("Qty", Decimal(1)) * quantity
        detail = {"ItemRef": component["ItemRef"], "UnitPrice": price, "Qty": count}
        described = {"Description": item["Description"]} if "Description" in item else {}
        yield {**described, "Amount": money(price * count, "Line.Amount"), "DetailType": _ITEM, _ITEM: detail}


def _discount_line(file: CompanyFile, line: JsonObject, subtotal: Decimal, at: datetime) -> JsonObject:
    detail = line.get(_DISCOUNT, {})
    written: JsonObject = {}
    if detail.get("PercentBased"):
        if "DiscountPercent" not in detail:
            raise incomplete_discount()
        written |= {"PercentBased": True, "DiscountPercent": detail["DiscountPercent"]}
        amount = money(subtotal * detail["DiscountPercent"] / 100, "Line.Amount")
    elif "Amount" in line:
        written["PercentBased"] = False
        amount = money(line["Amount"], "Line.Amount")
    else:
        raise incomplete_discount()
    if amount < 0:
        raise business_rule("A discount can't be negative.")
    if "DiscountAccountRef" in detail:
        written["DiscountAccountRef"] = file.account(detail["DiscountAccountRef"], "DiscountAccountRef")[1]
    else:
        account = file.system_account("DiscountsRefundsGiven", at)
        written["DiscountAccountRef"] = {"value": account["Id"], "name": account["FullyQualifiedName"]}
    written |= line_class(file, detail)
    return {"Amount": amount, "DetailType": _DISCOUNT, _DISCOUNT: written}
