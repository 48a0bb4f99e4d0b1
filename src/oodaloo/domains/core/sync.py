"""How the core domain reads QuickBooks' records."""

from collections.abc import Iterable

import msgspec

from oodaloo.domains.core.model import Application, CompanyInfo, LinkedRecord, Preferences, RecordMeta, Term
from oodaloo.domains.core.store import CompanyInfoRow, PreferencesRow, TermRow
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.mirror import EntityType
from oodaloo.kit.money import Currency, Money

_COUNTRY_BY_ISO3 = {"USA": "US", "CAN": "CA", "GBR": "GB", "AUS": "AU", "IND": "IN", "ZAF": "ZA", "FRA": "FR"}
_CURRENCY_WHEN_UNTOLD = Currency("USD")  # only US companies from before multi-currency leave HomeCurrency out

_COMPANY_INFO = msgspec.json.Decoder(wire.CompanyInfo)
_PREFERENCES = msgspec.json.Decoder(wire.Preferences)
_TERM = msgspec.json.Decoder(wire.Term)


def meta(record: wire.Record) -> RecordMeta:
    """Identity and version of a record."""
    times = record.meta_data
    return RecordMeta(record.id, record.sync_token, times.create_time, times.last_updated_time)


def currency(transaction: wire.Transaction | wire.Account, home: Currency) -> Currency:
    """The currency of a record's amounts: its own, else the company's home currency."""
    return Currency(transaction.currency_ref.value) if transaction.currency_ref else home


def links(linked: Iterable[wire.LinkedTxn]) -> tuple[LinkedRecord, ...]:
    """The other ends of a record's links."""
    return tuple(LinkedRecord(link.txn_type, link.txn_id) for link in linked)


def applications(lines: Iterable[wire.AppliedLine], unit: Currency) -> tuple[Application, ...]:
    """What a payment settles; a line's amount belongs to each document that it links."""
    return tuple(
        Application(link.txn_type, link.txn_id, Money.of(line.amount, unit))
        for line in lines
        for link in line.linked_txn
    )


def _company_info(source: bytes, _home: Currency) -> CompanyInfo:
    record = _COMPANY_INFO.decode(source)
    country = _COUNTRY_BY_ISO3.get(record.country, record.country)
    return CompanyInfo(meta(record), record.company_name, country, record.default_time_zone)


def _preferences(source: bytes, _home: Currency) -> Preferences:
    record = _PREFERENCES.decode(source)
    told = record.currency_prefs
    home = Currency(told.home_currency.value) if told.home_currency else _CURRENCY_WHEN_UNTOLD
    return Preferences(meta(record), home, told.multi_currency_enabled)


def _term(source: bytes, _home: Currency) -> Term:
    record = _TERM.decode(source)
    return Term(
        meta(record), record.name, record.active, record.due_days, record.discount_percent, record.discount_days
    )


TYPES = (
    EntityType("CompanyInfo", CompanyInfoRow, CompanyInfo, _company_info),
    EntityType("Preferences", PreferencesRow, Preferences, _preferences),
    EntityType("Term", TermRow, Term, _term, has_active=True),
)
