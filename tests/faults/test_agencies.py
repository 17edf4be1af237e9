"""SCB and Kolada on a bad day: whatever they answer, what is kept stays as it was and the job says why in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config import Sources
from jobs import kolada, population, runner
from jobs.job import JobFailed, Surroundings
from sql import deliveries, outside
from sql import jobs as history
from tests.conftest import soak
from tests.jobs.agency import Answer, as_json, serving
from tests.jobs.conftest import START
from tests.jobs.test_kolada import Kolada, serving_kolada
from tests.jobs.test_population import SPOILED, Scb, scb

Spoil = Callable[[dict[str, Any]], object]


def run_population(around: Surroundings) -> str:
    return population.run(around, lambda line: None)


# ---- SCB answers whole JSON that says something else -------------------------------------------------------------------------------


def without_last_kommun(answer: dict[str, Any]) -> None:
    index = answer["dimension"]["Region"]["category"]["index"]
    last = max(index, key=index.__getitem__)
    per_kommun = len(answer["value"]) // len(index)
    del index[last], answer["value"][-per_kommun:]
    answer["size"][0] -= 1


def with_another_kommun(answer: dict[str, Any]) -> None:
    index = answer["dimension"]["Region"]["category"]["index"]
    index["0114"] = index.pop("1499")


def another_year(answer: dict[str, Any]) -> None:
    answer["dimension"]["Tid"]["category"]["index"] = {"2019": 0}


def another_measure(answer: dict[str, Any]) -> None:
    answer["dimension"]["ContentsCode"]["category"]["index"] = {"BE0101N2": 0}


def in_unit(base: str, decimals: int = 0) -> Spoil:
    def said(answer: dict[str, Any]) -> None:
        category = answer["dimension"]["ContentsCode"]["category"]
        category["unit"] = {code: {"base": base, "decimals": decimals} for code in category["index"]}

    return said


def first_value(value: Any) -> Spoil:
    return lambda answer: answer["value"].__setitem__(0, value)


OTHER: dict[str, tuple[Spoil, str]] = {
    "a kommun is missing": (without_last_kommun, "Region skiljer sig i 1499"),
    "another kommun": (with_another_kommun, "Region skiljer sig i 0114, 1499"),
    "another year": (another_year, "Tid skiljer sig"),
    "another measure": (another_measure, "ContentsCode skiljer sig"),
    "thousands": (in_unit("tusental"), "annat än antal personer"),
    "shares": (in_unit("procent", 1), "annat än antal personer"),
    "with decimals": (in_unit("antal", 1), "annat än antal personer"),
    "half a person": (first_value(12.5), "annat än antal personer"),
    "less than nobody": (first_value(-4), "annat än antal personer"),
    "no value": (first_value(None), "saknar värden"),
    "dots": (first_value(".."), "saknar värden"),
    "a word": (first_value(True), "saknar värden"),
    "not a number": (first_value(float("nan")), "inte är hel JSON"),
    "too few values": (lambda answer: answer["value"].pop(), "saknar värden"),
    "other sizes": (lambda answer: answer["size"].reverse(), "saknar värden"),
    "no dimensions": (lambda answer: answer.pop("dimension"), "går inte att läsa"),
    "a list": (lambda answer: answer.__setitem__("id", "Region"), "går inte att läsa"),
}


@contextmanager
def answering(around: Surroundings, api: str, spoil: Spoil) -> Iterator[tuple[Surroundings, Scb]]:
    """One of SCB's two APIs, whose data are spoiled."""
    with scb(around) as (both, agency):

        def spoiled(path: str, number: int) -> Answer | None:
            is_data = "/data?" in path or (path == "/v1/BE/Befolkning" and agency.calls[-1][0] == "POST")
            if not is_data:
                return None
            agency.spoil = lambda path, number: None
            body = bodies[-1]
            answer = json.loads(agency._answer("POST", path, body)[1])
            agency.spoil = spoiled
            spoil(answer)
            return as_json(answer)

        bodies: list[Any] = []
        asked = agency.__class__.__call__

        def noting(method: str, path: str, body: Any) -> Answer:
            bodies.append(body)
            return asked(agency, method, path, body)

        agency.spoil = spoiled
        with serving(noting) as address:
            (table,) = (table for table in both.settings.sources.population if table.api == api)
            mine = table.model_copy(update={"address": f"{address}/{api}"})
            settings = both.settings.model_copy(update={"sources": Sources(population=(mine,))})
            yield Surroundings(settings, around.store, around.clock), agency


@pytest.mark.parametrize("api", soak(("v2",), ("v1", "v2")))
@pytest.mark.parametrize("how", OTHER)
def test_figures_that_are_not_those_asked_for_are_not_taken_in(around: Surroundings, how: str, api: str) -> None:
    spoil, told = OTHER[how]
    with answering(around, api, spoil) as (mine, _), pytest.raises(JobFailed, match=told):
        run_population(mine)
    assert not deliveries.listing(around.store)


