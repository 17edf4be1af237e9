"""Secondary suppression: hand-made cases, one per relation, and an attacker on random sparse counties."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
import pytest

import periods
from config import Settings, load_settings
from metrics.disclosure import audit, protect, protection
from metrics.disclosure.primary import small_rows
from metrics.disclosure.protection import suppress
from tests.conftest import SHIPPED
from tests.metrics.counties import reports

Counts = dict[tuple[str, str], int]
Place = tuple[str, str, str]
MONTHS = periods.months("2025")
NEIGHBOURS = ("1401", "1440", "1441", "1462", "1480", "1489")  # of one kf-, three vs-, and Lilla Edet, which has none


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load_settings(SHIPPED, {})


def found(settings: Settings, figures: pl.DataFrame, public: pl.DataFrame) -> dict[Place, str | None]:
    """What the audit finds: place -> by whom."""
    return {(f.indicator, f.area, f.period): f.insider for f in audit(settings, figures, public)}


def hide(figures: pl.DataFrame, *places: tuple[str, str]) -> pl.DataFrame:
    """The figures with every row of the areas and periods suppressed by hand."""
    return suppress(figures, pl.Series([place in places for place in figures.select("area", "period").iter_rows()], dtype=pl.Boolean))


def full(kommuner: tuple[str, ...], months: tuple[str, ...], small: Mapping[tuple[str, str], int], other: int = 20) -> Counts:
    """Many reports everywhere but where `small` says."""
    return {(kommun, month): small.get((kommun, month), other) for kommun in kommuner for month in months}


# ---- The hand case of statistics.md, d9 ----------------------------------------------------------------------------------------

D9 = {("1441", m): n for m, n in zip(MONTHS, (2, 14, 9), strict=False)} | {
    ("1489", m): n for m, n in zip(MONTHS, (11, 6, 18), strict=False)
}


def test_hiding_the_small_number_alone_gives_it_away(shipped: Settings) -> None:
    """25 - 14 - 9 is 2."""
    figures = reports(shipped, D9)
    only = hide(figures, ("1441", "2025-01"))
    assert found(shipped, figures, only)["avvikelser", "1441", "2025-01"] is None


def test_two_hidden_numbers_in_each_line_are_enough_but_for_the_two_themselves(shipped: Settings) -> None:
    figures = reports(shipped, D9)
    four = hide(figures, *((kommun, month) for kommun in ("1441", "1489") for month in MONTHS[:2]))
    assert set(found(shipped, figures, four).values()) == {"1489"}


def test_the_protection_holds_against_each_of_the_two(shipped: Settings) -> None:
    figures = reports(shipped, D9)
    public = protect(shipped, figures)
    assert not audit(shipped, figures, public)
    shown = public.filter(indicator="avvikelser", area="1441").drop_nulls("numerator")
    assert shown.height > 0


# ---- One case per relation -----------------------------------------------------------------------------------------------------

JANUARY, QUARTER = MONTHS[0], MONTHS[:3]
RELATIONS: dict[str, tuple[Callable[[Settings], pl.DataFrame], Place, int]] = {
    "a quarter less its other months": (
        lambda settings: reports(settings, full(("1440",), QUARTER, {("1440", JANUARY): 3})),
        ("avvikelser", "1440", JANUARY),
        60,
    ),
    "the county less the other kommuner": (
        lambda settings: reports(settings, full(NEIGHBOURS, (JANUARY,), {("1440", JANUARY): 3})),
        ("avvikelser", "1440", JANUARY),
        30,
    ),
    "the county less every vårdsamverkansområde is Lilla Edet": (
        lambda settings: hide_kommuner(reports(settings, full(NEIGHBOURS, (JANUARY,), {("1462", JANUARY): 3}))),
        ("avvikelser", "1462", JANUARY),
        30,
    ),
    "all less those that are answered": (
        lambda settings: reports(settings, full(NEIGHBOURS, QUARTER, {}), {("1440", JANUARY): 18}),
        ("aterkopplade", "1440", JANUARY),
        60,
    ),
}


def hide_kommuner(figures: pl.DataFrame) -> pl.DataFrame:
    """Only sums over kommuner are published, and Lilla Edet's own row."""
    return figures.filter((pl.col("area_kind") != "kommun") | (pl.col("area") == "1462") | pl.col("area").is_in(NEIGHBOURS))


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_relation_gives_a_small_number_away_until_it_is_protected(shipped: Settings, relation: str) -> None:
    make, secret, most_rows = RELATIONS[relation]
    figures = make(shipped)
    primary = suppress(figures, small_rows(shipped, figures))
    assert found(shipped, figures, primary)[secret] is None
    made = protection(shipped, figures)
    assert not audit(shipped, figures, made.public)
    assert 0 < made.secondary.sum() <= most_rows


# ---- What nobody has declared --------------------------------------------------------------------------------------------------


def test_an_indicator_that_nobody_has_declared_is_protected(shipped: Settings) -> None:
    """Both its sides are counts until a declaration says otherwise."""
    counts = full(NEIGHBOURS, QUARTER, {("1440", JANUARY): 3, ("1401", MONTHS[1]): 4})
    new = pl.col("indicator").replace({"aterkopplade": "nyhet"})
    figures = reports(shipped, counts, {("1480", MONTHS[2]): 18}).filter(indicator="aterkopplade").with_columns(new)
    primary = suppress(figures, small_rows(shipped, figures))
    assert ("nyhet", "1440", JANUARY) in found(shipped, figures, primary)
    assert not audit(shipped, figures, protect(shipped, figures))
