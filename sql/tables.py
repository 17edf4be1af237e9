"""The catalogue's tables. A change here needs a migration in `migrations/versions`; a test compares the two."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, LargeBinary, TypeDecorator, UniqueConstraint, false
from sqlmodel import Field, SQLModel

# Named constraints, so that a later migration can drop or change them on SQLite as well.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """A moment with its zone. SQLite has no zones, so UTC is stored there without and given back with."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. Raises ValueError for a moment without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment in the store must have a time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class StoreMark(SQLModel, table=True):
    """One row: whether the store is `demo` or `real`. No row: not yet either."""

    __tablename__ = "store_mark"

    id: int = Field(default=1, primary_key=True)
    kind: str


class DeliveryRow(SQLModel, table=True):
    """One accepted delivery. `parquet` is its file's name, `columns` those the sender's file had, `cells` the rows of its coverage."""

    __tablename__ = "delivery"

    id: int | None = Field(default=None, primary_key=True)
    dataset: str = Field(index=True)
    file_name: str
    sha256: str = Field(index=True)
    loaded_by: str
    loaded_at: datetime = Field(sa_type=Utc)
    row_count: int = Field(sa_type=BigInteger)
    cells: int
    parquet: str = Field(unique=True)
    columns: list[str] = Field(sa_column=Column(JSON, nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_type=Utc)
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Utc)
    erased_by: str | None = None
    erased_reason: str | None = None
    gallrad_at: datetime | None = Field(default=None, sa_type=Utc)


class PendingFileRow(SQLModel, table=True):
    """A Parquet file that a loader is about to write. Gone once its delivery counts; an old one is what a crash left.

    Without it a sweep would have to remove every file that the catalogue does not know, and with the wrong
    `database_url` that is all of them.
    """

    __tablename__ = "pending_file"

    parquet: str = Field(primary_key=True)
    dataset: str
    since: datetime = Field(sa_type=Utc)


class CoverageRow(SQLModel, table=True):
    """A kommun × period (× key, which is the measure's name for matt) that a delivery speaks for.

    `gone`: the rows went by gallring while another delivery counted here, so that nothing is kept of what this one said.
    """

    __tablename__ = "coverage"

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    kommun: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    key: str = Field(primary_key=True, default="")
    complete: bool
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class SharedIdRow(SQLModel, table=True):
    """Two deliveries that hold the same id under different kommun × period, so that both rows could count."""

    __tablename__ = "shared_id"

    older: int = Field(primary_key=True, foreign_key="delivery.id")
    newer: int = Field(primary_key=True, foreign_key="delivery.id")


class RefusalRow(SQLModel, table=True):
    """A file that was refused, or rows of it that were."""

    __tablename__ = "refusal"

    id: int | None = Field(default=None, primary_key=True)
    dataset: str = Field(index=True)
    file_name: str
    refused_by: str
    refused_at: datetime = Field(sa_type=Utc)
    problem_count: int = Field(sa_type=BigInteger)


class RefusalProblemRow(SQLModel, table=True):
    """One thing wrong in a refused file: row, column and rule, never the value."""

    __tablename__ = "refusal_problem"

    refusal_id: int = Field(primary_key=True, foreign_key="refusal.id")
    number: int = Field(primary_key=True)
    row: int | None = Field(default=None, sa_type=BigInteger)
    column: str | None = None
    rule: str


class RunRow(SQLModel, table=True):
    """One complete set of figures. The current run is the newest without `as_of`."""

    __tablename__ = "run"

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Utc)
    as_of: datetime | None = Field(default=None, sa_type=Utc)
    deliveries: list[int] = Field(sa_column=Column(JSON, nullable=False))
    settings_sha256: str


