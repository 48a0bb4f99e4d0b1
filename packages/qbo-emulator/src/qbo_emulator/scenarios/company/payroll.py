"""Payroll in the three ways that books show it, with the tax pulls that follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from qbo_emulator.scenarios.company.business_days import is_business_day, monthly, on_or_before
from qbo_emulator.scenarios.company.chart import CHECKING, PAYROLL_LIABILITIES, PAYROLL_TAXES, WAGES
from qbo_emulator.scenarios.company.description import Employee, PayrollPlan, PayrollRhythm, Span
from qbo_emulator.scenarios.company.events import Event, Journalled, PostedUnlisted, Share, Spent
from qbo_emulator.scenarios.company.streams import office_time, stream

_PERIODS_A_YEAR: dict[PayrollRhythm, int] = {"weekly": 52, "biweekly": 26, "semi_monthly": 24}
_MONTH_END = 31
_WITHHELD_SHARE = 0.243
_STATE_SHARE_OF_WITHHELD = 0.16
_EMPLOYER_SHARE = 0.0765
_OVERTIME_SPREAD = 0.015
_LATEST_PULL_DAYS = 3


@dataclass(frozen=True, slots=True)
class Payslip:
    """One person's pay of one period: gross pay and what is withheld from it, in cents."""

    employee: str
    gross_cents: int
    withheld_cents: int


@dataclass(frozen=True, slots=True)
class PayRun:
    """One payroll: its pay date, who gets what, and the days on which the two tax pulls leave the bank."""

    pay_date: date
    slips: tuple[Payslip, ...]
    federal_day: date
    state_day: date

    @property
    def net_cents(self) -> int:
        """What the people receive."""
        return sum(slip.gross_cents - slip.withheld_cents for slip in self.slips)

    @property
    def state_cents(self) -> int:
        """What the state pulls: its share of what was withheld."""
        return round(sum(slip.withheld_cents for slip in self.slips) * _STATE_SHARE_OF_WITHHELD)

    @property
    def federal_cents(self) -> int:
        """What the federal agency pulls: the rest of what was withheld, and the employer's own share."""
        gross = sum(slip.gross_cents for slip in self.slips)
        withheld = sum(slip.withheld_cents for slip in self.slips)
        return withheld - self.state_cents + round(gross * _EMPLOYER_SHARE)


