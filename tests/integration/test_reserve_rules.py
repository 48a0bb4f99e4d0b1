"""Reserves that fill by rules as money is there, and are used up by what they are for, on a real database."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oodaloo.domains.core import audit
from oodaloo.domains.core.permissions import NotPermittedError
from oodaloo.infra.db.session import Database
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.reserving import NewReserve, ReserveRefusedError, Reserving
from oodaloo.runway.decisions.steps import NoCoverError
from oodaloo.runway.model.picture import CashMovement, CashPicture, MovementKind
from oodaloo.runway.model.recurring import FlowClass
from oodaloo.runway.model.refusals import UnknownReserveError
from oodaloo.runway.model.reserve_rules import FixedMonthly, NextPayment, ReserveRule, ShareOfReceipts
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import TODAY, USD, a_movement, books, days_ago, in_days, payrolls, usd
from tests.support.deciding import ANSEL, BEA, BY_ITSELF, OLIVE, by
from tests.support.rows import OURS

PAYROLL = -20_000
LAST_PAYDAY = days_ago(7)
_NUMBERS = count(1)


def a_picture_of(cash: int, *moved: CashMovement, as_of: date = TODAY, buffer: int = 0) -> CashPicture:
    """So many dollars in a business that runs payroll every other Friday, the latest a week ago."""
    paydays = payrolls(PAYROLL, last=LAST_PAYDAY)
    return picture_of(books(cash, movements=[*paydays, *moved], as_of=as_of, buffer=buffer))


def payroll_key(picture: CashPicture) -> str:
    """The payroll among the recurring flows."""
    [flow] = [each for each in picture.recurring if each.flow_class is FlowClass.PAYROLL]
    return flow.key


def a_receipt(dollars: int, dated: date = TODAY) -> CashMovement:
    """A customer's payment."""
    return a_movement(dated, dollars, "Harbor", kind=MovementKind.CUSTOMER_RECEIPT)


def reserving(database: Database) -> Reserving:
    """Reserves with ids that count up."""
    return Reserving(database, lambda: f"reserve-{next(_NUMBERS)}")


async def a_reserve(desk: Reserving, picture: CashPicture, rule: ReserveRule | None = None, label: str = "Tax") -> str:
    """The key of a new reserve, that of payroll for the flow of that name."""
    flow_key = payroll_key(picture) if isinstance(rule, NextPayment) else None
    return (await desk.set_up(OURS, NewReserve(label, flow_key, rule), by(OLIVE, picture), picture)).pot.key


async def held(desk: Reserving) -> dict[str, Money]:
    """What each reserve holds, by label."""
    return {each.pot.label: Money(each.cents, USD) for each in await desk.listed(OURS)}


async def test_the_next_payroll_is_always_set_aside(two_businesses: Database) -> None:
    """$20,000 of $50,000 for the next payday; once it has gone out of $50,000 the next $20,000 are set aside."""
    desk, before = reserving(two_businesses), a_picture_of(50_000)
    await a_reserve(desk, before, NextPayment(), "Payroll")
    await desk.follow_rules(OURS, BY_ITSELF, before)
    assert await held(desk) == {"Payroll": usd(20_000)}
    assert await desk.follow_rules(OURS, BY_ITSELF, before) == ()
    payday = in_days(7)
    after = a_picture_of(30_000, *payrolls(PAYROLL, last=payday, times=1), as_of=payday)
    await desk.follow_rules(OURS, BY_ITSELF, after)
    assert await held(desk) == {"Payroll": usd(20_000)}
    async with two_businesses.tenant(OURS, read_only=True) as session:
        told = [each.entry for each in await audit.trail(session) if each.entry.action in ("hold", "consume")]
    assert [(each.action, each.facts["cents"], each.actor) for each in told] == [
        ("hold", "2000000", "oodaloo"),
        ("consume", "2000000", "oodaloo"),
        ("hold", "2000000", "oodaloo"),
    ]


async def test_a_rule_takes_what_is_there_and_the_rest_later(two_businesses: Database) -> None:
    """$12,000 beyond the buffer of $3,000 are set aside for payroll, the other $8,000 when a customer has paid."""
    desk, poor = reserving(two_businesses), a_picture_of(15_000, buffer=3_000)
    await a_reserve(desk, poor, NextPayment(), "Payroll")
    await desk.follow_rules(OURS, BY_ITSELF, poor)
    assert await held(desk) == {"Payroll": usd(12_000)}
    await desk.follow_rules(OURS, BY_ITSELF, a_picture_of(40_000, buffer=3_000))
    assert await held(desk) == {"Payroll": usd(20_000)}


async def test_of_each_receipt_its_share_once(two_businesses: Database) -> None:
    """A quarter of $4,000 and of $1,000.01 from now on: nothing from before, nothing twice."""
    desk, old = reserving(two_businesses), a_receipt(9_000)
    await a_reserve(desk, a_picture_of(50_000, old), ShareOfReceipts(2_500))
    first = a_receipt(4_000, in_days(3))
    odd = replace(a_receipt(1_000, in_days(4)), amount=usd("1000.01"))
    for moved in ((old, first), (old, first), (old, first, odd)):
        await desk.follow_rules(OURS, BY_ITSELF, a_picture_of(50_000, *moved, as_of=in_days(4)))
    assert await held(desk) == {"Tax": usd(1_250)}


