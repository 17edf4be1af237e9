"""The first tables: deliveries and their coverage, refusals, runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _deliveries()
    _refusals()
    _runs()
    op.create_table(
        "store_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_mark"),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("parquet", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.Column("erased_by", sa.String(), nullable=True),
        sa.Column("erased_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("parquet", name="uq_delivery_parquet"),
    )
    op.create_index("ix_delivery_dataset", "delivery", ["dataset"])
    op.create_index("ix_delivery_sha256", "delivery", ["sha256"])
    op.create_table(
        "pending_file",
        sa.Column("parquet", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("parquet", name="pk_pending_file"),
    )
    op.create_table(
        "coverage",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("kommun", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_coverage_delivery_id"),
        sa.PrimaryKeyConstraint("delivery_id", "kommun", "period", "key", name="pk_coverage"),
    )
    op.create_table(
        "shared_id",
        sa.Column("older", sa.Integer(), nullable=False),
        sa.Column("newer", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["older"], ["delivery.id"], name="fk_shared_id_older"),
        sa.ForeignKeyConstraint(["newer"], ["delivery.id"], name="fk_shared_id_newer"),
        sa.PrimaryKeyConstraint("older", "newer", name="pk_shared_id"),
    )


def _refusals() -> None:
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("refused_by", sa.String(), nullable=False),
        sa.Column("refused_at", MOMENT, nullable=False),
        sa.Column("problem_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
    )
    op.create_index("ix_refusal_dataset", "refusal", ["dataset"])
    op.create_table(
        "refusal_problem",
        sa.Column("refusal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=True),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["refusal_id"], ["refusal.id"], name="fk_refusal_problem_refusal_id"),
        sa.PrimaryKeyConstraint("refusal_id", "number", name="pk_refusal_problem"),
    )


def _runs() -> None:
    op.create_table(
        "run",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("as_of", MOMENT, nullable=True),
        sa.Column("deliveries", sa.JSON(), nullable=False),
        sa.Column("settings_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_run"),
        sa.UniqueConstraint("id", name="uq_run_id"),
    )
    op.create_table(
        "run_frame",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parquet", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_run_frame_run_id"),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_run_frame"),
    )


def downgrade() -> None:
    """Drop them, those that point at others first."""
    for table in ("run_frame", "run", "refusal_problem", "refusal", "shared_id", "coverage", "pending_file", "delivery", "store_mark"):
        op.drop_table(table)
