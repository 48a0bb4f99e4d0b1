"""The top-level properties that QuickBooks knows of each entity type, in the order it writes them.

A type's own properties come first, then those of its base types from the root down, as in the public
V3 schema and in recorded answers.
"""

from typing import Final


def names(text: str) -> tuple[str, ...]:
    """The words of a text: long lists of names read better in lines than in a column of quotes."""
    return tuple(text.split())


_INTUIT_ENTITY = names(
    """
    domain status sparse Id SyncToken MetaData CustomField AttachableRef
    """
)

_COMPANY_INFO = names(
    """
    CompanyName LegalName CompanyAddr CustomerCommunicationAddr LegalAddr CompanyEmailAddr
    CustomerCommunicationEmailAddr CompanyURL PrimaryPhone OtherContactInfo CompanyFileName
    FlavorStratum SampleFile CompanyUserId CompanyUserAdminEmail CompanyStartDate EmployerId
    FiscalYearStartMonth TaxYearStartMonth QBVersion Country ShipAddr OtherAddr Mobile Fax Email WebAddr
    LastImportedTime LastSyncTime SupportedLanguages DefaultTimeZone MultiByteCharsSupported NameValue
    FifoCalculationStatus CompanyInfoEx
    """
)

_PREFERENCES = names(
    """
    AccountingInfoPrefs AdvancedInventoryPrefs ProductAndServicesPrefs SalesFormsPrefs
    EmailMessagesPrefs PrintDocumentPrefs VendorAndPurchasesPrefs TimeTrackingPrefs TaxPrefs
    FinanceChargesPrefs CurrencyPrefs ReportPrefs OtherPrefs
    """
)

_ACCOUNT = names(
    """
    Name SubAccount ParentRef Description FullyQualifiedName AccountAlias TxnLocationType Active
    Classification AccountType AccountSubType AccountPurposes AcctNum AcctNumExtn BankNum OpeningBalance
    OpeningBalanceDate CurrentBalance CurrentBalanceWithSubAccounts CurrencyRef TaxAccount TaxCodeRef
    OnlineBankingEnabled FIName JournalCodeRef AccountEx
    """
)

_NAME_BASE = names(
    """
    IntuitId Organization Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName
    DisplayName PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone AlternatePhone Mobile Fax
    PrimaryEmailAddr WebAddr OtherContactInfo DefaultTaxCodeRef
    """
)

_CUSTOMER = names(
    """
    Taxable BillAddr ShipAddr OtherAddr ContactName AltContactName Notes Job BillWithParent
    RootCustomerRef ParentRef Level CustomerTypeRef SalesTermRef SalesRepRef TaxGroupCodeRef TaxRateRef
    PaymentMethodRef CCDetail PriceLevelRef Balance OpenBalanceDate BalanceWithJobs CreditLimit AcctNum
    CurrencyRef OverDueBalance TotalRevenue TotalExpense PreferredDeliveryMethod ResaleNum JobInfo
    TDSEnabled CustomerEx SecondaryTaxIdentifier ARAccountRef PrimaryTaxIdentifier TaxExemptionReasonId
    IsProject BusinessNumber GSTIN GSTRegistrationType IsCISContractor ClientCompanyId ClientEntityId
    Source TaxRegime
    """
)

_VENDOR = names(
    """
    ContactName AltContactName Notes BillAddr ShipAddr OtherAddr TaxCountry TaxIdentifier
    TaxIdEffectiveDate BusinessNumber ParentRef VendorTypeRef TermRef PrefillAccountRef Balance BillRate
    OpenBalanceDate CreditLimit AcctNum Vendor1099 T4AEligible T5018Eligible CurrencyRef TDSEnabled
    TDSEntityTypeId TDSSectionTypeId TDSOverrideThreshold TaxReportingBasis APAccountRef VendorEx GSTIN
    GSTRegistrationType IsSubContractor SubcontractorType CISRate HasTPAR VendorPaymentBankDetail Source
    CostRate AgencyVerificationStatus AgencyVerificationStatusMsg AgencyVerificationTSUTC
    CompanyRegistrationNumber
    """
)

_TERM = names(
    """
    Name Active Type DiscountPercent DueDays DiscountDays DayOfMonthDue DueNextMonthDays
    DiscountDayOfMonth SalesTermEx
    """
)

_ITEM = names(
    """
    Name Sku Description Active SubItem ParentRef Level FullyQualifiedName Taxable SalesTaxIncluded
    PercentBased UnitPrice RatePercent Type PaymentMethodRef UOMSetRef IncomeAccountRef PurchaseDesc
    PurchaseTaxIncluded PurchaseCost ExpenseAccountRef COGSAccountRef AssetAccountRef PrefVendorRef
    AvgCost TrackQtyOnHand QtyOnHand QtyOnPurchaseOrder QtyOnSalesOrder ReorderPoint ManPartNum
    DepositToAccountRef SalesTaxCodeRef PurchaseTaxCodeRef InvStartDate BuildPoint PrintGroupedItems
    SpecialItem SpecialItemType ItemGroupDetail ItemAssemblyDetail AbatementRate ReverseChargeRate
    ServiceType ItemCategoryType ItemEx TaxClassificationRef UQCDisplayText UQCId ClassRef Source
    DeferredRevenue CustomExtensions
    """
)

_TRANSACTION = names(
    """
    DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn Line
    TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag TxnApprovalInfo
    RecurDataRef RecurringInfo ProjectRef TotalCostAmount HomeTotalCostAmount
    """
)

