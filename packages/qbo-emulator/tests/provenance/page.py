"""COVERAGE.md: what is emulated, where that is known from, and what is not there."""

import ast
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from conformance.listing import LIST
from provenance.gaps import OPERATIONS, entity_matrix, missing_types, refused, reports
from provenance.marks import SOURCES, Marked
from recordings.bare_answers import UNASKED
from recordings.deviations import DEVIATIONS
from recordings.replaying import Replayed

PAGE: Final = Path(__file__).parents[2] / "COVERAGE.md"
COMMAND: Final = ".venv/bin/python packages/qbo-emulator/tests/write_coverage.py"
_BEHAVIOUR: Final = Path(__file__).parents[1] / "behaviour"
_RECORDED: Final = "## Recorded interactions"
_INTRODUCTION: Final = f"""# What is emulated, and how we know

Written by `{COMMAND}`; a test fails when it is out of date.
"""


def composed(tests: Sequence[Marked], checked: Sequence[Replayed]) -> str:
    """The page; without recordings at hand, what it said of them stands as it was."""
    sections = [_INTRODUCTION, _provenance(tests), _clients(), _entities(), _reports(), _gaps()]
    return "\n".join([*sections, _recordings(checked) if checked else _kept_recordings()])


def _provenance(tests: Sequence[Marked]) -> str:
    counted = Counter(test.source for test in tests)
    shares = [(source, counted[source], f"{counted[source] / len(tests):.0%}") for source in SOURCES]
    rows = [_row("behaviour is", "tests", "share"), _line(3), *(_row(*map(str, share)) for share in shares)]
    modules = sorted({test.module for test in tests})
    places = [_row("tests below `tests/behaviour`", *SOURCES), _line(4)]
    for module in modules:
        inside = Counter(test.source for test in tests if test.module == module)
        sentence = (ast.get_docstring(ast.parse((_BEHAVIOUR / f"{module}.py").read_text())) or "").partition("\n\n")[0]
        places.append(_row(f"`{module}`: {sentence}", *(str(inside[source] or "") for source in SOURCES)))
    return "\n".join(["## Where behaviour is known from", "", *rows, "", *places, ""])


def _clients() -> str:
    counts = re.findall(r"^## (.*)$", LIST.read_text(), re.MULTILINE)
    where = f"`{LIST.relative_to(PAGE.parent)}` names each."
    return "\n".join(["## Clients that others wrote", "", *(f"* {count}" for count in counts), "", where, ""])


def _entities() -> str:
    rows = [_row("type", *OPERATIONS), _line(len(OPERATIONS) + 1)]
    rows += [
        _row(name, *("yes" if operation in has else "" for operation in OPERATIONS)) for name, has in entity_matrix()
    ]
    absent = f"An empty cell is refused as QuickBooks refuses it. 501, by name: {', '.join(missing_types())}."
    return "\n".join(["## Entities", "", *rows, "", absent, ""])


def _reports() -> str:
    rows = [_row("report", "parameters that it carries out"), _line(2)]
    rows += [_row(name, ", ".join(parameters)) for name, parameters in reports()]
    return "\n".join(["## Reports", "", *rows, "", "Other reports, and documented parameters not listed: 501.", ""])


def _gaps() -> str:
    gaps = [f"* {said}" for said in refused()]
    return "\n".join(["## Answered with 501", "", "`…` stands for what was asked.", "", *gaps, ""])


def _recordings(checked: Sequence[Replayed]) -> str:
    supported = [each for each in checked if each.supported]
    others = [each.interaction.name for each in checked if not each.supported]
    compared = (
        "Asked again of books that stand as the recorded ones stood, and compared in status, keys, types, spelling of "
        "numbers and order; what is read also in its values. Keys that later recordings have may be there."
    )
    said = [
        compared,
        "",
        _counted("interactions", [each for each in supported if not each.interaction.bare]),
        _counted("answers without their request", [each for each in supported if each.interaction.bare]),
        f"* {len(others)} interactions are about types without support: {', '.join(others)}",
    ]
    rows = [_row("answered otherwise", "difference", "reason"), _line(3)]
    for each in supported:
        if each.differences:
            name = each.interaction.name
            rows.append(_row(name, "; ".join(each.differences[:3]), DEVIATIONS.get(name, "none yet")))
    unasked = [_row("answer left out", "reason"), _line(2), *(_row(*pair) for pair in UNASKED.items())]
    return "\n".join([_RECORDED, "", *said, "", *rows, "", *unasked, ""])


def _counted(what: str, checked: Sequence[Replayed]) -> str:
    deviating = sum(bool(each.differences) for each in checked)
    return f"* {len(checked)} {what}: {deviating} ({deviating / len(checked):.1%}) are answered otherwise"


def _kept_recordings() -> str:
    before = PAGE.read_text() if PAGE.exists() else ""
    return _RECORDED + before.partition(_RECORDED)[2]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _line(columns: int) -> str:
    return "|" + "---|" * columns
