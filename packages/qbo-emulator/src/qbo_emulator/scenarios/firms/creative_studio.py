"""A creative studio: project work in waves, many freelancers and production costs; it lives close to its cash."""

from qbo_emulator.scenarios.company.chart import (
    ADVERTISING,
    BENEFITS,
    CLEANING,
    INSURANCE,
    LEGAL,
    MEALS,
    MEDIA,
    OFFICE_SUPPLIES,
    POWER,
    PRODUCTION,
    PROJECT_INCOME,
    RENT,
    RETAINER_INCOME,
    SOFTWARE,
    TELEPHONE,
    TRAVEL,
)
from qbo_emulator.scenarios.firms.tables import (
    DISCOUNTED,
    ERRATIC,
    ERRATIC_BY_CHECK,
    IN_PARTS,
    NET_5,
    NET_15,
    NET_30,
    NET_45,
    PROMPT,
    PROMPT_BY_CHECK,
    SLOW,
    SLOW_BY_CHECK,
    TWICE_A_MONTH,
    CashHabits,
    Costs,
    CustomerSlot,
    Industry,
    SpendingSlot,
    VendorSlot,
)

_BRAND, _CONTENT = "Brand Retainer", "Content Retainer"
_IDENTITY, _FILM, _EXHIBIT = "Brand Identity", "Film Production", "Exhibit Design"

