"""Books from recorded answers: every entity at its newest recorded version, with what was recorded about it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.company_file import shows_balance
from qbo_emulator.entities import KINDS
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

_DEFAULT_REALM: Final = "9341450000000001"
_ELSEWHERE: Final = "elsewhere"
"""Ledger account for the other side of opening balances when no retained earnings account was recorded."""
_DEFAULT_TERMS: Final = (
    ("Due on receipt", 0),
    ("Net 15", 15),
    ("Net 30", 30),
    ("Net 60", 60),
    ("Net 10", 10),
)
_DEFAULT_PAYMENT_METHODS: Final = (
    ("Cash", "NON_CREDIT_CARD"),
    ("Check", "NON_CREDIT_CARD"),
    ("Visa", "CREDIT_CARD"),
    ("MasterCard", "CREDIT_CARD"),
    ("Discover", "CREDIT_CARD"),
    ("American Express", "CREDIT_CARD"),
    ("Diners Club", "CREDIT_CARD"),
)


class LoadError(Exception):
    """Recordings can't be loaded; the message names the directory or file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Books from recordings, the last recorded moment, and what a person should know about them."""

    books: Books
    recorded_at: datetime
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Recording:
    file: Path
    realm_id: str
    body: JsonObject


def load_recordings(directory: Path) -> Loaded:
    """Build a company from each JSON file of a directory, in the `interactions` format.

    Raises LoadError for a missing directory, one without JSON, and a file that isn't in that format.
    """
    recordings = list(_recordings(directory))
    moments = [_moment(each.body["time"], each.file) for each in recordings if isinstance(each.body.get("time"), str)]
    newest, skipped = _newest_versions(recordings)
    if not newest:
        raise LoadError(f"{directory} holds no recorded entity of a type that the emulator knows")
    moments = moments or [updated for _, updated, _, _ in newest.values()]
    recorded_at = max(moments)
    realms = Counter(each.realm_id for each in recordings if each.realm_id.isdecimal())
    realm_id = realms.most_common(1)[0][0] if realms else _DEFAULT_REALM
    opened_at = min(*moments, *(updated for _, updated, _, _ in newest.values()))
    books = Books(f"Company of {directory.name}", realm_id, opened_at=opened_at)
    for (entity_type, _), (_, _, entity, file) in newest.items():
        try:
            books.adopt(entity_type, entity)
        except (QboFault, KeyError, ValueError) as error:
            raise LoadError(f"{file}: {entity_type} {entity.get('Id')} can't be read: {error!r}") from error
    notes = [*_defaults(books, newest, opened_at), *_skipped_notes(skipped)]
    notes += _openings(books, recorded_at.date())
    return Loaded(books, recorded_at, tuple(notes))


_Version = tuple[int, datetime, JsonObject, Path]


def _newest_versions(
    recordings: list[_Recording],
) -> tuple[dict[tuple[str, str], _Version], Counter[str]]:
    newest: dict[tuple[str, str], _Version] = {}
    deleted: set[tuple[str, str]] = set()
    skipped: dict[str, set[str]] = {}
    for recording in recordings:
        for entity_type, entity in _entities(recording.body):
            key = (entity_type, str(entity.get("Id", "1")))
            if entity_type not in KINDS:
                skipped.setdefault(entity_type, set()).add(key[1])
            elif entity.get("status") == "Deleted":
                deleted.add(key)
            else:
                version = _version(entity, recording.file)
                if key not in newest or version[:2] > newest[key][:2]:
                    newest[key] = version
    kept = {key: version for key, version in newest.items() if key not in deleted}
    return kept, Counter({name: len(ids) for name, ids in skipped.items()})


def _version(entity: JsonObject, file: Path) -> _Version:
    try:
        metadata = entity["MetaData"]
        updated = metadata.get("LastUpdatedTime") or metadata["CreateTime"]
        return int(entity["SyncToken"]), _moment(updated, file), entity, file
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LoadError(f"{file}: an entity lacks Id, SyncToken or MetaData ({error!r})") from error


def _entities(body: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    answered = body.get("QueryResponse")
    if isinstance(answered, dict):
        for entity_type, listed in answered.items():
            if isinstance(listed, list):
                yield from ((entity_type, entity) for entity in listed if isinstance(entity, dict))
        return
    for entity_type, entity in body.items():
        if isinstance(entity, dict) and "Id" in entity:
            yield entity_type, entity


def _recordings(directory: Path) -> Iterator[_Recording]:
    if not directory.is_dir():
        raise LoadError(f"{directory} is not a directory; --load takes a directory of recorded answers")
    files = sorted(directory.glob("*.json"))
    if not files:
        raise LoadError(f"{directory} holds no .json file; --load takes a directory of recorded answers")
    for file in files:
        yield from _interactions(file)


def _interactions(file: Path) -> Iterator[_Recording]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise LoadError(f"{file} can't be read as JSON: {error}") from error
    interactions = content.get("interactions") if isinstance(content, dict) else None
    if not isinstance(interactions, list):
        raise LoadError(f"{file} has no list `interactions` of recorded requests and responses")
    for interaction in interactions:
        try:
            path = str(interaction["request"]["path"])
            response = interaction["response"]
            status, body = response["status"], response["body"]
        except (KeyError, TypeError) as error:
            raise LoadError(f"{file}: an interaction lacks request.path, response.status or body") from error
        if status == 200 and isinstance(body, dict):
            yield _Recording(file, _realm_of(path), body)


def _realm_of(path: str) -> str:
    parts = path.split("/")
    return parts[parts.index("company") + 1] if "company" in parts[:-1] else ""


def _moment(text: str, file: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise LoadError(f"{file}: {text!r} is not a time") from error
    if moment.tzinfo is None:
        raise LoadError(f"{file}: {text!r} has no time zone")
    return moment


def _defaults(books: Books, newest: dict[tuple[str, str], _Version], opened_at: datetime) -> Iterator[str]:
    recorded = {entity_type for entity_type, _ in newest}
    for name in ("CompanyInfo", "Preferences"):
        if name not in recorded:
            yield f"{name} was not recorded: the default one stands in"
    standard: dict[str, list[JsonObject]] = {
        "Term": [{"Name": name, "DueDays": days} for name, days in _DEFAULT_TERMS],
        "PaymentMethod": [{"Name": name, "Type": kind} for name, kind in _DEFAULT_PAYMENT_METHODS],
    }
    for entity_type, plural in (("Term", "terms"), ("PaymentMethod", "payment methods")):
        if entity_type not in recorded:
            made = [books.create(entity_type, body, at=opened_at) for body in standard[entity_type]]
            listed = ", ".join(f"{one['Id']} {one['Name']}" for one in made)
            yield f"{entity_type} was not recorded: QuickBooks' standard {plural} stand in ({listed})"


def _skipped_notes(skipped: Counter[str]) -> Iterator[str]:
    for entity_type, count in sorted(skipped.items()):
        yield f"skipped: {count} {entity_type}, a type that the emulator doesn't know"


def _openings(books: Books, day: date) -> Iterator[str]:
    accounts = list(books.records("Account"))
    retained = [each for each in accounts if each["AccountSubType"] == "RetainedEarnings"]
    against = retained[0]["Id"] if retained else _ELSEWHERE
    against_name = retained[0]["Name"] if retained else "an account outside of the recordings"
    books.open_against(against, txn_date=day)
    for account in accounts:
        if shows_balance(account) and account["CurrentBalance"]:
            amount = books.post_opening(account["Id"], against, txn_date=day)
            yield f"opening entry: {account['FullyQualifiedName']} {amount:.2f} against {against_name}"
