"""The best choices of a plan: the exact solver's, never worse than the quick rule's, and never beyond a limit."""

from collections.abc import Sequence

from oodaloo.runway.calculators.payables.exact import solve
from oodaloo.runway.calculators.payables.greedy import greedy, settled
from oodaloo.runway.calculators.payables.problem import UNITS_PER_CENT, Problem, narrowed
from oodaloo.runway.model.plan import PlanProof


def best_choices(problem: Problem, gap: float) -> tuple[tuple[int, ...], PlanProof]:
    """One choice number per bill, and the proof that no plan costs less by more than a share.

    What waits is settled first, to within `gap`; for what waits then, discounts are chosen once more to the same gap,
    since beside late payments they weigh next to nothing. Every plan considered is checked in whole cents: what the
    solver's tolerance let through is put right by the quick rule.
    """
    quick, solved = greedy(problem), solve(problem, gap)
    found: list[tuple[int, ...]] = []
    if solved.chosen is not None:
        kept = settled(problem, solved.chosen)
        found = [_with_discounts(problem, kept, gap), kept]
    # Of plans that cost the same, the first one stands: the quick rule's is shown only where it is better.
    best = min((each for each in (*found, quick) if problem.keeps(each)), key=problem.cost)
    return best, PlanProof(_gap(problem.cost(best), solved.bound), by_greedy=best not in found)


def _with_discounts(problem: Problem, kept: tuple[int, ...], gap: float) -> tuple[int, ...]:
    """`kept` with the discounts chosen anew for what waits in it."""
    if not any(choices[number].waits_days for choices, number in zip(problem.choices, kept, strict=True)):
        return kept
    again = solve(narrowed(problem, kept), gap).chosen
    return kept if again is None else _in_whole_problem(problem, kept, again)


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