CREATIVE_STUDIO = Industry(
    name="creative-studio",
    company_names=(
        *("Inkwell & Ember", "Studio Halftone", "Paper Lantern Works", "Moth & Marigold", "Longhand Studio"),
        *("Salt Lick Pictures", "Tinderbox Design", "Kiln & Co", "Third Coast Frames", "Velvet Anvil"),
        *("Wren House Studio", "Ochre Street"),
    ),
    owner="Saskia Thorne",
    streets=("West Hubbard Street", "Canal Walk", "Mill Street", "South Morgan Street"),
    places=(("Chicago", "IL", "60642"), ("Milwaukee", "WI", "53204"), ("Evanston", "IL", "60201")),
    billed_per_head_dollars=128_000,
    items=(
        (_BRAND, RETAINER_INCOME),
        (_CONTENT, RETAINER_INCOME),
        (_IDENTITY, PROJECT_INCOME),
        (_FILM, PROJECT_INCOME),
        (_EXHIBIT, PROJECT_INCOME),
    ),
    busy_by_month=(0.72, 0.90, 1.06, 1.08, 1.06, 1.00, 0.74, 0.82, 1.18, 1.22, 1.18, 1.04),
    customers=(
        CustomerSlot(SLOW, NET_30, None, (3.2, 24_000, _FILM)),
        CustomerSlot(PROMPT, NET_30, (5_800, 1, _BRAND)),
        CustomerSlot(ERRATIC, NET_45, None, (2.8, 19_000, _IDENTITY)),
        CustomerSlot(PROMPT_BY_CHECK, NET_15, (3_400, 1, _CONTENT), (1.0, 9_000, _FILM)),
        CustomerSlot(IN_PARTS, NET_30, None, (2.4, 28_000, _EXHIBIT)),
        CustomerSlot(TWICE_A_MONTH, NET_30, (4_600, 15, _CONTENT)),
        CustomerSlot(SLOW_BY_CHECK, NET_30, None, (3.6, 11_000, _IDENTITY)),
        CustomerSlot(ERRATIC_BY_CHECK, NET_30, None, (2.6, 15_000, _FILM)),
        CustomerSlot(PROMPT, NET_15, (2_700, 1, _CONTENT)),
        CustomerSlot(SLOW, NET_45, None, (2.0, 34_000, _EXHIBIT)),
        CustomerSlot(TWICE_A_MONTH, NET_30, None, (3.0, 17_000, _FILM)),
        CustomerSlot(ERRATIC, NET_30, (3_900, 1, _BRAND), (1.4, 13_000, _IDENTITY)),
    ),
    customer_kinds=(
        *("Brewing", "Museum", "Theatre", "Outdoor", "Cosmetics", "Records", "Kitchens", "Hotels", "Festival"),
        *("Toys", "Coffee Roasters", "Cycles"),
    ),
    vendors=(
        VendorSlot("Cinder Block Lofts", RENT, "Studio rent", NET_5, "monthly", 6_200, 0.0, 1, 0),
        VendorSlot(
            "Lightbox Rentals", PRODUCTION, "Camera and light", NET_30, "twice_a_month", 1_900, 0.5, 4, 9, "LX-"
        ),
        VendorSlot("Union Print House", PRODUCTION, "Printing", NET_30, "twice_a_month", 1_400, 0.4, 8, 8, "UP-"),
        VendorSlot("Stagehand Carpentry", PRODUCTION, "Set building", NET_30, "monthly", 2_600, 0.5, 13, 12, "SC-"),
        VendorSlot(
            "Great Plains Benefits", BENEFITS, "Group health plan", NET_15, "monthly", 4_900, 0.02, 12, 0, "GP-"
        ),
        VendorSlot("Colour Room", PRODUCTION, "Colour grading", DISCOUNTED, "monthly", 2_100, 0.3, 20, 6, "CR-"),
        VendorSlot("Lakeline Power", POWER, "Electricity", NET_15, "monthly", 690, 0.25, 8, 2),
        VendorSlot("Threadwire Internet", TELEPHONE, "Internet", NET_15, "monthly", 360, 0.0, 18, 0, "TI"),
        VendorSlot("Birdsong Audio", PRODUCTION, "Sound mixing", NET_30, "monthly", 1_600, 0.35, 17, 10, "BA-"),
        VendorSlot("Posterline Media", MEDIA, "Poster sites", NET_30, "monthly", 2_400, 0.3, 6, 14, "PL-"),
        VendorSlot("Marsh & Quill CPAs", LEGAL, "Monthly accounting", NET_30, "monthly", 950, 0.0, 3, 6, "MQ-"),
        VendorSlot(
            "Gearshield Insurance", INSURANCE, "Equipment policy", NET_15, "quarterly", 2_700, 0.05, 15, 2, "GI-"
        ),
        VendorSlot("Dustpan Sisters", CLEANING, "Studio cleaning", NET_15, "monthly", 480, 0.0, 5, 5, "DS-"),
        VendorSlot("Archive & Stock", PRODUCTION, "Footage licences", NET_30, "monthly", 1_100, 0.4, 23, 4, "AS-"),
        VendorSlot("Cartwright Catering", MEALS, "Shoot catering", NET_15, "twice_a_month", 620, 0.4, 9, 3, "CC-"),
        VendorSlot("Vanrunner Transport", TRAVEL, "Equipment vans", NET_30, "monthly", 980, 0.4, 27, 7, "VR-"),
        VendorSlot(
            "Renderyard", SOFTWARE, "Render hours", NET_30, "monthly", 1_350, 0.35, 2, 3, "RY-", paid_by_card=True
        ),
        VendorSlot("Festival Desk", ADVERTISING, "Award entries", NET_30, "quarterly", 1_500, 0.2, 10, 5, "FD-"),
    ),
    trades=("Illustration", "Animation", "Camera", "Editing", "Styling", "Copywriting", "Lettering"),
    spending=(
        SpendingSlot(MEALS, "Client lunch", ("Fig & Olive Room", "Birch Table"), 2.2, 74, 0.6),
        SpendingSlot(MEALS, "Late suppers", ("Noodle Yard", "Taqueria Sol"), 2.6, 46, 0.5),
        SpendingSlot(TRAVEL, "Rides", ("Hailo Rides", "Metro Cabs"), 3.4, 29, 0.6),
        SpendingSlot(PRODUCTION, "Props and materials", ("Stagebox Supply", "Craft Union"), 3.4, 132, 0.6),
        SpendingSlot(OFFICE_SUPPLIES, "Art supplies", ("Desk & Drawer", "Pigment House"), 1.8, 68, 0.7),
        SpendingSlot(TRAVEL, "Location travel", ("Skyline Air", "Union Rail"), 0.7, 380, 0.5),
        SpendingSlot(ADVERTISING, "Social ads", ("Loopfeed Ads",), 0.7, 180, 0.3),
    ),
    yearly_pay_dollars=(98_000, 62_000, 74_000, 51_000, 82_000, 58_000, 69_000, 47_000, 77_000, 54_000),
    costs=Costs(pay=0.44, freelancers=0.16, vendors=0.19),
    cash=CashHabits(3.0, 0.8, 2.6, 4.0, 0.3, last_distribution_days=31, floor=0.4),
    payroll_kind="journal",
    payroll_provider="Paylane",
)
