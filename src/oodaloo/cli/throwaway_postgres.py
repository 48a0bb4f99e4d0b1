"""A PostgreSQL server for one measurement, as safe as a real one (it syncs to disk) and gone afterwards."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from oodaloo.kit.errors import OodalooError

_START_SECONDS: Final = 30
_POLL_SECONDS: Final = 0.05
_ROLE: Final = "oodaloo"


class PostgresMissingError(OodalooError):
    """PostgreSQL can't be run here; the message says why."""


@asynccontextmanager
async def throwaway_postgres() -> AsyncIterator[str]:
    """The URL of an empty database whose owner is no superuser. Raises `PostgresMissingError`."""
    programs = _programs()
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="oodaloo-postgres-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        made = await _start(programs / "initdb", *options, str(folder / "data"), account=account, folder=folder)
        if await made.wait():
            raise PostgresMissingError(f"PostgreSQL couldn't make a database (initdb ended with {made.returncode}).")
        where = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
        server = await _start(programs / "postgres", "-D", str(folder / "data"), *where, account=account, folder=folder)
        try:
            await _make_database(programs, folder, account)
            yield f"postgresql+psycopg://{_ROLE}@/{_ROLE}?host={folder}"
        finally:
            with suppress(ProcessLookupError):
                server.send_signal(signal.SIGINT)  # without waiting for who may still be connected
            await server.wait()
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """The folder of the server's commands, which Debian keeps out of PATH; the newest one there is."""
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = Path(on_path).resolve() if on_path else next(reversed(installed), None)
    if found is None:
        raise PostgresMissingError("PostgreSQL isn't installed here. On Debian: apt-get install postgresql")
    return found.parent


def _account() -> pwd.struct_passwd:
    """Who runs the server: we, or where we are root, whom PostgreSQL refuses, the user postgres."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissingError("PostgreSQL refuses to run as root, and there is no user postgres.") from None


async def _start(
    program: Path, *arguments: str, account: pwd.struct_passwd, folder: Path
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        str(program),
        *arguments,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        user=account.pw_uid,
        group=account.pw_gid,
    )


async def _make_database(programs: Path, folder: Path, account: pwd.struct_passwd) -> None:
    """Wait until the server takes the first role, then make the database."""
    at = (f"--host={folder}", "--username=postgres")
    for _ in range(int(_START_SECONDS / _POLL_SECONDS)):
        role = await _start(programs / "createuser", *at, _ROLE, account=account, folder=folder)
        if not await role.wait():
            break
        await asyncio.sleep(_POLL_SECONDS)
    options = (f"--owner={_ROLE}", "--template=template0", _ROLE)
    made = await _start(programs / "createdb", *at, *options, account=account, folder=folder)
    if await made.wait():
        raise PostgresMissingError(f"PostgreSQL didn't start within {_START_SECONDS} seconds.")
