"""Permits of QuickBooks' limits shared by all processes, and the ledger of metered reads."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop them."""