class RunFrameRow(SQLModel, table=True):
    """One frame of a run as Parquet (docs/adr/0002-run-frames-as-parquet-in-sql.md).

    Where it has an order (`sorted_by`, columns), the rows of its pieces belong to it too, and what is here is its columns.
    """

    __tablename__ = "run_frame"

    run_id: str = Field(primary_key=True, foreign_key="run.id")
    name: str = Field(primary_key=True)
    parquet: bytes = Field(sa_type=LargeBinary)
    sorted_by: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class PublicationRow(SQLModel, table=True):
    """A year's figures, frozen; triggers refuse every change. `sha256` is of the frames' bytes; the run it points at is never pruned.

    `audit_head` is where the audit trail ended with it (`number:mac`); None for those from before the trail.
    """

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("year", "edition"),)

    id: str = Field(primary_key=True)
    year: int
    edition: int
    run_id: str = Field(foreign_key="run.id")
    published_at: datetime = Field(sa_type=Utc)
    published_by: str
    note: str
    reason: str
    sha256: str
    audit_head: str | None = None


class PublicationFrameRow(SQLModel, table=True):
    """One frame of a publication as Parquet."""

    __tablename__ = "publication_frame"

    publication_id: str = Field(primary_key=True, foreign_key="publication.id")
    name: str = Field(primary_key=True)
    parquet: bytes = Field(sa_type=LargeBinary)


class DecisionRow(SQLModel, table=True):
    """What the forum decided on a publication; an empty `indicator`, `area` or `period` means all of them."""

    __tablename__ = "decision"

    id: int | None = Field(default=None, primary_key=True)
    publication_id: str = Field(foreign_key="publication.id", index=True)
    decided_on: date
    text: str
    indicator: str | None = None
    area: str | None = None
    period: str | None = None
    noted_by: str
    noted_at: datetime = Field(sa_type=Utc)


class JobRunRow(SQLModel, table=True):
    """One time that a job was due and ran. `finished_at` is empty while it runs, and for good when it was cut off."""

    __tablename__ = "job_run"

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(index=True)
    due_at: datetime = Field(sa_type=Utc)
    started_at: datetime = Field(sa_type=Utc)
    finished_at: datetime | None = Field(default=None, sa_type=Utc)
    outcome: str
    attempts: int
    summary: str
    log: str


class NoticeRow(SQLModel, table=True):
    """A notice that has been sent; its key says what about, so that it is sent once."""

    __tablename__ = "notice"

    key: str = Field(primary_key=True)
    sent_at: datetime = Field(sa_type=Utc)


class SkrExplanationRow(SQLModel, table=True):
    """A person's words on what a check of the SKR delivery found; `found_sha256` is of the findings, so others need words of their own."""

    __tablename__ = "skr_explanation"

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    check_id: str
    found_sha256: str
    text: str
    explained_by: str
    explained_at: datetime = Field(sa_type=Utc)


class SkrSignOffRow(SQLModel, table=True):
    """A year's SKR delivery as somebody approved it; `checks_sha256` is of what the checks had found."""

    __tablename__ = "skr_sign_off"

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    publication_id: str = Field(foreign_key="publication.id")
    checks_sha256: str
    csv_sha256: str
    xlsx_sha256: str
    signed_by: str
    comment: str
    signed_at: datetime = Field(sa_type=Utc)


class SkrFileRow(SQLModel, table=True):
    """A file of a signed delivery (`csv`, `xlsx`), byte for byte as it was approved."""

    __tablename__ = "skr_file"

    sign_off_id: int = Field(primary_key=True, foreign_key="skr_sign_off.id")
    name: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class SkrSendingRow(SQLModel, table=True):
    """That a signed delivery was sent: to whom, by whom and when it was noted."""

    __tablename__ = "skr_sending"

    id: int | None = Field(default=None, primary_key=True)
    sign_off_id: int = Field(foreign_key="skr_sign_off.id", index=True)
    recipient: str
    sent_by: str
    sent_at: datetime = Field(sa_type=Utc)


class OutsideMeasureRow(SQLModel, table=True):
    """A nyckeltal that is fetched from elsewhere."""

    __tablename__ = "outside_measure"

    kpi: str = Field(primary_key=True)
    title: str
    fetched_at: datetime = Field(sa_type=Utc)


class OutsideValueRow(SQLModel, table=True):
    """A kommun's value of a nyckeltal in a year."""

    __tablename__ = "outside_value"

    kpi: str = Field(primary_key=True, foreign_key="outside_measure.kpi")
    kommun: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    value: float | None = None
    status: str
