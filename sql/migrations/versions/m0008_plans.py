"""What is said about nämndplaner when they are followed up: every version of every field, and drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plan_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        *_place(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_entry"),
        sa.UniqueConstraint("kommun", "period", "kind", "item", "field", "version", name="uq_plan_entry_kommun"),
    )
    op.create_table(
        "plan_draft",
        sa.Column("writer", sa.String(), nullable=False),
        *_place(),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("writer", "kommun", "period", "kind", "item", "field", name="pk_plan_draft"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("plan_draft")
    op.drop_table("plan_entry")


def _place() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in ("kommun", "period", "kind", "item", "field")]
