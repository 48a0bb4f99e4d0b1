"""What a batch of drafts costs and does: priced as one by the engine, compared with nothing decided about its bills."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from oodaloo.kit.money import Money
from oodaloo.runway.decisions.bills import NoDiscountError, discount_on, seen_of
from oodaloo.runway.decisions.queue import Choice, Delay, Schedule
from oodaloo.runway.decisions.steps import Cover
from oodaloo.runway.model.decisions import DRAFTS, DecisionState
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.impact import Effect, LowestChange
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.scenario import Change, MoveBill, Scenario, SwitchOn
from oodaloo.runway.model.wording import day_text, money_text
from oodaloo.runway.records.decisions import Decision


class Priced(Protocol):
    """What changes do to the runway of a picture, see `RunwayCalculator.effect`."""

    def __call__(self, picture: CashPicture, scenario: Scenario, *, what: str | None = None) -> Effect:
        """The effect of the scenario on the picture as it is."""
        ...


@dataclass(frozen=True, slots=True)
class BatchPrice:
    """What drafts take and do, together.

    `paid_now`, `scheduled` and `delayed` are what they are about. `effect` is theirs as a whole, compared with nothing
    decided about their bills; effects of single decisions don't add up to it. `missing` is what today's cash, less the
    buffer and all that is held without a date, is short of: above zero the batch can't be finalized as it is. The
    sentences say what it does, and where cover is missing, today or later.
    """

    drafts: int
    paid_now: Money
    scheduled: Money
    delayed: Money
    effect: Effect | None
    missing: Money
    sentences: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        """Whether there is cash for all that leaves today."""
        return self.missing.is_zero


def price_of(picture: CashPicture, standing: Sequence[Decision], priced: Priced) -> BatchPrice:
    """The price of the drafts among the decisions that stand, on a picture that holds them."""
    currency = picture.spendable.currency
    bills = {bill.ref.id: bill for bill in picture.books.payables}
    drafts = [each for each in standing if each.state in DRAFTS and each.seen.bill_id in bills]
    sums = {state: Money(sum(each.cents for each in drafts if each.state is state), currency) for state in DRAFTS}
    effect = None
    if drafts:
        what = "The decision" if len(drafts) == 1 else f"The {len(drafts)} decisions together"
        changes = tuple(_change(each, bills, picture.books.as_of) for each in drafts)
        effect = priced(_undecided(picture, {each.seen.bill_id for each in drafts}), Scenario(changes), what=what)
    missing = Cover.of(picture).missing(picture.earmarks)
    return BatchPrice(
        drafts=len(drafts),
        paid_now=sums[DecisionState.PAY_NOW],
        scheduled=sums[DecisionState.SCHEDULED],
        delayed=sums[DecisionState.DELAYED],
        effect=effect,
        missing=missing,
        sentences=tuple(_sentences(effect, missing, picture.books.business.buffer)),
    )


def expected_of(picture: CashPicture, bill_id: str, choice: Choice, priced: Priced) -> str:
    """What a choice about one bill does, compared with nothing decided about it, in a sentence.

    Empty for a choice that can't be made: deciding says why.
    """
    bill = next((each for each in picture.books.payables if each.ref.id == bill_id), None)
    if bill is None:
        return ""
    undecided = _undecided(picture, {bill_id})
    if isinstance(choice, Delay):
        return priced(undecided, Scenario((MoveBill(bill.ref, choice.until),))).because
    day = choice.pay_on if isinstance(choice, Schedule) else picture.books.as_of
    cents, whole = choice.cents or bill.open.cents, choice.cents in (None, bill.open.cents)
    if choice.discount and whole:
        try:
            cents -= discount_on(picture, seen_of(bill), day).amount.cents
        except NoDiscountError:
            return ""
    change = _payment(bill, day, cents, whole=whole, today=picture.books.as_of)
    return priced(undecided, Scenario((change,))).because


def _undecided(picture: CashPicture, bill_ids: Collection[str]) -> CashPicture:
    """The picture without what is held and planned for those bills."""
    return replace(
        picture,
        earmarks=tuple(
            each
            for each in picture.earmarks
            if each.kind is not EarmarkKind.HOLD
            or not isinstance(each.purpose, RecordRef)
            or each.purpose.id not in bill_ids
        ),
        planned=tuple(each for each in picture.planned if each.bill.id not in bill_ids),
    )


def _change(decision: Decision, bills: Mapping[str, OpenItem], today: date) -> Change:
    bill = bills[decision.seen.bill_id]
    if decision.wake_on is not None:
        return MoveBill(bill.ref, decision.wake_on)
    return _payment(bill, decision.pay_on or today, decision.cents, whole=decision.pays_all, today=today)


def _payment(bill: OpenItem, day: date, cents: int, *, whole: bool, today: date) -> Change:
    """Paying all of a bill, or a part: then that is held for, and the rest leaves when the bill is usually paid."""
    amount = Money(cents, bill.open.currency)
    if whole:
        return MoveBill(bill.ref, day, amount if amount != bill.open else None)
    dated = day if day > today else None
    return SwitchOn(Earmark(f"part of {bill.ref.id}", EarmarkKind.HOLD, bill.party.name, amount, dated, bill.ref))


def _sentences(effect: Effect | None, missing: Money, buffer: Money) -> Iterator[str]:
    if effect is not None:
        yield effect.because
    if missing.cents:
        yield (
            f"{money_text(missing, cents=True)} too little is there today for all that is held and the buffer: "
            "schedule or delay something, pay less, or let an owner over-commit."
        )
    lowest = effect.lowest if effect is not None else None
    if isinstance(lowest, LowestChange) and lowest.after.spendable < min(buffer, lowest.before.spendable):
        short = money_text(buffer - lowest.after.spendable, cents=False)
        yield f"With it spendable cash falls {short} below the buffer by {day_text(lowest.after.day)}."
