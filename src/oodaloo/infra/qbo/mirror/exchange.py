"""What documents in other currencies are worth at home, by the rate that QuickBooks keeps with each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from sqlalchemy import select

from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.records import MirrorRow
from oodaloo.kit.money import Currency, Money

_IDS_PER_QUERY = 500


class _Rated(msgspec.Struct, frozen=True):
    rate: Decimal = msgspec.field(default=Decimal(1), name="ExchangeRate")


_RATED = msgspec.json.Decoder(_Rated)


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of a document's currency is worth in the `home` currency, by the document's id."""

    home: Currency
    by_id: Mapping[str, Decimal]

    def at_home(self, amount: Money, record_id: str) -> Money:
        """An amount of a document in home currency, rounded to cents half to even."""
        if amount.currency == self.home:
            return amount
        return Money.of(amount.amount * self.by_id[record_id], self.home)


async def rates_of(
    session: TenantSession, rows: Collection[type[MirrorRow]], ids: Collection[str], home: Currency
) -> Rates:
    """The rates of some mirrored transactions, which may be of several types; 1 where QuickBooks gives none.

    QuickBooks numbers all transactions of a company in one series, so that an id says which one it is.
    """
    asked, found = list(ids), {}
    for start in range(0, len(asked), _IDS_PER_QUERY):
        some = asked[start : start + _IDS_PER_QUERY]
        for row in rows:
            sources = await session.rows(select(row.id, row.source).where(row.id.in_(some)))
            found.update({record_id: _RATED.decode(source).rate for record_id, source in sources})
    return Rates(home, found)
