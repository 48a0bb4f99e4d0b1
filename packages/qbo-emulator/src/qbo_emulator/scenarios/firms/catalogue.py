"""The service companies under the names to ask for: each industry in three sizes, and without a size the medium one."""

from dataclasses import replace
from functools import partial

from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios.company.build import BuiltCompany, build_company
from qbo_emulator.scenarios.company.description import PayrollRhythm
from qbo_emulator.scenarios.firms.creative_studio import CREATIVE_STUDIO
from qbo_emulator.scenarios.firms.firm import describe_firm, firm_name
from qbo_emulator.scenarios.firms.it_consulting import IT_CONSULTING
from qbo_emulator.scenarios.firms.professional_services import PROFESSIONAL_SERVICES
from qbo_emulator.scenarios.firms.tables import LARGE, MEDIUM, SMALL, Industry, Size
from qbo_emulator.scenarios.options import CompanyOptions

_INDUSTRIES = {one.name: one for one in (IT_CONSULTING, CREATIVE_STUDIO, PROFESSIONAL_SERVICES)}
_SIZES = {one.name: one for one in (SMALL, MEDIUM, LARGE)}
_RHYTHMS: dict[tuple[str, str], PayrollRhythm] = {
    ("creative-studio", "small"): "biweekly",
    ("creative-studio", "medium"): "weekly",
    ("it-consulting", "medium"): "semi_monthly",
}


def build_firm(name: str, request: ScenarioRequest) -> BuiltCompany:
    """Return the company of a name such as `it-consulting-small`.

    Options: `payroll` (each industry has its own way), `flaws`, `months` (9 for small companies, else 18).
    Raises ScenarioOptionError for anything else.
    """
    industry, size = industry_and_size(name)
    defaults = CompanyOptions(payroll=industry.payroll_kind, months=size.months)
    return build_company(request, partial(describe_firm, industry, size), defaults)


def name_of_firm(name: str, request: ScenarioRequest) -> str:
    """Return what the company is called, without building it."""
    return firm_name(industry_and_size(name)[0], request)


def industry_and_size(name: str) -> tuple[Industry, Size]:
    """Return the tables that a scenario's name stands for; KeyError for a name that isn't one."""
    base, _, size = name.rpartition("-")
    if size not in _SIZES:
        base, size = name, MEDIUM.name
    rhythm = _RHYTHMS.get((base, size), _SIZES[size].payroll_rhythm)
    return _INDUSTRIES[base], replace(_SIZES[size], payroll_rhythm=rhythm)
