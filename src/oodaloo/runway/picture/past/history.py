"""Everything that is known of a business's books over time, read in one go."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import cast

from oodaloo.domains.ap import queries as ap
from oodaloo.domains.ap.model import BillPayment
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.ar.model import Payment
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.bank.model import LedgerReading, OtherActivity
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.kept import AnyKind, KeptMirrors, MirrorReading
from oodaloo.infra.qbo.mirror.records import Kind, Mirrored, ModelT
from oodaloo.infra.qbo.mirror.sync_runs import first_finished
from oodaloo.infra.qbo.mirror.versions import FormerVersion, former_versions
from oodaloo.runway.picture.gather import KINDS
from oodaloo.runway.picture.past.imports import Entered
from oodaloo.runway.picture.past.versions import Dated, Key

TRANSACTIONS: tuple[AnyKind, ...] = (
    bank.PURCHASES,
    bank.DEPOSITS,
    bank.TRANSFERS,
    bank.JOURNAL_ENTRIES,
    ar.INVOICES,
    ar.PAYMENTS,
    ar.CREDIT_MEMOS,
    ap.BILLS,
    ap.BILL_PAYMENTS,
    ap.VENDOR_CREDITS,
)


@dataclass(frozen=True)
class History:
    """The mirror of now, whatever its age, and what it was; `seen_since` is when it was first complete."""

    reading: MirrorReading
    former: Mapping[str, tuple[FormerVersion, ...]]
    activity: tuple[OtherActivity, ...]
    ledger: LedgerReading | None
    seen_since: datetime | None

    @cached_property
    def late(self) -> tuple[Entered, ...]:
        """The transactions that were entered long after their dates, by their newest versions."""
        newest: dict[Key, Dated] = {}
        for kind in TRANSACTIONS:
            for record in cast("Iterator[Dated]", self.every(kind)):
                newest[kind.name, record.meta.id] = record
        entered = (Entered(key, record.meta.created_at, record.dated) for key, record in newest.items())
        return tuple(each for each in entered if each.late)

    @cached_property
    def touched(self) -> Mapping[Key, Sequence[tuple[datetime, datetime]]]:
        """For each record that payments or deposits name, when each of those was entered and changed last."""
        found: defaultdict[Key, dict[str, tuple[datetime, datetime]]] = defaultdict(dict)
        payments: list[Payment | BillPayment] = [*self.every(ar.PAYMENTS), *self.every(ap.BILL_PAYMENTS)]
        for payment in payments:
            for part in payment.applied:
                found[part.kind, part.id][payment.meta.id] = (payment.meta.created_at, payment.meta.updated_at)
        for deposit in self.every(bank.DEPOSITS):
            for linked in (each for line in deposit.lines for each in line.linked):
                found[linked.kind, linked.id][deposit.meta.id] = (deposit.meta.created_at, deposit.meta.updated_at)
        return {key: tuple(times.values()) for key, times in found.items()}

    @cached_property
    def unexplained(self) -> tuple[OtherActivity, ...]:
        """Other activity less what was mirrored after the ledger was read."""
        mirrored = {record.meta.id for record in self.transactions()} if self.activity else set()
        return tuple(each for each in self.activity if each.id not in mirrored)

    def transactions(self) -> Iterator[Mirrored]:
        """The transactions of now."""
        return chain.from_iterable(self.reading.records[kind.name] for kind in TRANSACTIONS)

    def every(self, kind: Kind[ModelT]) -> Iterator[ModelT]:
        """Every version of a kind's records."""
        yield from self._former(kind)
        yield from self.reading.of(kind)

    def _former(self, kind: Kind[ModelT]) -> Iterator[ModelT]:
        for each in self.former.get(kind.name, ()):
            yield cast("ModelT", each.record)

    @cached_property
    def other_activity_since(self) -> date | None:
        """From when on all that only the general ledger shows is known; None when it was never read."""
        if self.ledger is None or self.ledger.read_at is None:
            return None
        return min([self.ledger.first, *(each.dated for each in self.activity)])


async def read_history(session: TenantSession, since: datetime) -> History:
    """What `History` holds of the business that `session` is bound to, with versions that ended after `since`.

    `session` only reads, and so sees one moment.
    """
    reading = await KeptMirrors().read(session, KINDS, date.min)
    return History(
        reading=reading,
        former=await former_versions(session, KINDS, since),
        activity=await bank.other_activity(session, date.min),
        ledger=await bank.ledger_reading(session),
        seen_since=await first_finished(session),
    )
