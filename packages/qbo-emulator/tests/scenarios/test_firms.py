"""Industries and sizes: each is what its name says, sound under every seed, and unlike the others."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.scenario import ScenarioOptionError, ScenarioRequest
from qbo_emulator.scenarios import LIVING, SCENARIOS
from qbo_emulator.scenarios.company.build import BuiltCompany
from qbo_emulator.scenarios.company.description import Span
from qbo_emulator.scenarios.company.flaws.kinds import USUAL_FLAWS
from qbo_emulator.scenarios.company.payroll import pay_dates
from qbo_emulator.scenarios.firms.catalogue import build_firm, industry_and_size

from .company_support import AS_OF, all_transactions, assert_books_agree, created, digest, living, lowest_checking

pytestmark = pytest.mark.inferred("plausible companies are ours to describe; QuickBooks says nothing about them")
INDUSTRIES = ("it-consulting", "creative-studio", "professional-services")
SMALL = tuple(f"{industry}-small" for industry in INDUSTRIES)


@pytest.mark.parametrize(("ending", "months"), [("-small", "9"), ("-medium", "6"), ("-large", "3")])
@pytest.mark.parametrize("industry", INDUSTRIES)
def test_billing_is_near_the_sizes_target(industry: str, ending: str, months: str) -> None:
    """What the history bills, less credit memos, is within 6 % of its share of a year of that many people."""
    built = _built(f"{industry}{ending}", months=months)
    target, size = industry_and_size(f"{industry}{ending}")
    opened = min(created(one).date() for one in built.books.records("Account"))
    billed = sum(one["TotalAmt"] for one in built.books.records("Invoice") if one["TxnDate"] >= opened.isoformat())
    credited = sum(one["TotalAmt"] for one in built.books.records("CreditMemo") if one["TxnDate"] >= opened.isoformat())
    a_year = target.billed_per_head_dollars * size.people
    expected = Decimal(a_year) * ((AS_OF - opened).days + 1) / 365
    assert Decimal("0.94") <= (billed - credited) / expected <= Decimal("1.06")
    assert_books_agree(built.books)
    assert lowest_checking(built.books) > 0


@settings(max_examples=6, deadline=None)
@given(
    name=st.sampled_from(SMALL),
    seed=st.integers(0, 2**31 - 1),
    as_of=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_small_companies_are_sound_under_any_seed_and_day(name: str, seed: int, as_of: date) -> None:
    """Books agree, checking is never overdrawn, nothing is dated or entered after the last day."""
    built = build_firm(name, ScenarioRequest(seed, as_of, "9341450000000002", 1, {"months": "5"}))
    assert_books_agree(built.books)
    assert lowest_checking(built.books) > 0
    assert all(one["TxnDate"] <= as_of.isoformat() for one in all_transactions(built.books))
    assert all(created(one).date() <= as_of for one in all_transactions(built.books))


def test_a_name_without_a_size_is_the_medium_one() -> None:
    """`it-consulting` and `it-consulting-medium` are the same company."""
    plain, medium = (living(name, months="2") for name in ("it-consulting", "it-consulting-medium"))
    assert digest(plain.books) == digest(medium.books)


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_larger_companies_have_more_of_everything(industry: str) -> None:
    """People, customers and transactions grow from small over medium to large."""
    built = [_built(f"{industry}-{size}", months="2") for size in ("small", "medium", "large")]
    people = [len(one.plan.payroll.employees) for one in built]
    transactions = [len(all_transactions(one.books)) for one in built]
    assert people == sorted(set(people))
    assert transactions == sorted(set(transactions))


def test_industries_have_their_own_ways() -> None:
    """They differ in payroll, in seasons, in what they sell and in whom they pay."""
    built = [_built(name, months="2") for name in SMALL]
    assert {one.plan.payroll.kind for one in built} == {"purchase", "journal", "quickbooks"}
    rhythms = {industry_and_size(industry)[1].payroll_rhythm for industry in INDUSTRIES}
    assert rhythms == {"weekly", "biweekly", "semi_monthly"}
    assert len({one.plan.busy_by_month for one in built}) == 3
    vendors = [{vendor.name for vendor in one.plan.vendors} for one in built]
    assert not set.intersection(*vendors)


def test_professionals_are_busiest_in_the_tax_season() -> None:
    """A firm of accountants bills more project work from February to April than from June to August."""
    built = _built("professional-services-medium", months="14", flaws="off")
    by_month: Counter[str] = Counter()
    for invoice in built.books.records("Invoice"):
        if "project" in invoice["Line"][0]["Description"] and invoice["TxnDate"] >= "2025-09-01":
            by_month[invoice["TxnDate"][:7]] += int(invoice["TotalAmt"])
    assert sum(by_month[f"2026-{month:02d}"] for month in (2, 3, 4)) > sum(
        by_month[f"2026-{month:02d}"] for month in (6, 7, 8)
    )


def test_creative_studios_live_closer_to_their_cash() -> None:
    """Next to its billing, an IT consultancy holds more money than a creative studio at the end."""
    held = {}
    for name in ("it-consulting-medium", "creative-studio-medium"):
        built = _built(name, months="6")
        banks = sum(one["CurrentBalance"] for one in built.books.records("Account") if one["AccountType"] == "Bank")
        held[name] = banks / industry_and_size(name)[0].billed_per_head_dollars
    assert held["it-consulting-medium"] > 2 * held["creative-studio-medium"]


@pytest.mark.parametrize("payroll", ["journal", "purchase", "quickbooks"])
def test_payroll_can_be_recorded_in_each_way(payroll: str) -> None:
    """Each industry has its own way; the option chooses another."""
    books = _built("creative-studio-small", payroll=payroll, months="2").books
    listed = any("pay date" in one.get("PrivateNote", "") for one in books.records("Purchase"))
    journalled = any("pay date" in one.get("PrivateNote", "") for one in books.records("JournalEntry"))
    unlisted = any(not one.listed for one in books.ledger.transactions())
    assert {"purchase": listed, "journal": journalled, "quickbooks": unlisted} == {
        kind: kind == payroll for kind in ("purchase", "journal", "quickbooks")
    }


def test_weekly_and_semi_monthly_paydays() -> None:
    """Checked by hand: Fridays of November 2026 with Thanksgiving week, and the 15th and last day around a Sunday."""
    built = _built("creative-studio-small", months="2").plan.payroll
    november = Span(date(2026, 11, 1), date(2026, 11, 30))
    fridays = [date(2026, 11, day) for day in (6, 13, 20, 27)]
    assert list(pay_dates(built.anchor_friday, november, "weekly")) == fridays
    assert list(pay_dates(built.anchor_friday, november, "semi_monthly")) == [date(2026, 11, 13), date(2026, 11, 30)]


def test_flaws_can_be_chosen_by_kind() -> None:
    """Only the named kinds are planted, on the records that they would be planted on among the others."""
    some = _built("it-consulting-small", flaws="duplicate_bill,stale_invoice")
    assert {flaw.kind for flaw in some.flaws} == {"duplicate_bill", "stale_invoice"}
    everything = _built("it-consulting-small")
    assert {flaw.kind for flaw in everything.flaws} == USUAL_FLAWS
    assert _built("it-consulting-small", flaws="off").flaws == ()


@pytest.mark.parametrize("options", [{"flaws": "duplicate_bil"}, {"size": "small"}, {"months": "25"}])
def test_options_that_cannot_be_are_refused(options: dict[str, str]) -> None:
    """The message says what is possible."""
    with pytest.raises(ScenarioOptionError, match=r"duplicate_bill,.*months=1\.\.24"):
        SCENARIOS["it-consulting"].build(ScenarioRequest(1, AS_OF, "1", 1, options))


@pytest.mark.parametrize("name", ["agency", "it-consulting-small", "creative-studio", "sample"])
def test_hundreds_of_companies_have_names_of_their_own(name: str) -> None:
    """Names are told without building anything, and company 1 is called what its books say."""
    names = {LIVING[name].company_name(ScenarioRequest(7 + number, AS_OF, "1", 1 + number)) for number in range(500)}
    assert len(names) == 500


def test_the_name_told_beforehand_is_the_one_in_the_books() -> None:
    """For a later company, too."""
    request = ScenarioRequest(31, AS_OF, "9341450000000031", 31, {"months": "1"})
    scenario = LIVING["professional-services-small"]
    assert scenario.build(request).books.company_name == scenario.company_name(request)


def test_stress_reaches_the_number_of_transactions_asked_for() -> None:
    """Ten thousand are quickly built; they agree like any books."""
    books = living("stress", transactions="10000").books
    assert 10_000 <= sum(1 for _ in books.ledger.transactions()) <= 12_000
    assert_books_agree(books)
    assert lowest_checking(books) > 0


@pytest.mark.parametrize("options", [{"transactions": "9"}, {"transactions": "many"}, {"months": "3"}])
def test_stress_refuses_what_it_cannot_build(options: dict[str, str]) -> None:
    """The message says what it takes."""
    with pytest.raises(ScenarioOptionError, match="transactions"):
        living("stress", 1, **options)


def _built(name: str, **options: str) -> BuiltCompany:
    return build_firm(name, ScenarioRequest(1, AS_OF, "9341450000000003", 1, options))
