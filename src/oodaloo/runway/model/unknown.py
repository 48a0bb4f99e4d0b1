"""Not knowing, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unknown:
    """A figure that can't be told, with the reasons; every screen and mail renders them, never a number."""

    because: tuple[str, ...]
