"""What a company is: its customers, vendors, people and habits, as frozen values without behaviour."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from qbo_emulator.scenarios.company.chart import EQUIPMENT, SERVICE_COMPANY_CHART, AccountSpec

PayingStyle = Literal["prompt", "slow", "erratic", "twice_a_month"]
Rhythm = Literal["weekly", "twice_a_month", "monthly", "quarterly", "yearly"]
PayrollKind = Literal["journal", "purchase", "quickbooks"]
PayrollRhythm = Literal["weekly", "biweekly", "semi_monthly"]


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a history, both included: `start` is the first day of the books, `end` the last known."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms under the name that QuickBooks shows; the discount is for paying within its days."""

    name: str
    due_days: int
    discount_percent: int = 0
    discount_days: int = 0


@dataclass(frozen=True, slots=True)
class PayingHabit:
    """How a customer pays: days after the due date, on which days, by what, and how often only in part.

    `run_days` are the days of the month on which a twice-a-month payer pays; others pay on any business day.
    """

    style: PayingStyle
    median_late_days: int
    spread_days: int
    run_days: tuple[int, ...] = ()
    part_share: float = 0.03
    by_check: bool = False


@dataclass(frozen=True, slots=True)
class Retainer:
    """A monthly fee billed ahead, at its price of a year; it rises each January and may begin or end in the history."""

    monthly_cents: int
    price_year: int
    bill_day: int
    item: str
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class ProjectWork:
    """Projects billed in milestones (a label and a share each): how many a year, and how much one is worth.

    With a season, one begins in each of its months.
    """

    per_year: float
    typical_cents: int
    item: str
    starts: date | None = None
    ends: date | None = None
    milestones: tuple[tuple[str, float], ...] = (("kick-off", 0.3), ("first delivery", 0.4), ("final delivery", 0.3))
    season: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """One customer: who it is, its terms, how it pays, what it buys, and the share of invoices we give credit on."""

    name: str
    contact: str
    city: str
    state: str
    terms: Terms
    habit: PayingHabit
    retainer: Retainer | None = None
    projects: ProjectWork | None = None
    credit_share: float = 0.0


@dataclass(frozen=True, slots=True)
class VendorPlan:
    """One vendor that sends bills: what for, how often, how much, on which terms and how late we pay it."""

    name: str
    account: str
    description: str
    terms: Terms
    rhythm: Rhythm
    typical_cents: int
    spread: float
    bill_day: int = 1
    median_late_days: int = 0
    spread_days: int = 2
    bill_prefix: str = ""
    is_1099: bool = False
    months: tuple[int, ...] = ()
    skip_share: float = 0.0
    credit_share: float = 0.0
    paid_by_card: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """Software charged by itself each month or year, to the card or straight from checking."""

    name: str
    account: str
    cents: int
    day: int
    month: int | None = None
    from_card: bool = True
    usage_spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Spending:
    """A kind of everyday card spending: how often a week, at whom, how much."""

    account: str
    description: str
    payees: tuple[str, ...]
    per_week: float
    typical_cents: int
    spread: float
    refund_share: float = 0.0


@dataclass(frozen=True, slots=True)
class StandingPayment:
    """A payment from checking that repeats by itself on a day of certain months: draws, fees, taxes."""

    name: str
    payee: str | None
    account: str
    cents: int
    day: int
    months: tuple[int, ...] = tuple(range(1, 13))
    spread: float = 0.0
    by_check: bool = False


@dataclass(frozen=True, slots=True)
class Loan:
    """A term loan paid monthly: the level payment, what was owed at the start, and its yearly rate."""

    lender: str
    owed_cents: int
    payment_cents: int
    yearly_rate: float
    day: int


@dataclass(frozen=True, slots=True)
class Employee:
    """Someone on payroll, from a first to a last day where those lie inside the history."""

    name: str
    yearly_cents: int
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class PayrollPlan:
    """Payroll: who, through which provider, recorded how and paid how often; a Friday fixes a rhythm of weeks."""

    kind: PayrollKind
    provider: str
    anchor_friday: date
    employees: tuple[Employee, ...]
    federal_agency: str
    state_agency: str
    rhythm: PayrollRhythm = "biweekly"


@dataclass(frozen=True, slots=True)
class TreasuryPlan:
    """How the owner steers cash: opening balances, the floor that is defended, what is shared out, and when.

    `low_point_cents` is where the combined bank balance should bottom out in the nine weeks after the history if
    nobody acts and no new project is sold; the owner's last distribution, so many days before the end, leads there.
    """

    owner: str
    checking_cents: int
    savings_cents: int
    floor_cents: int
    comfortable_cents: int
    savings_monthly_cents: int
    credit_line_cents: int
    low_point_cents: int
    last_distribution_days: int
    last_distribution_max_cents: int


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """A whole company: everything that the day-by-day walk needs to know about it."""

    name: str
    seed: int
    email: str
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    customers: tuple[CustomerPlan, ...]
    vendors: tuple[VendorPlan, ...]
    subscriptions: tuple[Subscription, ...]
    spending: tuple[Spending, ...]
    standing: tuple[StandingPayment, ...]
    loan: Loan
    payroll: PayrollPlan
    treasury: TreasuryPlan
    busy_by_month: tuple[float, ...]
    items: tuple[tuple[str, str], ...] = field(default=())
    chart: tuple[AccountSpec, ...] = SERVICE_COMPANY_CHART
    owned: tuple[tuple[str, int], ...] = ((EQUIPMENT, 6_840_000),)
