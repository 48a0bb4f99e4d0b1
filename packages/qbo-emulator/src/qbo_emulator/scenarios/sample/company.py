"""The `sample` scenario: half a year of a small landscaper's business, told with the sandbox company's lists."""

from datetime import date, datetime
from random import Random

from qbo_emulator.books import Books
from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios import names
from qbo_emulator.scenarios.company import chart
from qbo_emulator.scenarios.company.build import BuiltCompany, build_company
from qbo_emulator.scenarios.company.description import (
    CompanyPlan,
    CustomerPlan,
    Loan,
    PayingHabit,
    PayrollPlan,
    ProjectWork,
    Span,
    Spending,
    Terms,
    TreasuryPlan,
    VendorPlan,
)
from qbo_emulator.scenarios.company.posting import Bookkeeper
from qbo_emulator.scenarios.company.streams import cents_near, stream
from qbo_emulator.scenarios.options import CompanyOptions
from qbo_emulator.scenarios.sample.adopted import adopt_lists
from qbo_emulator.scenarios.sample.lists import CUSTOMERS

_NAME = "Craig's Design and Landscaping Services"
_MONTHS = 6
_ON_RECEIPT, _NET_15, _NET_30 = Terms("Due on receipt", 0), Terms("Net 15", 15), Terms("Net 30", 30)
_HABITS = (
    PayingHabit("prompt", -3, 4),
    PayingHabit("slow", 12, 6),
    PayingHabit("prompt", 1, 3, by_check=True),
    PayingHabit("erratic", 3, 8, part_share=0.15),
    PayingHabit("slow", 10, 5, by_check=True),
)
_BUSY_BY_MONTH = (0.7, 0.8, 1.1, 1.3, 1.3, 1.2, 1.0, 0.9, 1.0, 1.0, 0.8, 0.7)
_WORK = (
    ("Design", 620),
    ("Gardening", 340),
    ("Installation", 880),
    ("Pest Control", 260),
    ("Maintenance & Repair", 420),
)
_OWNED = ((chart.EQUIPMENT, 1_349_500), ("Inventory Asset", 59_625))

# Name, account, what for, terms, rhythm, dollars, spread, bill day, days late.
_VENDORS: tuple[VendorPlan, ...] = (
    VendorPlan("Hall Properties", "Rent or Lease", "Building lease", _NET_30, "monthly", 90_000, 0.0, 1, 0),
    VendorPlan("Cal Telephone", "Utilities:Telephone", "Monthly phone bill", _NET_30, "monthly", 6_500, 0.15, 21, 2),
    VendorPlan("PG&E", "Utilities:Gas and Electric", "Monthly services", _NET_30, "monthly", 9_800, 0.25, 23, 3),
    VendorPlan(
        "Brosnahan Insurance Agency", "Insurance", "Insurance", Terms("Net 10", 10), "monthly", 24_100, 0.02, 4, 0
    ),
    VendorPlan(
        "Books by Bessie", "Legal & Professional Fees:Bookkeeper", "Bookkeeping", _NET_15, "monthly", 7_500, 0.0, 25, 0
    ),
    VendorPlan(
        "Norton Lumber and Building Materials",
        "Job Expenses:Job Materials:Decks and Patios",
        "Lumber",
        _NET_30,
        "monthly",
        15_400,
        0.4,
        8,
        4,
    ),
    VendorPlan(
        "Robertson & Associates",
        "Legal & Professional Fees:Accounting",
        "Accounting",
        _NET_30,
        "quarterly",
        30_800,
        0.1,
        5,
        0,
    ),
    VendorPlan(
        "Tim Philip Masonry", "Job Expenses:Job Materials", "Stone work", _NET_30, "quarterly", 66_600, 0.3, 24, 6
    ),
    VendorPlan("Diego's Road Warrior Bodyshop", "Automobile", "Truck repair", _NET_30, "quarterly", 75_500, 0.4, 6, 8),
)
_SPENDING: tuple[Spending, ...] = (
    Spending("Automobile:Fuel", "Fuel", ("Chin's Gas and Oil",), 1.0, 5_800, 0.2),
    Spending("Job Expenses:Job Materials:Plants and Soil", "Plants", ("Tania's Nursery",), 0.8, 8_400, 0.5),
    Spending("Job Expenses:Job Materials", "Materials", ("Hicks Hardware",), 0.6, 9_200, 0.6, 0.03),
    Spending("Meals and Entertainment", "Lunch", ("Bob's Burger Joint",), 1.1, 1_100, 0.6),
    Spending("Automobile", "Car wash", ("Squeaky Kleen Car Wash",), 0.7, 1_999, 0.0),
    Spending("Advertising", "Advertising", ("Lee Advertising",), 0.25, 7_500, 0.1),
    Spending("Equipment Rental", "Equipment rental", ("Ellis Equipment Rental",), 0.25, 11_200, 0.2),
    Spending("Office Expenses", "Mugs and paper", ("Mahoney Mugs",), 0.15, 1_800, 0.3),
)


