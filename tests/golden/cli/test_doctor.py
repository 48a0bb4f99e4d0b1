"""What `oodaloo doctor` tells of a business, state by state, as a text that a person has reviewed.

`python -m tests.golden.cli.test_doctor` rewrites it; read every line of the difference before committing it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from oodaloo.cli.doctor import reads_line, report
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.connection.tokens import ConnectionState
from oodaloo.infra.qbo.freshness.standing import Standing
from oodaloo.infra.qbo.freshness.timing import Plan
from oodaloo.runway.experiences.connection import connection_page
from tests.support.standings import BUSINESS, NOW, TYPES, ZONE, a_connection, a_standing, some_reads

GOLDEN = Path(__file__).with_name("doctor.txt")
STORY = """\
# Harbor & Pine on Friday, October 2, 2026, 11:00 in New York, in every state that its connection to QuickBooks can be
# in. Its books were read completely on Tuesday and brought up to date at 6:40 this morning.
"""
LOOKING = Plan(True, "somebody is looking", NOW - timedelta(minutes=1), Lane.SYNC)
STATES: dict[str, Standing] = {
    "All is well": a_standing(),
    "A change has just been announced, and somebody looks": a_standing(
        plan=LOOKING, waiting=3, waiting_since=timedelta(seconds=2), heard=timedelta(seconds=2)
    ),
    "Webhooks are not set up": a_standing(listens=False, heard=None, trusted=False),
    "Webhooks have not proven anything yet": a_standing(heard=None, trusted=False),
    "QuickBooks doesn't answer, and a payment's outcome is unknown": a_standing(
        failures=3, failed="QuickBooks failed with status 503. Try again later.", unknown_writes=1
    ),
    "Four fifths of the month's reads are used": a_standing(reads=some_reads(used=401_003)),
    "Nine tenths of them are used": a_standing(
        plan=Plan(False, "nobody looked for ten days", None, Lane.BULK), reads=some_reads(used=450_000)
    ),
    "All of them are used": a_standing(
        plan=Plan(False, "working hours", None, Lane.SYNC), reads=some_reads(used=512_345, months=False)
    ),
    "The owner has disconnected in QuickBooks": a_standing(
        connection=a_connection(
            ConnectionState.RECONNECT_NEEDED, "QuickBooks has ended the connection (invalid_grant). Connect again."
        ),
        plan=None,
    ),
    "Never read": a_standing(
        connection=None,
        plan=None,
        books_as_of=None,
        last_reading=None,
        heard=None,
        trusted=False,
        reads=replace(some_reads(months=False), about={}),
    ),
}


def told() -> Iterator[str]:
    """Every state under its name."""
    for name, standing in STATES.items():
        page = connection_page(standing, timezone=ZONE, now=NOW, types=TYPES)
        yield f"\n## {name}\n"
        yield reads_line("our-app", "2026-10", page.budget)
        yield from report(BUSINESS, page)
        if page.problem:
            yield f"problem     {BUSINESS.name}: {page.problem}"


def test_the_report_is_as_reviewed() -> None:
    """In each state the doctor's text is the reviewed one."""
    assert STORY + "\n".join(told()) + "\n" == GOLDEN.read_text()


if __name__ == "__main__":
    GOLDEN.write_text(STORY + "\n".join(told()) + "\n")
