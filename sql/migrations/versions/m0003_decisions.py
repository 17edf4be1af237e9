"""The forum's decisions, and triggers that refuse to change or remove what has been published or decided."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FOR_EVER = ("publication", "publication_frame", "decision")
_WHY = "what is published or decided is never changed or removed"
# The error is an integrity error on both databases: a fault of the program, and so never hidden behind a sentence.
_FUNCTION = f"""
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_WHY}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def upgrade() -> None:
    """Make the table and the triggers."""
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name="fk_decision_publication_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_publication_id", "decision", ["publication_id"])
    if _is_postgresql():
        op.execute(_FUNCTION)
    for table in _FOR_EVER:
        for statement in _triggers(table):
            op.execute(statement)


def downgrade() -> None:
    """Drop them; the triggers first, since two of the tables stay."""
    for table in _FOR_EVER:
        for name in _names(table):
            op.execute(f"DROP TRIGGER {name} ON {table}" if _is_postgresql() else f"DROP TRIGGER {name}")
    if _is_postgresql():
        op.execute("DROP FUNCTION refuse_change()")
    op.drop_table("decision")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _names(table: str) -> list[str]:
    return [f"{table}_update", f"{table}_delete", *([f"{table}_truncate"] if _is_postgresql() else [])]


def _triggers(table: str) -> list[str]:
    if _is_postgresql():
        return [
            f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_WHY}'); END"
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
    ]
