"""What was made of the same values before, given back instead of made again."""

import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

_K = TypeVar("_K", bound=Hashable)
_T = TypeVar("_T")
_R = TypeVar("_R")
_P = ParamSpec("_P")


@dataclass(slots=True)
class _Whole:
    inputs: tuple[object, ...]
    made: object


@dataclass(slots=True)
class _Each:
    """`known` holds the record itself, so that no other one can have its identity meanwhile."""

    records: Sequence[object]
    beside: Sequence[object] | None
    inputs: tuple[object, ...]
    known: dict[int, tuple[object, object, object]]
    made: tuple[Any, ...]


class Reuse:
    """Gives back what pure functions made of the same inputs the last time; one result is kept for each function.

    Tuples that are inputs themselves are the same only when they are the same object, since looking at all of their
    records would take as long as making the result; everything else is compared by value. Whether something is reused
    never changes a result. Functions are those of modules: a lambda would be another one each time.
    """

    def __init__(self) -> None:
        self._wholes: dict[object, _Whole] = {}
        self._eaches: dict[object, _Each] = {}
        self._keyed: dict[object, dict[Any, tuple[object, object]]] = {}
        self._parts: dict[str, Reuse] = {}

    def part(self, name: str) -> "Reuse":
        """Another one below this one, for another use of the same functions."""
        return self._parts.setdefault(name, Reuse())

    def whole(self, make: Callable[_P, _R], *inputs: _P.args, **named: _P.kwargs) -> _R:
        """`make(*inputs)`, or what it was when the inputs are those of the last time; keywords are inputs too."""
        given = (*inputs, *named.values())
        last = self._wholes.get(make)
        if last is not None and _same(last.inputs, given):
            return cast("_R", last.made)
        made = make(*inputs, **named)
        self.note(make, made, *given)
        return made

    def recall(self, make: Callable[..., object], *inputs: object) -> Any:  # noqa: ANN401 (what was noted)
        """What was noted as made by a function from these inputs, None when nothing was or from others."""
        last = self._wholes.get(make)
        return last.made if last is not None and _same(last.inputs, inputs) else None

    def note(self, make: Callable[..., object], made: object, *inputs: object) -> None:
        """Keep what a function made, for `recall`: one that must be awaited, or takes more than its inputs."""
        self._wholes[make] = _Whole(inputs, made)

    def each(
        self,
        make: Callable[Concatenate[_T, ...], _R],
        records: Sequence[_T],
        *inputs: object,
        beside: Sequence[object] | None = None,
    ) -> tuple[_R, ...]:
        """`make(record, *inputs)` of each record, made only of those objects that are new since the last time.

        `beside` adds one input for each record, after it.
        """
        last = self._eaches.get(make)
        known: dict[int, tuple[object, object, object]] = {}
        if last is not None and _same(last.inputs, inputs):
            if last.records is records and last.beside is beside:
                return last.made
            known = last.known
        found: dict[int, tuple[object, object, object]] = {}
        made = []
        for record, extra in zip(records, repeat(None, len(records)) if beside is None else beside, strict=True):
            entry = known.get(id(record))
            if entry is None or (entry[1] is not extra and entry[1] != extra):
                entry = (record, extra, make(record, *inputs) if beside is None else make(record, extra, *inputs))
            found[id(record)] = entry
            made.append(entry[2])
        if last is not None and len(made) == len(last.made) and all(map(operator.is_, made, last.made)):
            made_of_all = last.made  # the same object, so that what was made of it is known too
        else:
            made_of_all = tuple(made)
        self._eaches[make] = _Each(records, beside, inputs, found, made_of_all)
        return cast("tuple[_R, ...]", made_of_all)

    def by_key(self, make: Callable[[_K, _T], _R], inputs: Mapping[_K, _T]) -> list[_R]:
        """`make(key, input)` of each item of a mapping, made only where the input, by value, is another one."""
        last = self._keyed.get(make, {})
        found: dict[Any, tuple[object, object]] = {}
        for key, given in inputs.items():
            entry = last.get(key)
            if entry is None or entry[0] != given:
                entry = (given, make(key, given))
            found[key] = entry
        self._keyed[make] = found
        return [cast("_R", entry[1]) for entry in found.values()]


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(map(_alike, some, others))


def _alike(one: object, other: object) -> bool:
    return one is other or (not isinstance(one, tuple) and not isinstance(other, tuple) and one == other)
