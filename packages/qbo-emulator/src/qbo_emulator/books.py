"""One company's books: its entities and the double-entry ledger behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

from qbo_emulator.applications import totals
from qbo_emulator.bodies import as_recorded, as_stored
from qbo_emulator.changes import Change, ChangeListener, Operation
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities import entity_kind, entity_name
from qbo_emulator.entities.attachables import ATTACHABLE_IDS, FIRST_ATTACHABLE_ID
from qbo_emulator.entities.company import company_info, preferences
from qbo_emulator.entities.kinds import PLAIN_PROPERTIES, TRANSACTION_IDS, EntityKind
from qbo_emulator.entities.recurring import wrapped
from qbo_emulator.entries import (
    amend,
    enter,
    in_wire_order,
    keep_recorded,
    opening_entry,
    own_links,
    post_recorded,
    renewed,
    rewrite,
    take_out,
)
from qbo_emulator.faults import (
    QboFault,
    not_implemented,
    object_not_found,
    query_validation,
    required_missing,
    unsupported_operation,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Ledger, LedgerTransaction, Posting
from qbo_emulator.pdf import document_pdf
from qbo_emulator.query import QueryResult, evaluate
from qbo_emulator.query_text import parse
from qbo_emulator.requested import (
    asked_for,
    check_name,
    check_number,
    check_parent,
    check_period,
    current_record,
    given_properties,
    is_plain,
    stored_record,
)
from qbo_emulator.store import Record
from qbo_emulator.wire import metadata_time


class Books:
    """The books of one company, changed only through QuickBooks' own operations.

    Each operation happens whole or, when it raises, not at all. Entities are returned as they are stored: read
    them, don't change them, and read again what a later document may have changed.
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
        self.file.store.start_sequence(ATTACHABLE_IDS, FIRST_ATTACHABLE_ID)
        self._listeners: list[ChangeListener] = []
        self._contents: dict[str, tuple[bytes, str]] = {}
        for name, fields in (
            ("CompanyInfo", company_info(company_name, country, opened_at)),
            ("Preferences", preferences(currency)),
        ):
            enter(self.file, entity_kind(name), fields, opened_at)

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
        LinkedTxn and SyncToken (recorded). An ExchangeRate takes the place of the one of its currency and day.
        """
        kind = entity_kind(entity)
        if kind.only_updated:
            raise unsupported_operation(f"create of {kind.name}")
        if kind.wraps and "Id" in wrapped(body)[1]:
            return self.update(entity, body, at=at)
        with self._operation(at):
            return self._entered(kind, body, at, allow_duplicate_doc_number=allow_duplicate_doc_number).shown

    def update(
        self, entity: str, body: JsonObject, *, at: datetime, allow_duplicate_doc_number: bool = False
    ) -> JsonObject:
        """Change the entity that the body's Id and SyncToken name; return the stored entity.

        With `sparse` the body is laid over what is stored, without it what the body leaves out goes back to
        its default. Raises QboFault: 5010 for another SyncToken, 610 for an unknown Id, and what `create` raises.
        """
        kind = entity_kind(entity)
        if kind.natural_key is not None:
            return self.create(entity, body, at=at)
        if kind.wraps:
            return self._template_changed(kind, body, at)
        given = given_properties(kind, body)
        record = current_record(self.file, kind, body)
        for name in kind.required_in_updates:
            if name not in given:
                raise required_missing(name)
        sparse = as_stored(kind.name, {"sparse": body.get("sparse")}).get("sparse", False)
        with self._operation(at):
            if not allow_duplicate_doc_number and "DocNumber" in given:
                check_number(self.file, kind, given, record.entity_id)
            if kind.is_transaction and is_plain(record, given, sparse=sparse):
                check_period(self.file, kind, record.entity)
                amend(self.file, kind, record, {name: given[name] for name in given.keys() & PLAIN_PROPERTIES}, at)
            else:
                self._changed(kind, record, asked_for(kind, record, given, sparse=sparse), at)
        return record.shown

    def delete(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Do what POST ?operation=delete does; return `{"domain", "status": "Deleted", "Id"}`.

        Raises QboFault: 5010 for another SyncToken, 610 for an unknown Id, 500 for types that can't be deleted,
        6540 for what was deposited, 6210 for what is dated in a closed period.
        """
        kind = entity_kind(entity)
        if not kind.deletable:
            raise unsupported_operation(f"delete on {kind.name}")
        named = wrapped(body) if kind.wraps and "Id" not in body else ("", body)
        record = current_record(self.file, kind, named[1], needs_token=kind.needs_token_to_delete)
        with self._operation(at):
            self._make_ours(kind, record, at)
            check_period(self.file, kind, record.entity)
            take_out(self.file, kind, record, at)
        self._contents.pop(record.entity_id, None)
        stub: JsonObject = {"domain": "QBO", "status": "Deleted", "Id": record.entity_id}
        return {record.wrapper: stub} if record.wrapper else stub

    def void(self, entity: str, body: JsonObject, *, at: datetime) -> JsonObject:
        """Do what POST ?operation=void, or ?operation=update&include=void, does; return the stored entity.

        Amounts, quantities and prices go to 0, the note says so, what was linked is open again (recorded).
        Raises QboFault like `delete`.
        """
        kind = entity_kind(entity)
        if kind.voided is None:
            raise unsupported_operation(f"void on {kind.name}")
        record = current_record(self.file, kind, body)
        with self._operation(at):
            self._make_ours(kind, record, at)
            check_period(self.file, kind, record.entity)
            if kind.guard is not None:
                kind.guard(self.file, record.entity, None)
            rewrite(self.file, kind, record, kind.voided(record.entity), at, posts=False)
            self.file.store.changes[kind.name, record.entity_id] = "void"
        return record.shown

    def send(self, entity: str, entity_id: str, *, send_to: str | None, at: datetime) -> JsonObject:
        """Do what POST /{entity}/{id}/send?sendTo= does; return the stored entity with its new EmailStatus.

        The address given becomes BillEmail; without one BillEmail must be there, or the customer's address is
        taken; fault 2020 when there is none.
        """
        kind = entity_kind(entity)
        if not kind.sendable:
            raise unsupported_operation(f"send on {kind.name}")
        record = stored_record(self.file, kind, entity_id)
        address = send_to or self._mail_address(record.entity)
        if not address:
            raise required_missing("BillEmail")
        sent: JsonObject = {
            **as_stored("Invoice", {"BillEmail": {"Address": address}}),
            "EmailStatus": "EmailSent",
            "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": metadata_time(at)},
        }
        with self._operation(at):
            amend(self.file, kind, record, sent, at)
            self.file.store.changes[kind.name, record.entity_id] = "emailed"
        return record.shown

    def pdf(self, entity: str, entity_id: str) -> bytes:
        """The document as GET /{entity}/{id}/pdf gives it; faults 500 for types without PDF, 610."""
        kind = entity_kind(entity)
        if not kind.sendable:
            raise unsupported_operation(f"pdf on {kind.name}")
        return document_pdf(self.company_name, kind.name, stored_record(self.file, kind, entity_id).entity)

    def attach(
        self,
        body: JsonObject,
        content: bytes,
        *,
        file_name: str,
        content_type: str,
        at: datetime,
        temp_download_uri: str = "",
    ) -> JsonObject:
        """Keep an uploaded file and create its Attachable from the metadata part; return the Attachable.

        `temp_download_uri` may hold `{id}`, which becomes the Attachable's id.
        """
        kind = entity_kind("Attachable")
        with self._operation(at):
            metadata = {"FileName": file_name, "ContentType": content_type} | body
            record = self._entered(kind, metadata, at)
            path = f"/v3/company/{self.realm_id}/download/{record.entity_id}"
            download: JsonObject = {"FileAccessUri": path, "Size": len(content)}
            if temp_download_uri:
                download["TempDownloadUri"] = temp_download_uri.replace("{id}", record.entity_id)
            self.file.store.put(record, in_wire_order(kind.name, record.entity | download))
            self._contents[record.entity_id] = (content, str(record.entity["ContentType"]))
        return record.shown

    def attachment(self, entity_id: str) -> tuple[bytes, str]:
        """The content and content type that were uploaded for an Attachable; fault 610 when there is none."""
        if entity_id not in self._contents:
            raise object_not_found()
        return self._contents[entity_id]

    def changes_since(self, instant: datetime, entities: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """What change data capture answers: per entity type asked for, in the order asked, what changed since.

        Full entities ascending by LastUpdatedTime, and after them `{"domain", "status": "Deleted", "Id", "MetaData"}`
        for deleted ones; the second of the instant itself counts. The 30 days and the cut at 1000 are the caller's.
        """
        since = instant.astimezone(UTC).replace(microsecond=0)
        return {kind.name: self._changes(kind, since) for kind in map(entity_kind, entities)}

    def on_change(self, listener: ChangeListener) -> None:
        """Call the listener after each change of the books from now on."""
        self._listeners.append(listener)

    def read(self, entity: str, entity_id: str) -> JsonObject:
        """Return the stored entity; fault 610 when there is none, 2030 when the id isn't a number."""
        return stored_record(self.file, entity_kind(entity), entity_id).shown

    def read_encoded(self, entity: str, entity_id: str) -> bytes:
        """Like `read`, as JSON bytes."""
        return stored_record(self.file, entity_kind(entity), entity_id).encoded()

    def exchange_rate(self, source_currency_code: str, as_of_date: str) -> JsonObject:
        """The ExchangeRate of a currency on an ISO day, or last entered before it; fault 610 when there is none."""
        rates = [
            record.entity
            for record in self.file.store.records("ExchangeRate")
            if record.entity["SourceCurrencyCode"] == source_currency_code and record.entity["AsOfDate"] <= as_of_date
        ]
        if not rates:
            raise object_not_found()
        return max(rates, key=lambda rate: str(rate["AsOfDate"]))

    def query(self, text: str) -> QueryResult:
        """Answer a SELECT; faults 4000 and 4001 for what can't be asked, 501 for types not emulated yet."""
        query = parse(text)
        if entity_name(query.entity) is None:
            raise query_validation(f"invalid context declaration: {query.entity}")
        kind = entity_kind(query.entity)
        return evaluate(query, kind, self.file.store.records(kind.name))

    def records(self, entity: str) -> Iterable[JsonObject]:
        """Every entity of a type in the order in which they were created."""
        return (record.shown for record in self.file.store.records(entity_kind(entity).name))

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
        with self._operation(at):
            txn_id = self.file.store.next_id(TRANSACTION_IDS)
            transaction = LedgerTransaction(txn_id, txn_type, txn_date.isoformat(), memo, legs, listed=False)
            self.file.post(transaction, at)

    def adopt(self, entity: str, recorded: JsonObject) -> None:
        """Keep an entity as it was recorded, with its Id, version, times and balances; nothing is posted.

        A recorded CompanyInfo or Preferences takes the place of the default one.
        """
        kind = entity_kind(entity)
        wrapper, inner = wrapped(recorded) if kind.wraps else ("", recorded)
        stored = in_wire_order(wrapper or kind.name, as_recorded(wrapper or kind.name, inner))
        metadata = stored["MetaData"]
        created_at = datetime.fromisoformat(metadata["CreateTime"])
        updated_at = datetime.fromisoformat(metadata.get("LastUpdatedTime", metadata["CreateTime"]))
        keep_recorded(self.file, kind, Record(stored, str(recorded_id(inner)), created_at, updated_at, wrapper=wrapper))

    def post_opening(self, account_id: str, against_id: str, *, txn_date: date) -> Decimal:
        """Give the ledger the balance that an adopted account shows, against another account; return it."""
        self.open_against(against_id, txn_date=txn_date)
        amount = Decimal(self.file.resolve("Account", {"value": account_id}, "AccountRef")["CurrentBalance"])
        self.ledger.post(opening_entry(account_id, against_id, amount, txn_date.isoformat()))
        return amount

    def open_against(self, against_id: str, *, txn_date: date) -> None:
        """Name the account and the day of opening entries."""
        self.file.opening_against, self.file.opening_day = against_id, txn_date.isoformat()

    def set_company_info(self, fields: JsonObject) -> None:
        """Overwrite top-level fields of CompanyInfo, as its owner does in the settings; no new version."""
        self._overwrite("CompanyInfo", fields)

    def set_preferences(self, fields: JsonObject) -> None:
        """Overwrite top-level fields of Preferences, as its owner does in the settings; no new version."""
        self._overwrite("Preferences", fields)

    def _overwrite(self, name: str, fields: JsonObject) -> None:
        record = stored_record(self.file, entity_kind(name), "1")
        self.file.store.put(record, in_wire_order(name, record.entity | as_stored(name, fields)))

    @contextmanager
    def _operation(self, at: datetime) -> Iterator[None]:
        """One operation: whole or not at all, and told to the listeners when it is through."""
        self.file.store.changes.clear()
        try:
            with self.file.undo.operation():
                yield
        finally:
            self.file.reopened = {}
        if self._listeners:
            self._tell(list(self.file.store.changes.items()), at)

    def _tell(self, changes: Iterable[tuple[tuple[str, str], Operation]], at: datetime) -> None:
        for (entity, entity_id), operation in changes:
            for listener in self._listeners:
                listener(Change(entity, entity_id, operation, at))

    def _entered(
        self, kind: EntityKind, body: JsonObject, at: datetime, *, allow_duplicate_doc_number: bool = False
    ) -> Record:
        given = body if kind.wraps else given_properties(kind, body)
        completed = kind.complete(self.file, given, at)
        check_period(self.file, kind, completed)
        if kind.natural_key is not None:
            holder = self.file.holder_of_name(kind.name, kind.natural_key(completed))
            if holder is not None:
                return self._exchanged(kind, body | {"Id": holder}, completed, at)
        check_name(self.file, kind, completed, None)
        if not allow_duplicate_doc_number and "DocNumber" in given:
            check_number(self.file, kind, completed, None)
        record = enter(self.file, kind, completed, at)
        if kind.afterwards is not None:
            for entity, extra in kind.afterwards(self.file, given, record.entity, at):
                self._entered(entity_kind(entity), extra, at)
        return record

    def _exchanged(self, kind: EntityKind, body: JsonObject, completed: JsonObject, at: datetime) -> Record:
        record = current_record(self.file, kind, body)
        rewrite(self.file, kind, record, completed, at)
        return record

    def _changed(self, kind: EntityKind, record: Record, asked: JsonObject, at: datetime) -> None:
        self._make_ours(kind, record, at)
        self.file.reopened = totals(own_links(kind, record.entity))
        completed = kind.complete(self.file, asked, at)
        check_period(self.file, kind, record.entity, completed)
        check_name(self.file, kind, completed, record.entity_id)
        check_parent(self.file, kind, completed, record.entity_id)
        if kind.name_space is not None and renewed(kind, record, completed) == record.entity:
            # Recorded: an update of a list entity that changes nothing is no new version.
            return
        rewrite(self.file, kind, record, completed, at)

    def _template_changed(self, kind: EntityKind, body: JsonObject, at: datetime) -> JsonObject:
        wrapper, inner = wrapped(body)
        record = current_record(self.file, kind, inner)
        if wrapper != record.wrapper:
            raise object_not_found()
        sparse = as_stored(wrapper, inner).get("sparse", False)
        asked = {**record.entity, **inner} if sparse else inner
        with self._operation(at):
            [(_, completed)] = kind.complete(self.file, {wrapper: asked}, at).items()
            rewrite(self.file, kind, record, completed, at)
        return record.shown

    def _make_ours(self, kind: EntityKind, record: Record, at: datetime) -> None:
        """Let a recorded transaction have postings of its own, before it changes."""
        if not record.adopted:
            return
        self.file.reopened = totals(own_links(kind, record.entity))
        try:
            completed = kind.complete(self.file, asked_for(kind, record, {}, sparse=True), at)
        except QboFault as fault:
            raise not_implemented(
                f"changes of {kind.name} {record.entity_id}, which refers to what wasn't recorded ({fault})"
            ) from fault
        if completed.get("TotalAmt") != record.entity.get("TotalAmt"):
            raise not_implemented(f"changes of {kind.name} {record.entity_id}, recorded with another total")
        post_recorded(self.file, kind, record, completed, at)

    def _mail_address(self, document: JsonObject) -> str:
        own = document.get("BillEmail", {}).get("Address")
        if own or "CustomerRef" not in document:
            return own or ""
        customer = self.file.require("Customer", document["CustomerRef"]["value"]).entity
        return str(customer.get("PrimaryEmailAddr", {}).get("Address", ""))

    def _changes(self, kind: EntityKind, since: datetime) -> list[JsonObject]:
        changed = [record for record in self.file.store.records(kind.name) if record.updated_at >= since]
        changed.sort(key=lambda record: (record.updated_at, record.number))
        gone = [each for each in self.file.store.deletions(kind.name) if each.at >= since]
        # Recorded: what was deleted stands after what there is.
        return [record.shown for record in changed] + [_deleted_stub(each.entity_id, each.at) for each in gone]


def recorded_id(entity: JsonObject) -> object:
    """The id of a recorded entity; CompanyInfo and Preferences are 1 of their type."""
    return entity.get("Id", "1")


def _deleted_stub(entity_id: str, at: datetime) -> JsonObject:
    metadata = {"LastUpdatedTime": metadata_time(at)}
    return {"domain": "QBO", "status": "Deleted", "Id": entity_id, "MetaData": metadata}
