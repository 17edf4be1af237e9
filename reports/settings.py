"""What config.yaml says that only reports read: SKR's form and the open data's catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator

from config import ConfigError, Settings, Text, Value

_Iri = Annotated[str, StringConstraints(pattern=r'^(https?|mailto):[^\s<>"{}|\\^`]+$')]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class SkrColumn(Value):
    """A column of SKR's form, from one source: a part of an `indicator`'s figure, a `count` by name, or a share of another column.

    With `share_of` the column is 100 × `share_of[0]` / `share_of[1]`, two other columns' ids. An optional column may stay empty.
    """

    id: _Id
    heading: Text
    definition: Text
    indicator: Text | None = None
    part: Literal["numerator", "denominator", "value"] = "numerator"
    count: Text | None = None
    share_of: tuple[Text, Text] | None = None
    is_population: bool = False
    is_optional: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.indicator, self.count, self.share_of)) != 1:
            raise ValueError("ange en av indicator, count och share_of")
        return self


class SkrSettings(Value):
    """SKR's form: its columns in order, and how much a number may change from one year to the next before it must be explained."""

    name: Text
    source: Text
    columns: tuple[SkrColumn, ...] = Field(min_length=1)
    largest_change_percent: float = Field(gt=0)
    smallest_change: int = Field(ge=0)

    @model_validator(mode="after")
    def _columns_hold_together(self) -> Self:
        ids = [column.id for column in self.columns]
        if len(set(ids)) < len(ids):
            raise ValueError("två kolumner har samma id. Ge den ena ett annat")
        plain = {column.id for column in self.columns if column.share_of is None}
        for column in self.columns:
            if column.share_of is not None and not plain.issuperset(column.share_of):
                raise ValueError(f"share_of i {column.id} ska vara två kolumners id, och inte själva vara andelar")
        return self


class OpenDataSettings(Value):
    """The catalogue of open data: who publishes it, where, and on what terms. `base_url` is where the files will lie."""

    title: Text
    title_en: Text
    description: Text
    description_en: Text
    publisher: Text
    publisher_uri: _Iri
    publisher_type: _Iri
    contact: Text
    contact_email: Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
    license: _Iri
    base_url: _Iri
    homepage: _Iri
    spatial: _Iri


FormT = TypeVar("FormT", bound=Value)


def skr_form(settings: Settings) -> SkrSettings:
    """SKR's form as config.yaml has it. Raises ConfigError."""
    return _read(SkrSettings, "skr", settings.skr)


def open_data_form(settings: Settings) -> OpenDataSettings:
    """The open data's catalogue as config.yaml has it. Raises ConfigError."""
    return _read(OpenDataSettings, "open_data", settings.open_data)


def _read(kind: type[FormT], key: str, said: Mapping[str, Any] | None) -> FormT:
    """A block that only reports read, so it is held against its model here."""
    if said is None:
        raise ConfigError([f"{key} saknas i config.yaml. Se den config.yaml som följer med programmet."])
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        raise ConfigError(
            [f"{'.'.join(str(part) for part in (key, *e['loc']))}: går inte att läsa. Rätta värdet." for e in error.errors()]
        ) from error
