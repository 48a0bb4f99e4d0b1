"""Announced changes, and when each business is refreshed next."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; an embedded database has them in a file beside it and leaves these empty."""
    op.create_table(
        "webhook_post",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_webhook_post"),
    )
    op.create_table(
        "announcement",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("realm_id", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(80), nullable=False),
        sa.Column("record_id", sa.String(80), nullable=False),
        sa.Column("operation", sa.String(80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_announcement"),
    )
    op.create_index("ix_announcement_waits", "announcement", ["waits", "realm_id"])
    op.create_table(
        "announcer",
        sa.Column("realm_id", sa.String(80), nullable=False),
        sa.Column("announced", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("realm_id", name="pk_announcer"),
    )
    op.create_table(
        "refresh_turn",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(80), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name="pk_refresh_turn"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("refresh_turn", "announcer", "announcement", "webhook_post"):
        op.drop_table(name)
