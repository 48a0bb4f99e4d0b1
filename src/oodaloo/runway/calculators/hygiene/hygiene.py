"""The hygiene of a picture: every doubt with its money, and the score."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.hygiene.balances import balance_findings
from oodaloo.runway.calculators.hygiene.credits import credit_findings, spoken_for
from oodaloo.runway.calculators.hygiene.due_dates import due_date_findings
from oodaloo.runway.calculators.hygiene.duplicate_bills import duplicate_bill_findings
from oodaloo.runway.calculators.hygiene.duplicate_names import duplicate_name_findings
from oodaloo.runway.calculators.hygiene.finding import Basis, Finding, Part
from oodaloo.runway.calculators.hygiene.forecast_money import ForecastMoney, evidence_of, forecast_money
from oodaloo.runway.calculators.hygiene.out_of_sight import caps, out_of_sight_findings
from oodaloo.runway.calculators.hygiene.stale_invoices import stale_invoice_findings
from oodaloo.runway.calculators.hygiene.uncategorized import uncategorized_findings
from oodaloo.runway.calculators.hygiene.undeposited import undeposited_findings
from oodaloo.runway.model.hygiene import ConnectionFacts, Hygiene, HygieneScore, Issue
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import DatedItem
from oodaloo.runway.model.scenario import Scenario
from oodaloo.runway.model.unknown import Unknown


def hygiene_of(
    picture: CashPicture,
    items: Iterable[DatedItem],
    connection: ConnectionFacts | None = None,
    effects: Callable[[Scenario], Effect] | None = None,
) -> Hygiene:
    """Every issue of a picture and the score; `items` are the dated items of its projection.

    `connection` is how it stands with QuickBooks; without it (a past date, a scenario) nothing is said about that.
    `effects` is the engine's answer to what changes of the picture do; without it no issue has an effect. The order of
    records in the books doesn't matter. Source: the runway definitions, hygiene.
    """
    money = forecast_money(picture, items)
    findings = list(_findings(picture, money, connection))
    currency = picture.books.business.currency
    issues = [_issue(finding, currency, effects) for finding in findings]
    cap = min(caps(picture.books, connection), key=lambda each: each.at, default=None)
    doubtful, forecast = _in_doubt(findings, money)
    return Hygiene(
        as_of=picture.books.as_of,
        score=HygieneScore(Money(doubtful, currency), Money(forecast, currency), cap),
        issues=tuple(sorted(issues, key=_most_money_first)),
    )


def _findings(picture: CashPicture, money: ForecastMoney, connection: ConnectionFacts | None) -> Iterator[Finding]:
    books = picture.books
    yield from out_of_sight_findings(books, connection)
    yield from due_date_findings(books)
    credits_found = list(credit_findings(books))
    yield from credits_found
    yield from undeposited_findings(books)
    yield from duplicate_bill_findings(books)
    yield from duplicate_name_findings(picture, money)
    yield from stale_invoice_findings(books, spoken_for(books, credits_found))
    yield from uncategorized_findings(books, evidence_of(picture, money, books.housekeeping.unsorted))
    yield from balance_findings(books)


def _in_doubt(findings: Sequence[Finding], money: ForecastMoney) -> tuple[int, int]:
    """Cents in doubt, each once however many issues name it, and the whole that they are a part of.

    What stands apart from the forecast's own money (a balance on the wrong side) is added to both.
    """
    doubted: defaultdict[Part, int] = defaultdict(int)
    for finding in findings:
        for part, cents in finding.rests:
            doubted[part] = max(doubted[part], cents) if part.basis is not Basis.OPEN else doubted[part] + cents
    for part in doubted:
        if part.basis is Basis.OPEN:
            doubted[part] = min(doubted[part], money.open.get(part, doubted[part]))
    apart = sum(cents for part, cents in doubted.items() if part.basis is Basis.APART)
    within = sum(cents for part, cents in doubted.items() if part.basis is not Basis.APART)
    return min(within, money.total) + apart, money.total + apart


def _issue(finding: Finding, currency: Currency, effects: Callable[[Scenario], Effect] | None) -> Issue:
    amount = Money(sum(cents for _, cents in finding.rests), currency)
    return Issue(
        kind=finding.kind,
        records=finding.records,
        related=finding.related,
        party=finding.party,
        money=Unknown((finding.untold,)) if finding.untold else amount,
        fix=finding.fix,
        sentence=finding.sentence,
        if_wrong=finding.if_wrong,
        effect=effects(finding.if_wrong) if effects is not None and finding.if_wrong is not None else None,
    )


def _most_money_first(issue: Issue) -> tuple[bool, int, str]:
    told = isinstance(issue.money, Money)
    return (told, -issue.money.cents if isinstance(issue.money, Money) else 0, issue.key)
