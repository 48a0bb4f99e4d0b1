"""Documents out of a table that somebody else made: one row each, with when it was issued, due and paid."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final

from oodaloo.cli.cells import Dates, ReadAmount, amounts_like, dates_by, dates_like, is_empty
from oodaloo.cli.delimited import read_columns
from oodaloo.kit.errors import UsageError
from oodaloo.runway.model.receipts import Document, PartPayment

_FEWEST_DECIMALS, _MOST_DECIMALS = 2, 6
_LARGEST: Final = Decimal(10) ** 15
_FAR_DAYS: Final = 1_100
_FEW: Final = 0.01


class NothingReadableError(UsageError):
    """A column has values and none of them can be read; the message shows one and says what to give instead."""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The names of the columns that tell who owes, when it was issued, due and paid, and how much."""

    counterparty: str
    issued: str
    due: str
    paid: str
    amount: str


@dataclass(frozen=True, slots=True)
class ReceiptsFile:
    """The documents of a file of `rows`, of which `dropped` are left out (by reason); `notes` say what was assumed.

    `cents` of a document are hundredths, or the smallest decimals that the file uses: only their proportions matter.
    """

    documents: tuple[Document, ...]
    rows: int
    dropped: Counter[str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of a file are read."""

    dates: Dates
    amount: ReadAmount
    unit: Decimal


def read_documents(path: Path, names: ColumnNames, date_format: str | None) -> ReceiptsFile:
    """The documents of the file, in its order, without a row whose amount isn't positive or that was paid before issue.

    A row without a paid date is open to the end. Rows that lack anything else, or where it can't be read, are dropped
    as well, and so are those few (less than 1 %) that are dated three years or more away from all others: slips of the
    pen. Raises `NothingReadableError` where nothing in a whole column can be read.
    """
    wanted = (names.counterparty, names.issued, names.due, names.paid, names.amount)
    read = read_columns(path, wanted)
    columns = list(zip(*read.rows, strict=True)) or [()] * len(wanted)
    dates = dates_by(date_format) if date_format else dates_like(text for column in columns[1:4] for text in column)
    amount = amounts_like(columns[4])
    for name, texts in zip(wanted[1:4], columns[1:4], strict=True):
        _check(name, texts, any(dates.read(text) for text in texts), "--date-format")
    _check(names.amount, columns[4], any(amount(text) is not None for text in columns[4]), "--amount")
    reading = _Reading(dates, amount, _unit(map(amount, set(columns[4]))))
    made = _near([_document(number, row, reading) for number, row in enumerate(read.rows)])
    notes = read.notes if dates.note is None else (*read.notes, dates.note)
    return ReceiptsFile(
        documents=tuple(each for each in made if isinstance(each, Document)),
        rows=len(made),
        dropped=Counter(each for each in made if isinstance(each, str)),
        notes=notes,
    )


def _near(made: Sequence[Document | str]) -> list[Document | str]:
    """The same, with a reason in place of each document that is dated far from nearly all others."""
    documents = [each for each in made if isinstance(each, Document)]
    days = sorted({day for document in documents for day in _days(document)})
    starts = [day for before, day in pairwise(days) if (day - before).days > _FAR_DAYS]
    if not starts:
        return list(made)
    of_document = {document.id: {bisect_right(starts, day) for day in _days(document)} for document in documents}
    usual, _ = Counter(place for places in of_document.values() for place in places).most_common(1)[0]
    far = {id_ for id_, places in of_document.items() if places != {usual}}
    if len(far) >= _FEW * len(documents):
        return list(made)
    return ["dated years from all others" if isinstance(each, Document) and each.id in far else each for each in made]


def _days(document: Document) -> list[date]:
    return [document.issued, *(payment.day for payment in document.payments)]


def _check(name: str, texts: Iterable[str], readable: bool, option: str) -> None:
    example = next((text for text in texts if not is_empty(text)), None)
    if example is not None and not readable:
        raise NothingReadableError(f"Nothing in column '{name}' can be read, for example '{example}'; see {option}.")


def _unit(amounts: Iterable[Decimal | None]) -> Decimal:
    """How many of the file's smallest decimals make a whole."""
    decimals = (-int(amount.as_tuple().exponent) for amount in amounts if amount is not None)
    return Decimal(10) ** min(max(decimals, default=_FEWEST_DECIMALS), _MOST_DECIMALS)


def _document(number: int, row: Sequence[str], reading: _Reading) -> Document | str:
    """The row's document, or why it is left out."""
    counterparty, issued_text, due_text, paid_text, amount_text = row
    issued, due, amount = reading.dates.read(issued_text), reading.dates.read(due_text), reading.amount(amount_text)
    paid = None if is_empty(paid_text) else reading.dates.read(paid_text)
    missing = next(
        _missing(row, [bool(counterparty), issued, due, is_empty(paid_text) or paid, amount is not None]), None
    )
    if missing is not None or issued is None or due is None or amount is None:
        return missing or "unreadable"
    if not 0 < amount < _LARGEST:
        return "amount not above 0" if amount <= 0 else "amount of 10^15 or more"
    if paid is not None and paid < issued:
        return "paid before issue"
    cents = max(1, round(amount * reading.unit))
    payments = () if paid is None else (PartPayment(paid, cents),)
    return Document(f"{number:09}", counterparty, issued, due, cents, payments)


def _missing(row: Sequence[str], found: Sequence[object]) -> Iterator[str]:
    for name, text, value in zip(("counterparty", "issued", "due", "paid", "amount"), row, found, strict=True):
        if not value:
            yield f"no {name}" if is_empty(text) else f"{name} can't be read"
