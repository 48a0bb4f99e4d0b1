"""From mirrored records to books: what moved cash, what is open, how things were settled."""

from dataclasses import replace
from datetime import date

from oodaloo.domains.core.model import LinkedRecord
from oodaloo.runway.model.picture import Books, CardPosting, CashMovement, MovementKind
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.picture.assemble import assemble
from oodaloo.runway.picture.gathered import Gathered
from tests.support import records as r
from tests.support.books import KNOWN_AT, TODAY, books, days_ago, in_days, usd

BUSINESS = books().business
DAY = days_ago(10)


def assembled(gathered: Gathered) -> Books:
    """The books of these records on the Friday; with the usual chart unless they bring one."""
    chart = gathered.accounts or r.a_chart()
    return assemble(replace(gathered, accounts=chart), BUSINESS, as_of=TODAY, known_at=KNOWN_AT, synced_at=KNOWN_AT)


def moved(gathered: Gathered) -> list[tuple[int, MovementKind, str]]:
    """Dollars, kind and category of each movement."""
    return [(m.amount.cents // 100, m.kind, m.category) for m in assembled(gathered).movements]


def the_movement(gathered: Gathered) -> CashMovement:
    """The one movement there is."""
    (movement,) = assembled(gathered).movements
    return movement


def test_checking_and_savings_are_cash() -> None:
    """Cash is checking and savings; a money market account is listed, undeposited funds and cards stand apart."""
    of = assembled(Gathered(accounts=r.a_chart(checking=100, savings=50, market=900, undeposited=30, card=-20)))
    assert of.cash == usd(150)
    assert [(account.name, account.operating) for account in of.accounts] == [
        ("Checking", True),
        ("Savings", True),
        ("Money market", False),
    ]
    assert of.undeposited == usd(30)
    assert of.undeposited_accounts == (RecordRef(RecordKind.ACCOUNT, r.UNDEPOSITED),)
    assert [(card.name, card.owed) for card in of.cards] == [("Visa", usd(20))]


def test_an_inactive_account_is_no_cash() -> None:
    """A closed bank account isn't listed."""
    closed = r.an_account("11", "Old", "Bank", "Checking", 70, active=False)
    assert assembled(Gathered(accounts=(closed,))).accounts == ()


def test_a_check_moves_cash_and_a_card_purchase_does_not() -> None:
    """Rent by check is spending; the same on a card falls due with the card, where it is a charge."""
    by_check = Gathered(purchases=(r.a_purchase(DAY, r.CHECKING, [r.a_line(r.RENT, 900)]),))
    assert moved(by_check) == [(-900, MovementKind.SPENDING, "Rent")]
    assert the_movement(by_check).category_type == "RentOrLeaseOfBuildings"
    by_card = Gathered(purchases=(r.a_purchase(DAY, r.CARD, [r.a_line(r.RENT, 900)]),))
    assert moved(by_card) == []
    assert assembled(by_card).cards[0].postings == (CardPosting(DAY, 90_000),)


def test_a_refund_comes_back() -> None:
    """A refund into checking is money in."""
    refund = r.a_purchase(DAY, r.CHECKING, [r.a_line(r.RENT, 80)], refund=True)
    assert moved(Gathered(purchases=(refund,))) == [(80, MovementKind.OTHER_RECEIPT, "Rent")]


def test_a_check_to_a_card_is_a_card_payment() -> None:
    """However it is entered (check, transfer, journal entry, bill), paying a card is a card payment."""
    bill = r.a_bill("5", 500, dated=DAY, due=DAY, accounts=(r.CARD,))
    entered = [
        Gathered(purchases=(r.a_purchase(DAY, r.CHECKING, [r.a_line(r.CARD, 500)]),)),
        Gathered(transfers=(r.a_transfer(DAY, r.CHECKING, r.CARD, 500),)),
        Gathered(journal_entries=(r.a_journal_entry(DAY, [(r.CARD, 500), (r.CHECKING, -500)]),)),
        Gathered(bills=(bill,), bill_payments=(r.a_bill_payment("6", 500, dated=DAY, applied=[("Bill", "5", 500)]),)),
    ]
    for gathered in entered:
        movement = the_movement(gathered)
        assert (movement.amount, movement.kind) == (usd(-500), MovementKind.CARD_PAYMENT)


def test_transfers_between_operating_accounts_move_nothing() -> None:
    """Saving is no spending, also when it is written as a check or a journal entry; borrowing is a receipt."""
    assert moved(Gathered(transfers=(r.a_transfer(DAY, r.CHECKING, r.SAVINGS, 500),))) == []
    assert moved(Gathered(purchases=(r.a_purchase(DAY, r.CHECKING, [r.a_line(r.SAVINGS, 500)]),))) == []
    assert moved(Gathered(journal_entries=(r.a_journal_entry(DAY, [(r.SAVINGS, 5), (r.CHECKING, -5)]),))) == []
    borrowed = Gathered(transfers=(r.a_transfer(DAY, r.LOAN, r.CHECKING, 500),))
    assert moved(borrowed) == [(500, MovementKind.OTHER_RECEIPT, "Bank loan")]


def test_a_payroll_entry_is_its_net_effect_on_cash() -> None:
    """Wages 100, of which 20 are owed as tax and 80 left the bank: 80 spent on Wages."""
    entry = r.a_journal_entry(DAY, [(r.WAGES, 100), (r.LOAN, -20), (r.CHECKING, -80)], memo="Payroll 9/22")
    movement = the_movement(Gathered(journal_entries=(entry,)))
    assert (movement.amount, movement.category, movement.memo) == (usd(-80), "Wages", "Payroll 9/22")
    assert movement.party is None


def test_a_customers_payment_counts_once() -> None:
    """Straight to the bank it moves cash; into undeposited funds only its deposit does, with the invoices it paid."""
    invoice = r.an_invoice("1", 300, dated=DAY, due=DAY)
    direct = r.a_payment("2", 300, dated=DAY, to=r.CHECKING, applied=[("Invoice", "1", 300)])
    assert the_movement(Gathered(invoices=(invoice,), payments=(direct,))).kind is MovementKind.CUSTOMER_RECEIPT
    waiting = replace(direct, deposit_account_id=r.UNDEPOSITED)
    assert moved(Gathered(invoices=(invoice,), payments=(waiting,))) == []
    deposit = r.a_deposit(DAY, r.CHECKING, [r.a_line(None, 300, LinkedRecord("Payment", "2"))], total=300)
    movement = the_movement(Gathered(invoices=(invoice,), payments=(waiting,), deposits=(deposit,)))
    assert (movement.amount, movement.kind) == (usd(300), MovementKind.CUSTOMER_RECEIPT)
    assert movement.documents == (RecordRef(RecordKind.INVOICE, "1", "201"),)
    assert movement.party is not None
    assert movement.party.name == "Alder Health"


def test_cash_back_is_spent() -> None:
    """A deposit of 300 in checks with 40 taken in cash adds 260."""
    lines = [r.a_line(r.LOAN, 300)]
    deposit = r.a_deposit(DAY, r.CHECKING, lines, total=260)
    assert moved(Gathered(deposits=(deposit,))) == [
        (300, MovementKind.OTHER_RECEIPT, "Bank loan"),
        (-40, MovementKind.SPENDING, ""),
    ]


def test_an_invoice_is_settled_by_the_payment_that_brings_it_to_zero() -> None:
    """500 paid in two parts and a credit of 50: settled when the last part came, 7 days after it was due."""
    invoice = r.an_invoice("1", 500, dated=days_ago(60), due=days_ago(30))
    payments = (
        r.a_payment("2", 200, dated=days_ago(40), applied=[("Invoice", "1", 200)]),
        r.a_payment("3", 0, dated=days_ago(35), applied=[("Invoice", "1", 50), ("CreditMemo", "9", 50)]),
        r.a_payment("4", 250, dated=days_ago(23), applied=[("Invoice", "1", 250)]),
    )
    of = assembled(Gathered(invoices=(invoice,), payments=payments))
    (settled,) = of.settled_invoices
    assert (settled.settled, settled.lateness_days) == (days_ago(23), 7)
    assert [(part.dated, part.amount, part.cash) for part in of.part_receipts] == [
        (days_ago(40), r.money(200), True),
        (days_ago(35), r.money(50), False),
        (days_ago(23), r.money(250), True),
    ]


def test_what_credits_alone_settled_is_no_payment_history() -> None:
    """An invoice that was credited in full says nothing about when this customer pays; neither does a voided one."""
    invoice = r.an_invoice("1", 500, dated=days_ago(60), due=days_ago(30))
    credited = r.a_payment("3", 0, dated=days_ago(35), applied=[("Invoice", "1", 500), ("CreditMemo", "9", 500)])
    voided = r.an_invoice("5", 0, dated=days_ago(60), due=days_ago(30))
    of = assembled(Gathered(invoices=(invoice, voided), payments=(credited,)))
    assert of.settled_invoices == ()
    assert [item.ref.id for item in of.invoices_issued] == ["1"]
    assert [(part.invoice.id, part.cash) for part in of.part_receipts] == [("1", False)]


def test_what_one_payment_in_cash_settled_needs_no_parts() -> None:
    """A part is told where an invoice is still open, and not where one payment says it all."""
    paid = r.an_invoice("1", 500, dated=days_ago(60), due=days_ago(30))
    in_part = r.an_invoice("2", 500, dated=days_ago(60), due=days_ago(30), balance=300)
    payment = r.a_payment("3", 700, dated=days_ago(40), applied=[("Invoice", "1", 500), ("Invoice", "2", 200)])
    of = assembled(Gathered(invoices=(paid, in_part), payments=(payment,)))
    assert [(part.invoice.id, part.amount) for part in of.part_receipts] == [("2", r.money(200))]


def test_a_bill_charged_to_a_card_is_settled_by_card() -> None:
    """Its payment moves no cash, and the bill remembers that it went to a card."""
    bill = r.a_bill("5", 90, dated=days_ago(40), due=days_ago(30))
    by_card = r.a_bill_payment(
        "6", 90, dated=days_ago(28), account=r.CARD, method="CreditCard", applied=[("Bill", "5", 90)]
    )
    of = assembled(Gathered(bills=(bill,), bill_payments=(by_card,)))
    assert of.movements == ()
    assert [(item.by_card, item.lateness_days) for item in of.settled_bills] == [(True, 2)]
    assert of.cards[0].postings == (CardPosting(days_ago(28), 9_000),)


def test_books_that_disagree_are_shown() -> None:
    """A/R stands at 1,000, the open invoice less an unapplied payment at 880: the 120 between them are shown."""
    of = assembled(
        Gathered(
            accounts=r.a_chart(receivable=1_000, payable=-400),
            invoices=(r.an_invoice("1", 900, dated=DAY, due=in_days(20), balance=900),),
            payments=(r.a_payment("2", 20, dated=DAY, unapplied=20),),
            bills=(r.a_bill("3", 450, dated=DAY, due=in_days(20), balance=450),),
            vendor_credits=(r.a_vendor_credit("4", 50, dated=DAY, balance=50),),
        )
    )
    receivable, payable = of.checks
    assert (receivable.account_balance, receivable.documents_total, receivable.difference) == (
        usd(1_000),
        usd(880),
        usd(120),
    )
    assert payable.difference == usd(0)


def test_credits_of_both_sides_are_kept_apart() -> None:
    """Unapplied payments and credit memos of customers, vendor credits of vendors; used-up ones are none."""
    of = assembled(
        Gathered(
            payments=(r.a_payment("2", 20, dated=DAY, unapplied=20), r.a_payment("3", 20, dated=DAY)),
            credit_memos=(r.a_credit_memo("4", 70, dated=DAY, balance=15),),
            vendor_credits=(r.a_vendor_credit("5", 50, dated=DAY, balance=0),),
        )
    )
    assert [(credit.ref.kind, credit.remaining) for credit in of.unapplied_receipts] == [
        (RecordKind.PAYMENT, usd(20)),
        (RecordKind.CREDIT_MEMO, usd(15)),
    ]
    assert of.vendor_credits == ()


def test_foreign_documents_are_counted_and_left_out() -> None:
    """An invoice in euros is no dollar, so it stays out of every sum and is counted instead."""
    euros = r.an_invoice("1", 900, dated=DAY, due=in_days(20), balance=900, currency="EUR")
    of = assembled(Gathered(invoices=(euros,)))
    assert (of.receivables, of.foreign_documents) == ((), 1)


def test_a_missing_due_date_is_an_assumption() -> None:
    """Without a due date a bill is taken as due when issued, and marked."""
    (bill,) = assembled(Gathered(bills=(r.a_bill("3", 45, dated=DAY, due=None, balance=45),))).payables
    assert (bill.due, bill.due_assumed) == (DAY, True)


def test_an_empty_company_has_empty_books() -> None:
    """A company without a single record is no error."""
    of = assemble(Gathered(), BUSINESS, as_of=date(2026, 10, 2), known_at=KNOWN_AT, synced_at=KNOWN_AT)
    assert (of.accounts, of.movements, of.checks) == ((), (), ())
