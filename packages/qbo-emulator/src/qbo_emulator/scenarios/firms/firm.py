"""Turns the tables of an industry and a size into the description of one company, under a seed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random

from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios import names
from qbo_emulator.scenarios.company.chart import (
    BANK_CHARGES,
    CONTRACTORS,
    ESTIMATED_TAXES,
    OWNER_DRAWS,
    PAYROLL_FEES,
    SOFTWARE,
)
from qbo_emulator.scenarios.company.description import (
    CompanyPlan,
    CustomerPlan,
    Employee,
    Loan,
    PayrollPlan,
    ProjectWork,
    Retainer,
    Rhythm,
    Span,
    Spending,
    StandingPayment,
    Subscription,
    TreasuryPlan,
    VendorPlan,
)
from qbo_emulator.scenarios.company.scaling import billing_at_pace
from qbo_emulator.scenarios.company.streams import cents_near, stream
from qbo_emulator.scenarios.firms.invented import freelancers, invented_firms, people
from qbo_emulator.scenarios.firms.tables import NET_15, NET_30, Industry, Size, VendorSlot
from qbo_emulator.scenarios.options import CompanyOptions

_BILLS_A_YEAR: dict[Rhythm, int] = {"weekly": 52, "twice_a_month": 24, "monthly": 12, "quarterly": 4, "yearly": 1}
_FREELANCERS_SKIP_SHARE = 0.15
_STATE_REVENUE = {"IL": "Illinois Department of Revenue", "WI": "Wisconsin Department of Revenue"}
_SOFTWARE_PEOPLE = 20


def firm_name(industry: Industry, request: ScenarioRequest) -> str:
    """Return the company's name."""
    return names.one_of_many(industry.company_names, request.seed, request.company_number)


def describe_firm(
    industry: Industry, size: Size, request: ScenarioRequest, options: CompanyOptions, span: Span
) -> CompanyPlan:
    """Return the description of a company of that industry and size: amounts, habits and names vary with the seed."""
    seed = request.seed
    dice = stream(seed, "firm", industry.name)
    billed_cents = industry.billed_per_head_dollars * size.people * 100
    name, (city, state, postal_code) = firm_name(industry, request), dice.choice(industry.places)
    plan = CompanyPlan(
        name=name,
        seed=seed,
        email=f"books@{''.join(letter for letter in name.lower() if letter.isalnum())}.example",
        phone=f"(312) 555-{dice.randint(100, 199):04d}",
        street=f"{dice.randint(100, 2400)} {dice.choice(industry.streets)}",
        city=city,
        state=state,
        postal_code=postal_code,
        customers=tuple(_customers(industry, size, seed, span.end)),
        vendors=(*_vendors(industry, size, seed, billed_cents), *_freelancers(industry, size, seed, billed_cents)),
        subscriptions=tuple(_subscriptions(size, seed)),
        spending=tuple(_spending(industry, size, seed)),
        standing=_standing(industry, seed, state, billed_cents),
        loan=Loan("Tallgrass Commercial Bank", _part(billed_cents, 0.035), _part(billed_cents, 0.001), 0.0725, 5),
        payroll=_payroll(industry, size, seed, options, span, state, billed_cents),
        treasury=_treasury(industry, seed, billed_cents),
        busy_by_month=industry.busy_by_month,
        items=industry.items,
        chart=industry.chart,
    )
    return billing_at_pace(plan, span, billed_cents, step_cents=500 if size.people < 10 else 2_500)


