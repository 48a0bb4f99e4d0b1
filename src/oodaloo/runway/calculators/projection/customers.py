"""What customers pay: open invoices by their own distributions, and invoices that are still to be issued."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.open_items import net_of_credits
from oodaloo.runway.calculators.payables.days import days_after
from oodaloo.runway.calculators.projection.expected import Expected, Kept
from oodaloo.runway.calculators.projection.flow_hits import Placed, Placing, expected_hits, hits_to_come
from oodaloo.runway.calculators.projection.invoice_waits import InvoiceWaits, Wait, asked
from oodaloo.runway.calculators.projection.learned import InvoiceTimes, Learned
from oodaloo.runway.calculators.projection.waits import Span
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.receipts import Habit
from oodaloo.runway.model.recurring import FlowSource, RecurringFlow
from oodaloo.runway.model.reference import Party
from oodaloo.runway.model.runway import DatedItem, ItemKind, LeftOut
from oodaloo.runway.model.scenario import Ask, InvoiceChange, ReceiveOn, SlipInvoice, Suppositions
from oodaloo.runway.model.wording import day_text, days_text, money_text


def open_invoices(picture: CashPicture, learned: Learned, span: Span, kept: Kept) -> Iterator[Expected | LeftOut]:
    """Each open invoice net of its customer's credits, earliest due first, on the day by which half of them would come.

    One that is more likely never paid is left out of the line, with the reason; some futures bring it all the same.
    """
    books, dropped = picture.books, frozenset(picture.supposed.dropped)
    items = [item for item in books.receivables if item.ref not in dropped]
    waits = _waits(learned, span, kept)
    changes = {change.invoice: change for change in picture.supposed.invoices}
    for item, left in net_of_credits(items, books.unapplied_receipts):
        change, slip = changes.get(item.ref), slip_days(picture.supposed, item.party)
        yield from kept.of((item.ref, left, change, slip), partial(_open_invoice, item, left, change, slip, waits))


def invoices_to_come(picture: CashPicture, learned: Learned, span: Span, kept: Kept) -> Iterator[Expected]:
    """What retainers bring: invoices on their expected days of issue, paid as that customer would pay further ones."""
    waits = _waits(learned, span, kept)
    for flow in picture.recurring:
        if flow.source is FlowSource.INVOICE and flow.upcoming:
            hits = hits_to_come(flow, picture.supposed, span.last)
            place = _placing(flow, waits, span, slip_days(picture.supposed, flow.party))
            yield from expected_hits(flow, hits, learned.flows[flow.key], place, party_key(flow.party))


def slip_days(supposed: Suppositions, customer: Party) -> int:
    """By how many days all that the customer pays is supposed to slip."""
    key = party_key(customer)
    return sum(slip.days for slip in supposed.slips if party_key(slip.customer) == key)


def _waits(learned: Learned, span: Span, kept: Kept) -> InvoiceWaits:
    return kept.of("invoice waits", lambda: InvoiceWaits(learned.invoices, span))


def _open_invoice(
    item: OpenItem, left: Money, change: InvoiceChange | None, slip: int, waits: InvoiceWaits
) -> tuple[Expected | LeftOut, ...]:
    span, times = waits.span, waits.times
    if isinstance(change, ReceiveOn):
        return (Expected(_item(item, left, max(change.day, span.as_of), "supposed to be paid that day")),)
    slip += change.days if isinstance(change, SlipInvoice) else 0
    wait = waits.of_open(item, slip)
    if wait is None:
        return (LeftOut(item.ref, item.party, left, _never_text(item, times, span.as_of)),)
    if isinstance(change, Ask):
        wait = asked(wait, change.odds_ratio)
    expected = Expected(
        item=_item(
            item,
            left,
            span.bank_day(days_after(span.as_of, wait.median_days or 0)),
            _reason(item, wait, times, span.as_of) + _slip_text(slip),
        ),
        luck=item.ref.id,
        customer=party_key(item.party),
        waits=wait.chances,
        on_line=wait.median_days is not None,
    )
    if wait.median_days is None:
        return (LeftOut(item.ref, item.party, left, _never_text(item, times, span.as_of)), expected)
    return (expected,)


def _placing(flow: RecurringFlow, waits: InvoiceWaits, span: Span, slip: int) -> Placing:
    usual = waits.usual_days(flow.key)
    days = flow.settles_after_days if usual is None else usual
    because = f"usually paid {days_text(days)} later{_slip_text(slip)}"

    def place(issued: date) -> Placed:
        wait = waits.of_coming(flow.key, (issued - span.as_of).days, slip)
        day = span.bank_day(days_after(issued, days + slip))
        if wait is None:
            return Placed(day, None, because)
        return Placed(day, wait.chances, because, on_line=wait.median_days is not None)

    return place


def _item(item: OpenItem, left: Money, day: date, reason: str) -> DatedItem:
    netted = "" if left == item.open else f"; {money_text(item.open, cents=True)} open less credits"
    return DatedItem(
        dated=day,
        amount=left,
        kind=ItemKind.RECEIVABLE,
        label=item.party.name,
        reason=reason + netted,
        party=item.party,
        flow_class=None,
        flow_key=None,
        records=(item.ref,),
    )


def _reason(item: OpenItem, wait: Wait, times: InvoiceTimes, as_of: date) -> str:
    """The due date and what the customer, or everyone, usually does about it."""
    due = f"no due date, taken as due on {day_text(item.due)}" if item.due_assumed else f"due {day_text(item.due)}"
    habit = times.habit_of(item)
    usual = None if habit is None else _usual_lateness(habit)
    if habit is None or usual is None:
        return f"{due}; no payment history yet"
    late_today = (as_of - item.due).days
    if times.longest_lateness is not None and late_today > max(0, times.longest_lateness):
        return f"{due}; {days_text(late_today)} late, none was ever paid this late: even odds by then"
    if late_today >= usual and late_today > 0 and wait.median_days is not None:
        lateness = lateness_text(late_today + wait.median_days)
        return f"{due}; {days_text(late_today)} late, invoices that late are usually paid {lateness}"
    who = "usually pays" if habit.documents else "customers usually pay"
    return f"{due}; {who} {lateness_text(usual)}"


def _usual_lateness(habit: Habit) -> int | None:
    return habit.usual_lateness_days if habit.documents else habit.everyone_lateness_days


def _never_text(item: OpenItem, times: InvoiceTimes, as_of: date) -> str:
    late_today = (as_of - item.due).days
    longest = times.longest_lateness
    late = f"{days_text(late_today)} late; " if late_today > 0 else ""
    if longest is not None and late_today > longest:
        return f"{late}no invoice was ever paid this late"
    return f"{late}more likely never paid than paid"


def _slip_text(slip: int) -> str:
    if not slip:
        return ""
    return f", supposed {days_text(abs(slip))} {'later' if slip > 0 else 'sooner'} than that"


def lateness_text(lateness_days: int) -> str:
    """Days after the due date in words."""
    if lateness_days == 0:
        return "on time"
    return f"{days_text(abs(lateness_days))} {'late' if lateness_days > 0 else 'early'}"
