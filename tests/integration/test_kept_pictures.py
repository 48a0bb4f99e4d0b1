"""What was known when something was decided: the picture itself, by the id that the audit names."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from oodaloo.domains.core import audit
from oodaloo.infra.db.session import Database
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import UnknownPictureError
from oodaloo.runway.model.scenario import OneOff, Suppositions
from oodaloo.runway.picture.assemble import picture_of
from oodaloo.runway.picture.decided import decided, standing_decisions
from oodaloo.runway.records import pictures
from oodaloo.runway.records.pictures import KeptBooksRow, KeptPictureRow
from tests.support.books import TODAY, USD, a_bill, books, in_days, payrolls, usd
from tests.support.deciding import TestDesk
from tests.support.rows import OURS, THEIRS

RENT = a_bill("Rent", 400)
PRINT = a_bill("Print", 300)


async def as_decided(desk: TestDesk) -> CashPicture:
    """The desk's books with what is decided by now."""
    async with desk.database.tenant(OURS, read_only=True) as session:
        standing = await standing_decisions(session, USD, TODAY)
    return picture_of(desk.picture.books, *decided(standing, desk.picture.books))


async def test_an_id_leads_to_what_was_known(two_businesses: Database) -> None:
    """Two decisions on two pictures of the same books: each id gives its picture, whole, and the same runway."""
    desk = TestDesk(two_businesses, picture_of(books(9000, bills=(RENT, PRINT), movements=payrolls(-500))))
    first = desk.picture
    await desk.drafted(RENT)
    second = desk.picture = await as_decided(desk)
    await desk.drafted(PRINT)
    for each in (first, second):
        async with two_businesses.tenant(OURS) as session:
            await pictures.keep(session, each)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        known = [each.entry.picture_id for each in await audit.trail(session)]
        assert list(dict.fromkeys(known)) == [first.id, second.id]
        found = [await pictures.kept(session, picture_id) for picture_id in dict.fromkeys(known)]
        kept_books = await session.scalars(KeptBooksRow.__table__.select())
    assert found == [first, second]
    assert [each.id for each in found] == [first.id, second.id]
    assert len(kept_books) == 1
    engine = RunwayCalculator(50)
    assert engine.current(found[1]).runway == engine.current(second).runway


async def test_a_kept_picture_stays_as_it_was(two_businesses: Database) -> None:
    """Kept again, later and read at another time: the first stays; nobody changes it; another business hasn't it."""
    picture = picture_of(books(9000, bills=(RENT,)))
    later = replace(picture, books=replace(picture.books, known_at=picture.books.known_at.replace(year=2027)))
    for each in (picture, later):
        async with two_businesses.tenant(OURS) as session:
            await pictures.keep(session, each)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert await pictures.kept(session, picture.id) == picture
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with two_businesses.tenant(OURS) as session:
            await session.update(KeptPictureRow, values={"content": b""})
    with pytest.raises(UnknownPictureError):
        async with two_businesses.tenant(THEIRS, read_only=True) as session:
            await pictures.kept(session, picture.id)


async def test_what_nobody_knew_is_not_kept(two_businesses: Database) -> None:
    """A scenario's picture is refused."""
    raise_hopes = Suppositions(one_offs=(OneOff("A grant", in_days(3), usd(5000)),))
    async with two_businesses.tenant(OURS) as session:
        with pytest.raises(ValueError, match="scenario"):
            await pictures.keep(session, replace(picture_of(books(100)), supposed=raise_hopes))
