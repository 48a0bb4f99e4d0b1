"""What the picture says about how books are kept: lists of names, terms, and what lies about unsorted."""

from dataclasses import replace
from decimal import Decimal

from oodaloo.domains.ap.model import Vendor
from oodaloo.domains.ar.model import Customer
from oodaloo.domains.bank.model import OtherActivity
from oodaloo.domains.core.model import LinkedRecord, Term
from oodaloo.runway.model.housekeeping import Housekeeping, ListedParty, UnsortedEntry, WaitingReceipt
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.picture.assemble import assemble, picture_of
from oodaloo.runway.picture.gathered import Gathered
from tests.support import records as r
from tests.support.books import KNOWN_AT, TODAY, books, days_ago, in_days, usd

BUSINESS = books().business
NET_30 = Term(r.meta("3"), "Net 30", True, 30, Decimal(0), 0)
DAY = days_ago(10)


def kept(gathered: Gathered) -> Housekeeping:
    """How these records are kept, with the usual chart."""
    of = replace(gathered, accounts=r.a_chart())
    return assemble(of, BUSINESS, as_of=TODAY, known_at=KNOWN_AT, synced_at=KNOWN_AT).housekeeping


def test_customers_and_vendors_are_listed_with_their_terms() -> None:
    """A job names its customer, a vendor's terms are those of the list; lists are no documents left out."""
    of = Gathered(
        customers=(Customer(r.meta("c2"), "Alder Health", True, None, "c1", "pay@alder.example", "555-0101"),),
        vendors=(Vendor(r.meta("v1"), "Pier 9", False, "3"),),
        terms=(NET_30,),
    )
    assert kept(of).parties == (
        ListedParty(
            RecordRef(RecordKind.CUSTOMER, "c2"), "Alder Health", True, "pay@alder.example", "555-0101", None, "c1"
        ),
        ListedParty(RecordRef(RecordKind.VENDOR, "v1"), "Pier 9", False, terms=PaymentTerms(30, Decimal(0), 0)),
    )
    assembled = assemble(of, BUSINESS, as_of=TODAY, known_at=KNOWN_AT, synced_at=KNOWN_AT)
    assert assembled.foreign_documents == 0


def test_open_documents_keep_the_terms_that_they_name() -> None:
    """The open invoice and the open bill say Net 30; a paid bill's terms are of no use, an unnamed term is none."""
    named = replace(r.a_bill("5", 90, dated=DAY, due=in_days(20), balance=90), term_id="3")
    invoice = replace(r.an_invoice("6", 90, dated=DAY, due=in_days(20), balance=90), term_id="3")
    settled = replace(r.a_bill("7", 90, dated=DAY, due=in_days(20)), term_id="3")
    unknown = replace(named, meta=r.meta("8"), term_id="9")
    of = Gathered(bills=(named, settled, unknown), invoices=(invoice,), terms=(NET_30,))
    assert {ref.id: terms.due_days for ref, terms in kept(of).terms.items()} == {"5": 30, "6": 30}


def test_a_payment_waits_until_a_deposit_names_it() -> None:
    """One went straight to the bank, one lay 3 days in undeposited funds, one lies there since."""
    straight = r.a_payment("1", 100, dated=days_ago(20), to=r.CHECKING)
    carried = r.a_payment("2", 200, dated=days_ago(20), to=r.UNDEPOSITED)
    lying = r.a_payment("3", 300, dated=days_ago(9), to=None)
    deposit = r.a_deposit(days_ago(17), r.CHECKING, [r.a_line(None, 200, LinkedRecord("Payment", "2"))], total=200)
    found = kept(Gathered(payments=(straight, carried, lying), deposits=(deposit,)))
    party = Party("c1", "Alder Health")
    assert found.waiting == (WaitingReceipt(RecordRef(RecordKind.PAYMENT, "3"), party, days_ago(9), usd(300)),)
    assert found.waits == (3,)


