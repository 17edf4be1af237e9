"""The units that exist and how many of them have been trained: parts per kommun and month, and the two indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

import periods
from config import Settings, in_force
from metrics import utbildning
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "enheter"


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The units that exist on each month's last day: `kommun`, `base`, `unit` (its name in lower case: case tells none apart)."""
    last = pl.col("manad").str.to_date("%Y-%m").dt.month_end()
    exists = (pl.col("fran") <= last) & (pl.col("till").is_null() | (pl.col("till") >= last))
    return rows.filter(exists).select("kommun", base="manad", unit=pl.col("enhet").str.to_lowercase()).unique()


def months_back(settings: Settings) -> int:
    """How many months before its own a figure here looks for training."""
    years = [agreement.munhalsa.trained_within_years for agreement in settings.agreements if agreement.munhalsa]
    return 12 * max(years, default=0)


def parts(settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and month: `kommun`, `base`, `complete`, `whole_rule`, `units`, `trained_units`.

    `units` exist on the month's last day. `trained_units` have had training in allmän munhälsovård within the years of the agreement
    in force that day, counted as whole months that end with the month; null without a rule, or where none of those months is covered.
    `whole_rule`: there is a rule, and all those months are covered. Source: agreement 2023–2026, munhälsa 7.1.
    """
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    cells = covered.join(_windows(settings, covered["base"]), on="base", how="left", maintain_order="left")
    cells = cells.join(_months_known(cells, coverage), on=("kommun", "base"), how="left", maintain_order="left")
    units = counted[DATASET].join(cells.select("kommun", "base", "first", "last"), on=("kommun", "base"))
    existing = units.group_by("kommun", "base").agg(pl.len().cast(pl.Int64).alias("units"))
    trained = _trained(counted, units).group_by("kommun", "base").agg(pl.len().cast(pl.Int64).alias("trained_units"))
    key = ("kommun", "base")
    joined = cells.join(existing, on=key, how="left", maintain_order="left").join(trained, on=key, how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("units").fill_null(0),
        pl.when(pl.col("known_months") > 0).then(pl.col("trained_units").fill_null(0)).alias("trained_units"),
        whole_rule=pl.col("whole_months") == pl.col("last") - pl.col("first") + 1,
    ).select("kommun", "base", "complete", "whole_rule", "units", "trained_units")


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _windows(settings: Settings, bases: Iterable[str]) -> pl.DataFrame:
    """`base`, and `first` and `last`, the months (counted since year 0) to have been trained in; null without a rule."""
    rows = []
    for base in sorted(set(bases)):
        agreement = in_force(settings.agreements, periods.last_day(base))
        years = agreement.munhalsa.trained_within_years if agreement and agreement.munhalsa else None
        last = _number(base)
        rows.append((base, None if years is None else last - 12 * years + 1, None if years is None else last))
    return pl.DataFrame(rows, schema={"base": pl.String, "first": pl.Int64, "last": pl.Int64}, orient="row")


def _months_known(cells: pl.DataFrame, coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`kommun`, `base`, and of the window's months how many the training is `known_months` and `whole_months` for."""
    if utbildning.DATASET not in coverage:
        return pl.DataFrame(schema={"kommun": pl.String, "base": pl.String, "known_months": pl.Int64, "whole_months": pl.Int64})
    told = coverage[utbildning.DATASET].select("kommun", _months(pl.col("period")).alias("month"), pl.col("complete").alias("whole"))
    return (
        cells.select("kommun", "base", "first", "last")
        .join(told, on="kommun")
        .filter(pl.col("month").is_between("first", "last"))
        .group_by("kommun", "base")
        .agg(pl.len().cast(pl.Int64).alias("known_months"), pl.col("whole").sum().cast(pl.Int64).alias("whole_months"))
    )


def _months(period: pl.Expr) -> pl.Expr:
    return period.str.slice(0, 4).cast(pl.Int64) * 12 + period.str.slice(5, 2).cast(pl.Int64) - 1


def _trained(counted: Mapping[str, pl.DataFrame], units: pl.DataFrame) -> pl.DataFrame:
    """`kommun`, `base`, `unit` of those that were trained in the window."""
    if utbildning.UNITS not in counted:
        return units.clear().select("kommun", "base", "unit")
    held = counted[utbildning.UNITS].select("kommun", "unit", month=_months(pl.col("base")))
    inside = units.join(held, on=("kommun", "unit")).filter(pl.col("month").is_between("first", "last"))
    return inside.select("kommun", "base", "unit").unique()


_SECTION = "Avtal 2023–2026, del C munhälsa, 7.1, mått som ska följas upp"
_SOURCE = "Kommunernas uppgifter om enheter"
_STATUS = "Siffran visar läget månadens sista dag. Kvartalets är sista månadens, och årets är december månads."
_EXISTS = "Enheter som finns månadens sista dag"

INDICATORS: Final = (
    Indicator(
        id="enheter",
        name="Enheter i kommunen",
        theme="munhalsa",
        counts="Hur många enheter med vård- och omsorgspersonal som finns i kommunen.",
        numerator="units",
        numerator_label=_EXISTS,
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="none",
        kind="status",
        dataset=DATASET,
        interval="none",
        ruled=False,
        section=_SECTION,
        source=_SOURCE,
        caveats=("Kommunerna delar in sin verksamhet olika, så antalet enheter kan inte jämföras rakt av.", _STATUS),
        not_sensitive=("units",),
    ),
    Indicator(
        id="enheter_utbildade",
        name="Enheter utbildade i munhälsovård inom tre år",
        theme="munhalsa",
        counts="Så stor del av kommunens enheter som har haft utbildning i allmän munhälsovård under de senaste tre åren.",
        numerator="trained_units",
        numerator_label="Enheter med minst en utbildning i allmän munhälsovård under treårsperioden som slutar med månaden",
        denominator="units",
        denominator_label=_EXISTS,
        scale=100,
        unit="%",
        direction="higher",
        kind="status",
        dataset=DATASET,
        interval="wilson",
        ruled=True,
        section=_SECTION,
        source=f"{_SOURCE}; kommunernas och tandvårdsleverantörens uppgifter om utbildning",
        caveats=(
            "En enhet räknas som utbildad om någon därifrån har deltagit. Avtalet säger inte hur många som behöver delta.",
            "Enheten måste heta likadant bland enheterna och i utbildningen. Stora och små bokstäver spelar ingen roll.",
            "Siffran är ofullständig tills utbildningarna för alla treårsperiodens månader har levererats.",
            "Avtalet 2023–2026 vill att samtliga enheter ska ha haft utbildning, alltså 100 %. "
            "Det står bland måtten att följa upp, inte som ett mål att pröva, så siffran har inget läge.",
            "Avtalet 2027–2030 nämner ingen treårsperiod. Den från 2023 ligger kvar.",
            _STATUS,
        ),
        not_sensitive=("trained_units", "units"),
    ),
)
