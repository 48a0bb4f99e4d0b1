"""The `stress` scenario: an IT consultancy with so many customers and suppliers that its books are large."""

from functools import partial

from qbo_emulator.scenario import ScenarioOptionError, ScenarioRequest
from qbo_emulator.scenarios.company.build import BuiltCompany, build_company
from qbo_emulator.scenarios.firms.firm import describe_firm
from qbo_emulator.scenarios.firms.it_consulting import IT_CONSULTING
from qbo_emulator.scenarios.firms.tables import Size
from qbo_emulator.scenarios.options import CompanyOptions

_LEAST, _DEFAULT, _MOST = 10_000, 50_000, 500_000
_MONTHS = 24
# Measured over many seeds: what a company of this kind has without, and for each, customer; with some to spare.
_WITHOUT_CUSTOMERS, _PER_CUSTOMER = 4_500, 76


def build_stress(request: ScenarioRequest) -> BuiltCompany:
    """Return a company with at least as many transactions as the option `transactions` says (50,000).

    Other options: `payroll`, `flaws`. Raises ScenarioOptionError for anything else.
    """
    options = dict(request.options)
    wanted = _transactions(options.pop("transactions", str(_DEFAULT)))
    if "months" in options:
        raise ScenarioOptionError(f"the stress scenario always has {_MONTHS} months; it takes transactions=N")
    customers = max(20, -(-(wanted - _WITHOUT_CUSTOMERS) // _PER_CUSTOMER))
    size = Size("stress", 60, customers, customers // 2, 18, 25, "semi_monthly", _MONTHS, 2.6)
    plain = ScenarioRequest(request.seed, request.as_of, request.realm_id, request.company_number, options)
    return build_company(plain, partial(describe_firm, IT_CONSULTING, size), CompanyOptions(months=_MONTHS))


def _transactions(text: str) -> int:
    if text.isascii() and text.isdigit() and _LEAST <= int(text) <= _MOST:
        return int(text)
    raise ScenarioOptionError(f"option transactions={text!r} is not possible; it takes {_LEAST} to {_MOST}")
