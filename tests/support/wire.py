"""Records as QuickBooks sends them, by what a picture reads of them; everything else takes plain values."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

MORNING = time(15, tzinfo=UTC)
CHECKING, CARD, UNDEPOSITED, EXPENSE, RECEIVABLE, PAYABLE = "1", "2", "3", "4", "5", "6"
ACCOUNTS: Mapping[str, tuple[str, str, str]] = {
    CHECKING: ("Checking", "Bank", "Checking"),
    CARD: ("Visa", "Credit Card", "CreditCard"),
    UNDEPOSITED: ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    EXPENSE: ("Rent", "Expense", "RentOrLeaseOfBuildings"),
    RECEIVABLE: ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    PAYABLE: ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
}


def sent(
    record_id: str, fields: Mapping[str, object], *, created: datetime, updated: datetime | None = None, token: int = 0
) -> bytes:
    """A record's JSON with its version and times."""
    times = {"CreateTime": created.isoformat(), "LastUpdatedTime": (updated or created).isoformat()}
    return json.dumps({"Id": record_id, "SyncToken": str(token), "MetaData": times, **fields}).encode()


def on(day: date) -> datetime:
    """A moment of that day."""
    return datetime.combine(day, MORNING)


def ref(value: str, name: str = "") -> dict[str, str]:
    """A reference to another record."""
    return {"value": value, "name": name} if name else {"value": value}


def an_account(record_id: str, cents: int) -> dict[str, object]:
    """An account of the small chart with what is on it."""
    name, kind, detail = ACCOUNTS[record_id]
    named = {"Name": name, "FullyQualifiedName": name}
    return {**named, "AccountType": kind, "AccountSubType": detail, "CurrentBalance": cents / 100}


def a_document(party: tuple[str, str, str], day: date, cents: int, open_cents: int, *, due: date) -> dict[str, object]:
    """An invoice or bill; `party` is the field, id and name of whom it is with."""
    field, party_id, name = party
    line = {"Amount": cents / 100, "AccountBasedExpenseLineDetail": {"AccountRef": ref(EXPENSE)}}
    return {
        "TxnDate": day.isoformat(),
        "DueDate": due.isoformat(),
        "DocNumber": f"{cents}",
        field: ref(party_id, name),
        "TotalAmt": cents / 100,
        "Balance": open_cents / 100,
        "Line": [line],
    }


def applied(kind: str, record_id: str, cents: int) -> dict[str, object]:
    """A line of a payment or deposit that takes up another record."""
    return {"Amount": cents / 100, "LinkedTxn": [{"TxnId": record_id, "TxnType": kind}]}


def posted(side: str, account: str, cents: int) -> dict[str, object]:
    """A line of a journal entry; `side` is "Debit" or "Credit"."""
    return {"Amount": cents / 100, "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref(account)}}
