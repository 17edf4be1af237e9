"""config.yaml as frozen, checked settings.

What an administrator decides lives in one YAML file: areas, agreements and their dates, goals, amounts,
thresholds, storage. `load_settings` returns it as immutable values, or raises `ConfigError` whose lines
say where the file is wrong (line and key) and what to write instead.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
KommunCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
PeriodKind = Literal["month", "quarter", "year"]
AreaKind = Literal["kommun", "delregion", "lan"]


class ConfigError(Exception):
    """The settings file is wrong. `problems` holds one Swedish sentence each, with place and remedy."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Value(BaseModel):
    """A frozen value with no room for keys nobody asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Value):
    """Something that holds from a day to a day, both included; an open end is left out."""

    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to ligger före valid_from. Byt plats på dem eller rätta den ena")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it is in force on any day of first..last."""
        return self.valid_from <= last and (self.valid_to is None or first <= self.valid_to)


DatedT = TypeVar("DatedT", bound=Dated)


def in_force(entries: Sequence[DatedT], day: date) -> DatedT | None:
    """The one entry that holds on the day, or None; overlaps were refused when the settings were read."""
    return next((entry for entry in entries if entry.holds_on(day)), None)


def _overlapping(entries: Sequence[DatedT]) -> Iterator[tuple[DatedT, DatedT]]:
    ordered = sorted(entries, key=lambda entry: entry.valid_from)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            yield earlier, later


def _repeated(ids: Iterable[str]) -> list[str]:
    return sorted(i for i, count in Counter(ids).items() if count > 1)


ChosenT = TypeVar("ChosenT")


def _unless(problems: Sequence[str], value: ChosenT) -> ChosenT:
    if problems:
        raise ValueError(". ".join(problems))
    return value


class County(Value):
    """The whole: `id` is the area id of the län."""

    id: Text
    name: Text


class Member(Value):
    """A kommun's place in an area; without dates it has always been there."""

    kommun: KommunCode
    valid_from: date = date.min
    valid_to: date = date.max
    source: Text | None = None


class Area(Value):
    """A delregion: `members` are kommunkoder, or entries with dates where a kommun has moved."""

    id: Annotated[str, StringConstraints(pattern=r"^(kf|vs)-[a-z0-9-]+$")]
    name: Text
    source: Text
    members: tuple[KommunCode | Member, ...]

    def memberships(self) -> Iterator[Member]:
        """Every membership with its dates."""
        for member in self.members:
            yield member if isinstance(member, Member) else Member(kommun=member)


class Division(Value):
    """A way of dividing the county's kommuner into delregioner."""

    id: Text
    name: Text
    areas: tuple[Area, ...]
    unplaced: tuple[KommunCode, ...] = ()

    def members_on(self, area_id: str, day: date) -> tuple[str, ...]:
        """Kommunkoder in the area on the day, in order."""
        area = next(area for area in self.areas if area.id == area_id)
        return tuple(sorted(m.kommun for m in area.memberships() if m.valid_from <= day <= m.valid_to))


class Condition(Value):
    """One condition for the kommun's payment responsibility, judged per discharge.

    `applies_if` names a ja/nej column that decides whether the condition applies at all. It is met when
    `yes_in` (a ja/nej column) is ja, when `date_in` holds a date, or when that date is at most `within_days` after `of`.
    """

    id: Text
    name: Text
    section: Text
    applies_if: Text | None = None
    yes_in: Text | None = None
    date_in: Text | None = None
    of: Text | None = None
    within_days: int | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if (self.yes_in is None) == (self.date_in is None):
            raise ValueError("ange antingen yes_in (ja/nej-kolumn) eller date_in (datumkolumn)")
        if (self.of is None) != (self.within_days is None):
            raise ValueError("of och within_days hör ihop: ange båda eller ingen")
        if self.of is not None and self.date_in is None:
            raise ValueError("of och within_days kräver date_in")
        return self


class DischargeRules(Value):
    """The payment model: mean over `mean_limit_days` per kommun and month; over `individual_after_days` each pays alone."""

    mean_limit_days: float = Field(ge=0)
    individual_after_days: int = Field(ge=0)
    section: Text
    conditions: tuple[Condition, ...] = Field(min_length=1)


