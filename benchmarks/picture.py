"""How long it takes from the mirror to a picture: of books that nothing is kept of, and after a change."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.benchmark import Figures
from benchmarks.large_books import AS_OF, half_paid, large_books
from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import Services
from oodaloo.cli.demo import running_demo
from oodaloo.domains.core import queries
from oodaloo.domains.core.model import Business
from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.mirror.changes import Mirror
from oodaloo.infra.qbo.mirror.kept import KeptMirrors
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.calculators.recurring import detect
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.picture.current import current_picture
from oodaloo.runway.picture.historical import historical_pictures
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases, TestDatabase
from tests.support.postgres import PostgresMissingError, postgres_server
from tests.support.product import opened
from tests.support.rows import OURS, a_business

_ROUNDS = 9
_NOON = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 19, tzinfo=UTC)


def picture() -> Figures:
    """Milliseconds (medians) for the demo agency, and on each database for 2,000 open and 20,000 historic documents.

    `first` is a process that keeps nothing yet, `changed` the picture after a customer has paid half an invoice, `same`
    one after nothing; all of them with recurring flows and id. `detection` is what finding the flows takes of `first`.
    `thirteen_fridays` are the last 13, rebuilt from one reading.
    """
    figures = dict(asyncio.run(_agency()))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        kinds: dict[str, Databases] = {"sqlite": SqliteDatabases(Path(folder))}
        try:
            postgres = PostgresDatabases(running.enter_context(postgres_server()))
            running.callback(postgres.close)
            kinds["postgresql"] = postgres
        except PostgresMissingError as missing:
            figures["postgresql"] = str(missing)
        for kind, databases in kinds.items():
            database = databases.empty()
            asyncio.run(migrate(database.owner_url, database.app_url))
            figures |= {f"{kind}_{name}": value for name, value in asyncio.run(_large(database)).items()}
    return figures


async def _agency() -> Figures:
    arguments = ["--scenario", "agency", "--limits", "off"]
    async with running_demo(arguments, public_url="http://127.0.0.1:8000") as demo:
        times = [await _milliseconds(demo.services, demo.business_id) for _ in range(_ROUNDS)]
        return {"records": demo.sync.records, "picture_ms": round(median(times), 1)}


async def _milliseconds(services: Services, business_id: BusinessId) -> float:
    business = await services.business(business_id)
    now = services.clock.now()
    started = time.perf_counter()
    async with services.database.tenant(business_id, read_only=True) as session:
        await current_picture(session, business, as_of=now.date(), known_at=now, synced_at=now)
    return (time.perf_counter() - started) * 1000


@dataclass
class _Large:
    """The large books in a database, and what customers pay of them."""

    database: Database
    business: Business
    unpaid: list[bytes]
    mirror: Mirror
    payments: int = 0
    spent: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def pay(self) -> None:
        self.payments += 1
        await self.keep(half_paid(self.unpaid[self.payments], self.payments))

    async def keep(self, sources: Mapping[str, list[bytes]]) -> None:
        async with self.database.tenant(OURS) as session:
            for name, records in sources.items():
                await self.mirror.keep(session, name, records)

    async def measure(self, name: str, kept: KeptMirrors) -> CashPicture:
        started = time.perf_counter()
        async with self.database.tenant(OURS, read_only=True) as session:
            made = await current_picture(
                session, self.business, as_of=AS_OF, known_at=_NOON, synced_at=_NOON, kept=kept
            )
        self.spent[name].append((time.perf_counter() - started) * 1000)
        return made

    async def look_back(self) -> None:
        fridays = [AS_OF - timedelta(days=7 * number) for number in range(13)]
        started = time.perf_counter()
        async with self.database.tenant(OURS, read_only=True) as session:
            await historical_pictures(session, self.business, fridays)
        self.spent["thirteen_fridays"].append((time.perf_counter() - started) * 1000)


async def _large(empty: TestDatabase) -> Figures:
    async with opened(empty) as database:
        async with database.system() as session:
            await session.upsert(BusinessRow, [a_business(OURS)])
            business = await queries.business(session, OURS)
        sources = large_books()
        mirror = Mirror(ENTITY_TYPES, queries.home_currency, FixedClock(_NOON))
        large = _Large(database, business, [each for each in sources["Invoice"] if b'"Balance": 0' not in each], mirror)
        await large.keep(sources)
        return await _measured(large)


async def _measured(large: _Large) -> Figures:
    for _ in range(_ROUNDS):
        made = await large.measure("first", KeptMirrors())
        started = time.perf_counter()
        detect(made.books)
        large.spent["detection"].append((time.perf_counter() - started) * 1000)
    kept = KeptMirrors()
    books = (await large.measure("first", kept)).books
    await large.look_back()
    for _ in range(_ROUNDS):
        await large.pay()
        await large.measure("changed", kept)
        await large.measure("same", kept)
    documents = {"open": len(books.receivables) + len(books.payables), "movements": len(books.movements)}
    return {**documents, **{f"{name}_ms": round(median(times), 1) for name, times in large.spent.items()}}
