"""People and their tokens, the audit trail, and what runway remembers of decisions."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant, only_append

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "membership",
    "audit_entry",
    "audit_head",
    "desk",
    "reserve_entry",
    "reserve",
    "decision",
    "batch",
    "payment_order",
)
APPENDED = ("audit_entry", "reserve_entry")


def upgrade() -> None:
    """Create the tables."""
    _people()
    _audit()
    _reserves()
    _decisions()
    _orders()
    for name in TENANT_TABLES:
        bind_to_tenant(name)
    for name in APPENDED:
        only_append(name)


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "business_id", name="pk_membership"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_membership_business_id_business"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id_person"),
    )
    op.create_table(
        "api_token",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_api_token"),
        sa.UniqueConstraint("id", name="uq_api_token_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_api_token_person_id_person"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_api_token_business_id_business"),
    )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("number", "business_id", name="pk_audit_entry"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_audit_entry_business_id_business"),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"])
    op.create_table(
        "audit_head",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name="pk_audit_head"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_audit_head_business_id_business"),
    )


def _reserves() -> None:
    op.create_table(
        "desk",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name="pk_desk"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_desk_business_id_business"),
    )
    op.create_table(
        "reserve_entry",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reserve", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("actor", sa.String(36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("number", "business_id", name="pk_reserve_entry"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_reserve_entry_business_id_business"),
    )
    op.create_index("ix_reserve_entry_reserve", "reserve_entry", ["business_id", "reserve", "source"])
    op.create_table(
        "reserve",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("key", "business_id", name="pk_reserve"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_reserve_business_id_business"),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("bill_id", sa.String(40), nullable=False),
        sa.Column("open_key", sa.String(40), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=True),
        sa.Column("order_id", sa.String(36), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=True),
        sa.Column("wake_on", sa.Date(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("stale", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.String(40), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(36), nullable=False),
        sa.Column("decided_by", sa.String(36), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", "business_id", name="pk_decision"),
        sa.UniqueConstraint("business_id", "open_key", name="uq_decision_business_id"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_decision_business_id_business"),
    )
    op.create_index("ix_decision_state", "decision", ["business_id", "state"])
    op.create_table(
        "batch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("manner", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("picture_id", sa.String(40), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("finalized_by", sa.String(36), nullable=False),
        sa.Column("second_by", sa.String(36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", "business_id", name="pk_batch"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_batch_business_id_business"),
    )


def _orders() -> None:
    op.create_table(
        "payment_order",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("vendor_id", sa.String(40), nullable=False),
        sa.Column("vendor_name", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("requestid", sa.String(50), nullable=False),
        sa.Column("marker", sa.String(40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.String(64), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bill_payment_id", sa.String(40), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", "business_id", name="pk_payment_order"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_payment_order_business_id_business"),
    )
    op.create_index("ix_payment_order_state", "payment_order", ["business_id", "state", "due_at"])


def downgrade() -> None:
    """Drop them."""
    for name in (*reversed(TENANT_TABLES), "api_token", "person"):
        op.drop_table(name)
