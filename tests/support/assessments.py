"""Builders of assessments: a small agency on Friday, Oct 2, 2026, whose line follows from the items it is given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from oodaloo.kit.dates import BankCalendar, DateRange
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.assessment import Assessment, OpenSummary
from oodaloo.runway.model.picture import (
    BookCheck,
    Books,
    BusinessFacts,
    CardAccount,
    CashAccount,
    CashMovement,
    CashPicture,
    Credit,
    MovementKind,
    OpenItem,
)
from oodaloo.runway.model.recurring import (
    FlowClass,
    FlowSource,
    Hit,
    Lifecycle,
    RecurringFlow,
    Residual,
    Rhythm,
)
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.runway import (
    HORIZON_DAYS,
    BurnState,
    Coverage,
    DatedItem,
    FirstBelow,
    ItemKind,
    LeftOut,
    LowestPoint,
    NetBurn,
    PayrollCover,
    ProjectedDay,
    Projection,
    Runway,
    RunwayState,
    SimulatedDay,
    Simulation,
)
from oodaloo.runway.model.unknown import Unknown

USD = Currency("USD")
TODAY = date(2026, 10, 2)
SYNCED = datetime(2026, 10, 2, 10, 40, tzinfo=UTC)
NOW = datetime(2026, 10, 2, 13, 0, tzinfo=UTC)
PAYROLL_KEY = "payroll:gusto"


def usd(amount: str) -> Money:
    """Dollars."""
    return Money.of(amount, USD)


def in_days(days: int) -> date:
    """The day that many days after the agency's Friday."""
    return TODAY + timedelta(days=days)


def an_item(
    days: int,
    amount: str,
    label: str,
    *,
    kind: ItemKind = ItemKind.RECURRING,
    flow_class: FlowClass | None = None,
    flow_key: str | None = None,
    records: tuple[RecordRef, ...] = (),
) -> DatedItem:
    """Money expected `days` after today; an open document unless it is said to be something else."""
    return DatedItem(
        dated=in_days(days),
        amount=usd(amount),
        kind=kind,
        label=label,
        reason=f"the reason of {label}",
        party=Party("1", label),
        flow_class=flow_class,
        flow_key=flow_key,
        records=records,
    )


def an_invoice(days: int, amount: str, customer: str, number: str) -> DatedItem:
    """An open invoice that is expected to be paid on a day."""
    return an_item(
        days, amount, customer, kind=ItemKind.RECEIVABLE, records=(RecordRef(RecordKind.INVOICE, number, number),)
    )


def a_bill(days: int, amount: str, vendor: str, number: str) -> DatedItem:
    """An open bill that will be paid on a day."""
    return an_item(days, amount, vendor, kind=ItemKind.PAYABLE, records=(RecordRef(RecordKind.BILL, number, number),))


def a_payroll(days: int, amount: str = "-61240") -> DatedItem:
    """A payroll on a day."""
    return an_item(days, amount, "Payroll", flow_class=FlowClass.PAYROLL, flow_key=PAYROLL_KEY)


def agency_items() -> tuple[DatedItem, ...]:
    """What an agency of 22 people expects in 13 weeks."""
    regular = [a_payroll(days) for days in range(7, HORIZON_DAYS, 14)]
    weekly = [
        an_item(days, "-2150", "Other spending", kind=ItemKind.RESIDUAL) for days in range(5, HORIZON_DAYS + 1, 7)
    ]
    retainers = [
        an_item(days, "5400", f"Retainer {client}", flow_class=FlowClass.RETAINER, flow_key=f"retainer:{client}")
        for days in (4, 33, 63)
        for client in ("Alder", "Birch", "Cedar", "Dune", "Elm", "Fir", "Grove", "Hazel", "Iris")
    ]
    documents = [
        an_invoice(3, "6400.00", "Marlow Dental", "2055"),
        an_invoice(12, "16500.00", "Alder Health", "2061"),
        an_invoice(17, "24000.00", "Vantage Realty", "2063"),
        an_invoice(27, "14200.00", "Juniper Hotels", "2064"),
        an_invoice(45, "28500.00", "Summit Credit Union", "2066"),
        an_invoice(20, "38000.00", "Ridgeway Schools", "2067"),
        an_invoice(58, "52000.00", "Tern & Co", "2068"),
        an_invoice(72, "61000.00", "Loma Foods", "2070"),
        a_bill(3, "-9800.00", "Pier 9 Properties", "4410"),
        a_bill(5, "-4250.00", "Maya Ortiz, copywriter", "4412"),
        a_bill(12, "-5640.00", "Bluebird Print", "4420"),
        a_bill(21, "-6900.00", "Okafor Studio", "4424"),
        a_bill(24, "-7800.00", "Fieldnote Video", "4425"),
        a_bill(26, "-9600.00", "Brightwork Media", "4427"),
        an_item(32, "-13600", "Card payment", kind=ItemKind.CARD_BALANCE, flow_class=FlowClass.CARD_PAYMENT),
        an_item(42, "-15400", "Insurance", flow_class=FlowClass.INSURANCE, flow_key="insurance"),
    ]
    return tuple(sorted([*regular, *weekly, *retainers, *documents], key=lambda item: item.dated))


