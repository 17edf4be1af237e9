"""Chart builders: pure, valid for Plotly, and true to the figures they are given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.charts import graph
from dashboard.charts.county_map import county_map, geometry, scale, scale_key
from dashboard.charts.funnel import Funnel, funnel
from dashboard.charts.graph import Chart
from dashboard.charts.month_means import month_means
from dashboard.charts.multiples import multiple
from dashboard.charts.process import process
from dashboard.charts.ranking import ranking
from dashboard.charts.sparkline import sparkline
from dashboard.charts.strip import strip
from dashboard.charts.timeline import Range, line_words
from dashboard.charts.trend import Series, trend
from dashboard.context import Context
from dashboard.lookup import Figure
from dashboard.tokens import colour, names_by_colour
from dashboard.tree import find, text_of
from dashboard.values import writer
from metrics.comparison import has_funnel
from metrics.indicators import INDICATORS
from tests.dashboard.test_values import figure

QUARTER = "2025-Q3"


def every_chart(context: Context, indicator: str) -> Iterator[Chart]:
    """Each kind of chart for the indicator, from the made county."""
    by = writer(context.settings, indicator)
    county = context.areas.county.id
    own = context.per_kommun(indicator, QUARTER)
    figures = [found for found in own.values() if found is not None and found.value is not None]
    series = context.lookup.series(indicator, county, "quarter")
    periods = context.lookup.periods(indicator, "quarter")
    yield ranking(figures, "1440", context.lookup.figure(indicator, county, QUARTER), (3.0, "mål minst 3 %"), by, "m")
    yield trend([Series("Länet", series, "county")], periods, (3.0, "mål"), context.settings, by, "m")
    yield multiple("kf-gr", {"kf-gr": context.lookup.series(indicator, "kf-gr", "quarter"), "x": series}, periods, None, by)
    values = [found.value for found in figures if found.value is not None]
    yield county_map(own, scale(values, None, higher_is_better=True), "1440", by, "m")
    if points := context.lookup.process(indicator, county, "month" if by.indicator.kind == "flow" else "quarter"):
        yield process(points, by, "m")
    rows = [row for row in context.lookup.compared(indicator, QUARTER) if row["lower_95"] is not None]
    if has_funnel(by.indicator) and len(rows) > 1:
        common = sum(row["numerator"] for row in rows) / sum(row["denominator"] for row in rows)
        yield funnel(Funnel(rows, own, common, [(by.indicator.scale * common, "länet")], "1440"), by, "m")
    months = context.lookup.series(indicator, "1440", "month")
    if months:
        yield month_means(months, context.lookup.periods(indicator, "month"), "mål", by, "m")


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_chart_is_one_that_plotly_draws(context: Context, indicator: str) -> None:
    swapped = names_by_colour()
    for chart in every_chart(context, indicator):
        go.Figure(chart.figure)  # raises on a property that Plotly does not know
        text = json.dumps(chart.figure, allow_nan=False)
        assert "NaN" not in text
        assert chart.figure["layout"]["height"] == chart.height
        colours = {found for found in strings(chart.figure) if found.startswith("#")}
        assert colours <= set(swapped), f"{chart.id}: a colour that the browser cannot swap"
        assert {trace["type"] for trace in chart.figure["data"]} <= {"scatter", "bar"}  # what the vendored bundle can draw


def test_nothing_sends_a_chart_away() -> None:
    assert graph.CONFIG["plotlyServerURL"] == ""
    assert graph.CONFIG["showSendToCloud"] is False
    assert graph.CONFIG["displayModeBar"] is False
    assert graph.template()["separators"] == ",\u00a0"
    assert graph.CONFIG["locale"] == graph.LOCALE["name"] == "sv"


def test_text_in_a_chart_is_text(context: Context) -> None:
    by = writer(context.settings, "ntandvard_tackning")
    evil = figure(area_name='<a href="https://example.org">Ale</a> & <b>')
    made = json.dumps(ranking([evil], "", None, None, by, "m").figure)
    assert "<a" not in made
    assert "&lt;a" in made


@pytest.fixture
def by_state(context: Context) -> Callable[[str], list[Any]]:
    """The kommuner drawn with a state's mark in the ranking of two met, one missed, one incomplete."""
    figures = [
        figure(area="1", area_name="A", value=3.4),
        figure(area="2", area_name="B", value=3.1),
        figure(area="3", area_name="C", value=2.5, status="missed"),
        figure(area="4", area_name="D", value=2.9, status="incomplete", complete=False),
    ]
    made = ranking(figures, "3", None, (3.0, "mål minst 3 %"), writer(context.settings, "ntandvard_tackning"), "m").figure

    def drawn(symbol: str) -> list[Any]:
        return [y for trace in made["data"] if trace.get("marker", {}).get("symbol") == symbol for y in trace["y"]]

    return drawn


