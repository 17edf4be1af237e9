"""PxWeb's json-stat2 answers -> the same long table that `scb` makes of SCB's files. Source: JSON-stat 2.0."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import polars as pl

from config import Settings
from loaders.cells import number
from loaders.dataset import Foreign
from loaders.header import plain
from loaders.problem import Finding, Unreadable
from loaders.scb import DIVISIONS, HOW, POPULATION, ROLES, own_form

_MOST_VALUES = 10_000_000  # beyond what PxWeb gives at once; sizes multiply, so a short file could claim any number
_YEAR = re.compile(r"\d{4}", re.ASCII)
_ROLES_KEPT = ("kommun", "alder", "ar", *DIVISIONS)


@dataclass(frozen=True)
class _Dimension:
    """A dimension's name, what it holds (`""` when unknown) and the code and label of each category in its order."""

    name: str
    role: str
    categories: Sequence[tuple[str, str]]


def is_json(text: bytes) -> bool:
    """Whether the text is JSON rather than a table."""
    return text[:1_000].lstrip().startswith((b"{", b"["))


def from_text(text: bytes, settings: Settings) -> Foreign:
    """The answer in our own form; rows are numbered as the values stand. Raises `Unreadable` for any other JSON."""
    try:
        answer = json.loads(text)
        dimensions = [_dimension(name, answer["dimension"][name]) for name in answer["id"]]
        values = _values(answer["value"], math.prod(len(dimension.categories) for dimension in dimensions))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Unreadable(Finding("fel_tabell", f"Det är inget json-stat2-svar från PxWeb om folkmängd. {HOW}")) from error
    _refuse_other_tables(dimensions)
    return own_form(_table(dimensions, values), settings)


def _dimension(name: str, found: Mapping[str, Any]) -> _Dimension:
    category = found["category"]
    labels: Mapping[str, str] = category.get("label", {})
    index = category.get("index", list(labels))
    codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else index
    role = ROLES.get(plain(name)) or ROLES.get(plain(str(found.get("label", ""))), "")
    return _Dimension(name, role, [(str(code), str(labels.get(code, code))) for code in codes])


def _values(values: Any, size: int) -> Mapping[int, Any]:
    """The values by place; a list has one for each, an object leaves out those that are missing."""
    is_sparse = isinstance(values, dict)
    cells = {int(place): value for place, value in (values.items() if is_sparse else enumerate(values))}
    if size > _MOST_VALUES or not all(0 <= place < size for place in cells) or not (is_sparse or len(cells) == size):
        raise ValueError("values and sizes disagree")
    return cells


def _refuse_other_tables(dimensions: Sequence[_Dimension]) -> None:
    roles = [dimension.role for dimension in dimensions]
    if not {"kommun", "alder", "ar"} <= set(roles) or len(set(roles) - {""}) < len([role for role in roles if role]):
        raise Unreadable(Finding("fel_tabell", f"Svaret saknar region, ålder eller år. {HOW}"))
    if not all(_YEAR.fullmatch(code) for dimension in dimensions if dimension.role == "ar" for code, _ in dimension.categories):
        raise Unreadable(Finding("fel_tabell", f"Svaret är inte per år. {HOW}"))
    for dimension in dimensions:
        words = {plain(word) for category in dimension.categories for word in category}
        if dimension.role == "measure" and (len(dimension.categories) > 1 or not words & POPULATION):
            raise Unreadable(Finding("fel_tabell", f"Svaret visar annat än folkmängd. {HOW}"))
        if dimension.role == "" and len(dimension.categories) > 1:
            raise Unreadable(Finding("fel_tabell", f"Svaret delar upp folkmängden efter {dimension.name}. {HOW}"))


def _table(dimensions: Sequence[_Dimension], values: Mapping[int, Any]) -> pl.DataFrame:
    rows = list(product(*([_text(dimension, *category) for category in dimension.categories] for dimension in dimensions)))
    columns = {
        dimension.role: pl.Series([row[place] for row in rows], dtype=pl.String)
        for place, dimension in enumerate(dimensions)
        if dimension.role in _ROLES_KEPT
    }
    antal = pl.Series([_number(values.get(place)) for place in range(len(rows))], dtype=pl.String)
    return pl.DataFrame({"row": pl.int_range(1, len(rows) + 1, dtype=pl.Int64, eager=True), **columns, "antal": antal})


def _text(dimension: _Dimension, code: str, label: str) -> str:
    if dimension.role == "kommun":
        return label if label == code or label.startswith(f"{code} ") else f"{code} {label}"
    return code if dimension.role == "ar" else label


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None if value is None else str(value)
    return number(value)
