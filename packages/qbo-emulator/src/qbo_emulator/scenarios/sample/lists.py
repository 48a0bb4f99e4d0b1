"""The lists of the standard sandbox company: facts such as ids, names and types."""

from typing import NamedTuple


class SampleAccount(NamedTuple):
    """An account: its id and name, QuickBooks' type and subtype, and the parent's id."""

    id: int
    name: str
    account_type: str
    subtype: str
    parent: int | None = None


class SampleName(NamedTuple):
    """A customer or vendor: its id, display name and town; `company` is false for a person, `parent` is a job's."""

    id: int
    name: str
    city: str = ""
    parent: int | None = None
    company: bool = True


class SampleItem(NamedTuple):
    """An item: accounts by id, dollars with cents as text; those with a quantity are stock."""

    id: int
    name: str
    income: int
    description: str = ""
    price: str = "0"
    cost: str = "0"
    expense: int | None = None
    quantity: int | None = None
    taxable: bool = False


ACCOUNTS: tuple[SampleAccount, ...] = (
    SampleAccount(1, "Services", "Income", "ServiceFeeIncome"),
    SampleAccount(2, "Retained Earnings", "Equity", "RetainedEarnings"),
    SampleAccount(3, "Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    SampleAccount(4, "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    SampleAccount(5, "Fees Billed", "Income", "ServiceFeeIncome"),
    SampleAccount(6, "Refunds-Allowances", "Income", "DiscountsRefundsGiven"),
    SampleAccount(7, "Advertising", "Expense", "AdvertisingPromotional"),
    SampleAccount(8, "Bank Charges", "Expense", "BankCharges"),
    SampleAccount(9, "Commissions & fees", "Expense", "OtherMiscellaneousServiceCost"),
    SampleAccount(10, "Dues & Subscriptions", "Expense", "DuesSubscriptions"),
    SampleAccount(11, "Insurance", "Expense", "Insurance"),
    SampleAccount(12, "Legal & Professional Fees", "Expense", "LegalProfessionalFees"),
    SampleAccount(13, "Meals and Entertainment", "Expense", "EntertainmentMeals"),
    SampleAccount(14, "Miscellaneous", "Other Expense", "OtherMiscellaneousExpense"),
    SampleAccount(15, "Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    SampleAccount(16, "Promotional", "Expense", "AdvertisingPromotional"),
    SampleAccount(17, "Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    SampleAccount(19, "Stationery & Printing", "Expense", "OfficeGeneralAdministrativeExpenses"),
    SampleAccount(20, "Supplies", "Expense", "SuppliesMaterials"),
    SampleAccount(21, "Taxes & Licenses", "Expense", "TaxesPaid"),
    SampleAccount(22, "Travel", "Expense", "Travel"),
    SampleAccount(23, "Travel Meals", "Expense", "TravelMeals"),
    SampleAccount(24, "Utilities", "Expense", "Utilities"),
    SampleAccount(25, "Interest Earned", "Other Income", "InterestEarned"),
    SampleAccount(26, "Other Portfolio Income", "Other Income", "OtherMiscellaneousIncome"),
    SampleAccount(27, "Penalties & Settlements", "Other Expense", "PenaltiesSettlements"),
    SampleAccount(28, "Disposal Fees", "Expense", "OtherMiscellaneousServiceCost"),
    SampleAccount(29, "Equipment Rental", "Expense", "EquipmentRental"),
    SampleAccount(30, "Uncategorized Income", "Income", "ServiceFeeIncome"),
    SampleAccount(31, "Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
    SampleAccount(32, "Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    SampleAccount(33, "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    SampleAccount(34, "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    SampleAccount(35, "Checking", "Bank", "Checking"),
    SampleAccount(36, "Savings", "Bank", "Savings"),
    SampleAccount(37, "Truck", "Fixed Asset", "Vehicles"),
    SampleAccount(38, "Original Cost", "Fixed Asset", "Vehicles", 37),
    SampleAccount(39, "Depreciation", "Fixed Asset", "AccumulatedDepreciation", 37),
    SampleAccount(40, "Depreciation", "Other Expense", "Depreciation"),
    SampleAccount(41, "Mastercard", "Credit Card", "CreditCard"),
    SampleAccount(42, "Visa", "Credit Card", "CreditCard"),
    SampleAccount(43, "Loan Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    SampleAccount(44, "Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    SampleAccount(45, "Landscaping Services", "Income", "OtherPrimaryIncome"),
    SampleAccount(46, "Job Materials", "Income", "OtherPrimaryIncome", 45),
    SampleAccount(47, "Decks and Patios", "Income", "OtherPrimaryIncome", 46),
    SampleAccount(48, "Fountains and Garden Lighting", "Income", "OtherPrimaryIncome", 46),
    SampleAccount(49, "Plants and Soil", "Income", "OtherPrimaryIncome", 46),
    SampleAccount(50, "Sprinklers and Drip Systems", "Income", "OtherPrimaryIncome", 46),
    SampleAccount(51, "Labor", "Income", "OtherPrimaryIncome", 45),
    SampleAccount(52, "Installation", "Income", "OtherPrimaryIncome", 51),
    SampleAccount(53, "Maintenance and Repair", "Income", "OtherPrimaryIncome", 51),
    SampleAccount(54, "Pest Control Services", "Income", "OtherPrimaryIncome"),
    SampleAccount(55, "Automobile", "Expense", "Auto"),
    SampleAccount(56, "Fuel", "Expense", "Auto", 55),
    SampleAccount(57, "Workers Compensation", "Expense", "Insurance", 11),
    SampleAccount(58, "Job Expenses", "Expense", "OtherMiscellaneousServiceCost"),
    SampleAccount(59, "Cost of Labor", "Expense", "OtherMiscellaneousServiceCost", 58),
    SampleAccount(60, "Installation", "Expense", "OtherMiscellaneousServiceCost", 59),
    SampleAccount(61, "Maintenance and Repairs", "Expense", "OtherMiscellaneousServiceCost", 59),
    SampleAccount(62, "Equipment Rental", "Expense", "EquipmentRental", 58),
    SampleAccount(63, "Job Materials", "Expense", "SuppliesMaterials", 58),
    SampleAccount(64, "Decks and Patios", "Expense", "SuppliesMaterials", 63),
    SampleAccount(65, "Fountain and Garden Lighting", "Expense", "SuppliesMaterials", 63),
    SampleAccount(66, "Plants and Soil", "Expense", "SuppliesMaterials", 63),
    SampleAccount(67, "Sprinklers and Drip Systems", "Expense", "SuppliesMaterials", 63),
    SampleAccount(68, "Permits", "Expense", "OtherMiscellaneousServiceCost", 58),
    SampleAccount(69, "Accounting", "Expense", "LegalProfessionalFees", 12),
    SampleAccount(70, "Bookkeeper", "Expense", "LegalProfessionalFees", 12),
    SampleAccount(71, "Lawyer", "Expense", "LegalProfessionalFees", 12),
    SampleAccount(72, "Maintenance and Repair", "Expense", "RepairMaintenance"),
    SampleAccount(73, "Building Repairs", "Expense", "RepairMaintenance", 72),
    SampleAccount(74, "Computer Repairs", "Expense", "RepairMaintenance", 72),
    SampleAccount(75, "Equipment Repairs", "Expense", "RepairMaintenance", 72),
    SampleAccount(76, "Gas and Electric", "Expense", "Utilities", 24),
    SampleAccount(77, "Telephone", "Expense", "Utilities", 24),
    SampleAccount(78, "Purchases", "Expense", "SuppliesMaterials"),
    SampleAccount(79, "Sales of Product Income", "Income", "SalesOfProductIncome"),
    SampleAccount(80, "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    SampleAccount(81, "Inventory Asset", "Other Current Asset", "Inventory"),
    SampleAccount(82, "Design income", "Income", "OtherPrimaryIncome"),
    SampleAccount(83, "Other Income", "Income", "OtherPrimaryIncome"),
    SampleAccount(84, "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    SampleAccount(85, "Billable Expense Income", "Income", "ServiceFeeIncome"),
    SampleAccount(86, "Discounts given", "Income", "DiscountsRefundsGiven"),
    SampleAccount(87, "Unapplied Cash Payment Income", "Income", "UnappliedCashPaymentIncome"),
    SampleAccount(88, "Unapplied Cash Bill Payment Expense", "Expense", "UnappliedCashBillPaymentExpense"),
    SampleAccount(89, "Arizona Dept. of Revenue Payable", "Other Current Liability", "GlobalTaxPayable"),
    SampleAccount(90, "Board of Equalization Payable", "Other Current Liability", "GlobalTaxPayable"),
)

CUSTOMERS: tuple[SampleName, ...] = (
    SampleName(1, "Amy's Bird Sanctuary", "Bayshore"),
    SampleName(2, "Bill's Windsurf Shop", "Half Moon Bay"),
    SampleName(3, "Cool Cars", "Half Moon Bay"),
    SampleName(4, "Diego Rodriguez", "Palo Alto", company=False),
    SampleName(5, "Dukes Basketball Camp", "Tucson"),
    SampleName(6, "Dylan Sollfrank", company=False),
    SampleName(7, "Freeman Sporting Goods", "Middlefield"),
    SampleName(8, "0969 Ocean View Road", "Middlefield", parent=7),
    SampleName(9, "55 Twin Lane", "Middlefield", parent=7),
    SampleName(10, "Geeta Kalapatapu", "Middlefield", company=False),
    SampleName(11, "Gevelber Photography", "Half Moon Bay"),
    SampleName(12, "Jeff's Jalopies", "Menlo Park"),
    SampleName(13, "John Melton", "Menlo Park", company=False),
    SampleName(14, "Kate Whelan", "Menlo Park", company=False),
    SampleName(15, "Pye's Cakes", "South Orange"),
    SampleName(16, "Kookies by Kathy", "Middlefield"),
    SampleName(17, "Mark Cho", "Menlo Park", company=False),
    SampleName(18, "Paulsen Medical Supplies", "Middlefield"),
    SampleName(19, "Rago Travel Agency", "Bayshore"),
    SampleName(20, "Red Rock Diner", "Bayshore"),
    SampleName(21, "Rondonuwu Fruit and Vegi", "San Jose", company=False),
    SampleName(22, "Shara Barnett", "Palo Alto", company=False),
    SampleName(23, "Barnett Design", "Middlefield", parent=22),
    SampleName(24, "Sonnenschein Family Store", "Middlefield"),
    SampleName(25, "Sushi by Katsuyuki", "Maplewood"),
    SampleName(26, "Travis Waldron", "Monlo Park", company=False),
    SampleName(27, "Video Games by Dan", "Tucson"),
    SampleName(28, "Wedding Planning by Whitney", "Menlo Park"),
    SampleName(29, "Weiskopf Consulting", "Bayshore"),
)

VENDORS: tuple[SampleName, ...] = (
    SampleName(30, "Books by Bessie", "Palo Alto"),
    SampleName(31, "Brosnahan Insurance Agency", "Middlefield"),
    SampleName(32, "Cal Telephone", "Palo Alto"),
    SampleName(33, "Chin's Gas and Oil"),
    SampleName(34, "Cigna Health Care"),
    SampleName(35, "Computers by Jenni", "Middlefield"),
    SampleName(36, "Diego's Road Warrior Bodyshop"),
    SampleName(37, "EDD"),
    SampleName(38, "Ellis Equipment Rental", "Middlefield"),
    SampleName(39, "Fidelity"),
    SampleName(40, "Hall Properties", "South Orange"),
    SampleName(41, "Hicks Hardware", "Middlefield"),
    SampleName(42, "Lee Advertising", "Middlefield"),
    SampleName(43, "Mahoney Mugs"),
    SampleName(44, "Met Life Dental"),
    SampleName(45, "National Eye Care", "Tucson"),
    SampleName(46, "Norton Lumber and Building Materials", "Middlefield"),
    SampleName(47, "Pam Seitz", "Bayshore"),
    SampleName(48, "PG&E", "Palo Alto"),
    SampleName(49, "Robertson & Associates", "Bayshore"),
    SampleName(50, "Tania's Nursery", "Middlefield"),
    SampleName(51, "Tim Philip Masonry", "Middlefield"),
    SampleName(52, "Tony Rondonuwu", company=False),
    SampleName(53, "United States Treasury", "Tucson", company=False),
    SampleName(56, "Bob's Burger Joint", company=False),
    SampleName(57, "Squeaky Kleen Car Wash", company=False),
)

ITEMS: tuple[SampleItem, ...] = (
    SampleItem(1, "Services", 1),
    SampleItem(2, "Hours", 1),
    SampleItem(3, "Concrete", 48, "Concrete for fountain installation", taxable=True),
    SampleItem(4, "Design", 82, "Custom Design", price="75"),
    SampleItem(5, "Rock Fountain", 79, "Rock Fountain", price="275", cost="125", expense=80, quantity=2, taxable=True),
    SampleItem(6, "Gardening", 45, "Weekly Gardening Service"),
    SampleItem(7, "Installation", 52, "Installation of landscape design", price="50"),
    SampleItem(8, "Lighting", 48, "Garden Lighting", taxable=True),
    SampleItem(9, "Maintenance & Repair", 53, "Maintenance & Repair"),
    SampleItem(10, "Pest Control", 54, "Pest Control Services", price="35"),
    SampleItem(11, "Pump", 79, "Fountain Pump", price="15", cost="10", expense=80, quantity=25, taxable=True),
    SampleItem(12, "Refunds & Allowances", 83, "Income due to refunds or allowances"),
    SampleItem(13, "Rocks", 48, "Garden Rocks", taxable=True),
    SampleItem(14, "Sod", 49, "Sod", taxable=True),
    SampleItem(15, "Soil", 49, "2 cubic ft. bag", price="10", cost="6.5", expense=66, taxable=True),
    SampleItem(
        16, "Sprinkler Heads", 79, "Sprinkler Heads", price="2", cost="0.75", expense=80, quantity=25, taxable=True
    ),
    SampleItem(
        17, "Sprinkler Pipes", 79, "Sprinkler Pipes", price="4", cost="2.5", expense=80, quantity=31, taxable=True
    ),
    SampleItem(18, "Trimming", 45, "Tree and Shrub Trimming", price="35"),
)

TERMS: tuple[tuple[int, str, int], ...] = (
    (1, "Due on receipt", 0),
    (2, "Net 15", 15),
    (3, "Net 30", 30),
    (4, "Net 60", 60),
    (5, "Net 10", 10),
)
