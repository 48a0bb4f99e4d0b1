"""Invented names for companies and people; a seed draws from these lists."""

from collections.abc import Sequence

_BRANCHES = ("North", "South", "East", "West", "Lakeside", "Riverside", "Uptown", "Midtown", "Heights", "Harbor")


def one_of_many(names: Sequence[str], seed: int, company_number: int) -> str:
    """Return the name of a company: companies served together, whose seeds follow each other, never share one."""
    name, rounds = names[(seed - 1) % len(names)], (company_number - 1) // len(names)
    if not rounds:
        return name
    branch = _BRANCHES[(rounds - 1) % len(_BRANCHES)]
    return f"{name} {branch}" if rounds <= len(_BRANCHES) else f"{name} {branch} {rounds // len(_BRANCHES) + 1}"


AGENCIES = (
    "Larkspur & Vane",
    "Copperhill Marketing",
    "Ninefold Agency",
    "Saltgrass & Co",
    "Pemberley Lane Media",
    "Quillback Creative",
    "Tamarack Row",
    "Bluestem Collective",
    "Halyard & Finch",
    "Oxbow Street",
)

CUSTOMERS = (
    "Alderbrook Dental Group",
    "Basswood Credit Union",
    "Brightwater Orthopedics",
    "Calloway Outdoor",
    "Cinder & Oak Grills",
    "Corvane Robotics",
    "Dunmore Senior Living",
    "Eastlight Solar",
    "Elmhollow Schools Foundation",
    "Fernleaf Cosmetics",
    "Foxglove Hotels",
    "Gantry Logistics",
    "Goldfinch Tea",
    "Harrow Hill Winery",
    "Heronsgate Realty",
    "Ironwood Fitness",
    "Juniper Vale Foods",
    "Kestering Law",
    "Lakemont Health Partners",
    "Lindqvist Furniture",
    "Marrow & Thyme Kitchens",
    "Merrivale Bank",
    "Millrace Brewing",
    "Northgate Museum",
    "Oakhaven Pet Care",
    "Osier Insurance Brokers",
    "Palisade Home Builders",
    "Pinnacle Ridge Ski",
    "Quarrystone Surfaces",
    "Redfern Travel",
    "Rosalind Theatre",
    "Sablewood Interiors",
    "Silverlode Analytics",
    "Stonebridge University Press",
    "Thistledown Toys",
    "Tidewell Clinics",
    "Umberland Paints",
    "Verity Payments",
    "Wexcombe Cycles",
    "Yarrow Farms Co-op",
)

CONTACTS = (
    "Adaeze Nwosu",
    "Anders Holm",
    "Birgit Solberg",
    "Chidi Bright",
    "Cormac Daly",
    "Delphine Roux",
    "Elena Petrova",
    "Ewa Kowalczyk",
    "Fatima Haddad",
    "Gemma Tran",
    "Greta Monroe",
    "Henrik Lund",
    "Imani Walker",
    "Isaac Feld",
    "Jonah Whitaker",
    "Kavya Menon",
    "Leila Farouk",
    "Marisol Vega",
    "Nadia Osman",
    "Orla Keane",
    "Pilar Ibarra",
    "Rafael Duarte",
    "Samir Patel",
    "Tessa Brandt",
    "Ursula Beck",
)

STAFF = (
    "Amos Kittredge",
    "Beatriz Salgado",
    "Callum Reyes",
    "Clara Winslow",
    "Dario Menendez",
    "Devika Rao",
    "Emmett Vance",
    "Farid Nassar",
    "Felix Aubert",
    "Graham Ellery",
    "Hana Kimura",
    "Hugo Bellamy",
    "Ines Moreau",
    "Jolie Marchetti",
    "Joon Park",
    "Kieran Boyle",
    "Lucas Drummond",
    "Mateo Quintana",
    "Noel Prescott",
    "Owen Castellan",
    "Quentin Marsh",
    "Rosa Lindgren",
    "Sylvie Laurent",
    "Theo Nakamura",
    "Wren Abbott",
)

CITIES = (
    ("Chicago", "IL"),
    ("Evanston", "IL"),
    ("Milwaukee", "WI"),
    ("Madison", "WI"),
    ("Indianapolis", "IN"),
    ("Grand Rapids", "MI"),
    ("St. Louis", "MO"),
    ("Minneapolis", "MN"),
)

CONTRACTORS = (
    ("Okonjo Studio", "Motion design"),
    ("Marlo Finch Copy", "Copywriting"),
    ("Pell & Rowe Photography", "Photography"),
    ("Signe Dahl Illustration", "Illustration"),
    ("Tobias Crane Video", "Video editing"),
    ("Greylock Web Works", "Web development"),
    ("Ines Calder Design", "Graphic design"),
    ("Ridley Sound", "Audio production"),
    ("Vasquez Search Consulting", "Search consulting"),
    ("Hollis Data", "Campaign analytics"),
    ("Amara Social", "Community management"),
    ("Juno Kessler Strategy", "Brand strategy"),
)

SOFTWARE = (
    ("Boardwell", 32_000),
    ("Pixelforge Suite", 84_000),
    ("Mailmeadow", 34_000),
    ("Rankharbor", 39_900),
    ("Socialoom", 38_900),
    ("Cloudnest Hosting", 44_000),
    ("Deskline Support", 18_900),
    ("Chatterbox Work", 30_000),
    ("Filedrawer", 24_000),
    ("Formpath", 9_900),
    ("Adlens Reporting", 42_000),
    ("Timepebble", 19_800),
    ("Signwell Docs", 7_500),
    ("Stockpine Images", 24_900),
    ("Typeyard Fonts", 8_900),
    ("Keyring Vault", 11_400),
    ("Proofkeeper", 14_500),
    ("Crawlkit", 12_900),
    ("Leadspring CRM", 62_000),
    ("Meetwindow", 27_000),
    ("Notebarn", 16_000),
    ("Webtally", 15_000),
    ("Castbooth", 5_900),
    ("Sheetwright", 9_600),
    ("Backstop Backup", 13_200),
)
