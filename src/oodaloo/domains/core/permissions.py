"""Who may do what in a business: one table over roles."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from oodaloo.kit.errors import OodalooError


class Role(StrEnum):
    """What a person is in a business."""

    OWNER = "owner"
    APPROVER = "approver"
    BOOKKEEPER = "bookkeeper"
    VIEWER = "viewer"


class Permission(StrEnum):
    """Something that not everybody may do."""

    SEE = "see"
    PREPARE = "prepare"
    APPROVE = "approve"
    FINALIZE = "finalize"
    SET_ASIDE = "set_aside"
    OVERCOMMIT = "overcommit"
    MANAGE = "manage"


IN_WORDS: Final[Mapping[Permission, str]] = {
    Permission.SEE: "see the books",
    Permission.PREPARE: "draft decisions, delay bills and mend records",
    Permission.APPROVE: "approve bills and batches",
    Permission.FINALIZE: "finalize batches, and cancel what hasn't started",
    Permission.SET_ASIDE: "change reserves and their rules",
    Permission.OVERCOMMIT: "commit more than there is to spend",
    Permission.MANAGE: "manage people, limits and the connection",
}

_SEES: Final = frozenset({Permission.SEE})
_PREPARES: Final = _SEES | {Permission.PREPARE}
_APPROVES: Final = _PREPARES | {Permission.APPROVE, Permission.FINALIZE}

MAY: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OWNER: frozenset(Permission),
    Role.APPROVER: _APPROVES,
    Role.BOOKKEEPER: _PREPARES | {Permission.SET_ASIDE},
    Role.VIEWER: _SEES,
}
"""The one table: a role's permissions."""


class NotPermittedError(OodalooError):
    """The person's role in this business doesn't allow it. Ask an owner, who can do it or change the role."""


def may(role: Role, permission: Permission) -> bool:
    """Whether a role allows something."""
    return permission in MAY[role]


def require(name: str, role: Role, permission: Permission) -> None:
    """Raise `NotPermittedError` unless `role`, which the person called `name` has, allows it."""
    if not may(role, permission):
        who = ", ".join(each.value for each in Role if may(each, permission))
        raise NotPermittedError(
            f"{name} is {role.value} here and may not {IN_WORDS[permission]}. That takes one of these roles: {who}."
        )
