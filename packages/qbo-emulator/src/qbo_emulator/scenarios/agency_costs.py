"""What the agency pays for: vendors with bills, subscriptions, everyday card spending, standing payments."""

from datetime import date, timedelta
from random import Random

from qbo_emulator.scenarios import names
from qbo_emulator.scenarios.company.chart import (
    ADVERTISING,
    BANK_CHARGES,
    BENEFITS,
    CLEANING,
    CONTRACTORS,
    ESTIMATED_TAXES,
    INSURANCE,
    LEGAL,
    MEALS,
    MEDIA,
    OFFICE_SUPPLIES,
    OWNER_DRAWS,
    PAYROLL_FEES,
    POWER,
    PRODUCTION,
    RECRUITING,
    RENT,
    SOFTWARE,
    TELEPHONE,
    TRAVEL,
)
from qbo_emulator.scenarios.company.description import (
    Rhythm,
    Spending,
    StandingPayment,
    Subscription,
    Terms,
    VendorPlan,
)
from qbo_emulator.scenarios.company.streams import cents_near, stream

OWNER = "Marguerite Sloane"
_ON_RECEIPT, _NET_10, _NET_15 = Terms("Due on receipt", 0), Terms("Net 10", 10), Terms("Net 15", 15)
_NET_30, _NET_45 = Terms("Net 30", 30), Terms("Net 45", 45)
_DISCOUNT = Terms("2% 10 Net 30", 30, discount_percent=2, discount_days=10)

# Name, account, what for, terms, rhythm, dollars, spread, bill day, days late, prefix.
_VENDOR_SLOTS: tuple[tuple[str, str, str, Terms, Rhythm, int, float, int, int, str], ...] = (
    ("Fulton Works Properties", RENT, "Office rent", Terms("Net 5", 5), "monthly", 9_800, 0.0, 1, -2, ""),
    ("Great Lakes Benefit Trust", BENEFITS, "Group health plan", _NET_15, "monthly", 8_600, 0.02, 12, -1, "GL-"),
    ("Lakeshore Power", POWER, "Electricity", _NET_15, "monthly", 640, 0.25, 8, -1, ""),
    ("Prairie Fiber", TELEPHONE, "Internet", _NET_15, "monthly", 420, 0.0, 18, -1, "PF"),
    ("Northbell Wireless", TELEPHONE, "Phones", _NET_15, "monthly", 515, 0.05, 22, 0, ""),
    ("Brightmop Cleaning", CLEANING, "Office cleaning", _NET_15, "monthly", 780, 0.0, 5, 3, "BM-"),
    ("Hartwell & Moss CPAs", LEGAL, "Monthly accounting", _NET_30, "monthly", 1_650, 0.0, 3, 2, "HM-"),
    ("Tolliver Legal", LEGAL, "Legal advice", _NET_30, "monthly", 950, 0.5, 25, 8, "TL-"),
    ("Switchyard IT Support", SOFTWARE, "IT support", _NET_30, "monthly", 1_250, 0.0, 1, 4, "SW-"),
    ("Lumenprint", PRODUCTION, "Printing", _NET_30, "twice_a_month", 1_300, 0.4, 7, 8, "LP-"),
    ("Stagecraft Rentals", PRODUCTION, "Equipment rental", _NET_30, "monthly", 1_500, 0.4, 14, 6, "SR-"),
    ("Lattimer Research", PRODUCTION, "Audience panels", _DISCOUNT, "monthly", 3_200, 0.3, 20, -20, "LR-"),
    ("Broadline Media Buying", MEDIA, "Media placements", _NET_30, "monthly", 5_200, 0.25, 4, 10, "BL-"),
    ("Radiant Outdoor Media", MEDIA, "Billboards", _NET_30, "monthly", 2_700, 0.2, 9, 5, "RO-"),
    ("Calumet Workers Cover", INSURANCE, "Workers compensation", _NET_15, "quarterly", 3_900, 0.05, 15, 0, "CW-"),
    ("Datasill Warehouse", SOFTWARE, "Data hosting", _NET_30, "monthly", 480, 0.1, 2, 3, "DS-"),
    ("Orbit Phone Systems", SOFTWARE, "Phone system", _NET_30, "monthly", 260, 0.0, 11, 2, "OP-"),
    ("Vellum Proofing", SOFTWARE, "Proofing licences", _NET_30, "monthly", 340, 0.0, 16, 5, "VP-"),
    ("Harvest Metrics", SOFTWARE, "Media measurement", _NET_30, "monthly", 890, 0.0, 24, 4, "HV-"),
)
_PAID_BY_CARD = frozenset({"Vellum Proofing", "Harvest Metrics"})
_CONTRACTOR_DOLLARS = (2_400, 950, 2_100, 850, 2_000, 1_500, 1_750, 700, 1_900, 900, 1_300, 1_300)
_CONTRACTOR_LATE_DAYS = (1, 0, 11, 3, 6, 13, 0, 2, 9, 4, -1, 14)
_CONTRACTOR_TERMS = (_NET_30, _NET_15, _NET_30, _NET_15, _NET_30, _NET_30)


