"""What the emulator says of itself: what each entity type can do, which reports there are, what answers 501."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import qbo_emulator
from qbo_emulator.entities import KINDS, KNOWN_ELSEWHERE
from qbo_emulator.entities.kinds import EntityKind
from qbo_emulator.reports import REPORTS

OPERATIONS: Final = ("create", "read", "query", "update", "delete", "void", "send", "pdf")
_SOURCE: Final = Path(qbo_emulator.__file__).parent


def carried_out(kind: EntityKind) -> frozenset[str]:
    """The operations that a type has."""
    single = kind.only_updated
    has = {
        "create": not single,
        "read": kind.natural_key is None,
        "query": True,
        "update": True,
        "delete": kind.deletable,
        "void": kind.voided is not None,
        "send": kind.sendable,
        "pdf": kind.sendable,
    }
    return frozenset(name for name, there in has.items() if there)


def entity_matrix() -> list[tuple[str, frozenset[str]]]:
    """(type, operations) of every type that is emulated, by name."""
    return [(name, carried_out(kind)) for name, kind in sorted(KINDS.items())]


def missing_types() -> list[str]:
    """Types of QuickBooks that answer 501."""
    return sorted(KNOWN_ELSEWHERE)


def reports() -> list[tuple[str, list[str]]]:
    """(report, parameters that it carries out), by name."""
    return [(kind.name, sorted(kind.takes)) for kind in sorted(REPORTS.values(), key=lambda kind: kind.name)]


def refused() -> list[str]:
    """What the code answers 501 to, in the words of its answers."""
    return sorted({said for file in _SOURCE.rglob("*.py") for said in _not_implemented(ast.parse(file.read_text()))})


def _not_implemented(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "not_implemented" and node.args:
            yield re.sub(r"\{[^}]*\}", "…", _text(node.args[0]))


def _text(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "…" for part in argument.values]
        return "".join(str(part) for part in parts)
    return str(argument.value) if isinstance(argument, ast.Constant) else "…"
