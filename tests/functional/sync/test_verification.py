"""The mirror is proved against QuickBooks' own reports, and what was planted in it is named to the cent."""

from pathlib import Path

import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.domains.core.verification import Difference, Verification
from oodaloo.infra.db.migrate import migrate
from oodaloo.kit.ids import BusinessId
from tests.support.books import usd
from tests.support.databases import SqliteDatabases, TestDatabase
from tests.support.emulators import AS_OF, Emulator, emulator
from tests.support.planting import change, remove
from tests.support.product import connect, services_for
from tests.support.recordings import JsonObject

SANDBOX = Path(__file__).parents[3].parent / "shared/qbo-samples/us-sandbox-2026"
REPORTS = ["AgedReceivables", "AgedPayables", "BalanceSheet", "GeneralLedger"]


async def synced(services: Services, quickbooks: Emulator) -> BusinessId:
    """A business that was connected and read; the journal begins after that."""
    business_id = await connect(services, quickbooks)
    await services.sync(business_id)
    quickbooks.fresh()
    return business_id


def reports_read(quickbooks: Emulator) -> list[str]:
    """The reports that were asked for, in order."""
    paths = [request["path"] for request in quickbooks.journal() if request["operation"] == "reports"]
    return [path.rpartition("/")[2] for path in paths]


def totals(found: Verification) -> dict[str, str]:
    """QuickBooks' totals by title."""
    return {each.title: str(each.quickbooks) for each in found.comparisons}


def differing(found: Verification) -> dict[str, tuple[Difference, ...]]:
    """The differences by title, of what differs."""
    return {each.title: each.differences for each in found.comparisons if each.differences}


