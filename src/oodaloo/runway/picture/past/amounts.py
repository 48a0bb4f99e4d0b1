"""What was open of documents at a moment of the past: what is open now, less what was settled since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.infra.qbo.mirror.records import Kind
from oodaloo.kit.money import Money
from oodaloo.runway.picture.past.versions import Key

_DocumentT = TypeVar("_DocumentT", Invoice, Bill, CreditMemo, VendorCredit)
_PaymentT = TypeVar("_PaymentT", Payment, BillPayment)


def settled_since(now: Iterable[_PaymentT], then: Iterable[_PaymentT]) -> Mapping[Key, int]:
    """By document, the cents that payments settle now less those that they settled then.

    A payment that was entered, changed or deleted since makes the difference; an unchanged one makes none.
    """
    found: defaultdict[Key, int] = defaultdict(int)
    after, before = {id(each): each for each in now}, {id(each): each for each in then}
    for payments, known, sign in ((after, before, 1), (before, after, -1)):
        for payment in (each for key, each in payments.items() if key not in known):
            for part in payment.applied:
                found[part.kind, part.id] += sign * part.amount.cents
    return found


def as_open_then(
    kind: Kind[_DocumentT], then: MirrorReading, now: MirrorReading, since: Mapping[Key, int]
) -> tuple[_DocumentT, ...]:
    """The documents of a kind with what was open of them: settled then is settled now less what was settled `since`.

    So whatever settled a document before, also what no record shows, stays settled. One that isn't there any more was
    open as its version of then says.
    """
    current = {each.meta.id: each for each in now.of(kind)}
    return tuple(
        _as_open(each, current[each.meta.id], since.get((kind.name, each.meta.id), 0))
        if each.meta.id in current
        else each
        for each in then.of(kind)
    )


def as_applied_then(then: Sequence[_PaymentT], known: Collection[Key]) -> tuple[_PaymentT, ...]:
    """The payments without what they settle of documents that weren't known: that much was unapplied."""
    return tuple(_as_applied(each, known) for each in then)


def _as_open(then: _DocumentT, now: _DocumentT, since_cents: int) -> _DocumentT:
    if then is now and not since_cents:
        return then
    settled = now.total.cents - now.balance.cents - since_cents
    open_cents = min(max(0, then.total.cents - settled), max(0, then.total.cents))
    if open_cents == then.balance.cents:
        return then
    return replace(then, balance=Money(open_cents, then.balance.currency))


_SETTLED = frozenset({"Invoice", "CreditMemo", "Bill", "VendorCredit"})


def _as_applied(payment: _PaymentT, known: Collection[Key]) -> _PaymentT:
    unknown = [each for each in payment.applied if each.kind in _SETTLED and (each.kind, each.id) not in known]
    if not unknown:
        return payment
    applied = tuple(each for each in payment.applied if each not in unknown)
    if isinstance(payment, BillPayment):
        return replace(payment, applied=applied)
    cents = sum(each.amount.cents if each.kind == "Invoice" else -each.amount.cents for each in unknown)
    unapplied = min(max(0, payment.unapplied.cents + cents), payment.total.cents)
    return replace(payment, applied=applied, unapplied=Money(unapplied, payment.unapplied.currency))
