"""Permits of QuickBooks' limits shared by all processes, and the ledger of metered reads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; an embedded database has them in a file beside it and leaves these empty."""
    op.create_table(
        "limit_board",
        sa.Column("client_id", sa.String(100), nullable=False),
        sa.Column("realm_id", sa.String(40), nullable=False),
        sa.Column("board", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "realm_id", name="pk_limit_board"),
    )
    op.create_table(
        "metered_reads",
        sa.Column("client_id", sa.String(100), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("realm_id", sa.String(40), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "month", "realm_id", "about", name="pk_metered_reads"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("metered_reads")
    op.drop_table("limit_board")
