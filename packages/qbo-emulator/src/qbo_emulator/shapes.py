"""The types inside of QuickBooks' entities (addresses, lines, details, …): their properties in wire order.

A type is written as words `name:kind`. Kinds: nothing for a text, a number for a text of at most that length,
`=Name` for a text out of an enumeration, `money` (two decimals), `number` (shortest spelling), `int`, `flag`,
`date`, `ref`, `memo`, `any`, another type, and `[kind]` for a list. As in the public V3 schema and in the documented
maximum lengths.
"""

from typing import Final, NamedTuple

ENUMERATIONS: Final = {
    name: frozenset(values.split())
    for name, values in {
        "BillPaymentType": "Check CreditCard",
        "BillableStatus": "Billable NotBillable HasBeenBilled",
        "EmailStatus": "NotSet NeedToSend EmailSent",
        "GlobalTaxCalculation": "TaxInclusive TaxExcluded NotApplicable",
        "IntervalType": "Daily Weekly Monthly Yearly",
        "LineDetailType": """
            PaymentLineDetail DiscountLineDetail TaxLineDetail SalesItemLineDetail ItemBasedExpenseLineDetail
            AccountBasedExpenseLineDetail DepositLineDetail PurchaseOrderItemLineDetail ItemReceiptLineDetail
            JournalEntryLineDetail GroupLineDetail DescriptionOnly SubTotalLineDetail SalesOrderItemLineDetail
            TDSLineDetail ReimburseLineDetail ItemAdjustmentLineDetail
        """,
        "PaymentType": "Cash Check CreditCard Expense Other",
        "PostingType": "Credit Debit",
        "PrintStatus": "NotSet NeedToPrint PrintComplete",
        "RecurType": "Automated Reminded UnScheduled",
    }.items()
} | {
    "AccountType": frozenset(
        {
            "Bank",
            "Accounts Receivable",
            "Other Current Asset",
            "Fixed Asset",
            "Other Asset",
            "Accounts Payable",
            "Credit Card",
            "Other Current Liability",
            "Long Term Liability",
            "Equity",
            "Income",
            "Cost of Goods Sold",
            "Expense",
            "Other Income",
            "Other Expense",
        }
    )
}
"""Enumeration -> its values."""


class Field(NamedTuple):
    """How one property is written: its kind, whether it is a list, and a text's longest length."""

    kind: str
    many: bool = False
    longest: int | None = None


def fields(words: str) -> dict[str, Field]:
    """The properties of a type from its words, in their order."""
    return {name: _field(kind) for name, _, kind in (word.partition(":") for word in words.split())}


def _field(kind: str) -> Field:
    if kind.startswith("["):
        return Field(kind[1:-1], many=True)
    if kind.isdecimal():
        return Field("text", longest=int(kind))
    return Field(kind or "text")


