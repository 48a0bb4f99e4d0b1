"""Books as the real ones stood before a recorded request, as far as the recordings tell."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from recordings.bare_answers import STOOD
from recordings.interactions import Interaction, entities, plain, spelled

from qbo_emulator.books import Books
from qbo_emulator.entities import KINDS, entity_name
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.load import load_recordings

REALM: Final = "9130000000000001"
Stood = list[tuple[str, JsonObject]]
"""(type, entity) of what the books hold."""

_PREFERENCES: Final = "entities-2017/exq_read_preferences.json"
_COMPUTED: Final = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "time"})
_LISTS: Final = frozenset({"Account", "Item", "Customer", "Vendor", "Term"})
_INCOME: Final = {"AccountRef": {"value": "9001"}}
"""What the stand-ins of items refer to."""
_STAND_INS: Final[dict[str, JsonObject]] = {
    "Item": {"Type": "Service", "Active": True, "IncomeAccountRef": {"value": "9001"}},
    "Account": {
        "AccountType": "Bank",
        "AccountSubType": "Checking",
        "Active": True,
        "Classification": "Asset",
        "CurrentBalance": 0,
        "CurrentBalanceWithSubAccounts": 0,
    },
    "Customer": {"Active": True, "Balance": 0},
    "Vendor": {"Active": True, "Balance": 0},
}
"""What a reference to something that wasn't recorded is made to point at."""


def prepared(interaction: Interaction, library: list[Interaction]) -> tuple[Books, str]:
    """The books, and the request's body as these books need it."""
    answered = _all(interaction) + ([STOOD[interaction.file]] if interaction.file in STOOD else [])
    if interaction.reads:
        stood = answered or [each for other in library if other.file == interaction.file for each in _all(other)]
        return _read_from(interaction, stood), interaction.body
    others = [each for other in library if other.folder == interaction.folder for each in _all(other)]
    around = [(name, each) for name, each in others if name in _LISTS] + _company(interaction.folder, library)
    if interaction.service == "upload":
        return _loaded(around + _attached_to(interaction, others), interaction.at), interaction.body
    asked = json.loads(interaction.body)
    about = entity_name(interaction.service) or ""
    own = {(name, each["Id"]) for name, each in answered}
    beside = [(name, each) for name, each in around if (name, each["Id"]) not in own]
    if "Id" in asked and "Line" in asked:
        return _written_before(_loaded(around + _referred([asked, _INCOME], around), interaction.at), about, asked)
    before = [(about, _version_before(interaction, about, asked, others))] if "Id" in asked else []
    needed = [asked, _INCOME, *(each for _, each in before)]
    return _loaded([*beside, *before, *_referred(needed, beside)], interaction.at), interaction.body


def _attached_to(interaction: Interaction, others: Stood) -> Stood:
    """The invoice that an upload is for: another recorded one under its id."""
    invoice = next(each for name, each in others if name == "Invoice")
    wanted = interaction.body.partition('"value":"')[2].partition('"')[0]
    return [("Invoice", {**invoice, "Id": wanted}), *_referred(invoice, others)]


def _company(folder: str, library: list[Interaction]) -> Stood:
    """The recorded sandbox company itself: it collects sales tax, has an address, and in 2020 a field of its own."""
    (preferences,) = [
        each for other in library if other.file == _PREFERENCES for name, each in _all(other) if name == "Preferences"
    ]
    address = {"Line1": "123 Sierra Way", "City": "San Pablo", "CountrySubDivisionCode": "CA", "PostalCode": "87999"}
    info = {"CompanyName": "Craig's", "Country": "US", "Id": "1", "SyncToken": "0", "MetaData": preferences["MetaData"]}
    if folder == "us-sandbox-2026":
        preferences = {**preferences, "SalesFormsPrefs": {}}
        info["CompanyAddr"] = address
    return [("Preferences", preferences), ("CompanyInfo", info)] if folder in ("vcr-2020", "us-sandbox-2026") else []


def _read_from(interaction: Interaction, stood: Stood) -> Books:
    """Books for a request that reads, with what it names and what was deleted before it."""
    named = {f"{name.title()}Ref": {"value": value} for name, value in interaction.query.items()}
    gone = list(_deleted(interaction.answer))
    copies = [(name, _unlinked(next(each for kind, each in stood if kind == name), stub["Id"])) for name, stub in gone]
    needed = [named, *([*(each for _, each in stood), _INCOME] if gone else [])]
    books = _loaded([*stood, *copies, *_referred(needed, stood)], interaction.at)
    for name, stub in gone:
        token = books.read(name, stub["Id"])["SyncToken"]
        when = datetime.fromisoformat(stub["MetaData"]["LastUpdatedTime"])
        books.delete(name, {"Id": stub["Id"], "SyncToken": token}, at=when)
    return books


