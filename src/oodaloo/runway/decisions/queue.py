"""The decision queue: drafts that the people of a business share until they are finalized."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

import msgspec

from oodaloo.domains.ap.payments import PayBy, PaymentMethod
from oodaloo.infra.db.session import Database, Tenants, TenantSession
from oodaloo.kit.dates import BankCalendar
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.approval import decision_about, open_decision
from oodaloo.runway.decisions.bills import NoDiscountError, changes_of, discount_on
from oodaloo.runway.decisions.steps import Act, Cover, Told, advance, write_down
from oodaloo.runway.model.decisions import WATCHED, Step
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import DecisionMovedError
from oodaloo.runway.model.wording import day_text, money_text
from oodaloo.runway.records import decisions
from oodaloo.runway.records.decisions import Decision, Suggestion
from oodaloo.runway.records.desk import locked_desk


class NotAPayDayError(OodalooError):
    """The date can't be a pay date: it has passed, is too far ahead, or banks are closed. Take one that is named."""


class NoPayingAccountError(OodalooError):
    """There is no such bank or card account to pay from. Choose another, or add one in QuickBooks."""


class StaleDecisionError(OodalooError):
    """The bill isn't what was decided about any more. Look at it again and decide anew."""


@dataclass(frozen=True, slots=True)
class PayNow:
    """Pay as soon as the batch is finalized; less than the open balance where `cents` says so.

    With `discount` what the terms give for paying early is taken off.
    """

    method: PaymentMethod | None = None
    cents: int | None = None
    discount: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """Pay on a day, otherwise as `PayNow`."""

    pay_on: date
    method: PaymentMethod | None = None
    cents: int | None = None
    discount: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """Don't pay now; the bill comes back on its wake date."""

    until: date


Choice: TypeAlias = PayNow | Schedule | Delay

LONGEST_AHEAD = timedelta(days=366)
"""How far ahead a payment or a wake date may be."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Drafting decisions about bills."""

    database: Tenants
    new_id: Callable[[], str]

    async def decide(
        self,
        business_id: BusinessId,
        bill_id: str,
        choice: Choice,
        act: Act,
        picture: CashPicture,
        *,
        seen_version: int | None,
        expected: str = "",
        suggested: bool = False,
    ) -> Decision:
        """Draft what is to happen to a bill, and give the decision as it stands then.

        `seen_version` is the version that was looked at, None where nothing was decided about the bill yet;
        `expected` is what the engine says of it. Raises `DecisionMovedError` when another version is there by now,
        `StaleDecisionError`, `IllegalStepError`, `NotPermittedError`, `NotAPayDayError`, `NoPayingAccountError`,
        `NoDiscountError`.
        """
        async with self.database.tenant(business_id) as session:
            before = await decision_about(session, bill_id, act, picture, new_id=self.new_id)
            _check_version(before, seen_version)
            if isinstance(choice, Delay):
                to = _delayed(before, choice, picture)
            else:
                _check_fresh(before, picture)
                to = _to_pay(before, choice, picture)
            suggestion = Suggestion(_STEPS[type(choice)].value, to.pay_on or to.wake_on) if suggested else None
            to = replace(
                to,
                decided_by=act.actor,
                expected=expected,
                picture_id=act.picture_id,
                suggested=suggestion or before.suggested,
                told="",
            )
            told = Told(expected=expected, facts={"suggested": "yes"} if suggested else {})
            return await advance(session, before, _STEPS[type(choice)], act, Cover.of(picture), to=to, told=told)

    async def undecide(
        self, business_id: BusinessId, bill_id: str, act: Act, picture: CashPicture, *, seen_version: int
    ) -> Decision:
        """Take a draft back: the bill is approved, or open, as before. Raises what `decide` raises."""
        async with self.database.tenant(business_id) as session:
            before = await open_decision(session, bill_id)
            _check_version(before, seen_version)
            blank = replace(before.undecided(), expected="", suggested=None)
            return await advance(session, before, Step.UNDECIDE, act, Cover.of(picture), to=blank, told=Told())

    async def mark_stale(self, business_id: BusinessId, act: Act, picture: CashPicture) -> tuple[Decision, ...]:
        """Flag what isn't finalized and whose bill has changed in QuickBooks since; gives those that are news.

        A bill that isn't open any more ends its decision, and releases its hold.
        """
        async with self.database.tenant(business_id) as session:
            await locked_desk(session)  # first, as whoever holds other locks waits for it
            found = []
            for decision in await decisions.not_ended(session):
                if decision.state not in WATCHED:
                    continue
                stale = changes_of(decision.seen, picture)
                if stale == decision.stale:
                    continue
                found.append(await _flag(session, decision, stale, act, picture))
            return tuple(found)


async def are_any_watched(database: Database, business_id: BusinessId) -> bool:
    """Whether `mark_stale` could have anything to flag: it needs a picture, which takes longer than to look."""
    async with database.tenant(business_id, read_only=True) as session:
        return await decisions.are_any_watched(session)


