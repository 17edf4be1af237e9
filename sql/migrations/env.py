"""How Alembic meets the database: always on the connection that `sql.migration` hands it, inside its transaction."""

from alembic import context

from sql.metadata import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a table in place
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
