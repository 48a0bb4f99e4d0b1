"""Discounts for paying early. QuickBooks has no field for them: each becomes a vendor credit that its payment uses."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from oodaloo.domains.ap.attempts import Attempt, attempted
from oodaloo.domains.ap.payments import BillPart, CreditPart, PaymentOrder
from oodaloo.domains.ap.store import BillRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.jobs.workflow import Run
from oodaloo.infra.qbo.mirror.records import load_source
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.qbo.writes.intents import IntentState
from oodaloo.infra.qbo.writes.write import Write, marker_for, seen

Objection: TypeAlias = Callable[[TenantSession, PaymentOrder], Awaitable[str]]
"""Why an order can't be carried out, empty when it can."""

_ACCOUNT_LINE: Final = "AccountBasedExpenseLineDetail"
_NUMBERS: Final = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Taken:
    """The credits that an order's discounts have become; `end` is done when it is all of them, else `told` says why."""

    credits: tuple[CreditPart, ...]
    end: Attempt = Attempt.DONE
    told: str = ""


async def take_discounts(run: Run, order: PaymentOrder, writes: Writes, objection: Objection) -> Taken:
    """Enter a vendor credit for each discount of an order, once however often this is done."""
    if not order.discounted:
        return Taken(())
    intents, refused = await run.transaction("discounts", lambda session: _intended(session, order, writes, objection))
    if refused:
        return Taken((), Attempt.REFUSED, refused)
    entered: list[CreditPart] = []
    for part, intent_id in zip(order.discounted, intents, strict=True):
        attempt, told = await attempted(run, intent_id, writes, f"discount of {part.bill_id}")
        if attempt is Attempt.STOPPED and await _withdrawn(run, order, part, told, writes):
            attempt = Attempt.REFUSED
        if attempt is not Attempt.DONE:
            return Taken(tuple(entered), attempt, told)
        entered.append(CreditPart(told, part.discount))
    return Taken(tuple(entered))


async def give_discounts_back(run: Run, order: PaymentOrder, writes: Writes) -> str:
    """Delete the credits of a payment that won't be made; gives a sentence on those that stay, empty when none does."""
    if not order.discounted:
        return ""
    stays = []
    for intent_id, credit_id in await run.transaction(
        "undo discounts", lambda session: _undone(session, order, writes)
    ):
        attempt, told = await attempted(run, intent_id, writes, f"undo discount {credit_id}")
        if attempt is not Attempt.DONE:
            stays.append(f"Vendor credit {credit_id}, the discount of this payment, isn't deleted yet: {told}")
    return " ".join(stays)


def _key(order: PaymentOrder, part: BillPart) -> str:
    return f"discount of {part.bill_id} in {order.key}"


async def _withdrawn(run: Run, order: PaymentOrder, part: BillPart, told: str, writes: Writes) -> bool:
    step = f"withdraw discount of {part.bill_id}"
    return bool(await run.transaction(step, lambda session: writes.withdraw(session, _key(order, part), told)))


async def _intended(
    session: TenantSession, order: PaymentOrder, writes: Writes, objection: Objection
) -> tuple[list[str], str]:
    """The intents of an order's discounts, stored now unless they were before; or none of them, and why."""
    known = [await writes.find(session, _key(order, part)) for part in order.discounted]
    found = [each.id for each in known if each is not None]
    if found:
        return found, ""
    if refused := await objection(session, order):
        return [], refused
    wanted = [await _credit(session, order, part) for part in order.discounted]
    if None in wanted:
        return [], (
            f"A bill of {order.vendor_name} is booked to no account that its discount could go to. Decide without the "
            "discount, and take it in QuickBooks."
        )
    return [(await writes.prepare(session, each)).id for each in wanted if each is not None], ""


async def _undone(session: TenantSession, order: PaymentOrder, writes: Writes) -> list[tuple[str, str]]:
    """The intents to delete what was entered of an order's discounts, each with the credit's id."""
    undone = []
    for part in order.discounted:
        entered = await writes.find(session, _key(order, part))
        if entered is not None and entered.state is IntentState.DONE:
            key = f"end of {_key(order, part)}"
            known = await writes.find(session, key)
            if known is None:
                delete = Write.delete(key, "VendorCredit", entered.answer, guarding=("Balance",))
                known = await writes.prepare(session, delete)
            undone.append((known.id, entered.record_id))
    return undone


async def _credit(session: TenantSession, order: PaymentOrder, part: BillPart) -> Write | None:
    """The discount as a credit of the vendor, booked to where the bill is; None where that has items alone."""
    source = await load_source(session, BillRow, part.bill_id)
    account = _account_of(source) if source else None
    if source is None or account is None:
        return None
    key = _key(order, part)
    marker = marker_for(key)
    detail = {"DetailType": _ACCOUNT_LINE, _ACCOUNT_LINE: {"AccountRef": account}}
    body = {
        "VendorRef": {"value": order.vendor_id},
        "TxnDate": order.pay_on.isoformat(),
        "PrivateNote": f"Discount for paying early. {marker}",
        "Line": [{"Amount": part.discount.amount, **detail}],
    }
    based_on = [seen("Bill", source.encode(), "Balance", "VendorRef")]
    sent = _NUMBERS.encode(body)
    return Write.create(key, "VendorCredit", sent, marker=marker, based_on=based_on, not_after=order.not_after)


def _account_of(bill_source: str) -> object | None:
    """The account that a bill's first expense is booked to, as QuickBooks names it."""
    for line in msgspec.json.decode(bill_source).get("Line", ()):
        if _ACCOUNT_LINE in line:
            account: object = line[_ACCOUNT_LINE].get("AccountRef")
            return account
    return None