_YEARLY_PLANS, _YEARLY_PRICE_IN_MONTHS = frozenset({1, 7, 16, 18}), 10


def agency_vendors(seed: int, end: date) -> tuple[VendorPlan, ...]:
    """Return everyone who sends bills; the two large yearly ones came lately and fall due about six weeks after."""
    return (*_fixed_vendors(seed), *_yearly_bills(seed, end), *_contractors(seed))


def agency_subscriptions(seed: int, end: date) -> tuple[Subscription, ...]:
    """Return the software that charges by itself, mostly to the card; the yearly plans renewed just before the end."""
    return tuple(_subscription(seed, end, number, *one) for number, one in enumerate(names.SOFTWARE))


def agency_spending(seed: int) -> tuple[Spending, ...]:
    """Return the kinds of everyday card spending, a little different under every seed."""
    kinds = (
        (MEALS, "Client lunch", ("Copper Ladle", "Birch Table", "Noodle Yard", "Fig & Olive Room"), 2.4, 78, 0.6),
        (MEALS, "Team coffee", ("Morning Press", "Second Cup Corner"), 2.2, 24, 0.5),
        (TRAVEL, "Rides", ("Hailo Rides", "Metro Cabs"), 2.6, 31, 0.6),
        (TRAVEL, "Client travel", ("Skyline Air", "Union Rail", "Harborline Hotels"), 0.6, 410, 0.5),
        (OFFICE_SUPPLIES, "Office supplies", ("Paperclip Depot", "Desk & Drawer"), 1.1, 96, 0.7),
        (ADVERTISING, "Search ads", ("Findwell Ads",), 1.0, 380, 0.2),
        (ADVERTISING, "Social ads", ("Loopfeed Ads", "Pinwheel Ads"), 0.8, 260, 0.3),
        (RECRUITING, "Job postings", ("Hirepost",), 0.25, 220, 0.4),
        (PRODUCTION, "Props and materials", ("Stagebox Supply", "Craft Union"), 0.5, 145, 0.6),
    )
    return tuple(_everyday(seed, *kind) for kind in kinds)


def agency_standing(seed: int) -> tuple[StandingPayment, ...]:
    """Return what leaves checking by itself: draws, estimated taxes, fees."""
    dice = stream(seed, "standing payments")
    tax_cents = cents_near(dice, 950_000, 0.15, round_to_cents=10_000)
    state_cents = cents_near(dice, 280_000, 0.15, round_to_cents=5_000)
    quarters = (1, 4, 6, 9)
    return (
        StandingPayment("Owner draw", OWNER, OWNER_DRAWS, 300_000, 15, by_check=True),
        StandingPayment("Federal estimated tax", "US Treasury", ESTIMATED_TAXES, tax_cents, 15, quarters),
        StandingPayment(
            "State estimated tax", "Illinois Department of Revenue", ESTIMATED_TAXES, state_cents, 15, quarters
        ),
        StandingPayment("Bank service charge", None, BANK_CHARGES, 3_500, 28, spread=0.3),
        StandingPayment("Payroll service fee", "Ledgerpay Payroll", PAYROLL_FEES, 24_500, 6, spread=0.04),
    )


