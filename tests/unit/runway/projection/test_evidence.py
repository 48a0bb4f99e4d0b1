"""What the receipt model is told of invoices, out of the books."""

from dataclasses import replace
from datetime import date

from oodaloo.runway.calculators.projection.evidence import documents_of
from oodaloo.runway.model.picture import OpenItem, PartReceipt
from oodaloo.runway.model.receipts import Document, PartPayment
from tests.support.books import an_invoice, books, days_ago, paid, undated, usd


def a_part(invoice: OpenItem, amount: int, dated: date, *, cash: bool = True) -> PartReceipt:
    """A part of an invoice that was settled on a day."""
    return PartReceipt(invoice.ref, dated, usd(amount), cash)


def told(invoice: OpenItem, *payments: PartPayment, written_off: date | None = None) -> Document:
    """The document that an invoice should become."""
    party = invoice.party.id or ""
    cents = invoice.total.cents
    return Document(invoice.ref.id, party, invoice.issued, invoice.due, cents, payments, written_off)


def test_whole_in_parts_by_credits_and_open() -> None:
    """1,000 each: paid at once; in cash of 600 and 400; 700 in cash, the rest credited; credited altogether; open."""
    at_once, in_two, cut, credited = (an_invoice(due=days_ago(40), issued=days_ago(70)) for _ in range(4))
    still_open = replace(an_invoice(), open=usd(750))
    of = books(
        invoices=[still_open],
        past_invoices=[at_once, in_two, cut, credited],
        settled=[paid(each, days_late=9)[0] for each in (at_once, in_two, cut)],
    )
    parts = (
        a_part(in_two, 600, days_ago(50)),
        a_part(in_two, 400, days_ago(31)),
        a_part(cut, 700, days_ago(31)),
        a_part(cut, 300, days_ago(20), cash=False),
        a_part(credited, 1_000, days_ago(25), cash=False),
        a_part(still_open, 250, days_ago(3)),
    )
    assert documents_of(replace(of, part_receipts=parts)) == [
        told(at_once, PartPayment(days_ago(31), 100_000)),
        told(in_two, PartPayment(days_ago(50), 60_000), PartPayment(days_ago(31), 40_000)),
        told(cut, PartPayment(days_ago(31), 70_000), written_off=days_ago(20)),
        told(still_open, PartPayment(days_ago(3), 25_000)),
        told(credited, written_off=days_ago(25)),
    ]


def test_what_nobody_knows_the_due_date_of_or_is_too_old_says_nothing() -> None:
    """A credited invoice without due date and one of four years ago are left out."""
    old, dateless = an_invoice(issued=days_ago(1_500), due=days_ago(1_470)), undated(an_invoice())
    of = books(past_invoices=[old, dateless], settled=[paid(old, days_late=9)[0]])
    assert documents_of(replace(of, part_receipts=(a_part(dateless, 1_000, days_ago(9), cash=False),))) == []
