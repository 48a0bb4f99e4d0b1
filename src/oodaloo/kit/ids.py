"""Identities as types of their own, so that one can't be passed for another."""

from typing import NewType

BusinessId = NewType("BusinessId", str)
"""The tenant: one business with one QuickBooks company. Minted only by `domains.core`."""

RealmId = NewType("RealmId", str)
"""QuickBooks' id of a company."""

PersonId = NewType("PersonId", str)
"""Somebody who uses Oodaloo. Minted only by `domains.core`."""
