"""The shapes of QuickBooks' JSON, as far as we read them; fields that we don't name are kept in a record's source."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Raw, Struct, field


class Ref(Struct, frozen=True):
    """A reference to another record: its id and the name shown for it."""

    value: str
    name: str = ""
    type: str = ""


class MetaData(Struct, frozen=True, rename="pascal"):
    """When a record was created and last changed (Pacific offsets, whole seconds)."""

    create_time: datetime
    last_updated_time: datetime


class Record(Struct, frozen=True, rename="pascal", kw_only=True):
    """What every record has. `sparse` and `domain` say nothing that we need."""

    id: str
    sync_token: str = "0"  # noqa: S105 (a version counter, not a secret)
    meta_data: MetaData


class LinkedTxn(Struct, frozen=True, rename="pascal"):
    """One end of a link between transactions."""

    txn_id: str
    txn_type: str = ""


class CompanyInfo(Record, frozen=True, rename="pascal", kw_only=True):
    """The company itself; `default_time_zone` is an IANA name where QuickBooks gives it."""

    company_name: str
    country: str = "US"
    default_time_zone: str = ""


class CurrencyPreferences(Struct, frozen=True, rename="pascal", kw_only=True):
    """Home currency and whether others are in use."""

    multi_currency_enabled: bool = False
    home_currency: Ref | None = None


class Preferences(Record, frozen=True, rename="pascal", kw_only=True):
    """Company preferences, as far as they decide how amounts are read."""

    currency_prefs: CurrencyPreferences = field(default_factory=CurrencyPreferences)


class Account(Record, frozen=True, rename="pascal", kw_only=True):
    """An account of the chart; CurrentBalance is debit-positive and leaves sub-accounts out."""

    name: str
    fully_qualified_name: str = ""
    active: bool = True
    classification: str = ""
    account_type: str = ""
    account_sub_type: str = ""
    current_balance: Decimal = Decimal(0)
    currency_ref: Ref | None = None
    parent_ref: Ref | None = None


class Term(Record, frozen=True, rename="pascal", kw_only=True):
    """Payment terms; day-of-month terms have no `due_days`."""

    name: str
    active: bool = True
    due_days: int | None = None
    discount_percent: Decimal | None = None
    discount_days: int | None = None


class Email(Struct, frozen=True, rename="pascal", kw_only=True):
    """An e-mail address, or several with commas between them."""

    address: str = ""


class Phone(Struct, frozen=True, rename="pascal", kw_only=True):
    """A telephone number as somebody wrote it."""

    free_form_number: str = ""


class Customer(Record, frozen=True, rename="pascal", kw_only=True):
    """A customer or one of its jobs, which names the customer that it belongs to."""

    display_name: str
    active: bool = True
    primary_email_addr: Email | None = None
    primary_phone: Phone | None = None
    sales_term_ref: Ref | None = None
    parent_ref: Ref | None = None


class Vendor(Record, frozen=True, rename="pascal", kw_only=True):
    """A vendor."""

    display_name: str
    active: bool = True
    primary_email_addr: Email | None = None
    primary_phone: Phone | None = None
    term_ref: Ref | None = None


class Item(Record, frozen=True, rename="pascal", kw_only=True):
    """Something sold or bought, with the accounts that it posts to."""

    name: str
    active: bool = True
    type: str = field(default="", name="Type")


class Transaction(Record, frozen=True, rename="pascal", kw_only=True):
    """What every dated transaction has."""

    txn_date: date
    doc_number: str = ""
    private_note: str = ""
    currency_ref: Ref | None = None


class Invoice(Transaction, frozen=True, rename="pascal", kw_only=True):
    """A sale on credit."""

    customer_ref: Ref
    due_date: date | None = None
    sales_term_ref: Ref | None = None
    total_amt: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    email_status: str = ""
    linked_txn: tuple[LinkedTxn, ...] = ()


class AppliedLine(Struct, frozen=True, rename="pascal", kw_only=True):
    """The part of a payment that settles the linked documents."""

    amount: Decimal = Decimal(0)
    linked_txn: tuple[LinkedTxn, ...] = ()


class Payment(Transaction, frozen=True, rename="pascal", kw_only=True):
    """Money from a customer."""

    customer_ref: Ref
    deposit_to_account_ref: Ref | None = None
    total_amt: Decimal = Decimal(0)
    unapplied_amt: Decimal = Decimal(0)
    line: tuple[AppliedLine, ...] = ()


class CreditMemo(Transaction, frozen=True, rename="pascal", kw_only=True):
    """A credit to a customer; RemainingCredit is what isn't applied."""

    customer_ref: Ref
    total_amt: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    remaining_credit: Decimal | None = None


