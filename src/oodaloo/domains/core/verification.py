"""The mirror against QuickBooks' own reports: which totals agree, and which documents differ by how much."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol, TypeAlias

from oodaloo.domains.core.model import Business
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.mirror.exchange import Rates
from oodaloo.infra.qbo.reports import Report, RowKind, read_report
from oodaloo.infra.qbo.smart_sync.doors import SmartSync
from oodaloo.kit.clock import Clock, local_date
from oodaloo.kit.money import Currency, Money

_ALL_OF_A_PARTY = "All documents"
_AHEAD = timedelta(days=730)  # balances hold what is dated ahead, so the reports are asked for a day after all of it


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """What is open of a document for one customer or vendor, in home currency; positive when it is owed.

    `party_id` is blank where the document names nobody. `foreign_documents` counts those in it that were converted.
    """

    name: str
    id: str
    party_id: str
    party: str
    open: Money
    foreign_documents: int = 0


@dataclass(frozen=True, slots=True)
class AccountPosting:
    """What a mirrored transaction does to one account: debits are positive, in the transaction's own currency."""

    name: str
    record_id: str
    account_id: str
    dated: date
    debit: Money


AccountPostings: TypeAlias = Callable[[TenantSession, date], Awaitable[tuple[AccountPosting, ...]]]
"""What mirrored transactions from a day on do to accounts, of any type."""

OtherPostings: TypeAlias = Callable[[TenantSession, str, Currency], Awaitable[tuple[OpenAmount, ...]]]
"""What transactions that are no open documents post to accounts of a type, by transaction and party, at home."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A document or account that QuickBooks and the mirror tell differently; None where one of them doesn't show it."""

    name: str
    party: str
    quickbooks: Money | None
    mirror: Money | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One total of a report beside the mirror's, and what makes them differ.

    Parts are compared, not only the total, so that two errors can't hide each other. `left_out` says what can't be
    compared.
    """

    title: str
    report: str
    quickbooks: Money
    mirror: Money
    differences: tuple[Difference, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification of one business found, and the metered reads that its reports took."""

    business: Business
    as_of: date
    comparisons: tuple[Comparison, ...]
    metered_reads: int

    @property
    def differences(self) -> int:
        """How many documents and accounts differ."""
        return sum(len(comparison.differences) for comparison in self.comparisons)


@dataclass(slots=True)
class Asking:
    """The reports of one business, counted, and its mirror."""

    database: Database
    smart_sync: SmartSync
    business: Business
    today: date
    metered_reads: int = 0

    @property
    def last_day(self) -> date:
        """A day that lies after everything in the books."""
        return self.today + _AHEAD

    async def report(self, name: str, **parameters: str) -> Report:
        """A report as of now. One metered read. Raises a `QboError`."""
        self.metered_reads += 1
        return read_report(await self.smart_sync.report(self.business.realm_id, name, parameters, lane=Lane.USER))


class Check(Protocol):
    """One domain's part of a verification."""

    async def compare(self, asking: Asking) -> tuple[Comparison, ...]:
        """The domain's totals in QuickBooks beside those of its mirror."""
        ...


@dataclass(frozen=True, slots=True)
class Verifier:
    """Proves a mirror against QuickBooks; each domain brings its `checks`, `clock` tells product time."""

    database: Database
    smart_sync: SmartSync
    clock: Clock
    checks: Sequence[Check]

    async def verify(self, business: Business) -> Verification:
        """Every check on one business, whose mirror should be fresh. Raises a `QboError` when QuickBooks won't tell.

        A metered read per report, and one more for each side of the books whose documents differ.
        """
        today = local_date(self.clock.now(), business.timezone)
        asking = Asking(self.database, self.smart_sync, business, today)
        found = [comparison for check in self.checks for comparison in await check.compare(asking)]
        return Verification(business, today, tuple(found), asking.metered_reads)


@dataclass(frozen=True, slots=True)
class AgeingReports:
    """The two ageing reports of receivables or payables, and the column in which the detail names the other party."""

    title: str
    summary: str
    detail: str
    party_column: str


