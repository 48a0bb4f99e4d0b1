"""QuickBooks' accounts and money movements are read as the bank domain understands them."""

from datetime import UTC, date, datetime

import pytest

from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, JournalLine, Purchase, SplitLine, Transfer
from oodaloo.domains.bank.sync import TYPES
from oodaloo.domains.core.model import LinkedRecord, RecordMeta
from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.kit.money import Currency, Money
from tests.support.reading import USD, read, row

META = (
    '"domain":"QBO","sparse":false,"Id":"%s","SyncToken":"2","MetaData":{"CreateTime":"2026-09-01T09:30:00-07:00",'
    '"LastModifiedByRef":{"value":"9130350000000032"},"LastUpdatedTime":"2026-09-03T16:45:10-07:00"}'
)
CARD = """{"Name":"Visa","SubAccount":true,"ParentRef":{"value":"40"},"FullyQualifiedName":"Cards:Visa","Active":true,
"Classification":"Liability","AccountType":"Credit Card","AccountSubType":"CreditCard","CurrentBalance":-157.72,
"CurrentBalanceWithSubAccounts":-157.72,"CurrencyRef":{"value":"USD","name":"United States Dollar"},%s}"""
PURCHASE = """{"AccountRef":{"value":"41","name":"Visa"},"PaymentType":"CreditCard",
"EntityRef":{"value":"52","name":"Cloudhost","type":"Vendor"},"Credit":false,"TotalAmt":337.50,
"PurchaseEx":{"any":[]},%s,"CustomField":[],"TxnDate":"2026-09-02","CurrencyRef":{"value":"USD"},
"PrivateNote":"Servers","Line":[
{"Id":"1","Description":"Hosting","Amount":300.00,"DetailType":"AccountBasedExpenseLineDetail",
 "AccountBasedExpenseLineDetail":{"AccountRef":{"value":"60","name":"Software"},"BillableStatus":"NotBillable"}},
{"Id":"2","Amount":37.50,"DetailType":"ItemBasedExpenseLineDetail",
 "ItemBasedExpenseLineDetail":{"ItemRef":{"value":"3"},"ItemAccountRef":{"value":"61"},"UnitPrice":37.5,"Qty":1}}]}"""
DEPOSIT = """{"DepositToAccountRef":{"value":"35","name":"Checking"},"TotalAmt":1250.00,%s,"TxnDate":"2026-09-02",
"CurrencyRef":{"value":"USD"},"PrivateNote":"","Line":[
{"Amount":1200.00,"LinkedTxn":[{"TxnId":"74","TxnType":"Payment","TxnLineId":"0"}]},
{"Id":"1","LineNum":2,"Description":"Interest","Amount":50.00,"DetailType":"DepositLineDetail",
 "DepositLineDetail":{"Entity":{"value":"9","name":"First Bank","type":"VENDOR"},"AccountRef":{"value":"70"}}}]}"""
TRANSFER = """{"FromAccountRef":{"value":"35","name":"Checking"},"ToAccountRef":{"value":"36","name":"Savings"},
"Amount":500.00,%s,"TxnDate":"2026-09-02","CurrencyRef":{"value":"USD"},"PrivateNote":"Put aside"}"""
JOURNAL = """{"Adjustment":false,"TotalAmt":0,%s,"DocNumber":"PR-18","TxnDate":"2026-09-02",
"PrivateNote":"Gusto payroll","Line":[
{"Id":"0","Description":"Wages","Amount":900.00,"DetailType":"JournalEntryLineDetail",
 "JournalEntryLineDetail":{"PostingType":"Debit","AccountRef":{"value":"62","name":"Payroll"}}},
{"Id":"1","Amount":900.00,"DetailType":"JournalEntryLineDetail","JournalEntryLineDetail":{"PostingType":"Credit",
 "Entity":{"Type":"Employee","EntityRef":{"value":"8","name":"Ada"}},"AccountRef":{"value":"35"}}},
{"Id":"2","Description":"A remark","DetailType":"DescriptionOnly"}]}"""


def dollars(amount: str) -> Money:
    """Dollars."""
    return Money.of(amount, USD)


def meta(record_id: str) -> RecordMeta:
    """The identity that every record here has."""
    created = datetime(2026, 9, 1, 16, 30, tzinfo=UTC)
    return RecordMeta(record_id, "2", created, datetime(2026, 9, 3, 23, 45, 10, tzinfo=UTC))


def test_an_account_keeps_its_place_and_debit_positive_balance() -> None:
    """What is owed on a card is negative, and a sub-account knows its parent."""
    assert read(TYPES, "Account", Account, CARD % (META % "41")) == Account(
        meta=meta("41"),
        name="Visa",
        full_name="Cards:Visa",
        account_type="Credit Card",
        subtype="CreditCard",
        classification="Liability",
        active=True,
        balance=dollars("-157.72"),
        parent_id="40",
    )


