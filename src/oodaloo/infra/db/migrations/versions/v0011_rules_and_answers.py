"""What a business has settled for itself, and the answers that were given to requests under a key."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "business_rules",
        sa.Column("approval_limit_cents", sa.BigInteger(), nullable=True),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name="pk_business_rules"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_business_rules_business_id_business"),
    )
    op.create_table(
        "kept_answer",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", "business_id", name="pk_kept_answer"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name="fk_kept_answer_business_id_business"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kept_answer_person_id_person"),
    )
    op.create_index("ix_kept_answer_made_at", "kept_answer", ["business_id", "made_at"])
    bind_to_tenant("business_rules")
    bind_to_tenant("kept_answer")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("kept_answer")
    op.drop_table("business_rules")
