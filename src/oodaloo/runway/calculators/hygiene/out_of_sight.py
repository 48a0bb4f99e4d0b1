"""What the forecast can't see: other currencies, an unread ledger, books that nobody could read lately."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from oodaloo.runway.calculators.hygiene.finding import Finding
from oodaloo.runway.model.hygiene import ConnectionFacts, IssueKind, LookInto, ReadAgain, Reconnect, ScoreCap
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.wording import days_text

STALE_AFTER = timedelta(days=2)
"""Connected books are read at least daily; two days without one are a fault."""

DEAD_CAP, STALE_CAP, LEDGER_CAP = Decimal(50), Decimal(75), Decimal(90)
"""The highest scores of books that can't be read any more, weren't read lately, or whose ledger was never read."""


def out_of_sight_findings(books: Books, connection: ConnectionFacts | None) -> Iterator[Finding]:
    """Documents in other currencies, the unread ledger, the connection; none of it can be told in money."""
    foreign = books.housekeeping.foreign
    if foreign:
        count = "An open document is" if len(foreign) == 1 else f"{len(foreign)} open documents are"
        yield Finding(
            kind=IssueKind.FOREIGN_CURRENCY,
            records=foreign,
            fix=LookInto("what they are worth, and when they are paid"),
            sentence=f"{count} in another currency than {books.business.currency} and left out of the forecast.",
            untold="no exchange rate is read",
        )
    if books.ledger_unread:
        yield Finding(
            kind=IssueKind.LEDGER_UNREAD,
            records=(),
            fix=ReadAgain(),
            sentence=(
                "The general ledger of the bank accounts hasn't been read: payroll that QuickBooks runs itself, and "
                "whatever else only the ledger shows, may be missing."
            ),
            untold="what the ledger shows isn't known",
        )
    if connection is not None:
        yield from _connection_findings(connection)


def caps(books: Books, connection: ConnectionFacts | None) -> Iterator[ScoreCap]:
    """What holds the score down, whatever the documents say."""
    if books.ledger_unread:
        yield ScoreCap(LEDGER_CAP, "the general ledger of the bank accounts hasn't been read")
    if connection is None:
        return
    if not connection.alive:
        yield ScoreCap(DEAD_CAP, "QuickBooks can't be read any more")
    elif _is_stale(connection):
        yield ScoreCap(STALE_CAP, _unread(connection))


def _connection_findings(connection: ConnectionFacts) -> Iterator[Finding]:
    because = f": {connection.ended_because}" if connection.ended_because else ""
    if not connection.alive:
        yield Finding(
            kind=IssueKind.CONNECTION,
            records=(),
            fix=Reconnect(),
            sentence=f"QuickBooks can't be read any more{because}. {_unread(connection).capitalize()}.",
            untold="what has changed in QuickBooks since then isn't known",
        )
    elif _is_stale(connection):
        yield Finding(
            kind=IssueKind.CONNECTION,
            records=(),
            fix=ReadAgain(),
            sentence=f"{_unread(connection).capitalize()}: the forecast rests on what was known then.",
            untold="what has changed in QuickBooks since then isn't known",
        )


def _is_stale(connection: ConnectionFacts) -> bool:
    return connection.checked_at is None or connection.asked_at - connection.checked_at > STALE_AFTER


def _unread(connection: ConnectionFacts) -> str:
    if connection.checked_at is None:
        return "the books have never been read in full"
    days = max(0, (connection.asked_at - connection.checked_at).days)
    return f"the books were last read {days_text(days)} ago"
