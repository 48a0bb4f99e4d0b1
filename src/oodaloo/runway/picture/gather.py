"""Reads what one picture rests on: the mirror as of one moment, and what only the general ledger shows."""

from collections.abc import Mapping
from datetime import date

from oodaloo.domains.ap import queries as ap
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.bank.model import OtherActivity
from oodaloo.domains.core import queries as core
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.kept import AnyKind, KeptMirrors, MirrorReading
from oodaloo.kit.collector import without_collections
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.picture.gathered import Gathered

KINDS: tuple[AnyKind, ...] = (core.TERMS, *bank.KINDS, *ar.KINDS, *ap.KINDS)
"""The record types that a picture reads."""


async def gather(session: TenantSession, kept: KeptMirrors, since: date) -> tuple[Gathered, Reuse]:
    """The records of the business that `session` is bound to, and what was made of them the last time.

    `session` only reads, and so sees one moment however many statements are asked: two when nothing has changed since
    what is `kept`, one more for changes of the mirror and one for a new reading of the ledger. Open documents come
    whatever their age, everything else from `since` on.
    """
    reading = await kept.read(session, KINDS, since)
    ledger = await bank.ledger_reading(session)
    activity = reading.reuse.recall(bank.other_activity, ledger, since)
    if activity is None:
        activity = await bank.other_activity(session, since)
        reading.reuse.note(bank.other_activity, activity, ledger, since)
    with without_collections():
        gathered = gathered_of(reading, since, activity, ledger_unread=ledger is None or ledger.read_at is None)
    return gathered, reading.reuse


def gathered_of(
    reading: MirrorReading, since: date, activity: tuple[OtherActivity, ...], *, ledger_unread: bool
) -> Gathered:
    """The records of a reading from `since` on, open ones of any age, under the names that its lists give them."""
    parties = reading.reuse.whole(_together, ar.names_in(reading), ap.names_in(reading))
    return Gathered(
        accounts=bank.accounts_in(reading),
        purchases=bank.purchases_in(reading, since, parties),
        deposits=bank.deposits_in(reading, since, parties),
        transfers=bank.transfers_in(reading, since),
        journal_entries=bank.journal_entries_in(reading, since, parties),
        invoices=ar.invoices_in(reading, since),
        payments=ar.payments_in(reading, since),
        credit_memos=ar.credit_memos_in(reading, since),
        bills=ap.bills_in(reading, since),
        bill_payments=ap.bill_payments_in(reading, since),
        vendor_credits=ap.vendor_credits_in(reading, since),
        other_activity=activity,
        ledger_unread=ledger_unread,
        customers=ar.customers_in(reading),
        vendors=ap.vendors_in(reading),
        terms=core.terms_in(reading),
    )


def _together(customers: Mapping[str, str], vendors: Mapping[str, str]) -> dict[str, str]:
    """QuickBooks counts customers and vendors in one sequence."""
    return {**customers, **vendors}
