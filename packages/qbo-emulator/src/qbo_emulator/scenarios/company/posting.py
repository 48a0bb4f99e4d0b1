"""Entering a history into books: each event becomes the body that a QuickBooks client would post."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import singledispatchmethod

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.chart import CARD, CHECKING, RECEIVABLE, AccountSpec
from qbo_emulator.scenarios.company.description import CompanyPlan, CustomerPlan, Terms, VendorPlan
from qbo_emulator.scenarios.company.events import (
    BillReceived,
    BillsPaid,
    CreditMemoIssued,
    CustomerPaid,
    Deposited,
    Earned,
    Entry,
    Event,
    InvoiceIssued,
    Journalled,
    Moved,
    PostedUnlisted,
    Share,
    Spent,
    VendorCreditReceived,
)

_FIRST_INVOICE_NUMBER = "2001"


class Bookkeeper:
    """Enters events into one company's books, and remembers which QuickBooks id each key was given.

    Customers, vendors and terms are created at the moment in which they are first needed. `ids` are those of books
    that are set up already.
    """

    def __init__(self, books: Books, plan: CompanyPlan, ids: Mapping[str, str] | None = None) -> None:
        self._books = books
        self._customers = {customer.name: customer for customer in plan.customers}
        self._vendors = {vendor.name: vendor for vendor in plan.vendors}
        self._has_numbered = any(True for _ in books.records("Invoice"))
        self.ids: dict[str, str] = dict(ids or {})

    def enter(self, events: Iterable[Event]) -> None:
        """Enter the events in their order; raises QboFault when the books refuse one."""
        for event in events:
            self._enter(event)

    def set_up(self, plan: CompanyPlan, opened_at: datetime) -> None:
        """Create the chart of accounts and the items."""
        for spec in plan.chart:
            self._create(f"account/{spec.name}", "Account", self._account_body(spec), opened_at)
        for name, income_account in plan.items:
            body = {"Name": name, "Type": "Service", "IncomeAccountRef": self._account(income_account)}
            self._create(f"item/{name}", "Item", body, opened_at)

    def _account_body(self, spec: AccountSpec) -> JsonObject:
        body = {"Name": spec.name, "AccountType": spec.account_type, "AccountSubType": spec.subtype}
        if spec.parent is None:
            return body
        return {**body, "SubAccount": True, "ParentRef": self._account(spec.parent)}

    @singledispatchmethod
    def _enter(self, event: Entry) -> None:
        raise TypeError(f"no way to enter a {type(event).__name__} into books")

    @_enter.register
    def _(self, event: InvoiceIssued) -> None:
        body = {**self._sale(event), "DueDate": event.due_date.isoformat()}
        if event.with_terms:
            body["SalesTermRef"] = self._term(event.terms, event.at)
        if not self._has_numbered:
            # QuickBooks counts on from here by itself.
            body["DocNumber"], self._has_numbered = _FIRST_INVOICE_NUMBER, True
        self._create(event.key, "Invoice", body, event.at)

    @_enter.register
    def _(self, event: CreditMemoIssued) -> None:
        self._create(event.key, "CreditMemo", self._sale(event), event.at)

    @_enter.register
    def _(self, event: CustomerPaid) -> None:
        body = {
            **_dated(event),
            "CustomerRef": self._customer(event.customer, event.at),
            "TotalAmt": _amount(event.cents),
            "DepositToAccountRef": self._account(event.to),
            "Line": [*self._links(event.invoices, "Invoice"), *self._links(event.credits, "CreditMemo")],
        }
        if event.check_number:
            body["PaymentRefNum"] = event.check_number
        self._create(event.key, "Payment", body, event.at)

    @_enter.register
    def _(self, event: Deposited) -> None:
        lines = self._links(event.payments, "Payment")
        for line in lines:
            line["LinkedTxn"][0]["TxnLineId"] = "0"
        body = {**_dated(event), "DepositToAccountRef": self._account(CHECKING), "Line": lines}
        self._create(event.key, "Deposit", body, event.at)

    @_enter.register
    def _(self, event: BillReceived) -> None:
        body = {**self._purchase_from(event), "DueDate": event.due_date.isoformat()}
        if event.with_terms:
            body["SalesTermRef"] = self._term(event.terms, event.at)
        self._create(event.key, "Bill", body, event.at)

    @_enter.register
    def _(self, event: VendorCreditReceived) -> None:
        self._create(event.key, "VendorCredit", self._purchase_from(event), event.at)

    @_enter.register
    def _(self, event: BillsPaid) -> None:
        body = {
            **_dated(event),
            "VendorRef": self._vendor(event.vendor, event.at),
            "TotalAmt": _amount(event.cents),
            "Line": [*self._links(event.bills, "Bill"), *self._links(event.credits, "VendorCredit")],
        }
        if event.source == CARD:
            body |= {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": self._account(event.source)}}
        else:
            body |= {"PayType": "Check", "CheckPayment": {"BankAccountRef": self._account(event.source)}}
        self._create(event.key, "BillPayment", body, event.at)

    @_enter.register
    def _(self, event: Spent) -> None:
        body = {
            **_dated(event),
            "AccountRef": self._account(event.source),
            "PaymentType": event.payment_type,
            "PrivateNote": event.note,
            "Line": [self._expense_line(account, cents, event.note) for account, cents in event.lines],
        }
        if event.payee is not None:
            body["EntityRef"] = {**self._vendor(event.payee, event.at), "type": "Vendor"}
        if event.is_refund:
            body["Credit"] = True
        self._create(event.key, "Purchase", body, event.at)

    @_enter.register
    def _(self, event: Earned) -> None:
        detail = {"AccountRef": self._account(event.account)}
        line = {"Amount": _amount(event.cents), "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
        body = {
            **_dated(event),
            "DepositToAccountRef": self._account(event.into),
            "PrivateNote": event.note,
            "Line": [{**line, "Description": event.note}],
        }
        self._create(event.key, "Deposit", body, event.at)

    @_enter.register
    def _(self, event: Moved) -> None:
        body = {
            **_dated(event),
            "FromAccountRef": self._account(event.source),
            "ToAccountRef": self._account(event.target),
            "Amount": _amount(event.cents),
            "PrivateNote": event.note,
        }
        self._create(event.key, "Transfer", body, event.at)

    @_enter.register
    def _(self, event: Journalled) -> None:
        lines = [self._journal_line(account, cents, event) for account, cents in event.lines if cents]
        self._create(event.key, "JournalEntry", {**_dated(event), "PrivateNote": event.note, "Line": lines}, event.at)

    @_enter.register
    def _(self, event: PostedUnlisted) -> None:
        self._books.post_unlisted(
            txn_type=event.txn_type,
            txn_date=event.txn_date,
            memo=event.note,
            postings=[(self.ids[f"account/{account}"], _amount(cents)) for account, cents in event.lines],
            at=event.at,
        )

    def _sale(self, event: InvoiceIssued | CreditMemoIssued) -> JsonObject:
        detail = {"ItemRef": _ref(self.ids[f"item/{event.item}"]), "Qty": 1, "UnitPrice": _amount(event.cents)}
        line = {"Description": event.description, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        return {
            **_dated(event),
            "CustomerRef": self._customer(event.customer, event.at),
            "Line": [{**line, "Amount": _amount(event.cents)}],
        }

    def _purchase_from(self, event: BillReceived | VendorCreditReceived) -> JsonObject:
        body = {
            **_dated(event),
            "VendorRef": self._vendor(event.vendor, event.at),
            "Line": [self._expense_line(event.account, event.cents, event.description)],
        }
        return {**body, "DocNumber": event.doc_number} if event.doc_number else body

    def _expense_line(self, account: str, cents: int, description: str) -> JsonObject:
        return {
            "Description": description,
            "Amount": _amount(cents),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": self._account(account)},
        }

    def _journal_line(self, account: str, cents: int, event: Journalled) -> JsonObject:
        detail = {"PostingType": "Debit" if cents > 0 else "Credit", "AccountRef": self._account(account)}
        if account == RECEIVABLE:
            detail["Entity"] = {"Type": "Customer", "EntityRef": self._customer(event.customer, event.at)}
        return {
            "Description": event.note,
            "Amount": _amount(abs(cents)),
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": detail,
        }

    def _links(self, shares: Iterable[Share], txn_type: str) -> list[JsonObject]:
        return [
            {"Amount": _amount(cents), "LinkedTxn": [{"TxnId": self.ids[key], "TxnType": txn_type}]}
            for key, cents in shares
        ]

    def _account(self, name: str) -> JsonObject:
        return _ref(self.ids[f"account/{name}"])

    def _term(self, terms: Terms, at: datetime) -> JsonObject:
        key = f"term/{terms.name}"
        if key not in self.ids:
            self._create(key, "Term", _term_body(terms), at)
        return _ref(self.ids[key])

    def _customer(self, name: str, at: datetime) -> JsonObject:
        """A second spelling becomes a customer with nothing but its name."""
        key = f"customer/{name}"
        if key not in self.ids:
            customer = self._customers.get(name)
            terms = {"SalesTermRef": self._term(customer.terms, at)} if customer else {}
            self._create(key, "Customer", {**_customer_body(name, customer), **terms}, at)
        return _ref(self.ids[key])

    def _vendor(self, name: str, at: datetime) -> JsonObject:
        """A name that sends no bills, or a second spelling, becomes a vendor with nothing but its name."""
        key = f"vendor/{name}"
        if key not in self.ids:
            vendor = self._vendors.get(name)
            terms = {"TermRef": self._term(vendor.terms, at)} if vendor else {}
            self._create(key, "Vendor", {**_vendor_body(name, vendor), **terms}, at)
        return _ref(self.ids[key])

    def _create(self, key: str, entity: str, body: JsonObject, at: datetime) -> None:
        self.ids[key] = self._books.create(entity, body, at=at)["Id"]


def _dated(event: Entry) -> JsonObject:
    return {"TxnDate": event.txn_date.isoformat()}


def _term_body(terms: Terms) -> JsonObject:
    body: JsonObject = {"Name": terms.name, "Type": "STANDARD", "DueDays": terms.due_days}
    if not terms.discount_percent:
        return body
    return {**body, "DiscountPercent": terms.discount_percent, "DiscountDays": terms.discount_days}


def _customer_body(name: str, customer: CustomerPlan | None) -> JsonObject:
    if customer is None:
        return {"DisplayName": name, "CompanyName": name}
    given, _, family = customer.contact.partition(" ")
    domain = "".join(letter for letter in customer.name.lower() if letter.isalnum())
    return {
        "DisplayName": customer.name,
        "CompanyName": customer.name,
        "GivenName": given,
        "FamilyName": family,
        "PrimaryEmailAddr": {"Address": f"accounts@{domain}.example"},
        "BillAddr": {"City": customer.city, "CountrySubDivisionCode": customer.state},
    }


def _vendor_body(name: str, vendor: VendorPlan | None) -> JsonObject:
    is_1099 = vendor is not None and vendor.is_1099
    return {"DisplayName": name, "CompanyName": name, "Vendor1099": is_1099}


def _ref(entity_id: str) -> JsonObject:
    return {"value": entity_id}


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
