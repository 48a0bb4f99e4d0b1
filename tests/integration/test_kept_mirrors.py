"""A mirror that is kept and brought up to date is the mirror read anew, whoever changed it and however."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.domains.ap.queries import BILLS
from oodaloo.domains.core.model import Business
from oodaloo.domains.core.queries import home_currency
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.answers import Deletion
from oodaloo.infra.qbo.mirror.changes import Mirror
from oodaloo.infra.qbo.mirror.kept import KeptMirrors
from oodaloo.infra.qbo.mirror.state import MirrorStateRow
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import RealmId
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.picture.current import current_picture
from oodaloo.runway.picture.gather import KINDS
from tests.support import wire
from tests.support.rows import A_MOMENT, OURS, THEIRS

USD = Currency("USD")
TODAY = date(2026, 10, 2)
NOW = datetime(2026, 10, 2, 19, tzinfo=UTC)
SINCE = date(2024, 10, 1)
MIRROR = Mirror(ENTITY_TYPES, home_currency, FixedClock(A_MOMENT))
BUSINESS = Business(OURS, "Ours", RealmId("realm-ours"), USD, "US", "America/New_York", Money.zero(USD))
CHANGED = (
    *("Account", "Customer", "Vendor", "Term"),
    *("Invoice", "Bill", "Payment", "BillPayment", "CreditMemo", "VendorCredit"),
    *("Deposit", "Purchase", "Transfer", "JournalEntry"),
)


EXAMPLES = count(1)
"""What was deleted never comes back, so that each example has ids of its own."""


@dataclass(frozen=True)
class Step:
    """Something that happens to a record: a version arrives, or it is deleted; `days` dates it back from today."""

    entity: str
    number: int
    token: int
    days: int
    cents: int
    is_open: bool
    deleted: bool

    def fields(self, first_id: int) -> dict[str, object]:
        """What QuickBooks sends of it; records of one example refer to each other."""
        day, open_cents = TODAY - timedelta(days=self.days), self.cents if self.is_open else 0
        other, name = str(first_id + self.cents % 3), f"{_spelled(first_id)} {_spelled(self.token % 3)}"
        customer, vendor = ("CustomerRef", other, name), ("VendorRef", other, name)
        terms = {"SalesTermRef": wire.ref(other)}
        abroad = {"CurrencyRef": wire.ref("EUR")} if self.token % 5 == 4 else {}
        kinds: Mapping[str, dict[str, object]] = {
            "Account": wire.an_account(str(self.number % 3 + 1), self.cents),
            "Customer": {"DisplayName": name},
            "Vendor": {"DisplayName": name},
            "Term": {"Name": name, "Type": "STANDARD", "DueDays": self.cents % 60},
            "Invoice": {
                **wire.a_document(customer, day, self.cents, open_cents, due=day + timedelta(days=30)),
                **terms,
                **abroad,
            },
            "Bill": {
                **wire.a_document(vendor, day, self.cents, open_cents, due=day + timedelta(days=30)),
                **terms,
                **abroad,
            },
            "CreditMemo": wire.a_document(customer, day, self.cents, open_cents, due=day),
            "VendorCredit": wire.a_document(vendor, day, self.cents, open_cents, due=day),
            "Payment": {
                **wire.a_document(customer, day, self.cents, 0, due=day),
                "UnappliedAmt": open_cents / 100,
                "DepositToAccountRef": wire.ref(wire.CHECKING if self.is_open else wire.UNDEPOSITED),
                "Line": [wire.applied("Invoice", other, self.cents)],
            },
            "BillPayment": {
                **wire.a_document(vendor, day, self.cents, 0, due=day),
                "PayType": "Check",
                "CheckPayment": {"BankAccountRef": wire.ref(wire.CHECKING)},
                "Line": [wire.applied("Bill", other, self.cents)],
            },
            "Deposit": {
                **wire.a_document(customer, day, self.cents, 0, due=day),
                "DepositToAccountRef": wire.ref(wire.CHECKING),
                "Line": [wire.applied("Payment", other, self.cents)],
            },
            "Purchase": {
                **wire.a_document(vendor, day, self.cents, 0, due=day),
                "AccountRef": wire.ref(wire.CARD if self.is_open else wire.CHECKING),
                "EntityRef": wire.ref(other, name),
                **abroad,
            },
            "Transfer": {
                "TxnDate": day.isoformat(),
                "FromAccountRef": wire.ref(wire.CHECKING),
                "ToAccountRef": wire.ref(wire.CARD if self.is_open else wire.UNDEPOSITED),
                "Amount": self.cents / 100,
            },
            "JournalEntry": {
                "TxnDate": day.isoformat(),
                "Line": [
                    wire.posted("Debit", wire.EXPENSE, self.cents),
                    wire.posted("Credit", wire.CHECKING, self.cents),
                ],
            },
        }
        return {"CurrencyRef": wire.ref("USD"), **kinds[self.entity]}

    async def happen(self, session: TenantSession, first_id: int = 0) -> None:
        """Let the mirror take it over."""
        if self.entity == "Account":
            record_id, deleted = str(self.number % 3 + 1), False
        else:
            record_id, deleted = str(first_id + self.number), self.deleted
        if deleted:
            await MIRROR.bury(session, self.entity, [Deletion(record_id, NOW)])
            return
        created = NOW - timedelta(days=900)
        source = wire.sent(record_id, self.fields(first_id), token=self.token, created=created)
        await MIRROR.keep(session, self.entity, [source])


def _spelled(number: int) -> str:
    """A number in letters, since numbers aren't taken for parts of a name."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


