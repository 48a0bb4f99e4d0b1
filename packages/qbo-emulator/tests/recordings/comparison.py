"""What is different between a recorded answer and ours: keys, types, the spelling of numbers, order."""

import re
from collections.abc import Iterator
from typing import Final

from recordings.interactions import Interaction, Number, Spelled

_ENVELOPES: Final = frozenset({"QueryResponse", "CDCResponse", "AttachableResponse"})
_MOMENTS: Final = frozenset({"time", "Time"})
_FAULT: Final = frozenset({"Message", "code", "element", "type"})


def differences(interaction: Interaction, status: int, answer: Spelled, later: frozenset[str]) -> list[str]:
    """Each difference in a few words; none when ours is like the recorded answer.

    Reading brings the recorded values too, as the books were built from them. What a write answers has the
    same keys, types and spelling, but its own ids, times and numbers; a fault the same code and message.
    `later` holds the places of keys that QuickBooks began to write after this recording: ours may have them.
    """
    if status != interaction.status:
        return [f"status {status} instead of {interaction.status}: {_reason(answer)}"]
    compare = _Comparison(interaction.exact, interaction.reads and interaction.status == 200, later)
    return list(compare.of(interaction.answer, answer, ""))


def places(answer: Spelled, path: str = "") -> Iterator[str]:
    """Where keys stand in an answer, such as `Invoice.Line.Amount`: the same in one entity and in a list of them."""
    if isinstance(answer, list):
        for each in answer:
            yield from places(each, path)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            inner = path if name in _ENVELOPES else _join(path, name)
            yield inner
            yield from places(value, inner)


class _Comparison:
    def __init__(self, exact: bool, values: bool, later: frozenset[str]) -> None:
        self._exact = exact
        self._values = values
        self._later = later

    def of(self, theirs: Spelled, ours: Spelled, path: str) -> Iterator[str]:
        """The differences at that path and below."""
        if _kind(theirs) != _kind(ours):
            yield f"{path} is a {_kind(ours)} instead of a {_kind(theirs)}"
        elif isinstance(theirs, dict):
            yield from (f"{_join(path, name)} is missing" for name in theirs if name not in ours)
            more = [_join(path, name) for name in ours if name not in theirs]
            yield from (f"{each} is more" for each in more if _place(each) not in self._later)
            for name in theirs:
                if name in ours:
                    yield from self.of(theirs[name], ours[name], _join(path, name))
        elif isinstance(theirs, list):
            yield from self._of_lists(theirs, ours, path)
        else:
            yield from self._of_values(theirs, ours, path)

    def _of_lists(self, theirs: list[Spelled], ours: list[Spelled], path: str) -> Iterator[str]:
        if len(theirs) != len(ours):
            yield f"{path} has {len(ours)} entries instead of {len(theirs)}"
            return
        ids = [[each.get("Id") if isinstance(each, dict) else None for each in listed] for listed in (theirs, ours)]
        if self._values and ids[0] != ids[1]:
            yield f"{path} comes in another order"
            return
        for number, (their, our) in enumerate(zip(theirs, ours, strict=True)):
            yield from self.of(their, our, f"{path}[{number}]")

    def _of_values(self, theirs: Spelled, ours: Spelled, path: str) -> Iterator[str]:
        name = path.rpartition(".")[2]
        if isinstance(theirs, Number):
            if self._exact and not _spelled_alike(theirs, ours):
                yield f"{path} is spelled {ours} instead of {theirs}"
            elif self._values and float(theirs) != float(ours):
                yield f"{path} is {ours} instead of {theirs}"
        elif theirs != ours and (
            (self._values and name not in _MOMENTS) or (path.startswith("Fault") and name in _FAULT)
        ):
            yield f"{path} is {ours!r} instead of {theirs!r}"


def _place(path: str) -> str:
    names = re.sub(r"\[\d+\]", "", path).split(".")
    return ".".join(name for name in names if name not in _ENVELOPES)


def _spelled_alike(theirs: str, ours: str) -> bool:
    if "0" in (theirs, ours):
        return True
    return len(theirs.partition(".")[2]) == len(ours.partition(".")[2])


def _kind(value: Spelled) -> str:
    if isinstance(value, Number):
        return "number"
    names = {dict: "object", list: "list", str: "text", bool: "flag", type(None): "null"}
    return names[type(value)]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _reason(answer: Spelled) -> str:
    try:
        return str(answer["Fault"]["Error"][0].get("Detail") or answer["Fault"]["Error"][0]["Message"])
    except (KeyError, TypeError, IndexError):
        return "no fault"
