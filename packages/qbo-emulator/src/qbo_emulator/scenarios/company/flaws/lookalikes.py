"""What is in order and only looks like a flaw: finding flaws is worth little where these are found too."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from qbo_emulator.scenarios.company.events import BillReceived, BillsPaid
from qbo_emulator.scenarios.company.flaws.draft import Draft, open_bills
from qbo_emulator.scenarios.company.flaws.kinds import LookalikeKind

_FROM_PAPER_COUNT = 4
_MANY_BILLS = 5


def plant_lookalikes(draft: Draft) -> None:
    """Change bills in ways that mean nothing; cash, and what is owed and when it is paid, stays as it was."""
    _typed_from_paper(draft)
    _always_due_on_receipt(draft)
    _standing_number(draft)
    _no_numbers(draft)
    _two_at_one_price(draft)


def _typed_from_paper(draft: Draft) -> None:
    """Due dates some days off the terms, as the paper says."""
    kind: LookalikeKind = "typed_from_paper"
    bills = [one for one in open_bills(draft) if one.terms.due_days >= 10]
    for bill in draft.choose(kind, bills, _FROM_PAPER_COUNT, dice_name="lookalike"):
        days = draft.dice(kind, bill.key).choice((-7, -5, -3, 2, 4, 8))
        draft.change(replace(bill, due_date=bill.due_date + timedelta(days=days), with_terms=False))
        draft.note_lookalike(kind, "Bill", bill.key, f"due {days} days off {bill.terms.name}, as its paper says")


def _always_due_on_receipt(draft: Draft) -> None:
    """A vendor all of whose bills are entered without terms, and paid as ever."""
    kind: LookalikeKind = "always_due_on_receipt"
    for vendor, bills in _of_one_vendor(draft, kind):
        for bill in bills:
            draft.change(replace(bill, due_date=bill.txn_date, with_terms=False))
        for bill in bills[-1:]:
            draft.note_lookalike(kind, "Bill", bill.key, f"every bill of {vendor} is entered as due on receipt")


def _standing_number(draft: Draft) -> None:
    """A vendor whose bills bear the number of our account with it."""
    kind: LookalikeKind = "standing_number"
    for vendor, bills in _of_one_vendor(draft, kind):
        for bill in bills:
            draft.change(replace(bill, doc_number=f"ACCT-{len(vendor):02d}{len(bills):02d}7"))
        for bill in bills[-1:]:
            draft.note_lookalike(kind, "Bill", bill.key, f"every bill of {vendor} bears the account's number")


def _no_numbers(draft: Draft) -> None:
    """A vendor whose bills have no numbers."""
    kind: LookalikeKind = "no_numbers"
    for vendor, bills in _of_one_vendor(draft, kind):
        for bill in bills:
            draft.change(replace(bill, doc_number=""))
        for bill in bills[-1:]:
            draft.note_lookalike(kind, "Bill", bill.key, f"no bill of {vendor} has a number")


def _two_at_one_price(draft: Draft) -> None:
    """An open bill that is really two, of one day and one amount, with numbers that follow each other."""
    kind: LookalikeKind = "two_at_one_price"
    even = [one for one in open_bills(draft) if one.cents % 2 == 0 and one.doc_number[-1:].isdigit()]
    for bill in draft.choose(kind, even, 1, dice_name="lookalike"):
        half, key = bill.cents // 2, f"{bill.key}/second half"
        number = bill.doc_number[:-1] + str((int(bill.doc_number[-1]) + 1) % 10)
        draft.change(replace(bill, cents=half))
        draft.change(replace(bill, key=key, cents=half, doc_number=number))
        for payment in [one for one in draft.payments_of(bill.key) if isinstance(one, BillsPaid)]:
            shares = tuple((one, half if one == bill.key else cents) for one, cents in payment.bills)
            draft.change(replace(payment, bills=(*shares, (key, half))))
        draft.note_lookalike(kind, "Bill", key, f"the next one after bill {bill.doc_number}, at the same price")


def _of_one_vendor(draft: Draft, kind: LookalikeKind) -> list[tuple[str, list[BillReceived]]]:
    """One vendor with many bills, one of them open and nothing planted on any; all its bills, the latest known last."""
    by_vendor: defaultdict[str, list[BillReceived]] = defaultdict(list)
    for bill in draft.events.values():
        if isinstance(bill, BillReceived):
            by_vendor[bill.vendor].append(bill)
    many = [bills for bills in by_vendor.values() if len(bills) >= _MANY_BILLS]
    as_planned = {bills[0].vendor for bills in many if not draft.is_touched(*bills)}
    still_open = [one for one in open_bills(draft) if one.doc_number and one.vendor in as_planned]
    found = []
    for chosen in draft.choose(kind, still_open, 1, dice_name="lookalike"):
        bills = by_vendor[chosen.vendor]
        for bill in bills:
            draft.touch(bill)
        bills.sort(key=lambda one: (one.at <= draft.known_at, one.txn_date, one.key))
        found.append((chosen.vendor, bills))
    return found
