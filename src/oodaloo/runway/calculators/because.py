"""The sentences that explain a runway, with figures that a person can check against the projection and the books."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from oodaloo.kit.dates import last_full_weeks
from oodaloo.kit.money import Money
from oodaloo.runway.calculators.residual import HISTORY_WEEKS
from oodaloo.runway.model.picture import BookCheck, CashPicture
from oodaloo.runway.model.recurring import FlowSource, Lifecycle, RecurringFlow
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.runway import (
    HORIZON_DAYS,
    DatedItem,
    ItemKind,
    LeftOut,
    LowestPoint,
    PayrollCover,
    ProjectedDay,
    Projection,
    RunwayState,
)
from oodaloo.runway.model.wording import day_text, days_text, money_text

_LOWERED_LABELS = {"Payroll": "payroll", "Payroll tax": "payroll tax", "Other spending": "other spending"}


def sentences(
    picture: CashPicture,
    projection: Projection,
    state: RunwayState,
    crossed: date | None,
    lowest: LowestPoint | None,
    payrolls: Sequence[PayrollCover],
) -> tuple[str, ...]:
    """First the headline and how it comes about, then payroll, then what the projection doesn't hold."""
    found: list[str] = []
    if state is not RunwayState.UNKNOWN:
        found += _headline(picture, projection, state, crossed)
        found += _lowest_sentence(picture, lowest)
        found += _latest_large_receipt(projection, crossed if state is RunwayState.DATED else None)
        found += _payroll_sentences(payrolls)
        found += _not_yet_invoiced(picture)
        found += _missed_sentences(picture.recurring)
    found += _left_out_sentences(projection.left_out)
    found += _book_sentences(picture)
    return tuple(found)


def _headline(picture: CashPicture, projection: Projection, state: RunwayState, crossed: date | None) -> Iterator[str]:
    buffer = picture.books.business.buffer
    if state is RunwayState.DATED and crossed is not None:
        day = next(day for day in projection.days if day.day == crossed)
        yield _crossing(projection, day, buffer)
        if crossed > projection.as_of:
            yield _sum_until(projection, day)
        return
    floor = f"stays at or above {_floor_text(buffer)}"
    if state is RunwayState.SUSTAINED:
        yield f"Spendable {floor} for {HORIZON_DAYS} days, and for 52 weeks at the run rate of the last 13 full weeks."
    elif crossed is None:
        yield f"Spendable {floor} for {HORIZON_DAYS} days; there is too little history to look further."
    else:
        run_rate = (
            f"at the run rate of the last 13 full weeks it would be reached on {day_text(crossed)}, {crossed.year}"
        )
        yield f"Spendable {floor} for {HORIZON_DAYS} days; after that only {run_rate}."
    yield _sum_until(projection, projection.days[-1])


def _crossing(projection: Projection, day: ProjectedDay, buffer: Money) -> str:
    spendable, below = money_text(day.spendable, cents=False), f"below {_floor_text(buffer)}"
    if day.day == projection.as_of:
        return f"Spendable is {spendable} today, already {below}."
    until = f"Covered until {day_text(day.day)}, {days_text((day.day - projection.as_of).days)}"
    out = [item for item in day.items if item.amount.cents < 0]
    first = min(out, key=lambda item: item.amount.cents)
    more = "" if len(out) == 1 else f" and {len(out) - 1} more"
    verb = "leaves" if len(out) == 1 else "leave"
    return f"{until}: {_what(first)} of {money_text(-first.amount, cents=False)}{more} {verb} {spendable}, {below}."


def _what(item: DatedItem) -> str:
    return _LOWERED_LABELS.get(item.label, item.label)


def _floor_text(buffer: Money) -> str:
    return "zero" if buffer.is_zero else f"the buffer of {money_text(buffer, cents=False)}"


def _sum_until(projection: Projection, last: ProjectedDay) -> str:
    items = [item for item in projection.items if item.dated <= last.day]
    currency = projection.opening.currency
    gained = Money.total((item.amount for item in items if item.amount.cents > 0), currency)
    spent = Money.total((-item.amount for item in items if item.amount.cents < 0), currency)
    opening, closing = money_text(projection.opening, cents=True), money_text(last.spendable, cents=True)
    flows = f"plus {money_text(gained, cents=True)} in, less {money_text(spent, cents=True)} out"
    return f"{opening} spendable today, {flows} by {day_text(last.day)}, makes {closing}."


def _lowest_sentence(picture: CashPicture, lowest: LowestPoint | None) -> Iterator[str]:
    if lowest is None or lowest.day == picture.books.as_of:
        return
    days = days_text((lowest.day - picture.books.as_of).days)
    amount = money_text(lowest.spendable, cents=False)
    yield f"The lowest point within {HORIZON_DAYS} days is {amount} on {day_text(lowest.day)}, {days}."


