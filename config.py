"""config.yaml as frozen, checked settings.

What an administrator decides lives in one YAML file: areas, agreements and their dates, goals, amounts,
thresholds, storage. `load_settings` returns it as immutable values, or raises `ConfigError` whose lines
say where the file is wrong (line and key) and what to write instead. The other rooms import all of it from here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from config_access import SECRET_VARIABLE, AccessKind, AuditSettings, OidcSettings, RateSettings, WebSettings, access_problems
from config_agreements import Agreement, Amount, Change, Clause, Condition, DischargeRules, Goal, Notice, PlacementRules, TrainingRules
from config_areas import Area, County, Division, Member, division_problems
from config_namndplan import PlanSettings
from config_schedule import JOB_TITLES, Due, Inbox, JobName, KoladaSource, Mail, Notices, PopulationTable, Retries, Sources, Times
from config_values import AreaKind, ConfigError, Dated, KommunCode, PeriodKind, Text, Value, in_force, overlapping, repeated, unless

__all__ = [
    "JOB_TITLES",
    "Agreement", "Amount", "Area", "AreaKind", "Change", "Clause", "Condition", "ConfigError", "County", "DatasetSettings", "Dated",
    "DischargeRules", "DisclosureSettings", "Division", "Due", "Goal", "Inbox", "JobName", "KoladaSource", "KommunCode",
    "LimitSettings", "Mail", "Member", "Notice", "Notices", "NtandvardSettings", "OidcSettings", "PeriodKind", "PlacementRules",
    "PlanSettings", "PopulationTable", "Retries", "Settings", "Sources", "Text", "Times", "TrainingRules", "UtskrivningSettings",
    "Value", "in_force", "load_settings",
]  # fmt: skip


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


class ComputeSettings(Value):
    """Where the parts are computed."""

    engine: Literal["local"] = "local"


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


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""yaml.safe_load's loader, in C where the library has it: every command reads this file first."""

_REMEDIES = {
    "extra_forbidden": "okänd nyckel. Ta bort den eller rätta stavningen",
    "missing": "nyckeln saknas. Lägg till den",
    "string_too_short": "värdet är tomt. Fyll i det",
    "too_short": "listan är tom. Lägg till minst en post",
    "string_type": "ska vara text. Sätt värdet inom citattecken",
    "string_pattern_mismatch": "har inte rätt form ({pattern})",
    "int_parsing": "ska vara ett heltal",
    "int_type": "ska vara ett heltal",
    "float_parsing": "ska vara ett tal",
    "greater_than": "ska vara större än {gt}",
    "greater_than_equal": "ska vara minst {ge}",
    "literal_error": "ska vara någon av {expected}",
    "date_from_datetime_parsing": "ska vara ett datum, som 2027-01-01",
    "date_type": "ska vara ett datum, som 2027-01-01",
}


def _node_at(node: yaml.Node, path: Sequence[Any]) -> yaml.Node:
    """The deepest YAML node that the path leads to; for an unknown key that is its own line."""
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        else:
            found = None
        if found is None:
            break
        node = found
    return node


def _repeated_keys(node: yaml.Node, path: str = "") -> Iterator[str]:
    """Keys given twice: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield f"rad {key.start_mark.line + 1}, {path}{key.value}: nyckeln finns två gånger. Ta bort den ena"
            seen.add(key.value)
            yield from _repeated_keys(value, f"{path}{key.value}.")
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _repeated_keys(item, f"{path}{number}.")


def _problem(path: tuple[Any, ...], error: Mapping[str, Any], root: yaml.Node) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        said = str(context["error"])
    else:
        said = _REMEDIES.get(error["type"], "duger inte. Rätta värdet").format_map(context)
    return f"rad {_node_at(root, path).start_mark.line + 1}, {'.'.join(map(str, path)) or 'hela filen'}: {said}."


def _problems(failure: ValidationError, root: yaml.Node) -> list[str]:
    """One sentence per place; a list that fails because an entry in it does is not told twice."""
    by_path: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for error in failure.errors():
        # For a value that may be either of two types pydantic adds the type's name to the path.
        path = tuple(step for step in error["loc"] if step != "Member" and "constrained" not in str(step))
        by_path.setdefault(path, dict(error))
    inner = {path[:length] for path in by_path for length in range(len(path))}
    return [_problem(path, error, root) for path, error in by_path.items() if path not in inner]


def _with_environment(raw: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    overrides = {"storage": environment.get("UPPFOLJNING_STORAGE"), "database_url": environment.get("UPPFOLJNING_DATABASE_URL")}
    given = raw | {key: value for key, value in overrides.items() if value}
    secret = environment.get(SECRET_VARIABLE)
    if isinstance(oidc := raw.get("oidc"), dict):
        if "client_secret" in oidc:
            raise ConfigError([f"oidc.client_secret hör inte hemma i filen. Ta bort raden och ange hemligheten i {SECRET_VARIABLE}."])
        given["oidc"] = oidc | ({"client_secret": secret} if secret else {})
    return given


def load_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings file.

    `UPPFOLJNING_STORAGE` and `UPPFOLJNING_DATABASE_URL` in `environment` override the file, `UPPFOLJNING_OIDC_SECRET` adds to it.
    Raises `ConfigError` with every problem when the file is missing, is not YAML, or says something wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"Inställningsfilen {path} kan inte läsas ({error}). Ange en annan med --config."]) from error
    try:
        root = yaml.compose(text, Loader=_LOADER)
        raw = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ConfigError([f"Inställningsfilen {path} är inte giltig YAML: {error}. Rätta raden."]) from error
    if root is None or not isinstance(raw, dict):
        raise ConfigError([f"Inställningsfilen {path} är tom. Utgå från den config.yaml som följer med."])
    if repeated := list(_repeated_keys(root)):
        raise ConfigError([f"{path}, {problem}." for problem in repeated])
    try:
        return Settings.model_validate(_with_environment(raw, environment))
    except ValidationError as error:
        raise ConfigError([f"{path}, {problem}" for problem in _problems(error, root)]) from error
