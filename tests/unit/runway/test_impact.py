"""What one decision, a batch and a scenario do to the runway, in sums that a bookkeeper can check by hand.

$10,000 on Friday, Oct 2; payrolls of $5,000 on Oct 16, Oct 30, Nov 13, Nov 27, Dec 11 and Dec 24 (Christmas is on a
Friday). A bill of $4,300 that would be paid when due, on Oct 9: $5,700 are left, $700 after the first payroll, and
−$4,300 after the second. So cash lasts until Oct 30, 28 days.
"""

from datetime import date

import pytest

from oodaloo.runway.calculators.contact_effect import ASSUMED_EFFECT, with_contact
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.impact import DateChange, Effect, LowestChange
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.scenario import (
    AS_IT_IS,
    Ask,
    Change,
    Drop,
    MoveBill,
    NewFlow,
    NotInPictureError,
    OneOff,
    PayToday,
    ReceiveOn,
    Scenario,
    SlipCustomer,
    SlipInvoice,
)
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import (
    TODAY,
    a_bill,
    a_hold,
    a_movement,
    an_account,
    an_invoice,
    books,
    every,
    history_of,
    in_days,
    payrolls,
    usd,
)

RENT = a_bill("Pier 9", 4_300, due=in_days(7))
PAYROLLS = payrolls(-5_000)
OCT_30 = date(2026, 10, 30)


def a_business(cash: int = 10_000) -> Books:
    """The business of the story."""
    return books(cash, bills=[RENT], movements=PAYROLLS)


def effect(of: Books | CashPicture, *changes: Change) -> Effect:
    """What the changes do together."""
    picture = picture_of(of) if isinstance(of, Books) else of
    return RunwayCalculator().effect(picture, Scenario(changes))


def covered(found: Effect) -> DateChange:
    """How far covered-until moves, which must be known."""
    assert isinstance(found.covered, DateChange)
    return found.covered


def test_a_delay_before_the_crossing_is_zero_days_and_some_dollars() -> None:
    """Paid on Oct 14 instead of Oct 9 the bill still leaves before Oct 30: 0 days, and $4,300 five days longer."""
    found = effect(a_business(), MoveBill(RENT.ref, in_days(12)))
    assert covered(found) == DateChange(OCT_30, OCT_30, 0)
    assert found.kept is not None
    assert (found.kept.most, found.kept.begins, found.kept.until) == (usd(4_300), in_days(7), in_days(12))
    assert found.because == (
        "Pier 9 ($4,300.00) paid on Wed, Oct 14: 0 days, covered until Fri, Oct 30 as before; "
        "keeps $4,300.00 in the bank from Fri, Oct 9 until Wed, Oct 14."
    )


def test_a_delay_beyond_the_crossing_gains_days() -> None:
    """Paid on Nov 6: $5,000 after the first payroll, $0 after the second, which isn't below zero, −$4,300 on Nov 6."""
    found = effect(a_business(), MoveBill(RENT.ref, in_days(35)))
    assert covered(found) == DateChange(OCT_30, in_days(35), 7)
    assert found.because == (
        "Pier 9 ($4,300.00) paid on Fri, Nov 6: +7 days, covered until Fri, Nov 6 instead of until Fri, Oct 30; "
        "keeps $4,300.00 in the bank from Fri, Oct 9 until Fri, Nov 6; "
        "the payroll on Fri, Oct 30 is missed in 0 of 100 futures instead of 100."
    )


def test_a_cancelled_bill_is_gone_for_good() -> None:
    """Two payrolls are covered by $10,000; the third, on Nov 13, isn't."""
    found = effect(a_business(), Drop(RENT.ref))
    assert covered(found) == DateChange(OCT_30, in_days(42), 14)
    assert found.kept is not None
    assert (found.kept.most, found.kept.until, found.kept.in_the_end) == (usd(4_300), None, usd(4_300))


def test_paying_now_takes_the_dollars_out_of_the_bank_earlier() -> None:
    """A week earlier than when due; cash runs out on the same day."""
    found = effect(a_business(), PayToday(RENT.ref))
    assert covered(found).days == 0
    assert found.because == (
        "Pier 9 ($4,300.00) paid today: 0 days, covered until Fri, Oct 30 as before; "
        "takes $4,300.00 out of the bank until Fri, Oct 9."
    )


def test_paying_now_what_is_held_for_anyway_changes_nothing() -> None:
    """The staged bill has left spendable already."""
    staged = picture_of(a_business(), (a_hold(RENT),))
    found = effect(staged, PayToday(RENT.ref))
    assert (found.kept, covered(found).days) == (None, 0)


