"""The suggested plan solved exactly, as an integer program (HiGHS), with a proof of how good it is.

One variable per bill and choice but the last: 1 when the bill is paid by that choice's day. Counted cumulatively like
this, each limit is a knapsack with one variable a bill, for which the solver's cuts are strong; with one variable per
bill and date instead, the same proofs took several times as long.

This is the only place of the plan where amounts are floats. What comes back are choices; whether they keep the limits
and what they cost is worked out from whole cents by whoever asked.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import isfinite
from typing import TypeAlias

import numpy as np
from highspy import Highs, HighsLp, HighsVarType, MatrixFormat, SolutionStatus, kHighsInf
from numpy.typing import NDArray

from oodaloo.runway.calculators.payables.problem import Choice, Limit, Problem

AIMED_GAP = 0.01
"""The solver stops when its plan is proved to be within this share of the best one."""

LONGEST_SECONDS = 10
"""A stop for problems far beyond what a business has; answers up to there depend on the problem alone."""

Numbers: TypeAlias = NDArray[np.float64]

_PAID = 0.5

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Solved:
    """Choices by bill (None when the solver found none), and what no plan can cost less than, in 1/365,000 cents."""

    chosen: tuple[int, ...] | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class _Row:
    """Weights of some variables, which together may not exceed `most`."""

    variables: Sequence[int]
    weights: Sequence[float]
    most: float


def solve(problem: Problem, cost: Callable[[Choice], int], gap: float = AIMED_GAP) -> Solved:
    """The choices of least `cost` within all limits; the same problem gives the same choices.

    `gap` is the share of the cost within which to stop. The choices keep each limit up to the solver's tolerance, a
    billionth of the sum that it is about: to the cent up to some million dollars.
    """
    starts = [0, *accumulate(len(choices) - 1 for choices in problem.choices)]
    costs = np.array([step for each in problem.choices for step in _steps([cost(choice) for choice in each])], float)
    base = sum(cost(choices[-1]) for choices in problem.choices)
    if not len(costs):
        return Solved((0,) * len(problem.choices), float(base))
    # Costs are told as shares of the largest one: in millions they would drown the solver's tolerances.
    unit = max(1.0, float(np.abs(costs).max()))
    rows = [*_order(problem, starts), *(_knapsack(problem, starts, limit) for limit in problem.limits)]
    values, bound = _run(_program(costs / unit, base / unit, rows), gap)
    chosen = None if values is None else _chosen(problem, starts, values)
    return Solved(chosen, bound * unit if isfinite(bound) else None)


def _steps(values: Sequence[int]) -> list[int]:
    """What each variable adds: its choice's value less the next one's."""
    return [value - following for value, following in pairwise(values)]


def _order(problem: Problem, starts: Sequence[int]) -> Iterator[_Row]:
    """What is paid by an earlier day is paid by the later ones."""
    for start, choices in zip(starts, problem.choices, strict=False):
        for variable in range(start, start + len(choices) - 2):
            yield _Row((variable, variable + 1), (1.0, -1.0), 0.0)


def _knapsack(problem: Problem, starts: Sequence[int], limit: Limit) -> _Row:
    """What is paid by a limit's day stays within it, told in shares of the whole sum, which is what tolerances see."""
    variables: list[int] = []
    weights: list[int] = []
    most = limit.cents
    for start, choices in zip(starts, problem.choices, strict=False):
        within = [choice.cents for choice in choices if choice.day <= limit.day]
        if len(within) == len(choices):
            most -= within[-1]
        steps = _steps([*within, 0] if len(within) < len(choices) else within)
        variables += range(start, start + len(steps))
        weights += steps
    whole = max(1, sum(map(abs, weights)))
    # Half a cent more lets nothing through, as sums are whole cents, and keeps what just fits clear of the tolerance.
    return _Row(variables, [weight / whole for weight in weights], (most + 0.5) / whole)


def _program(costs: Numbers, base: float, rows: Sequence[_Row]) -> HighsLp:
    program = HighsLp()
    program.num_col_, program.num_row_ = len(costs), len(rows)
    program.col_cost_, program.offset_ = costs, base
    program.col_lower_, program.col_upper_ = np.zeros(len(costs)), np.ones(len(costs))
    program.integrality_ = [HighsVarType.kInteger] * len(costs)
    program.row_lower_ = np.full(len(rows), -kHighsInf)
    program.row_upper_ = np.array([row.most for row in rows])
    matrix = program.a_matrix_
    matrix.format_ = MatrixFormat.kRowwise
    matrix.start_ = np.cumsum([0, *(len(row.variables) for row in rows)])
    matrix.index_ = np.array([variable for row in rows for variable in row.variables], int)
    matrix.value_ = np.array([weight for row in rows for weight in row.weights], float)
    return program


def _run(program: HighsLp, gap: float) -> tuple[Sequence[float] | None, float]:
    """The best values found, None without any, and the proved bound, minus infinity without one."""
    solver = Highs()  # type: ignore[no-untyped-call] # highspy leaves its constructor untyped
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", LONGEST_SECONDS)
    for tolerance in ("mip_feasibility_tolerance", "primal_feasibility_tolerance"):
        solver.setOptionValue(tolerance, _TOLERANCE)
    # Starting over once many variables are settled costs more than branching on: a quarter of all time, half where many
    # bills are of much the same size.
    solver.setOptionValue("mip_allow_restart", False)
    solver.passModel(program)
    solver.run()
    told = solver.getInfo()
    found = told.primal_solution_status == SolutionStatus.kSolutionStatusFeasible
    return solver.getSolution().col_value if found else None, told.mip_dual_bound


def _chosen(problem: Problem, starts: Sequence[int], values: Sequence[float]) -> tuple[int, ...]:
    """The first choice by whose day each bill is paid."""
    return tuple(_first_paid(choices, values[start:]) for start, choices in zip(starts, problem.choices, strict=False))


def _first_paid(choices: Sequence[Choice], values: Sequence[float]) -> int:
    return next((number for number in range(len(choices) - 1) if values[number] > _PAID), len(choices) - 1)
