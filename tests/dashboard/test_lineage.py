"""From a figure to its rows and back: the page, the API, what the public may not see, and the same figure computed again."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

import periods
from config import Settings
from dashboard import choices
from dashboard.access import Access
from dashboard.app import create_app
from dashboard.areas import Areas
from dashboard.context import Context
from dashboard.lineage import Traces
from dashboard.lookup import nothing
from dashboard.pages import figure
from dashboard.tree import text_of
from dashboard.yearbook import Yearbooks
from demo.build import build
from flows.compute import compute
from metrics.indicators import INDICATORS
from policy import Person
from sql import deliveries, publications, runs
from sql.publications import INTERNAL, PROTECTED, NewPublication
from sql.store import Store, open_store
from tests.conftest import settings_of, soak
from tests.dashboard.served import HOME

NOW = datetime(2024, 2, 20, 5, 0, tzinfo=UTC)
YEAR = "2023"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo county in its first year, published, and computed again after a delivery was withdrawn."""
    opened = open_store(settings_of(tmp_path_factory.mktemp("lineage") / "storage"))
    build(opened.settings, opened, 1, date(2024, 2, 20))
    run = runs.current(opened)
    assert run is not None
    figures = runs.frame(opened, run.id, "figures").filter(pl.col("period").str.slice(0, 4) == YEAR)
    new = NewPublication(year=2023, run=run.id, note="", reason="", by="anna", now=NOW)
    publications.publish(opened, new, {INTERNAL: figures, PROTECTED: small_hidden(figures)})
    last = max(each.id for each in deliveries.listing(opened, "utskrivning"))
    deliveries.withdraw(opened, last, "fel fil", "anna", NOW)
    compute(opened.settings, opened, NOW)
    yield opened
    opened.close()


def small_hidden(figures: pl.DataFrame) -> pl.DataFrame:
    """Counts under five hidden: what else must be is another room's."""
    small = pl.col("numerator").is_between(1, 4).fill_null(value=False)
    numbers = [
        pl.when(small).then(None).otherwise(pl.col(name)).alias(name) for name in ("numerator", "denominator", "value", "lower", "upper")
    ]
    return figures.with_columns(*numbers, status=pl.when(small).then(pl.lit("suppressed")).otherwise("status"))


def client(store: Store, access: str = "open") -> TestClient:
    settings = store.settings.model_copy(update={"access": access})
    return TestClient(create_app(settings, store, recompute=lambda: None, ahead=False), base_url=HOME)


