"""One request of a person's: all that it does and the answer to it in one transaction, or a preview, taken back."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from oodaloo.domains.core import people, rules
from oodaloo.domains.core.answers import Keyed, keep_answer, kept_answer
from oodaloo.domains.core.audit import Author
from oodaloo.domains.core.people import Member, TokenHolder
from oodaloo.infra.db.session import Database, Joined, TenantSession
from oodaloo.kit.clock import Clock
from oodaloo.runway.decisions.approval import Approving
from oodaloo.runway.decisions.finalize import Enqueue, Finalizing
from oodaloo.runway.decisions.queue import Queue
from oodaloo.runway.decisions.reserving import Reserving
from oodaloo.runway.decisions.second_thoughts import SecondThoughts
from oodaloo.runway.decisions.steps import Act
from oodaloo.runway.decisions.suggesting import Suggesting
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.records import pictures
from oodaloo.runway.records.desk import locked_desk


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What a person can do within one transaction; each operation is a part of it that can be refused by itself."""

    session: TenantSession
    member: Member
    act: Act
    approving: Approving
    queue: Queue
    finalizing: Finalizing
    second_thoughts: SecondThoughts
    reserving: Reserving
    suggesting: Suggesting

    @property
    def author(self) -> Author:
        """Who writes what isn't about a decision."""
        return Author(self.act.actor, self.act.name, self.act.at, self.act.recorded_at)


Work = Callable[[AtDesk], Awaitable[str]]
"""What a request asks for; gives the answer as JSON."""


class _TakenBackError(Exception):
    """Ends a transaction of which nothing is to stay."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Carries requests out. `clock` is product time, `wall_clock` real time; `enqueue` has orders carried out."""

    database: Database
    enqueue: Enqueue
    clock: Clock
    wall_clock: Clock
    new_id: Callable[[], str]

    async def answered(self, holder: TokenHolder, request: Keyed) -> str | None:
        """The answer that was given to the request before, None when it is new. Raises `KeyReusedError`."""
        async with self.database.tenant(holder.business_id, read_only=True) as session:
            return await kept_answer(session, request, now=self.wall_clock.now())

    async def carry_out(
        self, holder: TokenHolder, request: Keyed, picture: CashPicture | None, work: Work, *, dry_run: bool = False
    ) -> str:
        """Do what is asked for, once, and give the answer; one that is known already is told again.

        Work and answer are kept together or not at all: an error keeps neither, so that the same can be asked again
        under the same key. A `dry_run` does the same and takes all of it back. Raises `KeyReusedError`,
        `NotPermittedError` when the person has no role any more, and what the work raises.
        """
        answers: list[str] = []
        with suppress(_TakenBackError):
            async with self.database.tenant(holder.business_id) as session:
                await locked_desk(session)
                now = self.wall_clock.now()
                known = None if dry_run else await kept_answer(session, request, now=now)
                if picture is not None and known is None and not dry_run:
                    await pictures.keep(session, picture)  # whatever is done, its audit names what was known
                answers.append(known or await work(await self._desk(session, holder, picture)))
                if known is not None or dry_run:
                    raise _TakenBackError
                await keep_answer(session, request, answers[0], now=now)
        return answers[0]

    async def _desk(self, session: TenantSession, holder: TokenHolder, picture: CashPicture | None) -> AtDesk:
        member, within = await people.member(session, holder), Joined(session)
        approving, queue = Approving(within, self.new_id), Queue(within, self.new_id)
        return AtDesk(
            session=session,
            member=member,
            act=Act(member, self.clock.now(), self.wall_clock.now(), picture.id if picture else ""),
            approving=approving,
            queue=queue,
            finalizing=Finalizing(within, self.enqueue, rules.approval_limit, self.new_id),
            second_thoughts=SecondThoughts(within),
            reserving=Reserving(within, self.new_id),
            suggesting=Suggesting(approving, queue),
        )
