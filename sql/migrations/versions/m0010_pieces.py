"""What runs are put together of, so that a new run shares what has not changed with the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; frames from before are whole and in no order but their own."""
    op.create_table(
        "piece",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("parquet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_piece"),
    )
    op.create_table(
        "run_piece",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "name", "bucket", name="pk_run_piece"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_run_piece_run_id_run"),
        sa.ForeignKeyConstraint(["sha256"], ["piece.sha256"], name="fk_run_piece_sha256_piece"),
    )
    op.create_index("ix_run_piece_sha256", "run_piece", ["sha256"])
    op.add_column("run_frame", sa.Column("sorted_by", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop them. Runs that are put together of pieces lose their rows, so they go too, except those that publications pin."""
    op.drop_column("run_frame", "sorted_by")
    op.drop_table("run_piece")
    op.drop_table("piece")
