"""Breakdowns: they add up to the figures, equal a slow twin, and show the public nothing small."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from config import Settings
from metrics import breakdowns, disclosure, engine
from metrics.breakdowns import DIMENSIONS, OTHERS, Dimension, tables
from metrics.breakdowns.protection import public
from metrics.indicators import INDICATORS, of
from tests.conftest import soak
from tests.metrics.random_county import County, random_county
from tests.slow import breakdowns as slow

PLACE = ["indicator", "area", "period"]


@pytest.fixture(scope="module", params=range(soak(3, 60)))
def county(request: pytest.FixtureRequest, module_settings: Settings) -> County:
    return random_county(request.param, module_settings)


@pytest.fixture(scope="module")
def module_settings() -> Settings:
    from tests.conftest import settings_of

    return settings_of("nowhere")


@pytest.fixture(scope="module")
def made(county: County) -> dict[str, pl.DataFrame]:
    return engine.frames(county.settings, county.frames(), county.coverage())


def test_categories_add_up_to_the_figure(made: dict[str, pl.DataFrame]) -> None:
    summed = made["breakdowns"].group_by(*PLACE, "dimension").agg(pl.col("numerator", "denominator").sum())
    beside = summed.join(made["figures"].select(*PLACE, total="numerator", among="denominator"), on=PLACE)
    assert beside.height == summed.height > 100
    assert beside.filter(pl.col("numerator") != pl.col("total")).is_empty()
    assert beside.filter(pl.col("denominator") != pl.col("among")).is_empty()


def test_a_figure_without_categories_counts_nobody(made: dict[str, pl.DataFrame]) -> None:
    """A category without a row is zero: so where no category has one the figure is."""
    for dimension in DIMENSIONS.values():
        for indicator in dimension.indicators:
            mine = made["figures"].filter(pl.col("indicator") == indicator, pl.col("numerator").is_not_null())
            apart = made["breakdowns"].filter(indicator=indicator, dimension=dimension.id)
            nobody = mine.join(apart, on=PLACE, how="anti")
            assert nobody.filter((pl.col("numerator") != 0) | (pl.col("denominator").fill_null(0) != 0)).is_empty()


def test_they_equal_the_slow_twin(county: County, made: dict[str, pl.DataFrame]) -> None:
    rng = random.Random(1)
    places = made["figures"].filter(indicator="utskrivna").select("area", "period").rows()
    for area, period in rng.sample(places, 25):
        kommuner = members(county.settings, area, period)
        heaps = slow.heaps(county.settings, county.rows, county.covered, kommuner, period)
        ages = slow.ages(county.rows["avvikelser"], county.covered["avvikelser"], kommuner, period)
        mine = made["breakdowns"].filter(area=area, period=period)
        for indicator, dimensions in (
            ("utskrivna", ("enhet", "dagar", "rakning")),
            ("avvikelser", ("omrade", "kategori", "skal", "steg", "svarstid")),
        ):
            for dimension in dimensions:
                expected = {category: len(rows) for (name, category), rows in heaps.items() if name == dimension}
                assert by_category(mine, indicator, dimension) == expected, (area, period, dimension)
        assert by_category(mine, "avvikelser_oppna", "alder") == ages


def members(settings: Settings, area: str, period: str) -> list[str]:
    from metrics import spans

    return spans.membership(settings, [period]).filter(area=area)["kommun"].to_list()


def by_category(rows: pl.DataFrame, indicator: str, dimension: str) -> dict[str, float]:
    return dict(rows.filter(indicator=indicator, dimension=dimension).select("category", "numerator").iter_rows())


def test_every_indicator_of_a_dimension_is_of_its_dataset() -> None:
    for dimension in DIMENSIONS.values():
        assert {INDICATORS[indicator].dataset for indicator in dimension.indicators} == {dimension.dataset}
        assert dimension.note.endswith(".")
        assert len(set(dimension.labels.values())) == len(dimension.labels)
    assert DIMENSIONS["dagar"].name_of("00") == "samma dag"
    assert DIMENSIONS["kategori"].name_of("vad_som_helst") == "vad_som_helst"
    assert DIMENSIONS["kategori"].place_of("vad_som_helst") > DIMENSIONS["kategori"].place_of("avbojd_mhb")


# ---- What the public sees ------------------------------------------------------------------------------------------------------


def test_the_public_sees_county_years_and_nothing_small(county: County, made: dict[str, pl.DataFrame]) -> None:
    shown = breakdowns.public(county.settings, made["breakdowns"], disclosure.protect(county.settings, made["figures"]))
    assert shown.columns == made["breakdowns"].columns
    assert set(shown["area"]) <= {county.settings.county.id}
    assert set(shown["period_kind"]) <= {"year"}
    for row in shown.iter_rows(named=True):
        assert row["status"] == "suppressed" or not is_small(row), row
        assert (row["status"] == "suppressed") == (row["category"] is None)


def test_no_kommun_finds_few_others_in_a_category(county: County, made: dict[str, pl.DataFrame]) -> None:
    shown = breakdowns.public(county.settings, made["breakdowns"], disclosure.protect(county.settings, made["figures"]))
    own = (
        made["breakdowns"].filter(area_kind="kommun").select("indicator", "dimension", "category", "period", n="numerator", d="denominator")
    )
    for row in shown.join(own, on=("indicator", "dimension", "category", "period")).iter_rows(named=True):
        others = row | {"numerator": row["numerator"] - row["n"]}
        assert not is_small(others | {"denominator": None if row["d"] is None else row["denominator"] - row["d"]}), row


def is_small(row: dict[str, Any]) -> bool:
    declared = INDICATORS[row["indicator"]]
    counts = [] if declared.measures else [row["numerator"]]
    counts += [row["denominator"]] if row["denominator"] is not None else []
    return any(1 <= count < 5 for count in counts)


def table(settings: Settings, counts: dict[str, int], *, is_free: bool, threshold: int = 5) -> dict[str | None, float | None]:
    """What is shown of one indicator's categories with these counts."""
    return dict(shown_of(settings, counts, is_free=is_free, threshold=threshold).select("category", "numerator").iter_rows())


