"""Quick transactions that nobody waits for are done all the same, and in order."""

import asyncio

from sqlalchemy import Connection, insert, select

from oodaloo.infra.db.quick import open_quick
from oodaloo.infra.qbo.smart_sync.limits import LimitBoardRow
from tests.support.databases import TestDatabase

TABLES = (LimitBoardRow,)


def note(number: int, connection: Connection) -> int:
    """Leave a board behind."""
    connection.execute(insert(LimitBoardRow), {"client_id": "app", "realm_id": str(number), "board": "{}"})
    return number


def noted(connection: Connection) -> list[str]:
    """The boards in the order of their realms."""
    return list(connection.scalars(select(LimitBoardRow.realm_id).order_by(LimitBoardRow.realm_id)))


async def test_what_is_put_off_comes_before_what_is_wanted_later(migrated: TestDatabase) -> None:
    """Put off, it isn't done at once; whoever asks later finds it, and without anybody it is done soon."""
    quick = open_quick(migrated.app_url, "limits", TABLES)
    ended: list[int] = []
    both = asyncio.Event()

    def then(done: "asyncio.Future[int]") -> None:
        ended.append(done.result())
        if len(ended) == 2:
            both.set()

    quick.put_off(lambda connection: note(1, connection), then)
    assert ended == []
    assert await quick.run(noted) == ["1"]
    quick.put_off(lambda connection: note(2, connection), then, apart=True)
    await both.wait()
    assert ended == [1, 2]
    await quick.close()


async def test_what_is_put_off_is_done_before_it_closes(migrated: TestDatabase) -> None:
    """Closing waits for it."""
    quick = open_quick(migrated.app_url, "limits", TABLES)
    quick.put_off(lambda connection: note(1, connection), lambda _done: None)
    await quick.close()
    again = open_quick(migrated.app_url, "limits", TABLES)
    assert await again.run(noted) == ["1"]
    await again.close()
