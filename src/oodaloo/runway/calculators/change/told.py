"""What happened, in one clause for each cause, with the days and amounts that a person can look up."""

from collections.abc import Iterator, Sequence
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.customers import lateness_text
from oodaloo.runway.calculators.projection.flow_hits import RHYTHM_TEXT
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.change import CauseKind
from oodaloo.runway.model.picture import CardAccount, CashMovement, OpenItem, SettledItem
from oodaloo.runway.model.recurring import RecurringFlow, Residual
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.runway import DatedItem, ItemKind
from oodaloo.runway.model.wording import day_text, days_text, money_text


def paid_early(
    sign: int,
    party: Party,
    amount: Money,
    expected: Sequence[DatedItem],
    came: date | None,
    _before: Assessment,
    _after: Assessment,
) -> str:
    """ "Kestrel Fitness paid $7,900 6 days earlier than expected"."""
    what = f"{party.name} {'paid' if sign > 0 else 'was paid'} {money_text(amount, cents=False)}"
    if not expected or came is None:
        return f"{what} that had no expected day"
    early = (max(expected, key=lambda item: abs(item.amount.cents)).dated - came).days
    return f"{what} {days_text(early)} earlier than expected"


def not_paid(
    sign: int,
    party: Party,
    cents: int,
    missing: Sequence[tuple[OpenItem, DatedItem]],
    waiting: int,
    before: Assessment,
    after: Assessment,
) -> str:
    """ "Northline Outdoor, $18,600 expected Mon, Sep 28, has not come, now expected Fri, Oct 9"."""
    currency = before.runway.spendable.currency
    amount = money_text(Money(abs(cents), currency), cents=False)
    if waiting:
        return f"{party.name} paid {money_text(Money(waiting, currency), cents=False)}, which waits to be deposited"
    if not missing:
        came = "came" if sign > 0 else "was paid"
        return f"{party.name}: {amount} {'more' if sign * cents > 0 else 'less'} {came} than expected"
    item, expected = min(missing, key=lambda pair: pair[1].dated)
    verb = "has not come" if sign > 0 else "has not been paid"
    now = next((each.dated for each in after.projection.items if each.records[:1] == (item.ref,)), None)
    again = "and has no expected day any more" if now is None else f"now expected {day_text(now)}"
    return f"{party.name}, {amount} expected {day_text(expected.dated)}, {verb}, {again}"


def undeposited(lies: Money, _before: Assessment, _after: Assessment) -> str:
    """ "Received money still waits to be deposited: $6,400"."""
    if lies.cents <= 0:
        return "Undeposited funds were deposited"
    return f"{money_text(lies, cents=False)} received waits to be deposited"


def new_documents(sign: int, items: Sequence[OpenItem], _before: Assessment, _after: Assessment) -> str:
    """ "New bill Brightwork Media $9,600", "3 new invoices Loma Foods $11,300"."""
    total = money_text(Money.total((item.total for item in items), items[0].total.currency), cents=False)
    kind = "invoice" if sign > 0 else "bill"
    what = f"New {kind}" if len(items) == 1 else f"{len(items)} new {kind}s"
    return f"{what} {items[0].party.name} {total}"


def corrected(pairs: Sequence[tuple[OpenItem | None, OpenItem | None]], _before: Assessment, _after: Assessment) -> str:
    """ "Invoice 1042 of Loma Foods was changed from $3,000 to $2,400", "2 documents of Loma Foods were corrected"."""
    known = [item for pair in pairs for item in pair if item is not None]
    if len(pairs) > 1:
        return f"{len(pairs)} documents of {known[0].party.name} were entered late, changed or deleted"
    ((then, now),) = pairs
    item = known[-1]
    name = f"{_document(item.ref)} of {item.party.name}, {money_text(item.total, cents=False)},"
    if then is None:
        return f"{name} was entered late: it is dated {day_text(item.issued)}"
    if now is None:
        return f"{name} was deleted"
    if then.total != now.total:
        was, new = (money_text(each.total, cents=False) for each in (then, now))
        return f"{_document(item.ref)} of {item.party.name} was changed from {was} to {new}"
    if then.due != now.due:
        return f"{name} is now due {day_text(now.due)} instead of {day_text(then.due)}"
    return f"{name} was changed"


def entered_late(movements: Sequence[CashMovement], since: date, _before: Assessment, _after: Assessment) -> str:
    """ "Entered late: $1,200 out, dated up to Fri, Sep 25"."""
    return f"Entered late: {_net_text(movements)}, dated {day_text(since)} or before"


