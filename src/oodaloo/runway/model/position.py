"""The short end of the balance sheet."""

from dataclasses import dataclass

from oodaloo.kit.money import Money


@dataclass(frozen=True, slots=True)
class CurrentPosition:
    """Current assets and liabilities by the balance sheet's account types, both positive."""

    assets: Money
    liabilities: Money
