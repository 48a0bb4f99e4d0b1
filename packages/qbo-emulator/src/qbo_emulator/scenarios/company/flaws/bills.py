"""Flaws of bills and vendors: dates, second entries, second spellings, credits that were forgotten."""

from dataclasses import replace
from datetime import timedelta

from qbo_emulator.scenarios.company.business_days import on_or_after
from qbo_emulator.scenarios.company.events import BillReceived, VendorCreditReceived
from qbo_emulator.scenarios.company.flaws.draft import Draft, open_bills, settled_alone, settlements
from qbo_emulator.scenarios.company.flaws.kinds import FlawKind
from qbo_emulator.scenarios.company.flaws.spellings import second_spelling
from qbo_emulator.scenarios.company.streams import office_time

_DEFAULTED_DUE_DATES, _DISTANT_DUE_DATES, _MOVED_BILLS = 4, 2, 4
_CREDIT_LIES_DAYS = 50
_TOO_LATE_DAYS = (31, 62, 365)
"""A month, two months or a year typed wrong."""


def default_due_dates(draft: Draft) -> None:
    """Open bills typed in without terms, so that they are due on their own dates."""
    kind: FlawKind = "due_date_equals_bill_date"
    for bill in draft.choose(kind, _open_bills_on_terms(draft), _DEFAULTED_DUE_DATES):
        draft.change(replace(bill, due_date=bill.txn_date, with_terms=False))
        draft.note(kind, "Bill", bill.key, f"due on its own date, but {bill.vendor} gives {bill.terms.name}")


def distant_due_dates(draft: Draft) -> None:
    """Open bills whose due date has a wrong month or year."""
    kind: FlawKind = "due_date_far_from_terms"
    for bill in draft.choose(kind, _open_bills_on_terms(draft), _DISTANT_DUE_DATES):
        days = draft.dice(kind, bill.key).choice(_TOO_LATE_DAYS)
        draft.change(replace(bill, due_date=bill.due_date + timedelta(days=days), with_terms=False))
        draft.note(kind, "Bill", bill.key, f"due {days} days after the {bill.terms.name} that {bill.vendor} gives")


def duplicate_bill(draft: Draft) -> None:
    """A bill typed in once more, with its number as people type numbers, and a date nearby."""
    recent = [
        one
        for one in draft.known(BillReceived)
        if 8 <= draft.age_days(one) <= 40 and one.cents >= 100_000 and one.doc_number and one.with_terms
    ]
    for bill in draft.choose("duplicate_bill", recent, 1):
        dice = draft.dice("duplicate_bill", bill.key)
        number = dice.choice(_typed_again(bill.doc_number))
        days = dice.randint(0, 4 if number else 2)
        key = f"{bill.key}/again"
        typed_in = office_time(min(bill.at.date() + timedelta(days=6), draft.today), key)
        draft.change(
            replace(
                bill,
                key=key,
                txn_date=bill.txn_date + timedelta(days=days),
                due_date=bill.due_date + timedelta(days=days),
                at=min(typed_in, draft.known_at),
                doc_number=number,
            )
        )
        told = f"as {number}" if number else "without a number"
        why = f"same vendor and amount as bill {bill.doc_number}, dated {days} days later, {told}"
        draft.note("duplicate_bill", "Bill", key, why)


def duplicate_vendor(draft: Draft) -> None:
    """Some bills of one contractor, with the payments for nothing but them, move to a second spelling."""
    bills = [one for one in draft.known(BillReceived) if one.is_1099 and draft.age_days(one) <= 150]
    for sample in draft.choose("duplicate_vendor", bills, 1):
        alias = second_spelling(sample.vendor, draft.dice("duplicate_vendor", sample.vendor))
        own = [one for one in bills if one.vendor == sample.vendor and one.with_terms]
        movable = [one for one in own if settled_alone(draft, one.key)][-_MOVED_BILLS:]
        for bill in movable:
            draft.change(replace(bill, vendor=alias))
            for payment in settlements(draft, bill.key):
                draft.change(replace(payment, vendor=alias))
        if movable:
            why = f"the same business as {sample.vendor}; {len(movable)} bills are under this name"
            draft.note("duplicate_vendor", "Vendor", f"vendor/{alias}", why)


def forgotten_credit(draft: Draft) -> None:
    """A vendor credits part of a bill that was just paid, and nobody takes it off the next ones."""
    kind: FlawKind = "forgotten_credit"
    paid = [
        one
        for one in draft.known(BillReceived)
        if one.doc_number and one.cents >= 50_000 and settled_alone(draft, one.key) and _paid_long_ago(draft, one)
    ]
    for bill in draft.choose(kind, paid, 1):
        last = max(one.txn_date for one in settlements(draft, bill.key))
        day, key = on_or_after(last + timedelta(days=draft.dice(kind).randint(3, 12))), f"forgotten/{bill.key}"
        draft.change(
            VendorCreditReceived(
                key=key,
                txn_date=day,
                at=office_time(day, key),
                vendor=bill.vendor,
                account=bill.account,
                description=f"Credit for {bill.description.lower()}",
                cents=max(500, round(bill.cents * 0.1 / 500) * 500),
                doc_number=f"{bill.doc_number}-CR",
            )
        )
        draft.note(kind, "VendorCredit", key, f"given after bill {bill.doc_number} was paid, and never used")


def _paid_long_ago(draft: Draft, bill: BillReceived) -> bool:
    """Whether a credit for it would have been forgotten since."""
    paid = [one.txn_date for one in settlements(draft, bill.key)]
    return bool(paid) and _CREDIT_LIES_DAYS <= (draft.today - max(paid)).days <= 4 * _CREDIT_LIES_DAYS


def _typed_again(number: str) -> tuple[str, ...]:
    """The ways in which a number is typed the second time; an empty one is left out."""
    digits = number.rpartition("-")[2]
    swapped = f"{number[:-2]}{number[-1]}{number[-2]}" if number[-1] != number[-2] else f"{number}A"
    return (f"{number}-A", f"{number}A", number, number.lower(), digits, swapped, f"{number} (2)", "")


def _open_bills_on_terms(draft: Draft) -> list[BillReceived]:
    return [one for one in open_bills(draft) if one.terms.due_days >= 15 and one.txn_date != one.due_date]
