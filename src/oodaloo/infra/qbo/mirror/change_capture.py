"""Change data capture without its cut: what changed since an instant, however much it is."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oodaloo.infra.qbo.answers import Changes, Page
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.mirror.records import AnyEntityType
from oodaloo.infra.qbo.mirror.whole_types import is_last
from oodaloo.infra.qbo.smart_sync.doors import PAGE_ROWS, SmartSync
from oodaloo.kit.ids import RealmId

CUT_AT: Final = 1000
"""How many objects one answer of change data capture holds at most. As many may mean that some are missing."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What changed, in one or several answers, all of which are true but for the types in `cut` not complete.

    `at` is QuickBooks' time of the first answer: nothing that it knew by then is missing, apart from what reads lag.
    """

    at: datetime
    answers: tuple[Changes, ...]
    cut: tuple[str, ...]


async def capture(
    smart_sync: SmartSync, realm_id: RealmId, entities: Sequence[str], since: datetime, lane: Lane
) -> Captured:
    """What of these types changed or went since an instant. One metered read unless the answer is cut at 1,000.

    Then the type with the most changes is asked for apart from the others, and so on: that takes fewer calls than
    halves do, because it is nearly always one type that is long. A type that fills an answer by itself is `cut`.
    """
    answers: list[Changes] = []
    cut: list[str] = []
    waiting = [tuple(entities)]
    while waiting:
        asked = waiting.pop()
        answer = await smart_sync.changes(realm_id, asked, since, lane=lane)
        answers.append(answer)
        if answer.objects >= CUT_AT:
            longest = max(asked, key=lambda entity: _objects(answer, entity))
            others = tuple(entity for entity in asked if entity != longest)
            if _objects(answer, longest) >= CUT_AT:
                cut.append(longest)
            else:
                waiting.append((longest,))
            waiting += [others] if others else []
    return Captured(answers[0].at, tuple(answers), tuple(cut))


async def changed_since(
    smart_sync: SmartSync, realm_id: RealmId, entity_type: AnyEntityType, since: datetime, lane: Lane
) -> AsyncIterator[Page]:
    """Every record of a type that changed since an instant, page by page; a query tells nothing of deletions."""
    window = [*_inactive_too(entity_type), f"MetaData.LastUpdatedTime >= '{since.isoformat(timespec='seconds')}'"]
    position = 1
    while True:
        where = f"{_where(window)} ORDERBY Id STARTPOSITION {position} MAXRESULTS {PAGE_ROWS}"
        text = f"SELECT * FROM {entity_type.name}{where}"  # noqa: S608 (QuickBooks' own language, our own names)
        page = await smart_sync.query(realm_id, entity_type.name, text, lane=lane)
        yield page
        if is_last(page, position):
            return
        position += PAGE_ROWS


async def count_of(smart_sync: SmartSync, realm_id: RealmId, entity_type: AnyEntityType, lane: Lane) -> int | None:
    """How many records of a type there are in QuickBooks, None when the answer doesn't tell. One metered read."""
    text = f"SELECT COUNT(*) FROM {entity_type.name}{_where(_inactive_too(entity_type))}"  # noqa: S608 (as above)
    return (await smart_sync.query(realm_id, entity_type.name, text, lane=lane)).total


def _objects(answer: Changes, entity: str) -> int:
    return len(answer.changed.get(entity, ())) + len(answer.deleted.get(entity, ()))


def _inactive_too(entity_type: AnyEntityType) -> list[str]:
    return ["Active IN (true, false)"] if entity_type.has_active else []


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
