"""The suggested plan by a quick rule: the check on the exact solver, and what is left when that finds nothing."""

from collections.abc import Sequence

from oodaloo.runway.calculators.payables.problem import Choice, Problem, latest_safe_choice


def greedy(problem: Problem) -> tuple[int, ...]:
    """Everything on its safe day, then whatever is cheapest waits until the limits hold, then the best discounts."""
    return discounted(problem, settled(problem, [latest_safe_choice(choices) for choices in problem.choices]))


def discounted(problem: Problem, chosen: Sequence[int]) -> tuple[int, ...]:
    """`chosen` with those discounts that are worth it and fit, one after the other, the best first.

    A bill that waits is paid in time where it gets one.
    """
    changed = list(chosen)
    offers = [
        (choices[0].late - choices[number].late, choices[0].early, bill)
        for bill, (choices, number) in enumerate(zip(problem.choices, chosen, strict=True))
        if choices[0].discounted and number and _cost(choices[0]) < _cost(choices[number])
    ]
    for *_, bill in sorted(offers):
        before, changed[bill] = changed[bill], 0
        if not problem.keeps(changed):
            changed[bill] = before
    return tuple(changed)


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


def _price(now: Choice, later: Choice, over_cents: int) -> tuple[float, float]:
    """Cost per cent that the move takes off the excess; only ranks moves, so floats will do."""
    less = min(now.cents, over_cents)
    return (later.late - now.late) / less, (later.early - now.early) / less


def _cost(choice: Choice) -> tuple[int, int]:
    return choice.late, choice.early
