"""What a runway's numbers don't hold, in sentences: work, documents and flows that are left out, and books in doubt."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from oodaloo.kit.dates import last_full_weeks
from oodaloo.kit.money import Money
from oodaloo.runway.calculators.residual import HISTORY_WEEKS
from oodaloo.runway.model.picture import BookCheck, CashPicture
from oodaloo.runway.model.recurring import FlowSource, Lifecycle, RecurringFlow
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.runway import LeftOut, Projection
from oodaloo.runway.model.wording import day_text, money_text


def omissions(picture: CashPicture, projection: Projection, *, is_known: bool) -> Iterator[str]:
    """What isn't counted and why; of a runway that isn't known only what concerns the books."""
    if is_known:
        yield from _not_yet_invoiced(picture)
        yield from _missed_sentences(picture.recurring)
    yield from _left_out_sentences(projection.left_out)
    yield from _book_sentences(picture)


def _not_yet_invoiced(picture: CashPicture) -> Iterator[str]:
    """New work counts only once it is invoiced, unless it comes back by itself: how much that has been lately."""
    regular = {hit.ref for flow in picture.recurring if flow.upcoming for hit in flow.hits}
    weeks = last_full_weeks(picture.books.as_of, HISTORY_WEEKS)
    irregular = [
        item.total
        for item in picture.books.invoices_issued
        if item.issued in weeks and item.total.cents > 0 and item.ref not in regular
    ]
    if irregular:
        total = Money.total(irregular, picture.spendable.currency)
        weekly = money_text(Money(total.cents // HISTORY_WEEKS, total.currency), cents=False)
        yield (
            "Work that isn't invoiced yet isn't counted unless it comes back regularly; "
            f"other invoices came to {weekly} a week over the last {HISTORY_WEEKS} full weeks."
        )


def _left_out_sentences(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Documents once per reason (their ages differ, so only what follows them counts), cards one by one."""
    by_reason: defaultdict[str, list[LeftOut]] = defaultdict(list)
    for each in left_out:
        if each.ref.kind is RecordKind.ACCOUNT:
            owed = money_text(each.amount, cents=True)
            yield f"{owed} owed on {each.party.name} has no date in the projection: {each.because}."
        else:
            by_reason[each.because.rpartition("; ")[2]].append(each)
    for reason, some in by_reason.items():
        total = money_text(Money.total((each.amount for each in some), some[0].amount.currency), cents=True)
        what = f"{total} of one document has" if len(some) == 1 else f"{total} of {len(some)} documents have"
        yield f"{what} no date in the projection: {reason}."


def _missed_sentences(flows: Sequence[RecurringFlow]) -> Iterator[str]:
    """Money in that didn't come, which isn't counted on any more, and payments that aren't in the books, which are."""
    missed = [flow for flow in flows if flow.lifecycle is Lifecycle.MISSED and flow.overdue_since is not None]
    for flow in missed:
        amount, day = money_text(abs(flow.typical_amount), cents=False), day_text(flow.overdue_since or date.min)
        if flow.typical_amount.cents > 0:
            what = "an invoice" if flow.source is FlowSource.INVOICE else "a receipt"
            yield f"{flow.label}: {what} of {amount} was expected on {day} and isn't in the books; none is counted on."
        elif flow.upcoming and not flow.by_card:
            what = "a bill" if flow.source is FlowSource.BILL else "a payment"
            counted = f"it is counted on {day_text(flow.upcoming[0])}"
            yield f"{flow.label}: {what} of {amount} was expected on {day} and isn't in the books; {counted}."


def _book_sentences(picture: CashPicture) -> Iterator[str]:
    books = picture.books
    for account in books.accounts:
        if account.operating and account.balance.cents < 0:
            yield f"{account.name} is overdrawn: {money_text(account.balance, cents=True)} in the books."
    if books.receivables and not books.settled_invoices:
        yield "No invoice has been paid yet, so due dates stand for payment dates."
    if books.ledger_unread:
        yield "The general ledger couldn't be read: payroll that QuickBooks runs itself, if any, is missing here."
    assumed = sum(item.due_assumed for item in (*books.receivables, *books.payables))
    if assumed:
        yield f"{assumed} open {_documents(assumed)} without due date: taken as due when issued."
    if books.foreign_documents:
        count = books.foreign_documents
        yield f"{count} {_documents(count)} in other currencies than {books.business.currency} are left out."
    for check in books.checks:
        if not check.difference.is_zero:
            yield _check_sentence(check)


def _documents(count: int) -> str:
    return "document" if count == 1 else "documents"


def _check_sentence(check: BookCheck) -> str:
    account, documents = money_text(check.account_balance, cents=True), money_text(check.documents_total, cents=True)
    apart = money_text(abs(check.difference), cents=True)
    return (
        f"{check.account} stands at {account} in the books, its open documents less credits add up to {documents}: "
        f"{apart} apart. The projection follows the documents."
    )
