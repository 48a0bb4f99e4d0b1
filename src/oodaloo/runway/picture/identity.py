"""The id of books: a fingerprint of what they hold, so that the same books have the same id everywhere."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields

import msgspec

from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.picture import Books

_ID_LENGTH = 32
_READ_WHEN = frozenset({"known_at", "synced_at"})
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def content_id(books: Books, reuse: Reuse | None = None) -> str:
    """Hexadecimal SHA-256 (its first 128 bits) of the canonical content of `books`.

    When the books were read (`known_at`, `synced_at`) is no content: reading the same books again gives the same
    id. Canonical is MessagePack, field by field in the order of their declaration, sets and mappings sorted.
    """
    reuse = reuse or Reuse()
    digest = hashlib.sha256()
    for field in fields(books):
        if field.name not in _READ_WHEN:
            digest.update(_section(field.name, getattr(books, field.name), reuse.part(field.name)))
    return digest.hexdigest()[:_ID_LENGTH]


def _section(name: str, content: object, reuse: Reuse) -> bytes:
    """The digest of one field."""
    if isinstance(content, Housekeeping):
        inner = (_section(each.name, getattr(content, each.name), reuse.part(each.name)) for each in fields(content))
        return _digest(name, tuple(inner))
    if isinstance(content, Mapping):
        return _digest(name, tuple(_encoded(item) for item in sorted(content.items())))
    if isinstance(content, tuple):
        return reuse.whole(_digest, name, reuse.each(_encoded, content))
    return _digest(name, (_encoded(content),))


def _digest(name: str, parts: tuple[bytes, ...]) -> bytes:
    return hashlib.sha256(b"".join((name.encode(), *parts))).digest()


def _encoded(item: object) -> bytes:
    return _ENCODER.encode(item)
