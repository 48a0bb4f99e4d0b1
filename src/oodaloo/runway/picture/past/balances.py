"""Balances of accounts at a moment of the past: today's, less what was posted since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from oodaloo.domains.bank.model import Account, Deposit, OtherActivity
from oodaloo.kit.money import Money
from oodaloo.runway.picture.gathered import Chart
from oodaloo.runway.picture.past.postings import Posting, PostingRules

_SHOWN = frozenset({"Bank", "Credit Card", "Accounts Receivable", "Accounts Payable"})
_OTHER_SIDES = frozenset({"Credit Card", "Accounts Receivable", "Accounts Payable"})
"""Account types whose postings by other activity only show on the bank's side of it."""

_MIRRORED_IN_DEPOSITS = frozenset({"Payment"})


@dataclass(slots=True)
class PostedSince:
    """By account, the cents that were posted since a moment, and where they aren't all there is."""

    cents: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    foreign: set[str] = field(default_factory=set)
    unseen_receipts: bool = False


def posted_since(now: Iterable[object], then: Iterable[object], chart: Chart) -> PostedSince:
    """What the records of now have posted less what those of then had; a record that is the same object is skipped.

    `foreign` are accounts in whose currency a record's amounts aren't; `unseen_receipts` says that a deposit since then
    took receipts out of undeposited funds which no record shows coming in, such as sales receipts.
    """
    rules = PostingRules.of(chart.accounts)
    after, before = {id(each): each for each in now}, {id(each): each for each in then}
    found = PostedSince()
    for records, known, sign in ((after, before, 1), (before, after, -1)):
        for record in (each for key, each in records.items() if key not in known):
            for posting in (*rules.postings(record), *_other_side(record, chart)):
                _add(found, posting, sign, chart)
            if isinstance(record, Deposit) and _takes_unseen(record):
                found.unseen_receipts = True
    return found


def as_of_then(accounts: Sequence[Account], now: Mapping[str, Account], since: PostedSince) -> tuple[Account, ...]:
    """The accounts with their balances of then, `now` by id being the accounts of now.

    Balances that no picture shows are zero: what was posted to them since isn't known, and mustn't show.
    """
    return tuple(_as_of(account, now.get(account.meta.id, account), since.cents) for account in accounts)


def is_shown(account: Account) -> bool:
    """Whether a picture shows the account's balance."""
    return account.account_type in _SHOWN or account.subtype == "UndepositedFunds"


def _as_of(then: Account, now: Account, since: Mapping[str, int]) -> Account:
    cents = now.balance.cents - since.get(then.meta.id, 0) if is_shown(then) else 0
    return replace(then, balance=Money(cents, now.balance.currency))


def _other_side(record: object, chart: Chart) -> Collection[Posting]:
    other = chart.other_side(record) if isinstance(record, OtherActivity) else None
    if other is None or not isinstance(record, OtherActivity):
        return ()
    hidden = other.account_type in _OTHER_SIDES or other.subtype == "UndepositedFunds"
    return (Posting(other.meta.id, -record.amount),) if hidden else ()


def _add(found: PostedSince, posting: Posting, sign: int, chart: Chart) -> None:
    account = chart.find(posting.account_id)
    if account is None or not posting.debit.cents:
        return
    if account.balance.currency != posting.debit.currency:
        found.foreign.add(posting.account_id)
    else:
        found.cents[posting.account_id] += sign * posting.debit.cents


def _takes_unseen(deposit: Deposit) -> bool:
    return any(
        linked.kind not in _MIRRORED_IN_DEPOSITS
        for line in deposit.lines
        if line.account_id is None
        for linked in line.linked
    )
