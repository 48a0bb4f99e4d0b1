"""Which behaviour test says what about where its behaviour is known from: collected by pytest itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pytest

SOURCES: Final = ("documented", "recorded", "inferred")
_TESTS: Final = Path(__file__).parents[1]
_FILE: Final = "PROVENANCE_FILE"


class Marked(NamedTuple):
    """One behaviour test: its file below `behaviour/` without the ending, its name, its mark."""

    module: str
    test: str
    source: str


def marked_tests() -> list[Marked]:
    """Every behaviour test once, however many parameters it is run with."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "marks.json"
        options = ["--collect-only", "-q", "-p", __name__, "-p", "no:cacheprovider", str(_TESTS / "behaviour")]
        subprocess.run(
            [sys.executable, "-m", "pytest", *options],
            check=True,
            capture_output=True,
            env={**os.environ, _FILE: str(file), "PYTHONPATH": os.pathsep.join([str(_TESTS), *sys.path])},
        )
        return sorted({Marked(*each) for each in json.loads(file.read_text())})


def pytest_collection_finish(session: pytest.Session) -> None:
    """As a plugin of that collection: write down what was collected."""
    if _FILE not in os.environ:
        return
    collected = [
        Marked(
            item.path.relative_to(_TESTS / "behaviour").with_suffix("").as_posix(),
            getattr(item, "originalname", item.name),
            next(mark.name for mark in item.iter_markers() if mark.name in SOURCES),
        )
        for item in session.items
    ]
    Path(os.environ[_FILE]).write_text(json.dumps(collected))
