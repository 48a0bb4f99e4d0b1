"""The recorded interactions: what was asked of the real QuickBooks, and what it answered, number by number."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from recordings.bare_answers import FOLDERS, UNASKED, enveloped, request_for

from qbo_emulator.jsontypes import JsonObject

SAMPLES: Final = Path(__file__).parents[5] / "shared" / "qbo-samples"
"""Where recorded answers lie, if at all: beside the repository."""
_UNTIMED: Final = "2020-09-29T06:55:31-07:00"
"""When an answer without a time is taken to have been given."""
_PREFIX: Final = re.compile(r"^/v3/(company/[^/]+/)?")
_READ_ONLY: Final = frozenset({"query", "cdc", "reports"})


class Number(str):
    """A number as it was spelled."""

    __slots__ = ()


Spelled = Any
"""JSON whose numbers are `Number`s."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One request and its recorded answer."""

    file: str
    """Directory and name of the file."""
    position: int
    """Which of the file's interactions it is, from 1."""
    method: str
    resource: str
    """The path behind the company, such as `invoice/130`."""
    query: dict[str, str]
    body: str
    status: int
    answer: Spelled
    exact: bool
    """Whether numbers are spelled as they came; else the recording was written anew and lost that."""

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{self.file}#{self.position}"

    @property
    def folder(self) -> str:
        """The directory that it lies in: one company at one time."""
        return self.file.partition("/")[0]

    @property
    def bare(self) -> bool:
        """Whether only the answer was recorded, and the request is ours."""
        return self.folder in FOLDERS

    @property
    def reads(self) -> bool:
        """Whether the request leaves the books as they are."""
        return self.method == "GET" or self.resource in _READ_ONLY

    @property
    def service(self) -> str:
        """The first word of the resource."""
        return self.resource.partition("/")[0]

    @property
    def at(self) -> datetime:
        """The moment of the answer."""
        header = self.answer.get("Header", {})
        return datetime.fromisoformat(self.answer.get("time") or header.get("Time") or _UNTIMED)


def recorded(samples: Path) -> list[Interaction]:
    """All interactions below the directory, in the order of their files' names; bare answers with their requests."""
    files = [(f"{file.parent.name}/{file.name}", file) for file in sorted(samples.glob("*/*.json"))]
    return [each for name, file in files for each in _of_file(name, spelled(file.read_text(encoding="utf-8")))]


def spelled(text: str) -> Spelled:
    """JSON text with its numbers as they are spelled."""
    return json.loads(text, parse_int=Number, parse_float=Number)


def plain(value: Spelled) -> Any:  # noqa: ANN401 - any JSON
    """The same JSON with numbers as Decimals and ints."""
    if isinstance(value, Number):
        return Decimal(value) if "." in value else int(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def entities(answer: Spelled) -> Iterator[tuple[str, JsonObject]]:
    """(type, entity) of all entities in an answer; what is left of a deleted one is none."""
    if isinstance(answer, list):
        for each in answer:
            yield from entities(each)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict) and "SyncToken" in each and "Id" in each:
                    yield name, each
                elif name.endswith("Response"):
                    yield from entities(each)


def _of_file(name: str, content: Spelled) -> Iterator[Interaction]:
    if isinstance(content, dict) and "interactions" in content:
        yield from (_interaction(name, number, each) for number, each in enumerate(content["interactions"], 1))
    elif name.partition("/")[0] in FOLDERS and name not in UNASKED:
        answer = enveloped(name, content)
        asked = request_for(name, answer)
        status = 400 if "Fault" in answer else 200
        yield Interaction(name, 1, asked.method, asked.resource, asked.query, asked.body, status, answer, exact=False)


def _interaction(name: str, position: int, content: Spelled) -> Interaction:
    request, response = content["request"], content["response"]
    query, raw = dict(request["query"]), response.get("raw")
    body = request.get("body") or (query.pop("query", "") if request["method"] == "POST" else "")
    return Interaction(
        file=name,
        position=position,
        method=request["method"],
        resource=_PREFIX.sub("", request["path"]),
        query=query,
        body=body if isinstance(body, str) else _unspelled(body),
        status=int(response["status"]),
        answer=spelled(raw) if raw else response["body"],
        exact=raw is not None,
    )


def _unspelled(body: Spelled) -> str:
    return json.dumps(plain(body), default=float)