steps = st.builds(
    Step,
    entity=st.sampled_from(CHANGED),
    number=st.sampled_from([0, 0, 1, 1, 2, 2, 3, 6, 9]),
    token=st.integers(0, 10_000),
    days=st.sampled_from([0, 1, 40, 200, 720, 735, 900, -5]),
    cents=st.integers(0, 90_000),
    is_open=st.booleans(),
    deleted=st.integers(0, 3).map(lambda number: number == 0),
)


@dataclass(frozen=True)
class Habit:
    """The same document every so many days, up to today: a flow that pictures find."""

    entity: str
    every_days: int
    cents: int

    def steps(self) -> list[Step]:
        """Seven of them."""
        days = [self.every_days * number for number in range(7)]
        return [
            Step(self.entity, 3 + n, 0, back, self.cents, is_open=False, deleted=False) for n, back in enumerate(days)
        ]


habits = st.builds(
    Habit,
    entity=st.sampled_from(["Purchase", "Bill", "Invoice"]),
    every_days=st.sampled_from([7, 14, 30]),
    cents=st.integers(1, 90_000),
)
days_later = st.sampled_from([0, 0, 1, 7, 31])


async def picture(database: Database, kept: KeptMirrors | None, day: date) -> CashPicture:
    """The picture of a day."""
    async with database.tenant(OURS, read_only=True) as session:
        return await current_picture(session, BUSINESS, as_of=day, known_at=NOW, synced_at=NOW, kept=kept)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=25,
    phases=[Phase.generate],  # the database remembers earlier examples, so that none can be repeated or made smaller
)
@given(
    habit=st.none() | habits,
    weeks=st.lists(st.tuples(days_later, st.lists(steps, max_size=12)), min_size=2, max_size=5),
)
async def test_what_is_kept_gives_the_picture_of_what_is_read_anew(
    two_businesses: Database, habit: Habit | None, weeks: list[tuple[int, list[Step]]]
) -> None:
    """After any changes, deletions and new names, later or on the same day, the kept mirror gives the same picture as
    one read from nothing.
    """
    kept, first_id, day = KeptMirrors(), 10 * next(EXAMPLES), TODAY
    regular = habit.steps() if habit else []
    for days, week in [(0, regular), *weeks]:
        day += timedelta(days=days)
        async with two_businesses.tenant(OURS) as session:
            for step in week:
                await step.happen(session, first_id)
        assert await picture(two_businesses, kept, day) == await picture(two_businesses, None, day)


async def test_a_reading_sees_one_moment(two_businesses: Database) -> None:
    """What another process commits while a reading is under way belongs to the next reading, all of it."""
    kept = KeptMirrors()
    bill = Step("Bill", 1, 0, 3, 5_000, is_open=True, deleted=False)
    async with two_businesses.tenant(OURS) as session:
        await bill.happen(session)
    async with two_businesses.tenant(OURS, read_only=True) as reader:
        before = await kept.read(reader, KINDS, SINCE)
        async with two_businesses.tenant(OURS) as writer:
            await Step("Bill", 2, 0, 3, 7_000, is_open=True, deleted=False).happen(writer)
        during = await KeptMirrors().read(reader, KINDS, SINCE)
        assert during.records == before.records
        assert (await kept.read(reader, KINDS, SINCE)) is before
    async with two_businesses.tenant(OURS, read_only=True) as reader:
        after = await kept.read(reader, KINDS, SINCE)
    assert [record.meta.id for record in after.records["Bill"]] == ["1", "2"]
    assert after.records["Bill"][0] is before.records["Bill"][0]


async def test_a_database_put_back_to_an_earlier_state_is_read_anew(two_businesses: Database) -> None:
    """A revision below the kept one proves nothing of what is kept."""
    kept = KeptMirrors()
    async with two_businesses.tenant(OURS) as session:
        await Step("Bill", 1, 0, 3, 5_000, is_open=True, deleted=False).happen(session)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert (await kept.read(session, KINDS, SINCE)).records["Bill"]
    async with two_businesses.tenant(OURS) as session:
        await session.delete(BILLS.row)
        await session.update(MirrorStateRow, values={"revision": 0})
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert not (await kept.read(session, KINDS, SINCE)).records["Bill"]


async def test_businesses_read_longest_ago_make_room(two_businesses: Database) -> None:
    """What is kept has a limit over all businesses; the newest reading is always kept."""
    kept = KeptMirrors(most_records=1)
    for business_id in (OURS, THEIRS):
        async with two_businesses.tenant(business_id) as session:
            await Step("Bill", 1, 0, 3, 5_000, is_open=True, deleted=False).happen(session)
        async with two_businesses.tenant(business_id, read_only=True) as session:
            first = await kept.read(session, KINDS, SINCE)
            assert await kept.read(session, KINDS, SINCE) is first
    async with two_businesses.tenant(OURS, read_only=True) as session:
        again = await kept.read(session, KINDS, SINCE)
        assert [record.meta.id for record in again.records["Bill"]] == ["1"]