def test_an_account_in_another_currency_says_so() -> None:
    """A Canadian account's balance isn't dollars of the United States."""
    body = (CARD % (META % "41")).replace('"USD","name":"United States Dollar"', '"CAD","name":"Canadian Dollar"')
    assert read(TYPES, "Account", Account, body).balance == Money.of("-157.72", Currency("CAD"))


def test_a_purchase_knows_what_paid_and_what_for() -> None:
    """Payee, paying account and the accounts of both kinds of line are kept."""
    assert read(TYPES, "Purchase", Purchase, PURCHASE % (META % "88")) == Purchase(
        meta=meta("88"),
        number="",
        dated=date(2026, 9, 2),
        method="CreditCard",
        account_id="41",
        party_id="52",
        party_name="Cloudhost",
        total=dollars("337.50"),
        refund=False,
        memo="Servers",
        lines=(
            SplitLine("60", dollars("300.00"), "Hosting", (), ""),
            SplitLine("61", dollars("37.50"), "", (), ""),
        ),
    )


def test_a_card_refund_is_marked() -> None:
    """A purchase with Credit is money that came back."""
    body = (PURCHASE % (META % "88")).replace('"Credit":false', '"Credit":true')
    assert read(TYPES, "Purchase", Purchase, body).refund


def test_a_deposit_carries_payments_and_other_money() -> None:
    """One line links the customer's payment, the other says who gave and for which account."""
    deposit = read(TYPES, "Deposit", Deposit, DEPOSIT % (META % "90"))
    assert (deposit.account_id, deposit.total) == ("35", dollars("1250.00"))
    assert deposit.lines == (
        SplitLine(None, dollars("1200.00"), "", (LinkedRecord("Payment", "74"),), ""),
        SplitLine("70", dollars("50.00"), "Interest", (), "First Bank", "9"),
    )


def test_a_transfer_goes_from_one_account_to_another() -> None:
    """A transfer keeps its direction."""
    assert read(TYPES, "Transfer", Transfer, TRANSFER % (META % "91")) == Transfer(
        meta("91"), date(2026, 9, 2), "35", "36", dollars("500.00"), "Put aside"
    )


def test_a_journal_entry_is_debit_positive_and_balances() -> None:
    """Credits are negative, remarks without a posting are left out, and what remains sums to zero."""
    entry = read(TYPES, "JournalEntry", JournalEntry, JOURNAL % (META % "92"))
    assert (entry.number, entry.memo) == ("PR-18", "Gusto payroll")
    assert entry.lines == (
        JournalLine("62", dollars("900.00"), "", None, "", "Wages"),
        JournalLine("35", dollars("-900.00"), "Employee", "8", "Ada", ""),
    )
    assert Money.total((line.amount for line in entry.lines), USD).is_zero


def test_the_row_keeps_what_queries_choose_by_and_what_quickbooks_sent() -> None:
    """A row has id, version, date and the original JSON to the letter."""
    body = PURCHASE % (META % "88")
    made = row(TYPES, "Purchase", body)
    assert (made["id"], made["sync_token"], made["dated"], made["open_cents"]) == ("88", "2", date(2026, 9, 2), None)
    assert made["source"] == body


@pytest.mark.parametrize(
    ("sent", "instead", "missing"),
    [
        ('"Id":"88",', "", "Id"),
        ('"TxnDate":"2026-09-02",', "", "TxnDate"),
        ('"TxnDate":"2026-09-02"', '"TxnDate":"02.09.2026"', "TxnDate"),
        ('"TotalAmt":337.50', '"TotalAmt":"a lot"', "TotalAmt"),
        ('"TotalAmt":337.50', '"TotalAmt":1e40', "1E"),
        ('"AccountRef":{"value":"41","name":"Visa"},', "", "AccountRef"),
    ],
)
def test_a_record_that_is_not_whole_names_its_type_and_what_is_wrong(sent: str, instead: str, missing: str) -> None:
    """A missing, mistyped or absurd field is an error that names the type and the field."""
    body = PURCHASE % (META % "88")
    assert sent in body
    with pytest.raises(QboMalformedAnswerError, match=f"sent a Purchase that can't be read .*{missing}"):
        row(TYPES, "Purchase", body.replace(sent, instead, 1))


def test_bytes_that_are_no_text_are_refused() -> None:
    """A record with a broken byte where we don't look is refused all the same, not stored."""
    purchase = next(entity for entity in TYPES if entity.name == "Purchase")
    source = (PURCHASE % (META % "88")).encode().replace(b'"any":[]', b'"any":["\xff"]')
    with pytest.raises(QboMalformedAnswerError, match="sent a Purchase"):
        purchase.reading(source, USD)
