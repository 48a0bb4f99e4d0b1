"""What a recurring flow is for, by QuickBooks' account detail types first, then by the words people use."""

import re
from dataclasses import dataclass

from oodaloo.runway.model.recurring import FlowClass


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a class: detail types (AccountSubType) of the other side's account, and words (a pattern)."""

    flow_class: FlowClass
    detail_types: frozenset[str]
    words: re.Pattern[str]


def _signs(flow_class: FlowClass, detail_types: str, words: str) -> Signs:
    return Signs(flow_class, frozenset(detail_types.split()), re.compile(rf"\b(?:{words})", re.IGNORECASE))


SIGNS: tuple[Signs, ...] = (
    _signs(FlowClass.SOFTWARE, "DuesSubscriptions", r"software|subscription|saas|hosting|payroll (service|processing)"),
    _signs(
        FlowClass.PAYROLL_TAX,
        "PayrollTaxPayable",
        r"payroll\b.*\btax|payroll liabilit|withh(e|o)ld|eftps|fica\b|futa\b|suta\b|form 94[01]|941\b|unemployment",
    ),
    _signs(
        FlowClass.INSURANCE,
        "Insurance InsurancePayable HealthInsurance PremiumsPaid",
        r"insurance|insurer|health plan|employee benefit|workers.? comp",
    ),
    _signs(
        FlowClass.PAYROLL,
        "PayrollExpenses PayrollClearing DirectDepositPayable WagesPayable SalariesAndWages",
        r"payroll|wages|salar(y|ies)|net pay\b|direct deposit|gusto\b|adp\b|paychex|rippling|justworks|trinet",
    ),
    _signs(
        FlowClass.TAX,
        "TaxesPaid SalesTaxPayable GlobalTaxPayable FederalIncomeTaxPayable StateLocalIncomeTaxPayable EstimatedTaxes",
        r"tax\b|taxes|irs\b|internal revenue|department of revenue|franchise board",
    ),
    _signs(FlowClass.RENT, "RentOrLeaseOfBuildings", r"rent\b|office lease|landlord"),
    _signs(
        FlowClass.LOAN,
        "LoanPayable NotesPayable LineOfCredit OtherLongTermLiabilities ShareholderNotesPayable",
        r"loan|line of credit|note payable|notes payable|mortgage",
    ),
)
"""Read top down, first match wins. Detail types are QuickBooks' own (Account.AccountSubType); the words are the account
names of its default charts and the names that US agencies give these payments. Software stands first because payroll
services are booked to payroll accounts, insurance before payroll because benefits are."""


def class_of_outflow(*, category: str, category_type: str, payee: str, memo: str) -> FlowClass:
    """The class of regular spending: the account's name decides, else its detail type, else memo, else payee."""
    told = (_by_words(category), _by_detail_type(category_type), _by_words(memo), _by_words(payee))
    return next((found for found in told if found is not None), FlowClass.OTHER_OUT)


def _by_detail_type(detail_type: str) -> FlowClass | None:
    return next((signs.flow_class for signs in SIGNS if detail_type in signs.detail_types), None)


def _by_words(text: str) -> FlowClass | None:
    return next((signs.flow_class for signs in SIGNS if signs.words.search(text)), None)