async def test_the_agency_s_mirror_agrees(migrated: TestDatabase, agency: Emulator) -> None:
    """Thousands of documents: every total is QuickBooks' own, four reports were read and nothing in detail."""
    async with services_for(migrated, agency) as services:
        business_id = await synced(services, agency)
        found = await services.verify(business_id)
    assert found.differences == 0
    assert all(each.quickbooks == each.mirror for each in found.comparisons)
    assert reports_read(agency) == REPORTS
    assert found.metered_reads == len(agency.journal())
    assert float(totals(found)["Receivables"]) > 100_000


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--scenario", "it-consulting-small"), id="it-consulting"),
        pytest.param(("--scenario", "creative-studio-small", "--option", "payroll=quickbooks"), id="creative-studio"),
        pytest.param(("--scenario", "professional-services-small", "--option", "payroll=purchase"), id="professional"),
        pytest.param(("--scenario", "sample"), id="sample"),
        pytest.param(
            ("--load", str(SANDBOX)),
            marks=pytest.mark.skipif(
                not SANDBOX.is_dir(), reason="the recordings of a real sandbox company are not beside the project"
            ),
            id="recordings",
        ),
    ],
)
async def test_other_companies_agree(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Every kind of company, the sample company, and recordings of a real one: the mirror is what QuickBooks says."""
    dated = () if arguments[0] == "--load" else ("--as-of", AS_OF)
    database = SqliteDatabases(tmp_path).empty()
    await migrate(database.owner_url, database.app_url)
    with emulator(*arguments, *dated) as quickbooks:
        async with services_for(database, quickbooks, as_of=str(quickbooks.announced["as_of"])) as services:
            found = await services.verify(await synced(services, quickbooks))
    assert differing(found) == {}


async def test_planted_differences_are_named(migrated: TestDatabase, company: Emulator) -> None:
    """A bill that is gone, an invoice and a credit that say something else, a stale balance; reading anew heals all."""
    async with services_for(migrated, company) as services:
        business_id = await synced(services, company)
        await remove(services, business_id, "Bill", "202")
        await change(services, business_id, "Invoice", "102", usd(1400), usd(1300))
        await change(services, business_id, "CreditMemo", "121", usd(200), usd(0))
        await change(services, business_id, "Account", "7", usd("-830.40"), usd("-830.41"))
        found = await services.verify(business_id)
        asked = reports_read(company)
        await services.sync(business_id, start_over=True)
        healed = await services.verify(business_id)
    assert differing(healed) == {}
    assert differing(found) == {
        "Receivables": (
            Difference("Credit memo C121", "Harbor Dental", usd(-200), usd(0)),
            Difference("Invoice 10102", "Quill Books", usd(1400), usd(1300)),
        ),
        "Payables": (Difference("Bill B202", "Cloudhost", usd("345.67"), None),),
        "Liabilities": (Difference("Visa", "", usd("830.40"), usd("830.41")),),
    }
    assert asked == [
        "AgedReceivables",
        "AgedReceivableDetail",
        "AgedPayables",
        "AgedPayableDetail",
        "BalanceSheet",
        "GeneralLedger",
    ]


async def test_errors_that_cancel_each_other_are_seen(migrated: TestDatabase, company: Emulator) -> None:
    """Two invoices of one customer wrong by the same amount leave all totals right; so do those of two customers."""
    async with services_for(migrated, company) as services:
        business_id = await synced(services, company)
        await change(services, business_id, "Invoice", "101", usd(3000), usd(2900))
        await change(services, business_id, "Invoice", "102", usd(1400), usd(1500))
        found = await services.verify(business_id)
    receivables = found.comparisons[0]
    assert receivables.quickbooks == receivables.mirror
    assert [(each.name, each.party) for each in receivables.differences] == [
        ("Invoice 10101", "Harbor Dental"),
        ("Invoice 10102", "Quill Books"),
    ]


async def test_what_moved_on_the_bank_accounts_is_proved_too(migrated: TestDatabase, own_company: Emulator) -> None:
    """Checks that the mirror lacks or has with another amount are named; what only the ledger shows is expected."""
    checks = [own_company.create("Purchase", a_check(amount)) for amount in ("45.00", "46.00", "47.00")]
    own_company.create("SalesReceipt", a_sales_receipt())
    lacking, wrong, _ = (str(each["Id"]) for each in checks)
    # Else change data capture brings what is so new once more, and the mirror is healed before it is proved.
    own_company.http.post("/_emulator/clock", json={"advance_days": 7}).raise_for_status()
    async with services_for(migrated, own_company) as services:
        business_id = await synced(services, own_company)
        assert differing(await services.verify(business_id)) == {}
        await remove(services, business_id, "Purchase", lacking)
        await change(services, business_id, "Purchase", wrong, usd(46), usd(64))
        found = await services.verify(business_id)
    assert differing(found) == {
        "Bank accounts, six months": (
            Difference(f"Check (id {lacking})", "Checking", usd(-45), None),
            Difference(f"Expense (id {wrong})", "Checking", usd(-46), usd(-64)),
        )
    }
    assert "1 posting that QuickBooks shows in its ledger only" in found.comparisons[-1].left_out


async def test_odd_documents_are_open_as_quickbooks_counts_them(migrated: TestDatabase, own_company: Emulator) -> None:
    """Payments without documents or with too much, entries on receivables and payables and what settles them: equal.

    Receivables: 4,650.00 (see the small company), 90 by an entry of which 50 are paid, 30 paid for nothing: 4,660.00.
    Payables: 2,095.67, 70 by an entry of which 20 are paid, 1,900 paid for a bill of 1,800: 2,045.67 less 1,800.00.
    """
    owed = own_company.create("JournalEntry", an_entry("5", "8", "90.00", "Customer", "2"))
    own_company.create("Payment", a_payment("50.00", ("JournalEntry", str(owed["Id"]), "50.00")))
    own_company.create("Payment", a_payment("30.00"))
    owing = own_company.create("JournalEntry", an_entry("9", "6", "70.00", "Vendor", "4"))
    own_company.create("BillPayment", a_bill_payment("20.00", ("JournalEntry", str(owing["Id"]), "20.00")))
    own_company.create("BillPayment", a_bill_payment("1900.00", ("Bill", "201", "1800.00")))
    async with services_for(migrated, own_company) as services:
        found = await services.verify(await synced(services, own_company))
    assert differing(found) == {}
    assert (totals(found)["Receivables"], totals(found)["Payables"]) == ("4660.00", "245.67")


async def test_other_currencies_count_at_home(migrated: TestDatabase, own_company: Emulator) -> None:
    """A bill of 100 euros at 1.10 adds 110.00 to what is owed, and the account in euros is left out by name."""
    preferences = own_company.all_of("Preferences")[0]
    several = {"CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}}
    own_company.create("Preferences", {**preferences, **several})
    own_company.create("CompanyCurrency", {"Code": "EUR", "Name": "Euro"})
    atelier = own_company.create("Vendor", {"DisplayName": "Atelier", "CurrencyRef": {"value": "EUR"}})
    detail = {"DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": {"AccountRef": ref("9")}}
    own_company.create(
        "Bill",
        {
            "VendorRef": ref(str(atelier["Id"])),
            "CurrencyRef": ref("EUR"),
            "ExchangeRate": 1.1,
            "TxnDate": "2026-10-01",
            "Line": [{"Amount": "100.00", **detail}],
        },
    )
    async with services_for(migrated, own_company) as services:
        found = await services.verify(await synced(services, own_company))
    assert differing(found) == {}
    assert totals(found)["Payables"] == "2205.67"  # 2,095.67 + 110.00
    assert found.comparisons[3].left_out == ("Accounts Payable (A/P) - EUR is kept in EUR",)


def ref(record_id: str) -> JsonObject:
    """A reference to a record."""
    return {"value": record_id}


def a_check(amount: str) -> JsonObject:
    """Software paid from checking yesterday."""
    detail = {"DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": {"AccountRef": ref("10")}}
    line = {"Amount": amount, **detail}
    return {"TxnDate": "2026-10-03", "PaymentType": "Check", "AccountRef": ref("1"), "Line": [line]}


def a_sales_receipt() -> JsonObject:
    """Hours sold to Quill Books, paid into checking."""
    line = {"Amount": "250.00", "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": ref("1")}}
    return {"TxnDate": "2026-10-03", "CustomerRef": ref("2"), "DepositToAccountRef": ref("1"), "Line": [line]}


def an_entry(debited: str, credited: str, amount: str, kind: str, party: str) -> JsonObject:
    """An amount from one account to another, both lines naming a customer or vendor."""
    entity = {"Type": kind, "EntityRef": ref(party)}
    lines = [
        {
            "Amount": amount,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref(account), "Entity": entity},
        }
        for side, account in (("Debit", debited), ("Credit", credited))
    ]
    return {"TxnDate": "2026-10-01", "Line": lines}


def a_payment(amount: str, *applied: tuple[str, str, str]) -> JsonObject:
    """Money of Quill Books into checking, applied to (kind, id, amount) triples."""
    lines = [{"Amount": part, "LinkedTxn": [{"TxnId": each, "TxnType": kind}]} for kind, each, part in applied]
    return {
        "TxnDate": "2026-10-01",
        "CustomerRef": ref("2"),
        "TotalAmt": amount,
        "DepositToAccountRef": ref("1"),
        "Line": lines,
    }


def a_bill_payment(amount: str, *applied: tuple[str, str, str]) -> JsonObject:
    """A check to Pier 9, applied to (kind, id, amount) triples."""
    lines = [{"Amount": part, "LinkedTxn": [{"TxnId": each, "TxnType": kind}]} for kind, each, part in applied]
    return {
        "TxnDate": "2026-10-01",
        "VendorRef": ref("4"),
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": ref("1")},
        "TotalAmt": amount,
        "Line": lines,
    }
