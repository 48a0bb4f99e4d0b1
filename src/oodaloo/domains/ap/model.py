"""Vendors and what we owe and pay them, as frozen values."""

from dataclasses import dataclass
from datetime import date

from oodaloo.domains.core.model import Application, LinkedRecord, RecordMeta
from oodaloo.kit.money import Money


@dataclass(frozen=True, slots=True)
class Vendor:
    """Someone we buy from; `email` and `phone` as they were written, empty where none is known."""

    meta: RecordMeta
    name: str
    active: bool
    term_id: str | None
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """A purchase on credit; `balance` is what is still open of `total`; `account_ids` are its expense accounts."""

    meta: RecordMeta
    number: str
    dated: date
    due: date | None
    vendor_id: str
    vendor_name: str
    total: Money
    balance: Money
    term_id: str | None
    account_ids: tuple[str, ...]
    linked: tuple[LinkedRecord, ...]
    memo: str


@dataclass(frozen=True, slots=True)
class BillPayment:
    """A payment of bills by Check from a bank account or by CreditCard, with the bills and credits it settles."""

    meta: RecordMeta
    number: str
    dated: date
    vendor_id: str
    vendor_name: str
    total: Money
    method: str
    account_id: str | None
    applied: tuple[Application, ...]


@dataclass(frozen=True, slots=True)
class VendorCredit:
    """A credit from a vendor; `balance` is what isn't applied yet."""

    meta: RecordMeta
    number: str
    dated: date
    vendor_id: str
    vendor_name: str
    total: Money
    balance: Money
