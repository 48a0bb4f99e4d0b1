"""What the tables of an industry and of a size say; `firm.py` turns a pair of them into a company."""

from dataclasses import dataclass

from qbo_emulator.scenarios.company.chart import SERVICE_COMPANY_CHART, AccountSpec
from qbo_emulator.scenarios.company.description import PayingHabit, PayrollKind, PayrollRhythm, Rhythm, Terms

DUE_ON_RECEIPT, NET_5, NET_10 = Terms("Due on receipt", 0), Terms("Net 5", 5), Terms("Net 10", 10)
NET_15, NET_30, NET_45, NET_60 = Terms("Net 15", 15), Terms("Net 30", 30), Terms("Net 45", 45), Terms("Net 60", 60)
DISCOUNTED = Terms("2% 10 Net 30", 30, discount_percent=2, discount_days=10)

PROMPT = PayingHabit("prompt", -1, 3)
PROMPT_BY_CHECK = PayingHabit("prompt", 1, 3, by_check=True)
SLOW = PayingHabit("slow", 14, 6)
SLOW_BY_CHECK = PayingHabit("slow", 12, 5, by_check=True)
ERRATIC = PayingHabit("erratic", 4, 8)
ERRATIC_BY_CHECK = PayingHabit("erratic", 3, 7, by_check=True)
TWICE_A_MONTH = PayingHabit("twice_a_month", -4, 0, run_days=(10, 25))
MONTHLY_RUN = PayingHabit("twice_a_month", 0, 0, run_days=(28,))
IN_PARTS = PayingHabit("erratic", 2, 6, part_share=0.4)


@dataclass(frozen=True, slots=True)
class CustomerSlot:
    """A kind of customer: retainer in dollars a month with bill day and item, projects a year with dollars and item.

    Dollars are proportions: the whole is scaled to what the company bills.
    """

    habit: PayingHabit
    terms: Terms
    retainer: tuple[int, int, str] | None = None
    projects: tuple[float, int, str] | None = None
    season: tuple[int, ...] = ()
    """Months in which its projects begin, one in each; empty when they begin at any time."""


@dataclass(frozen=True, slots=True)
class VendorSlot:
    """A vendor that sends bills; dollars a bill are proportions, scaled to the industry's share for vendors."""

    name: str
    account: str
    what: str
    terms: Terms
    rhythm: Rhythm
    dollars: int
    spread: float
    bill_day: int
    late_days: int
    prefix: str = ""
    paid_by_card: bool = False


@dataclass(frozen=True, slots=True)
class SpendingSlot:
    """Everyday card spending of a company of 20 people: how often a week, at whom, dollars a time."""

    account: str
    what: str
    payees: tuple[str, ...]
    per_week: float
    dollars: int
    spread: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Shares of a year's billing that go to people, to freelancers and to vendors with bills."""

    pay: float
    freelancers: float
    vendors: float


@dataclass(frozen=True, slots=True)
class CashHabits:
    """How the owner keeps cash, in weeks of billing; the low point is where the coming nine weeks should lead."""

    checking: float
    savings: float
    comfortable: float
    credit_line: float
    low_point: float
    last_distribution_days: int
    floor: float = 0.5


@dataclass(frozen=True, slots=True)
class Industry:
    """A line of business, whatever the size."""

    name: str
    company_names: tuple[str, ...]
    owner: str
    streets: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]
    billed_per_head_dollars: int
    items: tuple[tuple[str, str], ...]
    busy_by_month: tuple[float, ...]
    customers: tuple[CustomerSlot, ...]
    customer_kinds: tuple[str, ...]
    vendors: tuple[VendorSlot, ...]
    trades: tuple[str, ...]
    spending: tuple[SpendingSlot, ...]
    yearly_pay_dollars: tuple[int, ...]
    costs: Costs
    cash: CashHabits
    payroll_kind: PayrollKind
    payroll_provider: str
    chart: tuple[AccountSpec, ...] = SERVICE_COMPANY_CHART


@dataclass(frozen=True, slots=True)
class Size:
    """How large a company is: its people, how many customers and suppliers it has, how often it is paid for."""

    name: str
    people: int
    customers: int
    freelancers: int
    vendors: int
    software: int
    payroll_rhythm: PayrollRhythm
    months: int
    everyday: float
    """How much everyday spending there is, next to a company of 20 people."""


SMALL = Size("small", 4, 8, 2, 8, 5, "semi_monthly", 9, 0.2)
MEDIUM = Size("medium", 19, 24, 9, 18, 15, "biweekly", 18, 1.0)
LARGE = Size("large", 56, 60, 22, 18, 25, "semi_monthly", 18, 2.6)
