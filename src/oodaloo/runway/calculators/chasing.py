"""Collections value: what contacting a customer about an overdue invoice is worth, in dollars and days of runway."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.contact_effect import ASSUMED_EFFECT, with_contact
from oodaloo.runway.calculators.open_items import net_of_credits
from oodaloo.runway.calculators.payment_timing import Habits, habits_of
from oodaloo.runway.calculators.priority import priority_of, stake_of
from oodaloo.runway.calculators.robust import median, quantile
from oodaloo.runway.model.collections import Chases, ChaseValue, ContactEffect, NotChased
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.picture import Books, OpenItem
from oodaloo.runway.model.priority import Effort
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.runway import NetBurn
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import days_text, money_text

CHASE_HORIZON_DAYS = 28
"""Four weeks: a sequence of three reminders has had its effect by then."""

_RELIABLE_INVOICES = 3
_RELIABLE_SPREAD_DAYS = 7
_USUAL_TENTHS = 8


@dataclass(frozen=True, slots=True)
class _Case:
    """What all invoices are judged by."""

    today: date
    burn: NetBurn
    effect: ContactEffect
    needed_by: date | None
    habits: Habits


def chases_of(
    books: Books,
    burn: NetBurn,
    paid_within: Mapping[RecordRef, float],
    effect: ContactEffect = ASSUMED_EFFECT,
    needed_by: date | None = None,
) -> Chases:
    """Every overdue invoice (due before the picture's day), net of its customer's credits: its value, or why not.

    `paid_within` holds the probability that an invoice is paid within 28 days if nobody does anything; an invoice
    without one is left alone with that reason. `needed_by` is the day on which the money is needed (covered until),
    which makes it urgent. A reliable payer isn't chased inside their usual days: at least 3 paid invoices, 8 of 10
    within a week of their median lateness, and today's lateness no longer than those. Raises ValueError for
    chances outside 0 to 1. Source: the runway definitions, collections and priority.
    """
    case = _Case(books.as_of, burn, effect, needed_by, habits_of(books.settled_invoices))
    overdue = [
        (invoice, left)
        for invoice, left in net_of_credits(books.receivables, books.unapplied_receipts)
        if invoice.due < books.as_of
    ]
    found = [_judged(invoice, left, paid_within.get(invoice.ref), case) for invoice, left in overdue]
    return Chases(
        horizon_days=CHASE_HORIZON_DAYS,
        chased=_by_priority(each for each in found if isinstance(each, ChaseValue)),
        left_alone=tuple(each for each in found if isinstance(each, NotChased)),
    )


def with_effects(
    chases: Chases, effects: Mapping[RecordRef, Effect], burn: NetBurn, needed_by: date | None, today: date
) -> Chases:
    """The same chases with what asking does to the runway, ranked anew by dollars, or days where they are more.

    An invoice without an effect keeps its place on the scale.
    """

    def priced(value: ChaseValue) -> ChaseValue:
        effect = effects.get(value.invoice.ref)
        if effect is None:
            return value
        stake = max(value.gain, stake_of(effect, burn, value.gain.currency))
        return replace(value, on_runway=effect, priority=priority_of(stake, needed_by, today, Effort.MESSAGE))

    return replace(chases, chased=_by_priority(map(priced, chases.chased)))


def _by_priority(chased: Iterable[ChaseValue]) -> tuple[ChaseValue, ...]:
    return tuple(sorted(chased, key=lambda each: (-each.priority.score, -each.gain.cents, each.invoice.ref)))


def _judged(invoice: OpenItem, left: Money, chance: float | None, case: _Case) -> ChaseValue | NotChased:
    days_late = (case.today - invoice.due).days
    usual = _inside_usual_days(case.habits.of(invoice.party), days_late)
    if usual is not None:
        return NotChased(invoice.ref, usual)
    if chance is None:
        return NotChased(invoice.ref, "nothing is known yet about when it will be paid")
    if not 0 <= chance <= 1:
        raise ValueError(f"{chance!r} for invoice {invoice.ref.id} is no probability; give one from 0 to 1.")
    asked = with_contact(chance, case.effect)
    gain = Money.of(left.amount * Decimal(f"{asked - chance:.6f}"), left.currency)
    return ChaseValue(
        invoice=invoice,
        amount=left,
        days_late=days_late,
        paid_without_contact=chance,
        paid_with_contact=asked,
        gain=gain,
        days=_days(gain, case.burn),
        effect=case.effect,
        priority=priority_of(gain, case.needed_by, case.today, Effort.MESSAGE),
        because=_sentence(invoice, left, days_late, chance, asked, gain, case),
    )


def _sentence(
    invoice: OpenItem, left: Money, days_late: int, chance: float, asked: float, gain: Money, case: _Case
) -> str:
    days = _days(gain, case.burn)
    worth = "" if isinstance(days, Unknown) else f", {days} days of burn"
    basis = "the effect is assumed" if case.effect.assumed else f"learned from {case.effect.source}"
    return (
        f"{invoice.party.name} owes {money_text(left, cents=True)}, {days_text(days_late)} late. Within "
        f"{CHASE_HORIZON_DAYS} days it is paid with {chance:.0%} by itself and {asked:.0%} when asked ({basis}): "
        f"{money_text(gain, cents=True)}{worth}."
    )


def _days(gain: Money, burn: NetBurn) -> Decimal | Unknown:
    if burn.daily is None or burn.daily.cents <= 0:
        return Unknown(("no cash is burned at present, so dollars can't be told in days",))
    return (gain.amount / burn.daily.amount).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def _inside_usual_days(lateness: tuple[int, ...], days_late: int) -> str | None:
    """Why this customer needs no reminder yet, None when one is in order."""
    if len(lateness) < _RELIABLE_INVOICES:
        return None
    usual, most = median(lateness), quantile(lateness, _USUAL_TENTHS)
    if days_late > most or most - usual > _RELIABLE_SPREAD_DAYS:
        return None
    return f"{days_text(days_late)} late; this customer pays 8 of 10 invoices within {days_text(most)} of the due date"
