"""A small company's books kept by hand: facts in the order they were entered, and what QuickBooks then shows of them.

Open amounts and balances are worked out here from double entry, without the product's code.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias, TypeVar

from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Payment
from oodaloo.domains.bank.model import Deposit, JournalEntry, LedgerReading, OtherActivity, Purchase, Transfer
from oodaloo.domains.core.model import Application, Business, RecordMeta
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.infra.qbo.mirror.records import Mirrored, by_date_and_id
from oodaloo.infra.qbo.mirror.versions import FormerVersion
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.history import HistoricalPicture
from oodaloo.runway.picture.gather import KINDS
from oodaloo.runway.picture.historical import end_of, rebuilt
from oodaloo.runway.picture.past.history import History
from oodaloo.runway.picture.past.versions import Moment
from tests.support import records as r

ZONE = "America/New_York"
BUSINESS = Business(BusinessId("harbor"), "Harbor & Pine", RealmId("9130"), r.money(0).currency, "US", ZONE, r.money(0))
OPENED = datetime(2024, 1, 2, 15, tzinfo=UTC)

_Totalled: TypeAlias = Invoice | Payment | CreditMemo | Bill | BillPayment | VendorCredit | Purchase | Deposit
Fact: TypeAlias = _Totalled | Transfer | JournalEntry
FactT = TypeVar("FactT", bound=Fact)


def noon(day: date) -> datetime:
    """Midday in New York."""
    return datetime.combine(day, time(16), UTC)


def entered(fact: FactT, record_id: str, at: datetime, *, changed: datetime | None = None, token: int = 0) -> FactT:
    """The fact under an id, entered and last changed at those times."""
    return replace(fact, meta=RecordMeta(record_id, str(token), at, changed or at))


@dataclass(frozen=True)
class Shown:
    """What QuickBooks shows: every fact with what is open of it, and the balance of every account in cents."""

    facts: tuple[Fact, ...]
    balances: Mapping[str, int]


def shown(facts: Sequence[Fact], activity: Iterable[OtherActivity] = (), opening: int = 500_000) -> Shown:
    """The books after all of these; `opening` cents stood on checking before."""
    settled: defaultdict[tuple[str, str], int] = defaultdict(int)
    for fact in facts:
        for part in _applied(fact):
            settled[part.kind, part.id] += part.amount.cents
    balances: defaultdict[str, int] = defaultdict(int, {r.CHECKING: opening})
    for account_id, cents in (posting for fact in facts for posting in _postings(fact)):
        balances[account_id] += cents
    for each in activity:
        balances[each.account_id] += each.amount.cents
    return Shown(tuple(_with_open(fact, settled) for fact in facts), balances)


def a_history(
    facts: Sequence[Fact],
    *,
    activity: Sequence[OtherActivity] = (),
    former: Mapping[str, Sequence[FormerVersion]] | None = None,
    seen_since: datetime | None = None,
) -> History:
    """What is known of these books by now, the ledger read back to 2020."""
    now = shown(facts, activity)
    records: defaultdict[str, list[Mirrored]] = defaultdict(list)
    for fact in now.facts:
        records[type(fact).__name__].append(fact)
    chart = (replace(each, meta=RecordMeta(each.meta.id, "0", OPENED, OPENED)) for each in r.a_chart())
    records["Account"] = [
        replace(each, balance=replace(each.balance, cents=now.balances.get(each.meta.id, 0))) for each in chart
    ]
    opened = RecordMeta("c1", "0", OPENED, OPENED)
    records["Customer"] = [Customer(opened, "Alder Health", active=True)]
    records["Vendor"] = [Vendor(replace(opened, id="v1"), "Pier 9", active=True, term_id=None)]
    by_kind = {kind.name: tuple(sorted(records[kind.name], key=by_date_and_id)) for kind in KINDS}
    return History(
        reading=MirrorReading(1, date.min, by_kind, Reuse()),
        former={name: tuple(some) for name, some in (former or {}).items()},
        activity=tuple(activity),
        ledger=LedgerReading(OPENED, date(2020, 1, 1), date(2030, 1, 1), "", "", 1),
        seen_since=seen_since,
    )


def picture_then(history: History, day: date, *, at: datetime | None = None) -> HistoricalPicture:
    """The picture of the day as known at a moment, by default its end."""
    return rebuilt(history, BUSINESS, Moment(day, at or end_of(day, ZONE)), Reuse())


def _applied(fact: Fact) -> tuple[Application, ...]:
    return fact.applied if isinstance(fact, Payment | BillPayment) else ()


def _with_open(fact: Fact, settled: Mapping[tuple[str, str], int]) -> Fact:
    if isinstance(fact, Invoice | Bill | CreditMemo | VendorCredit):
        left = fact.total.cents - settled.get((type(fact).__name__, fact.meta.id), 0)
        return replace(fact, balance=replace(fact.total, cents=left))
    if isinstance(fact, Payment):
        used = sum(part.amount.cents if part.kind == "Invoice" else -part.amount.cents for part in fact.applied)
        return replace(fact, unapplied=replace(fact.total, cents=fact.total.cents - used))
    return fact


def _postings(fact: Fact) -> Iterable[tuple[str, int]]:
    """Account and cents, debits positive, of a fact's legs on accounts of the balance sheet."""
    if isinstance(fact, Transfer):
        return (fact.from_account_id, -fact.amount.cents), (fact.to_account_id, fact.amount.cents)
    if isinstance(fact, JournalEntry):
        return [(line.account_id, line.amount.cents) for line in fact.lines]
    return [(account_id, sign * fact.total.cents) for account_id, sign in _legs(fact)]


def _legs(fact: _Totalled) -> Sequence[tuple[str, int]]:
    """The accounts that a fact debits (1) and credits (-1) with its total."""
    match fact:
        case Invoice() | CreditMemo():
            return [(r.RECEIVABLE, 1 if isinstance(fact, Invoice) else -1)]
        case Payment():
            return [(r.RECEIVABLE, -1), (fact.deposit_account_id or r.UNDEPOSITED, 1)]
        case Bill() | VendorCredit():
            return [(r.PAYABLE, 1 if isinstance(fact, VendorCredit) else -1)]
        case BillPayment():
            return [(r.PAYABLE, 1), (fact.account_id or "", -1)]
        case Purchase():
            return [(fact.account_id, 1 if fact.refund else -1)]
        case Deposit():
            return [(fact.account_id, 1), (r.UNDEPOSITED, -1)]


def days_later(day: date, days: int) -> date:
    """That many days later."""
    return day + timedelta(days=days)
