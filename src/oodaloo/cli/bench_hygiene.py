"""How many of the flaws planted in emulated companies hygiene finds, and how often it sees what isn't there."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import msgspec
from rich.console import Console
from rich.table import Table

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.cli.emulator import EmulatorInfo, give_consent, running_emulator
from oodaloo.cli.report import Json
from oodaloo.infra.qbo.client import http_pool
from oodaloo.infra.settings import Settings, load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.clock import FixedClock, monotonic_seconds
from oodaloo.runway.model.hygiene import Hygiene, IssueKind

_PUBLIC_URL = "http://127.0.0.1:8000"
_AS_OF = date(2026, 10, 2)
_EVENING_UTC = time(23)
_AT_ONCE = 2

FITTING: Mapping[str, frozenset[IssueKind]] = {
    "due_date_equals_bill_date": frozenset({IssueKind.DOUBTFUL_DUE_DATE}),
    "due_date_far_from_terms": frozenset({IssueKind.DOUBTFUL_DUE_DATE}),
    "invoice_due_date_filled_in": frozenset({IssueKind.DOUBTFUL_DUE_DATE}),
    "duplicate_bill": frozenset({IssueKind.DUPLICATE_BILL}),
    "duplicate_vendor": frozenset({IssueKind.DUPLICATE_VENDOR}),
    "duplicate_customer": frozenset({IssueKind.DUPLICATE_CUSTOMER}),
    "unapplied_payment": frozenset({IssueKind.UNAPPLIED_PAYMENT}),
    "forgotten_credit": frozenset({IssueKind.UNAPPLIED_CREDIT, IssueKind.NEGATIVE_BALANCE}),
    "paid_twice": frozenset({IssueKind.UNAPPLIED_PAYMENT, IssueKind.NEGATIVE_BALANCE}),
    "stale_invoice": frozenset({IssueKind.STALE_INVOICE}),
    "payment_booked_as_income": frozenset({IssueKind.STALE_INVOICE, IssueKind.UNCATEGORIZED}),
    "undeposited_payment": frozenset({IssueKind.UNDEPOSITED_FUNDS}),
    "uncategorized_purchase": frozenset({IssueKind.UNCATEGORIZED}),
    "receivable_adjusted_by_hand": frozenset({IssueKind.BOOKS_DISAGREE}),
}
"""What the emulator calls its flaws -> the kinds of issues under which each may be found."""


@dataclass(frozen=True, slots=True)
class Companies:
    """So many companies of a scenario, with every flaw or with none, always with what only looks like flaws."""

    scenario: str
    count: int
    seed: int
    flawed: bool


_INDUSTRIES = ("it-consulting", "creative-studio", "professional-services")
CAMPAIGN: tuple[Companies, ...] = (
    *(Companies(name, 1, 1, flawed=True) for name in ("agency", *_INDUSTRIES)),
    *(Companies(f"{name}-small", 3, 1, flawed=True) for name in _INDUSTRIES),
    *(Companies(name, 1, 21, flawed=False) for name in ("agency", *_INDUSTRIES)),
    *(Companies(f"{name}-small", 2, 21, flawed=False) for name in _INDUSTRIES),
)
"""Every industry in two sizes; companies of one scenario have seeds that follow each other."""


class Planted(msgspec.Struct, frozen=True):
    """A flaw, or what only looks like one, as the emulator lists it."""

    kind: str
    entity: str
    id: str

    @property
    def record(self) -> tuple[str, str]:
        """The record that shows it."""
        return self.entity, self.id


class PlantedInCompany(msgspec.Struct, frozen=True):
    """What the emulator says was planted in a company."""

    flaws: tuple[Planted, ...]
    lookalikes: tuple[Planted, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was planted in each company and what was found in it, and how long all of it took."""

    companies: tuple[tuple[PlantedInCompany, Hygiene], ...]
    seconds: float


async def measure_hygiene(campaign: Sequence[Companies]) -> Measured:
    """Serve, connect and read every company as a customer's would be, and ask for its hygiene."""
    started = monotonic_seconds()
    free = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_served(companies, free) for companies in campaign))
    return Measured(tuple(one for some in found for one in some), monotonic_seconds() - started)


def hygiene_figures(measured: Measured) -> dict[str, Json]:
    """Recall over all planted flaws and by kind; false alarms: issues of which no record carries a planted flaw.

    `clean` are the companies without flaws; all have lookalikes. Shares are given to four places, null of nothing.
    """
    planted, found = _recall(measured)
    issues, false_alarms = _alarms(measured)
    clean = [hygiene for told, hygiene in measured.companies if not told.flaws]
    lookalikes = sum(len(told.lookalikes) for told, _ in measured.companies)
    return {
        "companies": len(measured.companies),
        "planted": planted.total(),
        "found": found.total(),
        "recall": _share(found.total(), planted.total()),
        "issues": issues.total(),
        "false_alarms": false_alarms.total(),
        "false_alarm_share": _share(false_alarms.total(), issues.total()),
        "lookalikes": lookalikes,
        "lookalikes_reported": sum(_reported_lookalikes(told, hygiene) for told, hygiene in measured.companies),
        "clean_companies": len(clean),
        "clean_issues": sum(len(hygiene.issues) for hygiene in clean),
        "clean_lowest_score": str(min((hygiene.score.value for hygiene in clean), default=Decimal(100))),
        "flaws": {
            kind: {"planted": planted[kind], "found": found[kind], "recall": _share(found[kind], planted[kind])}
            for kind in sorted(planted)
        },
        "issue_kinds": {kind: {"issues": issues[kind], "false_alarms": false_alarms[kind]} for kind in sorted(issues)},
        "seconds": round(measured.seconds, 1),
    }


