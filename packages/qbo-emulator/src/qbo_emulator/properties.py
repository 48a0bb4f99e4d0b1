"""The top-level properties that QuickBooks knows of each entity type, in the order it writes them.

A type's own properties come first, then those of its base types from the root down, as in the public
V3 schema and in recorded answers. How they are written: see `shapes.py`.
"""

from typing import Final

from qbo_emulator.shapes import INNER_FIELDS, Field, fields


def names(text: str) -> tuple[str, ...]:
    """The words of a text: long lists of names read better in lines than in a column of quotes."""
    return tuple(text.split())


_ENTITY: Final = """
    domain status sparse:flag Id SyncToken MetaData:ModificationMetaData CustomField:[CustomField]
    AttachableRef:[AttachableRef]
"""
_TRANSACTION: Final = """
    DocNumber:21 TxnDate:date DepartmentRef:ref CurrencyRef:ref ExchangeRate:number PrivateNote:4000 TxnStatus
    LinkedTxn:[LinkedTxn] Line:[Line] TxnTaxDetail:TxnTaxDetail TxnSource TaxFormType TaxFormNum
    TransactionLocationType Tag:[Tag] TxnApprovalInfo:TxnApprovalInfo RecurDataRef:ref
    RecurringInfo:RecurringInfo ProjectRef:ref TotalCostAmount:money HomeTotalCostAmount:money
"""
_SALES: Final = """
    AutoDocNumber:flag CustomerRef:ref CustomerMemo:memo BillAddr:PhysicalAddress ShipAddr:PhysicalAddress
    FreeFormAddress:flag ShipFromAddr:PhysicalAddress RemitToRef:ref ClassRef:ref SalesTermRef:ref DueDate:date
    SalesRepRef:ref PONumber FOB ShipMethodRef:ref ShipDate:date TrackingNum
    GlobalTaxCalculation:=GlobalTaxCalculation TotalAmt:money HomeTotalAmt:money ApplyTaxAfterDiscount:flag
    ShippingTaxIncludedInTotalTax:flag TemplateRef:ref PrintStatus:=PrintStatus EmailStatus:=EmailStatus
    BillEmail:EmailAddress BillEmailCc:EmailAddress BillEmailBcc:EmailAddress ARAccountRef:ref Balance:money
    HomeBalance:money FinanceCharge:flag PaymentMethodRef:ref PaymentRefNum:21 PaymentType:=PaymentType
    CheckPayment:CheckPayment CreditCardPayment:CreditCardPayment DepositToAccountRef:ref
    DeliveryInfo:TransactionDeliveryInfo DiscountRate:number DiscountAmt:money GovtTxnRefIdentifier
    TaxExemptionRef:ref
"""
_NAME: Final = """
    IntuitId Organization:flag Title:16 GivenName:100 MiddleName:100 FamilyName:100 Suffix:16 FullyQualifiedName
    CompanyName:100 DisplayName:500 PrintOnCheckName:110 UserId Active:flag V4IDPseudonym
    PrimaryPhone:TelephoneNumber AlternatePhone:TelephoneNumber Mobile:TelephoneNumber Fax:TelephoneNumber
    PrimaryEmailAddr:EmailAddress WebAddr:WebSiteAddress OtherContactInfo:[ContactInfo] DefaultTaxCodeRef:ref
"""
_BY_VENDOR: Final = """
    VendorRef:ref APAccountRef:ref TotalAmt:money BillEmail:EmailAddress ReplyEmail:EmailAddress Memo
    GlobalTaxCalculation:=GlobalTaxCalculation
"""

