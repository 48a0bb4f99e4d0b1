"""The suggested plan by a quick rule: the check on the exact solver, and what is left when that finds nothing."""

from collections.abc import Sequence

from oodaloo.runway.calculators.payables.problem import Choice, Problem, latest_safe_choice


def greedy(problem: Problem) -> tuple[int, ...]:
    """Everything on its safe day, then whatever is cheapest waits until the limits hold, then the best discounts."""
    chosen = list(settled(problem, [latest_safe_choice(choices) for choices in problem.choices]))
    offers = [
        (choices[0].cost, bill)
        for bill, choices in enumerate(problem.choices)
        if choices[0].discounted and chosen[bill] and choices[0].cost < choices[chosen[bill]].cost
    ]
    for _, bill in sorted(offers):
        before, chosen[bill] = chosen[bill], 0
        if not problem.keeps(chosen):
            chosen[bill] = before
    return tuple(chosen)


def settled(problem: Problem, chosen: Sequence[int]) -> tuple[int, ...]:
    """`chosen`, changed until every limit holds: at the first that doesn't, the bill that costs least per cent moves.

    It moves to its first choice behind that limit's day. This comes to an end: nothing ever moves forward, and with
    every bill on its last choice all limits hold.
    """
    changed = list(chosen)
    for limit in problem.limits:
        while (over := problem.paid(changed, limit.day + 1)[limit.day] - limit.cents) > 0:
            moves = [
                (_price(problem.choices[bill][number], choice, over), bill, later)
                for bill, number in enumerate(changed)
                if problem.choices[bill][number].day <= limit.day and problem.choices[bill][number].cents > 0
                for later, choice in _behind(problem.choices[bill], limit.day)
            ]
            _, bill, later = min(moves)
            changed[bill] = later
    return tuple(changed)


def _behind(choices: Sequence[Choice], day: int) -> list[tuple[int, Choice]]:
    """The earliest choice after `day`, if there is one."""
    return [(number, choice) for number, choice in enumerate(choices) if choice.day > day][:1]


def _price(now: Choice, later: Choice, over_cents: int) -> float:
    """Cost per cent that the move takes off the excess; only ranks moves, so a float will do."""
    return (later.cost - now.cost) / min(now.cents, over_cents)