async def compare_ageing(asking: Asking, reports: AgeingReports, held: Sequence[OpenAmount]) -> Comparison:
    """What each customer owes, or each vendor is owed, by QuickBooks' ageing and by the mirror's open documents.

    Only where they differ the detail is read, to name the documents. Raises a `QboError`.
    """
    home, day = asking.business.currency, asking.last_day.isoformat()
    summary = await asking.report(reports.summary, report_date=day)
    told = _by_party(_parties_of(summary, home))
    kept = _by_party(held)
    apart = [key for key in sorted(told.keys() | kept.keys()) if _cents_apart(told.get(key), kept.get(key))]
    differences: tuple[Difference, ...] = ()
    if apart:
        detail = await asking.report(reports.detail, report_date=day)
        shown = _open_amounts(detail, reports.party_column, home)
        differences = tuple(_differences(shown, held, apart)) or tuple(
            _difference(told.get(key), kept.get(key)) for key in apart
        )
    return Comparison(
        title=reports.title,
        report=reports.summary,
        quickbooks=Money.total((each.open for each in told.values()), home),
        mirror=Money.total((each.open for each in held), home),
        differences=differences,
    )


def open_amount(name: str, record_id: str, party: tuple[str, str], open_part: Money, rates: Rates) -> OpenAmount:
    """What is open of one document for a party (its id and name), brought to the home currency."""
    at_home = rates.at_home(open_part, record_id)
    return OpenAmount(name, record_id, *party, at_home, int(open_part.currency != rates.home))


def less_applied(posted: Iterable[OpenAmount], applied: Iterable[tuple[str, str, int]]) -> Iterator[OpenAmount]:
    """Posted amounts less what payments have settled of them, given as (party id, transaction id, positive cents)."""
    used: Counter[tuple[str, str]] = Counter()
    for party_id, record_id, cents in applied:
        used[party_id, record_id] += cents
    for each in posted:
        cents = used[each.party_id, each.id]
        settled = Money(cents if each.open.cents > 0 else -cents, each.open.currency)
        yield replace(each, open=each.open - settled)


def document_name(kind: str, number: str, record_id: str) -> str:
    """How a document is named to people: by its number, else by QuickBooks' id."""
    return f"{kind} {number}" if number else f"{kind} (id {record_id})"


def _parties_of(summary: Report, home: Currency) -> Iterator[OpenAmount]:
    """The total of each customer or vendor; a customer with jobs has its own part in the heading above theirs."""
    for row in summary.rows:
        amount = None if row.kind is RowKind.SUMMARY else row.amount("total", home)
        if amount is not None:
            yield OpenAmount(_ALL_OF_A_PARTY, "", row.label.id, row.label.text, amount)


def _by_party(amounts: Iterable[OpenAmount]) -> dict[str, OpenAmount]:
    found: dict[str, OpenAmount] = {}
    for each in amounts:
        so_far = found.get(each.party_id)
        sum_of = each.open if so_far is None else so_far.open + each.open
        cents = each.foreign_documents + (so_far.foreign_documents if so_far else 0)
        found[each.party_id] = OpenAmount(_ALL_OF_A_PARTY, "", each.party_id, each.party, sum_of, cents)
    return found


def _cents_apart(told: OpenAmount | None, kept: OpenAmount | None) -> bool:
    """Whether they differ by more than the rounding of what was converted, a cent for each foreign document."""
    allowed = kept.foreign_documents if kept else 0
    return abs((told.open.cents if told else 0) - (kept.open.cents if kept else 0)) > allowed


def _open_amounts(detail: Report, party_column: str, home: Currency) -> Iterator[OpenAmount]:
    column = next((key for key in reversed(detail.columns) if key.endswith("open_bal")), "")
    for row in detail.rows:
        amount = row.amount(column, home) if row.kind is RowKind.DATA else None
        if amount is not None:
            record_id = row.id("txn_type")
            name = document_name(row.text("txn_type"), row.text("doc_num"), record_id)
            yield OpenAmount(name, record_id, row.id(party_column), row.text(party_column), amount)


def _differences(
    shown: Iterable[OpenAmount], held: Iterable[OpenAmount], parties: Sequence[str]
) -> Iterator[Difference]:
    """The documents of these parties that are open by different amounts, by party and name."""
    told = {(each.party_id, each.id): each for each in shown if each.party_id in parties}
    kept = {(each.party_id, each.id): each for each in held if each.party_id in parties}
    found = [
        _difference(told.get(key), kept.get(key))
        for key in told.keys() | kept.keys()
        if _cents_apart(told.get(key), kept.get(key))
    ]
    return iter(sorted(found, key=lambda each: (each.party, each.name)))


def _difference(told: OpenAmount | None, kept: OpenAmount | None) -> Difference:
    named = kept or told
    name, party = (named.name, named.party) if named else ("", "")
    return Difference(name, party, told.open if told else None, kept.open if kept else None)