def shown_of(
    settings: Settings, counts: dict[str, int], *, is_free: bool, threshold: int = 5, earlier: Sequence[pl.DataFrame] = ()
) -> pl.DataFrame:
    rows = [
        {"indicator": "avvikelser", "area_kind": "lan", "area": "lan-14", "area_name": "Länet", "period_kind": "year", "period": "2025"}
        | {"dimension": "d", "category": name, "category_name": name, "numerator": float(count), "denominator": None, "value": float(count)}
        | {"unit": "antal", "status": "no_goal", "complete": True}
        for name, count in counts.items()
    ]
    frame = pl.DataFrame(rows, schema=breakdowns.SCHEMA, orient="row")
    dimension = Dimension(
        id="d", dataset="avvikelser", name="D", heading="D", note="N.", indicators=("avvikelser",), labels={}, is_free=is_free
    )
    figures = pl.DataFrame(schema={"indicator": pl.String, "area": pl.String, "period": pl.String, "status": pl.String})
    return public(frame, figures, {"d": dimension}, of(settings), threshold, earlier)


def test_a_table_with_a_small_category_is_hidden_whole(settings: Settings) -> None:
    assert table(settings, {"a": 9, "b": 4, "c": 30}, is_free=False) == {None: None}
    assert table(settings, {"a": 9, "b": 5, "c": 30}, is_free=False) == {"a": 9, "b": 5, "c": 30}


def test_small_free_words_are_put_together_with_the_smallest_other(settings: Settings) -> None:
    assert table(settings, {"a": 9, "b": 4, "c": 30, "d": 1}, is_free=True) == {"c": 30, OTHERS: 14}
    assert table(settings, {"b": 4, "d": 1}, is_free=True) == {None: None}
    assert table(settings, {"a": 5, "b": 1, "c": 30}, is_free=True) == {OTHERS: 36}, "1 + 5 is the least that it can be"


def test_what_is_put_together_can_be_more_than_one_thing(settings: Settings) -> None:
    """Whoever knows every word still cannot tell the small ones: some other counts, as small, give the same table."""
    for counts in itertools.product((1, 2, 4), (1, 3, 4), (5, 6, 40), (5, 41)):
        named = dict(zip("abcd", counts, strict=True))
        shown = table(settings, named, is_free=True)
        if None in shown:
            continue
        hidden = sorted(set(named) - set(shown))
        total = shown[OTHERS]
        others = [
            world
            for world in itertools.product(*(range(1, 5) if named[name] < 5 else range(5, 46) for name in hidden))
            if sum(world) == total
        ]
        for place, name in enumerate(hidden):
            if named[name] < 5:
                assert len({world[place] for world in others}) > 1, (named, shown)


def told_after(settings: Settings, before: dict[str, int], now: dict[str, int], *, is_free: bool) -> set[str | None]:
    """The categories that are shown in a later edition."""
    first = shown_of(settings, before, is_free=is_free)
    return set(shown_of(settings, now, is_free=is_free, earlier=[first])["category"])


