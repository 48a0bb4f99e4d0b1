"""OPERATIONS.md: every public operation of the clients, called by a test or excused with a reason."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from conformance.operations import Shares

LIST: Final = Path(__file__).with_name("OPERATIONS.md")
_INTRODUCTION: Final = """# What others' clients ask of the emulator

Every public operation of two clients that others wrote, found by introspection. *Called* means that a test here saw
it called, and that all it was called for worked. Written together with COVERAGE.md.
"""


def listed(clients: Mapping[str, Shares]) -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(section(name, shares) for name, shares in clients.items())])


def section(client: str, shares: Shares) -> str:
    """What became of one client's operations."""
    total = len(shares.exercised) + len(shares.excused) + len(shares.forgotten)
    head = f"## {client}: {total} operations, {len(shares.exercised)} called, {len(shares.excused)} excused"
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for name, reason in shares.excused.items():
        reasons[reason].append(name)
    called = [f"| `{owner}` | {methods} |" for owner, methods in _grouped(shares.exercised)]
    excused = [
        f"| {reason} | {'; '.join(f'`{owner}`: {methods}' for owner, methods in _grouped(names))} |"
        for reason, names in sorted(reasons.items())
    ]
    tables = ["| called | operations |", "|---|---|", *called, "", "| excused because | operations |", "|---|---|"]
    return "\n".join([head, "", *tables, *excused, ""])


def _grouped(names: Iterable[str]) -> list[tuple[str, str]]:
    """(class or module, its operations), by name."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        owner, _, operation = name.partition(".")
        groups[owner].append(operation)
    return [(owner, ", ".join(operations)) for owner, operations in groups.items()]