def print_hygiene_figures(measured: Measured) -> None:
    """Write a table of recall by flaw, one of alarms by issue, and the sums of both."""
    planted, found = _recall(measured)
    issues, false_alarms = _alarms(measured)
    flaws = Table("planted flaw", "planted", "found", "recall")
    for kind in [*sorted(planted), ""]:
        of_kind = (planted[kind], found[kind]) if kind else (planted.total(), found.total())
        flaws.add_row(kind or "all", *map(str, of_kind), _percent(of_kind[1], of_kind[0]))
    alarms = Table("issue", "reported", "false alarms", "share")
    for kind in [*sorted(issues), ""]:
        of_kind = (issues[kind], false_alarms[kind]) if kind else (issues.total(), false_alarms.total())
        alarms.add_row(kind or "all", *map(str, of_kind), _percent(of_kind[1], of_kind[0]))
    console = Console()
    console.print(flaws)
    console.print(alarms)
    figures = hygiene_figures(measured)
    console.print(
        f"{figures['companies']} companies, {figures['clean_companies']} of them clean with {figures['clean_issues']} "
        f"issues; {figures['lookalikes_reported']} of {figures['lookalikes']} lookalikes reported; "
        f"{figures['seconds']} seconds."
    )


def _recall(measured: Measured) -> tuple[Counter[str], Counter[str]]:
    """Planted flaws by kind, and those of them that a fitting issue names."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for told, hygiene in measured.companies:
        named = set(_named(hygiene))
        for flaw in told.flaws:
            planted[flaw.kind] += 1
            found[flaw.kind] += any((kind, flaw.record) in named for kind in FITTING.get(flaw.kind, IssueKind))
    return planted, found


def _alarms(measured: Measured) -> tuple[Counter[str], Counter[str]]:
    """Issues by kind, and those of them that name no record with a planted flaw."""
    issues: Counter[str] = Counter()
    false_alarms: Counter[str] = Counter()
    for told, hygiene in measured.companies:
        flawed = {flaw.record for flaw in told.flaws}
        for issue in hygiene.issues:
            issues[issue.kind.value] += 1
            false_alarms[issue.kind.value] += not flawed & {(ref.kind.value, ref.id) for ref in issue.records}
    return issues, false_alarms


def _reported_lookalikes(told: PlantedInCompany, hygiene: Hygiene) -> int:
    named = {record for _, record in _named(hygiene)}
    return sum(each.record in named for each in told.lookalikes)


def _named(hygiene: Hygiene) -> Iterator[tuple[IssueKind, tuple[str, str]]]:
    return ((issue.kind, (ref.kind.value, ref.id)) for issue in hygiene.issues for ref in issue.records)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


async def _served(companies: Companies, free: asyncio.Semaphore) -> list[tuple[PlantedInCompany, Hygiene]]:
    flaws = f"flaws={'on' if companies.flawed else 'off'}"
    arguments = [
        *("--scenario", companies.scenario, "--companies", str(companies.count), "--seed", str(companies.seed)),
        *("--as-of", _AS_OF.isoformat(), "--option", flaws, "--option", "lookalikes=on", "--limits", "off"),
        *("--redirect-uri", f"{_PUBLIC_URL}/oauth/callback"),
    ]
    async with free, _services(arguments) as (services, emulator), http_pool() as http:
        return [await _judged(services, http, emulator, one.realm_id) for one in emulator.companies]


@asynccontextmanager
async def _services(arguments: Sequence[str]) -> AsyncIterator[tuple[Services, EmulatorInfo]]:
    with tempfile.TemporaryDirectory(prefix="oodaloo-bench-") as folder:
        async with (
            running_emulator(arguments) as emulator,
            open_services(_settings(emulator, Path(folder)), _clock()) as services,
        ):
            yield services, emulator


async def _judged(
    services: Services, http: httpx2.AsyncClient, emulator: EmulatorInfo, realm_id: str
) -> tuple[PlantedInCompany, Hygiene]:
    consent = await give_consent(http, await services.begin_connect(), realm_id)
    business_id = await services.finish_connect(code=consent.code, realm_id=consent.realm_id, state=consent.state)
    await services.sync(business_id)
    answer = await http.get(urljoin(emulator.api_url, "/_emulator/flaws"), params={"realm_id": realm_id})
    told = msgspec.json.decode(answer.content, type=PlantedInCompany)
    return told, await services.hygiene(business_id)


def _clock() -> FixedClock:
    return FixedClock(datetime.combine(_AS_OF, _EVENING_UTC, UTC))


def _settings(emulator: EmulatorInfo, folder: Path) -> Settings:
    return load_settings(
        database_url=f"sqlite:///{folder / 'oodaloo.sqlite3'}",
        database_owner_url=None,
        encryption_keys=new_key("bench"),
        qbo_client_id=emulator.client_id,
        qbo_client_secret=emulator.client_secret,
        qbo_api_url=emulator.api_url,
        qbo_discovery_url=emulator.discovery_url,
        public_url=_PUBLIC_URL,
    )
