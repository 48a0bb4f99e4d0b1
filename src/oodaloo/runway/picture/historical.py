"""The cash picture of a past day as it was known then, of the same kind as the current one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from oodaloo.domains.core.model import Business
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.collector import without_collections
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.history import HistoricalPicture
from oodaloo.runway.picture.assemble import assemble, picture_of
from oodaloo.runway.picture.current import facts_of, history_starts
from oodaloo.runway.picture.gather import gathered_of
from oodaloo.runway.picture.past.history import History, read_history
from oodaloo.runway.picture.past.rewinding import rewind
from oodaloo.runway.picture.past.versions import Moment

_CLOCKS_APART = timedelta(days=1)  # versions end by product time, and moments are QuickBooks'


async def historical_picture(
    session: TenantSession, business: Business, *, as_of: date, known_at: datetime | None = None
) -> HistoricalPicture:
    """The picture of `business` on its past local day `as_of`, as it was known at `known_at`, by default the day's end.

    `session` is bound to that business and only reads. Known then means dated by the day and entered by that moment;
    what came in bulk by an import counts by its date. Open amounts and balances are today's less what was settled and
    posted since; what was changed or deleted since the books were first read stands as it was. The notes say what
    couldn't be rebuilt. Every figure points to documents as in the current picture; holds and reserves are no part.
    """
    moment = Moment(as_of, known_at or end_of(as_of, business.timezone))
    [found] = await _pictures(session, business, [moment])
    return found


async def historical_pictures(
    session: TenantSession, business: Business, days: Sequence[date]
) -> tuple[HistoricalPicture, ...]:
    """`historical_picture` at the ends of several days, from one reading of the books."""
    return await _pictures(session, business, [Moment(day, end_of(day, business.timezone)) for day in days])


def end_of(day: date, timezone: str) -> datetime:
    """The last second of a local day; QuickBooks tells times in whole seconds."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


async def _pictures(
    session: TenantSession, business: Business, moments: Sequence[Moment]
) -> tuple[HistoricalPicture, ...]:
    if not moments:
        return ()
    history = await read_history(session, min(each.instant for each in moments) - _CLOCKS_APART)
    reuse = Reuse()
    with without_collections():
        return tuple(rebuilt(history, business, moment, reuse) for moment in moments)


def rebuilt(history: History, business: Business, moment: Moment, reuse: Reuse) -> HistoricalPicture:
    """The picture of a moment out of what is known over time; `reuse` may come from another moment."""
    since = history_starts(moment.day)
    rewound = rewind(history, moment, since, business.currency, reuse)
    books = assemble(
        gathered_of(rewound.reading, since, rewound.activity, ledger_unread=rewound.ledger_unread),
        facts_of(business, moment.day),
        as_of=moment.day,
        known_at=moment.instant,
        synced_at=moment.instant,
        reuse=reuse,
    )
    return HistoricalPicture(picture_of(books, reuse=reuse), rewound.notes)