def a_projection(items: Sequence[DatedItem], opening: str = "72397.82") -> Projection:
    """The line that follows from an opening amount and items."""
    level, days = usd(opening), []
    for number in range(HORIZON_DAYS + 1):
        todays = tuple(item for item in items if item.dated == in_days(number))
        level += Money.total((item.amount for item in todays), USD)
        days.append(ProjectedDay(in_days(number), level, todays))
    return Projection(TODAY, usd(opening), tuple(days), ())


def a_simulation(projection: Projection, buffer: Money) -> Simulation:
    """Futures that all go as the line does."""
    crossing = next((number for number, day in enumerate(projection.days) if day.spendable < buffer), None)
    until = None if crossing is None else in_days(crossing)
    days = (
        SimulatedDay(d.day, d.spendable, d.spendable, d.spendable, d.spendable, float(d.spendable.cents < 0))
        for d in projection.days
    )
    by_day = tuple(1_000 if number == crossing else 0 for number in range(len(projection.days)))
    first_below = FirstBelow(by_day, until, until, until)
    return Simulation(TODAY, projection.opening, 1_000, tuple(days), first_below, calibrated=True, fridays=40)


def an_assessment(
    items: Sequence[DatedItem] | None = None,
    *,
    opening: str = "72397.82",
    buffer: str = "10000",
    name: str = "Harbor & Pine",
) -> Assessment:
    """The agency, or another business with these items; dated when its line falls below the buffer, else beyond."""
    projection = a_projection(agency_items() if items is None else items, opening)
    crossing = next((day for day in projection.days if day.spendable < usd(buffer)), None)
    lowest = min(projection.days, key=lambda day: day.spendable.cents)
    simulation = a_simulation(projection, usd(buffer))
    runway = Runway(
        as_of=TODAY,
        spendable=usd(opening),
        buffer=usd(buffer),
        state=RunwayState.DATED if crossing else RunwayState.BEYOND_HORIZON,
        covered_until=crossing.day if crossing else None,
        cautious_until=simulation.first_below.cautious,
        good_until=simulation.first_below.good,
        calibrated=simulation.calibrated,
        lowest=LowestPoint(lowest.day, lowest.spendable),
        payrolls=tuple(
            PayrollCover(day.day, -item.amount, day.spendable, 0.0 if day.spendable.cents >= 0 else 1.0)
            for day in projection.days
            for item in day.items
            if item.flow_class is FlowClass.PAYROLL
        ),
        net_burn=NetBurn(BurnState.BURNING, 64, usd("1120"), DateRange(in_days(-95), in_days(-5))),
        coverage=Coverage(19, usd("6230"), DateRange(in_days(-95), in_days(-5))),
        because=("Spendable cash falls below the buffer with the card payment of Tue, Nov 3.",),
    )
    summary = OpenSummary(usd("158000"), usd("40850"), 10, usd("3200"))
    return Assessment(
        a_picture(opening, buffer, name),
        projection,
        simulation,
        runway,
        summary,
        OpenSummary(usd("69762.40"), usd("0"), 35, usd("0")),
    )


def in_state(assessment: Assessment, state: RunwayState) -> Assessment:
    """The same assessment with another answer: without a date, and without a line to point at when unknown."""
    unknown = state is RunwayState.UNKNOWN
    runway = replace(
        assessment.runway,
        state=state,
        covered_until=None,
        cautious_until=None,
        good_until=None,
        lowest=None if unknown else assessment.runway.lowest,
        payrolls=() if unknown else assessment.runway.payrolls,
        net_burn=NetBurn(BurnState.UNKNOWN, None, None, None) if unknown else assessment.runway.net_burn,
        coverage=Unknown(("Bank activity begins only 9 days ago.",)) if unknown else assessment.runway.coverage,
        because=("Bank activity begins only 9 days ago; at least 4 full weeks are needed.",) if unknown else (),
    )
    return replace(assessment, runway=runway)


