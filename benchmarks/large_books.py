"""Books as large as the aim for pictures says: 2,000 open and 20,000 historic documents over two years."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import TypeAlias

AS_OF = date(2026, 10, 2)
OPEN_DOCUMENTS = 2_000
HISTORIC_DOCUMENTS = 20_000

_Wire: TypeAlias = dict[str, object]

_DAYS = 720
_OPEN_INVOICES, _OPEN_BILLS = 1_100, 900
_INVOICES, _PAYMENTS, _BILLS, _BILL_PAYMENTS = 6_500, 4_400, 4_500, 3_000
_DEPOSITS, _PURCHASES, _MEMOS, _VENDOR_CREDITS, _ENTRIES, _TRANSFERS = 1_000, 2_300, 100, 50, 100, 50
_CUSTOMERS, _VENDORS = 120, 80
_CHECKING, _SAVINGS, _CARD, _RECEIVABLE, _PAYABLE, _UNDEPOSITED, _SALES, _WAGES = (str(n) for n in range(1, 9))
_FIRST = (
    "Alder",
    "Birch",
    "Cedar",
    "Dune",
    "Elm",
    "Fir",
    "Grove",
    "Hazel",
    "Iris",
    "Juniper",
    "Kelp",
    "Linden",
    "Maple",
)
_SECOND = ("Health", "Dental", "Realty", "Foods", "Media", "Print", "Video", "Legal", "Roofing", "Travel", "Hotels")
_THIRD = ("North", "South")
_EXPENSES = [str(n) for n in range(9, 29)]


def large_books() -> dict[str, list[bytes]]:
    """What QuickBooks would send of such books, by record type; the same each time."""
    return _Writing().everything()


def half_paid(invoice: bytes, number: int) -> dict[str, list[bytes]]:
    """What QuickBooks would send when a customer has paid half of what is open of an invoice into checking."""
    record = json.loads(invoice)
    half = round(record["Balance"] / 2, 2)
    line = {"Amount": half, "LinkedTxn": [{"TxnId": record["Id"], "TxnType": "Invoice"}]}
    payment = {
        **record,
        "Id": str(1_000_000 + number),
        "TxnDate": AS_OF.isoformat(),
        "TotalAmt": half,
        "DepositToAccountRef": {"value": _CHECKING},
        "Line": [line],
    }
    paid = {**record, "SyncToken": str(int(record["SyncToken"]) + 1), "Balance": round(record["Balance"] - half, 2)}
    checking = {**_account(_CHECKING, "Checking", "Bank", "Checking", 250_000 + number), "SyncToken": str(number)}
    return {name: [_sent(each)] for name, each in (("Invoice", paid), ("Payment", payment), ("Account", checking))}


class _Writing:
    """Writes records in QuickBooks' JSON, all transactions numbered in one series."""

    def __init__(self) -> None:
        self._dice = Random(1)  # noqa: S311 (made-up books, no secret)
        self._number = 1_000
        self._found: defaultdict[str, list[bytes]] = defaultdict(list)

    def everything(self) -> dict[str, list[bytes]]:
        self._lists()
        invoices, bills = list(self._documents("Invoice", _INVOICES)), list(self._documents("Bill", _BILLS))
        payments = list(self._settle("Payment", invoices, _OPEN_INVOICES, _PAYMENTS))
        list(self._settle("BillPayment", bills, _OPEN_BILLS, _BILL_PAYMENTS))
        for document in (*invoices, *bills):
            self._add("Invoice" if "CustomerRef" in document else "Bill", document)
        self._bank(payments)
        for name, count in (("CreditMemo", _MEMOS), ("VendorCredit", _VENDOR_CREDITS)):
            for document in self._documents(name, count):
                self._add(name, {**document, "Balance": 0})
        return dict(self._found)

    def _lists(self) -> None:
        self._add("Preferences", {"Id": "1", "CurrencyPrefs": {"HomeCurrency": {"value": "USD"}}}, AS_OF)
        kinds = [
            ("Checking", "Bank", "Checking"),
            ("Savings", "Bank", "Savings"),
            ("Business card", "Credit Card", "CreditCard"),
            ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
            ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
            ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
            ("Services", "Income", "ServiceFeeIncome"),
            ("Wages", "Expense", "PayrollExpenses"),
            *((f"Expense {n}", "Expense", "OfficeGeneralAdministrativeExpenses") for n in range(len(_EXPENSES))),
        ]
        for number, (name, kind, detail) in enumerate(kinds, start=1):
            balance = 250_000 if kind == "Bank" else 0
            self._add("Account", _account(str(number), name, kind, detail, balance), AS_OF)
        for number in range(1, _CUSTOMERS + 1):
            self._add("Customer", {"Id": str(number), "DisplayName": _name(number)}, AS_OF)
        for number in range(_CUSTOMERS + 1, _CUSTOMERS + _VENDORS + 1):
            self._add("Vendor", {"Id": str(number), "DisplayName": _name(number)}, AS_OF)

    def _documents(self, name: str, count: int) -> Iterator[_Wire]:
        """Documents spread over two years, some parties regular and some not; oldest first."""
        sales = name in ("Invoice", "CreditMemo")
        for number in range(count):
            day = AS_OF - timedelta(days=_DAYS - number * _DAYS // count)
            party = self._dice.randint(1, _CUSTOMERS) if sales else _CUSTOMERS + self._dice.randint(1, _VENDORS)
            amount = self._dice.randint(10_000, 900_000) / 100
            ref = {"value": str(party), "name": _name(party)}
            yield {
                **self._dated(day),
                "DocNumber": f"{number + 2001}",
                "CustomerRef" if sales else "VendorRef": ref,
                "DueDate": (day + timedelta(days=30)).isoformat(),
                "TotalAmt": amount,
                "Balance": amount,
                "LinkedTxn": [],
                "Line": [self._expense(amount, _EXPENSES[party % len(_EXPENSES)])],
                "BillAddr": {"Line1": "1 Main Street", "City": "Springfield", "PostalCode": "01101", "Country": "US"},
            }

    def _settle(self, name: str, documents: list[_Wire], left_open: int, count: int) -> Iterator[_Wire]:
        """Payments of all documents but the newest, one or two of a party at a time."""
        side, ref = ("Invoice", "CustomerRef") if name == "Payment" else ("Bill", "VendorRef")
        paid = documents[: len(documents) - left_open]
        for number in range(count):
            settled = paid[len(paid) * number // count : len(paid) * (number + 1) // count]
            day = min(
                AS_OF, date.fromisoformat(str(settled[-1]["TxnDate"])) + timedelta(days=self._dice.randint(5, 60))
            )
            payment: _Wire = {
                **self._dated(day),
                ref: settled[0][ref],
                "TotalAmt": sum(float(str(each["TotalAmt"])) for each in settled),
                "UnappliedAmt": 0,
                "Line": [
                    {"Amount": each["TotalAmt"], "LinkedTxn": [{"TxnId": each["Id"], "TxnType": side}]}
                    for each in settled
                ],
            }
            if name == "Payment":
                payment["DepositToAccountRef"] = {"value": _UNDEPOSITED if number % 3 else _CHECKING}
            else:
                payment |= {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": _CHECKING}}}
            for each in settled:
                each["Balance"] = 0
                each["LinkedTxn"] = [{"TxnId": payment["Id"], "TxnType": name}]
            self._add(name, payment)
            yield payment

    def _bank(self, payments: list[_Wire]) -> None:
        waiting = [each for each in payments if each["DepositToAccountRef"] == {"value": _UNDEPOSITED}]
        for number in range(_DEPOSITS):
            carried = waiting[len(waiting) * number // _DEPOSITS : len(waiting) * (number + 1) // _DEPOSITS]
            lines = [
                {"Amount": each["TotalAmt"], "LinkedTxn": [{"TxnId": each["Id"], "TxnType": "Payment"}]}
                for each in carried
            ]
            total = sum(float(str(line["Amount"])) for line in lines)
            into = {"DepositToAccountRef": {"value": _CHECKING}, "TotalAmt": total, "Line": lines}
            self._add("Deposit", {**self._dated(date.fromisoformat(str(carried[0]["TxnDate"]))), **into})
        for number in range(_PURCHASES):
            self._purchase(AS_OF - timedelta(days=number * _DAYS // _PURCHASES))
        for number in range(_ENTRIES):
            amount = self._dice.randint(2_000_000, 2_100_000) / 100
            self._add("JournalEntry", {**self._dated(AS_OF - timedelta(days=14 * number)), "Line": _wages(amount)})
        for number in range(_TRANSFERS):
            sides = {"FromAccountRef": {"value": _CHECKING}, "ToAccountRef": {"value": _SAVINGS}}
            self._add("Transfer", {**self._dated(AS_OF - timedelta(days=14 * number)), **sides, "Amount": 1_000})

    def _purchase(self, day: date) -> None:
        party = _CUSTOMERS + self._dice.randint(1, _VENDORS)
        amount = self._dice.randint(1_000, 90_000) / 100
        card = self._dice.random() < 0.6
        self._add(
            "Purchase",
            {
                **self._dated(day),
                "AccountRef": {"value": _CARD if card else _CHECKING},
                "PaymentType": "CreditCard" if card else "Check",
                "EntityRef": {"value": str(party), "name": _name(party), "type": "Vendor"},
                "TotalAmt": amount,
                "PrivateNote": f"Card charge {day}",
                "Line": [self._expense(amount, _EXPENSES[party % len(_EXPENSES)])],
            },
        )

    def _expense(self, amount: float, account: str) -> _Wire:
        detail = {"AccountRef": {"value": account}}
        kind = "AccountBasedExpenseLineDetail"
        return {"Amount": amount, "Description": "Work as agreed", "DetailType": kind, kind: detail}

    def _dated(self, day: date) -> _Wire:
        self._number += 1
        return {"Id": str(self._number), "TxnDate": day.isoformat(), "CurrencyRef": {"value": "USD"}}

    def _add(self, name: str, record: _Wire, day: date | None = None) -> None:
        at = f"{day or record['TxnDate']}T10:00:00-07:00"
        self._found[name].append(
            _sent({**record, "SyncToken": "0", "MetaData": {"CreateTime": at, "LastUpdatedTime": at}})
        )


def _account(record_id: str, name: str, kind: str, detail: str, balance: int) -> _Wire:
    at = f"{AS_OF}T10:00:00-07:00"
    return {
        "Id": record_id,
        "Name": name,
        "FullyQualifiedName": name,
        "AccountType": kind,
        "AccountSubType": detail,
        "CurrentBalance": balance,
        "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
    }


def _sent(record: _Wire) -> bytes:
    return json.dumps(record).encode()


def _name(party: int) -> str:
    """A name of its own for each party, without numbers: those are taken for references."""
    place, first = divmod(party, len(_FIRST))
    third, second = divmod(place, len(_SECOND))
    return f"{_FIRST[first]} {_SECOND[second]} {_THIRD[third]}"


def _wages(amount: float) -> list[_Wire]:
    sides = (("Debit", _WAGES), ("Credit", _CHECKING))
    return [
        {
            "Amount": amount,
            "Description": "Payroll",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
        }
        for side, account in sides
    ]
