"""What the books say about when invoices were paid: whole, in parts, by credits that brought no money, or not yet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.receipts.documents import LONGEST_DAYS
from oodaloo.runway.model.picture import Books, OpenItem, PartReceipt, SettledItem
from oodaloo.runway.model.receipts import Document, PartPayment
from oodaloo.runway.model.reference import RecordRef


def documents_of(books: Books) -> list[Document]:
    """The invoices as the receipt model takes them, in whole cents.

    Each part in cash counts on its own day. What credits settled never comes, as known since the last of them. Of an
    open invoice what is left counts, with the parts in cash before. Older than three years they say nothing any more.
    """
    parts: defaultdict[RecordRef, list[PartReceipt]] = defaultdict(list)
    for part in books.part_receipts:
        parts[part.invoice].append(part)
    return [document for document in _documents(books, parts) if (books.as_of - document.issued).days <= LONGEST_DAYS]


def _documents(books: Books, parts: Mapping[RecordRef, list[PartReceipt]]) -> Iterator[Document]:
    for settled in books.settled_invoices:
        known = parts.get(settled.ref)
        whole = (PartPayment(settled.settled, settled.total.cents),)
        yield _over(settled, whole if known is None else _in_cash(known), known or ())
    for item in books.receivables:
        payments = _in_cash(parts.get(item.ref, ()))
        cents = item.open.cents + sum(payment.cents for payment in payments)
        yield Document(item.ref.id, party_key(item.party), item.issued, item.due, cents, payments)
    paid = {settled.ref for settled in books.settled_invoices}
    for item in books.invoices_issued:
        if item.ref in parts and item.open.is_zero and not item.due_assumed and item.ref not in paid:
            yield _over(item, _in_cash(parts[item.ref]), parts[item.ref])


def _over(item: OpenItem | SettledItem, payments: tuple[PartPayment, ...], parts: Sequence[PartReceipt]) -> Document:
    """A document of which nothing is open any more: what payments leave of it was given up with the last credit."""
    credited = max((part.dated for part in parts if not part.cash), default=None)
    key = party_key(item.party)
    return Document(item.ref.id, key, item.issued, item.due, item.total.cents, payments, written_off=credited)


def _in_cash(parts: Sequence[PartReceipt]) -> tuple[PartPayment, ...]:
    return tuple(PartPayment(part.dated, part.amount.cents) for part in parts if part.cash)