def test_effects_do_not_add_up() -> None:
    """Bills of $3,000 each, both due Oct 9: $4,000 left, and the payroll on Oct 16 lacks $1,000.

    Either one delayed to Nov 6 leaves $2,000 after that payroll, and the one on Oct 30 lacks $3,000: +14 days. Both
    delayed leave $0 on Oct 30 and lack $6,000 on Nov 6: +21 days, not 28.
    """
    one, other = a_bill("Pier 9", 3_000, due=in_days(7)), a_bill("Vellum", 3_000, due=in_days(7))
    of = books(10_000, bills=[one, other], movements=PAYROLLS)
    moves = [MoveBill(bill.ref, in_days(35)) for bill in (one, other)]
    assert [covered(effect(of, move)).days for move in moves] == [14, 14]
    together = effect(of, *moves)
    assert covered(together).days == 21
    assert together.because.startswith(
        "Pier 9 ($3,000.00) paid on Fri, Nov 6, Vellum ($3,000.00) paid on Fri, Nov 6 together: +21 days, "
    )


def test_what_is_paid_for_a_discount_comes_back_in_the_end() -> None:
    """2 % less than $4,300 two days earlier: $4,214 are missing until Oct 9, and $86 stay for good."""
    found = effect(a_business(), MoveBill(RENT.ref, in_days(5), usd(4_214)))
    assert found.because.endswith(
        "takes $4,214.00 out of the bank from Wed, Oct 7 until Fri, Oct 9; saves $86.00 in the end."
    )


def test_without_a_date_the_lowest_point_is_told() -> None:
    """$100,000 less six payrolls and the bill are $65,700 on Dec 24; without the bill $70,000; delayed the same."""
    gone, delayed = effect(a_business(100_000), Drop(RENT.ref)), effect(a_business(100_000), MoveBill(RENT.ref, OCT_30))
    assert (covered(gone).days, covered(gone).before) == (None, None)
    assert isinstance(gone.lowest, LowestChange)
    assert (gone.lowest.rise, gone.lowest.after.spendable) == (usd(4_300), usd(70_000))
    assert gone.because == (
        "Without the bill of Pier 9 ($4,300.00): covered for more than 91 days either way; the lowest point rises by "
        "$4,300.00 to $70,000.00 on Thu, Dec 24; keeps $4,300.00 in the bank from Fri, Oct 9."
    )
    assert "the lowest point stays at $65,700.00 on Thu, Dec 24" in delayed.because


def test_beyond_the_horizon_days_are_at_least() -> None:
    """The first day after 91 is Jan 2: 64 days after Oct 30. A grant lifts cash over it, a new roof drags it below."""
    grant = effect(a_business(), OneOff("Grant", in_days(3), usd(90_000)))
    assert (covered(grant).days, covered(grant).at_least, covered(grant).after) == (64, True, None)
    roof = effect(a_business(100_000), OneOff("Roof", in_days(3), usd(-90_000)))
    assert (covered(roof).days, covered(roof).at_least) == (-64, True)
    assert roof.because.startswith(
        "Roof, $90,000.00 out on Mon, Oct 5: at least \N{MINUS SIGN}64 days, covered until Fri, Oct 30 instead of for "
        "more than 91 days; takes $90,000.00 out of the bank from Mon, Oct 5"
    )


def test_what_is_not_known_is_not_told_in_days() -> None:
    """Without an operating account nobody knows how long cash lasts; what the bill keeps is known all the same."""
    of = books(accounts=[an_account(5_000, operating=False)], bills=[RENT], movements=PAYROLLS)
    found = effect(of, Drop(RENT.ref))
    assert isinstance(found.covered, Unknown)
    assert isinstance(found.lowest, Unknown)
    assert found.because == (
        "Without the bill of Pier 9 ($4,300.00): until when cash lasts can't be told; "
        "keeps $4,300.00 in the bank from Fri, Oct 9."
    )


def test_net_burn_days_follow_what_is_spoken_for() -> None:
    """$700 a week are $100 a day: $10,000 are 100 days of it; $4,300 paid today leave 57."""
    of = books(10_000, bills=[RENT], movements=[a_movement(day, -700, "Office") for day in every(7, TODAY, 20)])
    assert effect(of, PayToday(RENT.ref)).net_burn_days == -43
    assert effect(of, MoveBill(RENT.ref, OCT_30)).net_burn_days == 0
    assert isinstance(effect(a_business(), PayToday(RENT.ref)).net_burn_days, Unknown)


