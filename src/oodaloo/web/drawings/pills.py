"""Event pills above the line: the biggest events get a place as long as the rows have room."""

from dataclasses import dataclass

from oodaloo.kit.money import Money
from oodaloo.runway.experiences.runway_line import Event
from oodaloo.web.drawings.canvas import Canvas, Scale

HEIGHT = 21
_GAP = 6
_STEM_INSET = 12
_CHARACTER = 6.3


@dataclass(frozen=True, slots=True)
class Pill:
    """A pill with its stem down to a knob on the line."""

    x: float
    y: float
    width: float
    label: str
    amount: str
    money_in: bool
    stem: float
    knob: float

    @property
    def middle(self) -> float:
        """Where its text is centred."""
        return round(self.x + self.width / 2, 1)

    @property
    def right(self) -> float:
        """Its right end."""
        return self.x + self.width


def place_pills(events: tuple[Event, ...], scale: Scale, levels: dict[int, Money]) -> tuple[Pill, ...]:
    """Pills for as many of `events` (most important first) as fit without covering each other or a stem."""
    placed: list[Pill] = []
    for event in events:
        pill = next((pill for pill in _places(event, scale, levels[event.day]) if _is_free(pill, placed)), None)
        if pill is not None and len(placed) < scale.canvas.most_pills:
            placed.append(pill)
    return tuple(sorted(placed, key=lambda pill: (pill.stem, pill.y)))


def _places(event: Event, scale: Scale, level: Money) -> list[Pill]:
    canvas = scale.canvas
    label = _shortened(event.label, canvas)
    width = round(16 + _CHARACTER * (len(label) + 1 + len(event.text)), 1)
    stem = scale.x(event.day)
    starts = [x for x in (stem - _STEM_INSET, stem - width + _STEM_INSET) if x >= 0 and x + width <= canvas.width]
    return [
        Pill(round(x, 1), row, width, label, event.text, event.amount.cents > 0, stem, scale.y(level))
        for row in canvas.pill_rows
        for x in starts
    ]


def _is_free(pill: Pill, others: list[Pill]) -> bool:
    return not any(_collide(pill, other) for other in others)


def _collide(one: Pill, other: Pill) -> bool:
    if one.y == other.y:
        return one.x < other.right + _GAP and other.x < one.right + _GAP
    upper, lower = (one, other) if one.y < other.y else (other, one)
    return lower.x - 2 < upper.stem < lower.right + 2


def _shortened(label: str, canvas: Canvas) -> str:
    """The label as it is, else what stands before its first comma, else its beginning."""
    if len(label) > canvas.longest_label:
        label = label.split(",")[0]
    if len(label) <= canvas.longest_label:
        return label
    return label[: canvas.longest_label - 1].rstrip(" &-") + "…"
