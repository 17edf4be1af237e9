"""All that config.yaml says, as one frozen value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from config.access import AccessKind, AuditSettings, OidcSettings, RateSettings, WebSettings, access_problems
from config.agreements import Agreement, Amount, Condition, Goal
from config.areas import County, Division, division_problems
from config.namndplan import PlanSettings
from config.schedule import Due, Inbox, JobName, Notices, Retries, Sources, Times
from config.storage import BucketUrl
from config.values import KommunCode, Text, Value, overlapping, repeated, unless


class DatasetSettings(Value):
    """`aliases`: other column names that senders use, by field name."""

    aliases: Mapping[Text, tuple[Text, ...]] = {}


class NtandvardSettings(DatasetSettings):
    """`population_from_age`: the denominator of the coverage counts inhabitants of this age and older."""

    population_from_age: int = Field(ge=0)


class UtskrivningSettings(DatasetSettings):
    """`long_stay_days`: over_sju_dagar counts discharges with more days than this, also outside every agreement.

    `sip_in_time` is the law's own rule for when a SIP is called in time, whatever the agreements say.
    """

    long_stay_days: int = Field(ge=0)
    sip_in_time: Condition


class DisclosureSettings(Value):
    """Counts from 1 to threshold − 1 are protected in public output."""

    threshold: int = Field(ge=1)


def _engine(text: str) -> str:
    if text != "local" and not re.fullmatch(r"dask://[A-Za-z0-9.-]+:\d{1,5}", text):
        raise ValueError("ska vara local, eller dask://VÄRD:PORT för ett kluster")
    return text


class ComputeSettings(Value):
    """`engine`: where rows are counted, `local` or the scheduler of a Dask cluster."""

    engine: Annotated[Text, AfterValidator(_engine)] = "local"


class Retention(Value):
    """For how many whole calendar years before this one a dataset's rows are kept, and who has decided that (`source`)."""

    years: int = Field(ge=1)
    source: Text


class LimitSettings(Value):
    """What a delivered file may cost to read; over it the file is refused unread."""

    file_mb: int = Field(gt=0)
    unpacked_mb: int = Field(gt=0)


class Settings(Value):
    """All of config.yaml."""

    county: County
    kommuner: Mapping[KommunCode, Text]
    divisions: tuple[Division, ...] = Field(min_length=1)
    agreements: tuple[Agreement, ...]
    goals: Mapping[Text, tuple[Goal, ...]] = {}
    payment_amount_per_day: Mapping[int, Amount] = {}
    befolkning: DatasetSettings = DatasetSettings()
    ntandvard: NtandvardSettings
    utskrivning: UtskrivningSettings
    pagaende: DatasetSettings = DatasetSettings()
    avvikelser: DatasetSettings = DatasetSettings()
    utbildning: DatasetSettings = DatasetSettings()
    enheter: DatasetSettings = DatasetSettings()
    naromradesplaner: DatasetSettings = DatasetSettings()
    fast_lakarkontakt: DatasetSettings = DatasetSettings()
    placeringar: DatasetSettings = DatasetSettings()
    halsosamtal: DatasetSettings = DatasetSettings()
    avtalsbeslut: DatasetSettings = DatasetSettings()
    matt: DatasetSettings = DatasetSettings()
    namndplan: PlanSettings | None = None  # without it no outcome is questioned
    disclosure: DisclosureSettings
    compute: ComputeSettings = ComputeSettings()
    retention: Mapping[Text, Retention] = {}  # rows of a dataset that is not named are kept for ever
    limits: LimitSettings
    schedule: Mapping[JobName, Times] = {}
    retries: Retries = Retries()
    inboxes: tuple[Inbox, ...] = ()
    sources: Sources = Sources()
    due: Mapping[Text, Due] = {}
    notices: Notices = Notices()
    skr: Mapping[str, Any] | None = None  # what these two say is checked by reports/settings.py, when they are used
    open_data: Mapping[str, Any] | None = None
    access: AccessKind = "open"
    oidc: OidcSettings | None = None
    web: WebSettings = WebSettings()
    rates: RateSettings
    audit: AuditSettings = AuditSettings()
    storage: Text
    deliveries: BucketUrl | None = None  # without it the rows lie in the storage folder
    database_url: Text | None = None

    @field_validator("agreements")
    @classmethod
    def _agreements_apart(cls, agreements: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
        problems = [
            f"avtalen {earlier.id} och {later.id} överlappar i tiden. Låt det ena sluta dagen innan det andra börjar"
            for earlier, later in overlapping(agreements)
        ]
        problems += [f"id {i} finns två gånger. Ge det ena avtalet ett annat id" for i in repeated(a.id for a in agreements)]
        return unless(problems, agreements)

    @field_validator("goals")
    @classmethod
    def _goals_apart(cls, goals: Mapping[str, tuple[Goal, ...]]) -> Mapping[str, tuple[Goal, ...]]:
        problems = [
            f"målen för {indicator} från {earlier.valid_from} och {later.valid_from} överlappar i tiden. "
            "Låt det ena sluta dagen innan det andra börjar"
            for indicator, entries in goals.items()
            for earlier, later in overlapping(entries)
        ]
        return unless(problems, goals)

    @field_validator("divisions")
    @classmethod
    def _divisions_hold_together(cls, divisions: tuple[Division, ...], info: ValidationInfo) -> tuple[Division, ...]:
        problems = [problem for division in divisions for problem in division_problems(division, info.data.get("kommuner", {}))]
        ids = (area.id for division in divisions for area in division.areas)
        problems += [f"delregionen {i} finns två gånger. Ge den ena ett annat id" for i in repeated(ids)]
        return unless(problems, divisions)

    @field_validator("inboxes")
    @classmethod
    def _inboxes_apart(cls, inboxes: tuple[Inbox, ...]) -> tuple[Inbox, ...]:
        folders = repeated(inbox.folder for inbox in inboxes)
        return unless([f"inkorgen {folder} finns två gånger. Ge den ena en annan mapp" for folder in folders], inboxes)

    @model_validator(mode="after")
    def _people_hold_together(self) -> Self:
        return unless(list(access_problems(self.access, self.oidc, self.web, self.kommuner)), self)

    @property
    def effective_database_url(self) -> str:
        """The database's URL; without one in the settings it is a SQLite file in the storage folder."""
        return self.database_url or f"sqlite:///{Path(self.storage) / 'uppfoljning.db'}"

    def agreements_between(self, first: date, last: date) -> tuple[Agreement, ...]:
        """Agreements in force on any day of first..last, oldest first."""
        return tuple(sorted((a for a in self.agreements if a.overlaps(first, last)), key=lambda a: a.valid_from))