def flow(
    kind: CauseKind,
    then: RecurringFlow | None,
    now: RecurringFlow | None,
    expected: Sequence[DatedItem],
    came: Sequence[CashMovement | OpenItem],
    _before: Assessment,
    _after: Assessment,
) -> str:
    """ "Payroll came to $42,150 instead of $41,200", "Pier 9, $9,800 expected Thu, Oct 1, isn't in the books yet"."""
    name = now.label if now is not None else then.label if then is not None else ""
    if kind is CauseKind.RECURRING_MISSED and now is not None and now.overdue_since is not None:
        amount = _size(now.typical_amount)
        left = "" if now.upcoming else "; none is counted on any more"
        return f"{name}, {amount} expected {day_text(now.overdue_since)}, isn't in the books yet{left}"
    if kind is CauseKind.RECURRING_ENDED and then is not None:
        last = day_text(then.hits[-1].dated)
        return f"{name}, {_usual(then)}, has ended: nothing since {last}"
    if kind is CauseKind.RECURRING_NEW and now is not None:
        return f"{name}, {_usual(now)}, is now expected to go on"
    if kind is CauseKind.RECURRING_CHANGED and then is not None and now is not None:
        before = _size(then.typical_amount) if then.rhythm is now.rhythm else _usual(then)
        return f"{name} is now usually {_usual(now)}, before {before}"
    return _matched(name, expected, came)


def card(
    name: str,
    expected: Sequence[DatedItem],
    moved: Sequence[CashMovement],
    then: CardAccount | None,
    now: CardAccount | None,
    _before: Assessment,
    _after: Assessment,
) -> str:
    """ "Visa: $13,600 paid as expected, $4,900 owed instead of $3,100"."""
    parts = []
    if expected or moved:
        paid, planned = (_sum_text([each.amount for each in some]) for some in (moved, expected))
        parts.append(f"{paid} paid" if paid == planned else f"{paid} paid instead of {planned}")
    if now is None:
        parts.append("its account is gone")
    elif then is None:
        parts.append(f"a new card, {money_text(now.owed, cents=False)} owed")
    else:
        owed, usual = money_text(now.owed, cents=False), money_text(then.owed, cents=False)
        parts.append(f"{owed} owed" if owed == usual else f"{owed} owed, {usual} expected")
    return f"{name}: {', '.join(parts)}"


def other_money(
    usual: Sequence[DatedItem], movements: Sequence[CashMovement], before: Assessment, _after: Assessment
) -> str:
    """ "Other spending $1,150 below usual"."""
    currency = before.runway.spendable.currency
    out, usually_out = (
        -sum(each.amount.cents for each in some if each.amount.cents < 0) for some in (movements, usual)
    )
    came, usually_in = (sum(each.amount.cents for each in some if each.amount.cents > 0) for some in (movements, usual))
    parts = []
    for label, cents in (("Other spending", out - usually_out), ("Other receipts", came - usually_in)):
        if cents:
            where = "above" if cents > 0 else "below"
            parts.append(f"{label} {money_text(Money(abs(cents), currency), cents=False)} {where} usual")
    return ", ".join([*parts[:1], *(part[0].lower() + part[1:] for part in parts[1:])])


def decided(was: Money, is_now: Money, bills: int, _before: Assessment, _after: Assessment) -> str:
    """ "Set aside $46,000 instead of $12,300; pay dates of 3 bills were decided"."""
    parts = []
    if was != is_now:
        parts.append(f"{money_text(is_now, cents=False)} is set aside instead of {money_text(was, cents=False)}")
    if bills:
        parts.append(f"{bills} bill{'' if bills == 1 else 's'} decided otherwise")
    return "Decisions: " + (", ".join(parts) or "what is set aside is for something else")


def buffer(was: Money, is_now: Money, _before: Assessment, _after: Assessment) -> str:
    """ "The buffer is now $10,000 instead of $5,000"."""
    return f"The buffer is now {money_text(is_now, cents=False)} instead of {money_text(was, cents=False)}"


