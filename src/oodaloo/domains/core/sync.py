"""How the core domain reads QuickBooks' records."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from oodaloo.domains.core.model import (
    Application,
    CompanyInfo,
    FactValue,
    LinkedRecord,
    Preferences,
    RecordLine,
    RecordMeta,
    RecordView,
    Term,
)
from oodaloo.domains.core.store import CompanyInfoRow, PreferencesRow, TermRow
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.mirror.records import EntityType
from oodaloo.kit.money import Currency, Money

_COUNTRY_BY_ISO3 = {"USA": "US", "CAN": "CA", "GBR": "GB", "AUS": "AU", "IND": "IN", "ZAF": "ZA", "FRA": "FR"}
_ISO2_LETTERS = 2
_CURRENCY_WHEN_UNTOLD = Currency("USD")  # only US companies from before multi-currency leave HomeCurrency out

Names: TypeAlias = Mapping[tuple[str, str], str]
"""What records are called, by type and id."""

_COMPANY_INFO = msgspec.json.Decoder(wire.CompanyInfo)
_PREFERENCES = msgspec.json.Decoder(wire.Preferences)
_ANY = msgspec.json.Decoder(wire.AnyRecord)
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


def describe(kind: str, source: str, home: Currency, *, quickbooks_url: str | None, names: Names) -> RecordView:
    """Any mirrored record as people read it, from the JSON that QuickBooks sent.

    `names` says what other records are called now, by type and id, for when that is newer than this JSON.
    """
    record = _ANY.decode(source)
    unit = Currency(record.currency_ref.value) if record.currency_ref else home
    party = record.customer_ref or record.vendor_ref or record.entity_ref
    linked = (*record.linked_txn, *(link for line in record.line for link in line.linked_txn))
    return RecordView(
        kind=kind,
        id=record.id,
        number=record.doc_number,
        dated=record.txn_date,
        party=_name_now(party, names, "Customer", "Vendor") if party else record.display_name or record.name,
        facts=tuple(_facts(record, unit, names)),
        lines=tuple(_line(line, unit, names) for line in record.line if line.detail_type != "SubTotalLineDetail"),
        linked=tuple(dict.fromkeys(links(linked))),
        quickbooks_url=quickbooks_url,
    )


def _facts(record: wire.AnyRecord, unit: Currency, names: Names) -> Iterator[tuple[str, FactValue]]:
    amounts = (
        ("Total", record.total_amt if record.amount is None else record.amount),
        ("Open", record.balance),
        ("Unapplied", record.unapplied_amt),
        ("Balance in the books", record.current_balance),
    )
    references = (
        ("Account", record.account_ref, "Account"),
        ("Deposited to", record.deposit_to_account_ref, "Account"),
        ("From", record.from_account_ref, "Account"),
        ("To", record.to_account_ref, "Account"),
        ("Terms", record.sales_term_ref, "Term"),
    )
    texts = (
        ("Type", " · ".join(filter(None, (record.account_type, record.account_sub_type)))),
        ("Paid by", record.payment_type or record.pay_type),
        ("E-mail", record.email_status),
        ("Memo", record.private_note),
    )
    yield from ((label, Money.of(amount, unit)) for label, amount in amounts if amount is not None)
    if record.due_date:
        yield "Due", record.due_date
    yield from ((label, _name_now(ref, names, to) or f"id {ref.value}") for label, ref, to in references if ref)
    yield from ((label, text) for label, text in texts if text)
    yield "Created", record.meta_data.create_time
    yield "Changed", record.meta_data.last_updated_time


def _line(line: wire.AnyLine, unit: Currency, names: Names) -> RecordLine:
    detail = (
        line.account_based_expense_line_detail
        or line.item_based_expense_line_detail
        or line.sales_item_line_detail
        or line.deposit_line_detail
        or line.journal_entry_line_detail
    )
    posting = detail.posting_type if detail else ""
    text = " · ".join(filter(None, (line.description, _other_side(detail, names) if detail else "", posting)))
    applied = ", ".join(f"{link.txn_type} {link.txn_id}" for link in line.linked_txn)
    return RecordLine(text or applied or "Line", Money.of(line.amount, unit))


def _other_side(detail: wire.AnyDetail, names: Names) -> str:
    if detail.account_ref:
        return _name_now(detail.account_ref, names, "Account")
    if detail.item_ref:
        return _name_now(detail.item_ref, names, "Item")
    return _name_now(detail.item_account_ref, names, "Account") if detail.item_account_ref else ""


def _name_now(ref: wire.Ref, names: Names, *entities: str) -> str:
    """What a reference to a record of one of these types is called now, else as it came."""
    return next((names[entity, ref.value] for entity in entities if (entity, ref.value) in names), ref.name)


def _company_info(source: bytes, _home: Currency) -> CompanyInfo:
    record = _COMPANY_INFO.decode(source)
    told = record.country.upper()
    country = told if len(told) == _ISO2_LETTERS else _COUNTRY_BY_ISO3.get(told, "")
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
    EntityType("Preferences", PreferencesRow, Preferences, _preferences),
    EntityType("CompanyInfo", CompanyInfoRow, CompanyInfo, _company_info),
    EntityType("Term", TermRow, Term, _term, has_active=True, named=lambda term: term.name),
)
