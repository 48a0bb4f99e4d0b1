"""How the bank domain reads QuickBooks' records."""

import msgspec

from oodaloo.domains.bank.model import (
    Account,
    Deposit,
    JournalEntry,
    JournalLine,
    Purchase,
    SplitLine,
    Transfer,
)
from oodaloo.domains.bank.store import AccountRow, DepositRow, JournalEntryRow, PurchaseRow, TransferRow
from oodaloo.domains.core.sync import currency, links, meta
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.mirror.records import EntityType
from oodaloo.kit.money import Currency, Money

_ACCOUNT = msgspec.json.Decoder(wire.Account)
_PURCHASE = msgspec.json.Decoder(wire.Purchase)
_DEPOSIT = msgspec.json.Decoder(wire.Deposit)
_TRANSFER = msgspec.json.Decoder(wire.Transfer)
_JOURNAL_ENTRY = msgspec.json.Decoder(wire.JournalEntry)


def _account(source: bytes, home: Currency) -> Account:
    record = _ACCOUNT.decode(source)
    return Account(
        meta=meta(record),
        name=record.name,
        full_name=record.fully_qualified_name or record.name,
        account_type=record.account_type,
        subtype=record.account_sub_type,
        classification=record.classification,
        active=record.active,
        balance=Money.of(record.current_balance, currency(record, home)),
        parent_id=record.parent_ref.value if record.parent_ref else None,
    )


def _purchase(source: bytes, home: Currency) -> Purchase:
    record = _PURCHASE.decode(source)
    unit = currency(record, home)
    return Purchase(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        method=record.payment_type,
        account_id=record.account_ref.value,
        party_id=record.entity_ref.value if record.entity_ref else None,
        party_name=record.entity_ref.name if record.entity_ref else "",
        total=Money.of(record.total_amt, unit),
        refund=record.credit,
        memo=record.private_note,
        lines=tuple(_expense_line(line, unit) for line in record.line),
    )


def _deposit(source: bytes, home: Currency) -> Deposit:
    record = _DEPOSIT.decode(source)
    unit = currency(record, home)
    return Deposit(
        meta=meta(record),
        number=record.doc_number,
        dated=record.txn_date,
        account_id=record.deposit_to_account_ref.value,
        total=Money.of(record.total_amt, unit),
        memo=record.private_note,
        lines=tuple(_deposit_line(line, unit) for line in record.line),
    )


def _transfer(source: bytes, home: Currency) -> Transfer:
    record = _TRANSFER.decode(source)
    return Transfer(
        meta=meta(record),
        dated=record.txn_date,
        from_account_id=record.from_account_ref.value,
        to_account_id=record.to_account_ref.value,
        amount=Money.of(record.amount, currency(record, home)),
        memo=record.private_note,
    )


def _journal_entry(source: bytes, home: Currency) -> JournalEntry:
    record = _JOURNAL_ENTRY.decode(source)
    unit = currency(record, home)
    lines = (
        _journal_line(line, line.journal_entry_line_detail, unit)
        for line in record.line
        if line.journal_entry_line_detail is not None
    )
    return JournalEntry(meta(record), record.doc_number, record.txn_date, record.private_note, tuple(lines))


def _expense_line(line: wire.ExpenseLine, unit: Currency) -> SplitLine:
    by_account = line.account_based_expense_line_detail
    by_item = line.item_based_expense_line_detail
    account = by_account.account_ref if by_account else by_item.item_account_ref if by_item else None
    return SplitLine(
        account_id=account.value if account else None,
        amount=Money.of(line.amount, unit),
        description=line.description,
        linked=links(line.linked_txn),
        party_name="",
    )


def _deposit_line(line: wire.DepositLine, unit: Currency) -> SplitLine:
    detail = line.deposit_line_detail
    return SplitLine(
        account_id=detail.account_ref.value if detail and detail.account_ref else None,
        amount=Money.of(line.amount, unit),
        description=line.description,
        linked=links(line.linked_txn),
        party_name=detail.entity.name if detail and detail.entity else "",
        party_id=detail.entity.value if detail and detail.entity else None,
    )


def _journal_line(line: wire.JournalLine, detail: wire.JournalDetail, unit: Currency) -> JournalLine:
    amount = Money.of(line.amount, unit)
    party = detail.entity.entity_ref if detail.entity else None
    return JournalLine(
        account_id=detail.account_ref.value,
        amount=amount if detail.posting_type == "Debit" else -amount,
        party_kind=detail.entity.type if detail.entity else "",
        party_id=party.value if party else None,
        party_name=party.name if party else "",
        description=line.description,
    )


TYPES = (
    EntityType("Account", AccountRow, Account, _account, has_active=True, referred_as=("account_id", "account_ids")),
    EntityType("Purchase", PurchaseRow, Purchase, _purchase, dated=lambda purchase: purchase.dated),
    EntityType("Deposit", DepositRow, Deposit, _deposit, dated=lambda deposit: deposit.dated),
    EntityType("Transfer", TransferRow, Transfer, _transfer, dated=lambda transfer: transfer.dated),
    EntityType("JournalEntry", JournalEntryRow, JournalEntry, _journal_entry, dated=lambda entry: entry.dated),
)
