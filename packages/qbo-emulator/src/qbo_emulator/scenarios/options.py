"""The KEY=VALUE options of a scenario, read into typed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from qbo_emulator.scenario import ScenarioOptionError
from qbo_emulator.scenarios.company.description import PayrollKind
from qbo_emulator.scenarios.company.flaws.kinds import EVERY_FLAW, USUAL_FLAWS, FlawKind

_PAYROLL_KINDS: tuple[PayrollKind, ...] = get_args(PayrollKind)
_MONTHS = range(1, 25)
_EXPLAINED = (
    f"payroll={'|'.join(_PAYROLL_KINDS)}, flaws=on|off or some of {','.join(sorted(EVERY_FLAW))}, "
    f"lookalikes=on|off, months={_MONTHS[0]}..{_MONTHS[-1]}"
)


@dataclass(frozen=True, slots=True)
class CompanyOptions:
    """How payroll is recorded, which flaws are planted, and how many months of history there are.

    With `lookalikes` the books also have what is in order and looks like a flaw.
    """

    payroll: PayrollKind = "purchase"
    flaws: frozenset[FlawKind] = USUAL_FLAWS
    months: int = 18
    lookalikes: bool = False


def read_options(options: Mapping[str, str], defaults: CompanyOptions) -> CompanyOptions:
    """Return the options, defaults where nothing is said; raises ScenarioOptionError that lists what is possible."""
    unknown = sorted(set(options) - {"payroll", "flaws", "lookalikes", "months"})
    if unknown:
        raise ScenarioOptionError(f"unknown option {unknown[0]!r}; this scenario takes {_EXPLAINED}")
    return CompanyOptions(
        payroll=_payroll_kind(options.get("payroll", defaults.payroll)),
        flaws=_flaw_kinds(options["flaws"]) if "flaws" in options else defaults.flaws,
        months=_months(options.get("months", str(defaults.months))),
        lookalikes=_switch("lookalikes", options.get("lookalikes", "off")),
    )


def _payroll_kind(text: str) -> PayrollKind:
    for kind in _PAYROLL_KINDS:
        if text == kind:
            return kind
    raise _refused("payroll", text)


def _flaw_kinds(text: str) -> frozenset[FlawKind]:
    if text in ("on", "off"):
        return EVERY_FLAW if text == "on" else frozenset()
    named = text.split(",")
    if not EVERY_FLAW.issuperset(named):
        raise _refused("flaws", text)
    return frozenset(kind for kind in EVERY_FLAW if kind in named)


def _switch(option: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise _refused(option, text)
    return text == "on"


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) in _MONTHS):
        raise _refused("months", text)
    return int(text)


def _refused(option: str, text: str) -> ScenarioOptionError:
    return ScenarioOptionError(f"option {option}={text!r} is not possible; this scenario takes {_EXPLAINED}")
