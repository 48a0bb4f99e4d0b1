"""What a general ledger says about the bank accounts, posting by posting, and which days are asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.domains.bank.ledger import is_beginning, postings_of, window_of
from oodaloo.domains.bank.model import OtherActivity
from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.kit.money import Currency
from tests.support import records as r
from tests.support.bank_ledgers import LEDGER_COLUMNS, Wire, a_ledger, a_posting, a_row, a_section

USD = Currency("USD")
CHART = r.a_chart()
CHECKING = [("Checking", r.CHECKING)]
BEGINNING = a_row("Beginning Balance", "", "", "", "", "", "", "100.00")


def postings(*rows: Wire) -> tuple[OtherActivity, ...]:
    """What a ledger with these rows on checking shows."""
    return postings_of(a_ledger(a_section(CHECKING, rows)), CHART, USD)


def payroll(record_id: str, amount: str, *, split: str | tuple[str, str] = ("-Split-", "")) -> Wire:
    """A cheque to Ana as a ledger shows it."""
    return a_row("2026-09-25", ("Payroll Check", record_id), "DD", ("", ""), "Ana", split, amount, "1.00")


def test_a_posting_is_taken_over_to_the_cent() -> None:
    """Beginning balances are no postings; a cheque has its id, day, type, memo and amount, and no one other side."""
    (found,) = postings(BEGINNING, payroll("31", "-2563.92"))
    day = date(2026, 9, 25)
    assert found == replace(a_posting("31", "-2563.92", dated=day, memo="Ana"), number="DD")


def test_a_single_other_side_is_known_by_id_and_name() -> None:
    """A split account is told with its id where QuickBooks gives one."""
    (found,) = postings(payroll("31", "-10.00", split=("Wages", r.WAGES)))
    assert (found.split_id, found.split) == (r.WAGES, "Wages")


def test_postings_of_one_transaction_to_one_account_are_one() -> None:
    """Two lines of an entry on checking count together; their other sides are no longer one."""
    one, other = payroll("31", "-10.00", split=("Wages", r.WAGES)), payroll("31", "4.00", split=("Rent", r.RENT))
    (found,) = postings(one, other)
    assert (found.amount, found.split, found.split_id) == (r.money(-6), "", "")


def test_postings_without_an_id_get_one_that_stays() -> None:
    """Where QuickBooks leaves an id out, the same posting has the same one each time, whatever the balance was."""
    bare = a_row("2026-09-25", "Payroll Check", "", "", "Ana", "-Split-", "-10.00", "90.00")
    later = a_row("2026-09-25", "Payroll Check", "", "", "Ana", "-Split-", "-10.00", "70.00")
    other = a_row("2026-09-25", "Payroll Check", "", "", "Ben", "-Split-", "-10.00", "60.00")
    ids = [postings(row)[0].id for row in (bare, later, other)]
    assert ids[0] == ids[1] != ids[2]
    assert len(ids[0]) <= 64


def test_accounts_that_are_none_of_ours_are_left_out() -> None:
    """Postings on accounts that the mirror doesn't know, or keeps in another currency, aren't taken."""
    euros = replace(r.an_account("77", "Euros", "Bank", "Checking"), balance=r.money(0, "EUR"))
    report = a_ledger(
        a_section([("Unknown", "99")], [payroll("1", "-1.00")]),
        a_section([("Euros", "77")], [payroll("2", "-1.00")]),
        a_section([("Savings", r.SAVINGS)], [payroll("3", "-1.00")]),
    )
    assert [each.id for each in postings_of(report, (*CHART, euros), USD)] == ["3"]


def test_sub_accounts_and_their_parent_keep_their_own() -> None:
    """A parent's own postings stand in a section without a heading, below its own; each goes to its account."""
    own = a_section([], [payroll("1", "-1.00")], ["Total for Checking", "-1.00"])
    child = a_section([("Savings", r.SAVINGS)], [payroll("2", "-2.00")])
    report = a_ledger(a_section(CHECKING, [own, child]))
    assert [(each.id, each.account_id) for each in postings_of(report, CHART, USD)] == [
        ("1", r.CHECKING),
        ("2", r.SAVINGS),
    ]


def test_several_currencies_are_read_at_home() -> None:
    """Where a ledger shows home amounts, those are what is taken."""
    columns = (*LEDGER_COLUMNS[:6], "subt_nat_home_amount", "rbal_nat_home_amount")
    report = a_ledger(a_section(CHECKING, [payroll("1", "-11.00")]), columns=columns)
    assert postings_of(report, CHART, USD)[0].amount == r.money(-11)


def test_what_can_t_be_read_is_refused() -> None:
    """A ledger with an amount that is none, or without amounts, is no ledger without postings; an empty one is."""
    with pytest.raises(QboMalformedAnswerError):
        postings(payroll("1", "ten"))
    with pytest.raises(QboMalformedAnswerError, match="has no subt_nat_home_amount"):
        postings_of(a_ledger(a_section(CHECKING, [payroll("1", "1.00")]), columns=LEDGER_COLUMNS[:6]), CHART, USD)
    assert postings_of(a_ledger(columns=()), CHART, USD) == ()


def test_what_the_books_began_with_is_no_activity() -> None:
    """Opening balances are told by the account on the other side: by its kind, else by QuickBooks' name for it."""
    subtypes = {"50": "OpeningBalanceEquity", "51": "OwnersEquity"}
    day = date(2026, 9, 1)
    assert is_beginning(a_posting("1", 5, dated=day, split=("50", "Eröffnung")), subtypes)
    assert is_beginning(a_posting("1", 5, dated=day, split=("", "Opening Balance Equity")), subtypes)
    assert not is_beginning(a_posting("1", 5, dated=day, split=("51", "Owner")), subtypes)
    assert not is_beginning(a_posting("1", 5, dated=day), subtypes)


@given(st.dates(date(2000, 2, 1), date(2100, 1, 1)))
def test_a_reading_covers_six_months_and_what_is_written_ahead(today: date) -> None:
    """No reading is longer than QuickBooks advises, and each holds the month to come and 13 full weeks behind."""
    window = window_of(today)
    same_day = (window.last.month - window.first.month) % 12 == 6 and window.last.day + 1 == window.first.day
    assert same_day or window.first.day == 1
    assert 181 <= window.days <= 184
    assert window.last == today + timedelta(days=31)
    assert window.first <= today - timedelta(days=7 * 14)
