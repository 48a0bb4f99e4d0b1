"""What programs send: each body with its limits, and what it means to the operations."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from oodaloo.domains.ap.payments import PayBy, PaymentMethod
from oodaloo.kit.money import Currency, Money, NotAnAmountError
from oodaloo.runway.decisions.approval import MOST_AT_ONCE
from oodaloo.runway.decisions.finalize import MOST_IN_A_BATCH, Asked, Wanted
from oodaloo.runway.decisions.queue import Choice, Delay, PayNow, Schedule
from oodaloo.runway.decisions.reserving import NewReserve
from oodaloo.runway.model.reserve_rules import FixedMonthly, NextPayment, ReserveRule, ShareOfReceipts


def _distinct(ids: list[str]) -> list[str]:
    if len(set(ids)) < len(ids):
        raise ValueError("each id can be named once")
    return ids


RecordId: TypeAlias = Annotated[str, Field(min_length=1, max_length=40)]
BillIds: TypeAlias = Annotated[list[RecordId], Field(min_length=1, max_length=MOST_AT_ONCE), AfterValidator(_distinct)]
Overcommit: TypeAlias = Annotated[
    str, Field(max_length=500, description="An owner's reason to hold more than there is; empty for not doing so.")
]
Version: TypeAlias = Annotated[int, Field(ge=0, description="The version that was looked at.")]


class Body(BaseModel):
    """What was sent; a field that isn't described is refused, so that a misspelled one isn't overlooked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AmountBody(Body):
    """An exact amount: decimal digits with at most two places, and the business's currency."""

    amount: Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,2})?$", examples=["1250.00"])]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]

    def money(self, home: Currency) -> Money:
        """The amount. Raises `NotAnAmountError` when it isn't in the home currency."""
        if self.currency != home:
            raise NotAnAmountError(f"{self.amount} {self.currency} can't be meant: amounts are in {home} here.")
        return Money.of(self.amount, home)


class MethodBody(Body):
    """How the money leaves, and from which bank or card account in QuickBooks."""

    by: PayBy
    account_id: RecordId

    def method(self) -> PaymentMethod:
        """The same for the operations."""
        return PaymentMethod(self.by, self.account_id)


class BillsBody(Body):
    """Bills, by their ids in QuickBooks."""

    bill_ids: BillIds


class ApproveBody(BillsBody):
    """Bills that may be paid."""

    overcommit: Overcommit = ""


class _ToPay(Body):
    amount: Annotated[AmountBody | None, Field(description="A part of what is open; null for all of it.")] = None
    method: Annotated[
        MethodBody | None, Field(description="Null for the operating account that has most, by the bank.")
    ] = None

    discount: Annotated[
        bool, Field(description="Take what the terms give for paying all of it early, as a vendor credit.")
    ] = False

    def cents(self, home: Currency) -> int | None:
        """What is to be paid, None for all that is open."""
        return self.amount.money(home).cents if self.amount else None

    def paid_by(self) -> PaymentMethod | None:
        """How."""
        return self.method.method() if self.method else None


class PayNowBody(_ToPay):
    """Pay as soon as the batch is finalized."""

    kind: Literal["pay_now"]


class ScheduleBody(_ToPay):
    """Pay on a day on which banks work."""

    kind: Literal["schedule"]
    pay_on: date


class DelayBody(Body):
    """Don't pay now; the bill comes back on that day."""

    kind: Literal["delay"]
    until: date


class DecideBody(Body):
    """What is to happen to a bill, decided upon one version of the decision about it."""

    version: Annotated[
        int | None, Field(ge=0, description="The version that was looked at; null where nothing was decided yet.")
    ]
    choice: Annotated[PayNowBody | ScheduleBody | DelayBody, Field(discriminator="kind")]

    def chosen(self, home: Currency) -> Choice:
        """The same for the operations. Raises `NotAnAmountError`."""
        match self.choice:
            case PayNowBody():
                return PayNow(self.choice.paid_by(), self.choice.cents(home), self.choice.discount)
            case ScheduleBody():
                paid_by, cents = self.choice.paid_by(), self.choice.cents(home)
                return Schedule(self.choice.pay_on, paid_by, cents, self.choice.discount)
            case DelayBody():
                return Delay(self.choice.until)


class SuggestBody(Body):
    """How many bills of the suggested plan this request drafts, the earliest first."""

    at_most: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = MOST_AT_ONCE


class VersionBody(Body):
    """The version of a decision that was looked at."""

    version: Version


class LimitBody(Body):
    """The sum above which a batch needs a second approval; null for no limit."""

    limit: AmountBody | None


class WantedBody(Body):
    """A draft that is to be finalized, in the version that was looked at."""

    decision_id: RecordId
    version: Version


class FinalizeBody(Body):
    """A batch under an id of the caller's: asked for again under it, it is finalized once."""

    batch_id: Annotated[str, Field(min_length=1, max_length=36)]
    decisions: Annotated[list[WantedBody], Field(min_length=1, max_length=MOST_IN_A_BATCH)]
    together: Annotated[
        bool, Field(description="Bills of one vendor, paid from one account on one day, become one payment.")
    ] = False
    use_credits: Annotated[bool, Field(description="The vendors' open credits are used up first.")] = False
    overcommit: Overcommit = ""

    def asked(self) -> Asked:
        """The same for the operations."""
        wanted = tuple(Wanted(each.decision_id, each.version) for each in self.decisions)
        return Asked.about(self.batch_id, wanted, together=self.together, use_credits=self.use_credits)


class OvercommitBody(Body):
    """Whether more may be held than there is."""

    overcommit: Overcommit = ""


class NextPaymentBody(Body):
    """What the flow usually takes is set aside for its next payment."""

    kind: Literal["next_payment"]


class ShareOfReceiptsBody(Body):
    """A share of whatever customers pay, in percent."""

    kind: Literal["share_of_receipts"]
    percent: Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,2})?$", examples=["25.00"])]


class FixedMonthlyBody(Body):
    """An amount each month, from its day on (the last one of shorter months)."""

    kind: Literal["fixed_monthly"]
    amount: AmountBody
    day: Annotated[int, Field(ge=1, le=31)]


class NewReserveBody(Body):
    """A reserve that is wanted; `flow_key` is the recurring flow that uses it up, null where people say so."""

    label: Annotated[str, Field(min_length=1, max_length=100)]
    flow_key: Annotated[str | None, Field(max_length=100)] = None
    rule: Annotated[
        NextPaymentBody | ShareOfReceiptsBody | FixedMonthlyBody | None,
        Field(description="By what it fills when money is there; null for by hand."),
    ] = None

    def wanted(self, home: Currency) -> NewReserve:
        """The same for the operations. Raises `NotAnAmountError`."""
        return NewReserve(self.label, self.flow_key, self._rule(home))

    def _rule(self, home: Currency) -> ReserveRule | None:
        match self.rule:
            case NextPaymentBody():
                return NextPayment()
            case ShareOfReceiptsBody(percent=percent):
                return ShareOfReceipts(int(Decimal(percent).scaleb(2)))
            case FixedMonthlyBody(amount=amount, day=day):
                return FixedMonthly(amount.money(home).cents, day)
            case None:
                return None


class SetAsideBody(Body):
    """Cash that is to be set aside by hand."""

    amount: AmountBody
    overcommit: Overcommit = ""


class GiveBackBody(Body):
    """Cash that was set aside and is to be spendable again, and why."""

    amount: AmountBody
    reason: Annotated[str, Field(min_length=1, max_length=500)]
