"""From the domains' records to books, and from books to the cash picture; no reading happens here."""

from collections.abc import Mapping
from datetime import date, datetime

from oodaloo.domains.bank.model import Account
from oodaloo.kit.money import Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.calculators.recurring import detect
from oodaloo.runway.calculators.residual import residual_of
from oodaloo.runway.model.earmarks import Earmark, PlannedDay
from oodaloo.runway.model.picture import Books, BusinessFacts, CardAccount, CardPosting, CashAccount, CashPicture
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.picture import open_documents as documents
from oodaloo.runway.picture.card_history import card_postings
from oodaloo.runway.picture.gathered import Chart, Gathered
from oodaloo.runway.picture.home import at_home
from oodaloo.runway.picture.housekeeping import housekeeping_of
from oodaloo.runway.picture.identity import content_id
from oodaloo.runway.picture.movements import documents_of, movements_of


def picture_of(
    books: Books,
    earmarks: tuple[Earmark, ...] = (),
    planned: tuple[PlannedDay, ...] = (),
    *,
    reuse: Reuse | None = None,
) -> CashPicture:
    """The picture of `books` with its recurring flows and residual, and what of the decisions is still to come.

    Of a bill that the books show as settled, its hold is spent and its planned day is over. `reuse` as in `assemble`.
    """
    reuse = reuse or Reuse()
    flows = detect(books, reuse.part("recurring"))
    settled = {bill.ref for bill in books.bills_issued if bill.open.is_zero} if earmarks or planned else set()
    return CashPicture(
        books_id=content_id(books, reuse.part("identity")),
        books=books,
        recurring=flows,
        residual=residual_of(books, flows),
        earmarks=tuple(each for each in earmarks if each.purpose not in settled),
        planned=tuple(each for each in planned if each.bill not in settled),
    )


def assemble(
    gathered: Gathered,
    business: BusinessFacts,
    *,
    as_of: date,
    known_at: datetime,
    synced_at: datetime,
    reuse: Reuse | None = None,
) -> Books:
    """The facts of one business on `as_of`, in its home currency.

    Operating accounts are the active checking and savings accounts. Documents in other currencies are left out
    and counted. A missing due date is read as due on receipt and marked as assumed. With the `reuse` of the last time
    only what is made of new records is made anew.
    """
    currency, reuse = business.currency, reuse or Reuse()
    home, foreign = at_home(gathered, currency, reuse)
    chart = Chart(home.accounts, currency)
    empty = reuse.same("chart", chart.without_balances())
    invoices = documents.invoices_issued(home.invoices, reuse.part("invoices"))
    bills = documents.bills_issued(home.bills, empty, reuse.part("bills"))
    receivables = documents.still_open(invoices, reuse.part("invoices"))
    payables = documents.still_open(bills, reuse.part("bills"))
    receipts = documents.unapplied_receipts(home.payments, home.credit_memos)
    refunds = documents.vendor_credits(home.vendor_credits)
    return Books(
        business=business,
        as_of=as_of,
        known_at=known_at,
        synced_at=synced_at,
        accounts=_cash_accounts(chart),
        undeposited=_undeposited(chart),
        cards=_card_accounts(chart, card_postings(home, empty, reuse)),
        receivables=receivables,
        unapplied_receipts=receipts,
        payables=payables,
        vendor_credits=refunds,
        invoices_issued=invoices,
        bills_issued=bills,
        settled_invoices=documents.settled_invoices(invoices, home.payments, reuse.part("invoices")),
        settled_bills=documents.settled_bills(bills, home.bill_payments, reuse.part("bills")),
        movements=movements_of(home, empty, documents_of(invoices, bills, reuse), reuse),
        checks=documents.checks_of(
            home, chart, receivables=receivables, receipts=receipts, payables=payables, vendor_credits=refunds
        ),
        foreign_documents=foreign,
        undeposited_accounts=tuple(RecordRef(RecordKind.ACCOUNT, each.meta.id) for each in _waiting(chart)),
        ledger_unread=gathered.ledger_unread,
        part_receipts=documents.part_receipts(invoices, home.payments, reuse.part("invoices")),
        housekeeping=housekeeping_of(gathered, home, empty, reuse.part("housekeeping")),
    )


def _cash_accounts(chart: Chart) -> tuple[CashAccount, ...]:
    return tuple(
        CashAccount(
            ref=RecordRef(RecordKind.ACCOUNT, account.meta.id),
            name=account.name,
            subtype=account.subtype,
            balance=account.balance,
            operating=account.meta.id in chart.operating,
        )
        for account in chart.accounts
        if account.account_type == "Bank" and account.active
    )


def _card_accounts(chart: Chart, postings: Mapping[str, tuple[CardPosting, ...]]) -> tuple[CardAccount, ...]:
    return tuple(
        CardAccount(
            ref=RecordRef(RecordKind.ACCOUNT, account.meta.id),
            name=account.full_name,
            owed=-account.balance,
            postings=postings.get(account.meta.id, ()),
        )
        for account in chart.accounts
        if account.meta.id in chart.cards and account.active and account.balance.currency == chart.currency
    )


def _undeposited(chart: Chart) -> Money:
    return Money.total((account.balance for account in _waiting(chart)), chart.currency)


def _waiting(chart: Chart) -> list[Account]:
    at_home = (each for each in chart.accounts if each.balance.currency == chart.currency)
    return [account for account in at_home if account.subtype == "UndepositedFunds"]