def test_a_state_is_a_shape(by_state: Callable[[str], list[Any]]) -> None:
    assert by_state("circle") == [0, 1]
    assert by_state("triangle-up") == [2]
    assert by_state("circle-open") == [3]


def test_the_goal_is_a_line_only_where_there_is_one(context: Context) -> None:
    by = writer(context.settings, "foljsamhet")
    dashed = [
        shape for shape in ranking([figure("foljsamhet")], "", None, None, by, "m").figure["layout"]["shapes"] if "dash" in shape["line"]
    ]
    assert dashed == []


def test_a_gap_breaks_a_line_and_an_incomplete_point_is_hollow(context: Context) -> None:
    periods = ["2025-Q1", "2025-Q2", "2025-Q3"]
    figures = [figure(period="2025-Q1"), figure(period="2025-Q3", status="incomplete", complete=False)]
    by = writer(context.settings, "ntandvard_tackning")
    line, points = trend([Series("Länet", figures, "county")], periods, None, context.settings, by, "m").figure["data"]
    assert line["y"] == [3.0, None, 3.0]
    assert points["marker"]["color"] == [colour("ink"), colour("paper")]


def test_a_change_of_agreement_is_drawn_with_its_name(context: Context) -> None:
    periods = ["2026-Q3", "2026-Q4", "2027-Q1"]
    by = writer(context.settings, "foljsamhet")
    figures = [figure("foljsamhet", period=period) for period in periods]
    layout = trend([Series("Länet", figures, "county")], periods, None, context.settings, by, "m").figure["layout"]
    assert [shape["x0"] for shape in layout["shapes"]] == [1.5]
    assert any("2027–2030" in note["text"] for note in layout["annotations"])


def test_amounts_start_at_zero_and_shares_need_not(context: Context) -> None:
    def low(indicator: str) -> float:
        by = writer(context.settings, indicator)
        figures = [figure(indicator, period=f"2025-Q{n}", value=value, goal=None) for n, value in ((1, 900.0), (2, 950.0))]
        made = trend([Series("Länet", figures, "county")], ["2025-Q1", "2025-Q2"], None, context.settings, by, "m")
        return float(made.figure["layout"]["yaxis"]["range"][0])

    assert low("avvikelser") == 0
    assert low("foljsamhet") > 0


def test_the_map_has_every_kommun_and_marks_their_states(context: Context) -> None:
    assert set(geometry()) == set(context.settings.kommuner)
    own = context.per_kommun("ntandvard_tackning", QUARTER)
    values = [found.value for found in own.values() if found is not None and found.value is not None]
    classes = scale(values, 3.0, higher_is_better=True)
    made = county_map(own, classes, "1440", writer(context.settings, "ntandvard_tackning"), "m").figure["data"]
    assert sum(trace.get("fill") == "toself" for trace in made) == 49
    assert sum(len(trace["x"]) for trace in made if trace["mode"] == "markers") == 49


def test_the_goal_is_the_middle_of_the_maps_scale() -> None:
    classes = scale([2.1, 2.6, 2.9, 3.1, 3.3], 3.0, higher_is_better=True)
    assert classes.limits[2] == 3.0
    assert classes.token(2.999) == "map-3"
    assert classes.token(3.0) == "map-4"
    assert scale([2.0, 4.0], 3.0, higher_is_better=False).token(2.0).startswith(("map-4", "map-5", "map-6"))
    assert classes.token(None) == "quiet-ground"
    assert scale([], None, higher_is_better=True).limits == ()
    assert scale([7.0, 7.0], None, higher_is_better=True).limits == ()