def _unlinked(document: JsonObject, entity_id: str) -> JsonObject:
    lines = [{**line, "LinkedTxn": []} for line in document["Line"]]
    return {**document, "Id": entity_id, "LinkedTxn": [], "Line": lines, "Balance": document["TotalAmt"]}


def _deleted(answer: Any) -> Iterator[tuple[str, JsonObject]]:  # noqa: ANN401 - any JSON
    """(type, stub) of what change data capture shows as deleted."""
    for captured in answer.get("CDCResponse", []):
        for response in captured["QueryResponse"]:
            for name, listed in response.items():
                stubs = listed if isinstance(listed, list) else []
                yield from ((name, each) for each in stubs if each.get("status") == "Deleted")


def _all(interaction: Interaction) -> Stood:
    return list(entities(interaction.answer))


def _version_before(interaction: Interaction, about: str, asked: JsonObject, others: Stood) -> JsonObject:
    """The entity as it was recorded with the asked SyncToken; else as answered, one version earlier."""
    if interaction.file in STOOD:
        return STOOD[interaction.file][1]
    token = asked.get("SyncToken", "0")
    known = [each for name, each in others if (name, each["Id"], each["SyncToken"]) == (about, asked["Id"], token)]
    if known:
        return known[-1]
    (_, after), *_ = _all(interaction)
    return {**after, "SyncToken": token} | ({"PrivateNote": "Before"} if "Line" in after else {})


def _written_before(books: Books, about: str, asked: JsonObject) -> tuple[Books, str]:
    """A document with these lines, written and changed as often as its SyncToken says, and its id in the request."""
    moment = books.opened_at
    body = {name: value for name, value in plain(spelled(json.dumps(asked))).items() if name not in _COMPUTED}
    written = books.create(about, {**body, "PrivateNote": "Before"}, at=moment)
    for version in range(int(asked["SyncToken"])):
        change = {"Id": written["Id"], "SyncToken": written["SyncToken"], "sparse": True}
        written = books.update(about, {**change, "PrivateNote": f"Before, {version}"}, at=moment)
    return books, json.dumps(asked | {"Id": written["Id"]})


def _referred(asked: Any, stood: Stood) -> Stood:  # noqa: ANN401
    """Stand-ins for what the request refers to and nobody recorded."""
    known = {(name, each["Id"]) for name, each in stood}
    wanted = _references(asked) - known
    income = {"AccountType": "Income", "AccountSubType": "ServiceFeeIncome", "Classification": "Revenue"}
    made = []
    for name, entity_id in sorted(wanted):
        called = f"{name} {entity_id}"
        names = {"Name": called, "DisplayName": called, "FullyQualifiedName": called, "Id": entity_id}
        times = {"CreateTime": "2015-10-01T14:42:07-07:00", "LastUpdatedTime": "2015-10-01T14:42:07-07:00"}
        special = income if entity_id == "9001" else {}
        made.append((name, {**_STAND_INS[name], **special, **names, "SyncToken": "0", "MetaData": times}))
    return made


def _references(asked: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - any JSON
    found: set[tuple[str, str]] = set()
    if isinstance(asked, dict):
        for name, value in asked.items():
            kind = next((known for known in _STAND_INS if name.endswith(f"{known}Ref")), None)
            if kind is not None and isinstance(value, dict):
                found.add((kind, str(value["value"])))
            found |= _references(value)
    elif isinstance(asked, list):
        found = set().union(*(_references(each) for each in asked))
    return found


def _loaded(stood: Stood, at: datetime) -> Books:
    """A company in which these entities stand, read as `--load` reads them."""
    if not any(name in KINDS for name, _ in stood):
        stood = _referred({"AccountRef": {"value": "9000"}}, stood)
    path = f"/v3/company/{REALM}/anything/1"
    recorded = [
        {"request": {"path": path}, "response": {"status": 200, "body": {name: plain(each), "time": at.isoformat()}}}
        for name, each in stood
    ]
    with TemporaryDirectory() as directory:
        (Path(directory) / "stood.json").write_text(json.dumps({"interactions": recorded}, default=float))
        return load_recordings(Path(directory)).books
