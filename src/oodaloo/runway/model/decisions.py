"""The life of a decision about a bill: one table of states and steps, who takes each, what it does to the hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from oodaloo.kit.errors import OodalooError


class DecisionState(StrEnum):
    """Where a decision about a bill stands.

    Approved: may be paid, but there was no cover for a hold. Staged: approved and held for. Pay now, scheduled and
    delayed are drafts until their batch is finalized. Unknown: QuickBooks may or may not have the payment.
    """

    OPEN = "open"
    APPROVED = "approved"
    STAGED = "staged"
    PAY_NOW = "pay_now"
    SCHEDULED = "scheduled"
    DELAYED = "delayed"
    AWAITING_SECOND_APPROVAL = "awaiting_second_approval"
    FINALIZED = "finalized"
    EXECUTING = "executing"
    UNKNOWN = "unknown"
    EXECUTED = "executed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Step(StrEnum):
    """What moves a decision on; those of the second half are taken by Oodaloo itself."""

    APPROVE = "approve"
    STAGE = "stage"
    UNAPPROVE = "unapprove"
    PAY_NOW = "pay_now"
    SCHEDULE = "schedule"
    DELAY = "delay"
    UNDECIDE = "undecide"
    FINALIZE = "finalize"
    ASK_SECOND = "ask_second"
    APPROVE_SECOND = "approve_second"
    REFUSE_SECOND = "refuse_second"
    CANCEL = "cancel"
    DECIDE_ANEW = "decide_anew"
    START = "start"
    CONFIRM = "confirm"
    FAIL = "fail"
    LOSE_SIGHT = "lose_sight"
    SUPERSEDE = "supersede"


class Who(StrEnum):
    """Who may take a step: somebody who may prepare, approve or finalize, or only Oodaloo."""

    PREPARER = "prepare"
    APPROVER = "approve"
    FINALIZER = "finalize"
    OODALOO = "oodaloo"


class HoldChange(StrEnum):
    """What a step does to the money that is held for the bill: holding sets it to what the decision pays."""

    NOTHING = "nothing"
    HOLD = "hold"
    HOLD_DATED = "hold_dated"
    RELEASE = "release"
    CONSUME = "consume"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    state: DecisionState
    step: Step
    then: DecisionState
    who: Who
    hold: HoldChange


class IllegalStepError(OodalooError):
    """The decision doesn't stand where this step can be taken. Look at it again: somebody may have moved it on."""


_S, _D, _W, _H = Step, DecisionState, Who, HoldChange

