"""Scaling what customers are charged, so that a year's billing comes to what a company of its size bills."""

from dataclasses import replace
from datetime import timedelta

from qbo_emulator.scenarios.company.description import CompanyPlan, CustomerPlan, Span
from qbo_emulator.scenarios.company.history import foreseen
from qbo_emulator.scenarios.company.sales import billed_cents
from qbo_emulator.scenarios.company.streams import cents_near, stream


def billing_at_pace(plan: CompanyPlan, span: Span, a_year_cents: int, *, step_cents: int = 5_000) -> CompanyPlan:
    """Return the plan with prices at which the last year, or a shorter history, bills at that pace, within 2 %."""
    year = Span(max(span.start, span.end - timedelta(days=364)), span.end)
    days = (year.end - year.start).days + 1
    pace_cents = cents_near(stream(plan.seed, "revenue"), a_year_cents, 0.02)
    scale = pace_cents * days / 365 / billed_cents(plan, foreseen(span), year)
    return replace(plan, customers=tuple(_scaled(customer, scale, step_cents) for customer in plan.customers))


def _scaled(customer: CustomerPlan, scale: float, step_cents: int) -> CustomerPlan:
    retainer, projects = customer.retainer, customer.projects
    return replace(
        customer,
        retainer=retainer and replace(retainer, monthly_cents=_rounded(retainer.monthly_cents * scale, step_cents)),
        projects=projects and replace(projects, typical_cents=_rounded(projects.typical_cents * scale, step_cents)),
    )


def _rounded(cents: float, step_cents: int) -> int:
    return round(cents / step_cents) * step_cents
