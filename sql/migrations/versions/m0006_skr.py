"""The delivery to SKR: explanations, sign-offs and what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "skr_explanation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("found_sha256", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("explained_by", sa.String(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_skr_explanation"),
    )
    op.create_index("ix_skr_explanation_year", "skr_explanation", ["year"])
    op.create_table(
        "skr_sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.String(), nullable=False),
        sa.Column("checks_sha256", sa.String(), nullable=False),
        sa.Column("csv_sha256", sa.String(), nullable=False),
        sa.Column("xlsx_sha256", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name="fk_skr_sign_off_publication_id"),
        sa.PrimaryKeyConstraint("id", name="pk_skr_sign_off"),
    )
    op.create_index("ix_skr_sign_off_year", "skr_sign_off", ["year"])
    op.create_table(
        "skr_file",
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sign_off_id"], ["skr_sign_off.id"], name="fk_skr_file_sign_off_id"),
        sa.PrimaryKeyConstraint("sign_off_id", "name", name="pk_skr_file"),
    )
    op.create_table(
        "skr_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sign_off_id"], ["skr_sign_off.id"], name="fk_skr_sending_sign_off_id"),
        sa.PrimaryKeyConstraint("id", name="pk_skr_sending"),
    )
    op.create_index("ix_skr_sending_sign_off_id", "skr_sending", ["sign_off_id"])


def downgrade() -> None:
    """Drop them, the one that points at another first."""
    op.drop_table("skr_sending")
    op.drop_table("skr_file")
    op.drop_table("skr_sign_off")
    op.drop_table("skr_explanation")
