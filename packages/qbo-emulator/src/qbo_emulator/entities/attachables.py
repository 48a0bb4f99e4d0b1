"""Attachables: notes and uploaded files that hang on other entities."""

from datetime import datetime
from typing import Final

from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import EntityKind
from qbo_emulator.faults import invalid_reference, required_missing
from qbo_emulator.jsontypes import JsonObject

ATTACHABLE_IDS: Final = "Attachable"
FIRST_ATTACHABLE_ID: Final = 5000000000000000000
"""Recorded: the ids of attachables are far from all others."""


def _attachable(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    if not body.get("Note") and not body.get("FileName"):
        raise required_missing("Note")
    if "AttachableRef" not in body:
        return body
    return body | {"AttachableRef": [_reference(file, each) for each in body["AttachableRef"]]}


def _reference(file: CompanyFile, attached: JsonObject) -> JsonObject:
    if "EntityRef" not in attached:
        return attached
    reference = attached["EntityRef"]
    for field in ("type", "value"):
        if field not in reference:
            raise required_missing(f"AttachableRef.EntityRef.{field}")
    if file.store.get(reference["type"], reference["value"]) is None:
        raise invalid_reference(reference["type"], reference["value"])
    written = {"value": reference["value"], "type": reference["type"]}
    return {**attached, "EntityRef": written, "IncludeOnSend": attached.get("IncludeOnSend", False)}


ATTACHABLE: Final = EntityKind(
    "Attachable",
    ATTACHABLE_IDS,
    _attachable,
    deletable=True,
    # Recorded: deleted with nothing but its Id.
    needs_token_to_delete=False,
    keeps=("FileAccessUri", "TempDownloadUri", "Size"),
)
