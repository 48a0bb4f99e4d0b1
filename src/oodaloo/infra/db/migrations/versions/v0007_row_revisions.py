"""Which change of the mirror brought a row, so that a reader asks only for what is newer than what it has."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MIRRORED = (
    "company_info",
    "preferences",
    "term",
    "account",
    "purchase",
    "deposit",
    "transfer",
    "journal_entry",
    "customer",
    "item",
    "invoice",
    "payment",
    "credit_memo",
    "vendor",
    "bill",
    "bill_payment",
    "vendor_credit",
)


def upgrade() -> None:
    """Rows from before were brought by no change that anybody noted: 0."""
    for name in MIRRORED:
        op.add_column(name, sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        op.create_index(f"ix_{name}_revision", name, ["business_id", "revision"])
    op.create_index("ix_record_version_revision", "record_version", ["business_id", "revision"])


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_record_version_revision", "record_version")
    for name in reversed(MIRRORED):
        op.drop_index(f"ix_{name}_revision", name)
        op.drop_column(name, "revision")
