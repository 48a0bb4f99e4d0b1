"""What the emulator's tests share: small books, a clock that stands still, and an emulator served in process."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import httpx2

from qbo_emulator.books import Books
from qbo_emulator.clock import CompanyClock
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.server.app import Emulator, Options
from qbo_emulator.server.directory import CompanyEntry, Opened

REALM: Final = "9341450000000007"
VERIFIER: Final = "verifier"
OPENED: Final = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
"""When the small books were opened and everything in them was created: 09:00 Pacific."""


def small_books() -> Books:
    """Books with a name for everything and no transaction.

    Accounts: 1 Checking, 2 Savings, 3 Card, 4 Fees (income), 5 Rent (expense). Terms: 1 Net 30, 2 the 15th.
    Item 1 Retainer (sold to Fees, bought from Rent). Customers 1 Acme and 2 Acme's Berlin job; vendor 3 Landlord.
    """
    books = Books("Small & Co", REALM, opened_at=OPENED)
    for name, account_type in (
        ("Checking", "Bank"),
        ("Savings", "Bank"),
        ("Card", "Credit Card"),
        ("Fees", "Income"),
        ("Rent", "Expense"),
    ):
        books.create("Account", {"Name": name, "AccountType": account_type}, at=OPENED)
    books.create("Term", {"Name": "Net 30", "DueDays": 30}, at=OPENED)
    books.create("Term", {"Name": "The 15th", "DayOfMonthDue": 15, "DueNextMonthDays": 5}, at=OPENED)
    accounts = {"IncomeAccountRef": {"value": "4"}, "ExpenseAccountRef": {"value": "5"}}
    books.create("Item", {"Name": "Retainer", **accounts}, at=OPENED)
    books.create("Customer", {"DisplayName": "Acme"}, at=OPENED)
    books.create("Customer", {"DisplayName": "Berlin", "ParentRef": {"value": "1"}}, at=OPENED)
    books.create("Vendor", {"DisplayName": "Landlord"}, at=OPENED)
    return books


def invoice(amount: str, **fields: object) -> JsonObject:
    """An invoice of Acme over one line."""
    detail = {"ItemRef": {"value": "1"}}
    line = {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return {"CustomerRef": {"value": "1"}, "Line": [line], **fields}


def payment(amount: str, *linked: tuple[str, str, str], **fields: object) -> JsonObject:
    """A payment by Acme; each link is (type, id, amount)."""
    return {
        "CustomerRef": {"value": "1"},
        "TotalAmt": Decimal(amount),
        "Line": [_linked_line(*link) for link in linked],
        **fields,
    }


def bill(amount: str, **fields: object) -> JsonObject:
    """The landlord's bill over one line of rent."""
    return {"VendorRef": {"value": "3"}, "Line": [_rent_line(amount)], **fields}


def bill_payment(amount: str, *linked: tuple[str, str, str], **fields: object) -> JsonObject:
    """A cheque to the landlord from Checking; each link is (type, id, amount)."""
    return {
        "VendorRef": {"value": "3"},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "1"}},
        "TotalAmt": Decimal(amount),
        "Line": [_linked_line(*link) for link in linked],
        **fields,
    }


def purchase(amount: str, **fields: object) -> JsonObject:
    """Rent paid at once from Checking."""
    paid = {"AccountRef": {"value": "1"}, "PaymentType": "Cash"}
    return {**paid, "Line": [_rent_line(amount)], **fields}


def journal_entry(*legs: tuple[str, str, str]) -> JsonObject:
    """A journal entry; each leg is (Debit or Credit, account id, amount)."""
    return {
        "Line": [
            {
                "Amount": Decimal(amount),
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account_id}},
            }
            for side, account_id, amount in legs
        ]
    }


def deposit_of(*payments: JsonObject, **fields: object) -> JsonObject:
    """A deposit into Checking of payments that lie in Undeposited Funds."""
    lines = [
        {
            "Amount": each["TotalAmt"],
            "LinkedTxn": [{"TxnId": each["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
        }
        for each in payments
    ]
    return {"DepositToAccountRef": {"value": "1"}, "Line": lines, **fields}


def _rent_line(amount: str) -> JsonObject:
    return {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "5"}},
    }


def _linked_line(txn_type: str, txn_id: str, amount: str) -> JsonObject:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": txn_id, "TxnType": txn_type}]}


@dataclass
class Time:
    """The only clock of a served emulator: it stands still until a test moves it."""

    seconds: float = 0.0

    def now(self) -> datetime:
        """The moment."""
        return OPENED + timedelta(days=30, seconds=self.seconds)

    def elapsed(self) -> float:
        """The same as a counter."""
        return self.seconds


@dataclass
class Served:
    """An emulator in this process, a client that holds a token for its first company, and their clock."""

    emulator: Emulator
    http: httpx2.AsyncClient
    time: Time
    access_token: str
    refresh_token: str
    realm: str = REALM

    @property
    def books(self) -> Books:
        """The books of the first company."""
        company = self.emulator.directory.get(self.realm)
        assert company is not None
        return company.books

    async def post(self, path: str, body: object, **parameters: str) -> httpx2.Response:
        """POST JSON below the company."""
        return await self.http.post(f"/v3/company/{self.realm}/{path}", json=body, params=parameters)

    async def get(self, path: str, **parameters: str) -> httpx2.Response:
        """GET below the company."""
        return await self.http.get(f"/v3/company/{self.realm}/{path}", params=parameters)


ServedMaker = Callable[..., Served]


def served(*, companies: int = 1, **options: Any) -> Served:  # noqa: ANN401 (the fields of Options)
    """An emulator of small books in this process, with a client that holds a token for the first."""
    time = Time()
    secrets = itertools.count(1)
    authority = Authority("client", "secret", now=time.now, new_secret=lambda prefix: f"{prefix}-{next(secrets):04d}")
    entries = [CompanyEntry(REALM, "Small & Co", lambda _seed: Opened(small_books()))]
    entries += [
        CompanyEntry(f"{int(REALM) + n}", f"Other {n}", lambda _seed: Opened(small_books()))
        for n in range(1, companies)
    ]
    emulator = Emulator(
        entries,
        authority,
        Options(webhook_verifier_token=VERIFIER, **options),
        clock=CompanyClock(time.now(), time.elapsed),
        elapsed_seconds=time.elapsed,
    )
    tokens = authority.grant(REALM)
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=emulator),
        base_url="http://emulator",
        headers={"Authorization": f"Bearer {tokens.access_token}"},
    )
    return Served(emulator, client, time, tokens.access_token, tokens.refresh_token)