def pay_dates(anchor_friday: date, span: Span, rhythm: PayrollRhythm = "biweekly") -> Iterator[date]:
    """Yield the paydays: Fridays in step with the anchor, or the 15th and the month's last day.

    One that falls on no business day moves to the business day before it.
    """
    if rhythm == "semi_monthly":
        # A payday of the days after the span can move into it.
        later = span.end + timedelta(days=5)
        planned = sorted([*monthly(span.start, later, 15), *monthly(span.start, later, _MONTH_END)])
        yield from (payday for day in planned if span.start <= (payday := on_or_before(day)) <= span.end)
        return
    period = timedelta(days=7 if rhythm == "weekly" else 14)
    friday = anchor_friday + period * -((anchor_friday - span.start) // period)
    while (payday := on_or_before(friday)) <= span.end:
        if payday >= span.start:
            yield payday
        friday += period


def pay_runs(payroll: PayrollPlan, seed: int, span: Span) -> list[PayRun]:
    """Return every payroll of the span; the tax pulls follow each by 0 to 3 days, on business days."""
    if not payroll.employees:
        return []
    dice = stream(seed, "tax pulls")
    overtime = {employee.name: stream(seed, "overtime", employee.name) for employee in payroll.employees}
    paydays = pay_dates(payroll.anchor_friday, span, payroll.rhythm)
    return [_pay_run(payroll, pay_date, dice, overtime) for pay_date in paydays]


def plan_payroll(payroll: PayrollPlan, seed: int, span: Span) -> list[Event]:
    """Return what the books show of every payroll, in the way that the plan's kind says."""
    record = {"journal": _as_journal, "purchase": _as_purchases, "quickbooks": _as_unlisted}[payroll.kind]
    return [event for run in pay_runs(payroll, seed, span) for event in record(payroll, run)]


def _pay_run(payroll: PayrollPlan, pay_date: date, dice: Random, overtime: dict[str, Random]) -> PayRun:
    periods = _PERIODS_A_YEAR[payroll.rhythm]
    slips = [_payslip(employee, periods, overtime[employee.name]) for employee in payroll.employees]
    employed = [
        slip
        for employee, slip in zip(payroll.employees, slips, strict=True)
        if (employee.starts or pay_date) <= pay_date <= (employee.ends or pay_date)
    ]
    federal_day = _pull_day(pay_date, dice)
    return PayRun(pay_date, tuple(employed), federal_day, _pull_day(pay_date, dice))


def _payslip(employee: Employee, periods_a_year: int, dice: Random) -> Payslip:
    gross = employee.yearly_cents / periods_a_year * (1 + max(0.0, dice.uniform(-1, 1)) * _OVERTIME_SPREAD)
    return Payslip(employee.name, round(gross), round(gross * _WITHHELD_SHARE))


def _pull_day(pay_date: date, dice: Random) -> date:
    following = (pay_date + timedelta(days=days) for days in range(_LATEST_PULL_DAYS + 1))
    return dice.choice([day for day in following if is_business_day(day)])


def _as_purchases(payroll: PayrollPlan, run: PayRun) -> Iterator[Event]:
    """The provider debits checking: net pay on payday, the two taxes on their days."""
    debits = (
        ("net", run.pay_date, WAGES, run.net_cents, "Net pay"),
        ("federal", run.federal_day, PAYROLL_TAXES, run.federal_cents, "Federal payroll tax"),
        ("state", run.state_day, PAYROLL_TAXES, run.state_cents, "State payroll tax"),
    )
    for part, day, account, cents, note in debits:
        key = _key(run, part)
        yield Spent(
            key=key,
            txn_date=day,
            at=office_time(day, key),
            payee=payroll.provider,
            source=CHECKING,
            payment_type="Check" if part == "net" else "Cash",
            lines=((account, cents),),
            note=f"{note}, pay date {run.pay_date}",
        )


def _as_journal(payroll: PayrollPlan, run: PayRun) -> Iterator[Event]:
    """The bookkeeper types journal entries without payee: one for payday, one for each tax."""
    gross = sum(slip.gross_cents for slip in run.slips)
    owed = run.federal_cents + run.state_cents
    employer = owed + run.net_cents - gross
    payday = ((WAGES, gross), (PAYROLL_TAXES, employer), (PAYROLL_LIABILITIES, -owed), (CHECKING, -run.net_cents))
    yield _journal(run, "net", run.pay_date, payday, "Payroll")
    pulls = (
        ("federal", run.federal_day, run.federal_cents, payroll.federal_agency),
        ("state", run.state_day, run.state_cents, payroll.state_agency),
    )
    for part, day, cents, agency in pulls:
        yield _journal(run, part, day, ((PAYROLL_LIABILITIES, cents), (CHECKING, -cents)), f"{agency} tax pull")


def _journal(run: PayRun, part: str, day: date, lines: tuple[Share, ...], note: str) -> Journalled:
    key = _key(run, part)
    return Journalled(
        key=key, txn_date=day, at=office_time(day, key), lines=lines, note=f"{note}, pay date {run.pay_date}"
    )


def _as_unlisted(payroll: PayrollPlan, run: PayRun) -> Iterator[Event]:
    """QuickBooks Payroll writes a cheque per person, and tax payments, that the API shows only in reports."""
    for slip in run.slips:
        net = slip.gross_cents - slip.withheld_cents
        lines = ((WAGES, slip.gross_cents), (PAYROLL_LIABILITIES, -slip.withheld_cents), (CHECKING, -net))
        yield _unlisted(run, slip.employee, run.pay_date, "Payroll Check", lines, slip.employee)
    employer = run.federal_cents + run.state_cents - sum(slip.withheld_cents for slip in run.slips)
    federal = (
        (PAYROLL_LIABILITIES, run.federal_cents - employer),
        (PAYROLL_TAXES, employer),
        (CHECKING, -run.federal_cents),
    )
    yield _unlisted(run, "federal", run.federal_day, "Tax Payment", federal, payroll.federal_agency)
    state = ((PAYROLL_LIABILITIES, run.state_cents), (CHECKING, -run.state_cents))
    yield _unlisted(run, "state", run.state_day, "Tax Payment", state, payroll.state_agency)


def _unlisted(run: PayRun, part: str, day: date, txn_type: str, lines: tuple[Share, ...], note: str) -> PostedUnlisted:
    at = office_time(day, _key(run, part))
    return PostedUnlisted(key=_key(run, part), txn_date=day, at=at, txn_type=txn_type, lines=lines, note=note)


def _key(run: PayRun, part: str) -> str:
    return f"payroll/{run.pay_date}/{part}"
