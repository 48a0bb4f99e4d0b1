"""Rules about Python code; each one looks at a file's syntax tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.tidy.rules import EMULATOR, PRODUCT, PYTHON, TESTS, Finding, Function, Rule, Source

LONGEST_FUNCTION = 70
LONGEST_FILE = 500

CLOCK_READS = frozenset(
    f"{owner}.{name}"
    for owner, names in {
        "datetime": ("now", "today", "utcnow"),
        "date": ("today",),
        "time": ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"),
    }.items()
    for name in names
)
EMPTY_NAMES = frozenset({"base_utils", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"})


def clock_reads(source: Source) -> Iterator[Finding]:
    """Names such as `datetime.now`, `dt.date.today` or `from time import monotonic`."""
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            name = ".".join(ast.unparse(node).split(".")[-2:])
            if name in CLOCK_READS:
                yield node.lineno, f"{name} reads the machine's clock"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in CLOCK_READS:
                    yield node.lineno, f"time.{alias.name} reads the machine's clock"


def floats(source: Source) -> Iterator[Finding]:
    """The name `float` and literals such as 0.5."""
    for node in source.nodes:
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float near an amount"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"{node.value} is a float"


def swallowed_exceptions(source: Source) -> Iterator[Finding]:
    """Handlers of everything that don't raise."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type) and not _raises(node):
            yield node.lineno, "catches everything and doesn't raise"


def long_functions(source: Source) -> Iterator[Finding]:
    """Functions longer than a screen."""
    for function in source.functions:
        length = function_length(function)
        if length > LONGEST_FUNCTION:
            yield function.lineno, f"{function.name} has {length} lines, more than {LONGEST_FUNCTION}"


def long_files(source: Source) -> Iterator[Finding]:
    """Files longer than a sitting."""
    length = len(source.lines)
    if length > LONGEST_FILE:
        yield 1, f"{length} lines, more than {LONGEST_FILE}"


def empty_names(source: Source) -> Iterator[Finding]:
    """Modules and packages whose name says nothing."""
    path = PurePosixPath(source.path)
    for part in (*path.parts[:-1], path.stem):
        if part in EMPTY_NAMES:
            yield 1, f"nobody can tell what belongs into {part!r}"


def missing_sentences(source: Source) -> Iterator[Finding]:
    """Modules without a docstring whose first paragraph is a sentence."""
    if not _is_sentence(ast.get_docstring(source.module)):
        yield 1, "the module doesn't say in one sentence what it is for"


def raw_sql(source: Source) -> Iterator[Finding]:
    """`text("…")` of SQLAlchemy, `exec_driver_sql`, and `execute("…")` with a string."""
    imports_text = any(
        isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy" and any(a.name == "text" for a in node.names)
        for node in source.nodes
    )
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        is_text = name.endswith("sqlalchemy.text") or name == "sa.text" or (imports_text and name == "text")
        if is_text or name.endswith("exec_driver_sql") or (name.endswith(".execute") and _first_is_string(node)):
            yield node.lineno, f"{name}(…) is raw SQL"


def unbound_sessions(source: Source) -> Iterator[Finding]:
    """Signatures that take a raw session or connection and a business id."""
    for function in source.functions:
        annotations = _annotations(function)
        raw = re.search(r"\b(Async)?(Session|Connection|Engine)\b", annotations)
        if raw and re.search(r"\bBusinessId\b", annotations):
            yield function.lineno, f"{function.name} takes a raw {raw[0]} and a BusinessId"


def unbound_statements(source: Source) -> Iterator[Finding]:
    """Calls of `beside`, which reaches a transaction without its business."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "beside":
            yield node.lineno, "beside(…) reaches what belongs to no business"


def untyped_records(source: Source) -> Iterator[Finding]:
    """`dict[str, Any]` and its kin."""
    for node in source.nodes:
        if isinstance(node, ast.Subscript):
            written = ast.unparse(node)
            if re.fullmatch(r"([\w.]+\.)?([Dd]ict|Mapping|MutableMapping)\[str, (typing\.)?Any\]", written):
                yield node.lineno, f"{written} says nothing about what is in it"


def mocks(source: Source) -> Iterator[Finding]:
    """Imports of unittest.mock and arguments called mocker."""
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom | ast.Import):
            modules = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            if any(name in {"mock", "unittest.mock", "pytest_mock"} for name in modules):
                yield node.lineno, "a mock"
    for function in source.functions:
        if "mocker" in _argument_names(function):
            yield function.lineno, f"{function.name} asks for a mock"


def patches(source: Source) -> Iterator[Finding]:
    """Tests that ask for monkeypatch."""
    for function in source.functions:
        if "monkeypatch" in _argument_names(function):
            yield function.lineno, f"{function.name} patches what it tests"


def speechless_tests(source: Source) -> Iterator[Finding]:
    """Tests without a sentence that says what they prove."""
    for function in source.functions:
        if function.name.startswith("test_") and not _is_sentence(ast.get_docstring(function)):
            yield function.lineno, f"{function.name} doesn't say in one sentence what it proves"


def function_length(function: Function) -> int:
    """Lines from `def` to the last line of the body."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _catches_everything(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(name is None or ast.unparse(name).split(".")[-1] in {"BaseException", "Exception"} for name in names)


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def _is_sentence(docstring: str | None) -> bool:
    first_paragraph = (docstring or "").split("\n\n")[0].strip()
    return first_paragraph.endswith((".", "?", "!", ":", ".)"))


