"""What stands under the coverage bar: payroll dates first, plain dates where they leave room."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from oodaloo.runway.experiences.figures import When
from oodaloo.runway.experiences.runway_line import PayrollMark
from oodaloo.runway.model.wording import day_text
from oodaloo.web.drawings.canvas import Scale

_CHARACTER = 6.0
_FULL, _SHORT, _TIGHT = 146, 96, 44
_GAP = 8
_OVERHANG = 8
"""How far words may hang over the drawing's right edge: the panel around it has that room."""


@dataclass(frozen=True, slots=True)
class PayrollLabel:
    """A payroll's mark on the bar at `x`, and its lines of text around `text_x` (none where there is no room)."""

    x: float
    text_x: float
    covered: bool
    date: str
    detail: str
    verdict: str


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A plain date under the bar."""

    x: float
    text: str
    anchor: str


def payroll_labels(marks: tuple[PayrollMark, ...], scale: Scale) -> tuple[PayrollLabel, ...]:
    """A mark for every payroll; the words beside it shrink with the room, and give way where marks are dense."""
    xs = [scale.x(mark.when.days) for mark in marks]
    room = min((after - before for before, after in pairwise(xs)), default=float(scale.canvas.width))
    labels: list[PayrollLabel] = []
    last = -float("inf")
    for x, mark in zip(xs, marks, strict=True):
        shown = x - last >= _TIGHT
        last = x if shown else last
        labels.append(_label(x, mark, scale, room) if shown else PayrollLabel(x, x, mark.covered, "", "", ""))
    return tuple(labels)


def axis_labels(first: When, last: When, payrolls: tuple[PayrollLabel, ...], scale: Scale) -> tuple[AxisLabel, ...]:
    """Today, the last day and the weeks between, where no payroll label stands."""
    taken = [(label.text_x, _half(label.date)) for label in payrolls if label.date]
    labels: list[AxisLabel] = []
    ends = {first.days: ("Today", "start"), last.days: (last.day_text, "end")}
    for days in sorted({*range(first.days, last.days, 7), *ends}, key=lambda d: (d not in ends, d)):
        text, anchor = ends.get(days, (day_text(first.day + timedelta(days=days)), "middle"))
        half = _half(text)
        middle = scale.x(days) + {"start": half, "middle": 0, "end": -half}[anchor]
        if not scale.canvas.compact and all(abs(middle - x) >= half + other + _GAP for x, other in taken):
            taken.append((middle, half))
            labels.append(AxisLabel(scale.x(days), text, anchor))
    return tuple(sorted(labels, key=lambda label: label.x))


def _half(text: str) -> float:
    return _CHARACTER * len(text) / 2


def _label(x: float, mark: PayrollMark, scale: Scale, room: float) -> PayrollLabel:
    when = mark.when
    if scale.canvas.compact:
        date, detail = f"{when.day:%b} {when.day.day}", mark.short_amount_text
    elif room >= _FULL:
        date, detail = when.day_text, f"{when.days_text} · payroll {mark.amount_text}"
    elif room >= _SHORT:
        date, detail = when.day_text, f"{when.days_text} · {mark.short_amount_text}"
    else:
        date, detail = f"{when.day:%b} {when.day.day}", mark.short_amount_text
    verdict = ("OK" if mark.covered else "At risk") if room < _SHORT else mark.verdict
    half = max(_half(text) for text in (date, detail, verdict))
    text_x = min(max(x, half), scale.canvas.width + _OVERHANG - half)
    return PayrollLabel(x, round(text_x, 1), mark.covered, date, detail, verdict)
