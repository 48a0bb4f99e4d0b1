"""What a verification says, as a person reads it: books that agree, and books with every kind of difference.

`python -m tests.golden.cli.test_verification` rewrites it; read every line of the difference before committing it.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from oodaloo.cli.verification import verification_lines
from oodaloo.domains.core.model import Business
from oodaloo.domains.core.verification import Comparison, Difference, Verification
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money
from tests.support.books import usd

GOLDEN = Path(__file__).with_name("verification.txt")
BUSINESS = Business(
    BusinessId("b1"), "Tern & Co", RealmId("77"), Currency("USD"), "US", "America/New_York", Money.zero(Currency("USD"))
)


def agreed(title: str, report: str, amount: str, *left_out: str) -> Comparison:
    """A total that is the same on both sides."""
    return Comparison(title, report, usd(amount), usd(amount), (), left_out)


def differing(whole: Comparison, mirror: str, *differences: Difference) -> Comparison:
    """The same total beside another one in the mirror."""
    return replace(whole, mirror=usd(mirror), differences=differences)


def reports() -> str:
    """Both reports below each other."""
    receivables = agreed("Receivables", "AgedReceivables", "4650.00")
    payables = agreed("Payables", "AgedPayables", "-95.67")
    assets = agreed("Assets", "BalanceSheet", "22700.25", "Euro account is kept in EUR")
    ledger = agreed("Bank accounts, six months", "GeneralLedger", "-1250.00", "230 postings that QuickBooks shows only")
    agree = Verification(BUSINESS, date(2026, 10, 2), (receivables, payables, assets, ledger), 5)
    spoilt = (
        differing(receivables, "4550.00", Difference("Invoice 10102", "Quill Books", usd(1400), usd(1300))),
        differing(
            payables,
            "-95.67",
            Difference("Bill B202", "Cloudhost", usd("345.67"), None),
            Difference("Bill payment (id 211)", "Pier 9 Properties", None, usd("-345.67")),
        ),
        differing(assets, "22699.25", Difference("Savings", "", usd(4000), usd(3999))),
        ledger,
    )
    differ = Verification(BUSINESS, date(2026, 10, 2), spoilt, 7)
    one = replace(agree, comparisons=spoilt[:1], metered_reads=1)
    return "\n\n".join("\n".join(verification_lines(each)) for each in (agree, differ, one)) + "\n"


def test_the_report_is_as_reviewed() -> None:
    """What agrees, what differs by how much, and what could not be compared, each in a line."""
    assert reports() == GOLDEN.read_text()


if __name__ == "__main__":
    GOLDEN.write_text(reports())