def _customers(industry: Industry, size: Size, seed: int, end: date) -> Iterator[CustomerPlan]:
    firms = invented_firms(stream(seed, "customer names", industry.name), industry.customer_kinds, size.customers)
    contacts = people(stream(seed, "contacts", industry.name), size.customers)
    for slot, name, contact in zip(cycle(industry.customers), firms, contacts, strict=False):
        dice = stream(seed, "customer", name)
        city, state, _ = dice.choice(industry.places)
        habit, retainer, projects = slot.habit, slot.retainer, slot.projects
        yield CustomerPlan(
            name=name,
            contact=contact,
            city=city,
            state=state,
            terms=slot.terms,
            habit=replace(habit, median_late_days=habit.median_late_days + dice.choice((-1, 0, 0, 1))),
            retainer=retainer and Retainer(_dollars(retainer[0], 0.15, dice), end.year, retainer[1], retainer[2]),
            projects=projects
            and ProjectWork(projects[0], _dollars(projects[1], 0.15, dice), projects[2], season=slot.season),
            credit_share=0.025 if habit.style in ("erratic", "slow") else 0.0,
        )


def _vendors(industry: Industry, size: Size, seed: int, billed_cents: int) -> Iterator[VendorPlan]:
    slots = industry.vendors[: size.vendors]
    listed_cents = sum(slot.dollars * 100 * _BILLS_A_YEAR[slot.rhythm] for slot in slots)
    scale = billed_cents * industry.costs.vendors / listed_cents
    return (_vendor(slot, scale, stream(seed, "vendor", slot.name)) for slot in slots)


def _vendor(slot: VendorSlot, scale: float, dice: Random) -> VendorPlan:
    return VendorPlan(
        name=slot.name,
        account=slot.account,
        description=slot.what,
        terms=slot.terms,
        rhythm=slot.rhythm,
        typical_cents=cents_near(dice, round(slot.dollars * 100 * scale), 0.06, round_to_cents=500),
        spread=slot.spread,
        bill_day=slot.bill_day,
        median_late_days=slot.late_days + (dice.choice((-1, 0, 1)) if slot.late_days > 0 else 0),
        bill_prefix=slot.prefix,
        credit_share=0.05 if slot.spread >= 0.3 else 0.0,
        paid_by_card=slot.paid_by_card,
    )


def _freelancers(industry: Industry, size: Size, seed: int, billed_cents: int) -> Iterator[VendorPlan]:
    hired = freelancers(stream(seed, "freelancers", industry.name), industry.trades, size.freelancers)
    a_bill = billed_cents * industry.costs.freelancers / (18 * size.freelancers * (1 - _FREELANCERS_SKIP_SHARE))
    for number, (name, trade) in enumerate(hired):
        dice = stream(seed, "freelancer", name)
        yield VendorPlan(
            name=name,
            account=CONTRACTORS,
            description=trade,
            terms=NET_15 if number % 3 == 1 else NET_30,
            rhythm="twice_a_month" if number % 2 else "monthly",
            typical_cents=cents_near(dice, round(a_bill), 0.35, round_to_cents=500),
            spread=0.35,
            bill_day=1 + (number * 3) % 13,
            median_late_days=dice.choice((-1, 0, 1, 3, 6, 10)),
            bill_prefix=f"{''.join(word[0] for word in name.split())}{number + 1}-",
            is_1099=True,
            skip_share=_FREELANCERS_SKIP_SHARE,
            credit_share=0.02 if number % 4 == 0 else 0.0,
        )


def _subscriptions(size: Size, seed: int) -> Iterator[Subscription]:
    seats = max(0.2, size.people / _SOFTWARE_PEOPLE)
    for number, (name, cents) in enumerate(names.SOFTWARE[: size.software]):
        dice = stream(seed, "subscription price", name)
        yield Subscription(
            name=name,
            account=SOFTWARE,
            cents=cents_near(dice, round(cents * seats), 0.05, round_to_cents=50),
            day=1 + dice.randrange(28),
            from_card=number % 7 != 3,
            usage_spread=0.25 if number % 8 == 5 else 0.0,
        )


