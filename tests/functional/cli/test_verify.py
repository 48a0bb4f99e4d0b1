"""`oodaloo sync verify` beside `oodaloo sync BUSINESS`: the status of a difference, and calls that fail."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.functional.cli.conftest import Desk, a_desk
from tests.support.databases import SqliteDatabases
from tests.support.emulators import emulator
from tests.support.planting import remove
from tests.support.product import run, services_for
from tests.support.recordings import small_company, write


@pytest.fixture
def todays_desk(tmp_path: Path) -> Iterator[Desk]:
    """The small company, connected to somebody for whom it is today, as it is for the command."""
    with emulator("--load", str(write(tmp_path / "small", small_company()))) as quickbooks:
        quickbooks.http.post("/_emulator/clock", json={"set": datetime.now(UTC).isoformat()}).raise_for_status()
        yield a_desk(SqliteDatabases(tmp_path).empty(), quickbooks, tmp_path)


def test_books_that_agree_and_books_that_differ(todays_desk: Desk) -> None:
    """Status 0 and the report on stdout; after a bill went missing status 1, and one line on stderr that helps."""
    desk = todays_desk
    assert desk.run("sync", desk.business_id).status == 0
    told = desk.run("sync", "verify", desk.business_id)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("Tern & Co, ")
    assert "Everything agrees; 5 metered reads." in told.out

    async def plant() -> None:
        async with services_for(desk.database, desk.quickbooks) as services:
            await remove(services, desk.business_id, "Bill", "202")

    asyncio.run(plant())
    told = desk.run("sync", "verify", desk.business_id)
    assert told.status == 1
    assert "  Bill B202, Cloudhost: QuickBooks $345.67, mirror none\n" in told.out
    assert told.err == (
        "The mirror differs from QuickBooks in 1 place, listed above. "
        f"Run `oodaloo sync {desk.business_id} --full` and verify again; if it stays, report it.\n"
    )


@pytest.mark.parametrize("arguments", [("sync", "nobody"), ("sync", "verify", "nobody")], ids=" ".join)
def test_a_business_that_is_not_there_is_one_line(arguments: tuple[str, ...], desk_on_sqlite: Desk) -> None:
    """Neither command takes an id that nobody has."""
    told = desk_on_sqlite.run(*arguments)
    assert told.status == 1
    assert told.error == "There is no business 'nobody'. `oodaloo doctor` lists those there are."


@pytest.mark.parametrize("arguments", [("sync",), ("sync", "--full"), ("sync", "verify")], ids=" ".join)
def test_a_call_without_a_business_is_explained(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Status 2, and what is missing."""
    told = run(*arguments, folder=tmp_path)
    assert (told.status, told.out) == (2, "")
    assert "Missing argument 'BUSINESS'" in told.err


def test_help_explains_both(tmp_path: Path) -> None:
    """`oodaloo sync --help` tells how books are read, from their beginning too, and how they are verified."""
    told = run("sync", "--help", folder=tmp_path)
    assert told.status == 0
    assert "BUSINESS [--full] | verify BUSINESS" in told.out
    assert "Compare the mirror with QuickBooks' own reports" in told.out
