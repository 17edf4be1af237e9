"""The migrations and the tables are the same thing, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from sql import migration
from sql.metadata import METADATA
from sql.store import Store

SCRIPTS = Path(migration.__file__).parent / "migrations"


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == migration.HEAD


def test_the_migrations_make_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
        assert migration.stored_revision(connection) == migration.HEAD


def test_down_and_up_again(store: Store) -> None:
    with store.engine.connect() as connection, connection.begin():
        command.downgrade(migration.alembic_config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        migration.upgrade(connection)
    assert not store.is_demo


def test_a_migration_that_stops_midway_leaves_nothing(store: Store) -> None:
    with store.engine.connect() as connection:
        transaction = connection.begin()
        command.downgrade(migration.alembic_config(connection), "base")
        transaction.rollback()
    assert not store.is_demo
