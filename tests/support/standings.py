"""How it may stand between a business and QuickBooks; each builder says only what matters to it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from oodaloo.domains.core.model import Business
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.connection.tokens import Connection, ConnectionState
from oodaloo.infra.qbo.freshness.standing import Reads, Standing
from oodaloo.infra.qbo.freshness.timing import Plan
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.infra.qbo.smart_sync.metering import Budget
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money

NOW = datetime(2026, 10, 2, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
TYPES = ("Account", "Bill", "Invoice")
REALM = RealmId("9130")
USD = Currency("USD")
BUSINESS = Business(BusinessId("harbor"), "Harbor & Pine", REALM, USD, "US", ZONE, Money(0, USD))


def a_standing(**changed: object) -> Standing:
    """A business whose books were read at 6:40 in the morning and that webhooks speak for, with some of it changed."""
    books_as_of = datetime(2026, 10, 2, 10, 40, tzinfo=UTC)
    plain = Standing(
        connection=a_connection(ConnectionState.CONNECTED),
        books_as_of=books_as_of,
        last_reading=a_reading(datetime(2026, 9, 29, 13, 5, tzinfo=UTC)),
        plan=Plan(False, "working hours", books_as_of + timedelta(days=1), Lane.SYNC),
        waiting=0,
        waiting_since=timedelta(),
        listens=True,
        heard=timedelta(minutes=4),
        trusted=True,
        failures=0,
        failed="",
        unknown_writes=0,
        reads=some_reads(),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def a_connection(state: ConnectionState, because: str = "") -> Connection:
    """A connection that is in this state since Tuesday."""
    return Connection(REALM, state, datetime(2026, 9, 29, 13, 0, tzinfo=UTC), because)


def a_reading(finished_at: datetime | None) -> SyncProgress:
    """A complete reading of 3,214 records."""
    return SyncProgress("run", None, 3, 3, 3214, 20, 1.5, finished_at, "")


def some_reads(*, used: int = 18_240, months: bool = True) -> Reads:
    """222 reads of one business in October, more in September; `used` ones by all businesses."""
    about = {"changes": 190, "Invoice": 3, "Bill": 2, "Account": 1, "GeneralLedger": 22, "AgedPayables": 4}
    before = ((date(2026, 9, 1), 318), (date(2026, 8, 1), 96)) if months else ()
    return Reads(about, ((date(2026, 10, 1), sum(about.values())), *before), Budget("2026-10", used, 500_000))
