"""What counts and figures were made from, as fingerprints: equal ones mean that computing again would give the same, to the last bit.

In each fingerprint are the program, the settings and what is in force (which delivery counts for each kommun × period, and whether it
is complete); of figures, that of all the counts that they need (`metrics.counting.months_back` says which). So nothing is used again
after a change of the settings, of the program or of Polars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

import polars as pl

from config import Settings
from flows.program import PROGRAM
from metrics.counting import bucket, months_back, reaches
from sql import runs


def of_counts(
    settings: Settings, covered: Mapping[str, pl.DataFrame], sharing: pl.DataFrame, gallrade: Collection[int]
) -> dict[tuple[str, str], str]:
    """By dataset and bucket of periods. `covered`: what is in force of each dataset; `sharing`: deliveries that hold the same ids;
    `gallrade`: those whose rows are gone, so that what is kept of them stands in their place."""
    rules = f"{PROGRAM} {runs.fingerprint(settings)}"
    return {
        (dataset, held): _hash((rules, dataset, held, said))
        for dataset, cells in covered.items()
        for held, said in _said(cells, _of_partners(cells, sharing), gallrade).items()
    }


def _said(cells: pl.DataFrame, partners: Mapping[int, str], gallrade: Collection[int]) -> dict[str, str]:
    """By bucket, what is in force there and what is in force of deliveries that share ids with those."""
    names = cells["period"].unique().to_list()
    buckets = pl.DataFrame({"period": names, "bucket": [bucket(name) for name in names]}, schema={"period": pl.String, "bucket": pl.String})
    has_rows = ~pl.col("delivery").is_in(list(gallrade))
    cell = pl.format("{}|{}|{}|{}|{}|{}", "kommun", "period", "key", "delivery", "complete", has_rows)
    grouped = (
        cells.join(buckets, on="period")
        .sort("kommun", "period", "key")
        .group_by("bucket")
        .agg(cell.str.join("\n"), pl.col("delivery").unique().sort())
    )
    return {held: said + "".join(partners.get(each, "") for each in deliveries) for held, said, deliveries in grouped.iter_rows()}


def _of_partners(cells: pl.DataFrame, sharing: pl.DataFrame) -> dict[int, str]:
    """For each delivery that counts, what counts of those that share ids with it: their rows may stand in place of its own."""
    counting = set(cells["delivery"].unique())
    found: dict[int, str] = {}
    for pair in sharing.sort("older", "newer").iter_rows():
        if counting.issuperset(pair):
            for one, other in (pair, pair[::-1]):
                held = cells.filter(delivery=other).select(pl.format("{}|{}|{}", "kommun", "period", "key").sort())
                found[one] = found.get(one, "") + f"\n{other}:" + _hash(held.to_series().to_list())
    return found


def of_figures(settings: Settings, counts: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """By bucket, for every bucket that has figures, from the fingerprints of the counts."""
    buckets = sorted({each for _, held in counts for each in (held, held[:4])})
    back = {(name.split(".")[0], months) for name, months in months_back(settings).items()}
    return {figure: _hash([figure, *sorted(_needed(counts, back, figure))]) for figure in buckets}


def _needed(counts: Mapping[tuple[str, str], str], back: Iterable[tuple[str, int | None]], figure: str) -> set[str]:
    own = {f"{dataset}|{held}|{said}" for (dataset, held), said in counts.items() if figure in (held, held[:4])}
    before = {
        f"{dataset}|{held}|{said}"
        for looked_at, months in back
        for (dataset, held), said in counts.items()
        if dataset == looked_at and reaches(held, figure, months)
    }
    return own | before


def _hash(said: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(said).encode()).hexdigest()
