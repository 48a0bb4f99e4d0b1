"""The price of all drafts as programs and screens read it."""

from dataclasses import dataclass
from datetime import date

from oodaloo.runway.decisions.pricing import BatchPrice
from oodaloo.runway.experiences.decision_desk import AmountView, amount_view
from oodaloo.runway.model.impact import DateChange, Effect, LowestChange
from oodaloo.runway.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class DateChangeView:
    """How far a date on which cash runs out moves, see `DateChange`; `unknown` says why nobody can tell."""

    before: date | None
    after: date | None
    days: int | None
    at_least: bool
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LowestView:
    """The lowest spendable cash of the middle case without and with the change."""

    before: AmountView
    before_on: date
    after: AmountView
    after_on: date


@dataclass(frozen=True, slots=True)
class PayrollView:
    """The chance, of 1, that a payroll is missed without and with the change."""

    day: date
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class EffectView:
    """What changes do to the runway together, compared with nothing decided."""

    covered: DateChangeView
    cautious: DateChangeView
    lowest: LowestView | None
    payrolls: tuple[PayrollView, ...]
    because: str


@dataclass(frozen=True, slots=True)
class PriceView:
    """What all drafts take and do together, on the cash picture `picture_id`.

    `missing` is what today's cash is short of for all that is held and the buffer: a batch isn't finalized while it is
    above zero, unless an owner over-commits. Without drafts there is no effect.
    """

    picture_id: str
    drafts: int
    pays_now: AmountView
    schedules: AmountView
    delays: AmountView
    missing: AmountView
    effect: EffectView | None
    sentences: tuple[str, ...]


def price_view(price: BatchPrice, picture_id: str) -> PriceView:
    """The price of all drafts."""
    return PriceView(
        picture_id=picture_id,
        drafts=price.drafts,
        pays_now=amount_view(price.paid_now),
        schedules=amount_view(price.scheduled),
        delays=amount_view(price.delayed),
        missing=amount_view(price.missing),
        effect=_effect(price.effect) if price.effect else None,
        sentences=price.sentences,
    )


def _effect(effect: Effect) -> EffectView:
    return EffectView(
        covered=_dates(effect.covered),
        cautious=_dates(effect.cautious),
        lowest=_lowest(effect.lowest) if isinstance(effect.lowest, LowestChange) else None,
        payrolls=tuple(PayrollView(each.day, each.before, each.after) for each in effect.payrolls),
        because=effect.because,
    )


def _dates(change: DateChange | Unknown) -> DateChangeView:
    if isinstance(change, Unknown):
        return DateChangeView(None, None, None, at_least=False, unknown=change.because)
    return DateChangeView(change.before, change.after, change.days, change.at_least, ())


def _lowest(change: LowestChange) -> LowestView:
    return LowestView(
        amount_view(change.before.spendable), change.before.day, amount_view(change.after.spendable), change.after.day
    )