_TYPES: Final = {
    "CompanyInfo": f"""
        CompanyName:1024 LegalName:1024 CompanyAddr:PhysicalAddress CustomerCommunicationAddr:PhysicalAddress
        LegalAddr:PhysicalAddress CompanyEmailAddr:EmailAddress CustomerCommunicationEmailAddr:EmailAddress
        CompanyURL:WebSiteAddress PrimaryPhone:TelephoneNumber OtherContactInfo:[ContactInfo] CompanyFileName
        FlavorStratum SampleFile:flag CompanyUserId CompanyUserAdminEmail CompanyStartDate:date EmployerId
        FiscalYearStartMonth TaxYearStartMonth QBVersion Country ShipAddr:PhysicalAddress
        OtherAddr:[PhysicalAddress] Mobile:TelephoneNumber Fax:TelephoneNumber Email:EmailAddress
        WebAddr:WebSiteAddress LastImportedTime LastSyncTime SupportedLanguages DefaultTimeZone
        MultiByteCharsSupported:flag NameValue:[NameValue] FifoCalculationStatus CompanyInfoEx:any
        {_ENTITY}
    """,
    "Preferences": f"""
        AccountingInfoPrefs:CompanyAccountingPrefs AdvancedInventoryPrefs:any
        ProductAndServicesPrefs:ProductAndServicesPrefs SalesFormsPrefs:SalesFormsPrefs
        EmailMessagesPrefs:EmailMessagesPrefs PrintDocumentPrefs:any
        VendorAndPurchasesPrefs:VendorAndPurchasesPrefs TimeTrackingPrefs:TimeTrackingPrefs TaxPrefs:TaxPrefs
        FinanceChargesPrefs:FinanceChargePrefs CurrencyPrefs:CurrencyPrefs ReportPrefs:ReportPrefs
        OtherPrefs:OtherPrefs
        {_ENTITY}
    """,
    "Account": f"""
        Name:100 SubAccount:flag ParentRef:ref Description:100 FullyQualifiedName AccountAlias TxnLocationType
        Active:flag Classification AccountType:=AccountType AccountSubType AccountPurposes:[ref] AcctNum:20
        AcctNumExtn BankNum OpeningBalance:money OpeningBalanceDate:date CurrentBalance:money
        CurrentBalanceWithSubAccounts:money CurrencyRef:ref TaxAccount:flag TaxCodeRef:ref
        OnlineBankingEnabled:flag FIName JournalCodeRef:ref AccountEx:any
        {_ENTITY}
    """,
    "Customer": f"""
        Taxable:flag BillAddr:PhysicalAddress ShipAddr:PhysicalAddress OtherAddr:[PhysicalAddress] ContactName
        AltContactName Notes:2000 Job:flag BillWithParent:flag RootCustomerRef:ref ParentRef:ref Level:int
        CustomerTypeRef:ref SalesTermRef:ref SalesRepRef:ref TaxGroupCodeRef:ref TaxRateRef:ref
        PaymentMethodRef:ref CCDetail:CreditChargeInfo PriceLevelRef:ref Balance:money OpenBalanceDate:date
        BalanceWithJobs:money CreditLimit:money AcctNum:100 CurrencyRef:ref OverDueBalance:money
        TotalRevenue:money TotalExpense:money PreferredDeliveryMethod ResaleNum:16 JobInfo:JobInfo
        TDSEnabled:flag CustomerEx:any SecondaryTaxIdentifier ARAccountRef:ref PrimaryTaxIdentifier
        TaxExemptionReasonId IsProject:flag BusinessNumber:10 GSTIN GSTRegistrationType IsCISContractor:flag
        ClientCompanyId ClientEntityId Source TaxRegime
        {_ENTITY} {_NAME}
    """,
    "Vendor": f"""
        ContactName AltContactName Notes:4000 BillAddr:PhysicalAddress ShipAddr:PhysicalAddress
        OtherAddr:[PhysicalAddress] TaxCountry TaxIdentifier:20 TaxIdEffectiveDate:date BusinessNumber:10
        ParentRef:ref VendorTypeRef:ref TermRef:ref PrefillAccountRef:ref Balance:money BillRate:number
        OpenBalanceDate:date CreditLimit:money AcctNum:100 Vendor1099:flag T4AEligible:flag T5018Eligible:flag
        CurrencyRef:ref TDSEnabled:flag TDSEntityTypeId:int TDSSectionTypeId:int TDSOverrideThreshold:flag
        TaxReportingBasis APAccountRef:ref VendorEx:any GSTIN GSTRegistrationType IsSubContractor:flag
        SubcontractorType CISRate HasTPAR:flag VendorPaymentBankDetail:any Source CostRate:number
        AgencyVerificationStatus AgencyVerificationStatusMsg AgencyVerificationTSUTC CompanyRegistrationNumber
        {_ENTITY} {_NAME}
    """,
    "Term": f"""
        Name:31 Active:flag Type DiscountPercent:number DueDays:int DiscountDays:int DayOfMonthDue:int
        DueNextMonthDays:int DiscountDayOfMonth:int SalesTermEx:any
        {_ENTITY}
    """,
    "Item": f"""
        Name:100 Sku:100 Description:4000 Active:flag SubItem:flag ParentRef:ref Level:int FullyQualifiedName
        Taxable:flag SalesTaxIncluded:flag PercentBased:flag UnitPrice:number RatePercent:number Type
        PaymentMethodRef:ref UOMSetRef:ref IncomeAccountRef:ref PurchaseDesc:1000 PurchaseTaxIncluded:flag
        PurchaseCost:number ExpenseAccountRef:ref COGSAccountRef:ref AssetAccountRef:ref PrefVendorRef:ref
        AvgCost:money TrackQtyOnHand:flag QtyOnHand:number QtyOnPurchaseOrder:number QtyOnSalesOrder:number
        ReorderPoint:number ManPartNum DepositToAccountRef:ref SalesTaxCodeRef:ref PurchaseTaxCodeRef:ref
        InvStartDate:date BuildPoint:money PrintGroupedItems:flag SpecialItem:flag SpecialItemType
        ItemGroupDetail:ItemGroupDetail ItemAssemblyDetail:any AbatementRate:money ReverseChargeRate:money
        ServiceType ItemCategoryType ItemEx:any TaxClassificationRef:ref UQCDisplayText UQCId ClassRef:ref
        Source DeferredRevenue:flag CustomExtensions:[CustomExtensions]
        {_ENTITY}
    """,
    "Class": f"""
        Name:100 SubClass:flag ParentRef:ref FullyQualifiedName Active:flag ClassEx:any
        {_ENTITY}
    """,
    "Department": f"""
        Name:100 SubDepartment:flag ParentRef:ref FullyQualifiedName Active:flag DepartmentEx:any
        Address:PhysicalAddress
        {_ENTITY}
    """,
    "PaymentMethod": f"""
        Name:31 Active:flag Type PaymentMethodEx:any
        {_ENTITY}
    """,
    "CompanyCurrency": f"""
        Code Name Active:flag CompanyCurrencyEx:any
        {_ENTITY}
    """,
    "ExchangeRate": """
        SourceCurrencyCode TargetCurrencyCode Rate:number AsOfDate:date ExchangeRateEx:any
        domain status sparse:flag SyncToken MetaData:ModificationMetaData CustomField:[CustomField]
    """,
    "RecurringTransaction": f"""
        {_ENTITY} {_TRANSACTION} Type
    """,
    "Attachable": f"""
        FileName:1000 FileAccessUri TempDownloadUri Size:int ContentType:100 Category:100 Lat:100 Long:100
        PlaceName:2000 Note:2000 Tag:2000 ThumbnailFileAccessUri ThumbnailTempDownloadUri AttachableEx:any
        documentId
        {_ENTITY}
    """,
    "Invoice": f"""
        Deposit:money AllowIPNPayment:flag AllowOnlinePayment:flag AllowOnlineCreditCardPayment:flag
        AllowOnlineACHPayment:flag AllowOnlinePayPalPayment:flag EInvoiceStatus ECloudStatusTimeStamp
        CfdiUse:int Exportation GlobalInfo:any invoiceStatus callToAction invoiceStatusLog:[any] InvoiceEx:any
        LessCIS:money InvoiceLink PaymentDetailsMessage ConvenienceFeeDetail:any EnabledSurchargeInfo:any
        InvoiceLinkSecurityCode InvoiceLinkExpiryDate:date AutoPayEligible:flag SchedulePayEligible:flag
        ScheduledPaymentId GratuityEnabled:flag FinancingProductType SubscriptionPaymentsSetting
        {_ENTITY} {_TRANSACTION} {_SALES}
    """,
    "CreditMemo": f"""
        RemainingCredit:money InvoiceRef:ref CreditMemoEx:any
        {_ENTITY} {_TRANSACTION} {_SALES}
    """,
    "SalesReceipt": f"""
        SalesReceiptEx:any LessCIS:money
        {_ENTITY} {_TRANSACTION} {_SALES}
    """,
    "RefundReceipt": f"""
        RemainingCredit:money RefundReceiptEx:any
        {_ENTITY} {_TRANSACTION} {_SALES}
    """,
    "Estimate": f"""
        ExpirationDate:date AcceptedBy AcceptedDate:date EstimateEx:any
        {_ENTITY} {_TRANSACTION} {_SALES}
    """,
    "Payment": f"""
        CustomerRef:ref RemitToRef:ref ARAccountRef:ref DepositToAccountRef:ref PaymentMethodRef:ref
        PaymentRefNum:21 PaymentType:=PaymentType CheckPayment:CheckPayment CreditCardPayment:CreditCardPayment
        TotalAmt:money UnappliedAmt:money ProcessPayment:flag PaymentExtendedType PaymentEx:any
        {_ENTITY} {_TRANSACTION}
    """,
    "Bill": f"""
        PayerRef:ref SalesTermRef:ref DueDate:date RemitToAddr:PhysicalAddress ShipAddr:PhysicalAddress
        VendorAddr:PhysicalAddress Balance:money HomeBalance:money BillEx:any LessCIS:money
        IncludeInAnnualTPAR:flag
        {_ENTITY} {_TRANSACTION} {_BY_VENDOR}
    """,
    "VendorCredit": f"""
        VendorAddr:PhysicalAddress VendorCreditEx:any Balance:money IncludeInAnnualTPAR:flag
        {_ENTITY} {_TRANSACTION} {_BY_VENDOR}
    """,
    "BillPayment": f"""
        VendorRef:ref VendorAddr:PhysicalAddress APAccountRef:ref PayType:=BillPaymentType
        CheckPayment:BillPaymentCheck CreditCardPayment:BillPaymentCreditCard TotalAmt:money BillPaymentEx:any
        {_ENTITY} {_TRANSACTION}
    """,
    "Purchase": f"""
        AccountRef:ref PaymentMethodRef:ref PaymentRefNum:21 PaymentType:=PaymentType CheckPayment:CheckPayment
        CreditCardPayment:CreditCardPayment EntityRef:ref Credit:flag RemitToAddr:PhysicalAddress TotalAmt:money
        Memo PrintStatus:=PrintStatus GlobalTaxCalculation:=GlobalTaxCalculation PurchaseEx:any LessCIS:money
        IncludeInAnnualTPAR:flag
        {_ENTITY} {_TRANSACTION}
    """,
    "Deposit": f"""
        DepositToAccountRef:ref CashBack:CashBackInfo GlobalTaxCalculation:=GlobalTaxCalculation TotalAmt:money
        HomeTotalAmt:money DepositEx:any
        {_ENTITY} {_TRANSACTION}
    """,
    "Transfer": f"""
        FromAccountRef:ref ToAccountRef:ref Amount:money ClassRef:ref TransferEx:any
        {_ENTITY} {_TRANSACTION}
    """,
    "JournalEntry": f"""
        Adjustment:flag HomeCurrencyAdjustment:flag EnteredInHomeCurrency:flag
        GlobalTaxCalculation:=GlobalTaxCalculation TotalAmt:money HomeTotalAmt:money JournalEntryEx:any
        {_ENTITY} {_TRANSACTION}
    """,
}

FIELDS: Final[dict[str, dict[str, Field]]] = INNER_FIELDS | {name: fields(words) for name, words in _TYPES.items()}
"""Type, of an entity or inside of one -> its properties."""

PROPERTIES: Final[dict[str, tuple[str, ...]]] = {name: tuple(FIELDS[name]) for name in _TYPES}
"""Entity type -> its properties in wire order."""
