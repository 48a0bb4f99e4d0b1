"""The `agency` scenario: a marketing agency of about 20 people that bills about $2.5M a year."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios import names
from qbo_emulator.scenarios.agency_costs import (
    OWNER,
    agency_spending,
    agency_standing,
    agency_subscriptions,
    agency_vendors,
)
from qbo_emulator.scenarios.company.build import BuiltCompany, build_company
from qbo_emulator.scenarios.company.chart import PROJECT_INCOME, RETAINER_INCOME
from qbo_emulator.scenarios.company.description import (
    CompanyPlan,
    CustomerPlan,
    Employee,
    Loan,
    PayingHabit,
    PayrollPlan,
    ProjectWork,
    Retainer,
    Span,
    Terms,
    TreasuryPlan,
)
from qbo_emulator.scenarios.company.scaling import billing_at_pace
from qbo_emulator.scenarios.company.streams import cents_near, stream
from qbo_emulator.scenarios.options import CompanyOptions

_NET_15, _NET_30, _NET_45 = Terms("Net 15", 15), Terms("Net 30", 30), Terms("Net 45", 45)
_BUSY_BY_MONTH = (0.80, 0.94, 1.06, 1.06, 1.08, 1.06, 0.80, 0.94, 1.12, 1.12, 1.08, 0.86)
_LOST_CUSTOMER_DAYS, _WON_CUSTOMER_DAYS = 50, 210
_A_YEAR_OF_REVENUE_CENTS = 250_000_000

_PROMPT = PayingHabit("prompt", -2, 3)
_PROMPT_BY_CHECK = PayingHabit("prompt", 0, 3, by_check=True)
_SLOW = PayingHabit("slow", 16, 6)
_SLOW_BY_CHECK = PayingHabit("slow", 11, 5, by_check=True)
_ERRATIC = PayingHabit("erratic", 3, 8)
_ERRATIC_BY_CHECK = PayingHabit("erratic", 3, 7, by_check=True)
_TWICE_A_MONTH = PayingHabit("twice_a_month", -4, 0, run_days=(10, 25))
_IN_PARTS = PayingHabit("erratic", 2, 6, part_share=0.4)

_STRATEGY, _SOCIAL, _SEARCH = "Brand Strategy", "Social Media Management", "Search Marketing"
_CAMPAIGN, _WEBSITE, _VIDEO = "Campaign Production", "Website Build", "Video Production"
_ITEMS = (
    (_STRATEGY, RETAINER_INCOME),
    (_SOCIAL, RETAINER_INCOME),
    (_SEARCH, RETAINER_INCOME),
    (_CAMPAIGN, PROJECT_INCOME),
    (_WEBSITE, PROJECT_INCOME),
    (_VIDEO, PROJECT_INCOME),
)

# Habit, terms, retainer in dollars a month with its bill day and item, projects a year and dollars of one with item.
_CUSTOMER_SLOTS: tuple[tuple[PayingHabit, Terms, tuple[int, int, str] | None, tuple[float, int, str] | None], ...] = (
    (_PROMPT, _NET_30, (14_500, 1, _STRATEGY), None),
    (_SLOW, _NET_15, (12_800, 1, _SEARCH), (1.8, 31_000, _CAMPAIGN)),
    (_TWICE_A_MONTH, _NET_30, (11_600, 1, _SOCIAL), (2.2, 27_000, _VIDEO)),
    (_PROMPT_BY_CHECK, _NET_30, (9_800, 1, _SOCIAL), None),
    (_ERRATIC, _NET_30, (10_400, 15, _SEARCH), (1.6, 34_000, _WEBSITE)),
    (_PROMPT, _NET_15, (8_900, 1, _SEARCH), None),
    (_SLOW_BY_CHECK, _NET_15, (8_200, 1, _STRATEGY), None),
    (_IN_PARTS, _NET_30, (7_400, 15, _SOCIAL), (1.5, 22_000, _CAMPAIGN)),
    (_TWICE_A_MONTH, _NET_30, (9_200, 1, _SEARCH), None),
    (_PROMPT, _NET_15, (11_800, 1, _STRATEGY), (1.5, 24_000, _CAMPAIGN)),
    (_ERRATIC_BY_CHECK, _NET_15, (6_300, 1, _SOCIAL), None),
    (_PROMPT_BY_CHECK, _NET_30, (5_600, 15, _SEARCH), None),
    (_SLOW, _NET_30, (7_900, 1, _STRATEGY), (1.3, 38_000, _WEBSITE)),
    (_PROMPT, _NET_30, None, (2.6, 29_000, _CAMPAIGN)),
    (_SLOW, _NET_30, None, (2.4, 33_000, _WEBSITE)),
    (_ERRATIC, _NET_30, None, (2.8, 21_000, _VIDEO)),
    (_TWICE_A_MONTH, _NET_30, None, (2.2, 36_000, _CAMPAIGN)),
    (_SLOW_BY_CHECK, _NET_30, None, (2.0, 18_000, _VIDEO)),
    (_PROMPT_BY_CHECK, _NET_15, None, (3.0, 14_000, _VIDEO)),
    (_IN_PARTS, _NET_45, None, (1.8, 42_000, _WEBSITE)),
    (_ERRATIC_BY_CHECK, _NET_30, None, (2.4, 16_500, _CAMPAIGN)),
    (_PROMPT, _NET_30, None, (2.0, 26_000, _WEBSITE)),
    (_PROMPT, _NET_15, None, (3.4, 9_500, _CAMPAIGN)),
    (_SLOW, _NET_30, None, (1.6, 12_000, _VIDEO)),
)
_LOST_SLOTS, _WON_SLOT = frozenset({4, 9, 13}), 8

_YEARLY_PAY_DOLLARS = (
    *(108_000, 99_000, 92_000, 88_000, 84_000, 80_000, 75_000, 73_000, 69_000, 65_000),
    *(63_000, 61_000, 58_000, 56_000, 54_000, 52_000, 49_000, 47_000, 45_000, 44_000),
)


def build_agency(request: ScenarioRequest) -> BuiltCompany:
    """Return the agency's books, its description and the flaws planted in them.

    Options: `payroll` (purchase by default: most agencies of this size use a provider whose debits the bank feed
    brings in), `flaws`, `months`. Raises ScenarioOptionError for anything else.
    """
    return build_company(request, describe_agency)


def agency_name(request: ScenarioRequest) -> str:
    """Return the agency's name."""
    return names.one_of_many(names.AGENCIES, request.seed, request.company_number)


