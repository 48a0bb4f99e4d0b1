"""The coverage bar by itself, for the one-line strip on pages that aren't about it: percentages of its width."""

from dataclasses import dataclass

from oodaloo.runway.experiences.runway_line import Bar


@dataclass(frozen=True, slots=True)
class Mark:
    """A payroll on the bar."""

    at: str
    covered: bool


@dataclass(frozen=True, slots=True)
class CoverageBar:
    """Widths and places as SVG percentages; nothing but the outline is drawn when coverage is unknown."""

    known: bool
    sure: str
    likely_from: str
    likely: str
    until: str | None
    marks: tuple[Mark, ...]
    sentence: str


def draw_coverage(bar: Bar) -> CoverageBar:
    """The bar over all of its days."""
    return CoverageBar(
        known=bar.known,
        sure=_percent(bar.sure_days, bar),
        likely_from=_percent(bar.sure_days, bar),
        likely=_percent(bar.likely_days - bar.sure_days, bar),
        until=_percent(bar.until, bar) if bar.until is not None else None,
        marks=tuple(Mark(_percent(mark.when.days, bar), mark.covered) for mark in bar.payrolls) if bar.known else (),
        sentence=bar.sentence,
    )


def _percent(days: int, bar: Bar) -> str:
    return f"{100 * days / bar.days:.2f}%"
