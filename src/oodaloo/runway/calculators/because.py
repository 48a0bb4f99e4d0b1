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
    PayrollCover,
    ProjectedDay,
    Projection,
    Runway,
    RunwayState,
)
from oodaloo.runway.model.wording import day_text, days_text, money_text

_LOWERED_LABELS = {"Payroll": "payroll", "Payroll tax": "payroll tax", "Other spending": "other spending"}


def sentences(picture: CashPicture, projection: Projection, runway: Runway, crossed: date | None) -> tuple[str, ...]:
    """First the headline and how it comes about, its range and payroll, then what the projection doesn't hold."""
    found: list[str] = []
    if runway.state is not RunwayState.UNKNOWN:
        found += _headline(projection, runway, crossed)
        found += _range_sentence(runway)
        found += _lowest_sentence(runway)
        found += _latest_large_receipt(projection, runway.covered_until)
        found += _payroll_sentences(runway.payrolls)
        found += _not_yet_invoiced(picture)
        found += _missed_sentences(picture.recurring)
    found += _left_out_sentences(projection.left_out)
    found += _book_sentences(picture)
    return tuple(found)


def _headline(projection: Projection, runway: Runway, crossed: date | None) -> Iterator[str]:
    buffer = runway.buffer
    if runway.state is RunwayState.DATED and crossed is not None:
        day = next(day for day in projection.days if day.day == crossed)
        alone = next((each for each in projection.days if each.spendable < buffer), None)
        agrees = alone == day
        yield _crossing(projection, day, buffer) if agrees else _crossing_of_futures(projection, day, alone, buffer)
        if crossed > projection.as_of:
            yield ("" if agrees else "On usual days: ") + _sum_until(projection, day)
        return
    who = "Spendable" if runway.cautious_until is None else "In most futures spendable"
    floor = f"{who} stays at or above {_floor_text(buffer)}"
    if runway.state is RunwayState.SUSTAINED:
        yield f"{floor} for {HORIZON_DAYS} days, and for 52 weeks at the run rate of the last 13 full weeks."
    elif crossed is None:
        yield f"{floor} for {HORIZON_DAYS} days; there is too little history to look further."
    else:
        run_rate = (
            f"at the run rate of the last 13 full weeks it would be reached on {day_text(crossed)}, {crossed.year}"
        )
        yield f"{floor} for {HORIZON_DAYS} days; after that only {run_rate}."
    yield _sum_until(projection, projection.days[-1])


def _crossing(projection: Projection, day: ProjectedDay, buffer: Money) -> str:
    """Item by item the line crosses on the very day: what does it, and what it leaves."""
    spendable, below = money_text(day.spendable, cents=False), f"below {_floor_text(buffer)}"
    if day.day == projection.as_of:
        return f"Spendable is {spendable} today, already {below}."
    out = [item for item in day.items if item.amount.cents < 0]
    first = min(out, key=lambda item: item.amount.cents)
    more = "" if len(out) == 1 else f" and {len(out) - 1} more"
    verb = "leaves" if len(out) == 1 else "leave"
    what = f"{_what(first)} of {money_text(-first.amount, cents=False)}{more}"
    return f"{_until_text(projection, day)}: {what} {verb} {spendable}, {below}."


def _crossing_of_futures(projection: Projection, day: ProjectedDay, alone: ProjectedDay | None, buffer: Money) -> str:
    """Half of the futures are below although the items on their usual days aren't, or the other way round."""
    below = f"half of all futures are below {_floor_text(buffer)} by then"
    when = f"not be within {HORIZON_DAYS} days" if alone is None else f"be on {day_text(alone.day)}"
    return f"{_until_text(projection, day)}: {below}; with every item on its usual day it would {when}."


def _until_text(projection: Projection, day: ProjectedDay) -> str:
    return f"Covered until {day_text(day.day)}, {days_text((day.day - projection.as_of).days)}"


def _range_sentence(runway: Runway) -> Iterator[str]:
    """How early one future in ten and how late nine of ten are below; nothing where all agree."""
    cautious, good = runway.cautious_until, runway.good_until
    if cautious is None or cautious == good:
        return
    floor = _floor_text(runway.buffer)
    early = f"One future in ten is below {floor} by {day_text(cautious)}, {days_text(runway.cautious_days or 0)}"
    late = (
        f"within {HORIZON_DAYS} days"
        if good is None
        else f"before {day_text(good)}, {days_text(runway.good_days or 0)}"
    )
    trust = "" if runway.calibrated else " This range is not yet calibrated by enough weeks of payments."
    yield f"{early}; one in ten isn't {late}.{trust}"


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


def _lowest_sentence(runway: Runway) -> Iterator[str]:
    lowest = runway.lowest
    if lowest is None or lowest.day == runway.as_of:
        return
    days = days_text((lowest.day - runway.as_of).days)
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
    if not payrolls:
        yield "No regular payroll was found in QuickBooks; if there is one, it isn't in these numbers."
        return
    short = [payroll for payroll in payrolls if not payroll.covered]
    if short:
        first = short[0]
        missing = money_text(-first.spendable_after, cents=False)
        are = "is short," if len(short) == 1 else "are short, the first"
        found = f"{len(short)} of {len(payrolls)} payrolls {are} on {day_text(first.day)} by {missing}"
        yield f"{found}{_futures_text(first)}."
        return
    last, least = day_text(payrolls[-1].day), max(payrolls, key=lambda payroll: payroll.missed)
    if len(payrolls) == 1:
        yield f"The payroll on {last} is covered{_futures_text(least)}."
    else:
        which = f"; the least sure is that of {day_text(least.day)}" if least.missed > 0 else ""
        yield f"All {len(payrolls)} payrolls until {last} are covered{which}{_futures_text(least)}."


def _futures_text(payroll: PayrollCover) -> str:
    """How sure it is; nothing where all futures agree."""
    sure = payroll.missed in (0.0, 1.0)
    return "" if sure else f", covered in {payroll.covered_in_100} of 100 futures"


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
