"""Cash pictures that somebody acted on, and the discount that a decision takes."""

import sqlalchemy as sa
from alembic import op

from oodaloo.infra.db.migrations.tenancy import bind_to_tenant, only_append

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the column."""
    op.add_column("decision", sa.Column("discount_cents", sa.BigInteger(), nullable=False, server_default="0"))
    _table("kept_books")
    _table(
        "kept_picture",
        sa.Column("books_id", sa.String(40), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
    )


def _table(name: str, *more: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(40), nullable=False),
        *more,
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("business_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", "business_id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=f"fk_{name}_business_id_business"),
    )
    bind_to_tenant(name)
    only_append(name)
