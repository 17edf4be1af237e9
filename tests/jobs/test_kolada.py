"""Nyckeltal from Kolada: in parts, over pages, with what is deleted and what is missing kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config import KoladaSource, Sources
from jobs import kolada
from jobs.job import JobFailed, Surroundings
from sql import outside
from sql.outside import Value
from tests.jobs.agency import Answer, as_json, serving


def row(kommun: str, year: int, value: float | None, *, status: str = "", deleted: bool = False, kpi: str = "U01414") -> dict[str, Any]:
    genders = [("K", 1.0, "", False), ("T", value, status, deleted)]
    return {
        "kpi": kpi,
        "municipality": kommun,
        "period": year,
        "values": [{"gender": g, "count": 1, "status": s, "value": v, "isdeleted": d} for g, v, s, d in genders],
    }


class Kolada:
    """Two pages for every question about values."""

    def __init__(self) -> None:
        self.address = ""
        self.paths: list[str] = []
        self.next: str | None = None
        self.known = ["U01414", "U21432"]

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        self.paths.append(path)
        if path.startswith("/v3/kpi/"):
            ids = [kpi for kpi in path.removeprefix("/v3/kpi/").split(",") if kpi in self.known]
            return as_json({"values": [{"id": kpi, "title": f"Titel {kpi}"} for kpi in ids], "count": len(ids)})
        if path.endswith("?page=2"):
            return as_json({"values": [row("1440", 2024, 80.5), row("1440", 2023, None, status="Missing")], "next_url": None})
        first = [row("1440", 2022, 79.0), row("1440", 2021, 1.0, deleted=True), row("1440", 2010, 70.0), row("0114", 2022, 1.0)]
        mine = first if "1440" in path else []
        return as_json({"values": mine, "next_url": self.next or (f"{self.address}{path}?page=2" if mine else None)})


@contextmanager
def serving_kolada(around: Surroundings, kpis: tuple[str, ...] = ("U01414", "U21432")) -> Iterator[tuple[Surroundings, Kolada]]:
    agency = Kolada()
    with serving(agency) as agency.address:
        source = KoladaSource(address=f"{agency.address}/v3", kpis=kpis, first_year=2020)
        yield Surroundings(around.settings.model_copy(update={"sources": Sources(kolada=source)}), around.store, around.clock), agency


def run(around: Surroundings) -> str:
    return kolada.run(around, lambda line: None)


def test_values_of_every_page_are_kept(around: Surroundings) -> None:
    with serving_kolada(around) as (mine, agency):
        assert run(mine) == "3 värden för 2 nyckeltal hämtade."
    assert outside.values(around.store) == (
        Value("U01414", "1440", 2022, 79.0, ""),
        Value("U01414", "1440", 2023, None, "Missing"),
        Value("U01414", "1440", 2024, 80.5, ""),
    )
    assert [measure.title for measure in outside.measures(around.store)] == ["Titel U01414", "Titel U21432"]
    assert max(path.split("/")[4].count(",") + 1 for path in agency.paths if "municipality" in path) == 25


def test_a_nyckeltal_that_kolada_does_not_know_is_named(around: Surroundings) -> None:
    with serving_kolada(around, ("U01414", "N99999")) as (mine, _), pytest.raises(JobFailed, match="känner inte N99999"):
        run(mine)


def test_a_next_page_elsewhere_is_not_followed(around: Surroundings) -> None:
    with serving_kolada(around) as (mine, agency):
        agency.next = "http://192.0.2.1/v3/"
        with pytest.raises(JobFailed, match="annan adress"):
            run(mine)


def test_what_was_kept_stays_when_a_page_fails(around: Surroundings) -> None:
    with serving_kolada(around) as (mine, agency):
        run(mine)
        agency.known = []
        with pytest.raises(JobFailed):
            run(mine)
    assert len(outside.values(around.store)) == 3
