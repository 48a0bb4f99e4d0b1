"""Builders for hygiene: what is said about books, and lists and loose ends to put into them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

from oodaloo.runway.calculators.hygiene.hygiene import hygiene_of
from oodaloo.runway.calculators.projection.gathering import expectations_of
from oodaloo.runway.calculators.projection.learned import learn
from oodaloo.runway.calculators.projection.line import line_of
from oodaloo.runway.model.housekeeping import Housekeeping, ListedParty, UnsortedEntry, WaitingReceipt
from oodaloo.runway.model.hygiene import ConnectionFacts, Hygiene, Issue, IssueKind
from oodaloo.runway.model.picture import Books, CardAccount, OpenItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.runway import HORIZON_DAYS
from oodaloo.runway.model.terms import PaymentTerms
from tests.support.books import a_picture, usd

_IDS = count(70_001)


def hygiene(of: Books, connection: ConnectionFacts | None = None) -> Hygiene:
    """What is doubtful in these books; the deterministic line is enough for that."""
    picture = a_picture(of)
    line = line_of(expectations_of(picture, learn(picture), HORIZON_DAYS))
    return hygiene_of(picture, line.items, connection)


def the_issue(of: Books) -> Issue:
    """The one issue that there is."""
    (issue,) = hygiene(of).issues
    return issue


def issues_of(kind: IssueKind, of: Books) -> tuple[Issue, ...]:
    """The issues of one kind."""
    return tuple(issue for issue in hygiene(of).issues if issue.kind is kind)


def kept(of: Books, housekeeping: Housekeeping) -> Books:
    """The books kept like that."""
    return replace(of, housekeeping=housekeeping)


def net(days: int) -> PaymentTerms:
    """Terms such as Net 30."""
    return PaymentTerms(days, Decimal(0), 0)


def a_vendor(name: str, *, terms: PaymentTerms | None = None, email: str = "", phone: str = "") -> ListedParty:
    """A vendor in the list, known by its name as in the other builders."""
    return ListedParty(RecordRef(RecordKind.VENDOR, name), name, True, email, phone, terms)


def a_customer(
    name: str, *, terms: PaymentTerms | None = None, email: str = "", phone: str = "", part_of: str | None = None
) -> ListedParty:
    """A customer in the list, likewise."""
    return ListedParty(RecordRef(RecordKind.CUSTOMER, name), name, True, email, phone, terms, part_of)


def unsorted_spending(
    dated: date, dollars: int, memo: str = "POS", *, card: CardAccount | None = None
) -> UnsortedEntry:
    """A purchase that nobody sorted."""
    ref = RecordRef(RecordKind.PURCHASE, str(next(_IDS)))
    charged = card.ref if card else None
    return UnsortedEntry(ref, dated, usd(-dollars), "Uncategorized Expense", "", memo, charged)


def a_waiting_receipt(customer: str, dollars: int, dated: date) -> WaitingReceipt:
    """A payment in undeposited funds."""
    ref = RecordRef(RecordKind.PAYMENT, str(next(_IDS)), "1180")
    return WaitingReceipt(ref, Party(customer, customer), dated, usd(dollars))


def numbered(item: OpenItem, number: str) -> OpenItem:
    """The document under that number."""
    return replace(item, ref=replace(item.ref, number=number))
