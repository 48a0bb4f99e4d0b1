"""The flowband: the runway line over the coverage bar on one time axis, as shapes that a template writes as SVG."""

from dataclasses import dataclass
from itertools import groupby

from oodaloo.runway.experiences.runway_line import Flag, RunwayLine
from oodaloo.runway.model.wording import short_money_text
from oodaloo.web.drawings.canvas import PHONE, WIDE, Canvas, Scale, scale_for, step_path, ticks
from oodaloo.web.drawings.labels import AxisLabel, PayrollLabel, axis_labels, payroll_labels
from oodaloo.web.drawings.pills import Pill, place_pills


@dataclass(frozen=True, slots=True)
class GridLine:
    """A labelled horizontal line; the one at zero is stronger."""

    y: float
    text: str
    zero: bool


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pennant:
    """A flag: its box with centred text, and the leader from the line (or the bar) to it."""

    box: Box
    text: str
    x: float
    leader_top: float
    leader_bottom: float


@dataclass(frozen=True, slots=True)
class Flowband:
    """All shapes of one drawing, in the units of its canvas."""

    canvas: Canvas
    top: float
    sentence: str
    grid: tuple[GridLine, ...]
    line: str
    short: tuple[Box, ...]
    buffer_y: float
    buffer_text: str
    buffer_text_y: float
    pills: tuple[Pill, ...]
    covered: Pennant | None
    lowest: Pennant | None
    lowest_point: tuple[float, float] | None
    bar: Box
    sure: float
    likely: float
    until: float | None
    payrolls: tuple[PayrollLabel, ...]
    axis: tuple[AxisLabel, ...]


def draw_flowband(line: RunwayLine) -> tuple[Flowband, Flowband]:
    """The drawing for wide screens and the one for phones; each is laid out for itself, none is a shrunk other."""
    return _draw(line, WIDE), _draw(line, PHONE)


def _draw(line: RunwayLine, canvas: Canvas) -> Flowband:
    scale = scale_for(canvas, line.last.days, (line.buffer, *(point.spendable for point in line.points)))
    corners = [(scale.x(point.day), scale.y(point.spendable)) for point in line.points]
    covered = _covered(line.covered, scale)
    lowest = _lowest(line.lowest, scale, covered)
    payrolls = payroll_labels(line.bar.payrolls, scale)
    buffer_y = scale.y(line.buffer)
    pills = place_pills(line.events, scale, {point.day: point.spendable for point in line.points})
    return Flowband(
        canvas=canvas,
        top=0 if pills else canvas.top - 12,
        sentence=line.sentence,
        grid=_grid(line, scale),
        line=step_path(_corners_only(corners), canvas.right),
        short=_short(line, scale),
        buffer_y=buffer_y,
        buffer_text=line.buffer_text,
        buffer_text_y=buffer_y - 5,
        pills=pills,
        covered=covered,
        lowest=lowest,
        lowest_point=(scale.x(line.lowest.when.days), scale.y(line.lowest.level)) if line.lowest else None,
        bar=Box(canvas.left, canvas.bar_top, canvas.right - canvas.left, canvas.bar_height),
        sure=scale.x(line.bar.sure_days),
        likely=scale.x(line.bar.likely_days),
        until=scale.x(line.bar.until) if line.bar.until is not None else None,
        payrolls=payrolls,
        axis=axis_labels(line.first, line.last, payrolls, scale),
    )


def _corners_only(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The places where the level changes; days that only go on add nothing to the path."""
    return [corner for n, corner in enumerate(corners) if n == 0 or corner[1] != corners[n - 1][1]]


def _grid(line: RunwayLine, scale: Scale) -> tuple[GridLine, ...]:
    shown = ticks(scale, line.buffer.currency)
    return tuple(GridLine(tick.y, short_money_text(tick.money), tick.money.is_zero) for tick in shown)


def _short(line: RunwayLine, scale: Scale) -> tuple[Box, ...]:
    """What is missing to the buffer, one box per run of days at the same level."""
    boxes: list[Box] = []
    top = scale.y(line.buffer)
    begun = (point for point in line.points if point.day < line.last.days)
    for level, run in groupby(begun, key=lambda point: point.spendable):
        days = [point.day for point in run]
        if level < line.buffer:
            x = scale.x(days[0])
            boxes.append(Box(x, top, round(scale.x(days[-1] + 1) - x, 1), round(scale.y(level) - top, 1)))
    return tuple(boxes)


def _covered(flag: Flag | None, scale: Scale) -> Pennant | None:
    if flag is None:
        return None
    canvas = scale.canvas
    text = flag.short_text if canvas.compact else flag.text
    x = scale.x(flag.when.days)
    box = _flag_box(x, text, canvas.flag_tops[1], scale, avoid=None)
    return Pennant(box, text, x, min(scale.y(flag.level), box.y), canvas.bar_top + canvas.bar_height + 3)


def _lowest(flag: Flag | None, scale: Scale, covered: Pennant | None) -> Pennant | None:
    if flag is None:
        return None
    canvas = scale.canvas
    text = flag.short_text if canvas.compact else flag.text
    x, top = scale.x(flag.when.days), canvas.flag_tops[0]
    box = _flag_box(x, text, top, scale, avoid=covered.x if covered else None)
    return Pennant(box, text, x, min(scale.y(flag.level), box.y), box.y + box.height)


def _flag_box(x: float, text: str, top: float, scale: Scale, avoid: float | None) -> Box:
    """A flag that hangs to the left of its pole where there is room and no other pole crosses it, else to the right."""
    canvas = scale.canvas
    width = round((16 if canvas.compact else 24) + 6.2 * len(text), 1)
    left = x - width
    crossed = avoid is not None and left < avoid < x
    fits_right = x + width <= canvas.width
    hang_left = left >= 0 and not (crossed and fits_right)
    return Box(round(left if hang_left or not fits_right else x, 1), top, width, 22)
