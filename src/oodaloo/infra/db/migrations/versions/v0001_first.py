"""The first schema: businesses, their connection, the mirror of QuickBooks, and sync runs."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant

revision = "0001"
down_revision = None
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
    """Create everything; on PostgreSQL, tenant tables get row-level security."""
    _create_system_tables()
    for name in MIRRORED:
        _create_mirror_table(name)
    _create_sync_tables()
    for name in (*MIRRORED, "sync_run", "sync_step"):
        bind_to_tenant(name)


def downgrade() -> None:
    """Drop everything."""
    for name in ("sync_step", "sync_run", *reversed(MIRRORED), "consent", "qbo_connection", "business"):
        op.drop_table(name)


def _create_system_tables() -> None:
    op.create_table(
        "business",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("realm_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("buffer_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_business"),
        sa.UniqueConstraint("realm_id", name="uq_business_realm_id"),
    )
    op.create_table(
        "consent",
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_consent"),
    )
    op.create_table(
        "qbo_connection",
        sa.Column("realm_id", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("sealed_access_token", sa.Text(), nullable=False),
        sa.Column("sealed_refresh_token", sa.Text(), nullable=False),
        sa.Column("access_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("realm_id", name="pk_qbo_connection"),
    )


def _create_mirror_table(name: str) -> None:
    op.create_table(
        name,
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("sync_token", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("open_cents", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=f"fk_{name}_business_id_business"),
    )


def _create_sync_tables() -> None:
    op.create_table(
        "sync_run",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("metered_reads", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_sync_run"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_sync_run_business_id_business"),
    )
    op.create_table(
        "sync_step",
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("read_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "run_id", "entity", name="pk_sync_step"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_sync_step_business_id_business"),
    )
