"""Style that a machine can check: every rule over every file, each rule seen at work, and the written word."""

import re
import statistics
import tomllib
from collections.abc import Sequence

import pytest

from oodaloo.cli.main import app
from oodaloo.infra.settings import Settings
from tests.tidy import python_rules, text_rules
from tests.tidy.python_rules import function_length
from tests.tidy.rules import EMULATOR, PRODUCT, ROOT, Rule, Source, matches, repository

RULES = (*python_rules.RULES, *text_rules.RULES)
PACKAGES = sorted((ROOT / "packages").glob("*/pyproject.toml"))
MEDIAN_FUNCTION = 8
LONG_FUNCTION = 30
LONG_FILE = 350


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_repository_keeps_the_rule(rule: Rule) -> None:
    """No committed file breaks the rule, apart from those excused by name and reason."""
    complaints = [complaint for source in repository() for complaint in rule.complaints(source)]
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_catches_what_it_forbids(rule: Rule) -> None:
    """The rule complains about a planted file that breaks it, so its silence elsewhere means something."""
    assert rule.complaints(rule.planted)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_exemptions_are_for_files_that_exist(rule: Rule) -> None:
    """An exemption outlives neither its file nor the file's name."""
    paths = [source.path for source in repository()]
    assert [pattern for pattern in rule.exempt if not any(matches(path, (pattern,)) for path in paths)] == []


def test_rules_have_names_of_their_own() -> None:
    """Each rule can be run and spoken of by its name."""
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("clock", "def planted(clock):\n    return clock.now()"),
        ("swallowed-exception", "try:\n    pass\nexcept Exception as error:\n    raise ValueError from error"),
        ("swallowed-exception", "try:\n    pass\nexcept KeyError:\n    answer = None"),
        ("raw-sql", "async def planted(session):\n    await session.execute(select(Bill))"),
        ("unbound-session", "def planted(session: TenantSession, business: BusinessId) -> None: ..."),
        ("untyped-record", "def planted(bill: dict[str, Decimal]) -> None: ..."),
    ],
)
def test_the_rule_leaves_good_code_alone(rule: str, text: str) -> None:
    """A rule that cried wolf would be exempted away, so the accepted form is shown to it too."""
    (asked,) = (candidate for candidate in RULES if candidate.name == rule)
    assert not asked.complaints(Source("src/oodaloo/domains/ap/good.py", text))


@pytest.mark.parametrize("where", [PRODUCT, EMULATOR], ids=["oodaloo", "qbo_emulator"])
def test_code_stays_small(where: tuple[str, ...]) -> None:
    """Half of the functions have at most 8 lines, nine of ten at most 30, nine of ten files at most 350."""
    sources = [source for source in repository() if matches(source.path, where)]
    functions = [function_length(function) for source in sources for function in source.functions]
    files = [len(source.lines) for source in sources]
    assert statistics.median(functions) <= MEDIAN_FUNCTION
    assert ninth_decile(functions) <= LONG_FUNCTION
    assert ninth_decile(files) <= LONG_FILE


def test_every_setting_is_explained() -> None:
    """docs/settings.md names each setting that the product reads from its environment."""
    page = (ROOT / "docs" / "settings.md").read_text()
    names = [f"OODALOO_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_no_page_explains_a_setting_that_is_gone() -> None:
    """Each OODALOO_… variable named in a page for people is one that the product reads."""
    names = {f"OODALOO_{name.upper()}" for name in Settings.model_fields}
    pages = [source for source in repository() if source.path.endswith(".md")]
    named = {name for page in pages for name in re.findall(r"\bOODALOO_[A-Z_]+[A-Z]\b", page.text)}
    assert named - names == set()


def test_places_named_in_the_architecture_exist() -> None:
    """Each path that docs/architecture.md gives for a system is there, unless its row begins to say *not yet*."""
    rows = re.findall(r"^\|[^|]*\|([^|]*)\|([^|]*)\|$", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    built = " ".join(places for places, remark in rows if not remark.strip().startswith("*not yet*"))
    paths = re.findall(r"`([\w*/-]+(?:/|\.py))`", built)
    assert len(paths) > len(PRODUCT)
    assert [path for path in paths if not (any((ROOT / "src/oodaloo").glob(path)) or (ROOT / path).exists())] == []


@pytest.mark.parametrize("package", ["calculators", "experiences"])
def test_the_architecture_names_each_part_of_the_runway(package: str) -> None:
    """docs/architecture.md says what each calculator answers and where each experience is shown."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    modules = {path.stem for path in (ROOT / "src/oodaloo/runway" / package).glob("[!_]*.py")}
    assert {module for module in modules if f"`{module}`" not in page} == set()


def test_dependencies_are_explained() -> None:
    """Decision 0004 names every package that product and emulator need at run time, and says why."""
    page = (ROOT / "docs" / "decisions" / "0004-dependencies.md").read_text()
    projects = [tomllib.loads(path.read_text())["project"] for path in (ROOT / "pyproject.toml", *PACKAGES)]
    needed = {re.split(r"[<>=!~ ;]", line)[0] for project in projects for line in project["dependencies"]}
    assert {name for name in needed if f"`{name}`" not in page} == set()


def test_commands_in_the_readme_exist() -> None:
    """Each `make` target and each `oodaloo` command that the README shows can be typed."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.strip().splitlines()]
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    commands = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    commands += [str(group.typer_instance.info.name) for group in app.registered_groups if group.typer_instance]
    known = {f"make {target}" for target in targets} | {f".venv/bin/oodaloo {command}" for command in commands}
    assert {"make demo", "make test"} <= {" ".join(line.split()[:2]) for line in lines} <= known


def ninth_decile(values: Sequence[int]) -> float:
    """The value that nine tenths don't exceed."""
    return statistics.quantiles(values, n=10, method="inclusive")[-1]
