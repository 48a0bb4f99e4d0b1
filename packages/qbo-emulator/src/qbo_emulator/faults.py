"""What QuickBooks answers when it refuses: typed faults with its status, codes and texts."""

from dataclasses import dataclass

VALIDATION = "ValidationFault"


@dataclass(frozen=True, slots=True)
class FaultError:
    """One entry of a fault: code (digits as text), message, detail, and the field that it is about."""

    code: str
    message: str
    detail: str
    element: str | None = None


class QboFault(Exception):  # noqa: N818 - "fault" is QuickBooks' own word
    """QuickBooks refuses the request; the client should change what it sends."""

    def __init__(self, status: int, fault_type: str, *errors: FaultError, timed: bool = True) -> None:
        super().__init__(f"{status} {fault_type}: " + "; ".join(f"{e.code} {e.detail}" for e in errors))
        self.status = status
        self.fault_type = fault_type
        self.errors = errors
        self.timed = timed
        """Whether the envelope carries `time`: some, such as code 2030, don't."""


def not_implemented(what: str) -> QboFault:
    """501: the real QuickBooks can do this, the emulator can't yet; never answered by a plausible blank."""
    detail = f"qbo-emulator does not implement {what}"
    return QboFault(501, "SystemFault", FaultError("10000", "Not implemented by qbo-emulator", detail))


def unsupported_operation(detail: str) -> QboFault:
    """Code 500: no such path or operation."""
    return _invalid("500", "Unsupported Operation", f"Operation {detail} is not supported.")


def object_not_found() -> QboFault:
    """Code 610: the object doesn't exist, was deleted or is inactive."""
    detail = (
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, customers, items, vendors or employees."
    )
    return _invalid("610", "Object Not Found", detail, "")


def unknown_property(entity: str, name: str, known: tuple[str, ...]) -> QboFault:
    """Code 2010: the body has a property that the type doesn't know."""
    listed = ", ".join(f'"{each}"' for each in known)
    detail = (
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{entity}), '
        f"not marked as ignorable ({len(known)} known properties: {listed}])\n specified is unsupported or invalid"
    )
    return _invalid("2010", "Request has invalid or unsupported property", detail)


def unreadable_body(detail: str) -> QboFault:
    """Code 2010: the body is not the JSON object that the operation takes."""
    return _invalid("2010", "Request has invalid or unsupported property", f"Property Name:{detail}")


def required_missing(element: str) -> QboFault:
    """Code 2020: a required property is missing."""
    message = "Required param missing, need to supply the required value for the API"
    return _invalid("2020", message, f"Required parameter {element} is missing in the request", element)


def invalid_id(value: str) -> QboFault:
    """Code 2030: an Id that isn't a number; this envelope has no `time`."""
    error = FaultError("2030", "Invalid ID", f"Id should be a valid number. Supplied value:{value}", "Id")
    return QboFault(400, VALIDATION, error, timed=False)


def wrong_length(element: str, longest: int, supplied: int) -> QboFault:
    """Code 2050: a text is longer than the field takes."""
    message = "String length is either shorter or longer than supported by specification"
    detail = (
        "String length specified does not match the supported length. "
        f"Min:0 Max:{longest} supported. Supplied length:{supplied}"
    )
    return _invalid("2050", message, detail, element)


def invalid_number(element: str, value: object) -> QboFault:
    """Code 2080: a property that must be a number isn't one."""
    return _invalid("2080", "Invalid Number", f"Invalid Number : {element} is invalid: {value}", element)


def invalid_enumeration(element: str, value: object) -> QboFault:
    """Code 2170: a value outside of the enumeration that the property takes."""
    return _invalid("2170", "Invalid Enumeration", f"Invalid Enumeration : {value}", element)


def invalid_reference(kind: str, entity_id: str) -> QboFault:
    """Code 2500: a reference names something that doesn't exist; `kind` is QuickBooks' list name."""
    return _invalid("2500", "Invalid Reference Id", f"Invalid Reference Id : {kind} element id {entity_id} not found")


