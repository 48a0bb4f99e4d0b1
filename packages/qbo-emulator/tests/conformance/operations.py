"""Every public operation of a client library, found by introspection, and which of them were called."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import NamedTuple

Excuses = Sequence[tuple[str, str]]
"""(pattern of operation names, why nobody needs to call them)."""


class Shares(NamedTuple):
    """What became of the operations of a client: each name stands in exactly one of the first three."""

    exercised: frozenset[str]
    excused: Mapping[str, str]
    """Name -> reason."""
    forgotten: frozenset[str]
    needless: tuple[str, ...]
    """Patterns of excuses that excuse nothing that was left uncalled."""


class Operations:
    """The public operations of one package: `Class.method` and `module.function`, each with the code behind it."""

    def __init__(self, package: str) -> None:
        self._owned: dict[tuple[type, str], FunctionType] = {}
        self._functions: dict[CodeType, str] = {}
        for module in _modules(package):
            self._collect(package, module)
        self._codes = {function.__code__: owner.__name__ for (owner, _), function in self._owned.items()}

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return frozenset({f"{owner.__name__}.{method}" for owner, method in self._owned} | {*self._functions.values()})

    @contextmanager
    def traced(self, called: set[str]) -> Iterator[None]:
        """Add the operations that this thread calls meanwhile to `called`."""
        before = sys.getprofile()
        sys.setprofile(self._tracer(called))
        try:
            yield
        finally:
            sys.setprofile(before)

    def shares(self, called: set[str], excuses: Excuses) -> Shares:
        """How the operations divide; an operation that was called needs no excuse."""
        left = self.names - called
        excused = {name: reason for pattern, reason in reversed(excuses) for name in left if fnmatchcase(name, pattern)}
        needless = tuple(pattern for pattern, _ in excuses if not any(fnmatchcase(name, pattern) for name in left))
        return Shares(self.names & called, excused, left - set(excused), needless)

    def _collect(self, package: str, module: ModuleType) -> None:
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            if isinstance(value, FunctionType):
                self._functions[value.__code__] = f"{module.__name__.rpartition('.')[2]}.{name}"
            elif inspect.isclass(value):
                self._owned |= {(value, method): code for method, code in _methods(package, value)}

    def _tracer(self, called: set[str]) -> Callable[[FrameType, str, object], None]:
        def note(frame: FrameType, event: str, _: object) -> None:
            if event != "call":
                return
            code = frame.f_code
            if code in self._functions:
                called.add(self._functions[code])
            elif code in self._codes:
                called.add(f"{_owner(frame) or self._codes[code]}.{code.co_name}")

        return note


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        yield importlib.import_module(found.name)


def _methods(package: str, owner: type) -> Iterator[tuple[str, FunctionType]]:
    for name in dir(owner):
        value = inspect.getattr_static(owner, name)
        if isinstance(value, property):
            value = value.fget
        function = getattr(value, "__func__", value)
        ours = isinstance(function, FunctionType) and function.__module__.partition(".")[0] == package
        if ours and not name.startswith("_"):
            yield name, function


def _owner(frame: FrameType) -> str | None:
    """The class that the running method was called on; None for a static method."""
    names = frame.f_code.co_varnames[:1]
    if names not in (("self",), ("cls",)):
        return None
    first = frame.f_locals[names[0]]
    return first.__name__ if isinstance(first, type) else type(first).__name__
