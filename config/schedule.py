"""What runs by itself and when, where files are dropped, and who is told, as config.yaml states it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from config.values import KommunCode, Text, Value

CronField = Annotated[str, StringConstraints(pattern=r"^(\*|\d{1,2})([-/,]\d{1,2})*$")]
JobName = Literal["inbox", "population", "kolada", "compute", "reminders", "open_data", "gallring"]
JOB_TITLES: Final[Mapping[JobName, str]] = {
    "inbox": "Inkorgar",
    "population": "Folkmängd från SCB",
    "kolada": "Nyckeltal från Kolada",
    "compute": "Beräkning",
    "reminders": "Påminnelser",
    "open_data": "Öppna data",
    "gallring": "Gallring",
}
"""What can run by itself, in the order that it is shown."""


class Times(Value):
    """When a job is due, in Swedish time, as cron writes it; what is left out is every one of it, and minute 0.

    Weekdays are named: numbers mean different days to different programs.
    """

    minute: CronField = "0"
    hour: CronField = "*"
    day: CronField = "*"
    day_of_week: Annotated[str, StringConstraints(pattern=r"^\*|(mon|tue|wed|thu|fri|sat|sun)([-,](mon|tue|wed|thu|fri|sat|sun))*$")] = "*"

    @model_validator(mode="after")
    def _not_when_the_clock_moves(self) -> Self:
        if self.hour == "2":
            raise ValueError("klockan 2 finns två gånger en natt om året och inte alls en annan. Välj en annan timme")
        return self


class Inbox(Value):
    """A folder that files are dropped in, in a folder for each dataset. `kommun`: the one that does, and speaks for itself alone.

    A file is taken when nothing has happened to it for `settle_seconds`; what has been taken or refused is kept for `keep_days`.
    """

    folder: Text
    kommun: KommunCode | None = None
    settle_seconds: int = Field(default=60, ge=0)
    keep_days: int = Field(default=30, ge=0)


class PopulationTable(Value):
    """A table of population at SCB, and the years that it is asked for.

    `others` are codes of variables that must be chosen. `total_age` is the code for all ages, in a table whose values carry noise:
    there the fewest cells are asked for.
    """

    api: Literal["v1", "v2"]
    address: Text
    table: Text
    contents: Text
    first_year: int
    last_year: int | None = None
    total_age: Text | None = None
    others: Mapping[Text, Text] = {}
    source: Text


class KoladaSource(Value):
    """Which of Kolada's nyckeltal are fetched."""

    address: Text
    kpis: tuple[Annotated[str, StringConstraints(pattern=r"^[NU]\d{5}$")], ...]
    first_year: int


class Sources(Value):
    """Open statistics that are fetched."""

    population: tuple[PopulationTable, ...] = ()
    kolada: KoladaSource | None = None


class Due(Value):
    """When a dataset is expected: days after the period's end, and how many days before that to remind."""

    days_after: int = Field(ge=0)
    remind_days_before: int = Field(default=0, ge=0)


class Mail(Value):
    """Where notices are mailed. A password, where one is needed, is in UPPFOLJNING_SMTP_PASSWORD.

    `to` get everything, `kommuner` what concerns them.
    """

    host: Text
    port: int = Field(default=25, gt=0)
    starttls: bool = False
    user: Text | None = None
    sender: Text
    to: tuple[Text, ...] = ()
    kommuner: Mapping[KommunCode, Text] = {}


class Notices(Value):
    """Who is told when a job has failed, a delivery is due soon, or one is late."""

    mail: Mail | None = None
    webhook: Text | None = None


class Retries(Value):
    """How often a job that fails is tried again at once, and how long to wait first; the wait doubles each time."""

    times: int = Field(default=3, ge=0)
    first_wait_seconds: float = Field(default=60, ge=0)
