"""The second wall around a business's rows, for the versions that create tenant tables."""

from alembic import op


def bind_to_tenant(name: str) -> None:
    """Without a business in the transaction, PostgreSQL shows and takes no row of this table."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_business ON {name} "
        "USING (business_id = current_setting('oodaloo.business_id', true)) "
        "WITH CHECK (business_id = current_setting('oodaloo.business_id', true))"
    )