def test_a_sparkline_says_first_and_last_period_and_the_goal(context: Context) -> None:
    goal = context.settings.goals["ntandvard_tackning"][0]
    made = sparkline([figure(period="2025-Q1", value=2.5), figure(period="2025-Q2", value=2.8, complete=False)], goal, "%")
    assert made is not None
    assert text_of(made) == "mål minst 3\u00a0%2025\u00a0kv\u00a012025\u00a0kv\u00a02"
    assert len(list(find(made, class_="hollow"))) == 1
    assert sparkline([figure()], goal, "%") is None


def test_better_is_to_the_right_in_a_strip() -> None:
    def place(own: float, *, reverse: bool) -> float:
        made = strip([1.0, 2.0, 3.0], own, None, "", reverse=reverse)
        assert made is not None
        (point,) = find(made, class_="chosen-point")
        return float(point[1]["cx"].rstrip("%"))

    made = strip([1.0, 2.0, 4.0], None, None, "", reverse=False)
    assert made is not None
    assert [tick[1]["d"] for tick in find(made, class_="tick")] == ["M2.0 0v9M34.0 0v9M98.0 0v9"]
    assert place(3.0, reverse=False) > place(1.0, reverse=False)
    assert place(3.0, reverse=True) < place(1.0, reverse=True)
    assert strip([], None, None, "", reverse=False) is None


def test_a_signal_is_a_diamond_in_its_direction(context: Context) -> None:
    def point(period: str, value: float, signal: str | None) -> dict[str, Any]:
        limits = {"mean": 5.0, "lower": 0.0, "upper": 10.0, "near_lower": 1.0, "near_upper": 9.0}
        return {"period": period, "value": value, "signal": signal, "sentence": "klart högre än väntat" if signal else None} | limits

    points = [point("2025-01", 5, None), point("2025-02", 14, "xmr-beyond-high")]
    made = process(points, writer(context.settings, "betaldagar"), "m").figure["data"]
    diamonds = [trace for trace in made if trace.get("marker", {}).get("symbol") == "diamond"]
    assert [(trace["x"], trace["marker"]["color"]) for trace in diamonds] == [([1], colour("missed-mark"))]


def test_a_chart_without_figures_is_still_a_chart(context: Context) -> None:
    by = writer(context.settings, "ntandvard_tackning")
    nothing: list[Figure] = []
    go.Figure(ranking(nothing, "", None, None, by, "m").figure)
    go.Figure(trend([Series("Länet", nothing, "county")], ["2025-Q1"], None, context.settings, by, "m").figure)
    go.Figure(multiple("a", {"a": nothing}, ["2025-Q1"], None, by).figure)


def test_the_scale_is_a_bar_with_its_limits_and_the_goal_in_bold() -> None:
    classes = scale([1.2, 2.9, 3.6], 3.0, higher_is_better=True)
    made = scale_key(classes, {"1440": figure(value=2.9), "1480": None})
    assert [text_of(limit) for limit in find(made, class_="limit")] == ["2,6", "2,8", "3,0", "3,2", "3,4"]
    assert [text_of(bold) for bold in find(made, tag="b")] == ["3,0"]
    assert text_of(next(find(made, class_="no-figure"))) == "ingen siffra"
    assert text_of(scale_key(classes, {"1480": None})) == "ingen siffra"


def test_words_of_a_line_keep_clear_of_the_points() -> None:
    span = Range(0.0, 4.0, 1.0)

    def corner(*known: tuple[int, float]) -> tuple[str, str]:
        made = line_words("mål högst 3,0 dagar", 3.0, known, 24, span, 200)
        return made["xanchor"], made["yanchor"]

    assert corner((0, 1.0), (23, 1.0)) == ("left", "bottom")
    assert corner((2, 3.2), (23, 1.0)) == ("right", "bottom")
    assert corner((2, 3.2), (22, 3.2)) == ("left", "top")
    assert corner((2, 3.2), (22, 3.2), (1, 2.8)) == ("right", "top")
    assert corner((2, 3.2), (22, 3.2), (1, 2.8), (23, 2.8)) == ("left", "bottom")
