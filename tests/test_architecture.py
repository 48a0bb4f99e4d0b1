"""The walls of the house stand: every import contract, the types and the lint catch a planted violation."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("src", "packages/qbo-emulator/src")
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Plant:
    """A violation of one contract: files, by their path below the root, that are added to a copy of the sources."""

    contract: str
    files: Mapping[str, str]


PLANTS = (
    Plant("layers", {"src/oodaloo/kit/planted.py": "import oodaloo.infra"}),
    Plant("layers", {"src/oodaloo/domains/core/planted.py": "import oodaloo.runway.model"}),
    Plant("layers", {"src/oodaloo/web/planted.py": "import oodaloo.cli"}),
    Plant("layers", {"src/oodaloo/worker/planted.py": "import oodaloo.web"}),
    Plant("layers", {"src/oodaloo/worker/planted.py": "import oodaloo.cli"}),
    Plant("layers", {"src/oodaloo/web/planted.py": "import oodaloo.worker"}),
    Plant("layers", {"src/oodaloo/bootstrap/opening.py": "import oodaloo.worker"}),
    Plant("layers", {"src/oodaloo/nowhere.py": ""}),
    Plant("runway-layers", {"src/oodaloo/runway/model/planted.py": "import oodaloo.runway.picture"}),
    Plant("runway-layers", {"src/oodaloo/runway/picture/planted.py": "import oodaloo.runway.experiences"}),
    Plant("runway-layers", {"src/oodaloo/runway/nowhere.py": ""}),
    Plant("domain-layers", {"src/oodaloo/domains/ap/planted.py": "import oodaloo.domains.ar"}),
    Plant("domain-layers", {"src/oodaloo/domains/core/planted.py": "import oodaloo.domains.bank"}),
    Plant("domain-layers", {"src/oodaloo/domains/nowhere.py": ""}),
    Plant("pure", {"src/oodaloo/runway/calculators/planted.py": "import sqlalchemy"}),
    Plant("pure", {"src/oodaloo/runway/model/planted.py": "import asyncio"}),
    Plant("pure", {"src/oodaloo/kit/planted.py": "import httpx2"}),
    Plant("pure", {"src/oodaloo/domains/ap/model.py": "import fastapi"}),
    Plant("wire", {"src/oodaloo/domains/ap/queries.py": "import oodaloo.infra.qbo.wire"}),
    Plant("core-store", {"src/oodaloo/domains/ap/planted.py": "import oodaloo.domains.core.store"}),
    Plant("ap-store", {"src/oodaloo/runway/picture/planted.py": "import oodaloo.domains.ap.store"}),
    Plant("ar-store", {"src/oodaloo/cli/planted.py": "import oodaloo.domains.ar.store"}),
    Plant("core-store", {"src/oodaloo/worker/planted.py": "import oodaloo.domains.core.store"}),
    Plant("bank-store", {"src/oodaloo/web/planted.py": "import oodaloo.domains.bank.store"}),
    Plant("calculators", {"src/oodaloo/web/planted.py": "import oodaloo.runway.calculators"}),
    Plant("calculators", {"src/oodaloo/worker/planted.py": "import oodaloo.runway.calculators"}),
    Plant(
        "one-engine",
        {"src/oodaloo/runway/calculators/planted.py": "from oodaloo.runway.calculators.runway import runway_of"},
    ),
    Plant(
        "one-engine",
        {"src/oodaloo/runway/experiences/planted.py": "import oodaloo.runway.calculators.projection.futures"},
    ),
    Plant("records", {"src/oodaloo/cli/planted.py": "import oodaloo.runway.records.reserves"}),
    Plant("durable", {"src/oodaloo/runway/picture/planted.py": "import dbos"}),
    Plant("durable", {"src/oodaloo/bootstrap/workflows.py": "import dbos"}),
    Plant("durable", {"src/oodaloo/infra/db/planted.py": "import dbos"}),
    Plant("jobs", {"src/oodaloo/infra/jobs/planted.py": "import oodaloo.infra.qbo.client"}),
    Plant("strangers", {"src/oodaloo/infra/qbo/planted.py": "import qbo_emulator"}),
    Plant("strangers", {"packages/qbo-emulator/src/qbo_emulator/planted.py": "import oodaloo.kit"}),
)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.contract}: {', '.join(plant.files)}")
def test_a_contract_catches_its_violation(plant: Plant, tmp_path: Path) -> None:
    """With one forbidden import in a copy of the sources, lint-imports fails and names the contract."""
    copy_sources(tmp_path)
    grow_missing_targets(tmp_path, plant)
    assert verdict(tmp_path, plant.contract) == "KEPT"
    for path, text in plant.files.items():
        write_module(tmp_path / path, text)
    assert verdict(tmp_path, plant.contract) == "BROKEN"


def test_every_contract_is_shown_to_work() -> None:
    """Each contract of pyproject.toml has a planted violation here, and none is planted for a contract that is gone."""
    assert {plant.contract for plant in PLANTS} == set(contracts())


def test_layers_are_exhaustive() -> None:
    """A package that is given no place in the layers breaks the build."""
    layers = [contract for contract in declared_contracts() if contract["type"] == "layers"]
    assert layers
    assert all(contract["exhaustive"] for contract in layers)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('def days() -> int:\n    return "seven"', "return-value"),
        ("def days(bill):\n    return bill", "no-untyped-def"),
        (
            "from oodaloo.kit.ids import BusinessId\ndef books(business: BusinessId) -> None: ...\nbooks('1')",
            "arg-type",
        ),
    ],
)
def test_wrong_types_are_caught(text: str, code: str, tmp_path: Path) -> None:
    """Mypy refuses a wrong type, a missing type, and text where a business's identity is asked for."""
    planted = tmp_path / "planted.py"
    planted.write_text(text)
    result = run("mypy", "--config-file", "pyproject.toml", str(planted))
    assert result.returncode == 1
    assert f"[{code}]" in result.stdout


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_untidy_code_is_caught(command: tuple[str, ...], tmp_path: Path) -> None:
    """Ruff refuses code that is not in the one format, and code that its lint forbids."""
    planted = tmp_path / "planted.py"
    planted.write_text('"""A module."""\nimport os\nprint( "x" )')
    assert run("ruff", *command, "--config", "pyproject.toml", str(planted)).returncode == 1