def ask(store: Store, indicator: str, area: str, period: str, access: str = "open", **more: Any) -> dict[str, Any]:
    answer = client(store, access).get("/api/v1/lineage", params={"indicator": indicator, "area": area, "period": period, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# ---- What a figure is made of -------------------------------------------------------------------------------------------------


def some_figures(store: Store, of_each: int, period: str = "") -> list[tuple[str, str, str]]:
    """So many of each indicator, anywhere and of any period (that begins so)."""
    run, chance = runs.current(store), random.Random(4)
    assert run is not None
    known = runs.frame(store, run.id, "figures").filter(pl.col("value").is_not_null(), pl.col("period").str.starts_with(period))
    groups = [mine.select("indicator", "area", "period").rows() for _, mine in known.group_by("indicator", maintain_order=True)]
    return [which for rows in groups for which in chance.sample(rows, min(of_each, len(rows)))]


def test_every_figure_is_the_same_when_it_is_computed_again(store: Store) -> None:
    traces, run = Traces(store.settings, store), runs.current(store)
    assert run is not None
    figures = some_figures(store, soak(1, 20))
    for which in random.Random(7).sample(figures, soak(12, len(figures))):
        trace = traces.trace(run.id, which)
        assert trace is not None
        made = traces.again(trace, "")
        assert made.equal, (which, made)


def test_so_is_a_published_one_whose_deliveries_no_longer_count(store: Store) -> None:
    published = publications.latest(store, 2023)
    assert published is not None
    traces = Traces(store.settings, store)
    for which in random.Random(5).sample(some_figures(store, 1, YEAR), soak(4, 25)):
        trace = traces.trace(published.run, which)
        assert trace is not None
        assert traces.again(trace, "2023-1").equal, which
    trace = traces.trace(published.run, ("utskrivna", "lan-14", "2023-12"))
    assert trace is not None
    assert not trace.again(None).equal


def test_the_parts_add_up_to_the_figure(store: Store) -> None:
    sums = [which for which in some_figures(store, soak(1, 10)) if not INDICATORS[which[0]].why_not_a_sum]
    for indicator, area, period in random.Random(6).sample(sums, soak(8, len(sums))):
        told = ask(store, indicator, area, period, limit=0)
        among = "numerator" if INDICATORS[indicator].denominator is None else "denominator"
        parts = [part["numerator"] for part in told["parts"] if part[among] is not None]
        assert sum(parts) == pytest.approx(told["figure"]["numerator"]), (indicator, area, period)


def test_rows_are_those_of_the_senders_file_page_by_page(store: Store) -> None:
    told = ask(store, "utskrivna", "lan-14", "2023", publication="2023-1", limit=1000)
    assert told["row_count"] == told["figure"]["numerator"]
    assert sum(each["rows"] for each in told["deliveries"]) == told["row_count"]
    assert sum(each["cells"] for each in told["deliveries"]) == 49 * 12
    rows = [(each["delivery"], each["row"]) for each in told["rows"]]
    assert rows == sorted(set(rows))
    second = ask(store, "utskrivna", "lan-14", "2023", publication="2023-1", limit=10, offset=500)
    assert second["rows"] == told["rows"][500:510]
    assert all(len(each["sha256"]) == 64 for each in told["deliveries"])


def test_how_a_row_counts_is_what_the_figure_counts(store: Store) -> None:
    told = ask(store, "dagar_snitt", "1480", "2023-05", limit=1000)
    mean = [row for row in told["rows"] if row["counts"] == "in_mean"]
    assert len(mean) == told["figure"]["denominator"]
    assert sum(row["days"] for row in mean) == told["figure"]["numerator"]
    assert told["agreements"] == ["hsa-2023"]
    alone = [row for row in told["rows"] if row["counts"] == "alone"]
    assert all(row["days"] > 7 for row in alone)


def test_the_population_is_that_of_one_year(store: Store) -> None:
    told = ask(store, "ntandvard_tackning", "1440", "2023-Q4", dataset="befolkning", limit=1000)
    assert {row["ar"] for row in told["rows"]} == {2023 if not told["figure"]["preliminary"] else 2022}
    above = [row["antal"] for row in told["rows"] if int(row["alder"].strip("+")) >= 24]
    assert sum(above) == told["figure"]["denominator"]


# ---- Who sees what ------------------------------------------------------------------------------------------------------------


def test_the_public_gets_counts_of_cells_and_ids_alone(store: Store) -> None:
    told = ask(store, "avvikelser", "1440", "2023", publication="2023-1", access="public")
    assert told["rows"] is None
    assert told["row_count"] is None
    for each in told["deliveries"]:
        assert set(each) == {"id", "dataset", "cells", "rows", "file_name", "sha256", "loaded_at", "loaded_by"}
        assert [each[name] for name in ("rows", "file_name", "sha256", "loaded_at", "loaded_by")] == [None] * 5


def test_nothing_gives_a_hidden_number_away(store: Store) -> None:
    """A small figure of the publication: the answer and the page hold neither it nor what leads to it."""
    hidden = publications.frame(store, "2023-1", PROTECTED).filter(indicator="avvikelser", period_kind="quarter", status="suppressed")
    area, period = hidden.select("area", "period").row(0)
    inside, outside = (ask(store, "avvikelser", area, period, publication="2023-1", access=access) for access in ("open", "public"))
    assert 1 <= inside["figure"]["numerator"] <= 4
    assert outside["figure"]["numerator"] is None
    for part, own in zip(outside["parts"], inside["parts"], strict=True):
        assert part["status"] == "suppressed" or part["numerator"] == own["numerator"]
    text = public_page(store, f"/siffra?indikator=avvikelser&omrade={area}&period={period}&publikation=2023-1&rakna=om")
    assert "Siffran är skyddad" in text
    assert "Lika." in text
    assert not re.search(r"\d rader", text)
    assert "avvikelser_2023" not in text


def public_page(store: Store, address: str) -> str:
    """The page of a publication's figure as the public reads it; no figure of the current run is asked for, which takes long to protect."""
    settings = store.settings.model_copy(update={"access": "public"})
    books, access = Yearbooks(settings, store), Access(settings, "127.0.0.1", "")
    making = figure.making(figure.Making(Traces(settings, store), books, access, lambda: True))
    made = making(choices.read(address), Context(settings, Areas(settings), nothing()))
    return " ".join(text_of(node) for node in made.main)


def test_signed_in_people_read_only_their_own_rows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard import reader

    def rows(roles: set[str], area: str) -> object:
        monkeypatch.setattr(reader, "present", lambda: Person("anna", "Anna", frozenset(roles)))
        return ask(store, "utskrivna", area, "2023", publication="2023-1", access="public")["rows"]

    assert rows({"vgr"}, "lan-14") is not None
    assert rows({"kommun:1440"}, "1440") is not None
    assert rows({"kommun:1440"}, "1441") is None
    assert rows({"kommun:1440"}, "vs-simba") is None
    assert rows({"forum"}, "1440") is None


# ---- The page -----------------------------------------------------------------------------------------------------------------


def test_the_page_tells_the_rule_the_deliveries_and_the_rows(store: Store) -> None:
    text = client(store).get("/siffra?indikator=dagar_snitt&omrade=1440&period=2023&publikation=2023-1&rakna=om").text
    for words in ("hsa-2023", "betalningsansvar 6 §", "Lika.", "utskrivning_2023-Q1", "Som publicerad i ", "räknas i månadens snitt"):
        assert words in text
    assert 'href="/siffra?omrade=1440&amp;period=2023-03&amp;indikator=dagar_snitt&amp;publikation=2023-1"' in text


@pytest.mark.parametrize("path", ["/indikator/utskrivna?period=2023", "/kommun/1440?period=2023"])
def test_figures_lead_there(store: Store, path: str) -> None:
    assert "/siffra?omrade=1440&amp;period=2023&amp;indikator=utskrivna" in client(store).get(path).text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("indicator=utskrivna&area=1440", 422),
        ("indicator=tandtroll&area=1440&period=2023", 422),
        ("indicator=utskrivna&area=9999&period=2023", 422),
        ("indicator=utskrivna&area=1440&period=2031", 404),
        ("indicator=mhb_onskas&area=1440&period=2023-03", 404),
        ("indicator=utskrivna&area=1440&period=2023&publication=2031-1", 404),
        ("indicator=utskrivna&area=1440&period=2023&dataset=befolkning", 422),
        ("indicator=utskrivna&area=1440&period=2023&limit=1001", 422),
        ("indicator=utskrivna&area=1440&period=2023&offset=-1", 422),
        ("indicator=utskrivna&area=1440&period=2023&recompute=ja", 422),
        ("indicator=utskrivna&area=1440&period=2023&rows=ja", 422),
    ],
)
def test_what_is_not_there(store: Store, query: str, status: int) -> None:
    answer = client(store).get(f"/api/v1/lineage?{query}")
    assert answer.status_code == status
    assert isinstance(answer.json()["detail"], str)
    if status == 404:
        swedish = query.replace("indicator=", "indikator=").replace("area=", "omrade=").replace("publication=", "publikation=")
        assert client(store).get(f"/siffra?{swedish}").status_code == 404


def test_an_erased_delivery_says_that_its_rows_are_gone(settings: Settings, tmp_path: Path) -> None:
    opened = open_store(settings)
    build(settings, opened, 1, date(2023, 5, 20))
    run = runs.current(opened)
    assert run is not None
    first = deliveries.listing(opened, "utskrivning")[0]
    deliveries.erase(opened, first.id, "på begäran", "anna", NOW)
    month = periods.months("2023-Q1")[0]
    text = client(opened).get(f"/siffra?indikator=utskrivna&omrade=lan-14&period={month}&rakna=om").text
    assert "Inte lika." in text
    assert "En leverans är raderad" in text
    opened.close()
