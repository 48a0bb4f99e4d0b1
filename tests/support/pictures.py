"""Pictures and scenarios for laws: small businesses with doubtful customers, decided bills, holds and reserves."""

from dataclasses import replace

from hypothesis import strategies as st

from oodaloo.runway.model.earmarks import Decided, Earmark, EarmarkKind, PlannedDay
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.runway import HORIZON_DAYS
from oodaloo.runway.model.scenario import (
    Ask,
    Change,
    Drop,
    EndFlow,
    MoveBill,
    NewFlow,
    OneOff,
    PayToday,
    ReceiveOn,
    ResizeFlow,
    Scenario,
    SlipCustomer,
    SlipInvoice,
    SwitchOff,
    SwitchOn,
)
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import (
    TODAY,
    Settlements,
    a_bill,
    a_credit,
    a_hold,
    a_movement,
    a_reserve,
    an_invoice,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    paid,
    payrolls,
    usd,
)

_PAID = [paid(a_bill("Vellum", 400, due=days_ago(days)), days_late=days % 7) for days in range(20, 300, 37)]
_HISTORIES = (
    history_of("Alder", [4, 5, -2, 9, 4, 14]),
    history_of("Birch", [0, 30, 2, 1]),
    Settlements(tuple(item for item, _ in _PAID), tuple(movement for _, movement in _PAID)),
)
_FLOWS = [*payrolls(-5_000), *(a_movement(day, -300 - day.day * 10, "Orbit Software") for day in every(7, TODAY, 15))]
_FUTURE_DAYS = st.integers(0, HORIZON_DAYS + 5).map(in_days)
_AMOUNTS = st.sampled_from((1, 700, 4_300, 10**7))
_DUE = st.integers(-40, HORIZON_DAYS + 20).map(in_days)
_BILLS = st.builds(a_bill, st.sampled_from(("Pier 9", "Vellum", "Orbit Software")), _AMOUNTS, due=_DUE)
_INVOICES = st.builds(an_invoice, st.sampled_from(("Alder", "Birch")), _AMOUNTS, due=_DUE)


@st.composite
def pictures(draw: st.DrawFn) -> CashPicture:
    """One to four bills, up to three invoices, with or without a past, credits, decisions, holds and a reserve."""
    bills = draw(st.lists(_BILLS, min_size=1, max_size=4))
    past = _HISTORIES if draw(st.booleans()) else ()
    credits_given = [a_credit("Pier 9", 500, kind=RecordKind.VENDOR_CREDIT)] if draw(st.booleans()) else []
    plain = picture_of(
        books(
            draw(st.sampled_from((-500, 0, 9_000, 60_000))),
            bills=bills,
            invoices=draw(st.lists(_INVOICES, max_size=3)),
            credits_of_vendors=credits_given,
            settled=[item for each in past for item in each.items],
            movements=[*_FLOWS, *(movement for each in past for movement in each.movements)],
        )
    )
    return replace(plain, earmarks=draw(_earmarks(plain)), planned=draw(_plans(bills)))


def scenarios(picture: CashPicture) -> st.SearchStrategy[Scenario]:
    """Up to four changes of what is in the picture, and perhaps the reserve given back."""
    changes: list[st.SearchStrategy[Change]] = [
        *(_changes_of_bill(bill) for bill in picture.books.payables),
        *(_changes_of_invoice(invoice) for invoice in picture.books.receivables),
        st.builds(OneOff, st.just("Once"), _FUTURE_DAYS, st.sampled_from((usd(-4_000), usd(9_000)))),
        st.builds(NewFlow, st.just("New"), _FUTURE_DAYS, st.sampled_from(Rhythm), st.just(usd(-900))),
        *(st.builds(ResizeFlow, st.just(flow.key), _FUTURE_DAYS, st.just(usd(-50))) for flow in picture.recurring),
        *(st.builds(EndFlow, st.just(flow.key), _FUTURE_DAYS) for flow in picture.recurring),
        st.builds(SwitchOn, st.just(a_reserve(2_000, "Taxes"))),
    ]
    reserves = [SwitchOff(each.key) for each in picture.earmarks if each.kind is EarmarkKind.RESERVE]
    switched = st.lists(st.sampled_from(reserves), max_size=1) if reserves else st.just([])
    made = st.tuples(st.lists(st.one_of(changes), max_size=4), switched)
    return made.map(lambda both: Scenario((*both[0], *both[1])))


def _changes_of_bill(bill: OpenItem) -> st.SearchStrategy[Change]:
    ref = st.just(bill.ref)
    amounts = st.sampled_from((None, usd(1)))
    return st.one_of(st.builds(MoveBill, ref, _FUTURE_DAYS, amounts), st.builds(PayToday, ref), st.builds(Drop, ref))


def _changes_of_invoice(invoice: OpenItem) -> st.SearchStrategy[Change]:
    ref, days = st.just(invoice.ref), st.integers(-20, 40)
    return st.one_of(
        st.builds(ReceiveOn, ref, _FUTURE_DAYS),
        st.builds(SlipInvoice, ref, days),
        st.builds(Ask, ref, st.sampled_from((1.0, 1.4, 16.0))),
        st.builds(Drop, ref),
        st.builds(SlipCustomer, st.just(invoice.party), days),
    )


@st.composite
def _earmarks(draw: st.DrawFn, picture: CashPicture) -> tuple[Earmark, ...]:
    """Holds of bills, now or dated, and money set aside for the next payroll."""
    payroll = next(flow.key for flow in picture.recurring if flow.label == "Payroll")
    held = draw(st.lists(st.sampled_from(picture.books.payables), max_size=2, unique_by=lambda bill: bill.ref))
    holds = [a_hold(bill, dated=draw(st.sampled_from((None, in_days(9))))) for bill in held]
    reserves = [a_reserve(6_000, "Payroll", purpose=payroll)] if draw(st.booleans()) else []
    return (*holds, *reserves)


@st.composite
def _plans(draw: st.DrawFn, bills: list[OpenItem]) -> tuple[PlannedDay, ...]:
    decided = draw(st.lists(st.sampled_from(bills), max_size=2, unique_by=lambda bill: bill.ref))
    return tuple(PlannedDay(bill.ref, Decided.SCHEDULED, draw(_FUTURE_DAYS)) for bill in decided)
