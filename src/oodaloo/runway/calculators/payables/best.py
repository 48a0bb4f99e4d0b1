"""The best choices of a plan: the exact solver's, never worse than the quick rule's, and never beyond a limit."""

from collections.abc import Sequence

from oodaloo.runway.calculators.payables.exact import solve
from oodaloo.runway.calculators.payables.greedy import discounted, greedy, settled
from oodaloo.runway.calculators.payables.problem import UNITS_PER_CENT, Choice, Problem, narrowed
from oodaloo.runway.model.plan import PlanProof


def best_choices(problem: Problem, gap: float) -> tuple[tuple[int, ...], PlanProof]:
    """One choice number per bill, and the proof that no plan is better by more than a share.

    What waits is settled first, to within `gap`; then, with that settled, what is paid early, to the same gap. Every
    plan considered is checked in whole cents: what the solver's tolerance let through is put right by the quick rule.
    """
    quick = greedy(problem)
    waits, least_late = _least_waiting(problem, quick, gap)
    # Of plans that cost the same, the first one stands: the quick rule's is shown only where it is better.
    kept = min((*waits, quick), key=problem.cost)
    early, least_early = _least_early(problem, kept, gap)
    best = min((*early, kept), key=problem.cost)
    cost = problem.cost(best)
    gaps = [_gap(cost.late, least_late), _gap(cost.early, least_early)]
    proved = [each for each in gaps if each is not None]
    return best, PlanProof(max(proved) if proved == gaps else None, by_greedy=best not in (*waits, *early))


def _least_waiting(problem: Problem, quick: Sequence[int], gap: float) -> tuple[list[tuple[int, ...]], float | None]:
    """The choices with which least waits, with the discounts that fit then, and what no plan can have less of."""
    if not problem.cost(quick).late:
        return [], 0.0
    solved = solve(problem, _late, gap)
    found = [] if solved.chosen is None else [discounted(problem, settled(problem, solved.chosen))]
    return found, solved.bound


def _least_early(problem: Problem, kept: Sequence[int], gap: float) -> tuple[list[tuple[int, ...]], float | None]:
    """The choices that save most while what waits in `kept` waits, and what no plan can save more than."""
    solved = solve(narrowed(problem, kept), _early, gap)
    found = [] if solved.chosen is None else [_in_whole_problem(problem, kept, solved.chosen)]
    return [each for each in found if problem.keeps(each)], solved.bound


def _late(choice: Choice) -> int:
    return choice.late


def _early(choice: Choice) -> int:
    return choice.early


def _in_whole_problem(problem: Problem, kept: Sequence[int], again: Sequence[int]) -> tuple[int, ...]:
    """The narrowed problem's choices by their numbers in the whole one: there, choices that wait come last."""
    return tuple(
        number if choices[number].waits_days else narrow
        for choices, number, narrow in zip(problem.choices, kept, again, strict=True)
    )


def _gap(cost: int, bound: float | None) -> float | None:
    """How much less than `cost` a plan could cost at most, as a share of it (of a cent where it is less than that)."""
    if bound is None:
        return None
    return max(0.0, (cost - bound) / max(abs(cost), UNITS_PER_CENT))
