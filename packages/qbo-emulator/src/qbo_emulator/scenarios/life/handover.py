"""What life must remember of a history: promises made and papers on their way, nothing that the books show."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from qbo_emulator.scenarios.company.description import Span
from qbo_emulator.scenarios.company.events import (
    BillReceived,
    BillsPaid,
    CreditMemoIssued,
    CustomerPaid,
    Deposited,
    Event,
    Spent,
    VendorCreditReceived,
)
from qbo_emulator.scenarios.company.habits import PlannedPayment
from qbo_emulator.scenarios.company.history import History

_LISTS = ("account/", "item/", "term/", "customer/", "vendor/")
_SPENDING = ("card/", "subscription/", "standing/")


@dataclass(frozen=True, slots=True)
class Handover:
    """How a history ended.

    Ids are QuickBooks': `promised` says when open invoices will be paid (one without a promise never is), `pay_runs`
    when open bills are, `cheques` which payments will be taken to the bank; `list_ids` are those of accounts,
    items, terms, customers and vendors by key. `in_the_post` is dated in the history and entered after it; `doubled`
    are second entries of bills.
    """

    span: Span
    known_at: datetime
    in_the_post: tuple[Event, ...]
    promised: Mapping[str, tuple[PlannedPayment, ...]]
    pay_runs: Mapping[str, date]
    cheques: frozenset[str]
    list_ids: Mapping[str, str]
    doubled: frozenset[str]


def hand_over(history: History, span: Span, ids: Mapping[str, str]) -> Handover:
    """Return what must be remembered of a history that was entered under these ids."""
    return Handover(
        span=span,
        known_at=history.known_at,
        in_the_post=tuple(_in_the_post(history.coming, span.end, ids)),
        promised=_promised(history.coming, ids),
        pay_runs={
            ids[key]: event.txn_date
            for event in history.coming
            if isinstance(event, BillsPaid)
            for key, _ in event.bills
            if key in ids
        },
        cheques=frozenset(
            ids[key]
            for event in history.coming
            if isinstance(event, Deposited)
            for key, _ in event.payments
            if key in ids
        ),
        list_ids={key: entity_id for key, entity_id in ids.items() if key.startswith(_LISTS)},
        doubled=frozenset(entity_id for key, entity_id in ids.items() if _is_second_entry(key)),
    )


def _is_second_entry(key: str) -> bool:
    return key.startswith("bill/") and key.endswith("/again")


def _in_the_post(coming: Iterable[Event], end: date, ids: Mapping[str, str]) -> Iterator[Event]:
    for event in coming:
        match event:
            case BillReceived():
                if event.txn_date <= end:
                    yield event
            case CreditMemoIssued() | VendorCreditReceived():
                if event.key.removeprefix("credit/") in ids:
                    yield event
            case Spent():
                if event.txn_date <= end and event.key.startswith(_SPENDING):
                    yield event


def _promised(coming: Iterable[Event], ids: Mapping[str, str]) -> dict[str, tuple[PlannedPayment, ...]]:
    parts: defaultdict[str, list[PlannedPayment]] = defaultdict(list)
    for event in coming:
        if isinstance(event, CustomerPaid):
            for key, cents in event.invoices:
                if key in ids:
                    parts[ids[key]].append(PlannedPayment(event.txn_date, cents))
    return {invoice_id: tuple(planned) for invoice_id, planned in parts.items()}