def test_what_nobody_sorted_is_found_wherever_it_was_entered() -> None:
    """A card purchase with one sorted line, a deposit, a bill, a transfer, a journal entry, a ledger posting."""
    lines = [r.a_line(r.UNSORTED, 40, text="POS"), r.a_line(r.RENT, 60), r.a_line(r.UNSORTED, 5)]
    ledger = OtherActivity("9", r.CHECKING, DAY, "Expense", "", "Gusto", "fee", r.UNSORTED, "", r.money(-12))
    of = Gathered(
        purchases=(r.a_purchase(DAY, r.CARD, lines),),
        deposits=(r.a_deposit(DAY, r.CHECKING, [r.a_line(r.UNSORTED, 70)], total=70),),
        bills=(r.a_bill("5", 90, dated=DAY, due=DAY, accounts=(r.RENT, r.UNSORTED)),),
        transfers=(r.a_transfer(DAY, r.CHECKING, r.UNSORTED, 30),),
        journal_entries=(r.a_journal_entry(DAY, [(r.UNSORTED, -8), (r.CHECKING, 8)]),),
        other_activity=(ledger,),
    )
    found = kept(of).unsorted
    assert [(entry.ref.kind, entry.amount) for entry in found] == [
        (RecordKind.PURCHASE, usd(-45)),
        (RecordKind.DEPOSIT, usd(70)),
        (RecordKind.BILL, usd(-90)),
        (RecordKind.TRANSFER, usd(-30)),
        (RecordKind.JOURNAL_ENTRY, usd(8)),
        (RecordKind.OTHER_ACTIVITY, usd(-12)),
    ]
    card = RecordRef(RecordKind.ACCOUNT, r.CARD)
    purchase = RecordRef(RecordKind.PURCHASE, "p1", "101")
    assert found[0] == UnsortedEntry(purchase, DAY, usd(-45), "Uncategorized Expense", "Pier 9", "POS", card)


def test_a_refund_that_nobody_sorted_is_money_in() -> None:
    """25 came back to the card, and nobody said for what."""
    refund = r.a_purchase(DAY, r.CARD, [r.a_line(r.UNSORTED, 25)], refund=True)
    assert [entry.amount for entry in kept(Gathered(purchases=(refund,))).unsorted] == [usd(25)]


def test_names_of_accounts_for_the_unsorted() -> None:
    """QuickBooks' own names, in both spellings and below others; a category that merely sounds alike isn't one."""
    unsorted = ["Uncategorized Asset", "Uncategorised Income", "Ask My Accountant", "Expenses:Suspense", "Suspense:A"]
    sorted_ones = ["Asking fees", "Office", "Categorized"]
    names = [*unsorted, *sorted_ones]
    chart = tuple(r.an_account(str(30 + n), name, "Expense", "Other") for n, name in enumerate(names))
    purchases = tuple(
        replace(r.a_purchase(DAY, r.CHECKING, [r.a_line(str(30 + n), 1)]), meta=r.meta(str(n)))
        for n in range(len(names))
    )
    of = Gathered(accounts=chart, purchases=purchases)
    found = assemble(of, BUSINESS, as_of=TODAY, known_at=KNOWN_AT, synced_at=KNOWN_AT).housekeeping.unsorted
    assert [entry.account for entry in found] == unsorted


def test_open_documents_in_other_currencies_are_named() -> None:
    """An open invoice in euros; a paid one needs nobody's attention."""
    euros = r.an_invoice("1", 900, dated=DAY, due=in_days(20), balance=900, currency="EUR")
    paid = r.an_invoice("2", 900, dated=DAY, due=in_days(20), currency="EUR")
    assert kept(Gathered(invoices=(euros, paid))).foreign == (RecordRef(RecordKind.INVOICE, "1", "201"),)


def test_the_pictures_id_covers_how_books_are_kept() -> None:
    """A name that is made inactive, or other terms of an open bill, make another picture."""
    bill = replace(r.a_bill("5", 90, dated=DAY, due=in_days(20), balance=90), term_id="3")
    of = Gathered(
        accounts=r.a_chart(), bills=(bill,), vendors=(Vendor(r.meta("v1"), "Pier 9", True, "3"),), terms=(NET_30,)
    )
    others = [
        replace(of, vendors=(Vendor(r.meta("v1"), "Pier 9", False, "3"),)),
        replace(of, terms=(replace(NET_30, due_days=15),)),
        replace(of, vendors=(Vendor(r.meta("v1"), "Pier 9", True, "3", "ap@pier9.example"),)),
    ]
    ids = {
        picture_of(assemble(each, BUSINESS, as_of=TODAY, known_at=KNOWN_AT, synced_at=KNOWN_AT)).id
        for each in (of, *others)
    }
    assert len(ids) == 4
