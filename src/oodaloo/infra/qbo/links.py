"""Addresses of records in QuickBooks' own pages."""

from oodaloo.infra.settings import QboEnvironment

_HOSTS = {QboEnvironment.PRODUCTION: "qbo.intuit.com", QboEnvironment.SANDBOX: "sandbox.qbo.intuit.com"}
_PAGES = {
    "Invoice": "invoice",
    "Payment": "recvpayment",
    "CreditMemo": "creditmemo",
    "Bill": "bill",
    "BillPayment": "billpayment",
    "VendorCredit": "vendorcredit",
    "Purchase": "expense",
    "Deposit": "deposit",
    "Transfer": "transfer",
    "JournalEntry": "journal",
}


def quickbooks_url(environment: QboEnvironment, kind: str, record_id: str) -> str | None:
    """Where a person opens the record in QuickBooks, None for kinds without such a page."""
    if kind == "Account":
        return f"https://{_HOSTS[environment]}/app/register?accountId={record_id}"
    page = _PAGES.get(kind)
    return f"https://{_HOSTS[environment]}/app/{page}?txnId={record_id}" if page else None
