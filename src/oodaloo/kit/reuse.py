"""What was made of the same values before, given back instead of made again."""

import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice, repeat
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
    """`records` holds the records themselves, so that no other ones can have their identity meanwhile."""

    records: Sequence[object]
    beside: Sequence[object] | None
    inputs: tuple[object, ...]
    made: tuple[Any, ...]

    def alike(self, records: Sequence[object], beside: Sequence[object] | None) -> tuple[int, int]:
        """How many records at the beginning, and of the others how many at the end, are those of the last time."""
        most = min(len(records), len(self.records))
        others = map(operator.is_not, records, self.records)
        others_from_end = map(operator.is_not, reversed(records), reversed(self.records))
        if beside is not None and self.beside is not None:
            others = map(operator.or_, others, map(operator.ne, beside, self.beside))
            beside_from_end = map(operator.ne, reversed(beside), reversed(self.beside))
            others_from_end = map(operator.or_, others_from_end, beside_from_end)
        first = next(compress(range(most), others), most)
        return first, next(compress(range(most - first), others_from_end), most - first)


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
        if last is None or not _same(last.inputs, inputs) or (last.beside is None) != (beside is None):
            last = _Each((), None if beside is None else (), inputs, ())
        if last.records is records and last.beside is beside:
            return last.made
        first, at_end = last.alike(records, beside)
        known = _known(last, first, len(last.records) - at_end)
        middle = slice(first, len(records) - at_end)
        made = _made(make, records[middle], inputs, None if beside is None else beside[middle], known)
        made_of_all = (*last.made[:first], *made, *last.made[len(last.made) - at_end :])
        if len(made_of_all) == len(last.made) and all(map(operator.is_, made_of_all, last.made)):
            made_of_all = last.made  # the same object, so that what was made of it is known too
        self._eaches[make] = _Each(records, beside, inputs, made_of_all)
        return made_of_all

    def some(
        self,
        make: Callable[Concatenate[_T, ...], _R | None],
        records: Sequence[_T],
        *inputs: object,
        beside: Sequence[object] | None = None,
    ) -> tuple[_R, ...]:
        """Like `each`, without the records of which nothing (None) is made."""
        return self._gathered(make, _present, self.each(make, records, *inputs, beside=beside))

    def mapping(
        self,
        make: Callable[Concatenate[_T, ...], tuple[_K, _R]],
        records: Sequence[_T],
        *inputs: object,
        beside: Sequence[object] | None = None,
    ) -> Mapping[_K, _R]:
        """Like `each`, of which keys and values are made, together."""
        return self._gathered(make, dict, self.each(make, records, *inputs, beside=beside))

    def _gathered(self, make: object, gather: Callable[[tuple[_T, ...]], _R], made: tuple[_T, ...]) -> _R:
        """`gather(made)`, where `made` is what `make` made of each record."""
        last = self._wholes.get((make, gather))
        if last is None or last.inputs[0] is not made:
            last = self._wholes[make, gather] = _Whole((made,), gather(made))
        return cast("_R", last.made)

    def same(self, name: str, value: _R) -> _R:
        """`value`, or what it was the last time if that is equal: then it is the same object too."""
        last = self._wholes.get(name)
        if last is None or last.made != value:
            last = self._wholes[name] = _Whole((), value)
        return cast("_R", last.made)

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


def _present(made: tuple[_R | None, ...]) -> tuple[_R, ...]:
    return tuple([each for each in made if each is not None])


def _made(
    make: Callable[..., _R],
    records: Sequence[object],
    inputs: tuple[object, ...],
    beside: Sequence[object] | None,
    known: Mapping[int, tuple[tuple[object, ...], _R]],
) -> list[_R]:
    if not known:
        if beside is None:
            return [make(record, *inputs) for record in records]
        return [make(record, extra, *inputs) for record, extra in zip(records, beside, strict=True)]
    made = []
    extras = repeat(()) if beside is None else ((each,) for each in beside)
    for record, extra in zip(records, extras, strict=False):
        entry = known.get(id(record))
        made.append(entry[1] if entry and entry[0] == extra else make(record, *extra, *inputs))
    return made


def _known(last: _Each, start: int, end: int) -> dict[int, tuple[tuple[object, ...], Any]]:
    """By identity of the record, what was made of some records, with what was beside each."""
    beside = repeat(()) if last.beside is None else ((each,) for each in islice(last.beside, start, end))
    records, made = islice(last.records, start, end), islice(last.made, start, end)
    return {id(record): (extra, each) for record, extra, each in zip(records, beside, made, strict=False)}


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(map(_alike, some, others))


def _alike(one: object, other: object) -> bool:
    return one is other or (not isinstance(one, tuple) and not isinstance(other, tuple) and one == other)
