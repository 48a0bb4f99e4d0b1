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


def only_append(name: str) -> None:
    """Let the database itself refuse to change or delete rows of this table, whoever asks."""
    refused = f"{name} is only ever added to"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refused}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            f"EXECUTE FUNCTION {name}_is_kept()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {name}_kept_from_{change.lower()} BEFORE {change} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
        )
