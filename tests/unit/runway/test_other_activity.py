"""What only QuickBooks' ledger shows moves cash like everything else, once, and is found when it comes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from oodaloo.domains.bank.model import OtherActivity, Purchase
from oodaloo.runway.model.picture import Books, CardPosting, CashMovement, MovementKind
from oodaloo.runway.model.recurring import FlowClass, Rhythm
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.picture.assemble import assemble, picture_of
from oodaloo.runway.picture.gathered import Gathered
from tests.support import records as r
from tests.support.bank_ledgers import a_posting
from tests.support.books import KNOWN_AT, TODAY, books, days_ago, usd

BUSINESS = books().business
DAY = days_ago(10)
STAFF = ("Ana", "Ben", "Cleo", "Dov", "Eve")


def assembled(activity: Sequence[OtherActivity], *mirrored: Purchase) -> Books:
    """The books of some other activity, and of mirrored purchases beside it."""
    chart = r.a_chart(checking=10_000)
    gathered = Gathered(accounts=chart, purchases=mirrored, other_activity=tuple(activity))
    return assemble(gathered, BUSINESS, as_of=TODAY, known_at=KNOWN_AT, synced_at=KNOWN_AT)


def the_movement(*activity: OtherActivity) -> CashMovement:
    """The one movement that it makes."""
    (movement,) = assembled(activity).movements
    return movement


def a_payroll(weeks_ago: int, staff: Sequence[str] = STAFF) -> list[OtherActivity]:
    """A payday of so many weeks ago: a cheque to each, by name, and a tax payment on the Monday after it."""
    payday = TODAY - timedelta(weeks=weeks_ago)
    cheques = [
        a_posting(f"{weeks_ago}-{number}", -1000, dated=payday, name=name, memo=f"Pay for {name}")
        for number, name in enumerate(staff)
    ]
    tax = a_posting(
        f"{weeks_ago}t", -400, dated=payday + timedelta(days=3), kind="Tax Payment", memo="US Treasury 2026"
    )
    return [*cheques, tax]


def test_a_cheque_of_quickbooks_payroll_is_payroll_of_nobody() -> None:
    """It moves cash by its amount, leads to its record, and says whose it is nowhere in the picture."""
    movement = the_movement(a_posting("31", "-2563.92", dated=DAY, name="Ana Silva", memo="Ana, Sept"))
    assert (movement.amount, movement.kind) == (usd("-2563.92"), MovementKind.SPENDING)
    assert (movement.party, movement.category, movement.memo) == (None, "Payroll", "Payroll Check")
    assert movement.ref == RecordRef(RecordKind.OTHER_ACTIVITY, "31")


def test_what_was_mirrored_meanwhile_counts_once() -> None:
    """A record that came into the mirror after the ledger was read explains its posting."""
    rent = r.a_purchase(DAY, r.CHECKING, [r.a_line(r.RENT, 900)])
    posted = a_posting(rent.meta.id, -900, dated=DAY, kind="Check")
    assert [each.ref.kind for each in assembled([posted], rent).movements] == [RecordKind.PURCHASE]
    assert [each.ref.kind for each in assembled([posted]).movements] == [RecordKind.OTHER_ACTIVITY]


def test_sales_without_an_invoice_come_in() -> None:
    """A sales receipt straight into the bank is a receipt from its customer, a refund receipt spending."""
    sold = the_movement(a_posting("8", 120, dated=DAY, kind="Sales Receipt", name="Quill", split=("", "Design income")))
    assert (sold.amount, sold.kind) == (usd(120), MovementKind.OTHER_RECEIPT)
    assert sold.party is not None
    assert (sold.party.name, sold.category) == ("Quill", "Sales Receipt")
    back = the_movement(a_posting("9", -20, dated=DAY, kind="Refund", name="Quill"))
    assert back.kind is MovementKind.SPENDING


def test_paying_a_card_down_is_a_card_payment() -> None:
    """The card is known by id, else by its full name; it is owed less from that day on."""
    for split in ((r.CARD, "Visa"), ("", "Visa")):
        of = assembled([a_posting("8", -500, dated=DAY, kind="Credit Card Payment", split=split)])
        assert [(each.kind, each.category) for each in of.movements] == [(MovementKind.CARD_PAYMENT, "Visa")]
        assert of.cards[0].postings == (CardPosting(DAY, -50_000),)


def test_only_operating_accounts_count_and_together() -> None:
    """Between checking and savings nothing moves; into a money market account cash leaves; on it alone, nothing."""
    between = [
        a_posting("8", -70, dated=DAY, kind="Statement"),
        a_posting("8", 70, dated=DAY, kind="Statement", account=r.SAVINGS),
    ]
    assert assembled(between).movements == ()
    away = [between[0], replace(between[1], account_id=r.MARKET)]
    assert [each.amount for each in assembled(away).movements] == [usd(-70)]
    assert assembled([replace(between[1], account_id=r.MARKET)]).movements == ()


def test_other_activity_is_no_foreign_document() -> None:
    """It is in home currency by nature: counting what is left out leaves it alone."""
    assert assembled([a_posting("8", -70, dated=DAY)]).foreign_documents == 0


def test_payroll_run_inside_quickbooks_is_found_as_one_flow() -> None:
    """Nine paydays of five people make one payroll of 5,000 every two weeks and one tax flow; a leaver ends nothing."""
    activity = [each for n in range(17, 0, -2) for each in a_payroll(n)]
    flows = {flow.flow_class: flow for flow in picture_of(assembled(activity)).recurring}
    assert set(flows) == {FlowClass.PAYROLL, FlowClass.PAYROLL_TAX}
    payroll = flows[FlowClass.PAYROLL]
    assert (payroll.label, payroll.rhythm) == ("Payroll", Rhythm.BIWEEKLY)
    assert payroll.typical_amount == usd(-5000)
    assert payroll.upcoming[0] == TODAY + timedelta(weeks=1)
    assert flows[FlowClass.PAYROLL_TAX].typical_amount == usd(-400)
    fewer = [each for n in range(17, 0, -2) for each in a_payroll(n, STAFF[: 3 if n < 4 else 5])]
    (left,) = (f for f in picture_of(assembled(fewer)).recurring if f.flow_class is FlowClass.PAYROLL)
    assert left.upcoming == payroll.upcoming
    assert not any(name in repr(left) for name in STAFF)


def test_a_payday_that_is_written_ahead_is_not_expected_again() -> None:
    """The balance holds next week's cheques already, so the next payroll to come is the one after it."""
    activity = [each for n in range(17, -2, -2) for each in a_payroll(n)]
    payroll = next(f for f in picture_of(assembled(activity)).recurring if f.flow_class is FlowClass.PAYROLL)
    assert payroll.upcoming[0] == TODAY + timedelta(weeks=3)
