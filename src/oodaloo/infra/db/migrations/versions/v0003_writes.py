"""Intents of writes to QuickBooks."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "write_intent",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("operation", sa.String(10), nullable=False),
        sa.Column("record_id", sa.String(40), nullable=False),
        sa.Column("requestid", sa.String(50), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("marker", sa.String(40), nullable=False),
        sa.Column("based_on", sa.Text(), nullable=False),
        sa.Column("send_to", sa.Text(), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_code", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_write_intent"),
        sa.UniqueConstraint("business_id", "key", name="uq_write_intent_business_id"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_write_intent_business_id_business"),
    )
    op.create_index("ix_write_intent_business_id", "write_intent", ["business_id", "state"])
    bind_to_tenant("write_intent")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("write_intent")
