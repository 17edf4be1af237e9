"""How Alembic meets the database: always on the connection that `sql.migration` hands it, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

import sql.tables
import sql.tables_access
import sql.tables_plans  # noqa: F401  # they fill SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
