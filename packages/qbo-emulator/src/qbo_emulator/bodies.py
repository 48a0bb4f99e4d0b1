"""How request bodies are read: JSON text to values of the shapes that QuickBooks keeps."""

import json
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import money, shortest
from qbo_emulator.faults import QboFault, invalid_number, unreadable_body
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import names

_SHORTEST: Final = frozenset(
    names(
        """
        UnitPrice Qty RatePercent TaxPercent DiscountPercent PurchaseCost QtyOnHand ExchangeRate
        BillRate CostRate
        """
    )
)
_MONEY: Final = frozenset(
    names(
        """
        Amount TotalAmt TotalTax NetAmountTaxable CreditLimit Balance BalanceWithJobs CurrentBalance
        CurrentBalanceWithSubAccounts UnappliedAmt RemainingCredit
        """
    )
)
_TEXTS: Final = frozenset(
    names(
        """
        Id SyncToken DocNumber PrivateNote Name DisplayName CompanyName Title GivenName MiddleName
        FamilyName Suffix PrintOnCheckName Description AccountType AccountSubType AcctNum Type TxnId
        TxnType PayType PaymentType PostingType DetailType TxnDate DueDate ServiceDate CheckNum
        PaymentRefNum BillableStatus Memo Notes Line1 Line2 Line3 Line4 Line5 City Country
        CountrySubDivisionCode PostalCode  PrintStatus EmailStatus Sku
        PreferredDeliveryMethod
        """
    )
)
_FLAGS: Final = frozenset(
    names(
        """
        Active Taxable Credit SubAccount Adjustment Job BillWithParent IsProject Vendor1099
        ProcessPayment sparse
        """
    )
)
_LISTS: Final = frozenset({"Line", "LinkedTxn"})
_OBJECTS: Final = frozenset({"CheckPayment", "CreditCardPayment", "CashBack", "Entity"})
_OBJECT_ENDINGS: Final = ("Ref", "Detail", "Addr")
_LARGEST_WHOLE_NUMBER: Final = 2**53


def decode_object(raw: bytes) -> JsonObject:
    """The JSON object in a request body, its fractions as Decimals; fault 2010 when it isn't one."""
    try:
        value = json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise unreadable_body(f"Unexpected or malformed JSON: {error}") from error
    if not isinstance(value, dict):
        raise unreadable_body(f"A JSON object is expected, not {type(value).__name__}")
    return value


def as_stored(body: JsonObject) -> JsonObject:
    """A copy of a body as it is kept: without nulls, its numbers spelled as QuickBooks spells them.

    Fault 2010 for a property of the wrong shape, 2080 for a number that isn't one.
    """
    return {name: _stored(value, name) for name, value in body.items() if value is not None}


def _stored(value: object, key: str) -> object:
    if key in _TEXTS:
        return _text(value, key)
    if key in _MONEY:
        return money(value, key)
    if key in _SHORTEST:
        return shortest(value, key)
    if key in _FLAGS:
        return _flag(value, key)
    if key in _LISTS:
        return _objects(value, key)
    if isinstance(value, dict):
        return _reference(value) if key.endswith("Ref") else as_stored(value)
    if key in _OBJECTS or key.endswith(_OBJECT_ENDINGS):
        raise _misshapen(key)
    if isinstance(value, list):
        return [_stored(each, "") for each in value if each is not None]
    return _scalar(value, key)


def _reference(value: JsonObject) -> JsonObject:
    return {name: _text(each, name) for name, each in value.items() if each is not None}


def _objects(value: object, key: str) -> list[JsonObject]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _misshapen(key)
    return [as_stored(each) for each in value]


def _text(value: object, key: str) -> str:
    # QuickBooks reads numbers and booleans where a text belongs.
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return str(value)
    raise _misshapen(key)


def _flag(value: object, key: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _misshapen(key)


def _scalar(value: object, key: str) -> object:
    if isinstance(value, Decimal | float):
        return money(value, key)
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE_NUMBER:
        raise invalid_number(key, value)
    return value


def _misshapen(key: str) -> QboFault:
    return unreadable_body(f"{key} has the wrong shape")


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
