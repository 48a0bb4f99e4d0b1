"""The deterministic projection: spendable cash day by day, every expected item on its own day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.card_dues import card_dues, is_dated_with_its_card
from oodaloo.runway.calculators.open_items import net_of_credits
from oodaloo.runway.calculators.payment_timing import (
    ExpectedDay,
    NoDay,
    expected_payment,
    expected_receipt,
    habits_of,
)
from oodaloo.runway.model.picture import Books, CashPicture, OpenItem
from oodaloo.runway.model.recurring import FlowSource, RecurringFlow, Rhythm
from oodaloo.runway.model.runway import HORIZON_DAYS, DatedItem, ItemKind, LeftOut, ProjectedDay, Projection
from oodaloo.runway.model.wording import day_text, money_text

RHYTHM_TEXT = {
    Rhythm.WEEKLY: "every week",
    Rhythm.BIWEEKLY: "every two weeks",
    Rhythm.SEMI_MONTHLY: "twice a month",
    Rhythm.MONTHLY: "every month",
    Rhythm.QUARTERLY: "every quarter",
}
_FRIDAY = 4


def project(picture: CashPicture, horizon_days: int = HORIZON_DAYS) -> Projection:
    """Spendable cash at the end of each day from `as_of` (day 0, the opening) to `horizon_days` after it.

    Each dollar once: open invoices and bills net of their party's unapplied credits (earliest due first) on their
    expected pay day; undeposited funds on the next business day; cards as `card_dues` says; recurring flows on their
    upcoming days (documents' flows when the document would be paid); the residual on each coming Friday, every
    Friday standing for a full week. Nothing is expected on `as_of` itself: its balance is already known.
    """
    dated, left_out = _receivable_items(picture.books)
    paid, not_paid = _payable_items(picture.books)
    dues = tuple(card_dues(picture))
    items = [
        *dated,
        *paid,
        *_undeposited_items(picture.books),
        *(item for due in dues for item in due.items),
        *_flow_items(picture),
        *_residual_items(picture, horizon_days),
    ]
    carried = (due.left_out for due in dues if due.left_out is not None)
    return Projection(
        as_of=picture.books.as_of,
        opening=picture.spendable,
        days=_days(picture, items, horizon_days),
        left_out=(*left_out, *not_paid, *carried),
    )


def _days(picture: CashPicture, items: Iterable[DatedItem], horizon_days: int) -> tuple[ProjectedDay, ...]:
    """The running balance; receipts of a day stand before its payments, each largest first."""
    by_day: defaultdict[date, list[DatedItem]] = defaultdict(list)
    for item in items:
        by_day[item.dated].append(item)
    cents, currency, days = picture.spendable.cents, picture.spendable.currency, []
    for number in range(horizon_days + 1):
        day = picture.books.as_of + timedelta(days=number)
        todays = sorted(by_day.get(day, ()), key=_receipts_first)
        cents += sum(item.amount.cents for item in todays)
        days.append(ProjectedDay(day, Money(cents, currency), tuple(todays)))
    return tuple(days)


def _receipts_first(item: DatedItem) -> tuple[bool, int, str]:
    return (item.amount.cents < 0, -abs(item.amount.cents), item.label)


def _receivable_items(books: Books) -> tuple[list[DatedItem], list[LeftOut]]:
    habits, calendar = habits_of(books.settled_invoices), books.business.calendar
    netted = net_of_credits(books.receivables, books.unapplied_receipts)
    found = ((item, left, expected_receipt(item, habits, books.as_of, calendar)) for item, left in netted)
    return _document_items(found, ItemKind.RECEIVABLE, sign=1)


def _payable_items(books: Books) -> tuple[list[DatedItem], list[LeftOut]]:
    habits, calendar = habits_of(books.settled_bills), books.business.calendar
    netted = net_of_credits(books.payables, books.vendor_credits)
    found = ((item, left, expected_payment(item, habits, books.as_of, calendar)) for item, left in netted)
    return _document_items(found, ItemKind.PAYABLE, sign=-1)


def _document_items(
    found: Iterable[tuple[OpenItem, Money, ExpectedDay | NoDay]], kind: ItemKind, *, sign: int
) -> tuple[list[DatedItem], list[LeftOut]]:
    dated: list[DatedItem] = []
    left_out: list[LeftOut] = []
    for item, left, expected in found:
        if isinstance(expected, NoDay):
            left_out.append(LeftOut(item.ref, item.party, left, expected.because))
            continue
        netted = "" if left == item.open else f"; {money_text(item.open, cents=True)} open less credits"
        dated.append(
            DatedItem(
                dated=expected.day,
                amount=Money(sign * left.cents, left.currency),
                kind=kind,
                label=item.party.name,
                reason=expected.reason + netted,
                party=item.party,
                flow_class=None,
                flow_key=None,
                records=(item.ref,),
            )
        )
    return dated, left_out


def _undeposited_items(books: Books) -> Iterator[DatedItem]:
    if books.undeposited.cents <= 0:
        return
    yield DatedItem(
        dated=books.business.calendar.on_or_after(books.as_of + timedelta(days=1)),
        amount=books.undeposited,
        kind=ItemKind.UNDEPOSITED,
        label="Undeposited funds",
        reason="received but not deposited; the bank has it the business day after",
        party=None,
        flow_class=None,
        flow_key=None,
        records=books.undeposited_accounts,
    )


def _flow_items(picture: CashPicture) -> Iterator[DatedItem]:
    for flow in picture.recurring:
        if not flow.by_card and not is_dated_with_its_card(flow, picture.books):
            yield from _items_of_flow(flow, picture.books)


def _items_of_flow(flow: RecurringFlow, books: Books) -> Iterator[DatedItem]:
    """Movements on their own days; what documents bring moves its usual days after the document, on a business day."""
    records = tuple(hit.ref for hit in flow.hits)
    usual = _usual_text(flow)
    for number, day in enumerate(flow.upcoming):
        moves = day
        if flow.source is not FlowSource.MOVEMENT:
            moves = books.business.calendar.on_or_after(day + timedelta(days=flow.settles_after_days))
        awaited = flow.overdue_since if number == 0 else None
        late = f"; expected {day_text(awaited)}, not in the books yet" if awaited else ""
        yield DatedItem(
            dated=moves,
            amount=flow.typical_amount,
            kind=ItemKind.RECURRING,
            label=flow.label,
            reason=_document_text(flow, day) + usual + late,
            party=flow.party,
            flow_class=flow.flow_class,
            flow_key=flow.key,
            records=records,
        )


def _usual_text(flow: RecurringFlow) -> str:
    last = flow.hits[-1]
    days = len({hit.dated for hit in flow.hits})
    return f"{RHYTHM_TEXT[flow.rhythm]}, {days} times so far, last on {day_text(last.dated)}"


def _document_text(flow: RecurringFlow, issued: date) -> str:
    if flow.source is FlowSource.MOVEMENT:
        return ""
    document = "invoice" if flow.source is FlowSource.INVOICE else "bill"
    return f"{document} expected {day_text(issued)}, usually paid {flow.settles_after_days} days later; "


def _residual_items(picture: CashPicture, horizon_days: int) -> Iterator[DatedItem]:
    residual, today = picture.residual, picture.books.as_of
    reason = f"not explained by documents or flows: the median week of the last {residual.weeks}"
    sides = (("Other receipts", residual.weekly_in), ("Other spending", -residual.weekly_out))
    for number in range(1, horizon_days + 1):
        day = today + timedelta(days=number)
        if day.weekday() != _FRIDAY:
            continue
        for label, amount in sides:
            if amount.cents:
                yield DatedItem(day, amount, ItemKind.RESIDUAL, label, reason, None, None, None, ())
