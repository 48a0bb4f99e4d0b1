"""Runs the versions on the connection that `infra.db.migrate` hands over."""

from alembic import context

from oodaloo.infra.db.base import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
