"""What was decided about a picture's money, out of runway's own records: what is set aside, and pay dates of bills."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.model.earmarks import Decided, Earmark, PlannedDay
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.records import decisions, reserves
from oodaloo.runway.records.decisions import Decision

_TO_BE_PAID = frozenset(
    {
        DecisionState.PAY_NOW,
        DecisionState.SCHEDULED,
        DecisionState.AWAITING_SECOND_APPROVAL,
        DecisionState.FINALIZED,
        DecisionState.EXECUTING,
        DecisionState.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is set aside, and the decisions that stand: the newest of each bill last."""

    aside: tuple[Earmark, ...] = ()
    decisions: tuple[Decision, ...] = ()


async def standing_decisions(session: TenantSession, currency: Currency, today: date) -> Standing:
    """What stands now in a business of that home currency."""
    aside = await reserves.earmarks(session, currency)
    delayed = await decisions.delayed_until_after(session, today)
    return Standing(aside, (*delayed, *await decisions.not_ended(session)))


def decided(standing: Standing, books: Books) -> tuple[tuple[Earmark, ...], tuple[PlannedDay, ...]]:
    """Everything that is set aside, and the day on which each decided bill leaves, drafts included.

    A bill that is paid in part has no day: its hold leaves when the part is to be paid, and the rest with the bill when
    that is usually paid. Nor has one whose payment failed: it is held for, and due as if nothing had been decided.
    """
    if not standing.aside and not standing.decisions:
        return (), ()
    bills = {bill.ref.id: bill.ref for bill in (*books.bills_issued, *books.payables)}
    newest = {each.seen.bill_id: each for each in standing.decisions}
    planned = _planned(newest.values(), bills, books.as_of, books.business.currency)
    return tuple(_as_in_books(each, bills) for each in standing.aside), tuple(planned)


def _as_in_books(earmark: Earmark, bills: dict[str, RecordRef]) -> Earmark:
    """The earmark with its bill as the books call it."""
    purpose = earmark.purpose
    known = bills.get(purpose.id) if isinstance(purpose, RecordRef) else None
    return earmark if known is None else replace(earmark, purpose=known)


def _planned(
    standing: Iterable[Decision], bills: dict[str, RecordRef], today: date, currency: Currency
) -> Iterator[PlannedDay]:
    for decision in standing:
        bill = bills.get(decision.seen.bill_id)
        if bill is not None and decision.wake_on is not None:
            yield PlannedDay(bill, Decided.DELAYED, decision.wake_on)
        elif bill is not None and decision.state in _TO_BE_PAID and decision.pays_all:
            day = max(decision.pay_on or today, today)
            amount = Money(decision.cents, currency) if decision.discount_cents else None
            yield PlannedDay(bill, Decided.SCHEDULED if day > today else Decided.PAY_NOW, day, amount)
