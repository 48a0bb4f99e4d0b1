"""Files: multipart uploads, and downloads by an address that needs no token."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from hashlib import sha256
from typing import Final, NamedTuple

from qbo_emulator.bodies import decode_object
from qbo_emulator.faults import QboFault, required_missing, unreadable_body
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.asked import Asked
from qbo_emulator.wire import encode, envelope_time, fault_object

_METADATA: Final = "file_metadata_"
_CONTENT: Final = "file_content_"
_LINK_LIFE: Final = timedelta(minutes=15)
_UNTYPED: Final = "application/octet-stream"


class Uploaded(NamedTuple):
    """The answer to an upload, and the Attachables that it made."""

    body: bytes
    entity_ids: tuple[str, ...]


class File(NamedTuple):
    """An uploaded file; the name is empty where the client gave none."""

    content: bytes
    name: str
    content_type: str


def answer_upload(asked: Asked) -> Uploaded:
    """The answer to POST /upload: per file an Attachable, or the Fault why there is none."""
    metadata, files = read_parts(asked.call.content_type, asked.call.body)
    if not files:
        raise required_missing("file_content_01")
    answers, entity_ids = [], []
    for number, file in files.items():
        try:
            attachable = _attached(asked, metadata.get(number), file)
        except QboFault as fault:
            answers.append({"Fault": fault_object(fault)})
        else:
            answers.append({"Attachable": attachable})
            entity_ids.append(str(attachable["Id"]))
    body = encode({"AttachableResponse": answers, "time": envelope_time(asked.at)})
    return Uploaded(body, tuple(entity_ids))


def read_parts(content_type: str, body: bytes) -> tuple[Mapping[str, bytes], Mapping[str, File]]:
    """Metadata and files of a multipart body by their numbers; fault 2010 for what has no parts."""
    # The mail parser reads what clients really send: parts without file names, in base64, with bare newlines.
    message = BytesParser().parsebytes(b"Content-Type: %s\r\n\r\n%s" % (content_type.encode("latin-1"), body))
    if not message.is_multipart():
        raise unreadable_body("the upload has no parts")
    metadata: dict[str, bytes] = {}
    files: dict[str, File] = {}
    for part in message.get_payload():
        if not isinstance(part, Message):
            continue
        name = str(part.get_param("name", "", "content-disposition"))
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise unreadable_body(f"the part {name} has parts of its own")
        if name.startswith(_METADATA):
            metadata[name.removeprefix(_METADATA)] = content
        elif name.startswith(_CONTENT):
            declared = part.get_content_type() if "content-type" in part else _UNTYPED
            files[name.removeprefix(_CONTENT)] = File(content, part.get_filename("") or "", declared)
    return metadata, files


class TemporaryLinks:
    """Addresses under which a company's files can be fetched without a token for 15 minutes; the key signs them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def path(self, realm_id: str, entity_id: str, at: datetime) -> str:
        """The path and query of a link made at that moment; only company and time are signed."""
        expires = int((at + _LINK_LIFE).timestamp())
        return f"/download/{realm_id}/{entity_id}?expires={expires}&signature={self._sign(realm_id, expires)}"

    def opens(self, realm_id: str, expires: str, signature: str, at: datetime) -> bool:
        """Whether such a link was made and still holds."""
        if not expires.isdecimal() or int(expires) < at.timestamp():
            return False
        return hmac.compare_digest(self._sign(realm_id, int(expires)), signature)

    def _sign(self, realm_id: str, expires: int) -> str:
        return hmac.new(self._key, f"{realm_id}/{expires}".encode(), sha256).hexdigest()


def _attached(asked: Asked, metadata: bytes | None, file: File) -> JsonObject:
    body = decode_object(metadata) if metadata is not None else {}
    name = str(body.get("FileName") or file.name)
    if not name:
        raise required_missing("FileName")
    content_type = str(body.get("ContentType") or file.content_type)
    return asked.books.attach(
        body,
        file.content,
        file_name=name,
        content_type=content_type,
        at=asked.at,
        temp_download_uri=asked.download_link("{id}"),
    )
