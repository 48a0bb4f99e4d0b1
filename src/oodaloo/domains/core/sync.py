"""How the core domain reads QuickBooks' records."""

from collections.abc import Iterable, Iterator

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
from oodaloo.infra.qbo.mirror import EntityType
from oodaloo.kit.money import Currency, Money

_COUNTRY_BY_ISO3 = {"USA": "US", "CAN": "CA", "GBR": "GB", "AUS": "AU", "IND": "IN", "ZAF": "ZA", "FRA": "FR"}
_ISO2_LETTERS = 2
_CURRENCY_WHEN_UNTOLD = Currency("USD")  # only US companies from before multi-currency leave HomeCurrency out

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


def describe(kind: str, source: str, home: Currency, *, quickbooks_url: str | None) -> RecordView:
    """Any mirrored record as people read it, from the JSON that QuickBooks sent."""
    record = _ANY.decode(source)
    unit = Currency(record.currency_ref.value) if record.currency_ref else home
    party = record.customer_ref or record.vendor_ref or record.entity_ref
    linked = (*record.linked_txn, *(link for line in record.line for link in line.linked_txn))
    return RecordView(
        kind=kind,
        id=record.id,
        number=record.doc_number,
        dated=record.txn_date,
        party=party.name if party else record.display_name or record.name,
        facts=tuple(_facts(record, unit)),
        lines=tuple(_line(line, unit) for line in record.line if line.detail_type != "SubTotalLineDetail"),
        linked=tuple(dict.fromkeys(links(linked))),
        quickbooks_url=quickbooks_url,
    )


def _facts(record: wire.AnyRecord, unit: Currency) -> Iterator[tuple[str, FactValue]]:
    amounts = (
        ("Total", record.total_amt if record.amount is None else record.amount),
        ("Open", record.balance),
        ("Unapplied", record.unapplied_amt),
        ("Balance in the books", record.current_balance),
    )
    references = (
        ("Account", record.account_ref),
        ("Deposited to", record.deposit_to_account_ref),
        ("From", record.from_account_ref),
        ("To", record.to_account_ref),
        ("Terms", record.sales_term_ref),
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
    yield from ((label, ref.name or f"id {ref.value}") for label, ref in references if ref)
    yield from ((label, text) for label, text in texts if text)
    yield "Created", record.meta_data.create_time
    yield "Changed", record.meta_data.last_updated_time


def _line(line: wire.AnyLine, unit: Currency) -> RecordLine:
    detail = (
        line.account_based_expense_line_detail
        or line.item_based_expense_line_detail
        or line.sales_item_line_detail
        or line.deposit_line_detail
        or line.journal_entry_line_detail
    )
    other_side = (detail.account_ref or detail.item_ref or detail.item_account_ref) if detail else None
    posting = detail.posting_type if detail else ""
    text = " · ".join(filter(None, (line.description, other_side.name if other_side else "", posting)))
    applied = ", ".join(f"{link.txn_type} {link.txn_id}" for link in line.linked_txn)
    return RecordLine(text or applied or "Line", Money.of(line.amount, unit))


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
