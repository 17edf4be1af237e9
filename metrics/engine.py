"""One engine for every indicator, area and period: sum parts over kommuner and periods, divide last, and say what the figure is worth.

Source: contract, sections 5 and 6.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

import periods
from config import Settings
from metrics import (
    avvikelser,
    befolkning,
    breakdowns,
    counting,
    enheter,
    fast_lakarkontakt,
    functions,
    halsosamtal,
    handlaggning,
    intervals,
    naromradesplaner,
    ntandvard,
    pagaende,
    placeringar,
    spans,
    utbildning,
    utskrivning,
)
from metrics.counting import Counts
from metrics.indicator import BASE_KINDS, Indicator
from metrics.indicators import PER_KOMMUN, of
from metrics.kept import unknown_stays, with_kept

FIGURES_SCHEMA: Final = {
    "indicator": pl.String,
    "area_kind": pl.String,
    "area": pl.String,
    "area_name": pl.String,
    "period_kind": pl.String,
    "period": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "unit": pl.String,
    "goal": pl.Float64,
    "status": pl.String,
    "complete": pl.Boolean,
    "preliminary": pl.Boolean,
    "agreement": pl.String,
}
"""The contract's columns, in order; `run` is added when the figures are kept."""

_OTHERS: Final = (pagaende, utbildning, enheter, naromradesplaner, fast_lakarkontakt, placeringar, halsosamtal)
_SORT: Final = ("indicator", "area_kind", "area", "period_kind", "period")
_CELL_SCHEMA: Final = {
    "indicator": pl.String,
    "kommun": pl.String,
    "base": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "known": pl.Int64,
    "whole": pl.Int64,
}


