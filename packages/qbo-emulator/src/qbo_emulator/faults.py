"""What QuickBooks answers when it refuses: typed faults with its status, codes and texts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultError:
    """One entry of a fault: QuickBooks' code (digits as text), its message and detail, and the field meant."""

    code: str
    message: str
    detail: str
    element: str | None = None


class QboFault(Exception):
    """QuickBooks refuses the request; the client should change what it sends."""

    def __init__(self, status: int, fault_type: str, *errors: FaultError) -> None:
        super().__init__(f"{status} {fault_type}: " + "; ".join(f"{e.code} {e.detail}" for e in errors))
        self.status = status
        self.fault_type = fault_type
        self.errors = errors