def with_left_out(assessment: Assessment) -> Assessment:
    """The same with a stale invoice that the projection gives no date."""
    left = LeftOut(
        RecordRef(RecordKind.INVOICE, "1999", "1999"),
        Party("7", "Oldham & Sons"),
        usd("2400"),
        "no invoice was ever paid this late",
    )
    return replace(assessment, projection=replace(assessment.projection, left_out=(left,)))


def a_picture(opening: str, buffer: str, name: str) -> CashPicture:
    """The books behind the agency's line: two accounts, a card, documents, 13 weeks of movements, a payroll flow."""
    hits = tuple(
        Hit(RecordRef(RecordKind.PURCHASE, str(900 + n), ""), in_days(7 - 14 * n), usd("-61240")) for n in range(1, 9)
    )
    payroll = RecurringFlow(
        key=PAYROLL_KEY,
        party=Party(None, "Gusto"),
        label="Payroll, Gusto",
        flow_class=FlowClass.PAYROLL,
        source=FlowSource.MOVEMENT,
        rhythm=Rhythm.BIWEEKLY,
        interval_days=14,
        typical_amount=usd("-61240"),
        low_amount=usd("-62100"),
        high_amount=usd("-59880"),
        settles_after_days=0,
        lifecycle=Lifecycle.EXPECTED,
        upcoming=tuple(in_days(days) for days in range(7, 364, 14)),
        hits=hits,
    )
    residual = Residual(13, usd("0"), usd("2150"), usd("0"), usd("300"))
    return CashPicture("books-1", the_books(opening, buffer, name), (payroll,), residual)


def the_books(opening: str, buffer: str, name: str) -> Books:
    """The facts that the agency's picture rests on; savings take what checking doesn't hold of the opening amount."""
    business = BusinessFacts(
        BusinessId("harbor"), name, RealmId("9130"), USD, "America/New_York", BankCalendar(frozenset()), usd(buffer)
    )
    savings = usd("22240.00")
    return Books(
        business=business,
        as_of=TODAY,
        known_at=SYNCED,
        synced_at=SYNCED,
        accounts=(
            CashAccount(_account("35"), "Operating checking ··4417", "Checking", usd(opening) - savings, True),
            CashAccount(_account("36"), "Savings ··0932", "Savings", savings, True),
            CashAccount(_account("37"), "Payroll trust", "TrustAccounts", usd("1500"), False),
        ),
        undeposited=usd("6400"),
        cards=(CardAccount(_account("41"), "Business card", usd("13600")),),
        receivables=(_open("2061", "Alder Health", -30, 5), _open("2041", "Northline Outdoor", -51, -21)),
        unapplied_receipts=(
            Credit(RecordRef(RecordKind.PAYMENT, "88", ""), Party("9", "Juniper Hotels"), in_days(-8), usd("3200")),
        ),
        payables=(_open("4427", "Brightwork Media", -4, 26, RecordKind.BILL),),
        vendor_credits=(),
        invoices_issued=(),
        bills_issued=(),
        settled_invoices=(),
        settled_bills=(),
        movements=_movements(),
        checks=(BookCheck("Accounts Receivable (A/R)", usd("158200"), usd("158000")),),
        foreign_documents=2,
    )


def _open(number: str, party: str, issued: int, due: int, kind: RecordKind = RecordKind.INVOICE) -> OpenItem:
    ref = RecordRef(kind, number, number)
    return OpenItem(ref, Party(number, party), in_days(issued), in_days(due), usd("16500"), usd("12000"))


def _account(record_id: str) -> RecordRef:
    return RecordRef(RecordKind.ACCOUNT, record_id, "")


def _movements() -> tuple[CashMovement, ...]:
    return tuple(
        CashMovement(
            RecordRef(RecordKind.PURCHASE, str(5000 + n), ""),
            in_days(-n),
            usd("-61240") if n % 14 == 7 else usd("9800") if n % 3 else usd("-1450.50"),
            MovementKind.SPENDING if n % 3 == 0 or n % 14 == 7 else MovementKind.CUSTOMER_RECEIPT,
            Party(None, f"Party {n}"),
            "Office expenses",
            "",
        )
        for n in range(1, 120)
    )