class Agreement(Dated):
    """A hälso- och sjukvårdsavtal and the rules that hang under it; the rules have no dates of their own."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    name: Text
    source: Text
    utskrivning: DischargeRules


class Goal(Dated):
    """A goal that the parties have set: which figures it is tested on, from when, and who says so."""

    comparison: Literal["at_least", "at_most"]
    value: float
    area_kinds: tuple[AreaKind, ...] = Field(min_length=1)
    period_kinds: tuple[PeriodKind, ...] = Field(min_length=1)
    source: Text
    note: Text | None = None


class Amount(Value):
    """Kronor per vårddygn that Socialstyrelsen has set for a year."""

    amount: int = Field(gt=0)
    source: Text


class DatasetSettings(Value):
    """`aliases`: other column names that senders use, by field name."""

    aliases: Mapping[Text, tuple[Text, ...]] = {}


class NtandvardSettings(DatasetSettings):
    """`population_from_age`: the denominator of the coverage counts inhabitants of this age and older."""

    population_from_age: int = Field(ge=0)


class UtskrivningSettings(DatasetSettings):
    """`long_stay_days`: over_sju_dagar counts discharges with more days than this, also outside every agreement."""

    long_stay_days: int = Field(ge=0)


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
    avvikelser: DatasetSettings = DatasetSettings()
    matt: DatasetSettings = DatasetSettings()
    disclosure: DisclosureSettings
    compute: ComputeSettings = ComputeSettings()
    limits: LimitSettings
    skr: Mapping[str, Any] | None = None  # what these two say is checked by reports/settings.py, when they are used
    open_data: Mapping[str, Any] | None = None
    access: Literal["open", "public"] = "open"
    storage: Text
    database_url: Text | None = None

    @field_validator("agreements")
    @classmethod
    def _agreements_apart(cls, agreements: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
        problems = [
            f"avtalen {earlier.id} och {later.id} överlappar i tiden. Låt det ena sluta dagen innan det andra börjar"
            for earlier, later in _overlapping(agreements)
        ]
        problems += [f"id {i} finns två gånger. Ge det ena avtalet ett annat id" for i in _repeated(a.id for a in agreements)]
        return _unless(problems, agreements)

    @field_validator("goals")
    @classmethod
    def _goals_apart(cls, goals: Mapping[str, tuple[Goal, ...]]) -> Mapping[str, tuple[Goal, ...]]:
        problems = [
            f"målen för {indicator} från {earlier.valid_from} och {later.valid_from} överlappar i tiden. "
            "Låt det ena sluta dagen innan det andra börjar"
            for indicator, entries in goals.items()
            for earlier, later in _overlapping(entries)
        ]
        return _unless(problems, goals)

    @field_validator("divisions")
    @classmethod
    def _divisions_hold_together(cls, divisions: tuple[Division, ...], info: ValidationInfo) -> tuple[Division, ...]:
        problems = [problem for division in divisions for problem in _division_problems(division, info.data.get("kommuner", {}))]
        ids = (area.id for division in divisions for area in division.areas)
        problems += [f"delregionen {i} finns två gånger. Ge den ena ett annat id" for i in _repeated(ids)]
        return _unless(problems, divisions)

    @property
    def effective_database_url(self) -> str:
        """The database's URL; without one in the settings it is a SQLite file in the storage folder."""
        return self.database_url or f"sqlite:///{Path(self.storage) / 'uppfoljning.db'}"

    def agreements_between(self, first: date, last: date) -> tuple[Agreement, ...]:
        """Agreements in force on any day of first..last, oldest first."""
        return tuple(sorted((a for a in self.agreements if a.overlaps(first, last)), key=lambda a: a.valid_from))


def _division_problems(division: Division, kommuner: Mapping[str, str]) -> Iterator[str]:
    placed: dict[str, list[tuple[Member, str]]] = {}
    for area in division.areas:
        for member in area.memberships():
            if member.kommun not in kommuner:
                yield f"kommunen {member.kommun} i {area.id} finns inte under kommuner. Lägg till den där eller ta bort den här"
            placed.setdefault(member.kommun, []).append((member, area.id))
    for kommun, places in placed.items():
        ordered = sorted(places, key=lambda place: place[0].valid_from)
        for (earlier, area_id), (later, other_id) in itertools.pairwise(ordered):
            if later.valid_from <= earlier.valid_to:
                yield f"kommunen {kommun} ligger i både {area_id} och {other_id} samma dag. Ge medlemskapen datum som inte överlappar"
    for kommun in kommuner:
        if kommun not in placed and kommun not in division.unplaced:
            yield f"kommunen {kommun} saknar plats i indelningen {division.id}. Lägg den i en delregion eller under unplaced"


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
    return raw | {key: value for key, value in overrides.items() if value}


def load_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings file.

    `UPPFOLJNING_STORAGE` and `UPPFOLJNING_DATABASE_URL` in `environment` override the file.
    Raises `ConfigError` with every problem when the file is missing, is not YAML, or says something wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"Inställningsfilen {path} kan inte läsas ({error}). Ange en annan med --config."]) from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
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