def test_make_check_runs_every_guard() -> None:
    """What `make check` would type has formatting, lint, types, contracts and tests in it."""
    typed = subprocess.run(["make", "--dry-run", "check"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 (make from PATH)
    for guard in ("ruff format --check", "ruff check", "mypy src tests", "mypy packages/", "lint-imports", "pytest"):
        assert guard in typed.stdout


def declared_contracts() -> list[dict[str, str]]:
    """The contracts as pyproject.toml declares them."""
    tables: list[dict[str, str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return tables


def contracts() -> dict[str, str]:
    """Each contract's name by its id."""
    return {contract["id"]: contract["name"] for contract in declared_contracts()}


def copy_sources(target: Path) -> None:
    """Lay product, emulator and the contracts into an empty folder."""
    for source in SOURCES:
        shutil.copytree(ROOT / source, target / source, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copyfile(ROOT / "pyproject.toml", target / "pyproject.toml")


def grow_missing_targets(tree: Path, plant: Plant) -> None:
    """Add what the plant imports where it is not built yet, so that the contract has something to protect."""
    for imported in re.findall(r"import (oodaloo[\w.]*)", " ".join(plant.files.values())):
        module = (tree / "src" / imported.replace(".", "/")).with_suffix(".py")
        if not module.exists() and not module.with_suffix("").is_dir():
            if not module.parent.exists():
                write_module(module.parent / "__init__.py", "")
            write_module(module, "")


def write_module(path: Path, text: str) -> None:
    """Write a module that has the sentence every module has."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'"""A planted module."""\n{text}\n')


def verdict(tree: Path, contract: str) -> str:
    """KEPT or BROKEN: what lint-imports says of the contract, by its name, in the tree."""
    path = os.pathsep.join(str(tree / source) for source in SOURCES)
    options = ("--no-logo", "--no-cache", "--contract", contract)
    result = run("lint-imports", *options, cwd=tree, environ={"PYTHONPATH": path})
    report = " ".join(result.stdout.split())  # long names are wrapped
    said = re.search(rf"{re.escape(contracts()[contract])} (KEPT|BROKEN)", report)
    assert said, result.stdout + result.stderr
    assert result.returncode == (0 if said[1] == "KEPT" else 1)
    return said[1]


def run(
    command: str, *arguments: str, cwd: Path = ROOT, environ: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a command of this environment to its end."""
    return subprocess.run(
        [str(BIN / command), *arguments],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