def reforecast(party: Party, new: Sequence[SettledItem], before: Assessment, after: Assessment) -> str:
    """ "Summit, $28,500 re-forecast from Tue, Nov 3 to Mon, Nov 16 (its last two came 19 and 21 days late)".

    Payments of one customer teach something about the others too: where that moves more, it is told.
    """
    late = [item.lateness_days for item in sorted(new, key=lambda item: item.settled)][-3:]
    last = "last payment came" if len(late) == 1 else f"last {len(late)} payments came"
    how_late = _listed([lateness_text(days) for days in late])
    moved = list(_moved(before, after))
    own = [each for each in moved if each[0].party == party]
    if not moved:
        return f"{party.name} is seen anew (its {last} {how_late})"
    item, was, is_now = max(own or moved, key=lambda each: abs(each[0].amount.cents))
    whose = "its" if own else f"{party.name}'s"
    days = f"from {_day_or_none(was)} to {_day_or_none(is_now)}"
    return f"{item.label}, {money_text(item.amount, cents=False)} re-forecast {days} ({whose} {last} {how_late})"


def _moved(before: Assessment, after: Assessment) -> Iterator[tuple[DatedItem, date | None, date | None]]:
    """Invoices open in both whose expected day is another one, or none, or one for the first time."""
    was, is_now = (
        {item.records[0]: item for item in each.projection.items if item.kind is ItemKind.RECEIVABLE}
        for each in (before, after)
    )
    still_open = {item.ref for item in before.picture.books.receivables}
    still_open &= {item.ref for item in after.picture.books.receivables}
    for ref, item in (was | is_now).items():
        days = [each[ref].dated if ref in each else None for each in (was, is_now)]
        if ref in still_open and days[0] != days[1]:
            yield item, days[0], days[1]


def _day_or_none(day: date | None) -> str:
    return "no day" if day is None else day_text(day)


def habits(_before: Assessment, _after: Assessment) -> str:
    """What is left of new habits when the customers that matter have been told."""
    return "When everybody else pays and is paid was learned anew"


def usual_level(was: Residual, is_now: Residual, _before: Assessment, _after: Assessment) -> str:
    """ "Other spending is now usually $2,300 a week, before $1,900"."""
    parts = []
    for label, one, other in (
        ("other spending", was.weekly_out, is_now.weekly_out),
        ("other receipts", was.weekly_in, is_now.weekly_in),
    ):
        if one != other:
            now, before = money_text(other, cents=False), money_text(one, cents=False)
            parts.append(f"{label} {'are' if label.endswith('s') else 'is'} now usually {now} a week, before {before}")
    text = ", ".join(parts) or "other money varies otherwise than before"
    return text[0].upper() + text[1:]


def time_passed(days: int) -> str:
    """ "7 days passed"."""
    return f"{days_text(abs(days))} passed"


def aged(days: int, before: Assessment, after: Assessment) -> str:
    """ "Open documents are 7 days older: Summit, $28,500 re-forecast from Tue, Oct 20 to Mon, Oct 26"."""
    older = f"What is still open is {days_text(abs(days))} {'older' if days > 0 else 'younger'}"
    moved = list(_moved(before, after))
    if not moved:
        return f"{older}, and as many later days come into view"
    item, was, is_now = max(moved, key=lambda each: abs(each[0].amount.cents))
    amount = money_text(item.amount, cents=False)
    return f"{older}: {item.label}, {amount} re-forecast from {_day_or_none(was)} to {_day_or_none(is_now)}"


def rest() -> str:
    """What the later picture holds besides."""
    return "Other corrections in the books"


def _matched(name: str, expected: Sequence[DatedItem], came: Sequence[CashMovement | OpenItem]) -> str:
    if not came:
        return f"{name} is expected otherwise than before" if not expected else f"{name} has not come"
    first = came[-1]
    amount = _sum_text([each.total if isinstance(each, OpenItem) else each.amount for each in came])
    if not expected or isinstance(first, OpenItem):
        return f"{name} came, {amount}"
    planned = _sum_text([item.amount for item in expected])
    return f"{name} came to {amount}" + ("" if amount == planned else f" instead of {planned}")


def _usual(flow: RecurringFlow) -> str:
    return f"{_size(flow.typical_amount)} {RHYTHM_TEXT[flow.rhythm]}"


def _size(amount: Money) -> str:
    return money_text(abs(amount), cents=False)


def _sum_text(amounts: Sequence[Money]) -> str:
    if not amounts:
        return "nothing"
    return _size(Money.total(amounts, amounts[0].currency))


def _net_text(movements: Sequence[CashMovement]) -> str:
    total = Money.total((movement.amount for movement in movements), movements[0].amount.currency)
    return f"{_size(total)} {'in' if total.cents > 0 else 'out'}"


def _listed(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _document(ref: RecordRef) -> str:
    return f"{ref.kind.value} {ref.number}".rstrip()
