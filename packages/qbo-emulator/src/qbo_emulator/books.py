"""One company's books: its entities and the double-entry ledger behind them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from qbo_emulator.jsontypes import JsonObject


class Books:
    """The books of one company, changed only through QuickBooks' own operations."""

    def __init__(
        self,
        company_name: str,
        realm_id: str,
        *,
        country: str = "US",
        currency: str = "USD",
        opened_at: datetime,
    ) -> None:
        raise NotImplementedError

    def set_company_info(self, fields: JsonObject) -> None:
        """Overwrite top-level fields of CompanyInfo."""
        raise NotImplementedError

    def set_preferences(self, fields: JsonObject) -> None:
        """Overwrite top-level fields of Preferences."""
        raise NotImplementedError

    def create(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Do what POST /v3/company/{realm}/{entity} does at that moment; return the stored entity."""
        raise NotImplementedError

    def update(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Change the entity that the body's Id and SyncToken name; return the stored entity."""
        raise NotImplementedError

    def read(self, entity: str, entity_id: str) -> JsonObject:
        """Return the stored entity; fault 610 when there is none."""
        raise NotImplementedError

    def post_unlisted(
        self,
        *,
        txn_type: str,
        txn_date: date,
        memo: str,
        postings: Sequence[tuple[str, Decimal]],
        at: datetime,
    ) -> None:
        """Post (account id, debit-positive amount) pairs that no entity shows, as QuickBooks Payroll does."""
        raise NotImplementedError
