"""Reusing what was made before never changes what is made."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.reuse import Reuse

MADE: list[object] = []


@dataclass(frozen=True)
class Thing:
    """A record; two of the same size are equal and not the same."""

    size: int


def doubled(thing: Thing, plus: int = 0) -> int:
    """What is made of a thing."""
    MADE.append(thing)
    return 2 * thing.size + plus


def beside_doubled(thing: Thing, extra: int, plus: int = 0) -> int:
    """What is made of a thing and a number beside it."""
    return doubled(thing, plus) + extra


def halved(thing: Thing) -> int | None:
    """What is made of things of an even size."""
    MADE.append(thing)
    return None if thing.size % 2 else thing.size // 2


def beside_halved(thing: Thing, extra: int, plus: int) -> int | None:
    """What is made of things that are even with a number beside each."""
    return None if (thing.size + extra) % 2 else thing.size + plus


def keyed(thing: Thing, plus: int) -> tuple[int, int]:
    """A key and what is made of a thing under it."""
    return thing.size, thing.size + plus


def summed(things: tuple[Thing, ...], plus: int) -> int:
    """What is made of all together."""
    MADE.append(things)
    return sum(thing.size for thing in things) + plus


def named(key: str, sizes: tuple[int, ...]) -> str:
    """What is made under a key."""
    MADE.append(key)
    return f"{key}{sum(sizes)}"


THINGS = [Thing(size % 3) for size in range(8)]
some_things = st.lists(st.sampled_from(THINGS), max_size=8).map(tuple)


@given(st.lists(st.tuples(some_things, st.integers(0, 1), st.integers(0, 2)), max_size=8))
def test_each_is_what_making_all_anew_gives(rounds: list[tuple[tuple[Thing, ...], int, int]]) -> None:
    """Whatever comes, goes or comes twice, and whatever else is given with it."""
    reuse = Reuse()
    for things, plus, extra in rounds:
        extras = [extra * number for number in range(len(things))]
        assert reuse.each(doubled, things, plus) == tuple(doubled(thing, plus) for thing in things)
        assert reuse.each(beside_doubled, things, plus, beside=extras) == tuple(
            beside_doubled(thing, more, plus) for thing, more in zip(things, extras, strict=True)
        )
        assert reuse.some(halved, things) == tuple(each for each in map(halved, things) if each is not None)
        even = (beside_halved(thing, more, plus) for thing, more in zip(things, extras, strict=True))
        assert reuse.some(beside_halved, things, plus, beside=extras) == tuple(
            each for each in even if each is not None
        )
        assert reuse.mapping(keyed, things, plus) == dict(keyed(thing, plus) for thing in things)
        assert reuse.same("things", things) == things
        assert reuse.whole(summed, things, plus) == summed(things, plus)
        by_size = {str(thing.size): (thing.size, plus) for thing in things}
        assert reuse.by_key(named, by_size) == [named(key, sizes) for key, sizes in by_size.items()]


def test_only_what_is_new_is_made() -> None:
    """Of the same objects nothing is made again; of others, other inputs or another part it is."""
    reuse, things = Reuse(), tuple(THINGS[:3])
    MADE.clear()
    first = reuse.each(doubled, things, 1)
    assert reuse.each(doubled, things, 1) is first
    assert reuse.each(doubled, (*things[:1], *things[1:]), 1) is first
    assert len(MADE) == 3
    reuse.each(doubled, (*things, THINGS[4]), 1)
    assert len(MADE) == 4
    reuse.each(doubled, (Thing(0), *things), 1)
    assert len(MADE) == 5
    reuse.each(doubled, things, 2)
    reuse.part("other").each(doubled, things, 2)
    assert len(MADE) == 11


def test_what_stays_the_same_is_the_same_object() -> None:
    """So that what is made of it is known too: after a change that changes nothing here, and for equal values."""
    reuse, things = Reuse(), tuple(THINGS[:3])
    even, by_size, value = reuse.some(halved, things), reuse.mapping(keyed, things, 0), reuse.same("value", (1, 2))
    MADE.clear()
    assert reuse.some(halved, (*things[:1], *things[1:])) is even
    assert not MADE
    assert reuse.mapping(keyed, (*things[:1], *things[1:]), 0) is by_size
    assert reuse.same("value", (1, *[2])) is value
    assert reuse.same("value", (1, 3)) == (1, 3)


def test_a_whole_is_made_again_for_other_inputs_only() -> None:
    """Tuples are the same when they are the same object, everything else when it is equal."""
    reuse, things = Reuse(), tuple(THINGS[:3])
    MADE.clear()
    reuse.whole(summed, things, 1)
    reuse.whole(summed, things, 1)
    assert len(MADE) == 1
    reuse.whole(summed, (*things[:1], *things[1:]), 1)
    reuse.whole(summed, things, plus=2)
    assert len(MADE) >= 2
    assert reuse.recall(doubled, 7) is None
    reuse.note(doubled, "noted", 7)
    assert (reuse.recall(doubled, 7), reuse.recall(doubled, 8)) == ("noted", None)
