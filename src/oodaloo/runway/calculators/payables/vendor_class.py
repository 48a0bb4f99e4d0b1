"""What a vendor is paid for, from the accounts its bills are booked to and from its name, with the evidence."""

import re
from collections.abc import Sequence

from oodaloo.runway.calculators.classify import SIGNS, Signs
from oodaloo.runway.model.payables import ToldClass, VendorClass
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.recurring import FlowClass

_OF_FLOW = {
    FlowClass.PAYROLL: VendorClass.PAYROLL,
    FlowClass.PAYROLL_TAX: VendorClass.TAX,
    FlowClass.TAX: VendorClass.TAX,
    FlowClass.RENT: VendorClass.RENT,
    FlowClass.LOAN: VendorClass.LOAN,
    FlowClass.SOFTWARE: VendorClass.UTILITY,
    FlowClass.INSURANCE: VendorClass.UTILITY,
}


def _more(detail_types: str, words: str) -> Signs:
    return Signs(FlowClass.OTHER_OUT, frozenset(detail_types.split()), re.compile(rf"\b(?:{words})", re.IGNORECASE))


_ALL_SIGNS: tuple[tuple[VendorClass, Signs], ...] = (
    *((_OF_FLOW[signs.flow_class], signs) for signs in SIGNS),
    (
        VendorClass.UTILITY,
        _more("Utilities", r"utilit|electric|natural gas|water\b|sewer|internet|broadband|telecom|(tele)?phone\b"),
    ),
    (VendorClass.CONTRACTOR, _more("CostOfLabor CostOfLaborCos", r"(sub)?contractor|subcontract|freelance|1099\b")),
)
"""The signs that tell recurring flows, in their order, then those of bills alone; the first match wins."""


def class_of_bill(bill: OpenItem, issued: Sequence[OpenItem]) -> ToldClass:
    """The class of an open bill: its own account decides (name, then QuickBooks' detail type), else the accounts of
    the vendor's other bills in `issued`, newest first, else the vendor's name; other where nothing tells.
    """
    own = _by_account(bill)
    if own is not None:
        return ToldClass(own, f"booked to {_account(bill)}")
    for other in sorted(issued, key=lambda item: item.issued, reverse=True):
        found = _by_account(other)
        if found is not None:
            return ToldClass(found, f"other bills of this vendor are booked to {_account(other)}")
    named = _by_words(bill.party.name)
    if named is not None:
        return ToldClass(named, f'the name "{bill.party.name}"')
    return ToldClass(VendorClass.OTHER, "neither account nor name says more")


def _by_account(bill: OpenItem) -> VendorClass | None:
    by_words = _by_words(bill.category)
    if by_words is not None:
        return by_words
    return next((found for found, signs in _ALL_SIGNS if bill.category_type in signs.detail_types), None)


def _by_words(text: str) -> VendorClass | None:
    return next((found for found, signs in _ALL_SIGNS if signs.words.search(text)), None)


def _account(bill: OpenItem) -> str:
    return bill.category or bill.category_type