_STEPS: dict[type[Choice], Step] = {PayNow: Step.PAY_NOW, Schedule: Step.SCHEDULE, Delay: Step.DELAY}


async def _flag(session: TenantSession, decision: Decision, stale: str, act: Act, picture: CashPicture) -> Decision:
    is_open = any(item.ref.id == decision.seen.bill_id for item in picture.books.payables)
    if stale and not is_open:
        to, told = replace(decision, stale=stale, told=stale), Told(happened=stale)
        return await advance(session, decision, Step.SUPERSEDE, act, None, to=to, told=told)
    flagged = await decisions.save(
        session, replace(decision, stale=stale, changed_at=act.at), seen_version=decision.version
    )
    await write_down(session, "flag", flagged, act, Told(happened=stale or "The bill is again what was decided about."))
    return flagged


def method_of(decision: Decision) -> PaymentMethod:
    """How a decision pays. Raises ValueError for one that doesn't."""
    return msgspec.json.decode(decision.method, type=PaymentMethod)


def _check_version(before: Decision, seen_version: int | None) -> None:
    if before.version != (seen_version or 0):
        raise DecisionMovedError(
            f"The decision about bill {before.seen.number or before.seen.bill_id} of {before.seen.vendor_name} has "
            "been changed since you saw it. Look at it again, then decide."
        )


def _check_fresh(before: Decision, picture: CashPicture) -> None:
    stale = changes_of(before.seen, picture)
    if stale:
        raise StaleDecisionError(f"{stale} Take the approval back, look at the bill again, then decide.")


def _to_pay(before: Decision, choice: PayNow | Schedule, picture: CashPicture) -> Decision:
    cents = before.seen.open_cents if choice.cents is None else choice.cents
    if not 0 < cents <= before.seen.open_cents:
        raise StaleDecisionError(
            f"{_text(cents, picture)} can't be paid of a bill with {_text(before.seen.open_cents, picture)} open. "
            "Pay all of it or a part."
        )
    pay_on = picture.books.as_of
    if isinstance(choice, Schedule):
        pay_on = choice.pay_on
        check_pay_day(pay_on, picture.books.as_of, picture.books.business.calendar)
    method = msgspec.json.encode(_method(choice.method, picture)).decode()
    saved = _saved(before, choice, pay_on, picture) if choice.discount else 0
    return replace(before, cents=cents - saved, discount_cents=saved, pay_on=pay_on, wake_on=None, method=method)


def _saved(before: Decision, choice: PayNow | Schedule, pay_on: date, picture: CashPicture) -> int:
    if choice.cents is not None:
        raise NoDiscountError(
            "A discount is given for paying the whole bill. Pay all of it, or a part without discount."
        )
    return discount_on(picture, before.seen, pay_on).amount.cents


def _text(cents: int, picture: CashPicture) -> str:
    return money_text(Money(cents, picture.books.business.currency), cents=True)


def _delayed(before: Decision, choice: Delay, picture: CashPicture) -> Decision:
    today = picture.books.as_of
    if not today < choice.until <= today + LONGEST_AHEAD:
        raise NotAPayDayError(
            f"A bill can be delayed until a day from {day_text(today + timedelta(days=1))} on, for a year at most."
        )
    return replace(before.undecided(), wake_on=choice.until)


def check_pay_day(day: date, today: date, calendar: BankCalendar) -> None:
    """Raise `NotAPayDayError`, which names the nearest days that can be, for a day on which no payment can leave."""
    if day < today:
        raise NotAPayDayError(f"{day_text(day)} has passed. Take {day_text(calendar.on_or_after(today))} or later.")
    if day > today + LONGEST_AHEAD:
        raise NotAPayDayError(f"{day_text(day)} is more than a year ahead. Delay the bill instead.")
    if not calendar.is_business_day(day):
        before, after = calendar.on_or_before(day), calendar.on_or_after(day)
        near = f"{day_text(before)} or {day_text(after)}" if before >= today else day_text(after)
        raise NotAPayDayError(f"Banks are closed on {day_text(day)}. Take {near}.")


def _method(wanted: PaymentMethod | None, picture: CashPicture) -> PaymentMethod:
    """The account that was asked for, or the operating account that has most."""
    books = picture.books
    if wanted is None:
        operating = [account for account in books.accounts if account.operating]
        if not operating:
            raise NoPayingAccountError("QuickBooks has no checking or savings account to pay from. Add one there.")
        richest = max(operating, key=lambda account: (account.balance.cents, account.ref.id))
        return PaymentMethod(PayBy.BANK, richest.ref.id)
    known = books.cards if wanted.by is PayBy.CARD else books.accounts
    if not any(account.ref.id == wanted.account_id for account in known):
        raise NoPayingAccountError(
            f"QuickBooks has no {'card' if wanted.by is PayBy.CARD else 'bank account'} {wanted.account_id} to pay "
            "from. Choose another."
        )
    return wanted
