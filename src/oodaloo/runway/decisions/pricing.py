"""What a batch of drafts costs and does: priced as one by the engine, compared with nothing decided about its bills."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from oodaloo.kit.money import Money
from oodaloo.runway.decisions.steps import Cover
from oodaloo.runway.model.decisions import DRAFTS, DecisionState
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.impact import Effect, LowestChange
from oodaloo.runway.model.picture import CashPicture, OpenItem
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
        effect = priced(_undecided(picture, drafts), Scenario(changes), what=what)
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


def _undecided(picture: CashPicture, drafts: Sequence[Decision]) -> CashPicture:
    """The picture without what the drafts hold and plan."""
    keys, ids = {each.hold_key for each in drafts}, {each.seen.bill_id for each in drafts}
    return replace(
        picture,
        earmarks=tuple(each for each in picture.earmarks if each.key not in keys),
        planned=tuple(each for each in picture.planned if each.bill.id not in ids),
    )


def _change(decision: Decision, bills: Mapping[str, OpenItem], today: date) -> Change:
    bill = bills[decision.seen.bill_id].ref
    day = decision.wake_on or decision.pay_on or today
    part = Money(decision.cents, bills[bill.id].open.currency)
    if decision.state is DecisionState.DELAYED or decision.pays_all:
        return MoveBill(bill, day, part if decision.discount_cents else None)
    dated = day if day > today else None
    return SwitchOn(Earmark(decision.hold_key, EarmarkKind.HOLD, decision.seen.vendor_name, part, dated, bill))


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