def test_a_unit_that_is_persons_is_taken(around: Surroundings) -> None:
    with answering(around, "v2", in_unit("antal")) as (mine, _):
        assert run_population(mine) == "Folkmängd hämtad för 2025."


def test_a_bad_hour_passes_by_itself_and_the_history_tells(around: Surroundings) -> None:
    """Busy, then broken, then well: the third attempt at the same run of the job takes the figures in."""
    with answering(around, "v2", lambda answer: None) as (mine, agency):
        whole = agency.spoil
        trouble = [SPOILED["busy"][0], SPOILED["a page"][0]]
        agency.spoil = lambda path, number: trouble.pop(0) if trouble else whole(path, number)
        assert runner.run(population.JOB, mine, START) == "klar"
    (noted,) = history.listing(around.store)
    assert (noted.attempts, noted.summary) == (3, "Folkmängd hämtad för 2025.")
    assert "fler frågor" in noted.log
    assert "inte är hel JSON" in noted.log


# ---- Kolada ------------------------------------------------------------------------------------------------------------------------

Row = dict[str, Any]


def in_row(**changed: Any) -> Callable[[list[Row]], object]:
    return lambda rows: rows[0].update(changed)


def in_value(**changed: Any) -> Callable[[list[Row]], object]:
    return lambda rows: rows[0]["values"][1].update(changed)


def twice(rows: list[Row]) -> None:
    again = json.loads(json.dumps(rows[0]))
    again["values"][1]["value"] = 1.0
    rows.append(again)


ROWS: dict[str, tuple[Callable[[list[Row]], object], str]] = {
    "text for a value": (in_value(value="79,0"), "inte som väntat"),
    "true for a value": (in_value(value=True), "inte som väntat"),
    "not a number": (in_value(value=float("nan")), "inte är hel JSON"),
    "no gender": (lambda rows: rows[0]["values"][1].pop("gender"), "inte som väntat"),
    "no period": (in_row(period=None), "inte som väntat"),
    "a word for a period": (in_row(period="i fjol"), "inte som väntat"),
    "no values": (in_row(values=None), "inte som väntat"),
    "a row that is none": (lambda rows: rows.append("U01414"), "inte som väntat"),  # type: ignore[arg-type]
    "two values for the same": (twice, "två olika värden för U01414, 1440, 2022"),
}


@contextmanager
def kept_and_then(around: Surroundings, spoil: Callable[[str, Answer], Answer]) -> Iterator[Surroundings]:
    """Kolada has answered once; from now on its answers are spoiled."""
    with serving_kolada(around) as (mine, agency):
        kolada.run(mine, lambda line: None)
        asked = Kolada.__call__
        source = mine.settings.sources.kolada
        assert source is not None
        with serving(lambda method, path, body: spoil(path, asked(agency, method, path, body))) as address:
            agency.address = address
            changed = Sources(kolada=source.model_copy(update={"address": f"{address}/v3"}))
            yield Surroundings(mine.settings.model_copy(update={"sources": changed}), around.store, around.clock)


def fails(around: Surroundings, told: str) -> None:
    before = outside.values(around.store)
    assert before
    with pytest.raises(JobFailed, match=told):
        kolada.run(around, lambda line: None)
    assert outside.values(around.store) == before


@pytest.mark.parametrize("how", ROWS)
def test_rows_of_another_shape_change_nothing(around: Surroundings, how: str) -> None:
    change, told = ROWS[how]

    def spoil(path: str, answer: Answer) -> Answer:
        if "1440" not in path or "page=2" in path:
            return answer
        said = json.loads(answer[1])
        change(said["values"])
        return as_json(said)

    with kept_and_then(around, spoil) as mine:
        fails(mine, told)


@pytest.mark.parametrize("how", [how for how in SPOILED if how != "something else"])
@pytest.mark.parametrize("where", soak(("page=2",), ("/kpi/", "1440", "page=2")))
def test_a_bad_answer_to_any_question_changes_nothing(around: Surroundings, how: str, where: str) -> None:
    bad, told = SPOILED[how]
    with kept_and_then(around, lambda path, answer: bad if where in path else answer) as mine:
        fails(mine, told)


def test_kommuner_without_values_are_no_fault_and_are_told_of(around: Surroundings) -> None:
    """Kolada answers nothing, and no error, where it has nothing."""
    lines: list[str] = []
    with serving_kolada(around) as (mine, _):
        kolada.run(mine, lines.append)
    assert lines == ["Inga värden för länets kommuner i U21432."]


def test_nothing_at_all_takes_nothing_away(around: Surroundings) -> None:
    with kept_and_then(around, lambda path, answer: as_json({"values": []}) if "municipality" in path else answer) as mine:
        fails(mine, "inga värden alls")