TABLE: Final = (
    #    stands             step                then                         who           the hold
    Rule(_D.OPEN,           _S.APPROVE,         _D.APPROVED,                 _W.APPROVER,  _H.NOTHING),
    Rule(_D.APPROVED,       _S.STAGE,           _D.STAGED,                   _W.APPROVER,  _H.HOLD),
    Rule(_D.APPROVED,       _S.UNAPPROVE,       _D.OPEN,                     _W.APPROVER,  _H.NOTHING),
    Rule(_D.STAGED,         _S.UNAPPROVE,       _D.OPEN,                     _W.APPROVER,  _H.RELEASE),
    Rule(_D.PAY_NOW,        _S.UNAPPROVE,       _D.OPEN,                     _W.APPROVER,  _H.RELEASE),
    Rule(_D.SCHEDULED,      _S.UNAPPROVE,       _D.OPEN,                     _W.APPROVER,  _H.RELEASE),
    Rule(_D.STAGED,         _S.PAY_NOW,         _D.PAY_NOW,                  _W.PREPARER,  _H.HOLD),
    Rule(_D.SCHEDULED,      _S.PAY_NOW,         _D.PAY_NOW,                  _W.PREPARER,  _H.HOLD),
    Rule(_D.APPROVED,       _S.SCHEDULE,        _D.SCHEDULED,                _W.PREPARER,  _H.HOLD_DATED),
    Rule(_D.STAGED,         _S.SCHEDULE,        _D.SCHEDULED,                _W.PREPARER,  _H.HOLD_DATED),
    Rule(_D.PAY_NOW,        _S.SCHEDULE,        _D.SCHEDULED,                _W.PREPARER,  _H.HOLD_DATED),
    Rule(_D.SCHEDULED,      _S.SCHEDULE,        _D.SCHEDULED,                _W.PREPARER,  _H.HOLD_DATED),
    Rule(_D.OPEN,           _S.DELAY,           _D.DELAYED,                  _W.PREPARER,  _H.NOTHING),
    Rule(_D.APPROVED,       _S.DELAY,           _D.DELAYED,                  _W.PREPARER,  _H.NOTHING),
    Rule(_D.DELAYED,        _S.DELAY,           _D.DELAYED,                  _W.PREPARER,  _H.NOTHING),
    Rule(_D.STAGED,         _S.DELAY,           _D.DELAYED,                  _W.PREPARER,  _H.RELEASE),
    Rule(_D.PAY_NOW,        _S.DELAY,           _D.DELAYED,                  _W.PREPARER,  _H.RELEASE),
    Rule(_D.SCHEDULED,      _S.DELAY,           _D.DELAYED,                  _W.PREPARER,  _H.RELEASE),
    Rule(_D.PAY_NOW,        _S.UNDECIDE,        _D.STAGED,                   _W.PREPARER,  _H.HOLD),
    Rule(_D.SCHEDULED,      _S.UNDECIDE,        _D.STAGED,                   _W.PREPARER,  _H.HOLD),
    Rule(_D.DELAYED,        _S.UNDECIDE,        _D.OPEN,                     _W.PREPARER,  _H.NOTHING),
    Rule(_D.PAY_NOW,        _S.ASK_SECOND,      _D.AWAITING_SECOND_APPROVAL, _W.FINALIZER, _H.NOTHING),
    Rule(_D.SCHEDULED,      _S.ASK_SECOND,      _D.AWAITING_SECOND_APPROVAL, _W.FINALIZER, _H.NOTHING),
    Rule(_D.AWAITING_SECOND_APPROVAL, _S.APPROVE_SECOND, _D.FINALIZED,       _W.APPROVER,  _H.NOTHING),
    Rule(_D.AWAITING_SECOND_APPROVAL, _S.REFUSE_SECOND,  _D.STAGED,          _W.APPROVER,  _H.HOLD),
    Rule(_D.AWAITING_SECOND_APPROVAL, _S.CANCEL,         _D.CANCELLED,       _W.FINALIZER, _H.RELEASE),
    Rule(_D.PAY_NOW,        _S.FINALIZE,        _D.FINALIZED,                _W.FINALIZER, _H.NOTHING),
    Rule(_D.SCHEDULED,      _S.FINALIZE,        _D.FINALIZED,                _W.FINALIZER, _H.NOTHING),
    Rule(_D.DELAYED,        _S.FINALIZE,        _D.EXECUTED,                 _W.PREPARER,  _H.NOTHING),
    Rule(_D.FINALIZED,      _S.CANCEL,          _D.CANCELLED,                _W.FINALIZER, _H.RELEASE),
    Rule(_D.FAILED,         _S.CANCEL,          _D.CANCELLED,                _W.FINALIZER, _H.RELEASE),
    Rule(_D.FAILED,         _S.DECIDE_ANEW,     _D.STAGED,                   _W.APPROVER,  _H.HOLD),
    Rule(_D.FINALIZED,      _S.START,           _D.EXECUTING,                _W.OODALOO,   _H.NOTHING),
    Rule(_D.EXECUTING,      _S.CONFIRM,         _D.EXECUTED,                 _W.OODALOO,   _H.CONSUME),
    Rule(_D.EXECUTING,      _S.FAIL,            _D.FAILED,                   _W.OODALOO,   _H.NOTHING),
    Rule(_D.EXECUTING,      _S.LOSE_SIGHT,      _D.UNKNOWN,                  _W.OODALOO,   _H.NOTHING),
    Rule(_D.UNKNOWN,        _S.START,           _D.EXECUTING,                _W.OODALOO,   _H.NOTHING),
    Rule(_D.UNKNOWN,        _S.CONFIRM,         _D.EXECUTED,                 _W.OODALOO,   _H.CONSUME),
    Rule(_D.UNKNOWN,        _S.FAIL,            _D.FAILED,                   _W.OODALOO,   _H.NOTHING),
    Rule(_D.OPEN,           _S.SUPERSEDE,       _D.SUPERSEDED,               _W.OODALOO,   _H.NOTHING),
    Rule(_D.APPROVED,       _S.SUPERSEDE,       _D.SUPERSEDED,               _W.OODALOO,   _H.NOTHING),
    Rule(_D.STAGED,         _S.SUPERSEDE,       _D.SUPERSEDED,               _W.OODALOO,   _H.RELEASE),
    Rule(_D.PAY_NOW,        _S.SUPERSEDE,       _D.SUPERSEDED,               _W.OODALOO,   _H.RELEASE),
    Rule(_D.SCHEDULED,      _S.SUPERSEDE,       _D.SUPERSEDED,               _W.OODALOO,   _H.RELEASE),
    Rule(_D.DELAYED,        _S.SUPERSEDE,       _D.SUPERSEDED,               _W.OODALOO,   _H.NOTHING),
    Rule(_D.AWAITING_SECOND_APPROVAL, _S.SUPERSEDE, _D.SUPERSEDED,           _W.OODALOO,   _H.RELEASE),
)  # fmt: skip
"""The life of a decision. What isn't a row here can't happen.

A delay asks nothing of QuickBooks: finalizing carries it out, and the bill is open again on its wake date.
"""

