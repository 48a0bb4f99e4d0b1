"""Key figures, each worked out by hand once, and never a number where nothing is known."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.dates import DateRange
from oodaloo.runway.calculators.kpis import ageing, current_ratio, kpis_of
from oodaloo.runway.model.kpis import Concentration, CurrentRatio, DaysOutstanding, Kpis
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.position import CurrentPosition
from oodaloo.runway.model.runway import BurnState
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.position import position_of
from tests.support import records as r
from tests.support.books import TODAY, USD, a_bill, a_picture, an_invoice, books, days_ago, in_days, usd


def figures(
    invoices: Sequence[OpenItem] = (),
    *,
    bills: Sequence[OpenItem] = (),
    past_invoices: Sequence[OpenItem] = (),
    past_bills: Sequence[OpenItem] = (),
) -> Kpis:
    """The key figures of a business with these documents."""
    of = books(invoices=invoices, bills=bills, past_invoices=past_invoices, past_bills=past_bills)
    return kpis_of(a_picture(of))


def test_days_sales_outstanding() -> None:
    """$30,000 open of $91,000 invoiced in the last 91 days: 30 days. An invoice from before that time isn't counted."""
    found = figures(
        invoices=[an_invoice("Alder", 30000, issued=days_ago(10))],
        past_invoices=[
            an_invoice("Birch", 61000, issued=days_ago(90)),
            an_invoice("Birch", 99000, issued=days_ago(91)),
        ],
    ).dso
    assert found == DaysOutstanding(30, usd(30000), usd(91000), DateRange(days_ago(90), TODAY))


def test_days_payables_outstanding_over_a_short_history() -> None:
    """The first bill is 39 days old: $5,000 open of $8,000 billed in 40 days are 25 days."""
    found = figures(bills=[a_bill("Pier 9", 5000)], past_bills=[a_bill("Vellum", 3000, issued=days_ago(39))]).dpo
    assert isinstance(found, DaysOutstanding)
    assert (found.days, found.period.days) == (25, 40)


def test_too_little_history_is_unknown() -> None:
    """27 days of invoices, or none at all, say nothing about how fast customers pay."""
    young = figures(invoices=[an_invoice("Alder", 100, issued=days_ago(26))])
    assert isinstance(young.dso, Unknown)
    assert young.dpo == Unknown(("the first bill is less than 28 days old or there is none",))


def test_nothing_billed_lately_is_unknown() -> None:
    """Only an invoice from last year: days outstanding would be a division by nothing."""
    found = figures(invoices=[an_invoice("Alder", 100, issued=days_ago(400))])
    assert found.dso == Unknown(("no invoice was issued in the last 91 days",))


def test_ageing() -> None:
    """Due today or later isn't late; 1, 30, 31, 60, 61, 90 and 91 days past due fall to either side of each edge."""
    invoices = [
        an_invoice("Alder", dollars, due=days_ago(days))
        for days, dollars in ((-5, 1), (0, 2), (1, 4), (30, 8), (31, 16), (60, 32), (61, 64), (90, 128), (91, 256))
    ]
    found = figures(invoices=invoices).receivables
    assert [bucket.amount for bucket in found.buckets] == [usd(3), usd(12), usd(48), usd(192), usd(256)]
    assert [bucket.count for bucket in found.buckets] == [2, 2, 2, 2, 1]
    assert found.total == usd(511)


def test_concentration() -> None:
    """Alder owes $600 of $1,000 in two invoices: 60 %; Birch 40 %."""
    found = figures(
        invoices=[an_invoice("Birch", 400), an_invoice("Alder", 500), an_invoice("Alder", 100)]
    ).receivables_share
    assert isinstance(found, Concentration)
    assert [(share.party.name, share.percent) for share in found.largest] == [
        ("Alder", Decimal("60.0")),
        ("Birch", Decimal("40.0")),
    ]
    assert (found.total, found.parties) == (usd(1000), 2)


def test_nothing_open_has_no_concentration() -> None:
    """No invoices, no shares, and a reason instead of a zero."""
    assert figures().receivables_share == Unknown(("there are no open invoices",))
    assert figures().sales_share == Unknown(("there are no invoices in the last 91 days",))


def test_the_current_ratio_needs_the_balance_sheet() -> None:
    """$150,000 against $60,000 is 2.5; without the accounts or without liabilities it is unknown."""
    known = current_ratio(CurrentPosition(usd(150000), usd(60000)))
    assert isinstance(known, CurrentRatio)
    assert known.ratio == Decimal("2.50")
    assert isinstance(current_ratio(CurrentPosition(usd(1), usd(0))), Unknown)
    assert isinstance(current_ratio(CurrentPosition(usd(-1), usd(5))), Unknown)
    assert isinstance(figures().current_ratio, Unknown)


def test_the_current_ratio_of_a_chart_of_accounts() -> None:
    """Checking 900, savings 100, receivables 400, undeposited 100 against payables 500, card 250: 1,500 ÷ 750 = 2.

    The long-term loan isn't current. One account in euros that isn't empty, and nothing is known.
    """
    chart = r.a_chart(checking=900, savings=100, receivable=400, undeposited=100, payable=-500, card=-250, loan=-9_000)
    assert position_of(chart, USD) == CurrentPosition(usd(1_500), usd(750))
    of = replace(books(), position=position_of(chart, USD))
    found = kpis_of(a_picture(of)).current_ratio
    assert isinstance(found, CurrentRatio)
    assert found.ratio == Decimal("2.00")
    euros = replace(r.an_account("99", "Bank in Berlin", "Bank", "Checking"), balance=r.money(10, "EUR"))
    assert position_of((*chart, euros), USD) is None
    assert position_of((), USD) is None


def test_empty_books_have_figures_that_say_so() -> None:
    """A company without a single document: no number anywhere, and no crash."""
    found = figures()
    assert isinstance(found.dso, Unknown)
    assert isinstance(found.coverage, Unknown)
    assert found.net_burn.state is BurnState.UNKNOWN
    assert found.payables.total == usd(0)


DOCUMENTS = st.lists(
    st.builds(
        an_invoice,
        amount=st.integers(0, 10**9),
        issued=st.integers(-30, 400).map(days_ago),
        due=st.integers(-400, 400).map(in_days),
    ),
    max_size=8,
)


@given(DOCUMENTS)
def test_every_open_dollar_is_in_one_bucket(invoices: list[OpenItem]) -> None:
    """Whatever the documents, also future-dated ones, ageing adds up and no figure fails."""
    found = ageing(invoices, TODAY, USD)
    assert sum(bucket.amount.cents for bucket in found.buckets) == found.total.cents
    assert sum(bucket.count for bucket in found.buckets) == len(invoices)
    figures(invoices=invoices)


@given(DOCUMENTS, st.integers(0, 400))
def test_time_only_makes_documents_older(invoices: list[OpenItem], days: int) -> None:
    """Looked at later, no more money is in the younger buckets than before."""
    now, later = (ageing(invoices, TODAY + timedelta(days=shift), USD) for shift in (0, days))
    for count in range(1, len(now.buckets)):
        young = sum(bucket.amount.cents for bucket in now.buckets[:count])
        assert sum(bucket.amount.cents for bucket in later.buckets[:count]) <= young
