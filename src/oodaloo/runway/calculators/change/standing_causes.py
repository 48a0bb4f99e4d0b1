"""What decisions, the buffer and second thoughts did to a forecast."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from oodaloo.runway.calculators.change import told
from oodaloo.runway.calculators.change.causes import Candidate
from oodaloo.runway.calculators.change.patches import Decisions, Patch, by_party
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.change import CauseKind
from oodaloo.runway.model.picture import CashPicture, SettledItem
from oodaloo.runway.model.reference import RecordRef


def standing_causes(
    rolled: CashPicture, now: CashPicture, evidence: Mapping[str, tuple[SettledItem, ...]]
) -> Iterator[Candidate]:
    """What was decided, the buffer, customers whose habits are seen anew, all other habits, and usual levels.

    `evidence` are the settled invoices by customer that are known before.
    """
    yield from _decided(rolled, now)
    if rolled.books.business.buffer != now.books.business.buffer:
        buffer = now.books.business.buffer
        yield Candidate(
            kind=CauseKind.BUFFER,
            patch=Patch(buffer=buffer),
            cents=abs(buffer.cents - rolled.books.business.buffer.cents),
            parties=(),
            records=(),
            tell=partial(told.buffer, rolled.books.business.buffer, buffer),
        )
    yield from _customers_seen_anew(evidence, now)
    yield Candidate(
        kind=CauseKind.REFORECAST,
        patch=Patch(history=now.books, recurring=now.recurring),
        cents=0,
        parties=(),
        records=(),
        tell=told.habits,
    )
    if rolled.residual != now.residual:
        was, is_now = (
            picture.residual.weekly_in.cents - picture.residual.weekly_out.cents for picture in (rolled, now)
        )
        yield Candidate(
            kind=CauseKind.USUAL_LEVEL,
            patch=Patch(residual=now.residual),
            cents=abs(is_now - was),
            parties=(),
            records=(),
            tell=partial(told.usual_level, rolled.residual, now.residual),
        )


def _decided(rolled: CashPicture, now: CashPicture) -> Iterator[Candidate]:
    was = Decisions(rolled.earmarks, rolled.planned, rolled.supposed)
    decided = Decisions(now.earmarks, now.planned, now.supposed)
    if was == decided:
        return
    bills = [plan.bill for plan in {*now.planned} ^ {*rolled.planned}]
    purposes = [each.purpose for each in {*now.earmarks} ^ {*rolled.earmarks} if isinstance(each.purpose, RecordRef)]
    yield Candidate(
        kind=CauseKind.DECIDED,
        patch=Patch(decisions=decided),
        cents=abs(now.earmarked.cents - rolled.earmarked.cents),
        parties=(),
        records=tuple(sorted({*bills, *purposes})),
        tell=partial(told.decided, rolled.earmarked, now.earmarked, len(bills)),
    )


def _customers_seen_anew(before: Mapping[str, tuple[SettledItem, ...]], now: CashPicture) -> Iterator[Candidate]:
    """Customers with open invoices of whom payments are known that weren't before."""
    after = by_party(now.books.settled_invoices)
    open_by: defaultdict[str, int] = defaultdict(int)
    parties = {}
    for item in now.books.receivables:
        open_by[party_key(item.party)] += item.open.cents
        parties[party_key(item.party)] = item.party
    for key, cents in open_by.items():
        new = [item for item in after.get(key, ()) if item not in before.get(key, ())]
        if new:
            yield Candidate(
                kind=CauseKind.REFORECAST,
                patch=Patch(settled={key: after[key]}),
                cents=cents,
                parties=(parties[key],),
                records=tuple(item.ref for item in new),
                tell=partial(told.reforecast, parties[key], tuple(new)),
            )
