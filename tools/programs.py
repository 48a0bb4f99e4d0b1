"""Where programs that pip can't bring are looked for: Chromium and PostgreSQL, as Debian installs them."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A program that some tests need: commands and libraries that show it is there, packages that bring them."""

    name: str
    commands: tuple[str, ...]
    folders: str
    libraries: tuple[str, ...]
    packages: tuple[str, ...]
    needed_by: str

    @property
    def remedy(self) -> str:
        """What a person types on Debian to get it."""
        return f"apt-get install {' '.join(self.packages)}"


CHROMIUM = Program(
    name="Chromium",
    commands=("chromium", "chromium-browser", "google-chrome"),
    folders="",
    libraries=("libatomic.so.1",),  # Playwright's driver is linked with it, and a small Debian has none
    packages=("chromium", "libatomic1"),
    needed_by="the browser tests",
)
POSTGRESQL = Program(
    name="PostgreSQL",
    commands=("initdb",),
    folders="/usr/lib/postgresql/*/bin",  # Debian keeps the server's commands out of PATH
    libraries=(),
    packages=("postgresql",),
    needed_by="the tests on PostgreSQL",
)


def missing(program: Program, environ: Mapping[str, str] | None = None) -> str | None:
    """Return the name of what keeps the program from being used, or None when it is all there."""
    if find(program, environ) is None:
        return program.name
    return next((library for library in program.libraries if not _loads(library)), None)


def find(program: Program, environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the resolved path of the program's first command that is found, newest version first, or None."""
    path = (os.environ if environ is None else environ).get("PATH", os.defpath)
    for command in program.commands:
        for folder in (path, *_newest_first(program.folders)):
            found = shutil.which(command, path=str(folder))
            if found:
                return Path(found).resolve()
    return None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _newest_first(pattern: str) -> list[Path]:
    """Return the folders that match an absolute pattern, those with the highest version number first."""
    folders = Path("/").glob(pattern.lstrip("/")) if pattern else iter(())
    return sorted(folders, key=_version_numbers, reverse=True)


def _version_numbers(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parts if part.isdigit())
