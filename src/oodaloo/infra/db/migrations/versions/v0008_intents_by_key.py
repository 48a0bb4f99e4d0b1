"""Intents found by their key: PostgreSQL took indexes that begin with the business for it, and read all of them."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the business come last in the indexes, as many intents have the same."""
    with op.batch_alter_table("write_intent") as table:
        table.drop_index("ix_write_intent_business_id")
        table.drop_constraint("uq_write_intent_business_id", type_="unique")
        table.create_unique_constraint("uq_write_intent_key", ["key", "business_id"])
        table.create_index("ix_write_intent_state", ["state", "business_id"])


def downgrade() -> None:
    """Let it come first again."""
    with op.batch_alter_table("write_intent") as table:
        table.drop_index("ix_write_intent_state")
        table.drop_constraint("uq_write_intent_key", type_="unique")
        table.create_unique_constraint("uq_write_intent_business_id", ["business_id", "key"])
        table.create_index("ix_write_intent_business_id", ["business_id", "state"])
