"""The drawings keep to their axes: later is further right, more is higher, nothing covers another's words."""

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.experiences.runway_line import WEEK_CHOICES, build_line
from oodaloo.runway.model.runway import DatedItem, RunwayState
from oodaloo.web.drawings.canvas import PHONE, WIDE, Canvas, scale_for, step_path, ticks
from oodaloo.web.drawings.coverage import draw_coverage
from oodaloo.web.drawings.flowband import Flowband, draw_flowband
from oodaloo.web.drawings.pills import HEIGHT
from tests.support.assessments import USD, a_payroll, an_assessment, an_item, in_state, usd

canvases = pytest.mark.parametrize("canvas", [WIDE, PHONE], ids=lambda canvas: canvas.name)
levels = st.integers(-5_000_000_00, 5_000_000_00).map(lambda cents: Money(cents, USD))
items = st.lists(
    st.builds(
        lambda day, cents, name: an_item(day, str(Money(cents, USD)), name),
        st.integers(0, 91),
        st.integers(-90_000_00, 90_000_00).filter(bool),
        st.text(min_size=1, max_size=40),
    ),
    max_size=25,
)


@canvases
@given(st.sampled_from(WEEK_CHOICES), levels, levels)
def test_places_follow_dates_and_amounts(canvas: Canvas, weeks: int, one: Money, other: Money) -> None:
    """x never falls with the day and spans the plot; y never rises with the amount and stays inside it."""
    scale = scale_for(canvas, 7 * weeks, (one, other))
    xs = [scale.x(day) for day in range(7 * weeks + 1)]
    assert all(before < after for before, after in pairwise(xs))
    assert (xs[0], xs[-1]) == (canvas.left, canvas.right)
    low, high = sorted((one, other))
    assert canvas.top <= scale.y(high) <= scale.y(low) <= canvas.bottom


@given(levels, levels)
def test_the_axis_has_at_most_three_labels_and_one_is_zero(one: Money, other: Money) -> None:
    """Three labels at most, inside the plot, zero among them unless the line is far below."""
    shown = ticks(scale_for(WIDE, 91, (one, other)), USD)
    assert 1 <= len(shown) <= 3
    assert any(tick.money.is_zero for tick in shown)
    assert all(WIDE.top <= tick.y <= WIDE.bottom for tick in shown)


def test_round_labels_by_hand() -> None:
    """Up to $118k the labels are 0, 50k and 100k; up to $84k they are 0, 25k and 50k."""
    assert [tick.money for tick in ticks(scale_for(WIDE, 91, (usd("118000"),)), USD)] == [
        usd("0"),
        usd("50000"),
        usd("100000"),
    ]
    assert [tick.money for tick in ticks(scale_for(WIDE, 91, (usd("84000"),)), USD)] == [
        usd("0"),
        usd("25000"),
        usd("50000"),
    ]


def test_a_step_holds_its_level_and_turns_softly() -> None:
    """From 10 down to 30 at x = 50: level until 47, a corner of radius 3, down, a corner, level on to the end."""
    assert step_path([(0, 10), (50, 30)], 100) == "M0 10H47.0Q50 10 50 13.0V27.0Q50 30 53.0 30H100"


@given(items, st.sampled_from(WEEK_CHOICES))
def test_pills_stay_inside_and_cover_neither_each_other_nor_a_stem(expected: list[DatedItem], weeks: int) -> None:
    """Whatever the events, no pill leaves the drawing, overlaps another, or stands on another's stem."""
    for band in draw_flowband(build_line(an_assessment(expected), weeks)):
        for pill in band.pills:
            assert pill.x >= 0
            assert pill.right <= band.canvas.width
        for one, other in combinations(band.pills, 2):
            assert not _overlap(one.x, one.width, other.x, other.width) or abs(one.y - other.y) >= HEIGHT
            upper, lower = (one, other) if one.y < other.y else (other, one)
            assert upper.y == lower.y or not lower.x < upper.stem < lower.right


@given(items)
def test_the_line_only_moves_right(expected: list[DatedItem]) -> None:
    """The path's horizontal moves never go back, and it ends at the plot's right edge."""
    for band in draw_flowband(build_line(an_assessment(expected), 13)):
        xs = [float(x) for x in re.findall(r"H(-?[\d.]+)", band.line)]
        assert all(before <= after for before, after in pairwise(xs))
        assert xs[-1] == band.canvas.right


def test_what_is_missing_to_the_buffer_is_hatched() -> None:
    """Below the buffer from day 3 to day 10: one box over those days, from the buffer down to the line."""
    assessment = an_assessment(
        [an_item(3, "-3000", "Rent"), an_item(10, "5000", "Alder")], opening="10000", buffer="8000"
    )
    (band, _) = draw_flowband(build_line(assessment, 2))
    (box,) = band.short
    scale = scale_for(WIDE, 14, (usd("8000"), usd("12000")))
    assert box.x == scale.x(3)
    assert box.x + box.width == pytest.approx(scale.x(10), abs=0.1)
    assert box.y == scale.y(usd("8000"))


def test_the_drawing_is_said_in_one_sentence() -> None:
    """The accessible name tells today's amount, the date, the lowest point and each payroll."""
    sentence = draw_flowband(build_line(an_assessment([a_payroll(7)]), 2))[0].sentence
    assert sentence == (
        "Spendable cash from Fri, Oct 2 to Fri, Oct 16, today $72,397.82. Covered for over 91 days. "
        "Lowest Fri, Oct 9 · 7 days: $11,200. Payroll Fri, Oct 9: covered."
    )


@pytest.mark.parametrize("every", [2, 7, 14, 15])
@canvases
def test_payroll_words_do_not_run_into_each_other(canvas: Canvas, every: int) -> None:
    """Every payroll has its mark; the words of neighbours keep apart, however dense the payrolls."""
    payrolls = [a_payroll(day, "-900") for day in range(every, 91, every)]
    bands = {band.canvas.name: band for band in draw_flowband(build_line(an_assessment(payrolls), 13))}
    labels = bands[canvas.name].payrolls
    assert len(labels) == len(payrolls)
    worded = [label for label in labels if label.date]
    assert worded
    for one, other in pairwise(worded):
        widest = max(len(text) for label in (one, other) for text in (label.date, label.verdict))
        assert other.text_x - one.text_x >= 5 * widest


def test_unknown_draws_no_coverage() -> None:
    """An unknown runway has an outlined bar: nothing covered, no tick, no payroll verdict."""
    bar = build_line(in_state(an_assessment(), RunwayState.UNKNOWN), 13).bar
    drawn = draw_coverage(bar)
    assert (drawn.known, drawn.likely, drawn.until, drawn.marks) == (False, "0.00%", None, ())


def test_the_bar_and_the_line_share_one_axis() -> None:
    """The bar's tick stands below the flag of the line, and a payroll mark where its day lies."""
    band: Flowband = draw_flowband(build_line(an_assessment([a_payroll(42, "-90000")]), 8))[0]
    assert band.covered is not None
    assert band.until == band.covered.x == band.payrolls[0].x == band.likely


def _overlap(one: float, one_width: float, other: float, other_width: float) -> bool:
    return one < other + other_width and other < one + one_width
