"""A desk for tests: people of each role, and decisions about the bills of a picture on a real database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from oodaloo.domains.core.people import Member, Person
from oodaloo.domains.core.permissions import Role
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.kit.ids import PersonId
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.approval import Approving, Outcome
from oodaloo.runway.decisions.finalize import Asked, Finalized, Finalizing, Wanted
from oodaloo.runway.decisions.queue import Choice, PayNow, Queue
from oodaloo.runway.decisions.steps import Act
from oodaloo.runway.model.earmarks import Earmark
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.records import reserves
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.orders import Manner
from tests.support.books import KNOWN_AT, USD
from tests.support.rows import OURS


def a_member(name: str, role: Role) -> Member:
    """Somebody with a role."""
    return Member(Person(PersonId(name.lower()), name, f"{name.lower()}@example.com"), role)


OLIVE = a_member("Olive", Role.OWNER)
ANSEL = a_member("Ansel", Role.APPROVER)
BEA = a_member("Bea", Role.BOOKKEEPER)
VIC = a_member("Vic", Role.VIEWER)


BY_ITSELF = Act(None, KNOWN_AT, KNOWN_AT)
"""What Oodaloo does by itself."""


def by(member: Member, picture: CashPicture | None = None) -> Act:
    """What a member does, knowing a picture."""
    return Act(member, KNOWN_AT, KNOWN_AT, picture.id if picture else "")


@dataclass
class TestDesk:
    """Everything that is decided goes through here; what would be carried out is listed in `enqueued`."""

    __test__ = False

    database: Database
    picture: CashPicture
    limit: Money | None = None
    enqueued: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)

        def new_id() -> str:
            return f"id-{next(numbers)}"

        async def enqueue(session: TenantSession, order_id: str) -> None:
            self.enqueued.append(order_id)

        async def limit_of(_session: TenantSession) -> Money | None:
            return self.limit

        self.approving = Approving(self.database, new_id)
        self.queue = Queue(self.database, new_id)
        self.finalizing = Finalizing(self.database, enqueue, limit_of, new_id)

    async def approve(self, *bills: OpenItem, by_whom: Member = ANSEL, overcommit: str = "") -> tuple[Outcome, ...]:
        """Approve bills of the picture."""
        ids = [bill.ref.id for bill in bills]
        return await self.approving.approve(OURS, ids, by(by_whom, self.picture), self.picture, overcommit=overcommit)

    async def decide(self, bill: OpenItem, choice: Choice, *, version: int | None, by_whom: Member = BEA) -> Decision:
        """Draft a decision about a bill that was looked at in that version."""
        act = by(by_whom, self.picture)
        return await self.queue.decide(OURS, bill.ref.id, choice, act, self.picture, seen_version=version)

    async def drafted(self, bill: OpenItem, choice: Choice | None = None) -> Decision:
        """A bill that was approved and is to be paid now, or as `choice` says."""
        [outcome] = await self.approve(bill)
        assert outcome.decision is not None, outcome.refused
        return await self.decide(bill, choice or PayNow(), version=outcome.decision.version)

    def asked(self, drafts: Sequence[Decision], batch_id: str = "batch", *, manner: Manner | None = None) -> Asked:
        """The drafts as they were given, as a batch."""
        return Asked(batch_id, tuple(Wanted(each.id, each.version) for each in drafts), manner or Manner())

    async def finalize(
        self,
        drafts: Sequence[Decision],
        batch_id: str = "batch",
        *,
        by_whom: Member = ANSEL,
        manner: Manner | None = None,
        dry_run: bool = False,
    ) -> Finalized:
        """Finalize drafts as they were given."""
        asked, act = self.asked(drafts, batch_id, manner=manner), by(by_whom, self.picture)
        return await self.finalizing.finalize(OURS, asked, act, self.picture, expected="", dry_run=dry_run)

    async def held(self) -> dict[str, tuple[int, date | None]]:
        """What is held, in cents by vendor, and from when on."""
        return {each.label: (each.amount.cents, each.dated) for each in await self.earmarks()}

    async def earmarks(self) -> tuple[Earmark, ...]:
        """What is set aside, as a picture would show it."""
        async with self.database.tenant(OURS, read_only=True) as session:
            return await reserves.earmarks(session, USD)