def describe_agency(request: ScenarioRequest, options: CompanyOptions, span: Span) -> CompanyPlan:
    """Return the description of the agency: amounts, habits and names vary with the seed, the story doesn't.

    The story is told from the last day backwards: one customer was won 210 days before it and three were lost 50 days
    before it, the owner took money out a month before it, yearly software was just renewed on the card, and two large
    yearly bills lie there that fall due six weeks after it. So cash runs short before the quarter is over.
    """
    seed, dice = request.seed, stream(request.seed, "agency")
    street = f"{dice.randint(100, 2400)} West {dice.choice(('Fulton', 'Lake', 'Randolph', 'Kinzie'))} Street"
    name = agency_name(request)
    plan = CompanyPlan(
        name=name,
        seed=seed,
        email=f"books@{''.join(letter for letter in name.lower() if letter.isalpha())}.example",
        phone=f"(312) 555-{dice.randint(100, 199):04d}",
        street=street,
        city="Chicago",
        state="IL",
        postal_code="60607",
        customers=_customers(seed, span),
        vendors=agency_vendors(seed, span.end),
        subscriptions=agency_subscriptions(seed, span.end),
        spending=agency_spending(seed),
        standing=agency_standing(seed),
        loan=Loan("Prairie Lakes Bank", cents_near(dice, 9_500_000, 0.1, round_to_cents=10_000), 264_000, 0.0725, 5),
        payroll=_payroll(seed, options, span),
        treasury=_treasury(seed),
        busy_by_month=_BUSY_BY_MONTH,
        items=_ITEMS,
    )
    return billing_at_pace(plan, span, _A_YEAR_OF_REVENUE_CENTS)


def _customers(seed: int, span: Span) -> tuple[CustomerPlan, ...]:
    dice = stream(seed, "customer names")
    chosen = dice.sample(names.CUSTOMERS, len(_CUSTOMER_SLOTS))
    contacts = dice.sample(names.CONTACTS, len(_CUSTOMER_SLOTS))
    people = zip(chosen, contacts, strict=True)
    return tuple(_customer(seed, slot, who, span.end) for slot, who in enumerate(people))


def _customer(seed: int, slot: int, who: tuple[str, str], end: date) -> CustomerPlan:
    habit, terms, retainer, projects = _CUSTOMER_SLOTS[slot]
    name, contact = who
    dice = stream(seed, "customer", name)
    city, state = dice.choice(names.CITIES)
    starts = end - timedelta(days=_WON_CUSTOMER_DAYS) if slot == _WON_SLOT else None
    ends = end - timedelta(days=_LOST_CUSTOMER_DAYS) if slot in _LOST_SLOTS else None
    return CustomerPlan(
        name=name,
        contact=contact,
        city=city,
        state=state,
        terms=terms,
        habit=replace(habit, median_late_days=habit.median_late_days + dice.choice((-1, 0, 0, 1))),
        retainer=retainer
        and Retainer(_dollars(retainer[0], 0.06, dice), end.year, retainer[1], retainer[2], starts, ends),
        projects=projects and ProjectWork(projects[0], _dollars(projects[1], 0.1, dice), projects[2], starts, ends),
        credit_share=0.025 if habit.style in ("erratic", "slow") else 0.0,
    )


def _payroll(seed: int, options: CompanyOptions, span: Span) -> PayrollPlan:
    dice = stream(seed, "people")
    people = dice.sample(names.STAFF, len(_YEARLY_PAY_DOLLARS))
    hired, left = span.end - timedelta(days=130), span.end - timedelta(days=290)
    employees = [
        Employee(name, _dollars(dollars, 0.04, stream(seed, "pay", name)))
        for name, dollars in zip(people, _YEARLY_PAY_DOLLARS, strict=True)
    ]
    employees[12] = replace(employees[12], ends=left)
    employees[15] = replace(employees[15], starts=hired)
    anchor = date(2024, 1, 5) + timedelta(days=7 * (seed % 2))
    return PayrollPlan(
        kind=options.payroll,
        provider="Ledgerpay Payroll",
        anchor_friday=anchor,
        employees=tuple(employees),
        federal_agency="US Treasury",
        state_agency="Illinois Department of Revenue",
    )


def _treasury(seed: int) -> TreasuryPlan:
    dice = stream(seed, "treasury")
    return TreasuryPlan(
        owner=OWNER,
        checking_cents=cents_near(dice, 16_000_000, 0.06),
        savings_cents=cents_near(dice, 4_200_000, 0.1),
        floor_cents=2_500_000,
        comfortable_cents=15_000_000,
        savings_monthly_cents=150_000,
        credit_line_cents=12_000_000,
        low_point_cents=2_500_000,
        last_distribution_days=31,
        last_distribution_max_cents=12_000_000,
    )


def _dollars(dollars: int, spread: float, dice: Random) -> int:
    return cents_near(dice, dollars * 100, spread, round_to_cents=5_000)
