"""Operations of the clients that no test calls, and why: the one table behind the generated list."""

from typing import Final

from conformance.operations import Excuses

IN_MEMORY: Final = "turns values into other values; nothing of it reaches a server"
ABSTRACT: Final = "a base without a type of its own; called through the classes that inherit it"
TEMPLATE: Final = "a part of RecurringTransaction, which saves, reads and deletes it"
NOT_EMULATED: Final = "the type isn't emulated: any use of it answers 501 and names it"

NOT_EMULATED_TYPES: Final = (
    "Budget",
    "CreditCardPayment",
    "CustomerType",
    "Employee",
    "PurchaseOrder",
    "TaxAgency",
    "TaxCode",
    "TaxRate",
    "TaxService",
    "TimeActivity",
)

QUICKBOOKS: Final[Excuses] = (
    *((f"{name}.*", NOT_EMULATED) for name in NOT_EMULATED_TYPES),
    ("*Mixin.*", ABSTRACT),
    ("Quickbooks*Object.*", ABSTRACT),
    ("QuickbooksTransactionEntity.*", ABSTRACT),
    ("QuickbooksPdfDownloadable.*", ABSTRACT),
    ("Recurring[BCDEIJPRSV]*.*", TEMPLATE),
    ("RecurringTransfer.*", TEMPLATE),
    ("QuickBooks.get_current_user", "asks the App Center of OAuth 1, which is no part of the accounting API"),
    ("DecimalEncoder.*", IN_MEMORY),
    ("*.to_json", IN_MEMORY),
    ("*.json_filter", IN_MEMORY),
    ("*.to_dict", IN_MEMORY),
    ("*.from_json", IN_MEMORY),
    ("*.to_ref", IN_MEMORY),
    ("*.to_linked_txn", IN_MEMORY),
    ("QueryResponse.append", IN_MEMORY),
    ("QueryResponse.pop", IN_MEMORY),
)

INTUIT_OAUTH: Final[Excuses] = (
    ("migration.migrate", "moves OAuth 1 tokens, which QuickBooks stopped giving in 2017, at an address of its own"),
)