def _latest_large_receipt(projection: Projection, crossed: date | None) -> Iterator[str]:
    """The largest open invoice that comes only when the line has already been crossed."""
    if crossed is None:
        return
    late = [item for item in projection.items if item.kind is ItemKind.RECEIVABLE and item.dated >= crossed]
    if late:
        item = max(late, key=lambda item: item.amount.cents)
        amount, day = money_text(item.amount, cents=False), day_text(item.dated)
        yield f"{item.label}, {amount}, is expected only on {day}: {item.reason}."


def _payroll_sentences(payrolls: Sequence[PayrollCover]) -> Iterator[str]:
    short = [payroll for payroll in payrolls if not payroll.covered]
    if not payrolls:
        yield "No regular payroll was found in QuickBooks; if there is one, it isn't in these numbers."
    elif short:
        first = short[0]
        missing = money_text(-first.spendable_after, cents=False)
        are = "is short," if len(short) == 1 else "are short, the first"
        yield f"{len(short)} of {len(payrolls)} payrolls {are} on {day_text(first.day)} by {missing}."
    else:
        last = day_text(payrolls[-1].day)
        yield (
            f"All {len(payrolls)} payrolls until {last} are covered."
            if len(payrolls) > 1
            else (f"The payroll on {last} is covered.")
        )


def _not_yet_invoiced(picture: CashPicture) -> Iterator[str]:
    """New work counts only once it is invoiced, unless it comes back by itself: how much that has been lately."""
    regular = {hit.ref for flow in picture.recurring if flow.upcoming for hit in flow.hits}
    weeks = last_full_weeks(picture.books.as_of, HISTORY_WEEKS)
    irregular = [
        item.total
        for item in picture.books.invoices_issued
        if item.issued in weeks and item.total.cents > 0 and item.ref not in regular
    ]
    if irregular:
        total = Money.total(irregular, picture.spendable.currency)
        weekly = money_text(Money(total.cents // HISTORY_WEEKS, total.currency), cents=False)
        yield (
            "Work that isn't invoiced yet isn't counted unless it comes back regularly; "
            f"other invoices came to {weekly} a week over the last {HISTORY_WEEKS} full weeks."
        )


def _left_out_sentences(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Documents once per reason (their ages differ, so only what follows them counts), cards one by one."""
    by_reason: defaultdict[str, list[LeftOut]] = defaultdict(list)
    for each in left_out:
        if each.ref.kind is RecordKind.ACCOUNT:
            owed = money_text(each.amount, cents=True)
            yield f"{owed} owed on {each.party.name} has no date in the projection: {each.because}."
        else:
            by_reason[each.because.rpartition("; ")[2]].append(each)
    for reason, some in by_reason.items():
        total = money_text(Money.total((each.amount for each in some), some[0].amount.currency), cents=True)
        what = f"{total} of one document has" if len(some) == 1 else f"{total} of {len(some)} documents have"
        yield f"{what} no date in the projection: {reason}."


def _missed_sentences(flows: Sequence[RecurringFlow]) -> Iterator[str]:
    """Money in that didn't come: what the projection no longer counts on."""
    for flow in flows:
        if flow.lifecycle is Lifecycle.MISSED and flow.typical_amount.cents > 0 and flow.overdue_since is not None:
            amount, day = money_text(flow.typical_amount, cents=False), day_text(flow.overdue_since)
            what = "an invoice" if flow.source is FlowSource.INVOICE else "a receipt"
            yield f"{flow.label}: {what} of {amount} was expected on {day} and isn't in the books; none is counted on."


def _book_sentences(picture: CashPicture) -> Iterator[str]:
    books = picture.books
    if books.receivables and not books.settled_invoices:
        yield "No invoice has been paid yet, so due dates stand for payment dates."
    if books.ledger_unread:
        yield "The general ledger couldn't be read: payroll that QuickBooks runs itself, if any, is missing here."
    assumed = sum(item.due_assumed for item in (*books.receivables, *books.payables))
    if assumed:
        yield f"{assumed} open {_documents(assumed)} without due date: taken as due when issued."
    if books.foreign_documents:
        count = books.foreign_documents
        yield f"{count} {_documents(count)} in other currencies than {books.business.currency} are left out."
    for check in books.checks:
        if not check.difference.is_zero:
            yield _check_sentence(check)


def _documents(count: int) -> str:
    return "document" if count == 1 else "documents"


def _check_sentence(check: BookCheck) -> str:
    account, documents = money_text(check.account_balance, cents=True), money_text(check.documents_total, cents=True)
    apart = money_text(abs(check.difference), cents=True)
    return (
        f"{check.account} stands at {account} in the books, its open documents less credits add up to {documents}: "
        f"{apart} apart. The projection follows the documents."
    )