def _spending(industry: Industry, size: Size, seed: int) -> Iterator[Spending]:
    for slot in industry.spending:
        dice = stream(seed, "everyday spending", slot.what)
        per_week = slot.per_week * size.everyday * dice.uniform(0.9, 1.1)
        typical_cents = cents_near(dice, slot.dollars * 100, 0.1)
        # More than one a day of a kind isn't drawn: what is more than six a week costs more each time.
        often = min(6.0, per_week)
        costs = round(typical_cents * per_week / often)
        yield Spending(slot.account, slot.what, slot.payees, often, costs, slot.spread, 0.02)


def _standing(industry: Industry, seed: int, state: str, billed_cents: int) -> tuple[StandingPayment, ...]:
    dice = stream(seed, "standing payments")
    federal = cents_near(dice, _part(billed_cents, 0.0040), 0.15, round_to_cents=5_000)
    regional = cents_near(dice, _part(billed_cents, 0.0011), 0.15, round_to_cents=5_000)
    quarters, fee = (1, 4, 6, 9), max(4_500, _part(billed_cents, 0.0001))
    agency = _STATE_REVENUE.get(state, f"{state} Department of Revenue")
    return (
        StandingPayment("Owner draw", industry.owner, OWNER_DRAWS, _part(billed_cents, 0.0015), 15, by_check=True),
        StandingPayment("Federal estimated tax", "US Treasury", ESTIMATED_TAXES, federal, 15, quarters),
        StandingPayment("State estimated tax", agency, ESTIMATED_TAXES, regional, 15, quarters),
        StandingPayment("Bank service charge", None, BANK_CHARGES, 3_500, 28, spread=0.3),
        StandingPayment("Payroll service fee", industry.payroll_provider, PAYROLL_FEES, fee, 6, spread=0.04),
    )


def _payroll(
    industry: Industry, size: Size, seed: int, options: CompanyOptions, span: Span, state: str, billed_cents: int
) -> PayrollPlan:
    listed = list(islice(cycle(industry.yearly_pay_dollars), size.people))
    scale = billed_cents * industry.costs.pay / (sum(listed) * 100)
    hired = people(stream(seed, "people", industry.name), size.people)
    staff = [
        Employee(name, cents_near(stream(seed, "pay", name), round(dollars * 100 * scale), 0.04, round_to_cents=5_000))
        for name, dollars in zip(hired, listed, strict=True)
    ]
    if size.people >= 10:
        staff[-4] = replace(staff[-4], ends=span.end - timedelta(days=290))
        staff[-2] = replace(staff[-2], starts=span.end - timedelta(days=130))
    return PayrollPlan(
        kind=options.payroll,
        provider=industry.payroll_provider,
        anchor_friday=date(2024, 1, 5) + timedelta(days=7 * (seed % 2)),
        employees=tuple(staff),
        federal_agency="US Treasury",
        state_agency=_STATE_REVENUE.get(state, f"{state} Department of Revenue"),
        rhythm=size.payroll_rhythm,
    )


def _treasury(industry: Industry, seed: int, billed_cents: int) -> TreasuryPlan:
    dice, cash, week = stream(seed, "treasury"), industry.cash, billed_cents / 52
    return TreasuryPlan(
        owner=industry.owner,
        checking_cents=cents_near(dice, round(week * cash.checking), 0.08),
        savings_cents=cents_near(dice, round(week * cash.savings), 0.1),
        floor_cents=round(week * cash.floor),
        comfortable_cents=round(week * cash.comfortable),
        savings_monthly_cents=_part(billed_cents, 0.0006),
        credit_line_cents=_part(billed_cents, cash.credit_line / 52),
        low_point_cents=round(week * cash.low_point),
        last_distribution_days=cash.last_distribution_days,
        last_distribution_max_cents=round(week * 2.5),
    )


def _part(billed_cents: int, share: float) -> int:
    """A share of a year's billing in whole hundreds of dollars."""
    return max(1, round(billed_cents * share / 10_000)) * 10_000


def _dollars(dollars: int, spread: float, dice: Random) -> int:
    return cents_near(dice, dollars * 100, spread, round_to_cents=5_000)
