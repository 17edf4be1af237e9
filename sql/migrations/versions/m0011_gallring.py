"""Deliveries whose rows are gone while their figures stay, and what is kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns; nothing was gallrad before."""
    op.add_column("delivery", sa.Column("gallrad_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("coverage", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "gallrad_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("parquet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gallrad_part"),
    )
    op.create_index("ix_gallrad_part_bucket", "gallrad_part", ["bucket"])


def downgrade() -> None:
    """Drop them: what was kept of rows that are gone is lost."""
    op.drop_table("gallrad_part")
    op.drop_column("coverage", "gone")
    op.drop_column("delivery", "gallrad_at")
