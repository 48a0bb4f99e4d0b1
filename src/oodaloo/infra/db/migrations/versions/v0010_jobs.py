"""Leases of workers, and how often their runs were taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the library that runs durable work makes its own."""
    op.create_table(
        "job_lease",
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_job_lease"),
    )
    op.create_table(
        "job_recovery",
        sa.Column("run_id", sa.String(300), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_job_recovery"),
    )
    op.create_table(
        "job_library",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_job_library"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("job_library")
    op.drop_table("job_recovery")
    op.drop_table("job_lease")
