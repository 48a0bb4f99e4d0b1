"""How far the mirror has come, the versions that it replaced, and what its records are called."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("mirror_state", "record_version", "tombstone", "record_name")


def upgrade() -> None:
    """Create the tables."""
    _create_state()
    _create_versions()
    _create_tombstones()
    _create_names()
    for name in TABLES:
        bind_to_tenant(name)


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _create_state() -> None:
    op.create_table(
        "mirror_state",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("watermark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced", sa.Boolean(), nullable=True),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("business_id", name="pk_mirror_state"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_mirror_state_business_id_business"),
    )


def _create_versions() -> None:
    op.create_table(
        "record_version",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sync_token", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "entity", "id", "revision", name="pk_record_version"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_record_version_business_id_business"),
    )


def _create_tombstones() -> None:
    op.create_table(
        "tombstone",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "entity", "id", name="pk_tombstone"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_tombstone_business_id_business"),
    )


def _create_names() -> None:
    op.create_table(
        "record_name",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "entity", "id", name="pk_record_name"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_record_name_business_id_business"),
    )
