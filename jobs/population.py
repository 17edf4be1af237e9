"""Fetching the population from SCB, for the years that the store does not hold in full.

A table whose values carry noise (SCB's Cell Key Method) is asked for as few cells as will do: a total and the ages below the one that
the agreement counts from, so that the rest is one subtraction (contract, section 7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from config import PopulationTable
from jobs.job import Job, JobFailed, Log, Surroundings
from jobs.pxweb import NAME, PxWeb, in_order
from loaders.intake import take_in
from sql import coverage

_REGION, _AGE, _CONTENTS, _YEAR = "Region", "Alder", "ContentsCode", "Tid"
_OTHER_SHAPE: Final = f"{NAME} svarade inte med folkmängd per kommun och ålder."
_PERSONS: Final = ("antal", "personer", "antal personer", "number", "persons")
_SINGLE_AGE: Final = re.compile(r"\d{1,2}|100\+1?")


@dataclass(frozen=True)
class _File:
    """What is handed to the loaders: a name and its bytes."""

    name: str
    content: bytes


def run(around: Surroundings, log: Log) -> str:
    """Take in each year that a table has and the store lacks. Raises JobFailed."""
    taken = [year for table in around.settings.sources.population for year in _from_table(around, table, log)]
    return f"Folkmängd hämtad för {', '.join(taken)}." if taken else "Ingen ny folkmängd hos SCB."


def _from_table(around: Surroundings, table: PopulationTable, log: Log) -> Iterator[str]:
    wanted = _wanted(around, table)
    if not wanted:
        return
    service = PxWeb(table, around.stopping.wait)
    if table.total_age is not None:
        log(f"Värdena i {table.table} har en slumpmässig osäkerhet (Cell Key Method), så delar blir inte alltid totalen.")
    codes = service.codes()
    for year in wanted:
        if year in codes.get(_YEAR, ()):
            _take(around, _fetched(around, table, service, codes, year), log)
            yield year
        else:
            log(f"{NAME} har inte {year} i {table.table} än.")


def _wanted(around: Surroundings, table: PopulationTable) -> list[str]:
    """Years of the table, up to the last whole one, that not every kommun is covered for."""
    covered = coverage.in_force(around.store, "befolkning").filter(pl.col("complete"))
    whole = dict(covered.group_by("period").agg(pl.col("kommun").n_unique()).iter_rows())
    last = min(around.clock().year - 1, table.last_year or around.clock().year)
    return [str(year) for year in range(table.first_year, last + 1) if whole.get(str(year), 0) < len(around.settings.kommuner)]


def _fetched(around: Surroundings, table: PopulationTable, service: PxWeb, codes: Mapping[str, list[str]], year: str) -> _File:
    kommuner = list(around.settings.kommuner)
    if missing := [kommun for kommun in kommuner if kommun not in codes.get(_REGION, ())]:
        raise JobFailed(f"{NAME} saknar {', '.join(missing)} i {table.table}.", may_pass=False)
    ages = [code for code in codes.get(_AGE, ()) if _SINGLE_AGE.fullmatch(code)]
    from_age = around.settings.ntandvard.population_from_age
    if table.total_age is not None:
        ages = [table.total_age, *(str(age) for age in range(from_age))]
    fixed = {code: [value] for code, value in table.others.items()}
    answer = service.data({_REGION: kommuner, _AGE: ages, _CONTENTS: [table.contents], _YEAR: [year], **fixed})
    _hold_against_units(answer, table)
    name = f"befolkning_{year}_{table.table.rsplit('/', 1)[-1]}"
    if table.total_age is None:
        return _File(f"{name}.json", json.dumps(answer).encode())
    return _File(f"{name}.csv", _as_own_form(answer, table.total_age, from_age, year))


def _as_own_form(answer: Mapping[str, Any], total: str, from_age: int, year: str) -> bytes:
    """Our own form: the single ages below `from_age`, and an open group that is the total without them."""
    rows: list[tuple[str, str, str, int]] = []
    for kommun, by_age in _by_kommun(answer).items():
        young = {int(age): count for age, count in by_age.items() if age != total}
        rows += [(kommun, year, str(age), count) for age, count in sorted(young.items())]
        rows.append((kommun, year, f"{from_age}+", by_age[total] - sum(young.values())))
    return pl.DataFrame(rows, schema=["kommun", "ar", "alder", "antal"], orient="row").write_csv().encode()


def _by_kommun(answer: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Counts by kommun and age code; the other dimensions have one value each. Raises JobFailed for an answer of another shape."""
    names = list(answer["id"])
    codes = {name: in_order(answer["dimension"][name]["category"]["index"]) for name in names}
    kommuner, ages = codes[_REGION], codes[_AGE]
    if names.index(_REGION) > names.index(_AGE) or len(answer["value"]) != len(kommuner) * len(ages):
        raise JobFailed(_OTHER_SHAPE)
    counts = [int(value) for value in answer["value"]]
    return {kommun: dict(zip(ages, counts[n * len(ages) :], strict=False)) for n, kommun in enumerate(kommuner)}


def _hold_against_units(answer: Mapping[str, Any], table: PopulationTable) -> None:
    """Persons, each one counted: thousands or shares would be taken for persons. A service that names no unit is believed."""
    unit = answer["dimension"].get(_CONTENTS, {}).get("category", {}).get("unit", {}).get(table.contents, {})
    base, decimals = str(unit.get("base", _PERSONS[0])), unit.get("decimals", 0)
    if base.casefold() not in _PERSONS or decimals != 0 or any(value < 0 or value != int(value) for value in answer["value"]):
        raise JobFailed(f"{NAME} svarade med annat än antal personer i {table.table} ({base}).", may_pass=False)


def _take(around: Surroundings, file: _File, log: Log) -> None:
    with TemporaryDirectory(prefix="uppfoljning-") as folder:
        path = Path(folder) / file.name
        path.write_bytes(file.content)
        outcome = take_in(around.settings, around.store, "befolkning", path, [], None, False, NAME, around.clock())
    log(outcome.answer)
    if outcome.delivery is None:
        raise JobFailed(f"{NAME}s svar går inte att ta in: {outcome.problems[0].message}", may_pass=False)


JOB: Final = Job("population", run)
