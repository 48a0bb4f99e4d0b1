"""What can go wrong ends with status 1 and one clear line on stderr that says what to do; stdout stays empty."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from oodaloo.infra.db.engine import open_engine
from oodaloo.infra.vault import new_key
from tests.functional.cli.conftest import Desk
from tests.support.product import run
from tests.support.recordings import small_company, write


@contextmanager
def taken_port() -> Iterator[str]:
    """A port on which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield str(other.getsockname()[1])


def test_recordings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A directory that isn't there and a file that is no JSON are named, before anything is printed."""
    told = run("demo", "--once", "--json", "--load", "nowhere", folder=tmp_path)
    assert (told.status, "nowhere is not a directory" in told.error) == (1, True)
    write(tmp_path / "broken", small_company())
    (tmp_path / "broken" / "invoice.json").write_text("{")
    told = run("demo", "--once", "--json", "--load", "broken", folder=tmp_path)
    assert (told.status, "broken/invoice.json can't be read as JSON" in told.error) == (1, True)


def test_a_port_in_use_is_told_before_anything_starts(desk_on_sqlite: Desk) -> None:
    """Demo and serve name the port and how to choose another."""
    with taken_port() as port:
        for told in (
            run("demo", "--port", port, folder=desk_on_sqlite.folder),
            desk_on_sqlite.run("serve", port=port),
        ):
            assert told.status == 1
            assert told.error.startswith(f"Port {port} is in use")
            assert "--port, OODALOO_PORT" in told.error


def test_serving_others_is_refused(desk_on_sqlite: Desk) -> None:
    """Without sign-in the app doesn't listen where others could reach it."""
    told = desk_on_sqlite.run("serve", host="0.0.0.0")  # noqa: S104 (that is the point)
    assert told.status == 2
    assert "no sign-in yet" in told.error


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"encryption_keys": ""}, "oodaloo keygen"),
        ({"qbo_client_id": ""}, "OODALOO_QBO_CLIENT_ID"),
    ],
    ids=["no key", "no client id"],
)
def test_what_is_not_set_is_named(missing: dict[str, object], said: str, desk_on_sqlite: Desk) -> None:
    """A missing key or client id says which setting it is and where its value comes from."""
    told = desk_on_sqlite.run("sync", desk_on_sqlite.business_id, **missing)
    assert told.status == 1
    assert said in told.error


def test_a_malformed_setting_is_named(desk_on_sqlite: Desk) -> None:
    """A setting that can't be is named as it is written in the environment."""
    folder = desk_on_sqlite.folder
    told = run("doctor", settings={"OODALOO_PORT": "many"}, folder=folder)
    assert told.status == 1
    assert "OODALOO_PORT" in told.error


def test_a_newer_database_is_left_alone(desk: Desk) -> None:
    """A database of a newer program is refused with what to do, and keeps what it has."""
    asyncio.run(execute(desk.database.owner_url, "UPDATE alembic_version SET version_num = '9999'"))
    told = desk.run("sync", desk.business_id)
    assert told.status == 1
    assert "schema 9999, which is newer than this Oodaloo. Update Oodaloo" in told.error
    version = "SELECT version_num FROM alembic_version"
    assert asyncio.run(execute(desk.database.owner_url, version)) == [("9999",)]


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path, desk_on_sqlite: Desk) -> None:
    """A database file that can't be is told with the setting to look at."""
    (tmp_path / "file").write_text("not a folder")
    url = f"sqlite:///{tmp_path / 'file' / 'books.sqlite3'}"
    told = desk_on_sqlite.run("sync", desk_on_sqlite.business_id, database_url=url, database_owner_url=None)
    assert told.status == 1
    assert "Check OODALOO_DATABASE_URL" in told.error


def test_a_wrong_encryption_key_is_told(desk_on_sqlite: Desk) -> None:
    """Tokens sealed with another key don't open; the line says which key and what to do."""
    told = desk_on_sqlite.run("sync", desk_on_sqlite.business_id, encryption_keys=new_key("test"))
    assert told.status == 1
    assert "Encryption key 'test' doesn't open" in told.error


def test_an_unreachable_quickbooks_is_told(desk_on_sqlite: Desk) -> None:
    """When nobody answers at QuickBooks' address, the line names the address."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v3/company"
        told = desk_on_sqlite.run("sync", desk_on_sqlite.business_id, qbo_api_url=address)
    assert told.status == 1
    assert f"QuickBooks can't be reached at {address}" in told.error


def test_a_revoked_connection_asks_for_reconnecting(desk_on_sqlite: Desk) -> None:
    """After the owner disconnected in QuickBooks, sync says so, and doctor tells it as well."""
    desk_on_sqlite.quickbooks.revoke_tokens()
    told = desk_on_sqlite.run("sync", desk_on_sqlite.business_id)
    assert told.status == 1
    assert "QuickBooks has ended the connection" in told.error
    assert "Connect again" in told.error
    examined = desk_on_sqlite.run("doctor")
    assert examined.status == 1
    assert "QuickBooks no longer lets us read; connect it again in the browser" in examined.out
    assert examined.err.startswith("Problems found: 1.")


def test_an_expired_token_is_refreshed_without_a_word(desk_on_sqlite: Desk) -> None:
    """An access token that ran out costs one refresh, not an error."""
    desk_on_sqlite.quickbooks.expire_tokens()
    told = desk_on_sqlite.run("sync", desk_on_sqlite.business_id)
    assert (told.status, told.out) == (0, "")
    assert told.err.startswith(f"Read {len(small_company())} records")


def test_asking_too_early_or_for_strangers_is_told(desk_on_sqlite: Desk) -> None:
    """Before the first sync there is no runway; a business that isn't there is no business."""
    told = desk_on_sqlite.run("runway", desk_on_sqlite.business_id, "--json")
    assert told.status == 1
    assert f"Run `oodaloo sync {desk_on_sqlite.business_id}`" in told.error
    told = desk_on_sqlite.run("runway", "nobody")
    assert told.status == 1
    assert "`oodaloo doctor` lists those there are" in told.error


async def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement past the product."""
    engine = open_engine(url)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        await engine.dispose()