ENDED: Final = frozenset({_D.EXECUTED, _D.CANCELLED, _D.SUPERSEDED})
"""Nothing follows any more; a further decision about the bill is a new one."""

DRAFTS: Final = frozenset({_D.PAY_NOW, _D.SCHEDULED, _D.DELAYED})
"""Decided, editable, and not finalized."""

WATCHED: Final = frozenset(
    {_D.OPEN, _D.APPROVED, _D.STAGED, _D.PAY_NOW, _D.SCHEDULED, _D.DELAYED, _D.AWAITING_SECOND_APPROVAL}
)
"""Not finalized yet: a change of the bill in QuickBooks is told, and its end there ends the decision."""

HELD: Final = frozenset(
    {
        _D.STAGED, _D.PAY_NOW, _D.SCHEDULED, _D.AWAITING_SECOND_APPROVAL, _D.FINALIZED, _D.EXECUTING, _D.UNKNOWN,
        _D.FAILED,
    }
)  # fmt: skip
"""Money is held for the bill."""

_RULES: Final[Mapping[tuple[DecisionState, Step], Rule]] = {(rule.state, rule.step): rule for rule in TABLE}

IN_WORDS: Final[Mapping[DecisionState, str]] = {
    _D.OPEN: "isn't approved",
    _D.APPROVED: "is approved, but nothing is held for it yet",
    _D.STAGED: "is approved and held for",
    _D.PAY_NOW: "is to be paid now",
    _D.SCHEDULED: "is scheduled",
    _D.DELAYED: "is delayed",
    _D.AWAITING_SECOND_APPROVAL: "waits for a second approval",
    _D.FINALIZED: "is finalized",
    _D.EXECUTING: "is being paid right now",
    _D.UNKNOWN: "may have been paid; QuickBooks is being asked",
    _D.EXECUTED: "is carried out",
    _D.FAILED: "could not be paid",
    _D.CANCELLED: "was cancelled",
    _D.SUPERSEDED: "was overtaken by a change in QuickBooks",
}


def rule_for(state: DecisionState, step: Step, *, bill: str) -> Rule:
    """The row of the table for a step. Raises `IllegalStepError`, which says what can be done instead."""
    rule = _RULES.get((state, step))
    if rule is None:
        possible = [each.step.value.replace("_", " ") for each in TABLE if each.state is state and _by_people(each)]
        instead = f"From here it can: {', '.join(possible)}." if possible else "Nothing is left to decide about it."
        raise IllegalStepError(
            f"Bill {bill} {IN_WORDS[state]}, so it can't be taken through '{step.value.replace('_', ' ')}'. {instead}"
        )
    return rule


def _by_people(rule: Rule) -> bool:
    return rule.who is not Who.OODALOO
