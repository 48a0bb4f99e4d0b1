"""What a verification found, as text: each total beside QuickBooks' own, and the documents that differ."""

import sys

from oodaloo.domains.core.verification import Comparison, Difference, Verification
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.money import Money
from oodaloo.runway.model.wording import day_text, money_text

_TITLE_WIDTH = 26
_AMOUNT_WIDTH = 16


class DifferencesFoundError(OodalooError):
    """The mirror isn't what QuickBooks' reports say; the report names what differs. Read the books anew."""


def print_verification(found: Verification) -> None:
    """Write the report to stdout."""
    sys.stdout.write("\n".join(verification_lines(found)) + "\n")


def verification_lines(found: Verification) -> list[str]:
    """A line per total, the differences below it, and at the end what was found and what it took."""
    lines = [f"{found.business.name}, {day_text(found.as_of)}, {found.as_of.year}: the mirror against QuickBooks", ""]
    for comparison in found.comparisons:
        lines += _comparison(comparison)
    verdict = counted(found.differences, "difference") if found.differences else "Everything agrees"
    return [*lines, "", f"{verdict}; {counted(found.metered_reads, 'metered read')}."]


def counted(number: int, what: str) -> str:
    """A number with its noun: "1 place", "3 places"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _comparison(comparison: Comparison) -> list[str]:
    amount = money_text(comparison.quickbooks, cents=True)
    verdict = "differs" if comparison.differences else "agrees"
    lines = [f"{comparison.title:<{_TITLE_WIDTH}}{amount:>{_AMOUNT_WIDTH}}  {verdict:<9}{comparison.report}"]
    lines += [f"  {_difference(each)}" for each in comparison.differences]
    lines += [f"  not compared: {each}" for each in comparison.left_out]
    return lines


def _difference(each: Difference) -> str:
    named = f"{each.name}, {each.party}" if each.party else each.name
    return f"{named}: QuickBooks {_told(each.quickbooks)}, mirror {_told(each.mirror)}"


def _told(amount: Money | None) -> str:
    return "none" if amount is None else money_text(amount, cents=True)