def test_a_new_flow_is_priced_as_a_whole() -> None:
    """A designer for $2,000 every two weeks from Oct 9: $3,700 are left for the payroll of $5,000 on Oct 16."""
    hire = NewFlow("Designer", in_days(7), Rhythm.BIWEEKLY, usd(-2_000))
    found = effect(a_business(), hire)
    assert covered(found) == DateChange(OCT_30, in_days(14), -14)
    assert found.because.startswith(
        "Designer, $2,000.00 out every two weeks from Fri, Oct 9: \N{MINUS SIGN}14 days, covered until Fri, Oct 16 "
        "instead of until Fri, Oct 30; takes up to $12,000.00 out of the bank (most on Fri, Dec 18); "
    )


class TestInvoices:
    """Alder owes $9,000 since Sep 12, due Oct 12, and has paid eight invoices 4 to 6 days late."""

    INVOICE = an_invoice("Alder", 9_000, due=in_days(10))
    LATE = an_invoice("Alder", 9_000, due=in_days(-9))
    HISTORY = history_of("Alder", [4, 5, 6, 5, 4, 6, 5, 5])

    def business(self, cash: int = 4_000, *, late: bool = False) -> Books:
        """With that invoice, or one that is 9 days late."""
        return books(
            cash,
            invoices=[self.LATE if late else self.INVOICE],
            settled=self.HISTORY.items,
            movements=[*PAYROLLS, *self.HISTORY.movements],
        )

    def test_paid_on_a_day(self) -> None:
        """Paid on Oct 14, $13,000 cover two payrolls and lack $2,000 for the third, on Nov 13."""
        found = effect(self.business(), ReceiveOn(self.INVOICE.ref, in_days(12)))
        assert covered(found).after == in_days(42)
        assert found.because.startswith("The invoice of Alder ($9,000.00) paid on Wed, Oct 14: ")

    def test_slipped_it_is_missing_for_a_while(self) -> None:
        """The invoice alone, or all that the customer pays: two weeks later, and the payroll on Oct 16 is in danger."""
        slipped = effect(self.business(9_500), SlipInvoice(self.INVOICE.ref, 14))
        customer = effect(self.business(9_500), SlipCustomer(self.INVOICE.party, 14))
        assert slipped.kept == customer.kept
        assert slipped.kept is not None
        assert slipped.kept.most == usd(-9_000)
        assert slipped.because.startswith("The invoice of Alder ($9,000.00) 14 days later: ")
        assert customer.because.startswith("Alder 14 days later: ")

    def test_asked_for_it_comes_more_likely(self) -> None:
        """The share of the amount that is there after 28 days is the chance of payment: its odds grow by 1.4."""
        picture, ask = picture_of(self.business(late=True)), Scenario((Ask(self.LATE.ref, ASSUMED_EFFECT.odds_ratio),))
        calculator = RunwayCalculator(futures=20_000)
        without, before, after = (
            calculator.scenario(picture, each).simulation.days[28].mean.cents
            for each in (Scenario((Drop(self.LATE.ref),)), AS_IT_IS, ask)
        )
        chance, asked = (before - without) / 900_000, (after - without) / 900_000
        assert 0.5 < chance < 0.8
        assert asked == pytest.approx(with_contact(chance, ASSUMED_EFFECT), abs=0.01)
        found = calculator.effect(picture, ask)
        assert found.because.startswith("Asking for the invoice of Alder ($9,000.00): ")
        assert found.kept is not None
        assert found.kept.on_average


def test_payrolls_are_told_by_their_chances() -> None:
    """An invoice that may or may not come before Oct 16 decides that payroll; paid today it is safe."""
    invoices = TestInvoices()
    found = effect(invoices.business(), ReceiveOn(invoices.INVOICE.ref, TODAY))
    first = found.payrolls[0]
    assert first.day == in_days(14)
    assert (first.after, first.before is not None and 0 < first.before < 1) == (0, True)
    assert "the payroll on Fri, Oct 16 is missed in 0 of 100 futures instead of " in found.because


def test_no_change_changes_nothing() -> None:
    """Every part of the effect is nothing."""
    found = effect(a_business())
    assert (found.kept, covered(found).days, found.because) == (None, 0, "No change: changes nothing.")
    assert all(payroll.before == payroll.after for payroll in found.payrolls)


def test_what_is_gone_has_no_effect_but_an_error() -> None:
    """A bill that was paid meanwhile isn't priced as nothing."""
    with pytest.raises(NotInPictureError):
        effect(a_business(), PayToday(a_bill().ref))