def _first_is_string(call: ast.Call) -> bool:
    return bool(call.args) and (
        isinstance(call.args[0], ast.JoinedStr)
        or (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    )


def _arguments(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _argument_names(function: Function) -> list[str]:
    return [argument.arg for argument in _arguments(function)]


def _annotations(function: Function) -> str:
    return " ".join(ast.unparse(argument.annotation) for argument in _arguments(function) if argument.annotation)


def _module(body: str, path: str = "src/oodaloo/domains/ap/planted.py") -> Source:
    return Source(path, f'"""A planted module."""\n{body}\n')


RULES = (
    Rule(
        name="clock",
        reason="simulated dates and reproducible pictures need the clock to be passed in",
        where=PRODUCT + EMULATOR,
        check=clock_reads,
        planted=_module("import datetime as dt\ntoday = dt.date.today()"),
        exempt={
            "src/oodaloo/kit/clock.py": "it is the clock",
            "packages/qbo-emulator/src/qbo_emulator/cli.py": "the emulator's clocks are chosen here and passed in",
        },
    ),
    Rule(
        name="float",
        reason="a float can't hold a cent; amounts are Money or Decimal",
        where=("src/oodaloo/domains/*.py", "src/oodaloo/kit/money.py"),
        check=floats,
        planted=_module("half = 0.5"),
    ),
    Rule(
        name="swallowed-exception",
        reason="failure is an exception, never an empty result",
        where=PYTHON,
        check=swallowed_exceptions,
        planted=_module("try:\n    pass\nexcept (ValueError, Exception):\n    answer = None"),
    ),
    Rule(
        name="long-function",
        reason="a function fits on a screen",
        where=PYTHON,
        check=long_functions,
        planted=_module("def planted():\n" + "    pass\n" * LONGEST_FUNCTION),
    ),
    Rule(
        name="long-file",
        reason="a file can be read in one sitting",
        where=PYTHON,
        check=long_files,
        planted=_module("\n" * LONGEST_FILE),
    ),
    Rule(
        name="empty-name",
        reason="a module is called by what it holds",
        where=PYTHON,
        check=empty_names,
        planted=_module("", path="src/oodaloo/infra/utils.py"),
    ),
    Rule(
        name="module-sentence",
        reason="a reader learns what a file is for before reading it",
        where=PYTHON,
        check=missing_sentences,
        planted=Source("src/oodaloo/kit/planted.py", "days = 7\n"),
    ),
    Rule(
        name="raw-sql",
        reason="on SQLite nothing but the ORM's criteria keeps one business's rows from another",
        where=PRODUCT,
        check=raw_sql,
        planted=_module('async def planted(connection):\n    await connection.execute("DELETE FROM bill")'),
        exempt={
            "src/oodaloo/infra/db/*": "the machinery that binds sessions to a business, and the migrations",
            "*/store.py": "tables and SQL of a domain live here, tenant-bound",
        },
    ),
    Rule(
        name="unbound-session",
        reason="a session that is not bound to its business lets a forgotten filter through; take a TenantSession",
        where=PRODUCT,
        check=unbound_sessions,
        planted=_module("def planted(session: AsyncSession, business: BusinessId) -> None: ..."),
        exempt={"src/oodaloo/infra/db/session.py": "the one place that binds a session to a business"},
    ),
    Rule(
        name="unbound-statement",
        reason="what runs beside a business's session sees past its criteria; only who keeps tables of his own may",
        where=PRODUCT,
        check=unbound_statements,
        planted=_module("async def planted(session):\n    await session.beside(lambda sync: sync.scalars(bills))"),
        exempt={"src/oodaloo/infra/jobs/*": "a run is enqueued in the transaction of what it is about"},
    ),
    Rule(
        name="untyped-record",
        reason="only wire modules read JSON as it comes; everything else has a type that names its fields",
        where=PRODUCT + EMULATOR,
        check=untyped_records,
        planted=_module("def planted(bill: dict[str, Any]) -> None: ..."),
        exempt={
            "src/oodaloo/infra/qbo/wire*": "QuickBooks' JSON is given its types here",
            "*/sync.py": "the only file of a domain that touches QuickBooks' wire types",
            "packages/qbo-emulator/src/qbo_emulator/jsontypes.py": "names what JSON is for the emulator",
        },
    ),
    Rule(
        name="mock",
        reason="the emulator, a real database and a real browser stand in for nothing: they are used",
        where=TESTS,
        check=mocks,
        planted=_module("from unittest.mock import Mock", path="tests/unit/test_planted.py"),
    ),
    Rule(
        name="patch",
        reason="a functional test that patches tests something that nobody runs",
        where=("tests/functional/*.py",),
        check=patches,
        planted=_module("def test_planted(monkeypatch): ...", path="tests/functional/test_planted.py"),
    ),
    Rule(
        name="test-sentence",
        reason="a failing test tells its reader what is no longer true",
        where=TESTS,
        check=speechless_tests,
        planted=_module("def test_planted() -> None:\n    assert True", path="tests/unit/test_planted.py"),
    ),
)