_SALES_TRANSACTION = names(
    """
    AutoDocNumber CustomerRef CustomerMemo BillAddr ShipAddr FreeFormAddress ShipFromAddr RemitToRef
    ClassRef SalesTermRef DueDate SalesRepRef PONumber FOB ShipMethodRef ShipDate TrackingNum
    GlobalTaxCalculation TotalAmt HomeTotalAmt ApplyTaxAfterDiscount ShippingTaxIncludedInTotalTax
    TemplateRef PrintStatus EmailStatus BillEmail BillEmailCc BillEmailBcc ARAccountRef Balance
    HomeBalance FinanceCharge PaymentMethodRef PaymentRefNum PaymentType CheckPayment CreditCardPayment
    DepositToAccountRef DeliveryInfo DiscountRate DiscountAmt GovtTxnRefIdentifier TaxExemptionRef
    """
)

_INVOICE = names(
    """
    Deposit AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment AllowOnlineACHPayment
    AllowOnlinePayPalPayment EInvoiceStatus ECloudStatusTimeStamp CfdiUse Exportation GlobalInfo
    invoiceStatus callToAction invoiceStatusLog InvoiceEx LessCIS InvoiceLink PaymentDetailsMessage
    ConvenienceFeeDetail EnabledSurchargeInfo InvoiceLinkSecurityCode InvoiceLinkExpiryDate
    AutoPayEligible SchedulePayEligible ScheduledPaymentId GratuityEnabled FinancingProductType
    SubscriptionPaymentsSetting
    """
)

_PAYMENT = names(
    """
    CustomerRef RemitToRef ARAccountRef DepositToAccountRef PaymentMethodRef PaymentRefNum PaymentType
    CheckPayment CreditCardPayment TotalAmt UnappliedAmt ProcessPayment PaymentExtendedType PaymentEx
    """
)

_CREDIT_MEMO = names(
    """
    RemainingCredit InvoiceRef CreditMemoEx
    """
)

_PURCHASE_BY_VENDOR = names(
    """
    VendorRef APAccountRef TotalAmt BillEmail ReplyEmail Memo GlobalTaxCalculation
    """
)

_BILL = names(
    """
    PayerRef SalesTermRef DueDate RemitToAddr ShipAddr VendorAddr Balance HomeBalance BillEx LessCIS
    IncludeInAnnualTPAR
    """
)

_BILL_PAYMENT = names(
    """
    VendorRef VendorAddr APAccountRef PayType CheckPayment CreditCardPayment TotalAmt BillPaymentEx
    """
)

_VENDOR_CREDIT = names(
    """
    VendorAddr VendorCreditEx Balance IncludeInAnnualTPAR
    """
)

_PURCHASE = names(
    """
    AccountRef PaymentMethodRef PaymentRefNum PaymentType CheckPayment CreditCardPayment EntityRef
    Credit RemitToAddr TotalAmt Memo PrintStatus GlobalTaxCalculation PurchaseEx LessCIS
    IncludeInAnnualTPAR
    """
)

_DEPOSIT = names(
    """
    DepositToAccountRef CashBack GlobalTaxCalculation TotalAmt HomeTotalAmt DepositEx
    """
)

_TRANSFER = names(
    """
    FromAccountRef ToAccountRef Amount ClassRef TransferEx
    """
)

_JOURNAL_ENTRY = names(
    """
    Adjustment HomeCurrencyAdjustment EnteredInHomeCurrency GlobalTaxCalculation TotalAmt HomeTotalAmt
    JournalEntryEx
    """
)

PROPERTIES: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(properties)
    for name, properties in {
        "CompanyInfo": [*_COMPANY_INFO, *_INTUIT_ENTITY],
        "Preferences": [*_PREFERENCES, *_INTUIT_ENTITY],
        "Account": [*_ACCOUNT, *_INTUIT_ENTITY],
        "Customer": [*_CUSTOMER, *_INTUIT_ENTITY, *_NAME_BASE],
        "Vendor": [*_VENDOR, *_INTUIT_ENTITY, *_NAME_BASE],
        "Term": [*_TERM, *_INTUIT_ENTITY],
        "Item": [*_ITEM, *_INTUIT_ENTITY],
        "Invoice": [*_INVOICE, *_INTUIT_ENTITY, *_TRANSACTION, *_SALES_TRANSACTION],
        "Payment": [*_PAYMENT, *_INTUIT_ENTITY, *_TRANSACTION],
        "CreditMemo": [*_CREDIT_MEMO, *_INTUIT_ENTITY, *_TRANSACTION, *_SALES_TRANSACTION],
        "Bill": [*_BILL, *_INTUIT_ENTITY, *_TRANSACTION, *_PURCHASE_BY_VENDOR],
        "BillPayment": [*_BILL_PAYMENT, *_INTUIT_ENTITY, *_TRANSACTION],
        "VendorCredit": [*_VENDOR_CREDIT, *_INTUIT_ENTITY, *_TRANSACTION, *_PURCHASE_BY_VENDOR],
        "Purchase": [*_PURCHASE, *_INTUIT_ENTITY, *_TRANSACTION],
        "Deposit": [*_DEPOSIT, *_INTUIT_ENTITY, *_TRANSACTION],
        "Transfer": [*_TRANSFER, *_INTUIT_ENTITY, *_TRANSACTION],
        "JournalEntry": [*_JOURNAL_ENTRY, *_INTUIT_ENTITY, *_TRANSACTION],
    }.items()
}
"""Entity type -> its properties in wire order."""
