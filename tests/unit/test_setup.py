"""Setting up a machine: nothing twice, nothing half, and one clear line about what can't be had.

The commands that setup calls are small programs in a folder that stands in for PATH; they write down how they
were called. What the real ones do is seen by every `make test` from a fresh clone.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools import programs, setup
from tools.setup import Place

UV = """
case "$1" in
--version) echo "uv 99.0.0" ;;
sync) mkdir -p .venv/bin; ln -sf "$PYTHON_AT_HAND" .venv/bin/python; touch .venv/bin/oodaloo .venv/bin/qbo-emulator \
.venv/bin/pytest ;;
esac
"""
NPM = """
mkdir -p node_modules/@fontsource-variable/inter/files
cd node_modules/@fontsource-variable/inter
touch LICENSE files/inter-latin-opsz-normal.woff2 files/inter-latin-ext-opsz-normal.woff2
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A work tree without anything installed, on a machine that has uv and npm."""
    root = tmp_path / "clone"
    (root / "packages").mkdir(parents=True)
    for name in ("uv.lock", "pyproject.toml", "package.json", "package-lock.json"):
        (root / name).write_text(name)
    path = tmp_path / "bin"
    path.mkdir()
    environ = {"PATH": f"{path}:/usr/bin:/bin", "LOG": str(tmp_path / "log"), "PYTHON_AT_HAND": sys.executable}
    made = Place(root, environ)
    add_program(made, "uv", UV)
    add_program(made, "npm", NPM)
    return made


def add_program(place: Place, name: str, script: str) -> None:
    """Put a command on the machine's PATH that writes down its calls and then does what the script says."""
    program = Path(place.environ["PATH"].split(":")[0]) / name
    program.write_text(f'#!/bin/sh\necho "{name} $*" >> "$LOG"\n{script}')
    program.chmod(0o755)


def calls(place: Place, start: str) -> list[str]:
    """How the machine's programs were called, those calls that start so."""
    log = Path(place.environ["LOG"])
    return [line for line in log.read_text().splitlines() if line.startswith(start)] if log.exists() else []


def test_a_fresh_tree_gets_environment_and_page_assets(place: Place) -> None:
    """From nothing, the locked packages are installed and the fonts lie where the page is served from."""
    setup.bring(place, for_tests=False)
    assert calls(place, "uv sync") == [f"uv sync --frozen --all-packages --python {sys.executable}"]
    assert sorted(file.name for file in place.vendor.iterdir()) == sorted(setup.PAGE_ASSETS)


def test_the_second_time_nothing_is_called(place: Place) -> None:
    """When nothing is missing, no program is started."""
    setup.bring(place, for_tests=False)
    Path(place.environ["LOG"]).unlink()
    setup.bring(place, for_tests=False)
    assert calls(place, "") == []


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml"])
def test_a_changed_lock_is_followed(place: Place, changed: str) -> None:
    """New versions are installed into the environment that is there."""
    setup.bring(place, for_tests=False)
    (place.root / changed).write_text("other versions")
    setup.bring(place, for_tests=False)
    assert calls(place, "uv sync")[1:] == ["uv sync --frozen --all-packages"]


def test_an_environment_cut_off_half_way_is_made_anew(place: Place) -> None:
    """A failed installation leaves a mark, and the next one starts from nothing."""
    add_program(place, "uv", UV + "[ $1 = sync ] && touch .venv/half && echo 'no space left' >&2 && exit 2; exit 0")
    with pytest.raises(setup.SetupError, match="no space left"):
        setup.bring(place, for_tests=False)
    add_program(place, "uv", UV)
    setup.bring(place, for_tests=False)
    assert not (place.venv / "half").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(place: Place) -> None:
    """A Python that was removed from the machine doesn't leave a .venv that can't start."""
    setup.bring(place, for_tests=False)
    (place.venv / "bin" / "python").unlink()
    (place.venv / "left").touch()
    setup.bring(place, for_tests=False)
    assert setup.environment_is_sound(place)
    assert not (place.venv / "left").exists()


def test_a_tree_that_was_moved_gets_a_new_environment(place: Place) -> None:
    """The commands in .venv name their old place, so they are made anew."""
    setup.bring(place, for_tests=False)
    moved = replace(place, root=place.root.rename(place.root.with_name("moved")))
    assert not setup.environment_is_sound(moved)


def test_a_failing_npm_costs_only_the_font(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Without page assets setup succeeds, says so on one line, and tries again the next time."""
    add_program(place, "npm", "echo 'network is unreachable' >&2; exit 1")
    setup.bring(place, for_tests=False)
    told = [line for line in capsys.readouterr().err.splitlines() if "system sans" in line]
    assert len(told) == 1
    assert "network is unreachable" in told[0]
    add_program(place, "npm", NPM)
    setup.bring(place, for_tests=False)
    assert (place.vendor / "inter-LICENSE.txt").exists()


def test_a_program_that_cant_be_had_is_named_with_the_remedy(
    place: Place, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where Debian's package can't be installed, one line says what is left out and what to type."""
    add_program(place, "apt-get", "echo 'Unable to locate package' >&2; exit 100")
    add_program(place, "sudo", "exit 1")
    missing = replace(programs.CHROMIUM, commands=("no-such-browser",))
    setup.bring_program(place, missing)
    told = capsys.readouterr().err.splitlines()[-1]
    assert "leaving out the browser tests" in told
    assert "apt-get install chromium" in told


def test_an_old_uv_is_not_used(place: Place) -> None:
    """A uv older than the one that wrote the lock file might not read it."""
    add_program(place, "uv", 'echo "uv 0.4.30"')
    assert not setup.uv_is_new_enough(place, Path(place.environ["PATH"].split(":")[0]) / "uv")


def test_the_newest_postgresql_is_found_beside_path(tmp_path: Path) -> None:
    """Debian keeps the server's commands in a folder per version, and 17 is newer than 9."""
    for version in ("9", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").write_text("#!/bin/sh\n")
        (folder / "initdb").chmod(0o755)
    there = replace(programs.POSTGRESQL, folders=f"{tmp_path}/*/bin")
    found = programs.find(there, {"PATH": os.devnull})
    assert found == tmp_path / "17" / "bin" / "initdb"
