"""Signals in figures: gaps, sentences, stable ids, and one set of rules for chart and table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

import periods
from metrics import engine, signals

MONTHS = [month for year in (2023, 2024, 2025) for month in periods.months(str(year))]


def figures(indicator: str, values: Mapping[str, float | None], **other: Any) -> pl.DataFrame:
    """Figures of Ale: one row per period; None is an incomplete figure."""
    rows = [
        {
            "indicator": indicator,
            "area_kind": "kommun",
            "area": "1440",
            "area_name": "Ale",
            "period_kind": periods.kind(period),
            "period": period,
            "value": 50.0 if value is None else value,
            "numerator": value,
            "status": "incomplete" if value is None else "no_goal",
            "complete": value is not None,
            "agreement": "hsa-2023",
            **other,
        }
        for period, value in values.items()
    ]
    return pl.DataFrame(rows, schema=engine.FIGURES_SCHEMA)


def monthly(values: Sequence[float | None]) -> dict[str, float | None]:
    return dict(zip(MONTHS, values, strict=False))


def latest(frame: pl.DataFrame) -> tuple[str | None, str, str | None, str]:
    (row,) = signals.latest(frame).iter_rows(named=True)
    return row["period"], row["signal"], row["direction"], row["sentence"]


QUIET = [5.0, 7.0, 6.0, 8.0] * 4


def test_a_shift_is_said_in_words_and_marked_in_the_chart() -> None:
    frame = figures("utskrivna", monthly([9.0, 12.0] * 7 + [6.0, 8.0] * 3 + [6.0]))
    assert latest(frame) == ("2024-09", "xmr-shift-low", "low", "lägre än väntat sju månader i rad")
    chart = signals.chart(frame, "utskrivna", "1440", "month")
    marked = chart.filter(pl.col("signal").is_not_null())
    assert marked["period"].to_list() == MONTHS[14:21]
    assert set(marked["sentence"]) == {"lägre än väntat sju månader i rad"}


@pytest.mark.parametrize(
    ("values", "signal", "sentence"),
    [
        (QUIET, "xmr-none", "inom det väntade"),
        ([*QUIET, 40.0], "xmr-beyond-high", "klart högre än väntat"),
        ([*QUIET, -40.0], "xmr-beyond-low", "klart lägre än väntat"),
        ([*QUIET, 6.1, 6.2, 6.3, 6.4, 6.5, 6.6, 6.7, 6.8], "xmr-trend-high", "allt högre åtta månader i rad"),
        ([*QUIET, 11.2, 11.0], "xmr-two-of-three-high", "nära gränsen för ovanligt högt två månader av tre"),
        (QUIET[:11], "xmr-too-few", "kan inte beräknas"),
    ],
)
def test_what_the_latest_month_says(values: list[float], signal: str, sentence: str) -> None:
    found = latest(figures("utskrivna", monthly(values)))
    assert (found[1], found[3]) == (signal, sentence)


def test_a_long_run_is_said_in_digits() -> None:
    frame = figures("utskrivna", monthly([9.0, 12.0] * 10 + [6.0, 8.0] * 6 + [6.0]))
    assert latest(frame)[3] == "lägre än väntat 13 månader i rad"


def test_quarters_of_a_stock() -> None:
    quarters = [quarter for year in range(2022, 2026) for quarter in periods.quarters(str(year))]
    frame = figures("ntandvard_tackning", dict(zip(quarters, [3.0, 2.9] * 4 + [2.5, 2.6] * 3 + [2.5, 2.6], strict=True)))
    assert latest(frame)[3] == "lägre än väntat åtta kvartal i rad"


def test_what_is_not_sound_says_nothing_and_ends_runs() -> None:
    """An incomplete month is a gap, also one without any row, and the latest sound month speaks."""
    low = [9.0, 12.0] * 7 + [6.0, 8.0] * 3
    assert latest(figures("utskrivna", monthly([*low, None])))[:2] == ("2024-08", "xmr-none")
    broken = figures("utskrivna", monthly([*low[:18], None, *low[18:], 6.0, 8.0]))
    assert latest(broken)[1] == "xmr-none"
    assert latest(broken.filter(pl.col("status") != "incomplete"))[1] == "xmr-none"
    assert latest(figures("utskrivna", monthly([None] * 20))) == (None, "xmr-too-few", None, "kan inte beräknas")
    gapped = signals.chart(broken.filter(pl.col("status") != "incomplete"), "utskrivna", "1440", "month")
    assert gapped["period"].to_list() == MONTHS[:23]
    assert gapped["value"].null_count() == 1


def test_limits_begin_anew_with_the_agreement() -> None:
    old = figures("utskrivna", monthly(QUIET))
    new = figures("utskrivna", dict(zip(MONTHS[16:], [30.0, 32.0] * 5, strict=False)), agreement="hsa-2027")
    chart = signals.chart(pl.concat([old, new]), "utskrivna", "1440", "month")
    assert chart["mean"].null_count() == 10
    assert chart["signal"].null_count() == chart.height
    assert latest(pl.concat([old, new]))[:2] == ("2025-02", "xmr-too-few")


def test_a_series_that_is_not_there_is_an_empty_chart() -> None:
    assert signals.chart(figures("utskrivna", {}), "utskrivna", "1440", "month").height == 0
    assert signals.latest(figures("utskrivna", {})).height == 0


def test_the_most_telling_rule_names_a_point() -> None:
    """The last of a shift is also beyond: both chart and latest say beyond."""
    frame = figures("utskrivna", monthly([9.0, 12.0] * 9 + [6.0, 8.0] * 3 + [-20.0]))
    assert latest(frame)[1] == "xmr-beyond-low"
    chart = signals.chart(frame, "utskrivna", "1440", "month")
    assert chart["signal"].to_list()[-2:] == ["xmr-shift-low", "xmr-beyond-low"]


# ---- Trends over years --------------------------------------------------------------------------------------------------------


def yearly(indicator: str, first: int, counts: Sequence[float], among: Sequence[float], **other: Any) -> pl.DataFrame:
    made = figures(indicator, {str(first + i): count for i, count in enumerate(counts)}, **other)
    ages = pl.Series("denominator", list(among), pl.Float64)
    return made.with_columns(ages, value=pl.col("numerator") / ages * 100)


COUNTS, AMONG = (10, 17, 27, 49, 67), (125, 141.67, 117.39, 204.17, 171.79)


def trend(frame: pl.DataFrame) -> dict[str, Any]:
    (row,) = signals.trends(frame).iter_rows(named=True)
    return row


def test_a_share_that_rises_over_five_years() -> None:
    row = trend(yearly("ntandvard_tackning", 2021, COUNTS, AMONG))
    assert (row["first_year"], row["last_year"], row["signal"], row["sentence"]) == ("2021", "2025", "trend-increasing", "ökar över fem år")
    assert row["chi_squared"] == pytest.approx(47.3463, abs=0.01)


def test_the_last_five_sound_years_count() -> None:
    before = yearly("ntandvard_tackning", 2019, (90, 90), (100, 100))
    now = figures("ntandvard_tackning", {"2026": None})
    row = trend(pl.concat([before, yearly("ntandvard_tackning", 2021, COUNTS, AMONG), now]))
    assert (row["first_year"], row["last_year"], row["signal"]) == ("2021", "2025", "trend-increasing")


@pytest.mark.parametrize("broken", ["2022", "2023"])
def test_a_year_that_is_missing_or_incomplete_cannot_be_jumped(broken: str) -> None:
    before = yearly("ntandvard_tackning", 2020, (9,), (100,))
    whole = pl.concat([before, yearly("ntandvard_tackning", 2021, COUNTS, AMONG)])
    for frame in (
        whole.filter(pl.col("period") != broken),
        whole.with_columns(status=pl.when(period=broken).then(pl.lit("incomplete")).otherwise("status")),
    ):
        assert (trend(frame)["signal"], trend(frame)["sentence"]) == ("trend-cannot", "kan inte beräknas")


def test_two_agreements_are_compared_only_where_no_rule_of_theirs_decides() -> None:
    def over_two(indicator: str) -> pl.DataFrame:
        made = yearly(indicator, 2024, COUNTS, AMONG)
        return made.with_columns(agreement=pl.when(pl.col("period") < "2027").then(pl.lit("hsa-2023")).otherwise(pl.lit("hsa-2027")))

    assert trend(over_two("ntandvard_tackning"))["signal"] == "trend-increasing"
    assert trend(over_two("foljsamhet"))["signal"] == "trend-cannot"
    assert trend(yearly("foljsamhet", 2024, COUNTS, AMONG))["signal"] == "trend-increasing"


def test_counts_have_a_trend_by_their_limits_and_means_have_none() -> None:
    made = figures("utskrivna", {str(2021 + i): 100.0 + 40 * i for i in range(5)})
    limits = made.with_columns(lower=pl.col("value") - 20, upper=pl.col("value") + 20)
    assert trend(limits)["signal"] == "trend-increasing"
    assert trend(made.with_columns(indicator=pl.lit("dagar_snitt")))["signal"] == "trend-cannot"
