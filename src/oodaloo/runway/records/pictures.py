"""Cash pictures that somebody acted on, kept whole under their ids: what was known when something was decided."""

import asyncio
import zlib
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.model.earmarks import Earmark, PlannedDay
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.recurring import RecurringFlow, Residual
from oodaloo.runway.model.refusals import UnknownPictureError
from oodaloo.runway.model.scenario import NOTHING_SUPPOSED


class KeptBooksRow(TenantRow):
    """The books of kept pictures, with the flows that were inferred from them then, compressed; never changed.

    Each decision makes another picture of the same books, which are kept once.
    """

    __tablename__ = "kept_books"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class KeptPictureRow(TenantRow):
    """A kept picture: the id of its books, and what was decided. Never changed."""

    __tablename__ = "kept_picture"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    books_id: Mapped[str] = mapped_column(String(40))
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)


_Inferred: TypeAlias = tuple[Books, tuple[RecurringFlow, ...], Residual]
_Decided: TypeAlias = tuple[tuple[Earmark, ...], tuple[PlannedDay, ...]]

_ENCODER: Final = msgspec.msgpack.Encoder()
_INFERRED: Final = msgspec.msgpack.Decoder(_Inferred)
_DECIDED: Final = msgspec.msgpack.Decoder(_Decided)


async def keep(session: TenantSession, picture: CashPicture) -> None:
    """Keep a picture under its id; one that is there stays as it is. Raises ValueError for a scenario's picture."""
    if picture.supposed != NOTHING_SUPPOSED:
        raise ValueError("A scenario's picture is what nobody knows; only what was known is kept.")
    if await session.scalars(select(KeptPictureRow.id).where(KeptPictureRow.id == picture.id)):
        return
    if not await session.scalars(select(KeptBooksRow.id).where(KeptBooksRow.id == picture.books_id)):
        inferred: _Inferred = (picture.books, picture.recurring, picture.residual)
        content = await asyncio.to_thread(_packed, inferred)
        await session.insert_new(KeptBooksRow, {"id": picture.books_id, "content": content})
    decided: _Decided = (picture.earmarks, picture.planned)
    kept = {"id": picture.id, "books_id": picture.books_id, "known_at": picture.books.known_at}
    await session.insert_new(KeptPictureRow, {**kept, "content": _packed(decided)})


async def kept(session: TenantSession, picture_id: str) -> CashPicture:
    """A picture as it was. Raises `UnknownPictureError`."""
    found = await session.scalars(select(KeptPictureRow).where(KeptPictureRow.id == picture_id))
    if not found:
        raise UnknownPictureError(f"No picture {picture_id!r} is kept here: nobody acted on one with that id.")
    [books_row] = await session.scalars(select(KeptBooksRow).where(KeptBooksRow.id == found[0].books_id))
    books, recurring, residual = _INFERRED.decode(zlib.decompress(books_row.content))
    earmarks, planned = _DECIDED.decode(zlib.decompress(found[0].content))
    return CashPicture(found[0].books_id, books, recurring, residual, earmarks, planned)


def _packed(content: _Inferred | _Decided) -> bytes:
    return zlib.compress(_ENCODER.encode(content))