def _fixed_vendors(seed: int) -> tuple[VendorPlan, ...]:
    return tuple(_vendor(slot, stream(seed, "vendor", slot[0])) for slot in _VENDOR_SLOTS)


def _vendor(slot: tuple[str, str, str, Terms, Rhythm, int, float, int, int, str], dice: Random) -> VendorPlan:
    name, account, description, terms, rhythm, dollars, spread, bill_day, late_days, prefix = slot
    return VendorPlan(
        name=name,
        account=account,
        description=description,
        terms=terms,
        rhythm=rhythm,
        typical_cents=cents_near(dice, dollars * 100, 0.06, round_to_cents=500),
        spread=spread,
        bill_day=bill_day,
        median_late_days=late_days + (dice.choice((-1, 0, 1)) if late_days > 0 else 0),
        bill_prefix=prefix,
        credit_share=0.06 if account in (MEDIA, PRODUCTION) else 0.0,
        paid_by_card=name in _PAID_BY_CARD,
    )


def _yearly_bills(seed: int, end: date) -> tuple[VendorPlan, ...]:
    insurance = ("Mutual Prairie Insurance", INSURANCE, "Business policy, yearly premium", 16_500, 40, "MP-")
    sponsoring = ("Lakefront Brand Summit", ADVERTISING, "Conference sponsorship", 11_000, 36, "LBS-")
    return tuple(_yearly_bill(seed, end, *one) for one in (insurance, sponsoring))


def _yearly_bill(
    seed: int, end: date, name: str, account: str, description: str, dollars: int, due_in_days: int, prefix: str
) -> VendorPlan:
    billed = end + timedelta(days=due_in_days - _NET_45.due_days)
    return VendorPlan(
        name=name,
        account=account,
        description=description,
        terms=_NET_45,
        rhythm="yearly",
        typical_cents=cents_near(stream(seed, "yearly bill", name), dollars * 100, 0.08, round_to_cents=5_000),
        spread=0.0,
        bill_day=billed.day,
        months=(billed.month,),
        bill_prefix=prefix,
    )


def _contractors(seed: int) -> tuple[VendorPlan, ...]:
    return tuple(_contractor(seed, number, *who) for number, who in enumerate(names.CONTRACTORS))


def _contractor(seed: int, number: int, name: str, trade: str) -> VendorPlan:
    dice = stream(seed, "contractor", name)
    initials = "".join(word[0] for word in name.split() if word[0].isalpha()).upper()
    return VendorPlan(
        name=name,
        account=CONTRACTORS,
        description=trade,
        terms=_CONTRACTOR_TERMS[number % len(_CONTRACTOR_TERMS)],
        rhythm="twice_a_month" if number % 2 else "monthly",
        typical_cents=cents_near(dice, _CONTRACTOR_DOLLARS[number] * 100, 0.08, round_to_cents=500),
        spread=0.35,
        bill_day=1 + (number * 3) % 13,
        median_late_days=_CONTRACTOR_LATE_DAYS[number] + dice.choice((-1, 0, 1)),
        bill_prefix=f"{initials}-",
        is_1099=True,
        skip_share=0.18,
        credit_share=0.02 if number % 4 == 0 else 0.0,
    )


def _subscription(seed: int, end: date, number: int, name: str, cents: int) -> Subscription:
    dice = stream(seed, "subscription price", name)
    renewed = end - timedelta(days=dice.randint(4, 13)) if number in _YEARLY_PLANS else None
    return Subscription(
        name=name,
        account=SOFTWARE,
        cents=cents * (_YEARLY_PRICE_IN_MONTHS if renewed else 1),
        day=renewed.day if renewed else 1 + dice.randrange(28),
        month=renewed.month if renewed else None,
        from_card=bool(renewed) or number % 7 != 3,
        usage_spread=0.25 if number % 8 == 5 else 0.0,
    )


def _everyday(
    seed: int, account: str, description: str, payees: tuple[str, ...], per_week: float, dollars: int, spread: float
) -> Spending:
    dice = stream(seed, "everyday spending", description)
    typical_cents = cents_near(dice, dollars * 100, 0.1)
    return Spending(account, description, payees, per_week * dice.uniform(0.9, 1.1), typical_cents, spread, 0.02)
