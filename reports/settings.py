"""What config.yaml says that only reports read: SKR's form and the open data's catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from config import ConfigError, Settings, Text, Value
from metrics.indicators import INDICATORS

_Iri = Annotated[str, StringConstraints(pattern=r'^(https?|mailto):[^\s<>"{}|\\^`]+$')]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


_EXAMPLE = re.compile(r"[@/.](example\.(com|net|org)|[^/]+\.(example|invalid|test))(?=[:/]|$)")


class SkrColumn(Value):
    """A column of SKR's form: a part of an indicator's figure. An optional column may stay empty.

    What `swings` moves freely from year to year, as training does, and is not held against the year before.
    """

    id: _Id
    heading: Text
    definition: Text
    indicator: Text
    part: Literal["numerator", "denominator", "value"] = "numerator"
    is_population: bool = False
    is_optional: bool = False
    swings: bool = False


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
        if unknown := sorted({column.indicator for column in self.columns} - INDICATORS.keys()):
            raise ValueError(f"indikatorn {unknown[0]} finns inte. Rätta stavningen")
        return self


class OpenDataSettings(Value):
    """The catalogue of open data: who publishes it, where, and on what terms. `base_url` is where the files will lie.

    `folder` is where the weekly job writes them; without one it writes nowhere.
    """

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
    folder: Text | None = None

    @property
    def placeholders(self) -> list[str]:
        """The keys whose address is one of those that are set aside for examples (RFC 2606), as in the shipped config.yaml."""
        said = self.model_dump()
        return [name for name in ("publisher_uri", "contact_email", "base_url", "homepage") if _EXAMPLE.search(said[name])]


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
        raise ConfigError([_complaint(key, each) for each in error.errors()]) from error


def _complaint(key: str, error: ErrorDetails) -> str:
    """Where in the block, and what to do: our own words where we have found it, else that it cannot be read."""
    place = ".".join(str(part) for part in (key, *error["loc"]))
    own = error["msg"].partition("Value error, ")[2]
    return f"{place}: {own}." if own else f"{place}: går inte att läsa. Rätta värdet."