def query_parse(detail: str) -> QboFault:
    """Code 4000: the query text doesn't follow the grammar."""
    return _invalid("4000", "Error parsing query", f"QueryParserError: {detail}")


def query_validation(detail: str) -> QboFault:
    """Code 4001: the query follows the grammar but asks for something that can't be asked."""
    return _invalid("4001", "Invalid query", f"QueryValidationError: {detail}")


def stale_object() -> QboFault:
    """Code 5010: the SyncToken is not the stored one."""
    detail = (
        "Stale Object Error : You and Sample User were working on this at the same time. "
        "Sample User finished before you did, so your work was not saved."
    )
    return _invalid("5010", "Stale Object Error", detail, "")


def business_rule(detail: str) -> QboFault:
    """Code 6000: bookkeeping doesn't allow it."""
    message = "A business validation error has occurred while processing your request"
    return _invalid("6000", message, f"Business Validation Error: {detail}", "")


def amount_mismatch(amount: object) -> QboFault:
    """Code 6070: a line's Amount is not UnitPrice times Qty."""
    message = "Amount calculation incorrect in the request"
    return _invalid("6070", message, f"{message} : Amount is not equal to UnitPrice * Qty. Supplied value:{amount}")


def duplicate_document_number(number: str, txn_type: str, txn_id: str) -> QboFault:
    """Code 6140: another document has this number."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already "
        f"been used. DocNumber={number} is assigned to TxnType={txn_type} with TxnId={txn_id}"
    )
    return _invalid("6140", "Duplicate Document Number Error", detail, "")


def duplicate_name() -> QboFault:
    """Code 6240: another object has this name."""
    return _invalid("6240", "Duplicate Name Exists Error", "The name supplied already exists. : null")


def already_deposited() -> QboFault:
    """Code 6540: the transaction is part of a deposit."""
    message = "Deposited Transaction cannot be changed"
    detail = (
        "This transaction has been deposited. If you want to change or delete it, you must first edit "
        "the deposit it appears on and remove it."
    )
    return _invalid("6540", message, f"{message} : {detail}", "")


def deleted_object() -> QboFault:
    """Code 610: the transaction was there and was deleted."""
    detail = "Object Not Found : Another user has deleted this transaction."
    return _invalid("610", "Object Not Found", detail, "")


def books_closed() -> QboFault:
    """Code 6210: the transaction's date is not after the date up to which the books are closed."""
    message = "Account Period Closed, Cannot Update Through Services API"
    detail = (
        "The account period has closed and the account books cannot be updated through the QBO Services API. "
        "Please use the QBO website to make these changes."
    )
    return _invalid("6210", message, detail, "")


def has_balance(kind: str) -> QboFault:
    """Code 6000: what is made inactive still has a balance."""
    message = "Delete List Has Balance Error:The entity you are trying to delete has an open balance."
    return _invalid("6000", message, f"This {kind.lower()} cannot be deleted because it has a non-zero balance", "")


def incomplete_discount() -> QboFault:
    """Code 6090: a discount line with neither an amount nor a percentage."""
    message = "Discount Line missing required info."
    return _invalid("6090", message, f"{message} : Discount amount or percent should be provided.", "")


def missing_name() -> QboFault:
    """Code 6080: a customer or vendor without any part of a name."""
    detail = "Title, GivenName, MiddleName, FamilyName, DisplayName, Suffix - one of these must be non-empty"
    return _invalid("6080", "No Name Provided", f"No Name Provided : {detail}", "")


def wrong_company() -> QboFault:
    """HTTP 403, code 3100: the access token belongs to another company."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    return QboFault(403, "AuthorizationFault", FaultError("3100", message, ""))


def system_failure() -> QboFault:
    """HTTP 500, code 10000: QuickBooks itself failed."""
    message = "An application error has occurred while processing your request"
    detail = "System Failure Error: Something went wrong while processing your request."
    return QboFault(500, "SystemFault", FaultError("10000", message, detail, ""))


def _invalid(code: str, message: str, detail: str, element: str | None = None) -> QboFault:
    return QboFault(400, VALIDATION, FaultError(code, message, detail, element))
