"""What is mirrored, what is proved and what may be touched without a tenant, in one list each."""

from typing import Any

import oodaloo.runway.decisions.queue  # noqa: F401 (the tables behind decisions are part of the schema)
from oodaloo.domains.ap import sync as ap_sync
from oodaloo.domains.ap.verification import PayablesCheck, payments_from_bank
from oodaloo.domains.ar import sync as ar_sync
from oodaloo.domains.ar.verification import ReceivablesCheck, receipts_in_bank
from oodaloo.domains.bank import sync as bank_sync
from oodaloo.domains.bank.postings import PostingsCheck
from oodaloo.domains.bank.verification import BalancesCheck, posted_to
from oodaloo.domains.core import sync as core_sync
from oodaloo.domains.core.verification import Check
from oodaloo.infra.qbo.mirror.records import EntityType

ENTITY_TYPES: tuple[EntityType[Any], ...] = (*core_sync.TYPES, *bank_sync.TYPES, *ar_sync.TYPES, *ap_sync.TYPES)
"""Every mirrored record type. Preferences come first: they say which currency the amounts of all others are in."""

WORTH_A_LOOK = frozenset(entity.name.lower() for entity in ENTITY_TYPES) | {"salesreceipt", "refundreceipt"}
"""Announced changes that make us ask QuickBooks: of what the mirror holds, and of what moves its accounts' balances."""

CHECKS: tuple[Check, ...] = (
    ReceivablesCheck(posted_to),
    PayablesCheck(posted_to),
    BalancesCheck(),
    PostingsCheck((receipts_in_bank, payments_from_bank)),
)
"""What a verification compares with QuickBooks, in the order of its report."""

BANK_TRANSACTIONS = frozenset({"Purchase", "Deposit", "Transfer", "JournalEntry", "Payment", "BillPayment"})
"""The mirrored types that can post to a bank account."""

SYSTEM_TABLES = frozenset(
    {
        "business",
        "consent",
        "qbo_connection",
        "limit_board",
        "metered_reads",
        "webhook_post",
        "announcement",
        "announcer",
        "refresh_turn",
        "person",
        "api_token",
        "job_lease",
        "job_recovery",
        "job_library",
    }
)
"""What work without a tenant may touch."""
