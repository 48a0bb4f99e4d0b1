"""Entering, changing and taking out one entity, with everything that follows from it in the books."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.applications import Key, Link, totals
from qbo_emulator.company_file import CompanyFile, shows_balance
from qbo_emulator.entities import KINDS
from qbo_emulator.entities.currency import at_home
from qbo_emulator.entities.kinds import EntityKind
from qbo_emulator.faults import business_rule
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import LedgerTransaction, Posting
from qbo_emulator.properties import PROPERTIES
from qbo_emulator.renaming import carry_name
from qbo_emulator.store import Record
from qbo_emulator.wire import metadata_time

OPENING: Final = "Opening"
"""The type of the ledger entries that stand for what was recorded elsewhere."""
IDENTITY: Final = ("domain", "status", "sparse", "Id", "SyncToken", "MetaData")
_TREE_BALANCES: Final = {"Account": "CurrentBalanceWithSubAccounts", "Customer": "BalanceWithJobs"}


def enter(file: CompanyFile, kind: EntityKind, completed: JsonObject, at: datetime) -> Record:
    """Store a new entity, post it and apply it to what it links."""
    wrapper = ""
    if kind.wraps:
        [(wrapper, completed)] = completed.items()
    entity_id = file.store.next_id(kind.sequence)
    time = metadata_time(at)
    metadata: JsonObject = {"CreateTime": time}
    if kind.signed:
        metadata["LastModifiedByRef"] = {"value": file.user_id}
    metadata["LastUpdatedTime"] = time
    completed.update(domain="QBO", sparse=False, Id=entity_id, SyncToken="0", MetaData=metadata)
    stored = in_wire_order(wrapper or kind.name, completed)
    record = Record(stored, entity_id, at, at, wrapper=wrapper)
    file.store.add(kind.name, kind.sequence, record)
    _take_names(file, kind, record)
    _post(file, kind, stored, at)
    _relink(file, kind, entity_id, None, stored, at)
    return record


def rewrite(
    file: CompanyFile, kind: EntityKind, record: Record, completed: JsonObject, at: datetime, *, posts: bool = True
) -> None:
    """Give an entity other content as a new version: names, postings (none when void), links and balances follow."""
    before = record.entity
    after = renewed(kind, record, completed)
    if kind.guard is not None:
        kind.guard(file, before, after)
    _free_names(file, kind, record)
    if kind.target is not None:
        after = in_wire_order(kind.name, _kept_as_target(file, kind, before, after, at))
    file.store.put_version(kind.name, record, after, at)
    _take_names(file, kind, record)
    if posts:
        _post(file, kind, after, at)
    else:
        file.unpost(record.entity_id, at)
    _relink(file, kind, record.entity_id, before, after, at)
    if kind.name_space is not None:
        _move_in_tree(file, kind, record, before, at)
        if unique_name(before) != unique_name(after):
            carry_name(file, kind.name, record.entity)


def renewed(kind: EntityKind, record: Record, completed: JsonObject) -> JsonObject:
    """Completed content under the identity of a record and with the properties that updates keep."""
    kept = {name: record.entity[name] for name in (*IDENTITY, *kind.keeps) if name in record.entity}
    return in_wire_order(record.wrapper or kind.name, completed | kept)


def amend(file: CompanyFile, kind: EntityKind, record: Record, changed: JsonObject, at: datetime) -> None:
    """Change properties that nothing else depends on, such as a note, as a new version."""
    _free_names(file, kind, record)
    file.store.put_version(kind.name, record, in_wire_order(record.wrapper or kind.name, record.entity | changed), at)
    _take_names(file, kind, record)
    posted = file.ledger.get(record.entity_id)
    if posted is not None and kind.postings is not None:
        file.ledger.replace(posted._replace(memo=record.entity.get("PrivateNote", "")))


def take_out(file: CompanyFile, kind: EntityKind, record: Record, at: datetime) -> None:
    """Delete an entity: what it was applied to is open again, what was applied to it is unapplied."""
    if kind.guard is not None:
        kind.guard(file, record.entity, None)
    _let_go(file, (kind.name, record.entity_id), None, at)
    _relink(file, kind, record.entity_id, record.entity, None, at)
    file.unpost(record.entity_id, at)
    _free_names(file, kind, record)
    file.store.remove(kind.name, record, at)


def keep_recorded(file: CompanyFile, kind: EntityKind, record: Record) -> None:
    """Store an entity that was recorded elsewhere."""
    record.adopted = kind.postings is not None
    file.store.add(kind.name, kind.sequence, record)
    _take_names(file, kind, record)
    file.applications.set((kind.name, record.entity_id), (), own_links(kind, record.entity))


def post_recorded(file: CompanyFile, kind: EntityKind, record: Record, completed: JsonObject, at: datetime) -> None:
    """Give a recorded transaction postings of its own, taken out of the opening entries that stood for it.

    No balance changes. `completed` is its content as it would be entered today.
    """
    assert kind.postings is not None  # noqa: S101 - callers checked
    postings = at_home(file, completed, kind.postings(file, completed, at))
    for posting in postings:
        account = file.require("Account", posting.account_id).entity
        if shows_balance(account):
            _lower_opening(file, posting)
    if postings:
        memo = completed.get("PrivateNote", "")
        file.ledger.post(LedgerTransaction(record.entity_id, kind.name, completed["TxnDate"], memo, postings))
    file.undo.note(lambda: setattr(record, "adopted", True))
    record.adopted = False


def opening_entry(account_id: str, against_id: str, amount: Decimal, day: str) -> LedgerTransaction:
    """The entry that gives a recorded account its balance."""
    legs = (Posting(account_id, amount), Posting(against_id, -amount))
    return LedgerTransaction(f"opening-{account_id}", OPENING, day, "As recorded", legs, listed=False)


def _lower_opening(file: CompanyFile, posting: Posting) -> None:
    entry_id = f"opening-{posting.account_id}"
    before = file.ledger.get(entry_id)
    if before is None:
        file.ledger.post(opening_entry(posting.account_id, file.opening_against, -posting.amount, file.opening_day))
    else:
        own, against = before.postings
        amount = own.amount - posting.amount
        file.ledger.replace(opening_entry(own.account_id, against.account_id, amount, before.txn_date))


def in_wire_order(type_name: str, entity: JsonObject) -> JsonObject:
    """The entity with its properties in the order in which QuickBooks writes them."""
    return {field: entity[field] for field in PROPERTIES[type_name] if field in entity}


def unique_name(entity: JsonObject) -> str:
    """The name by which an entity must be the only one of its name space, in lower case."""
    name = (
        entity.get("DisplayName")
        or entity.get("FullyQualifiedName")
        or entity.get("Code")
        or entity.get("Name")
        or entity.get("CompanyName", "")
    )
    return str(name).lower()


def own_links(kind: EntityKind, entity: JsonObject) -> list[Link]:
    """What an entity is applied to."""
    return kind.links(entity) if kind.links is not None else []


def _take_names(file: CompanyFile, kind: EntityKind, record: Record) -> None:
    if kind.name_space is not None:
        file.take_name(kind.name_space, unique_name(record.entity), record.entity_id)
    if kind.natural_key is not None:
        file.take_name(kind.name, kind.natural_key(record.entity), record.entity_id)
    if kind.numbering is not None and record.entity.get("DocNumber"):
        file.take_number(kind.numbering, record.entity["DocNumber"], (kind.name, record.entity_id))


def _free_names(file: CompanyFile, kind: EntityKind, record: Record) -> None:
    if kind.name_space is not None:
        file.free_name(kind.name_space, unique_name(record.entity))
    if kind.natural_key is not None:
        file.free_name(kind.name, kind.natural_key(record.entity))
    if kind.numbering is not None and record.entity.get("DocNumber"):
        file.free_number(kind.numbering, record.entity["DocNumber"], (kind.name, record.entity_id))


def _post(file: CompanyFile, kind: EntityKind, stored: JsonObject, at: datetime) -> None:
    if kind.postings is None:
        return
    postings = at_home(file, stored, kind.postings(file, stored, at))
    if not any(posting.amount for posting in postings):
        file.unpost(stored["Id"], at)
        return
    memo = stored.get("PrivateNote", "")
    file.post(LedgerTransaction(stored["Id"], kind.name, stored["TxnDate"], memo, postings), at)


def _relink(
    file: CompanyFile,
    kind: EntityKind,
    entity_id: str,
    before: JsonObject | None,
    after: JsonObject | None,
    at: datetime,
    unchanged: Key | None = None,
) -> None:
    """Apply an entity to what it links now and no longer to what it linked; `unchanged` is left as it is."""
    if kind.links is None:
        return
    old = kind.links(before) if before is not None else []
    new = kind.links(after) if after is not None else []
    source = (kind.name, entity_id)
    file.applications.set(source, old, new)
    sums_before, sums_after = totals(old), totals(new)
    shown_as = {link.target: link.shown_as for link in (*old, *new)}
    for target in dict.fromkeys((*sums_before, *sums_after)):
        was, now = sums_before.get(target), sums_after.get(target)
        if was != now and target != unchanged:
            shown = {"TxnId": entity_id, "TxnType": shown_as[target]}
            _change_target(file, target, shown, was, now, at)


def _change_target(
    file: CompanyFile, key: Key, shown: JsonObject, was: Decimal | None, now: Decimal | None, at: datetime
) -> None:
    """A document loses (`now` more than `was`) or regains balance, and shows what is linked to it."""
    kind = KINDS.get(key[0])
    record = file.store.get(*key)
    if kind is None or kind.target is None or record is None:
        return
    target = kind.target
    entity = dict(record.entity)
    for name in target.balances:
        entity[name] = entity.get(name, ZERO) - (now or ZERO) + (was or ZERO)
    if target.balances and "HomeBalance" in entity:
        entity["HomeBalance"] = money(entity["Balance"] * entity["ExchangeRate"], "HomeBalance")
    if target.shows_link:
        _show_link(entity, kind, shown, linked=now is not None)
    if target.linked_status is not None:
        entity["TxnStatus"] = target.linked_status[now is None]
    entity = in_wire_order(kind.name, entity)
    if target.new_version:
        file.store.put_version(kind.name, record, entity, at)
    else:
        file.store.put(record, entity, at if target.dated else None)


def _show_link(entity: JsonObject, kind: EntityKind, shown: JsonObject, *, linked: bool) -> None:
    others = [link for link in entity.get("LinkedTxn", []) if link != shown]
    if linked:
        was_there = shown in entity.get("LinkedTxn", [])
        entity["LinkedTxn"] = entity["LinkedTxn"] if was_there else [shown, *others]
    elif others or kind.name == "Invoice":
        # Recorded: an invoice without links shows an empty list, others show none.
        entity["LinkedTxn"] = others
    else:
        entity.pop("LinkedTxn", None)


def _kept_as_target(
    file: CompanyFile, kind: EntityKind, before: JsonObject, after: JsonObject, at: datetime
) -> JsonObject:
    """The new content with what was applied to the document so far, as far as its new total goes."""
    assert kind.target is not None  # noqa: S101 - callers checked
    key = (kind.name, before["Id"])
    dropped: set[str] = set()
    kept = dict(after)
    if kind.target.balances:
        applied = before["TotalAmt"] - before["Balance"]
        if applied > after["TotalAmt"]:
            if file.applications.applied(key) < applied:
                raise business_rule("The amount can't be less than what is already applied to the transaction.")
            dropped = _let_go(file, key, after["TotalAmt"] or None, at)
            applied = file.applications.applied(key)
        for name in kind.target.balances:
            kept[name] = after["TotalAmt"] - applied
        if "HomeBalance" in after:
            kept["HomeBalance"] = money(kept["Balance"] * after["ExchangeRate"], "HomeBalance")
    elif kind.name == "JournalEntry" and _settleable(before) != _settleable(after):
        _let_go(file, key, None, at)
    if kind.target.shows_link and "LinkedTxn" in before:
        outgoing = _outgoing(kind, before)
        incoming = [link for link in before["LinkedTxn"] if link not in outgoing and link["TxnId"] not in dropped]
        links = [*incoming, *after.get("LinkedTxn", [])]
        if links or kind.name == "Invoice":
            kept["LinkedTxn"] = links
    if kind.target.linked_status is not None and file.applications.sources(key):
        kept["TxnStatus"] = before["TxnStatus"]
    return kept


def _settleable(entry: JsonObject) -> list[tuple[object, ...]]:
    """What of a journal entry payments can be applied to."""
    return [
        (line["Amount"], detail["PostingType"], detail["AccountRef"]["value"], detail["Entity"]["EntityRef"]["value"])
        for line in entry["Line"]
        if "Entity" in (detail := line.get("JournalEntryLineDetail", {}))
    ]


def _outgoing(kind: EntityKind, entity: JsonObject) -> list[JsonObject]:
    return [{"TxnId": link.txn_id, "TxnType": link.entity_type} for link in own_links(kind, entity)]


def _let_go(file: CompanyFile, key: Key, kept: Decimal | None, at: datetime) -> set[str]:
    """What is applied to a document is unapplied until at most `kept` remains (None: no link), the newest first.

    The document itself stays as it is. Returns the ids of what isn't applied to it any more.
    """
    excess = file.applications.applied(key) - (kept or ZERO)
    dropped: set[str] = set()
    for (source_type, source_id), amount in reversed(list(file.applications.sources(key).items())):
        kind, record = KINDS[source_type], file.store.get(source_type, source_id)
        if kept is not None and excess <= 0:
            break
        if record is None or kind.given_up is None:
            continue
        share = ZERO if kept is None else max(amount - excess, ZERO)
        excess -= amount - share
        if not share:
            dropped.add(source_id)
        before = record.entity
        after = in_wire_order(kind.name, kind.given_up(file, before, key, share))
        file.store.put_version(kind.name, record, after, at)
        _relink(file, kind, source_id, before, after, at, unchanged=key)
    return dropped


def _move_in_tree(file: CompanyFile, kind: EntityKind, record: Record, before: JsonObject, at: datetime) -> None:
    field = _TREE_BALANCES.get(kind.name)
    if field is None or before.get("ParentRef") == record.entity.get("ParentRef"):
        return
    file.raise_parents(kind.name, before, field, -before[field], at)
    file.raise_parents(kind.name, record.entity, field, before[field], at)
