"""Population from SCB's two APIs: asked at their pace, for what is missing, and never half taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from config import PopulationTable, Settings, Sources
from jobs import population
from jobs.job import JobFailed, Surroundings
from sql import deliveries, facts
from tests.conftest import soak
from tests.jobs.agency import Answer, as_json, json_stat, serving

AGES = [*map(str, range(100))]
LABELS = {"Region": "region", "Alder": "ålder", "Tid": "år", "ContentsCode": "tabellinnehåll", "BE0101N1": "Folkmängd"}


def count(cell: Mapping[str, str]) -> int:
    """So many in a kommun of an age: the code's last digit and the age decide; the total is too large by 7, as noise may make it."""
    base = int(cell["Region"][-1]) + 1
    if cell["Alder"] == "TotSA":
        return sum(base + age % 5 for age in range(101)) + 7
    return base + int(cell["Alder"].removesuffix("+1").removesuffix("+")) % 5


class Scb:
    """SCB's v1 table up to 2024 and its v2 table from 2025. `spoil` may answer instead."""

    def __init__(self, settings: Settings) -> None:
        self.regions = ["00", "0114", *settings.kommuner]
        self.calls: list[tuple[str, str]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.spoil: Callable[[str, int], Answer | None] = lambda path, number: None

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        self.calls.append((method, path))
        return self.spoil(path, len(self.calls)) or self._answer(method, path, body)

    def _answer(self, method: str, path: str, body: Any) -> Answer:
        if path == "/v1?config":
            return as_json({"maxCells": 150_000, "maxCalls": 1000, "timeWindow": 1})
        if path == "/v2/config":
            return as_json({"maxDataCells": 150_000, "maxCallsPerTimeWindow": 1000, "timeWindow": 1})
        if method == "GET" and path == "/v1/BE/Befolkning":
            variables = {"Region": self.regions, "Alder": [*AGES, "100+", "tot"], "ContentsCode": ["BE0101N1"], "Tid": ["2023", "2024"]}
            return as_json({"title": "Folkmängd", "variables": [{"code": c, "values": v} for c, v in variables.items()]})
        if path == "/v2/tables/TAB5557/metadata":
            codes = {
                "Region": self.regions,
                "Alder": [*AGES, "100+1", "TotSA"],
                "Kon": ["TotSa"],
                "ContentsCode": ["000007ME"],
                "Tid": ["2025"],
            }
            return as_json({"dimension": {c: {"category": {"index": {v: n for n, v in enumerate(vs)}}} for c, vs in codes.items()}})
        if path == "/v1/BE/Befolkning":
            return self._data({part["code"]: part["selection"]["values"] for part in body["query"]})
        assert path.startswith("/v2/tables/TAB5557/data?")
        return self._data({part["variableCode"]: part["valueCodes"] for part in body["selection"]})

    def _data(self, selection: dict[str, list[str]]) -> Answer:
        self.asked.append(selection)
        labels = {**LABELS, **{age: f"{age} år" for age in [*AGES, "100+"]}, "000007ME": "Folkmängd"}
        return as_json(json_stat(selection, labels, count))


@contextmanager
def scb(around: Surroundings) -> Iterator[tuple[Surroundings, Scb]]:
    agency = Scb(around.settings)
    with serving(agency) as address:
        tables = (
            PopulationTable(
                api="v1", address=f"{address}/v1", table="BE/Befolkning", contents="BE0101N1", first_year=2024, last_year=2024,
                source="SCB",
            ),
            PopulationTable(
                api="v2", address=f"{address}/v2", table="TAB5557", contents="000007ME", first_year=2025, total_age="TotSA",
                others={"Kon": "TotSa"}, source="SCB",
            ),
        )  # fmt: skip
        settings = around.settings.model_copy(update={"sources": Sources(population=tables)})
        yield Surroundings(settings, around.store, around.clock), agency


def persons(around: Surroundings, kommun: str, year: int) -> dict[str, int]:
    rows = facts.rows(around.store, "befolkning").filter(kommun=kommun, ar=year).collect()
    return dict(rows.select(pl.col("alder").cast(pl.String), "antal").iter_rows())


def run(around: Surroundings) -> str:
    return population.run(around, lambda line: None)


def test_each_year_that_is_missing_is_taken_in_once(around: Surroundings) -> None:
    with scb(around) as (mine, agency):
        assert run(mine) == "Folkmängd hämtad för 2024, 2025."
        assert sum(count({"Region": "1440", "Alder": age}) for age in [*AGES, "100+"]) == sum(persons(mine, "1440", 2024).values())
        asked = len(agency.calls)
        assert run(mine) == "Ingen ny folkmängd hos SCB."
        assert len(agency.calls) == asked
    assert [d.loaded_by for d in deliveries.listing(around.store)] == ["SCB", "SCB"]


def test_where_values_carry_noise_the_open_group_is_the_total_less_the_young(around: Surroundings) -> None:
    with scb(around) as (mine, agency):
        run(mine)
    young = [count({"Region": "1440", "Alder": str(age)}) for age in range(24)]
    total = count({"Region": "1440", "Alder": "TotSA"})
    assert persons(mine, "1440", 2025) == {**{str(age): n for age, n in enumerate(young)}, "24+": total - sum(young)}
    assert agency.asked[-1]["Alder"] == ["TotSA", *map(str, range(24))]


def test_a_year_that_is_not_out_yet_is_waited_for(around: Surroundings) -> None:
    later = Surroundings(around.settings, around.store, lambda: datetime(2027, 1, 10, tzinfo=UTC))
    with scb(later) as (mine, _):
        lines: list[str] = []
        population.run(mine, lines.append)
    assert "SCB har inte 2026 i TAB5557 än." in lines
    assert any("TAB5557 har en slumpmässig osäkerhet (Cell Key Method)" in line for line in lines)


SPOILED: dict[str, tuple[Answer, str]] = {
    "busy": ((429, b"", {"Retry-After": "0"}), "fler frågor"),
    "broken": ((500, b"", {}), "fel hos sig"),
    "not to its liking": ((400, b"", {}), "godtar inte"),
    "moved": ((302, b"", {"Location": "http://192.0.2.1/"}), "godtar inte"),
    "a page": ((200, b"<html>Underhall</html>", {}), "inte är hel JSON"),
    "cut short": ((200, b'{"class": "dataset", "value": [1, 2', {}), "inte är hel JSON"),
    "cut in transit": ((200, b'{"class"', {"Content-Length": "500"}), "svarar inte"),
    "something else": ((200, b'{"error": "nej"}', {}), "SCB"),
}


@pytest.mark.parametrize("how", SPOILED)
@pytest.mark.parametrize("at", soak((3,), (1, 2, 3)))
def test_whatever_the_agency_answers_nothing_is_half_taken_in(around: Surroundings, how: str, at: int) -> None:
    answer, told = SPOILED[how]
    with scb(around) as (mine, agency):
        agency.spoil = lambda path, number: answer if number == at else None
        with pytest.raises(JobFailed, match=told):
            run(mine)
        assert not deliveries.listing(around.store)
        agency.spoil = lambda path, number: None
        assert run(mine) == "Folkmängd hämtad för 2024, 2025."


def test_an_agency_that_is_gone_is_told_of(around: Surroundings) -> None:
    table = PopulationTable(api="v2", address="http://127.0.0.1:1", table="T", contents="C", first_year=2025, source="SCB")
    alone = Surroundings(around.settings.model_copy(update={"sources": Sources(population=(table,))}), around.store, around.clock)
    with pytest.raises(JobFailed, match="SCB svarar inte"):
        run(alone)


def test_a_question_that_is_too_large_is_never_put(around: Surroundings) -> None:
    with scb(around) as (mine, agency):
        agency.spoil = lambda path, number: as_json({"maxCells": 100, "maxCalls": 9, "timeWindow": 1}) if "config" in path else None
        with pytest.raises(JobFailed, match="högst 100 värden"):
            run(mine)
        assert not agency.asked


def test_the_pace_is_the_agencys(around: Surroundings) -> None:
    waits: list[float] = []

    class Noting(type(around.stopping)):  # type: ignore[misc]
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            return False

    with scb(around) as (mine, agency):
        agency.spoil = lambda path, number: as_json({"maxCells": 150_000, "maxCalls": 10, "timeWindow": 5}) if "v1?config" in path else None
        run(Surroundings(mine.settings, mine.store, mine.clock, Noting()))
    assert waits[:2] == [0.5, 0.5]
