"""What happened to a company's entities, for whoever wants to hear of it at once (webhooks)."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

Operation = Literal["created", "updated", "deleted", "void", "emailed", "merged"]
"""QuickBooks' own names for what can happen to an entity."""


class Change(NamedTuple):
    """One thing that happened: `entity` is the type as QuickBooks spells it."""

    entity: str
    entity_id: str
    operation: Operation
    at: datetime


ChangeListener = Callable[[Change], None]
"""Called after the books have changed, once per entity that has a new version, in the order of the changes."""