def test_a_later_edition_does_not_take_an_earlier_one_apart(settings: Settings) -> None:
    small, grown = {"a": 9, "b": 4, "c": 30}, {"a": 9, "b": 5, "c": 30}
    assert told_after(settings, small, grown, is_free=False) == {None}, "hidden before: the new one would say that b was 4"
    assert told_after(settings, grown, grown, is_free=False) == {"a", "b", "c"}
    assert told_after(settings, small, grown, is_free=True) == {None}, "b and a were put together, and apart they say what b was"
    assert told_after(settings, small, {"a": 12, "b": 4, "c": 33}, is_free=True) == {"c", OTHERS}
    assert told_after(settings, grown, {**grown, "d": 7}, is_free=True) == {"a", "b", "c", "d"}, "a new word was none before"


def by_hospital(settings: Settings, counts: dict[str, dict[str, tuple[int, int]]], hidden: str = "") -> pl.DataFrame:
    """What is shown of discharges and long stays by area and hospital, in a county year where a figure may be `hidden`."""
    rows = [
        {"indicator": indicator, "area_kind": kind, "area": area, "area_name": area, "period_kind": "year", "period": "2025"}
        | {"dimension": "enhet", "category": name, "category_name": name, "numerator": float(pair[place]), "denominator": None}
        | {"value": float(pair[place]), "unit": "antal", "status": "no_goal", "complete": True}
        for area, hospitals in counts.items()
        for kind in ["lan" if area == "lan-14" else "kommun"]
        for name, pair in hospitals.items()
        for place, indicator in enumerate(("utskrivna", "over_sju_dagar"))
    ]
    figures = pl.DataFrame(
        [(id_, "lan-14", "2025", "suppressed" if id_ == hidden else "no_goal") for id_ in ("utskrivna", "over_sju_dagar")],
        schema=["indicator", "area", "period", "status"],
        orient="row",
    )
    return breakdowns.public(settings, pl.DataFrame(rows, schema=breakdowns.SCHEMA, orient="row"), figures)


def test_a_kommun_that_takes_its_own_away_finds_no_few_others(settings: Settings) -> None:
    """Two of hospital A's nine are others' than Ale's."""
    county, ale = {"A": (9, 0), "B": (60, 0), "C": (40, 0)}, {"A": (7, 0)}
    assert set(by_hospital(settings, {"lan-14": county})["category"]) == {"A", "B", "C"}
    assert set(by_hospital(settings, {"lan-14": county, "1440": ale})["category"]) == {"B", OTHERS}
    assert set(by_hospital(settings, {"lan-14": county, "1440": {"A": (9, 0)}})["category"]) == {"A", "B", "C"}, "no others, no few"
    assert set(by_hospital(settings, {"lan-14": {"A": (30, 9)}, "1440": {"A": (20, 6)}})["category"]) == {None}


def test_a_measure_whose_figure_is_hidden_is_hidden_alone(settings: Settings) -> None:
    shown = by_hospital(settings, {"lan-14": {"A": (30, 9), "B": (60, 11)}}, hidden="over_sju_dagar")
    assert shown.filter(indicator="utskrivna")["category"].to_list() == ["A", "B"]
    assert shown.filter(indicator="over_sju_dagar").select("category", "numerator", "status").rows() == [(None, None, "suppressed")]
    (first, _) = tables.parts(shown.to_dicts(), "utskrivna", DIMENSIONS["enhet"])
    assert (first.value("utskrivna"), first.value("over_sju_dagar")) == (60, None), "hidden is no zero"
    whole = by_hospital(settings, {"lan-14": {"A": (30, 9), "B": (60, 11)}}, hidden="utskrivna")
    assert whole["category"].to_list() == [None, None], "without the count there is nothing to take apart"


def parts_of(settings: Settings, dimension: str, counts: dict[str, dict[str, int]]) -> pl.DataFrame:
    """Rows of a dimension's first measure by area and category, in a county year."""
    (id_, *_), measure = DIMENSIONS[dimension].indicators, of(settings)[DIMENSIONS[dimension].indicators[0]]
    rows = [
        {"indicator": id_, "area_kind": "lan" if area == "lan-14" else "kommun", "area": area, "area_name": area}
        | {"period_kind": "year", "period": "2025", "dimension": dimension, "category": name, "category_name": name}
        | {"numerator": float(count), "denominator": float(count) if measure.denominator else None, "value": float(count)}
        | {"unit": measure.unit, "status": "no_goal", "complete": True}
        for area, named in counts.items()
        for name, count in named.items()
    ]
    return pl.DataFrame(rows, schema=breakdowns.SCHEMA, orient="row")


