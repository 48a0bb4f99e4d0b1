"""The sizes of a drawing and its two scales: days to the right, dollars upwards."""

from dataclasses import dataclass

from oodaloo.kit.money import Currency, Money


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing's layout in its own units; `pill_rows` are the tops of the rows, first the highest."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    pill_rows: tuple[int, ...]
    most_pills: int
    longest_label: int
    flag_tops: tuple[int, int]
    bar_top: int
    bar_height: int
    mark_size: int
    labels: tuple[int, int, int]
    compact: bool


WIDE = Canvas("wide", 1000, 380, 46, 986, 92, 238, (4, 29, 54), 12, 26, (246, 274), 308, 16, 20, (344, 360, 376), False)
PHONE = Canvas("phone", 358, 316, 34, 350, 66, 188, (4, 29), 3, 12, (196, 221), 248, 14, 18, (282, 296, 310), True)


@dataclass(frozen=True, slots=True)
class Tick:
    """A horizontal line of the grid with its label."""

    y: float
    money: Money


@dataclass(frozen=True, slots=True)
class Scale:
    """Where days and dollars lie on a canvas."""

    canvas: Canvas
    days: int
    low_cents: int
    high_cents: int

    def x(self, day: int) -> float:
        """The horizontal place of the start of day number `day`, kept inside the plot."""
        inside = min(max(day, 0), self.days)
        return round(self.canvas.left + (self.canvas.right - self.canvas.left) * inside / self.days, 1)

    def y(self, money: Money) -> float:
        """The vertical place of an amount; more is higher."""
        share = (money.cents - self.low_cents) / (self.high_cents - self.low_cents)
        return round(self.canvas.bottom - (self.canvas.bottom - self.canvas.top) * share, 1)


def scale_for(canvas: Canvas, days: int, levels: tuple[Money, ...]) -> Scale:
    """A scale that holds zero and every one of `levels`."""
    cents = [0, *(level.cents for level in levels)]
    low, high = min(cents), max(cents)
    return Scale(canvas, days, low, high if high > low else low + 100)


def ticks(scale: Scale, currency: Currency) -> tuple[Tick, ...]:
    """Zero and at most two round amounts beside it, so that the axis carries three labels."""
    step = _round_step(max(scale.high_cents, -scale.low_cents))
    cents = [n * step for n in range(-2, 3) if scale.low_cents <= n * step <= scale.high_cents]
    amounts = [Money(amount, currency) for amount in cents[-3:]]
    return tuple(Tick(scale.y(amount), amount) for amount in amounts)


def step_path(corners: list[tuple[float, float]], end: float, radius: float = 3) -> str:
    """An SVG path in steps with softened corners: each level holds until the next corner, the last one to `end`."""
    xs = [*(x for x, _ in corners), end]
    path = [f"M{corners[0][0]} {corners[0][1]}"]
    for n in range(1, len(corners)):
        room = min(xs[n] - xs[n - 1], xs[n + 1] - xs[n])
        path.append(_step(corners[n - 1][1], corners[n], min(radius, room / 2)))
    return "".join(path) + f"H{end}"


def _step(level: float, corner: tuple[float, float], radius: float) -> str:
    x, y = corner
    soft = min(radius, abs(y - level) / 2)
    turn = soft if y > level else -soft
    return f"H{x - soft:.1f}Q{x} {level} {x} {level + turn:.1f}V{y - turn:.1f}Q{x} {y} {x + soft:.1f} {y}"


def _round_step(largest_cents: int) -> int:
    """The largest of 1, 2, 2.5 and 5 times a power of ten dollars that fits twice into the largest amount."""
    power = 100
    while power * 10 * 2 <= largest_cents:
        power *= 10
    fitting = [step for step in (power, power * 2, power * 5 // 2, power * 5) if step * 2 <= largest_cents]
    return max(fitting, default=max(1, largest_cents // 2))