def frames(settings: Settings, rows: Mapping[str, pl.LazyFrame], coverage: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """All that a run keeps, by name: `figures`, `conditions` and `breakdowns`.

    `rows` and `coverage` hold, by dataset, the rows that count, and one row per covered kommun and base period with whether it is
    complete. befolkning, ntandvard, utskrivning and avvikelser are always there; another dataset that is not has no figures.
    """
    return of_counts(settings, counting.of_all(settings, rows), coverage)


def figures(settings: Settings, rows: Mapping[str, pl.LazyFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The contract's columns (section 6) but `run`, one row per indicator, area and period, in the contract's order."""
    counted = _covered(counting.of_all(settings, rows, apart=False), coverage)
    return _figures(settings, counted, coverage, _opened(counted, coverage, None), None)


def of_counts(
    settings: Settings,
    counted: Counts,
    coverage: Mapping[str, pl.DataFrame],
    wanted: Collection[str] | None = None,
    kept: Mapping[str, pl.DataFrame] = MappingProxyType({}),
) -> dict[str, pl.DataFrame]:
    """As `frames`, from the rows' counts (`metrics.counting`); of the periods in the `wanted` buckets alone, where they are given.

    Then `counted` need hold no more than what `counting.reaches` says of them, and `coverage` still holds everything.
    `kept` is what `ruled` gave of cells whose rows are gone since: it stays as it was, whatever the rules say now.
    """
    counted = _covered(counted, coverage)
    asked = {dataset: _within(dataset, cells, wanted) for dataset, cells in coverage.items()}
    opened = _opened(counted, asked, wanted)
    made = _figures(settings, counted, asked, opened, wanted, kept)
    judged = _conditions(settings, counted, kept)
    return {
        "figures": made,
        "conditions": judged if wanted is None else judged.filter(_in(wanted, "period")),
        "breakdowns": breakdowns.frame(settings, counted, opened, made),
    }


CONDITIONS: Final = "conditions"
SCHEMAS: Final[Mapping[str, Mapping[str, type[pl.DataType]]]] = MappingProxyType(
    {"figures": FIGURES_SCHEMA, "conditions": utskrivning.CONDITIONS_SCHEMA, "breakdowns": breakdowns.SCHEMA}
)
"""The columns of each frame that `of_counts` gives."""
SORTED_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"figures": _SORT, "conditions": ("kommun", "period", "agreement"), "breakdowns": breakdowns.SORT}
)
"""The order of each frame; what is equal in all of these keeps its place."""


def _covered(counted: Counts, coverage: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The counts of covered cells: what nobody has delivered is not known, whatever is counted there."""
    cells = {dataset: covered.select("kommun", base="period") for dataset, covered in coverage.items()}
    return {name: frame.join(cells[name.split(".")[0]], on=("kommun", "base"), how="semi") for name, frame in counted.items()}


def _within(dataset: str, cells: pl.DataFrame, wanted: Collection[str] | None) -> pl.DataFrame:
    """The cells that the wanted figures sum; all of a dataset that others look back at."""
    if wanted is None or dataset in (counting.POPULATION, utbildning.DATASET):
        return cells
    bases = {month for each in wanted for month in periods.months(each)} | {q for each in wanted for q in periods.quarters(each)}
    return cells.filter(pl.col("period").is_in(list(bases | set(wanted))))


def _in(wanted: Collection[str], period: str) -> pl.Expr:
    named = [p for each in wanted for p in ((each,) if len(each) == len("2025") else (each, *periods.months(each)))]
    return pl.col(period).is_in(named)


def ruled(settings: Settings, counted: Counts, coverage: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What gallring keeps as the rules made it, not as it was counted: the parts of discharges, and the conditions (`base`: month)."""
    cells = coverage[utskrivning.DATASET]
    mine = _covered({utskrivning.DATASET: counted[utskrivning.DATASET]}, coverage)[utskrivning.DATASET]
    judged = utskrivning.conditions(settings, mine).rename({"period": "base"})
    return {utskrivning.DATASET: utskrivning.parts(settings, mine, cells), CONDITIONS: judged}


def _opened(counted: Counts, coverage: Mapping[str, pl.DataFrame], wanted: Collection[str] | None) -> pl.DataFrame:
    """The avvikelser that are open when those months end that the wanted figures show; a year shows its last."""
    cells = coverage[avvikelser.DATASET]
    if wanted is not None:
        cells = cells.filter(_in([*wanted, *(spans.closing(each, "status") for each in wanted)], "period"))
    return handlaggning.open_reports(counted[handlaggning.OPEN], cells)


def _parts(settings: Settings, counted: Counts, coverage: Mapping[str, pl.DataFrame], opened: pl.DataFrame) -> dict[str, pl.DataFrame]:
    made = {
        "ntandvard": ntandvard.parts(counted["ntandvard"], coverage["ntandvard"]),
        "utskrivning": utskrivning.parts(settings, counted["utskrivning"], coverage["utskrivning"]),
        "avvikelser": avvikelser.parts(counted["avvikelser"], opened, coverage["avvikelser"]),
        **{module.DATASET: module.parts(settings, counted, coverage) for module in _OTHERS if module.DATASET in counted},
    }
    return {dataset: unknown_stays(parts, counted[dataset]) for dataset, parts in made.items()}


def _conditions(settings: Settings, counted: Counts, kept: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    judged = utskrivning.conditions(settings, counted[utskrivning.DATASET])
    if utskrivning.DATASET not in kept:
        return judged
    rest = judged.join(kept[utskrivning.DATASET], left_on=("kommun", "period"), right_on=("kommun", "base"), how="anti")
    as_they_were = kept[CONDITIONS].rename({"base": "period"}).select(judged.columns) if CONDITIONS in kept else judged.clear()
    return pl.concat([rest, as_they_were]).sort(SORTED_BY["conditions"], maintain_order=True)


def _figures(
    settings: Settings,
    counted: Counts,
    coverage: Mapping[str, pl.DataFrame],
    opened: pl.DataFrame,
    wanted: Collection[str] | None,
    kept: Mapping[str, pl.DataFrame] = MappingProxyType({}),
) -> pl.DataFrame:
    parts = _parts(settings, counted, coverage, opened)
    if utskrivning.DATASET in kept:
        parts["utskrivning"] = with_kept(parts["utskrivning"], kept["utskrivning"])
    parts["avvikelser"] = handlaggning.beside_discharges(parts["avvikelser"], parts["utskrivning"])
    population = befolkning.parts(counted["befolkning"], coverage["befolkning"])
    summed = [i for i in of(settings).values() if i.dataset in parts and not i.why_not_a_sum and i.id not in PER_KOMMUN]
    cells = pl.concat([pl.DataFrame(schema=_CELL_SCHEMA), *(_cells(settings, i, parts[i.dataset]) for i in summed)])
    cells = cells.filter(pl.col("kommun").is_in(list(settings.kommuner)))
    per_kommun = _with_population(settings, _per_kommun(settings, cells, wanted), population)
    followed = [function(settings, per_kommun).select(per_kommun.columns) for function in PER_KOMMUN.values()]
    sums = _finished(settings, _per_area(settings, pl.concat([per_kommun, *followed])))
    no_sums = functions.figures(settings, counted[functions.DAYS], coverage["avvikelser"], sums)
    return pl.concat([sums, no_sums]).sort(_SORT)


# ---- Sums ---------------------------------------------------------------------------------------------------------------------


def _cells(settings: Settings, indicator: Indicator, parts: pl.DataFrame) -> pl.DataFrame:
    """One row per covered cell. `known`: the cell has a figure here; `whole`: and nothing of it is missing."""
    if indicator.agreements:
        parts = _under_its_agreements(settings, indicator, parts)
    counted_among = None if indicator.denominator in befolkning.POPULATION_PARTS else indicator.denominator
    known = pl.col(indicator.numerator).is_not_null() & (pl.col(counted_among).is_not_null() if counted_among else pl.lit(value=True))
    whole = known & pl.col("complete") & (pl.col("whole_rule") if indicator.ruled else pl.lit(value=True))
    denominator = pl.col(counted_among) if counted_among else pl.lit(0)
    return parts.select(
        pl.lit(indicator.id).alias("indicator"),
        "kommun",
        "base",
        pl.when(known).then(indicator.numerator).cast(pl.Float64).alias("numerator"),
        pl.when(known).then(denominator).cast(pl.Float64).alias("denominator"),
        known.cast(pl.Int64).alias("known"),
        whole.cast(pl.Int64).alias("whole"),
    )


def _under_its_agreements(settings: Settings, indicator: Indicator, parts: pl.DataFrame) -> pl.DataFrame:
    """The cells in which the figure exists at all; `whole_rule` where it does on every day."""
    ruled = spans.under(settings, indicator.agreements, parts["base"]).filter("touched").select("base", whole_rule="whole")
    return parts.drop("whole_rule").join(ruled, on="base", maintain_order="left")


def _per_kommun(settings: Settings, cells: pl.DataFrame, wanted: Collection[str] | None) -> pl.DataFrame:
    """Sums per indicator, kommun and period of every kind; rows in a fixed order, so that sums of fractions are repeatable."""
    indicators = pl.DataFrame([(i.id, i.kind) for i in of(settings).values()], schema=["indicator", "kind"], orient="row")
    bases = cells.select("indicator", "base").unique().join(indicators, on="indicator").select("kind", "base").unique()
    targets = pl.concat(spans.targets(bases.filter(kind=kind)["base"].sort(), kind).with_columns(kind=pl.lit(kind)) for kind in BASE_KINDS)
    if wanted is not None:
        targets = targets.filter(_in(wanted, "period"))
    return (
        cells.join(indicators, on="indicator")
        .join(targets, on=("kind", "base"))
        .sort("indicator", "kommun", "period", "base")
        .group_by("indicator", "kommun", "period", maintain_order=True)
        .agg(pl.col("numerator", "denominator", "known", "whole").sum())
        .with_columns(preliminary=pl.lit(value=False))
    )


def _with_population(settings: Settings, summed: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Give the figures per inhabitant their denominators. A kommun without population leaves both sums."""
    per_inhabitant = [indicator for indicator in of(settings).values() if indicator.denominator in befolkning.POPULATION_PARTS]
    frames = [summed.filter(~pl.col("indicator").is_in([i.id for i in per_inhabitant]))]
    for indicator in per_inhabitant:
        mine = summed.filter(indicator=indicator.id)
        frames.append(_over_population(mine, population.drop_nulls(indicator.denominator), str(indicator.denominator)))
    return pl.concat(frames)


def _over_population(summed: pl.DataFrame, population: pl.DataFrame, part: str) -> pl.DataFrame:
    """The 31 December on or before the period's last day, or the latest earlier one: then the figure is preliminary."""
    years = [(period, _population_year(period)) for period in summed["period"].unique()]
    wanted = pl.DataFrame(years, schema={"period": pl.String, "wanted": pl.Int64}, orient="row")
    asked = summed.join(wanted, on="period").sort("wanted")
    counted = population.select("kommun", "year", pl.col(part).alias("persons"), pl.col("complete").alias("population_whole"))
    joined = asked.join_asof(counted.sort("year"), left_on="wanted", right_on="year", by="kommun", check_sortedness=False)
    has = pl.col("persons").is_not_null() & (pl.col("known") > 0)
    return joined.with_columns(
        pl.when(has).then("numerator").otherwise(0.0).alias("numerator"),
        pl.when(has).then(pl.col("persons").cast(pl.Float64)).otherwise(0.0).alias("denominator"),
        pl.when(has).then("known").otherwise(0).alias("known"),
        pl.when(has & pl.col("population_whole")).then("whole").otherwise(0).alias("whole"),
        (has & (pl.col("year") < pl.col("wanted"))).alias("preliminary"),
    ).select(summed.columns)


def _population_year(period: str) -> int:
    last = periods.last_day(period)
    return last.year if (last.month, last.day) == (12, 31) else last.year - 1


def _per_area(settings: Settings, summed: pl.DataFrame) -> pl.DataFrame:
    """Sums per indicator, period and area. Every area has a row for each period in which any kommun has a covered cell."""
    periods_wanted = summed["period"].unique().sort()
    skeleton = summed.select("indicator", "period").unique().join(spans.areas(settings), how="cross")
    skeleton = skeleton.join(spans.membership(settings, periods_wanted), on=("period", "area"), how="left")
    needed = pl.DataFrame(
        [(i.id, p, spans.bases_in(p, i.kind)) for i in of(settings).values() for p in periods_wanted],
        schema={"indicator": pl.String, "period": pl.String, "needed": pl.Int64},
        orient="row",
    )
    return (
        skeleton.join(needed, on=("indicator", "period"))
        .join(summed, on=("indicator", "kommun", "period"), how="left")
        .sort("indicator", "area", "period", "kommun")
        .group_by("indicator", "area_kind", "area", "area_name", "period", maintain_order=True)
        .agg(
            pl.col("numerator", "denominator", "known", "whole").sum(),
            pl.when(pl.col("kommun").is_not_null()).then("needed").sum().alias("needed"),
            pl.col("preliminary").any(),
        )
    )


# ---- What the figure is and what it is worth ----------------------------------------------------------------------------------


def _finished(settings: Settings, summed: pl.DataFrame) -> pl.DataFrame:
    """Value, interval, goal and status. Missing, zero and incomplete part ways here and nowhere else."""
    known = pl.col("known") > 0
    parts = summed.join(_declared(settings), on="indicator").with_columns(
        numerator=pl.when(known).then("numerator"),
        denominator=pl.when(known & pl.col("has_denominator")).then("denominator"),
        complete=known & (pl.col("whole") == pl.col("needed")),
    )
    valued = parts.with_columns(value=_value()).with_columns(_limits())
    marked = valued.join(_of_periods(settings, summed["period"].unique()), on="period").join(
        _goals(settings, summed), on=("indicator", "area_kind", "period"), how="left"
    )
    return marked.with_columns(status=_status()).select(pl.col(name).cast(kind) for name, kind in FIGURES_SCHEMA.items()).sort(_SORT)


def _declared(settings: Settings) -> pl.DataFrame:
    rows = [(i.id, float(i.scale), i.unit, i.is_ratio, i.denominator is not None, i.interval) for i in of(settings).values()]
    schema = {
        "indicator": pl.String,
        "scale": pl.Float64,
        "unit": pl.String,
        "is_ratio": pl.Boolean,
        "has_denominator": pl.Boolean,
        "interval": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _value() -> pl.Expr:
    """scale * numerator / denominator, in that order; no value over a denominator of zero, so infinity never leaves."""
    ratio = pl.when(pl.col("denominator") > 0).then(pl.col("scale") * pl.col("numerator") / pl.col("denominator"))
    return pl.when("is_ratio").then(ratio).otherwise("numerator")


def _limits() -> list[pl.Expr]:
    """95 per cent limits on the value's scale, where the indicator has an interval and the figure a value."""
    share = intervals.wilson(pl.col("numerator"), pl.col("denominator"))
    events = intervals.poisson(pl.col("numerator"))
    per = pl.when("is_ratio").then(pl.col("scale") / pl.col("denominator")).otherwise(1.0)
    has_value = pl.col("value").is_not_null()
    return [
        pl.when(has_value & (pl.col("interval") == "wilson"))
        .then(pl.col("scale") * share[side])
        .when(has_value & (pl.col("interval") == "poisson"))
        .then(events[side] * per)
        .alias(name)
        for side, name in enumerate(("lower", "upper"))
    ]


def _of_periods(settings: Settings, wanted: Iterable[str]) -> pl.DataFrame:
    schema = {"period": pl.String, "period_kind": pl.String, "agreement": pl.String}
    return pl.DataFrame([(p, periods.kind(p), spans.agreement_ids(settings, p)) for p in wanted], schema=schema, orient="row")


def _goals(settings: Settings, summed: pl.DataFrame) -> pl.DataFrame:
    """`goal` and `at_least` for each indicator, kind of area and period that has one."""
    schema = {"indicator": pl.String, "area_kind": pl.String, "period": pl.String, "goal": pl.Float64, "at_least": pl.Boolean}
    with_goals = summed.filter(pl.col("indicator").is_in(list(settings.goals)))
    asked = with_goals.select("indicator", "area_kind", "period").unique().sort("indicator", "area_kind", "period")
    found = [
        (indicator, area_kind, period, goal.value, goal.comparison == "at_least")
        for indicator, area_kind, period in asked.iter_rows()
        if (goal := spans.goal_for(settings.goals[indicator], area_kind, period))
    ]
    return pl.DataFrame(found, schema=schema, orient="row")


def _status() -> pl.Expr:
    """Missing comes before incomplete, and both before the goal, which tests the value without rounding."""
    reached = pl.when("at_least").then(pl.col("value") >= pl.col("goal")).otherwise(pl.col("value") <= pl.col("goal"))
    return (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("missing"))
        .when(~pl.col("complete"))
        .then(pl.lit("incomplete"))
        .when(pl.col("goal").is_null())
        .then(pl.lit("no_goal"))
        .when(reached)
        .then(pl.lit("met"))
        .otherwise(pl.lit("missed"))
    )