def figures_of(settings: Settings, hidden: str) -> pl.DataFrame:
    """Every figure of the county year is shown but one."""
    rows = [(id_, "lan-14", "2025", "suppressed" if id_ == hidden else "no_goal") for id_ in of(settings)]
    return pl.DataFrame(rows, schema=["indicator", "area", "period", "status"], orient="row")


@pytest.mark.parametrize(
    ("dimension", "categories", "hidden"),
    [
        ("svarstid", {"000-007": 20, "vantar": 30}, "aterkopplade"),
        ("kategori", {"fel_boendeenhet": 20, "annat": 30}, "fel_boendeenhet"),
        ("steg", {"0": 60, "3": 20}, "tvister"),
        ("omrade", {"in_utskrivning": 60, "psykisk": 20}, "avvikelser_vid_utskrivning"),
        ("dagar", {"00": 60, "08-14": 20}, "over_sju_dagar"),
        ("vantat", {"00": 60, "08-14": 20}, "pagaende_over_sju_dagar"),
    ],
)
def test_a_table_does_not_tell_a_figure_that_is_hidden(settings: Settings, dimension: str, categories: dict[str, int], hidden: str) -> None:
    parts = parts_of(settings, dimension, {"lan-14": categories})
    alone = [id_ for id_ in of(settings) if id_ not in ("aterkopplade", "aterkoppling_dagar", "aterkoppling_median", "aterkoppling_p90")]
    figures = figures_of(settings, hidden)
    if hidden == "aterkopplade":  # whose part others show as well
        figures = figures.filter(pl.col("indicator").is_in([*alone, hidden]))
    assert set(breakdowns.public(settings, parts, figures)["category"]) == {None}
    assert set(breakdowns.public(settings, parts, figures_of(settings, "foljsamhet"))["category"]) == {*categories}


def test_two_tables_do_not_tell_a_small_count_by_their_difference(settings: Settings) -> None:
    """Of those with two days, three are not in the mean."""
    figures = figures_of(settings, "oenigheter")

    def shown(every: dict[str, int], in_mean: dict[str, int], ale: tuple[int, int] = (0, 0)) -> set[str]:
        outer = parts_of(settings, "dagar", {"lan-14": every, **({"1440": {"02": ale[0]}} if ale[0] else {})})
        inner = parts_of(settings, "dagar_i_snittet", {"lan-14": in_mean, **({"1440": {"02": ale[1]}} if ale[1] else {})})
        public_parts = breakdowns.public(settings, pl.concat([outer, inner]), figures)
        return set(public_parts.filter(pl.col("category").is_not_null())["dimension"])

    assert shown({"02": 30, "03": 20}, {"02": 27, "03": 20}) == {"dagar"}
    assert shown({"02": 30, "03": 20}, {"02": 20, "03": 20}) == {"dagar", "dagar_i_snittet"}
    assert shown({"02": 30, "03": 20}, {"02": 20, "03": 20}, ale=(15, 7)) == {"dagar"}, "eight of the ten are Ale's"
    assert shown({"02": 30, "03": 3}, {"02": 20}) == {"dagar_i_snittet"}, "what it would be taken from is hidden already"


def test_what_may_never_be_spread(settings: Settings) -> None:
    safe = shown_of(settings, {"a": 9, "b": 5}, is_free=False)
    assert not breakdowns.shows_too_much(settings, safe)
    assert breakdowns.shows_too_much(settings, safe.with_columns(numerator=pl.col("numerator") - 3))
    assert breakdowns.shows_too_much(settings, safe.with_columns(area=pl.lit("1440"), area_kind=pl.lit("kommun")))
    assert breakdowns.shows_too_much(settings, safe.with_columns(period=pl.lit("2025-Q1"), period_kind=pl.lit("quarter")))
    assert not breakdowns.shows_too_much(settings, shown_of(settings, {"a": 9, "b": 4}, is_free=False))


def test_a_hidden_figure_is_not_told_by_its_parts(county: County, made: dict[str, pl.DataFrame]) -> None:
    hidden = made["figures"].with_columns(status=pl.lit("suppressed"))
    shown = breakdowns.public(county.settings, made["breakdowns"], hidden)
    assert set(shown["status"]) == {"suppressed"}
    assert shown["numerator"].null_count() == shown.height
