"""What has moved between two sets of figures, and which deliveries are behind it."""

from __future__ import annotations

import polars as pl

from config import Settings
from metrics.revisions import causes, changes
from tests.metrics.small import county, figures

ALE, GBG = "1440", "1480"
YEAR = tuple((kommun, f"2024-{month:02}") for kommun in (ALE, GBG) for month in range(1, 13))


def made(settings: Settings, months: tuple[str, ...]) -> pl.DataFrame:
    day = [{"kommun": ALE, "utskrivningsklar": f"{month}-02", "utskriven": f"{month}-05", "inskriven": f"{month}-01"} for month in months]
    rows = [{name: pl.Series([value]).str.to_date()[0] if "-" in value else value for name, value in row.items()} for row in day]
    return figures(county(settings, {"utskrivning": rows}, {"utskrivning": YEAR}))


def spoken(*cells: tuple[int, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(cells, schema={"delivery": pl.Int64, "dataset": pl.String, "kommun": pl.String, "period": pl.String}, orient="row")


def test_the_same_figures_have_not_moved(settings: Settings) -> None:
    same = made(settings, ("2024-03",))
    assert changes(same, same).is_empty()


def test_a_change_is_told_for_every_area_and_period_that_it_reaches(settings: Settings) -> None:
    moved = changes(made(settings, ("2024-03",)), made(settings, ("2024-03", "2024-03"))).filter(indicator="utskrivna")
    assert set(moved["period"]) == {"2024-03", "2024-Q1", "2024"}
    assert {ALE, "kf-gr", "lan-14"} < set(moved["area"])
    assert GBG not in moved["area"]
    assert set(moved.select("published_value", "now_value", "difference").iter_rows()) == {(1.0, 2.0, 1.0)}


def test_a_figure_that_was_not_there(settings: Settings) -> None:
    now = made(settings, ("2024-03",))
    moved = changes(now.filter(pl.col("indicator") != "utskrivna"), now)
    assert set(moved["indicator"]) == {"utskrivna"}
    assert moved["published_status"].null_count() == moved.height
    assert moved["difference"].null_count() == moved.height


def test_only_deliveries_of_the_kommun_the_dataset_and_the_period_are_behind_it(settings: Settings) -> None:
    moved = changes(made(settings, ("2024-03",)), made(settings, ("2024-03", "2024-03"))).filter(indicator="utskrivna")
    deliveries = spoken(
        (1, "utskrivning", ALE, "2024-03"),
        (2, "utskrivning", ALE, "2024-04"),
        (3, "utskrivning", GBG, "2024-03"),
        (4, "avvikelser", ALE, "2024-03"),
        (5, "befolkning", ALE, "2024"),
    )
    told = {(row["area"], row["period"]): row["deliveries"] for row in causes(settings, moved, deliveries).to_dicts()}
    assert told[ALE, "2024-03"] == [1]
    assert told[ALE, "2024-Q1"] == [1]
    assert told[ALE, "2024"] == [1, 2]
    assert told["lan-14", "2024-03"] == [1, 3]


def test_a_stock_is_its_last_quarter_and_a_population_counts_from_its_year_on(settings: Settings) -> None:
    row = {"area": ALE, "period": "2024", "indicator": "ntandvard_tackning"}
    deliveries = spoken(
        (1, "ntandvard", ALE, "2024-Q3"),
        (2, "ntandvard", ALE, "2024-Q4"),
        (3, "befolkning", ALE, "2023"),
        (4, "befolkning", ALE, "2025"),
        (5, "befolkning", GBG, "2024"),
    )
    assert causes(settings, pl.DataFrame([row]), deliveries)["deliveries"].to_list() == [[2, 3]]
    nobody = causes(settings, pl.DataFrame([row]), spoken())
    assert nobody["deliveries"].to_list() == [[]]
