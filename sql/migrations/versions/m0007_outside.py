"""Open statistics from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outside_measure",
        sa.Column("kpi", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kpi", name="pk_outside_measure"),
    )
    op.create_table(
        "outside_value",
        sa.Column("kpi", sa.String(), nullable=False),
        sa.Column("kommun", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["kpi"], ["outside_measure.kpi"], name="fk_outside_value_kpi"),
        sa.PrimaryKeyConstraint("kpi", "kommun", "year", name="pk_outside_value"),
    )


def downgrade() -> None:
    """Drop them, the one that points at the other first."""
    op.drop_table("outside_value")
    op.drop_table("outside_measure")