INNER_TYPES: Final = {
    "PhysicalAddress": """
        Id Line1:500 Line2:500 Line3:500 Line4:500 Line5:500 City:255 Country:255 CountryCode County
        CountrySubDivisionCode:255 PostalCode:30 PostalCodeSuffix Lat Long Tag Note
    """,
    "EmailAddress": """
        Id Address:100 Default:flag Tag
    """,
    "WebSiteAddress": """
        Id URI:1000 Default:flag Tag
    """,
    "TelephoneNumber": """
        Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber:30 Default:flag Tag
    """,
    "ContactInfo": """
        Type Telephone:TelephoneNumber Email:EmailAddress WebSite:WebSiteAddress OtherContact:GenericContactType
    """,
    "NameValue": """
        Name Value
    """,
    "ModificationMetaData": """
        CreatedByRef:ref CreateTime LastModifiedByRef:ref LastUpdatedTime LastChangedInQB Synchronized:flag
    """,
    "CustomField": """
        DefinitionId Name Type StringValue BooleanValue:flag DateValue:date NumberValue:money
    """,
    "AttachableRef": """
        EntityRef:ref LineInfo IncludeOnSend:flag CustomField:[CustomField] AttachableRefEx:any
    """,
    "CompanyAccountingPrefs": """
        UseAccountNumbers:flag DefaultARAccount:ref DefaultAPAccount:ref RequiresAccounts:flag
        TrackDepartments:flag DepartmentTerminology ClassTrackingPerTxn:flag ClassTrackingPerTxnLine:flag
        AutoJournalEntryNumber:flag FirstMonthOfFiscalYear TaxYearMonth TaxForm BookCloseDate:date
        OtherContactInfo:[ContactInfo] CustomerTerminology
    """,
    "ProductAndServicesPrefs": """
        ForSales:flag ForPurchase:flag InventoryAndPurchaseOrder:flag QuantityWithPriceAndRate:flag
        QuantityOnHand:flag UOM RevenueRecognition:flag RevenueRecognitionFrequency
    """,
    "SalesFormsPrefs": """
        UsingProgressInvoicing:flag CustomField:[any] CustomTxnNumbers:flag DelayedCharges:flag
        SalesEmailCc:EmailAddress SalesEmailBcc:EmailAddress EmailCopyToCompany:flag AllowDeposit:flag
        AllowDiscount:flag DefaultDiscountAccount AllowEstimates:flag EstimateMessage ETransactionEnabledStatus
        ETransactionAttachPDF:flag ETransactionPaymentEnabled:flag IPNSupportEnabled:flag InvoiceMessage
        AllowServiceDate:flag AllowShipping:flag DefaultShippingAccount DefaultItem:ref DefaultTerms:ref
        DefaultDeliveryMethod AutoApplyCredit:flag AutoApplyPayments:flag PrintItemWithZeroAmount:flag
        DefaultShipMethodRef:ref DefaultMarkup:money TrackReimbursableExpensesAsIncome:flag
        UsingSalesOrders:flag UsingPriceLevels:flag DefaultFOB DefaultCustomerMessage
    """,
    "EmailMessagesPrefs": """
        NameValue:[NameValue] InvoiceMessage:EmailMessage EstimateMessage:EmailMessage
        SalesReceiptMessage:EmailMessage StatementMessage:EmailMessage
    """,
    "VendorAndPurchasesPrefs": """
        EnableBills:flag TrackingByCustomer:flag BillableExpenseTracking:flag DefaultTerms:ref
        DefaultMarkup:money DefaultMarkupAccount:ref AutomaticBillPayment:flag TPAREnabled:flag
        POCustomField:[any] MsgToVendors UsingInventory:flag UsingMultiLocationInventory:flag
        DaysBillsAreDue:int DiscountAccountRef:ref
    """,
    "TimeTrackingPrefs": """
        UseServices:flag DefaultTimeItem:ref BillCustomers:flag ShowBillRateToAll:flag WorkWeekStartDate
        TimeTrackingEnabled:flag MarkTimeEntriesBillable:flag MarkExpensesAsBillable:flag
    """,
    "TaxPrefs": """
        UsingSalesTax:flag PartnerTaxEnabled:flag HideTaxManagement:flag TaxGroupCodeRef:ref TaxRateRef:ref
        PaySalesTax NonTaxableSalesTaxCodeRef:ref TaxableSalesTaxCodeRef:ref
    """,
    "FinanceChargePrefs": """
        AnnualInterestRate:money MinFinChrg:money GracePeriod:int CalcFinChrgFromTxnDate:flag
        AssessFinChrgForOverdueCharges:flag FinChrgAccountRef:ref
    """,
    "CurrencyPrefs": """
        MultiCurrencyEnabled:flag HomeCurrency:ref
    """,
    "ReportPrefs": """
        ReportBasis CalcAgingReportFromTxnDate:flag
    """,
    "OtherPrefs": """
        NameValue:[NameValue]
    """,
    "CreditChargeInfo": """
        Number Type NameOnAcct CcExpiryMonth:int CcExpiryYear:int BillAddrStreet PostalCode CommercialCardCode
        CCTxnMode CCTxnType PrevCCTransId Amount:money ProcessPayment:flag CreditCardChargeInfoEx:any
    """,
    "JobInfo": """
        Status StartDate:date ProjectedEndDate:date EndDate:date Description JobTypeRef:ref
    """,
    "ItemGroupDetail": """
        ItemGroupLine:[ItemComponentLine]
    """,
    "CustomExtensions": """
        ExtensionType AssociatedValues:[any]
    """,
    "LinkedTxn": """
        TxnId TxnType TxnLineId
    """,
    "Line": """
        Id LineNum:int Description:4000 Amount:money Received:money LinkedTxn:[LinkedTxn]
        DetailType:=LineDetailType PaymentLineDetail:PaymentLineDetail DiscountLineDetail:DiscountLineDetail
        TaxLineDetail:TaxLineDetail SalesItemLineDetail:SalesItemLineDetail
        DescriptionLineDetail:DescriptionLineDetail ItemBasedExpenseLineDetail:ItemBasedExpenseLineDetail
        AccountBasedExpenseLineDetail:AccountBasedExpenseLineDetail ReimburseLineDetail:any
        DepositLineDetail:DepositLineDetail PurchaseOrderItemLineDetail:any SalesOrderItemLineDetail:any
        ItemReceiptLineDetail:any JournalEntryLineDetail:JournalEntryLineDetail GroupLineDetail:GroupLineDetail
        SubTotalLineDetail:SubTotalLineDetail TDSLineDetail:any ItemAdjustmentLineDetail:any
        CustomField:[CustomField] LineEx:any ProjectRef:ref CostAmount:money HomeCostAmount:money
        CustomExtensions:[CustomExtensions]
    """,
    "TxnTaxDetail": """
        DefaultTaxCodeRef:ref TxnTaxCodeRef:ref TotalTax:money TaxReviewStatus TaxLine:[Line]
        UseAutomatedSalesTax:flag
    """,
    "Tag": """
        Id SyncToken MetaData:ModificationMetaData CustomField:[CustomField] AttachableRef:[AttachableRef]
        domain status sparse:flag Name
    """,
    "TxnApprovalInfo": """
        ApprovalStatus ApprovalStatusDetail LastChangedByUser LastChangedDate
    """,
    "RecurringInfo": """
        Name RecurType:=RecurType Active:flag ScheduleInfo:RecurringScheduleInfo
    """,
    "CheckPayment": """
        CheckNum Status NameOnAcct AcctNum BankName CheckPaymentEx:any
    """,
    "CreditCardPayment": """
        CreditChargeInfo:CreditChargeInfo CreditChargeResponse:CreditChargeResponse
    """,
    "TransactionDeliveryInfo": """
        DeliveryType DeliveryTime DeliveryErrorType
    """,
    "BillPaymentCheck": """
        BankAccountRef:ref PrintStatus:=PrintStatus CheckDetail:CheckPayment PayeeAddr:PhysicalAddress
        BillPaymentCheckEx:any
    """,
    "BillPaymentCreditCard": """
        CCAccountRef:ref CCDetail:CreditCardPayment BillPaymentCreditCardEx:any
    """,
    "CashBackInfo": """
        AccountRef:ref Amount:money Memo
    """,
    "GenericContactType": """
        Id Name Value Type Default:flag Tag
    """,
    "EmailMessage": """
        Subject Message
    """,
    "ItemComponentLine": """
        ItemRef:ref Qty:number UOMRef:any
    """,
    "PaymentLineDetail": """
        ItemRef:ref ServiceDate:date ClassRef:ref Balance:money HomeBalance:money Discount:DiscountOverride
        PaymentLineEx:any
    """,
    "DiscountLineDetail": """
        DiscountRef:ref PercentBased:flag DiscountPercent:number DiscountAccountRef:ref ServiceDate:date
        ClassRef:ref TaxCodeRef:ref DiscountLineDetailEx:any
    """,
    "TaxLineDetail": """
        TaxRateRef:ref PercentBased:flag TaxPercent:number NetAmountTaxable:money TaxInclusiveAmount:money
        OverrideDeltaAmount:money ServiceDate:date TaxLineDetailEx:any
    """,
    "SalesItemLineDetail": """
        ItemRef:ref ClassRef:ref UnitPrice:number UnitCostPrice:number RatePercent:number PriceLevelRef:ref
        MarkupInfo:MarkupInfo Qty:number UOMRef:any ItemAccountRef:ref InventorySiteRef:ref TaxCodeRef:ref
        TaxClassificationRef:ref ServiceDate:date TaxInclusiveAmt:money DiscountRate:number DiscountAmt:money
        DeferredRevenue:flag SalesItemLineDetailEx:any
    """,
    "DescriptionLineDetail": """
        ServiceDate:date TaxCodeRef:ref DescriptionLineDetailEx:any
    """,
    "ItemBasedExpenseLineDetail": """
        ItemRef:ref ClassRef:ref UnitPrice:number UnitCostPrice:number RatePercent:number PriceLevelRef:ref
        MarkupInfo:MarkupInfo Qty:number UOMRef:any ItemAccountRef:ref InventorySiteRef:ref TaxCodeRef:ref
        TaxClassificationRef:ref CustomerRef:ref BillableStatus:=BillableStatus TaxInclusiveAmt:money
        ItemBasedExpenseLineDetailEx:any
    """,
    "AccountBasedExpenseLineDetail": """
        CustomerRef:ref ClassRef:ref AccountRef:ref BillableStatus:=BillableStatus MarkupInfo:MarkupInfo
        TaxAmount:money TaxCodeRef:ref TaxInclusiveAmt:money ExpenseDetailLineDetailEx:any
    """,
    "DepositLineDetail": """
        Entity:ref ClassRef:ref AccountRef:ref PaymentMethodRef:ref CheckNum TxnType TaxCodeRef:ref
        TaxApplicableOn DepositLineDetailEx:any
    """,
    "JournalEntryLineDetail": """
        PostingType:=PostingType Entity:EntityTypeRef AccountRef:ref ClassRef:ref DepartmentRef:ref
        TaxCodeRef:ref TaxRateRef:ref TaxApplicableOn TaxAmount:money TaxInclusiveAmt:money
        BillableStatus:=BillableStatus JournalCodeRef:ref JournalEntryLineDetailEx:any
    """,
    "GroupLineDetail": """
        GroupItemRef:ref Quantity:number UOMRef:any ServiceDate:date Line:[Line] GroupLineDetailEx:any
    """,
    "SubTotalLineDetail": """
        ItemRef:ref ServiceDate:date
    """,
    "RecurringScheduleInfo": """
        IntervalType:=IntervalType NumInterval:int DayOfMonth:int DayOfWeek WeekOfMonth:int MonthOfYear
        RemindDays:int DaysBefore:int MaxOccurrences:int StartDate:date EndDate:date NextDate:date
        PreviousDate:date
    """,
    "CreditChargeResponse": """
        CCProcessor CCTransId Status ResultCode:int ResultMsg MerchantAcctNum CardSecurityCodeMatch AuthCode
        AvsStreet AvsZip SecurityCode ReconBatchId PaymentGroupingCode:int TxnAuthorizationTime
        TxnAuthorizationStamp:int ClientTransID CreditChargeResponseEx:any
    """,
    "DiscountOverride": """
        DiscountRef:ref PercentBased:flag DiscountPercent:number DiscountAccountRef:ref
    """,
    "MarkupInfo": """
        PercentBased:flag Value:number Percent:number PriceLevelRef:ref MarkUpIncomeAccountRef:ref
    """,
    "EntityTypeRef": """
        Type EntityRef:ref
    """,
}
"""Type -> its properties as words."""

INNER_FIELDS: Final = {name: fields(words) for name, words in INNER_TYPES.items()}
"""Type -> its properties."""