class ExpenseDetail(Struct, frozen=True, rename="pascal", kw_only=True):
    """Where an expense line posts to."""

    account_ref: Ref | None = None


class ItemExpenseDetail(Struct, frozen=True, rename="pascal", kw_only=True):
    """An expense line by item."""

    item_ref: Ref | None = None
    item_account_ref: Ref | None = None


class ExpenseLine(Struct, frozen=True, rename="pascal", kw_only=True):
    """A line of a bill or purchase."""

    amount: Decimal = Decimal(0)
    description: str = ""
    linked_txn: tuple[LinkedTxn, ...] = ()
    account_based_expense_line_detail: ExpenseDetail | None = None
    item_based_expense_line_detail: ItemExpenseDetail | None = None


class Bill(Transaction, frozen=True, rename="pascal", kw_only=True):
    """A purchase on credit."""

    vendor_ref: Ref
    due_date: date | None = None
    total_amt: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    sales_term_ref: Ref | None = None
    linked_txn: tuple[LinkedTxn, ...] = ()
    line: tuple[ExpenseLine, ...] = ()


class CheckPayment(Struct, frozen=True, rename="pascal", kw_only=True):
    """The bank account that a bill payment by check leaves."""

    bank_account_ref: Ref | None = None


class CreditCardPayment(Struct, frozen=True, rename="pascal", kw_only=True):
    """The card that a bill payment is charged to."""

    cc_account_ref: Ref | None = field(default=None, name="CCAccountRef")


class BillPayment(Transaction, frozen=True, rename="pascal", kw_only=True):
    """A payment of bills."""

    vendor_ref: Ref
    pay_type: str = ""
    total_amt: Decimal = Decimal(0)
    check_payment: CheckPayment | None = None
    credit_card_payment: CreditCardPayment | None = None
    line: tuple[AppliedLine, ...] = ()


class VendorCredit(Transaction, frozen=True, rename="pascal", kw_only=True):
    """A credit from a vendor."""

    vendor_ref: Ref
    total_amt: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)


class Purchase(Transaction, frozen=True, rename="pascal", kw_only=True):
    """Money spent directly; Credit marks a card refund."""

    account_ref: Ref
    payment_type: str = ""
    entity_ref: Ref | None = None
    total_amt: Decimal = Decimal(0)
    credit: bool = False
    line: tuple[ExpenseLine, ...] = ()


class DepositDetail(Struct, frozen=True, rename="pascal", kw_only=True):
    """Where a deposit line that isn't a payment comes from."""

    account_ref: Ref | None = None
    entity: Ref | None = None


class DepositLine(Struct, frozen=True, rename="pascal", kw_only=True):
    """A line of a deposit."""

    amount: Decimal = Decimal(0)
    description: str = ""
    linked_txn: tuple[LinkedTxn, ...] = ()
    deposit_line_detail: DepositDetail | None = None


class Deposit(Transaction, frozen=True, rename="pascal", kw_only=True):
    """Money put into an account."""

    deposit_to_account_ref: Ref
    total_amt: Decimal = Decimal(0)
    line: tuple[DepositLine, ...] = ()


class Transfer(Transaction, frozen=True, rename="pascal", kw_only=True):
    """Money moved between two accounts."""

    from_account_ref: Ref
    to_account_ref: Ref
    amount: Decimal = Decimal(0)


class JournalParty(Struct, frozen=True, rename="pascal", kw_only=True):
    """The customer, vendor or employee of a journal line."""

    type: str = field(default="", name="Type")
    entity_ref: Ref | None = None


class JournalDetail(Struct, frozen=True, rename="pascal", kw_only=True):
    """Side and account of a journal line."""

    posting_type: str
    account_ref: Ref
    entity: JournalParty | None = None


