"""One company's books: its entities and the double-entry ledger behind them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.bodies import as_stored
from qbo_emulator.changes import ChangeListener
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities import entity_kind, entity_name
from qbo_emulator.entities.company import company_info, preferences
from qbo_emulator.entities.kinds import PLAIN_PROPERTIES, TRANSACTION_IDS, EntityKind, Link, checked_lengths
from qbo_emulator.faults import (
    duplicate_document_number,
    duplicate_name,
    invalid_id,
    not_implemented,
    object_not_found,
    query_validation,
    required_missing,
    stale_object,
    unknown_property,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Ledger, LedgerTransaction, Posting
from qbo_emulator.properties import PROPERTIES
from qbo_emulator.query import QueryResult, evaluate
from qbo_emulator.query_text import parse
from qbo_emulator.renaming import carry_name
from qbo_emulator.store import Record
from qbo_emulator.wire import metadata_time

_KNOWN: Final = {name: frozenset(properties) for name, properties in PROPERTIES.items()}
_IDENTITY: Final = ("domain", "status", "sparse", "Id", "SyncToken", "MetaData")
_COMPUTED: Final = frozenset(
    {
        *_IDENTITY,
        "Balance",
        "BalanceWithJobs",
        "CurrentBalance",
        "CurrentBalanceWithSubAccounts",
        "HomeBalance",
        "HomeTotalAmt",
        "RemainingCredit",
        "UnappliedAmt",
        "LinkedTxn",
        "FullyQualifiedName",
        "Level",
        "Classification",
    }
)
_INACTIVE_MARK: Final = " (deleted)"
_KEPT_BY_UPDATES: Final = (
    "Balance",
    "BalanceWithJobs",
    "CurrentBalance",
    "CurrentBalanceWithSubAccounts",
    "RemainingCredit",
    "UnappliedAmt",
    "LinkedTxn",
)


class Books:
    """The books of one company, changed only through QuickBooks' own operations.

    Entities are returned as they are stored: read them, don't change them, and read again what a later
    document may have changed.
    """

    def __init__(
        self,
        company_name: str,
        realm_id: str,
        *,
        country: str = "US",
        currency: str = "USD",
        opened_at: datetime,
    ) -> None:
        self.realm_id = realm_id
        self.opened_at = opened_at
        self.file = CompanyFile(realm_id, currency)
        self._listeners: list[ChangeListener] = []
        for name, fields in (
            ("CompanyInfo", company_info(company_name, country, opened_at)),
            ("Preferences", preferences(currency)),
        ):
            self._store_new(entity_kind(name), fields, "1", opened_at)

    @property
    def company_name(self) -> str:
        """The name that CompanyInfo shows."""
        return str(self.read("CompanyInfo", "1")["CompanyName"])

    @property
    def ledger(self) -> Ledger:
        """The ledger, to be read."""
        return self.file.ledger

    def create(
        self, entity: str, body: JsonObject, *, at: datetime, allow_duplicate_doc_number: bool = False
    ) -> JsonObject:
        """Do what POST /v3/company/{realm}/{entity} does at that moment; return the stored entity.

        Money comes back as Decimals with two places. Raises QboFault with QuickBooks' status and code when
        QuickBooks would refuse, and the books are then unchanged. Linked documents get their new balance,
        LinkedTxn and SyncToken (recorded).
        """
        kind = entity_kind(entity)
        completed = self._completed(kind, body, at)
        self._check_name_is_free(kind, completed, None)
        if "DocNumber" in body and not allow_duplicate_doc_number:
            self._check_number_is_free(kind, completed)
        entity_id = self.file.store.next_id(kind.sequence)
        stored = self._store_new(kind, completed, entity_id, at)
        if kind.postings is not None:
            self._post(kind, stored, at)
            for link in kind.links(stored) if kind.links else ():
                self._apply_link(link, stored, at)
        return stored

    def update(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Change the entity that the body's Id and SyncToken name; return the stored entity.

        With `sparse` the body is laid over what is stored, without it what the body leaves out goes back to
        its default. Raises QboFault: 5010 for another SyncToken, 610 for an unknown Id, 501 for properties
        whose effect on linked documents isn't carried out yet.
        """
        kind = entity_kind(entity)
        if kind.postings is None and kind.name in ("CompanyInfo", "Preferences"):
            raise not_implemented(f"updates of {kind.name}")
        record = self._record(kind, str(body.get("Id", "")))
        if "SyncToken" not in body:
            raise required_missing("SyncToken")
        before = record.entity
        if str(body["SyncToken"]) != before["SyncToken"]:
            raise stale_object()
        if kind.only_plain_updates or (kind.postings is not None and _is_plain(before, body)):
            return self._replace(kind, record, self._plainly_changed(kind, before, body), at, repost=False)
        if kind.postings is not None and before["Id"] not in self.ledger:
            raise not_implemented(f"updates of a recorded {kind.name} beyond its note and number")
        merged = _marked_when_inactive(before, _merged(before, body))
        completed = self._completed(kind, merged, at)
        self._check_name_is_free(kind, completed, before["Id"])
        self._carry_over(kind, before, completed)
        return self._replace(kind, record, completed, at, repost=kind.postings is not None)

    def delete(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Do what POST ?operation=delete does; return `{"domain", "status": "Deleted", "Id"}`.

        Raises QboFault: 5010 for another SyncToken, 610 for an unknown Id, 500 for types that can't be deleted.
        """
        raise not_implemented(f"delete of {entity_kind(entity).name} {body.get('Id')} at {at}")

    def void(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Do what POST ?operation=void, or ?operation=update&include=void, does; return the stored entity.

        Raises QboFault like `delete`.
        """
        raise not_implemented(f"void of {entity_kind(entity).name} {body.get('Id')} at {at}")

    def send(self, entity: str, entity_id: str, *, send_to: str | None, at: datetime) -> JsonObject:
        """Do what POST /{entity}/{id}/send?sendTo= does; return the stored entity with its new EmailStatus."""
        raise not_implemented(f"send of {entity_kind(entity).name} {entity_id} to {send_to} at {at}")

    def pdf(self, entity: str, entity_id: str) -> bytes:
        """The document as GET /{entity}/{id}/pdf gives it."""
        raise not_implemented(f"pdf of {entity_kind(entity).name} {entity_id}")

    def attach(
        self, body: JsonObject, content: bytes, *, file_name: str, content_type: str, at: datetime
    ) -> JsonObject:
        """Keep an uploaded file and create its Attachable from the metadata part; return the Attachable."""
        raise not_implemented(f"upload of {file_name} ({content_type}, {len(content)} bytes) with {body} at {at}")

    def attachment(self, entity_id: str) -> tuple[bytes, str]:
        """The content and content type that were uploaded for an Attachable; fault 610 when there is none."""
        raise not_implemented(f"download of {entity_id}")

    def changes_since(self, instant: datetime, entities: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """What change data capture answers: per entity type asked for, in the order asked, what changed after.

        Full entities and, for deleted ones, `{"domain", "status": "Deleted", "Id", "MetaData"}`, ascending by
        LastUpdatedTime. The 30 days and the cut at 1000 are the caller's.
        """
        raise not_implemented(f"changes of {', '.join(entities)} since {instant}")

    def on_change(self, listener: ChangeListener) -> None:
        """Call the listener after each change of the books from now on."""
        self._listeners.append(listener)

    def read(self, entity: str, entity_id: str) -> JsonObject:
        """Return the stored entity; fault 610 when there is none, 2030 when the id isn't a number."""
        return self._record(entity_kind(entity), entity_id).entity

    def read_encoded(self, entity: str, entity_id: str) -> bytes:
        """Like `read`, as JSON bytes."""
        return self._record(entity_kind(entity), entity_id).encoded()

    def query(self, text: str) -> QueryResult:
        """Answer a SELECT; faults 4000 and 4001 for what can't be asked, 501 for types not emulated yet."""
        query = parse(text)
        if entity_name(query.entity) is None:
            raise query_validation(f"invalid context declaration: {query.entity}")
        kind = entity_kind(query.entity)
        return evaluate(query, kind, self.file.store.records(kind.name))

    def records(self, entity: str) -> Iterable[JsonObject]:
        """Every entity of a type in the order in which they were created."""
        return (record.entity for record in self.file.store.records(entity_kind(entity).name))

    def post_unlisted(
        self,
        *,
        txn_type: str,
        txn_date: date,
        memo: str,
        postings: Sequence[tuple[str, Decimal]],
        at: datetime,
    ) -> None:
        """Post (account id, debit-positive amount) pairs that no entity shows, as QuickBooks Payroll does.

        Raises UnbalancedError when the amounts don't sum to zero, QboFault 2500 for an unknown account.
        """
        for account_id, _ in postings:
            self.file.resolve("Account", {"value": account_id}, "AccountRef")
        legs = tuple(Posting(account_id, amount) for account_id, amount in postings)
        txn_id = self.file.store.next_id(TRANSACTION_IDS)
        transaction = LedgerTransaction(txn_id, txn_type, txn_date.isoformat(), memo, legs, listed=False)
        self.file.post(transaction, at)

    def adopt(self, entity: str, recorded: JsonObject) -> None:
        """Keep an entity as it was recorded, with its Id, version, times and balances; nothing is posted.

        A recorded CompanyInfo or Preferences takes the place of the default one.
        """
        kind = entity_kind(entity)
        stored = _in_wire_order(kind.name, as_stored(recorded))
        metadata = stored["MetaData"]
        created_at = datetime.fromisoformat(metadata["CreateTime"])
        updated_at = datetime.fromisoformat(metadata.get("LastUpdatedTime", metadata["CreateTime"]))
        self._keep(kind, Record(stored, created_at, updated_at))

    def post_opening(self, account_id: str, against_id: str, *, txn_date: date) -> Decimal:
        """Give the ledger the balance that an adopted account shows, against another account; return it."""
        amount = self.file.resolve("Account", {"value": account_id}, "AccountRef")["CurrentBalance"]
        legs = (Posting(account_id, amount), Posting(against_id, -amount))
        txn_id = f"opening-{account_id}"
        opening = LedgerTransaction(txn_id, "Opening", txn_date.isoformat(), "As recorded", legs, listed=False)
        self.ledger.post(opening)
        return Decimal(amount)

    def set_company_info(self, fields: JsonObject) -> None:
        """Overwrite top-level fields of CompanyInfo, as its owner does in the settings; no new version."""
        self._overwrite("CompanyInfo", fields)

    def set_preferences(self, fields: JsonObject) -> None:
        """Overwrite top-level fields of Preferences, as its owner does in the settings; no new version."""
        self._overwrite("Preferences", fields)

    def _overwrite(self, name: str, fields: JsonObject) -> None:
        record = self._record(entity_kind(name), "1")
        self._refuse_unknown(name, fields)
        record.entity = _in_wire_order(name, record.entity | as_stored(fields))
        record.relabelled()

    def _record(self, kind: EntityKind, entity_id: str) -> Record:
        if not entity_id.isdecimal():
            raise invalid_id(entity_id)
        record = self.file.store.get(kind.name, entity_id)
        if record is None:
            raise object_not_found()
        return record

    def _completed(self, kind: EntityKind, body: JsonObject, at: datetime) -> JsonObject:
        self._refuse_unknown(kind.name, body)
        given = as_stored({name: value for name, value in body.items() if name not in _COMPUTED})
        return kind.complete(self.file, given, at)

    def _refuse_unknown(self, name: str, body: JsonObject) -> None:
        for field in body:
            if field not in _KNOWN[name]:
                raise unknown_property(name, field, PROPERTIES[name])

    def _check_name_is_free(self, kind: EntityKind, completed: JsonObject, own_id: str | None) -> None:
        if kind.name_space is not None:
            holder = self.file.names.get((kind.name_space, _unique_name(completed)))
            if holder is not None and holder != own_id:
                raise duplicate_name()

    def _check_number_is_free(self, kind: EntityKind, completed: JsonObject) -> None:
        if kind.document_series is not None:
            number = completed["DocNumber"]
            holder = self.file.document_numbers.get((kind.document_series, number))
            if holder is not None:
                raise duplicate_document_number(number, *holder)

    def _store_new(self, kind: EntityKind, completed: JsonObject, entity_id: str, at: datetime) -> JsonObject:
        time = metadata_time(at)
        metadata: JsonObject = {"CreateTime": time}
        if kind.signed:
            metadata["LastModifiedByRef"] = {"value": self.file.user_id}
        metadata["LastUpdatedTime"] = time
        completed.update(domain="QBO", sparse=False, Id=entity_id, SyncToken="0", MetaData=metadata)
        stored = _in_wire_order(kind.name, completed)
        self._keep(kind, Record(stored, at, at))
        return stored

    def _keep(self, kind: EntityKind, record: Record) -> None:
        stored = record.entity
        self.file.store.add(kind.name, kind.sequence, record)
        if kind.name_space is not None:
            self.file.names[kind.name_space, _unique_name(stored)] = stored["Id"]
        if kind.document_series is not None and stored.get("DocNumber"):
            self.file.note_document_number(kind.document_series, stored["DocNumber"], kind.name, stored["Id"])

    def _post(self, kind: EntityKind, stored: JsonObject, at: datetime) -> None:
        assert kind.postings is not None  # noqa: S101 - callers checked
        postings = tuple(kind.postings(self.file, stored, at))
        if postings:
            memo = stored.get("PrivateNote", "")
            self.file.post(LedgerTransaction(stored["Id"], kind.name, stored["TxnDate"], memo, postings), at)

    def _apply_link(self, link: Link, source: JsonObject, at: datetime) -> None:
        record = self.file.store.get(link.entity_type, link.txn_id)
        assert record is not None, f"{link} was resolved"  # noqa: S101 - our own invariant
        target = record.entity
        shown = {"TxnId": source["Id"], "TxnType": link.shown_as}
        if link.entity_type == "Payment":
            # Recorded: a deposited payment shows its deposit without becoming a new version.
            target = _in_wire_order("Payment", target | {"LinkedTxn": [shown]})
            record.replaced(target, record.updated_at)
            return
        target["Balance"] -= link.amount
        if link.entity_type == "CreditMemo":
            # Recorded: an applied credit memo shows what remains, not what used it.
            target["RemainingCredit"] = target["Balance"]
        else:
            target["LinkedTxn"] = [shown, *target.get("LinkedTxn", [])]
            record.entity = _in_wire_order(link.entity_type, target)
        record.touched(at, new_version=True)

    def _plainly_changed(self, kind: EntityKind, before: JsonObject, body: JsonObject) -> JsonObject:
        self._refuse_unknown(kind.name, body)
        changed = as_stored({name: value for name, value in body.items() if name not in _COMPUTED})
        checked_lengths(changed)
        refused = sorted(_changed(before, changed) - PLAIN_PROPERTIES)
        if refused:
            raise not_implemented(f"updates of {kind.name}.{refused[0]}")
        if not body.get("sparse"):
            raise not_implemented(f"full updates of {kind.name}; send sparse: true")
        return before | {name: value for name, value in changed.items() if name in PLAIN_PROPERTIES}

    def _carry_over(self, kind: EntityKind, before: JsonObject, completed: JsonObject) -> None:
        applied = before["TotalAmt"] - before["Balance"] if {"TotalAmt", "Balance"} <= before.keys() else None
        for name in _KEPT_BY_UPDATES:
            if name in before:
                completed[name] = before[name]
        if applied is not None:
            if completed["TotalAmt"] < applied:
                raise not_implemented(f"reducing {kind.name} below what is already applied to it")
            completed["Balance"] = completed["TotalAmt"] - applied
            if "RemainingCredit" in completed:
                completed["RemainingCredit"] = completed["Balance"]

    def _replace(
        self, kind: EntityKind, record: Record, completed: JsonObject, at: datetime, *, repost: bool
    ) -> JsonObject:
        before = record.entity
        completed.update({name: before[name] for name in _IDENTITY if name in before})
        after = _in_wire_order(kind.name, completed)
        if kind.postings is None and after == before:
            # Recorded: an update of a list entity that changes nothing is no new version.
            return before
        if kind.name_space is not None:
            self.file.names.pop((kind.name_space, _unique_name(before)), None)
            self.file.names[kind.name_space, _unique_name(after)] = after["Id"]
        after["MetaData"] = dict(before["MetaData"])
        record.replaced(after, at)
        record.touched(at, new_version=True)
        if repost:
            self.file.unpost(after["Id"], at)
            self._post(kind, after, at)
        elif kind.postings is None and _unique_name(before) != _unique_name(after):
            carry_name(self.file, kind.name, after)
        return after


def _is_plain(before: JsonObject, body: JsonObject) -> bool:
    """Whether a sparse update changes only what nothing else depends on."""
    return bool(body.get("sparse")) and _changed(before, body) <= PLAIN_PROPERTIES


def _changed(before: JsonObject, body: JsonObject) -> set[str]:
    """The properties that a body sets to something else; a reference without its name is the same one."""
    return {
        name
        for name, value in body.items()
        if name not in _COMPUTED and _referred(before.get(name)) != _referred(value)
    }


def _referred(value: object) -> object:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _merged(before: JsonObject, body: JsonObject) -> JsonObject:
    if body.get("sparse"):
        return before | body
    # Recorded: a full update keeps the number of a document.
    kept = {"DocNumber": before["DocNumber"]} if "DocNumber" in before else {}
    return kept | body


def _marked_when_inactive(before: JsonObject, merged: JsonObject) -> JsonObject:
    if before.get("Active") is not True or merged.get("Active") is not False:
        return merged
    field = "DisplayName" if "DisplayName" in before else "Name"
    name = str(merged.get(field, before[field]))
    return merged | {field: name if name.endswith(_INACTIVE_MARK) else name + _INACTIVE_MARK}


def _unique_name(entity: JsonObject) -> str:
    name = entity.get("DisplayName") or entity.get("FullyQualifiedName") or entity["Name"]
    return str(name).lower()


def _in_wire_order(name: str, entity: JsonObject) -> JsonObject:
    return {field: entity[field] for field in PROPERTIES[name] if field in entity}
