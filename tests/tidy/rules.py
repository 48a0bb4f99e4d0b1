"""What a tidy rule is, and the files it looks at."""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[2]

PRODUCT = ("src/oodaloo/*.py",)
EMULATOR = ("packages/*/src/*.py",)
TESTS = ("tests/*.py", "packages/*/tests/*.py")
PYTHON = ("*.py",)
EVERYTHING = ("*",)

Finding: TypeAlias = tuple[int, str]
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: its path below the repository's root and its text; parsed once, however many rules ask."""

    path: str
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the syntax tree, the module first."""
        return tuple(ast.walk(ast.parse(self.text, self.path)))

    @property
    def module(self) -> ast.Module:
        """The syntax tree."""
        root = self.nodes[0]
        assert isinstance(root, ast.Module)
        return root

    @property
    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in self.nodes if isinstance(node, Function))

    @property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.splitlines()


@dataclass(frozen=True)
class Rule:
    """A burned finger: what to look for, where, why, and who is excused for which reason.

    `where` and `exempt` hold paths or fnmatch patterns; `exempt` maps each to the reason why.
    `planted` is a file that breaks the rule, so that a test can see the rule at work.
    """

    name: str
    reason: str
    where: tuple[str, ...]
    check: Callable[[Source], Iterable[Finding]]
    planted: Source
    exempt: Mapping[str, str] = field(default_factory=dict)

    def complaints(self, source: Source) -> list[str]:
        """What is wrong with this file, as lines that a terminal can jump to; none when the rule doesn't apply."""
        if not self.applies_to(source.path):
            return []
        return [f"{source.path}:{line}: {what} ({self.reason})" for line, what in sorted(self.check(source))]

    def applies_to(self, path: str) -> bool:
        """Whether this file is the rule's business and not excused."""
        return matches(path, self.where) and not matches(path, tuple(self.exempt))


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern fits; `*` crosses folders."""
    return any(fnmatch(path, pattern) for pattern in patterns)


@cache
def repository() -> tuple[Source, ...]:
    """Every file that is committed or could be: what git tracks or doesn't ignore, text only."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 (git from PATH)
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = sorted(path for path in listed.split("\0") if path and (ROOT / path).is_file())
    read = ((path, (ROOT / path).read_bytes()) for path in paths)
    return tuple(Source(path, content.decode()) for path, content in read if b"\0" not in content)
