"""Bank activity that only the general ledger shows."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "other_bank_activity",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("split_id", sa.String(40), nullable=False),
        sa.Column("split", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "account_id", "id", name="pk_other_bank_activity"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_other_bank_activity_business_id_business"),
    )
    op.create_table(
        "ledger_reading",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("metered_reads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name="pk_ledger_reading"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_ledger_reading_business_id_business"),
    )
    bind_to_tenant("other_bank_activity")
    bind_to_tenant("ledger_reading")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ledger_reading")
    op.drop_table("other_bank_activity")
