"""What a change does to the runway: the engine's answer with it less the one without, on the same luck."""

from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.model.runway import LowestPoint
from oodaloo.runway.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class DateChange:
    """How far a date on which cash runs out moves; a date is None where it isn't within the horizon.

    `days` is positive when it comes later. Where one of the dates isn't within the horizon it moves by at least as much
    (`at_least`); None where neither is.
    """

    before: date | None
    after: date | None
    days: int | None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class LowestChange:
    """The lowest point of the middle case without and with the change."""

    before: LowestPoint
    after: LowestPoint

    @property
    def rise(self) -> Money:
        """By how much it is higher; negative when it is lower."""
        return self.after.spendable - self.before.spendable


@dataclass(frozen=True, slots=True)
class PayrollChange:
    """The chance that a payroll is missed without and with the change; None where there is no such payroll."""

    day: date
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class KeptCash:
    """What the change keeps in the bank (negative: takes out of it): some from `begins` on, `most` on `reached`.

    `until` is the day from which on it isn't so any more, None where it is so to the end of the horizon; `in_the_end`
    is what is kept on its last day. `on_average` marks what only the chances say, as no single day moves.
    """

    most: Money
    begins: date
    reached: date
    until: date | None
    in_the_end: Money
    on_average: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does, each part on the same draws with and without it, and all of it in one sentence.

    `covered` is about the middle case, `cautious` about one future in ten. `net_burn_days` is how many days of net burn
    spendable is worth more today. `kept` is None where no day is different. Effects don't add up: several changes
    are priced together.
    """

    covered: DateChange | Unknown
    cautious: DateChange | Unknown
    net_burn_days: int | Unknown
    lowest: LowestChange | Unknown
    payrolls: tuple[PayrollChange, ...]
    kept: KeptCash | None
    because: str
