"""One scale on which everything that waits for a person can be compared."""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from oodaloo.kit.money import Money


class Effort(IntEnum):
    """Minutes of a person's time that an action is assumed to take."""

    CLICK = 1
    MESSAGE = 5
    CALL = 15
    RESEARCH = 30


@dataclass(frozen=True, slots=True)
class Priority:
    """Score = dollars at stake × urgency ÷ minutes: what an attentive minute is worth, with its components.

    `days_left` is None where nothing presses; `urgency` is 1 within a week and falls to 7 ÷ days left after that.
    """

    stake: Money
    days_left: int | None
    urgency: Decimal
    effort_minutes: int
    score: Decimal
    because: str
