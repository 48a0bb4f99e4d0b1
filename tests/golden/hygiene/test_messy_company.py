"""What hygiene says about books, as a person reads it; each text is headed by the story it belongs to.

`python -m tests.golden.hygiene.test_messy_company` rewrites the texts; read every line of the difference before
committing it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.experiences.hygiene import IssueRow, hygiene_view
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.hygiene import ConnectionFacts
from oodaloo.runway.model.picture import BookCheck, Books
from oodaloo.runway.model.reference import RecordKind, RecordRef
from tests.support.books import (
    KNOWN_AT,
    a_bill,
    a_card,
    a_credit,
    a_picture,
    an_account,
    an_invoice,
    books,
    days_ago,
    history_of,
    in_days,
    numbered_anew,
    payrolls,
    undated,
    usd,
)
from tests.support.doubts import a_vendor, a_waiting_receipt, net, numbered, unsorted_spending

HERE = Path(__file__).parent
FRESH = ConnectionFacts(alive=True, asked_at=KNOWN_AT, checked_at=KNOWN_AT)


def nobody_had_time() -> tuple[Books, ConnectionFacts]:
    """An agency whose bookkeeper left in August; invoices went out and bills came in, and nobody looked at them.

    One bill is due on its own date, one has none, one is in twice, one stands under a second spelling of its vendor. A
    customer's payment is applied to nothing, a cheque lies in the drawer, a small invoice of winter is still open. Two
    card charges wait for a category, savings are overdrawn, and A/R was corrected by a journal entry.
    """
    past = history_of("Elmhollow Schools", [3, 12, 35, 9])
    payment = a_credit("Northgate Museum", 6_775, kind=RecordKind.PAYMENT)
    card = a_card(1_800, postings=[(days_ago(50), 1_200), (days_ago(20), 420), (days_ago(9), 380)])
    bills = [
        numbered(a_bill("Okonjo Studio", 2_845, issued=days_ago(1), due=days_ago(1)), "OS-1119"),
        undated(numbered(a_bill("Harborlight Photo", 2_950, issued=days_ago(12)), "HP-88")),
        numbered(a_bill("Juno Kessler", 1_095, issued=days_ago(39), due=days_ago(9)), "JKS-1210"),
        numbered(a_bill("Juno Kessler", 1_095, issued=days_ago(38), due=days_ago(8)), "JKS-1210-A"),
        numbered(a_bill("Greylock Works LLC", 730, issued=days_ago(11), due=in_days(19)), "GW-31"),
    ]
    old = [a_bill("Greylock Works", 700 + n, issued=days_ago(60 + 31 * n), due=days_ago(30 + 31 * n)) for n in range(4)]
    of = books(
        accounts=[an_account(61_000), an_account(-350, name="Savings")],
        cards=[card],
        invoices=[
            numbered(an_invoice("Elmhollow Schools", 6_000, issued=days_ago(211), due=days_ago(181)), "2161"),
            numbered(an_invoice("Northgate Museum", 6_775, issued=days_ago(39), due=days_ago(9)), "2390"),
            numbered(an_invoice("Alder Health", 24_000, issued=days_ago(6), due=in_days(24)), "2412"),
        ],
        bills=bills,
        past_bills=old,
        receipts=[replace(payment, ref=replace(payment.ref, number="7731"))],
        settled=past.items,
        movements=[*past.movements, *payrolls(-9_000, last=days_ago(7), times=12)],
        undeposited=6_450,
    )
    terms = net(30)
    names = ("Okonjo Studio", "Juno Kessler", "Greylock Works", "Greylock Works LLC")
    lists = Housekeeping(
        parties=tuple(a_vendor(name, terms=terms) for name in names),
        unsorted=(
            unsorted_spending(days_ago(20), 420, memo="POS PURCHASE FINDWELL", card=card),
            unsorted_spending(days_ago(9), 380, memo="POS PURCHASE DESK & DRAWER", card=card),
        ),
        waiting=(a_waiting_receipt("Sablewood Interiors", 6_450, days_ago(46)),),
        waits=(1, 2, 3, 3, 4, 4),
    )
    receivable = RecordRef(RecordKind.ACCOUNT, "84")
    checks = (BookCheck("Accounts Receivable (A/R)", usd(30_250), usd(30_000), (receivable,)),)
    return replace(of, housekeeping=lists, checks=checks), FRESH


def disconnected_a_week_ago() -> tuple[Books, ConnectionFacts]:
    """Tidy books whose owner changed the password of QuickBooks and forgot about us; one invoice is in euros."""
    of = books(30_000, bills=[a_bill(amount=900)], invoices=[an_invoice(amount=12_000)], foreign_documents=1)
    euros = (RecordRef(RecordKind.INVOICE, "7", "207"),)
    lists = Housekeeping(parties=(a_vendor("Pier 9", terms=net(30)),), foreign=euros)
    since = KNOWN_AT - timedelta(days=7)
    return replace(of, housekeeping=lists), ConnectionFacts(
        alive=False, asked_at=KNOWN_AT, checked_at=since, ended_because="QuickBooks took the permission back"
    )


def all_in_order() -> tuple[Books, ConnectionFacts]:
    """Open documents on their terms, read this morning: nothing to do."""
    of = books(30_000, bills=[a_bill(amount=900)], invoices=[an_invoice(amount=12_000)])
    return of, FRESH


STORIES: tuple[Callable[[], tuple[Books, ConnectionFacts]], ...] = (
    nobody_had_time,
    disconnected_a_week_ago,
    all_in_order,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.__name__))
def test_hygiene_is_told(story: Callable[[], tuple[Books, ConnectionFacts]]) -> None:
    """Score, doubts and fixes are those that a person has read and found true."""
    assert _text(story) == _path(story).read_text(encoding="utf-8")


def _text(story: Callable[[], tuple[Books, ConnectionFacts]]) -> str:
    numbered_anew()
    of, connection = story()
    view = hygiene_view(RunwayCalculator().hygiene(a_picture(of), connection))
    told = [line.strip() for line in (story.__doc__ or "").strip().splitlines()]
    head = [f"# {line}".rstrip() for line in told]
    lines = [*head, "", f"{view.score_text} of 100. {view.sentence}"]
    for row in view.issues:
        lines += ["", *_row(row)]
    return "\n".join(lines) + "\n"


def _row(row: IssueRow) -> Iterator[str]:
    yield f"{row.title}{f', {row.money_text}' if row.money_text else ''}"
    yield f"  {row.sentence}"
    if row.effect_text:
        yield f"  {row.effect_text}"
    yield f"  {row.fix_text}: {row.route_text}."


def _path(story: Callable[[], tuple[Books, ConnectionFacts]]) -> Path:
    return HERE / f"{story.__name__}.txt"


if __name__ == "__main__":
    for each in STORIES:
        _path(each).write_text(_text(each), encoding="utf-8")