class JournalLine(Struct, frozen=True, rename="pascal", kw_only=True):
    """A posting of a journal entry; lines of other kinds (descriptions) have no detail."""

    amount: Decimal = Decimal(0)
    description: str = ""
    journal_entry_line_detail: JournalDetail | None = None


class JournalEntry(Transaction, frozen=True, rename="pascal", kw_only=True):
    """A journal entry."""

    line: tuple[JournalLine, ...] = ()


class AnyDetail(Struct, frozen=True, rename="pascal", kw_only=True):
    """What any kind of line may say about its other side."""

    account_ref: Ref | None = None
    item_ref: Ref | None = None
    item_account_ref: Ref | None = None
    posting_type: str = ""


class AnyLine(Struct, frozen=True, rename="pascal", kw_only=True):
    """A line of any transaction."""

    amount: Decimal = Decimal(0)
    description: str = ""
    detail_type: str = ""
    linked_txn: tuple[LinkedTxn, ...] = ()
    account_based_expense_line_detail: AnyDetail | None = None
    item_based_expense_line_detail: AnyDetail | None = None
    sales_item_line_detail: AnyDetail | None = None
    deposit_line_detail: AnyDetail | None = None
    journal_entry_line_detail: AnyDetail | None = None


class AnyRecord(Record, frozen=True, rename="pascal", kw_only=True):
    """The fields that people look for in any record."""

    name: str = ""
    display_name: str = ""
    txn_date: date | None = None
    due_date: date | None = None
    doc_number: str = ""
    private_note: str = ""
    currency_ref: Ref | None = None
    customer_ref: Ref | None = None
    vendor_ref: Ref | None = None
    entity_ref: Ref | None = None
    account_ref: Ref | None = None
    deposit_to_account_ref: Ref | None = None
    from_account_ref: Ref | None = None
    to_account_ref: Ref | None = None
    sales_term_ref: Ref | None = None
    account_type: str = ""
    account_sub_type: str = ""
    current_balance: Decimal | None = None
    total_amt: Decimal | None = None
    amount: Decimal | None = None
    balance: Decimal | None = None
    unapplied_amt: Decimal | None = None
    email_status: str = ""
    payment_type: str = ""
    pay_type: str = ""
    linked_txn: tuple[LinkedTxn, ...] = ()
    line: tuple[AnyLine, ...] = ()


class QueryAnswer(Struct, frozen=True):
    """A query's envelope; the records stay raw until their domain reads them."""

    QueryResponse: dict[str, Raw]
    time: datetime


RecordAnswer = dict[str, Raw]
"""The envelope of one record that was read or written: the record under its type, and `time`."""


class ChangesOfCompany(Struct, frozen=True):
    """What one change-data-capture call found: an element for each type asked, empty when nothing changed."""

    QueryResponse: tuple[dict[str, Raw], ...] = ()


class ChangesAnswer(Struct, frozen=True):
    """The envelope of change data capture."""

    CDCResponse: tuple[ChangesOfCompany, ...]
    time: datetime


class UpdatedAt(Struct, frozen=True, rename="pascal"):
    """When a record changed or went."""

    last_updated_time: datetime


class ChangedRecord(Struct, frozen=True, rename="pascal", kw_only=True):
    """Just enough of a changed record to tell whether it is gone."""

    id: str
    meta_data: UpdatedAt
    status: str = field(default="", name="status")


class FaultError(Struct, frozen=True):
    """One error of a fault, in either spelling of its keys."""

    Message: str = ""
    Detail: str = ""
    code: str = ""
    message: str = ""
    detail: str = ""


class Fault(Struct, frozen=True):
    """A fault, in either spelling of its keys."""

    Error: tuple[FaultError, ...] = ()
    error: tuple[FaultError, ...] = ()
    type: str = ""


class FaultAnswer(Struct, frozen=True):
    """The envelope of a fault; authentication faults come in lower case."""

    upper: Fault | None = field(default=None, name="Fault")
    lower: Fault | None = field(default=None, name="fault")


class TokenAnswer(Struct, frozen=True):
    """What the token endpoint gives: lifetimes in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    x_refresh_token_expires_in: int


class DiscoveryAnswer(Struct, frozen=True):
    """The endpoints that the discovery document names."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
