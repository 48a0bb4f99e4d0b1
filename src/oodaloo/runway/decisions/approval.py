"""Approving bills: each on its own, held for at once where there is cover; and taking an approval back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from oodaloo.domains.core.permissions import Permission
from oodaloo.infra.db.session import Tenants, TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.decisions.bills import bill_in, seen_of
from oodaloo.runway.decisions.steps import Act, Cover, NoCoverError, Told, advance
from oodaloo.runway.model.decisions import DecisionState, Step
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import UnknownDecisionError
from oodaloo.runway.records import decisions
from oodaloo.runway.records.decisions import Decision

MOST_AT_ONCE: Final = 100
"""How many bills one request may be about: the business's desk is held for as long as it takes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one bill of several: its decision as it stands, or None, and why it isn't what was asked for."""

    bill_id: str
    decision: Decision | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Approving:
    """Approval by people, each bill in a transaction of its own: one refusal keeps back no other."""

    database: Tenants
    new_id: Callable[[], str]

    async def approve(
        self, business_id: BusinessId, bill_ids: Sequence[str], act: Act, picture: CashPicture, *, overcommit: str = ""
    ) -> tuple[Outcome, ...]:
        """Approve bills and stage those that there is cover for, in the order given.

        A bill without cover stays approved, and its outcome says what is missing. `overcommit` is an owner's reason to
        hold more than there is. Raises `NotPermittedError` when the person may not approve at all.
        """
        _check(act, overcommit)
        found = []
        for bill_id in bill_ids:
            try:
                decision = await self._approve(business_id, bill_id, act, picture)
                found.append(await self._stage(business_id, decision, act, Cover.of(picture, overcommit=overcommit)))
            except OodalooError as error:
                found.append(Outcome(bill_id, None, str(error)))
        return tuple(found)

    async def stage(
        self, business_id: BusinessId, bill_ids: Sequence[str], act: Act, picture: CashPicture, *, overcommit: str = ""
    ) -> tuple[Outcome, ...]:
        """Hold for bills that are approved and had no cover then. Raises what approving raises."""
        _check(act, overcommit)
        found = []
        for bill_id in bill_ids:
            try:
                async with self.database.tenant(business_id, read_only=True) as session:
                    decision = await open_decision(session, bill_id)
                found.append(await self._stage(business_id, decision, act, Cover.of(picture, overcommit=overcommit)))
            except OodalooError as error:
                found.append(Outcome(bill_id, None, str(error)))
        return tuple(found)

    async def unapprove(self, business_id: BusinessId, bill_ids: Sequence[str], act: Act) -> tuple[Outcome, ...]:
        """Take approvals back and release what is held, as long as nothing is finalized."""
        found = []
        for bill_id in bill_ids:
            try:
                async with self.database.tenant(business_id) as session:
                    before = await open_decision(session, bill_id)
                    blank = replace(before.undecided(), approved_by="")
                    after = await advance(session, before, Step.UNAPPROVE, act, None, to=blank, told=Told())
                found.append(Outcome(bill_id, after))
            except OodalooError as error:
                found.append(Outcome(bill_id, None, str(error)))
        return tuple(found)

    async def _approve(self, business_id: BusinessId, bill_id: str, act: Act, picture: CashPicture) -> Decision:
        async with self.database.tenant(business_id) as session:
            before = await decision_about(session, bill_id, act, picture, new_id=self.new_id)
            if before.state is DecisionState.APPROVED:
                return before
            to = replace(before, approved_by=act.actor, picture_id=act.picture_id)
            return await advance(session, before, Step.APPROVE, act, None, to=to, told=Told())

    async def _stage(self, business_id: BusinessId, decision: Decision, act: Act, cover: Cover) -> Outcome:
        facts = {"overcommitted_because": cover.overcommit} if cover.overcommit else {}
        try:
            async with self.database.tenant(business_id) as session:
                told = Told(facts=facts)
                staged = await advance(session, decision, Step.STAGE, act, cover, to=decision, told=told)
        except NoCoverError as error:
            return Outcome(decision.seen.bill_id, decision, str(error))
        return Outcome(decision.seen.bill_id, staged)


async def decision_about(
    session: TenantSession, bill_id: str, act: Act, picture: CashPicture, *, new_id: Callable[[], str]
) -> Decision:
    """The decision about a bill that hasn't ended: an open one is begun where there is none.

    Raises the errors of `bill_in` for a bill that can't be decided about.
    """
    known = await decisions.of_bill(session, bill_id)
    if known is not None:
        return known
    bill = bill_in(picture, bill_id)
    begun = Decision(new_id(), seen_of(bill), DecisionState.OPEN, bill.open.cents, act.at, act.at)
    if await decisions.save_new(session, begun):
        return begun
    return await open_decision(session, bill_id)


async def open_decision(session: TenantSession, bill_id: str) -> Decision:
    """The decision about a bill that hasn't ended. Raises `UnknownDecisionError` when there is none."""
    known = await decisions.of_bill(session, bill_id)
    if known is None:
        raise UnknownDecisionError(f"Nothing was decided about bill {bill_id} yet. Approve it first.")
    return known


def _check(act: Act, overcommit: str) -> None:
    if act.member is not None:
        act.member.require(Permission.APPROVE)
        if overcommit:
            act.member.require(Permission.OVERCOMMIT)
