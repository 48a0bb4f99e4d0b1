"""The priority score: what is at stake, how soon it is lost, and how little it takes to act."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.impact import DateChange, Effect, LowestChange
from oodaloo.runway.model.priority import Effort, Priority
from oodaloo.runway.model.runway import HORIZON_DAYS, NetBurn
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import days_text, money_text

_RITUAL_DAYS = 7
_HUNDREDTH = Decimal("0.01")


def priority_of(stake: Money, act_by: date | None, today: date, effort: Effort) -> Priority:
    """`stake` × urgency ÷ minutes, urgency and score rounded to hundredths (half to even).

    Urgency is 1 when `act_by` comes before the next weekly look (or has passed), else 7 ÷ days left; without a day it
    is that of the projection's end. Source: the runway definitions, collections and priority.
    """
    days_left = None if act_by is None else (act_by - today).days
    urgency = _urgency(HORIZON_DAYS if days_left is None else days_left)
    score = (stake.amount * urgency / effort.value).quantize(_HUNDREDTH, ROUND_HALF_EVEN)
    when = "nothing presses" if days_left is None else f"{days_text(max(0, days_left))} left"
    because = f"{money_text(stake, cents=True)} at stake, {when}, about {effort.value} min of work (assumed)"
    return Priority(stake, days_left, urgency, effort.value, score, because)


def stake_of(effect: Effect, burn: NetBurn, currency: Currency) -> Money:
    """What is at stake in a decision by its effect on the runway, in dollars; nothing where it does no good.

    The days that covered-until (or its cautious date, whichever more) moves are worth their net burn, but not more
    than the dollars that the decision keeps in the bank. Where no cash is burned, or no date is within the horizon, it
    is by how much the lowest point rises. 0 days are nothing. What is saved in the end comes on top.
    """
    saved = effect.kept.in_the_end if effect.kept is not None and effect.kept.until is not None else None
    gained = _gained(effect, burn, currency)
    return Money(max(0, gained.cents) + max(0, saved.cents if saved else 0), currency)


def _gained(effect: Effect, burn: NetBurn, currency: Currency) -> Money:
    nothing = Money.zero(currency)
    moved = [each.days for each in (effect.covered, effect.cautious) if isinstance(each, DateChange) and each.days]
    if not moved and not _undated(effect):
        return nothing
    dollars = dollars_of(Decimal(max(moved)), burn) if moved else None
    if isinstance(dollars, Money):
        return min(dollars, nothing if effect.kept is None else effect.kept.most)
    return effect.lowest.rise if isinstance(effect.lowest, LowestChange) else nothing


def _undated(effect: Effect) -> bool:
    """Whether cash lasts beyond the horizon either way."""
    return isinstance(effect.covered, DateChange) and effect.covered.days is None


def dollars_of(days: Decimal, burn: NetBurn) -> Money | Unknown:
    """What `days` of runway are worth: days × daily net burn, to the cent; unknown while no cash is burned."""
    if burn.daily is None or burn.daily.cents <= 0:
        return Unknown(("no cash is burned at present, so days of runway have no price",))
    return Money.of(days * burn.daily.amount, burn.daily.currency)


def _urgency(days_left: int) -> Decimal:
    return (Decimal(_RITUAL_DAYS) / max(_RITUAL_DAYS, days_left)).quantize(_HUNDREDTH, ROUND_HALF_EVEN)
