"""Invented people and firms, as many as are asked for; the dice decide which."""

from collections.abc import Sequence
from random import Random

from qbo_emulator.properties import names

_GIVEN = names(
    """
    Ada Alma Anton Aurel Basil Bela Cass Celia Clem Dora Edda Eli Enzo Esme Ezra Flora Gil Greer Hale Hollis Ida
    Ilse Inga Iris Ivo Jonas Jude Kai Lena Lior Lotte Mabel Magnus Maia Milo Mira Nell Nico Odile Olin Otto Petra
    Quinn Remy Rhea Rolf Runa Selma Silas Tova Ulla Vera Viggo Wanda Ximena Yael Zora
    """
)
_FAMILY = names(
    """
    Abelard Amsel Arkwright Barlow Bexley Birk Bramwell Caldera Castell Corrigan Dahlberg Delacroix Ebner Eklund
    Fairweather Farrow Fenwick Galloway Garrick Hallam Harker Hensley Ingram Jarvis Kestrel Kirkby Lachance
    Langley Lindgren Marchetti Marlowe Merrick Nakano Norwood Oakes Orsini Pascoe Pemberton Quill Radley Ravenel
    Rowntree Sable Sandoval Sterne Tamsin Thackeray Tolland Underhill Vance Verlaine Wexford Winslet Yardley
    Zeller
    """
)
_FIRMS = names(
    """
    Amberfield Ashgrove Birchline Blackwater Bramble Briarstone Brookmont Candlewick Cedarhall Clearbrook Cobalt
    Copperline Crestview Darrow Dovetail Eastmoor Elderwood Fairhaven Fallowfield Firestone Foxhollow Glenmore
    Granary Greystoke Hawthorne Hazelmere Highbury Hollybank Ironbridge Ivydale Kingfisher Larchmont Limestone
    Lockhart Longacre Maplecrest Meadowlark Millstone Moorland Northwind Oakridge Orchard Parkside Peregrine
    Pinecroft Quarry Redwood Ridgeline Rivermark Rosewood Sandpiper Silverton Springhill Stonegate Summerfield
    Thornbury Timberlake Valecrest Wheatfield Whitmore Wildrose Willowbank Windmere Woodlark
    """
)


def people(dice: Random, count: int) -> list[str]:
    """Return that many names of people, all different."""
    return [f"{given} {family}" for given, family in _pairs(dice, _GIVEN, _FAMILY, count)]


def invented_firms(dice: Random, kinds: Sequence[str], count: int) -> list[str]:
    """Return that many names of firms of these kinds, all different."""
    return [f"{name} {kind}" for name, kind in _pairs(dice, _FIRMS, kinds, count)]


def freelancers(dice: Random, trades: Sequence[str], count: int) -> list[tuple[str, str]]:
    """Return names of people in business for themselves, all different, each with a trade."""
    return [(f"{name} {trade.split()[0]}", trade) for name in people(dice, count) for trade in (dice.choice(trades),)]


def _pairs(dice: Random, first: Sequence[str], second: Sequence[str], count: int) -> list[tuple[str, str]]:
    """Return different pairs; no first part comes twice before each came once."""
    found: dict[tuple[str, str], None] = {}
    while len(found) < count:
        for name in dice.sample(first, len(first)):
            found.setdefault((name, dice.choice(second)))
    return list(found)[:count]
