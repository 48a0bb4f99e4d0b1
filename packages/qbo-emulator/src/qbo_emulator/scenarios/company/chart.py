"""The chart of accounts of a service company, spelled as QuickBooks spells its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """One account to create: its name, QuickBooks' type and subtype, and the parent's name if it has one."""

    name: str
    account_type: str
    subtype: str
    parent: str | None = None


CHECKING = "Business Checking"
SAVINGS = "Business Savings"
CARD = "Business Card"
CREDIT_LINE = "Line of Credit"
TERM_LOAN = "Term Loan"
UNDEPOSITED = "Undeposited Funds"
RECEIVABLE = "Accounts Receivable (A/R)"
PAYABLE = "Accounts Payable (A/P)"
OPENING_EQUITY = "Opening Balance Equity"
EQUIPMENT = "Furniture & Equipment"
OWNER_DRAWS = "Owner Draws"
OWNER_INVESTMENT = "Owner Investment"
ESTIMATED_TAXES = "Estimated Taxes"
PAYROLL_LIABILITIES = "Payroll Liabilities"
UNCATEGORIZED = "Uncategorized Expense"
UNCATEGORIZED_INCOME = "Uncategorized Income"
INTEREST_EARNED = "Interest Earned"
INTEREST_PAID = "Interest Paid"
BANK_CHARGES = "Bank Charges & Fees"
RETAINER_INCOME = "Retainer Income"
PROJECT_INCOME = "Project Income"
CONTRACTORS = "Contractors"
MEDIA = "Media Purchased"
PRODUCTION = "Production Costs"
ADVERTISING = "Advertising & Marketing"
RENT = "Rent & Lease"
SOFTWARE = "Software & Subscriptions"
INSURANCE = "Insurance"
BENEFITS = "Employee Benefits"
WAGES = "Wages"
PAYROLL_TAXES = "Payroll Taxes"
PAYROLL_FEES = "Payroll Service Fees"
LEGAL = "Legal & Professional Services"
OFFICE_SUPPLIES = "Office Supplies"
MEALS = "Meals & Entertainment"
TRAVEL = "Travel"
TELEPHONE = "Telephone & Internet"
POWER = "Gas & Electric"
CLEANING = "Cleaning"
RECRUITING = "Recruiting"

_EXPENSE = "Expense"
_OTHER_SERVICE = "OtherMiscellaneousServiceCost"

SERVICE_COMPANY_CHART: tuple[AccountSpec, ...] = (
    AccountSpec(CHECKING, "Bank", "Checking"),
    AccountSpec(SAVINGS, "Bank", "Savings"),
    AccountSpec(RECEIVABLE, "Accounts Receivable", "AccountsReceivable"),
    AccountSpec(UNDEPOSITED, "Other Current Asset", "UndepositedFunds"),
    AccountSpec("Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    AccountSpec("Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    AccountSpec(EQUIPMENT, "Fixed Asset", "FurnitureAndFixtures"),
    AccountSpec("Accumulated Depreciation", "Fixed Asset", "AccumulatedDepreciation"),
    AccountSpec(PAYABLE, "Accounts Payable", "AccountsPayable"),
    AccountSpec(CARD, "Credit Card", "CreditCard"),
    AccountSpec(CREDIT_LINE, "Other Current Liability", "LineOfCredit"),
    AccountSpec(PAYROLL_LIABILITIES, "Other Current Liability", "PayrollTaxPayable"),
    AccountSpec(TERM_LOAN, "Long Term Liability", "NotesPayable"),
    AccountSpec(OPENING_EQUITY, "Equity", "OpeningBalanceEquity"),
    AccountSpec("Retained Earnings", "Equity", "RetainedEarnings"),
    AccountSpec(OWNER_INVESTMENT, "Equity", "PartnerContributions"),
    AccountSpec(OWNER_DRAWS, "Equity", "PartnerDistributions"),
    AccountSpec(ESTIMATED_TAXES, "Equity", "EstimatedTaxes"),
    AccountSpec(RETAINER_INCOME, "Income", "ServiceFeeIncome"),
    AccountSpec(PROJECT_INCOME, "Income", "ServiceFeeIncome"),
    AccountSpec(UNCATEGORIZED_INCOME, "Income", "ServiceFeeIncome"),
    AccountSpec("Discounts given", "Income", "DiscountsRefundsGiven"),
    AccountSpec("Cost of Services", "Cost of Goods Sold", "OtherCostsOfServiceCos"),
    AccountSpec(CONTRACTORS, "Cost of Goods Sold", "CostOfLaborCos", "Cost of Services"),
    AccountSpec(MEDIA, "Cost of Goods Sold", "OtherCostsOfServiceCos", "Cost of Services"),
    AccountSpec(PRODUCTION, "Cost of Goods Sold", "OtherCostsOfServiceCos", "Cost of Services"),
    AccountSpec("Payroll Expenses", _EXPENSE, "PayrollExpenses"),
    AccountSpec(WAGES, _EXPENSE, "PayrollExpenses", "Payroll Expenses"),
    AccountSpec(PAYROLL_TAXES, _EXPENSE, "PayrollExpenses", "Payroll Expenses"),
    AccountSpec(BENEFITS, _EXPENSE, "PayrollExpenses", "Payroll Expenses"),
    AccountSpec(PAYROLL_FEES, _EXPENSE, "PayrollExpenses", "Payroll Expenses"),
    AccountSpec(ADVERTISING, _EXPENSE, "AdvertisingPromotional"),
    AccountSpec(BANK_CHARGES, _EXPENSE, "BankCharges"),
    AccountSpec(CLEANING, _EXPENSE, "RepairMaintenance"),
    AccountSpec(INSURANCE, _EXPENSE, "Insurance"),
    AccountSpec(INTEREST_PAID, _EXPENSE, "InterestPaid"),
    AccountSpec(LEGAL, _EXPENSE, "LegalProfessionalFees"),
    AccountSpec(MEALS, _EXPENSE, "EntertainmentMeals"),
    AccountSpec(OFFICE_SUPPLIES, _EXPENSE, "OfficeGeneralAdministrativeExpenses"),
    AccountSpec(RECRUITING, _EXPENSE, _OTHER_SERVICE),
    AccountSpec(RENT, _EXPENSE, "RentOrLeaseOfBuildings"),
    AccountSpec(SOFTWARE, _EXPENSE, "DuesSubscriptions"),
    AccountSpec(TRAVEL, _EXPENSE, "Travel"),
    AccountSpec(UNCATEGORIZED, _EXPENSE, _OTHER_SERVICE),
    AccountSpec("Utilities", _EXPENSE, "Utilities"),
    AccountSpec(POWER, _EXPENSE, "Utilities", "Utilities"),
    AccountSpec(TELEPHONE, _EXPENSE, "Utilities", "Utilities"),
    AccountSpec(INTEREST_EARNED, "Other Income", "InterestEarned"),
    AccountSpec("Depreciation", "Other Expense", "Depreciation"),
)
