"""What one post of QuickBooks' webhooks announces, in both of its formats: CloudEvents, and the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, TypeVar

from msgspec import DecodeError, Meta, Raw, Struct, field, json

from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import RealmId

# Printable and short, so that either database can hold what a post says.
_Word = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[ -~]*$")]
_ReadT = TypeVar("_ReadT")


class UnreadablePostError(OodalooError):
    """A signed post is in no format that we know. Nothing of it was taken, so that QuickBooks sends it again."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One change that QuickBooks announces. `key` stays the same however often it is sent; `entity` is lower case.

    `changed_at` is QuickBooks' own time of the change, None where it doesn't say one.
    """

    key: str
    realm_id: RealmId
    entity: str
    record_id: str
    operation: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Post:
    """What could be read of a post, and how many of its entries could not."""

    announcements: tuple[Announcement, ...]
    unreadable: int


def read_post(body: bytes) -> Post:
    """The announcements of a post in either format, of however many companies.

    An entry that can't be read is counted and hides no other. Raises `UnreadablePostError` when nothing of it makes
    sense. Formats: developer.intuit.com/app/developer/qbo/docs/develop/webhooks.
    """
    start = body.lstrip()[:1]
    try:
        if start == b"[":
            entries = _POST.decode(body)
            found = [_cloud_event(entry) for entry in entries]
        else:
            found = list(_legacy(_LEGACY_POST.decode(body)))
    except (DecodeError, RecursionError) as error:
        raise UnreadablePostError(
            f"A webhook post can't be read ({error}). It may be in a newer format: update Oodaloo."
        ) from None
    read = tuple(one for one in found if one is not None)
    return Post(read, len(found) - len(read))


class _CloudEvent(Struct, frozen=True):
    id: _Word
    type: _Word
    realm_id: _Word = field(name="intuitaccountid")
    record_id: _Word = field(name="intuitentityid")
    time: str = ""


class _LegacyEntity(Struct, frozen=True):
    name: _Word
    id: _Word
    operation: _Word
    last_updated: str = field(name="lastUpdated", default="")


class _LegacyEntities(Struct, frozen=True):
    entities: list[Raw]


class _LegacyNotification(Struct, frozen=True):
    realm_id: _Word = field(name="realmId")
    event: _LegacyEntities = field(name="dataChangeEvent")


class _LegacyPost(Struct, frozen=True):
    notifications: list[Raw] = field(name="eventNotifications")


_POST = json.Decoder(list[Raw])
_CLOUD_EVENT = json.Decoder(_CloudEvent)
_LEGACY_POST = json.Decoder(_LegacyPost)
_NOTIFICATION = json.Decoder(_LegacyNotification)
_ENTITY = json.Decoder(_LegacyEntity)


def _cloud_event(entry: Raw) -> Announcement | None:
    event = _read(_CLOUD_EVENT, entry)
    if event is None:
        return None
    # qbo.<entity>.<operation>.v1
    product, _, rest = event.type.lower().partition(".")
    entity, _, rest = rest.partition(".")
    operation = rest.partition(".")[0]
    if product != "qbo" or not operation:
        return None
    key = _key("cloudevent", event.realm_id, event.id)
    return Announcement(key, RealmId(event.realm_id), entity, event.record_id, operation, _instant(event.time))


def _legacy(post: _LegacyPost) -> Iterator[Announcement | None]:
    for entry in post.notifications:
        notification = _read(_NOTIFICATION, entry)
        if notification is None:
            yield None
            continue
        for part in notification.event.entities:
            yield _legacy_entity(RealmId(notification.realm_id), _read(_ENTITY, part))


def _legacy_entity(realm_id: RealmId, entity: _LegacyEntity | None) -> Announcement | None:
    """The older format has no ids: what is announced, and when it happened, tells a repetition."""
    if entity is None:
        return None
    key = _key("legacy", realm_id, entity.name, entity.id, entity.operation, entity.last_updated)
    changed_at = _instant(entity.last_updated)
    return Announcement(key, realm_id, entity.name.lower(), entity.id, entity.operation.lower(), changed_at)


def _read(decoder: "json.Decoder[_ReadT]", entry: Raw) -> _ReadT | None:
    try:
        return decoder.decode(entry)
    except (DecodeError, RecursionError):  # brackets nested by the thousand
        return None


def _key(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None
