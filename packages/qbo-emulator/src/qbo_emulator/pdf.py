"""A document as PDF: one page or more of plain text, written without any library."""

from collections.abc import Iterable, Iterator
from typing import Final

from qbo_emulator.jsontypes import JsonObject

_LINES_PER_PAGE: Final = 48
_TITLES: Final = {
    "CreditMemo": "Credit Memo",
    "RefundReceipt": "Refund Receipt",
    "SalesReceipt": "Sales Receipt",
    "Payment": "Payment Receipt",
}


def document_pdf(company_name: str, entity_type: str, entity: JsonObject) -> bytes:
    """The document on A4 pages: who, to whom, number and dates, a row per line, and the totals."""
    title = _TITLES.get(entity_type, entity_type)
    text = list(_text(company_name, title, entity))
    return _pdf([text[start : start + _LINES_PER_PAGE] for start in range(0, len(text), _LINES_PER_PAGE)])


def _text(company_name: str, title: str, entity: JsonObject) -> Iterator[str]:
    yield company_name
    yield f"{title} {entity.get('DocNumber', entity['Id'])}"
    yield ""
    customer = entity.get("CustomerRef", {}).get("name")
    if customer:
        yield f"To: {customer}"
    yield f"Date: {entity['TxnDate']}"
    if "DueDate" in entity:
        yield f"Due: {entity['DueDate']}"
    yield ""
    for line in entity.get("Line", []):
        described = line.get("Description") or _what(line)
        if "Amount" in line:
            yield f"{described[:60]:<60} {line['Amount']:>16.2f}"
        else:
            yield described[:78]
    tax = entity.get("TxnTaxDetail", {}).get("TotalTax")
    if tax:
        yield f"{'Tax':<60} {tax:>16.2f}"
    yield f"{'Total':<60} {entity['TotalAmt']:>16.2f}"
    if "Balance" in entity:
        yield f"{'Balance due':<60} {entity['Balance']:>16.2f}"


def _what(line: JsonObject) -> str:
    detail_type = str(line.get("DetailType", "Payment"))
    item = line.get(detail_type, {}).get("ItemRef", {}).get("name")
    return item or {"SubTotalLineDetail": "Subtotal", "DiscountLineDetail": "Discount"}.get(detail_type, "")


def _pdf(pages: list[list[str]]) -> bytes:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    numbers = range(4, 4 + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    for number, page in zip(numbers, pages, strict=True):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (number + 1)
        )
        content = _content(page)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _assembled(objects)


def _content(page: Iterable[str]) -> bytes:
    shown = b"\n".join(b"(%s) '" % _escaped(line) for line in page)
    return b"BT /F1 10 Tf 15 TL 50 800 Td\n%s\nET" % shown


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", errors="replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\n", b" ")


def _assembled(objects: list[bytes]) -> bytes:
    written = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(written)