def build_sample(request: ScenarioRequest) -> BuiltCompany:
    """Return the sample company: the sandbox's lists under their ids, documents with amounts of our own.

    Options: `flaws` (off by default), `months` (6). It has no payroll, so `payroll` changes nothing.
    Raises ScenarioOptionError for anything else.
    """
    defaults = CompanyOptions(flaws=frozenset(), months=_MONTHS)
    return build_company(request, describe_sample, defaults, _set_up)


def sample_name(request: ScenarioRequest) -> str:
    """Return the company's name; further ones served with it have another ending."""
    return names.one_of_many((_NAME,), request.seed, request.company_number)


def describe_sample(request: ScenarioRequest, options: CompanyOptions, _span: Span) -> CompanyPlan:
    """Return the landscaper's description."""
    return CompanyPlan(
        name=sample_name(request),
        seed=request.seed,
        email="",
        phone="(650) 555-0100",
        street="123 Sierra Way",
        city="San Pablo",
        state="CA",
        postal_code="87999",
        customers=tuple(_customer(request.seed, number) for number in range(len(CUSTOMERS))),
        vendors=_VENDORS,
        subscriptions=(),
        spending=_SPENDING,
        standing=(),
        loan=Loan("Notes Payable", 2_500_000, 0, 0.0, 1),
        payroll=PayrollPlan(options.payroll, "", date(2024, 1, 5), (), "", ""),
        treasury=_treasury(),
        busy_by_month=_BUSY_BY_MONTH,
        owned=_OWNED,
    )


def _set_up(books: Books, plan: CompanyPlan, opened_at: datetime) -> Bookkeeper:
    return Bookkeeper(books, plan, adopt_lists(books, opened_at))


def _customer(seed: int, number: int) -> CustomerPlan:
    one, (item, dollars) = CUSTOMERS[number], _WORK[number % len(_WORK)]
    dice: Random = stream(seed, "sample customer", one.name)
    work = ProjectWork(
        per_year=dice.uniform(2.0, 4.0),
        typical_cents=cents_near(dice, dollars * 100, 0.3, round_to_cents=2_500),
        item=item,
        milestones=(("garden work", 1.0),),
    )
    terms = _NET_15 if number % 7 == 3 else _NET_30
    return CustomerPlan(one.name, "", one.city, "CA", terms, _HABITS[number % len(_HABITS)], None, work, 0.02)


def _treasury() -> TreasuryPlan:
    return TreasuryPlan(
        owner="Craig Carlson",
        checking_cents=780_000,
        savings_cents=80_000,
        floor_cents=60_000,
        comfortable_cents=100_000_000,
        savings_monthly_cents=5_000,
        credit_line_cents=2_000_000,
        low_point_cents=0,
        last_distribution_days=31,
        last_distribution_max_cents=0,
    )
