"""Customers and what they owe and pay, as frozen values."""

from dataclasses import dataclass
from datetime import date

from oodaloo.domains.core.model import Application, LinkedRecord, RecordMeta
from oodaloo.kit.money import Money


@dataclass(frozen=True, slots=True)
class Customer:
    """Someone who buys, or a job of `parent_id`; `email` and `phone` as written, empty where none is known."""

    meta: RecordMeta
    name: str
    active: bool
    term_id: str | None = None
    parent_id: str | None = None
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is sold or bought; `kind` is QuickBooks' item type, such as Service."""

    meta: RecordMeta
    name: str
    active: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A sale on credit; `balance` is what is still open of `total`."""

    meta: RecordMeta
    number: str
    dated: date
    due: date | None
    customer_id: str
    customer_name: str
    total: Money
    balance: Money
    linked: tuple[LinkedRecord, ...]
    email_status: str
    memo: str
    term_id: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money from a customer; without `deposit_account_id` it waits in undeposited funds."""

    meta: RecordMeta
    number: str
    dated: date
    customer_id: str
    customer_name: str
    total: Money
    unapplied: Money
    deposit_account_id: str | None
    applied: tuple[Application, ...]


@dataclass(frozen=True, slots=True)
class CreditMemo:
    """A credit to a customer; `balance` is what isn't applied yet."""

    meta: RecordMeta
    number: str
    dated: date
    customer_id: str
    customer_name: str
    total: Money
    balance: Money