async def test_a_monthly_amount_comes_on_its_day_and_is_caught_up_with(two_businesses: Database) -> None:
    """$500 on each 31st from October on: seen again in mid-December, two months are set aside, none twice."""
    desk = reserving(two_businesses)
    await a_reserve(desk, a_picture_of(9_000), FixedMonthly(50_000, 31), "Rent")
    for day, expected in ((date(2026, 10, 30), 0), (date(2026, 10, 31), 500), (date(2026, 12, 15), 1_000)):
        for _ in range(2):
            await desk.follow_rules(OURS, BY_ITSELF, a_picture_of(9_000, as_of=day))
        assert await held(desk) == {"Rent": usd(expected)}


async def test_a_rule_never_over_commits(two_businesses: Database) -> None:
    """A month's $500 wait while $400 are there, and come when $600 are."""
    desk = reserving(two_businesses)
    await a_reserve(desk, a_picture_of(400), FixedMonthly(50_000, 2), "Rent")
    for cash, expected in ((400, 0), (600, 500)):
        await desk.follow_rules(OURS, BY_ITSELF, a_picture_of(cash))
        assert await held(desk) == {"Rent": usd(expected)}


async def test_people_move_reserves_within_their_rights(two_businesses: Database) -> None:
    """A bookkeeper sets aside what there is; more than that only an owner with a reason; an approver nothing."""
    desk, picture = reserving(two_businesses), a_picture_of(1_000)
    key = await a_reserve(desk, picture)
    assert (await desk.set_aside(OURS, key, 60_000, by(BEA), picture)).cents == 60_000
    with pytest.raises(NoCoverError, match=r"\$400\.00 are there"):
        await desk.set_aside(OURS, key, 50_000, by(OLIVE), picture)
    with pytest.raises(NotPermittedError):
        await desk.set_aside(OURS, key, 50_000, by(BEA), picture, overcommit="tax is due")
    with pytest.raises(NotPermittedError):
        await desk.give_back(OURS, key, 100, by(ANSEL), "not needed")
    await desk.set_aside(OURS, key, 50_000, by(OLIVE), picture, overcommit="tax is due")
    await desk.give_back(OURS, key, 10_000, by(BEA), "less tax than thought")
    assert await held(desk) == {"Tax": usd(1_000)}
    with pytest.raises(ReserveRefusedError, match="doesn't hold as much"):
        await desk.give_back(OURS, key, 100_001, by(BEA), "too much")
    await desk.retire(OURS, key, by(OLIVE))
    assert await held(desk) == {}
    with pytest.raises(UnknownReserveError):
        await desk.set_aside(OURS, key, 100, by(OLIVE), picture)


async def test_rules_that_can_t_be_followed_are_refused(two_businesses: Database) -> None:
    """Without a name or twice the same, for a flow that isn't there, shares above all, days that no month has."""
    desk, picture = reserving(two_businesses), a_picture_of(1_000)
    await a_reserve(desk, picture)
    for wanted, told in (
        (NewReserve(" "), "needs a name"),
        (NewReserve("tax"), "called tax already"),
        (NewReserve("Loan", "no such flow"), "no recurring flow"),
        (NewReserve("Loan", None, NextPayment()), "which recurring flow"),
        (NewReserve("VAT", None, ShareOfReceipts(10_001)), "at most 100 %"),
        (NewReserve("Rent", None, FixedMonthly(100, 32)), "from 1 to 31"),
    ):
        with pytest.raises(ReserveRefusedError, match=told):
            await desk.set_up(OURS, wanted, by(OLIVE), picture)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=10)
@given(weeks=st.lists(st.tuples(st.integers(0, 60_000), st.lists(st.integers(1, 30_000), max_size=3)), max_size=5))
async def test_whatever_comes_in_rules_hold_what_is_there_and_no_more(
    two_businesses: Database, weeks: list[tuple[int, list[int]]]
) -> None:
    """Week after week, asked twice each: no reserve is below zero, no new hold touches the buffer, twice is once."""
    desk, start = reserving(two_businesses), a_picture_of(30_000, buffer=1_000)
    moved: list[CashMovement] = []
    for each in await desk.listed(OURS):
        await desk.retire(OURS, each.pot.key, by(OLIVE))
    await a_reserve(desk, start, NextPayment(), "Payroll")
    await a_reserve(desk, start, ShareOfReceipts(3_000), "Tax")
    for number, (cash, receipts) in enumerate(weeks, start=1):
        day = in_days(7 * number)
        moved += [a_receipt(dollars, day) for dollars in receipts]
        if number % 2:
            moved += payrolls(PAYROLL, last=day, times=1)
        picture = a_picture_of(cash, *moved, as_of=day, buffer=1_000)
        before = await held(desk)
        await desk.follow_rules(OURS, BY_ITSELF, picture)
        after = await held(desk)
        assert all(amount >= usd(0) for amount in after.values())
        if any(after[label] > before[label] for label in after):
            assert Money.total(after.values(), USD) <= usd(max(0, cash - 1_000))
        assert await desk.follow_rules(OURS, BY_ITSELF, picture) == ()
