"""What the public sees of a run: protected beside what has been published, found out once, and kept."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import public_figures
from config import Settings
from metrics import breakdowns, disclosure
from metrics.disclosure import Published, protect
from sql import publications, runs
from sql.publications import BREAKDOWNS, INTERNAL, PROTECTED, NewPublication
from sql.store import Store
from tests.metrics.counties import reports

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KOMMUNER = ("1401", "1440", "1441", "1462", "1480", "1489")
MONTHS = [f"2025-{month:02}" for month in range(1, 7)]


def counts(seed: int, changed: Mapping[tuple[str, str], int] | None = None) -> dict[tuple[str, str], int]:
    rng = random.Random(seed)
    return {(kommun, month): rng.randrange(12) for kommun in KOMMUNER for month in MONTHS} | dict(changed or {})


def run(settings: Settings, store: Store, figures: pl.DataFrame, number: int = 0) -> str:
    return runs.save(store, {"figures": figures}, as_of=None, now=NOON + timedelta(minutes=number), deliveries=[])


def publish(settings: Settings, store: Store, run_id: str, number: int = 0) -> None:
    frames = {
        INTERNAL: public_figures.computed(store, run_id, 2025),
        PROTECTED: public_figures.of_year(settings, store, run_id, 2025),
        BREAKDOWNS: public_figures.breakdowns_of_year(settings, store, run_id, 2025),
    }
    new = NewPublication(year=2025, run=run_id, note="", reason="", by="anna", now=NOON + timedelta(minutes=number))
    publications.publish(store, new, frames)


def test_every_year_of_a_run_is_protected_and_the_rows_stay_in_order(settings: Settings, store: Store) -> None:
    figures = pl.concat(
        reports(settings, {(kommun, month.replace("2025", year)): n for (kommun, month), n in counts(1).items()})
        for year in ("2024", "2025")
    ).sort("indicator", "area_kind", "area", "period_kind", "period")
    run_id = run(settings, store, figures)
    shown = public_figures.of_run(settings, store, run_id)
    assert_frame_equal(shown, protect(settings, figures))
    assert_frame_equal(
        shown.filter(pl.col("period") == "2025-02"), public_figures.of_year(settings, store, run_id, 2025).filter(period="2025-02")
    )


def test_what_is_hidden_is_found_out_once(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = run(settings, store, reports(settings, counts(2)))
    first = public_figures.of_run(settings, store, run_id)
    monkeypatch.setattr(disclosure, "proved", None)
    assert_frame_equal(public_figures.of_run(settings, store, run_id), first)
    another = settings.model_copy(update={"disclosure": settings.disclosure.model_copy(update={"threshold": 3})})
    with pytest.raises(TypeError):
        public_figures.of_run(another, store, run_id)


def test_what_is_hidden_among_some_indicators_is_found_out_once(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = reports(settings, counts(2))
    run_id, mine = run(settings, store, figures), sorted(figures["indicator"].unique())
    first = public_figures.of_year(settings, store, run_id, 2025, only=mine)
    assert_frame_equal(first, disclosure.proved(settings, figures, []))
    assert (first["status"] == disclosure.SUPPRESSED).any()
    monkeypatch.setattr(disclosure, "proved", None)
    assert_frame_equal(public_figures.of_year(settings, store, run_id, 2025, only=mine[::-1]), first)
    with pytest.raises(TypeError):
        public_figures.of_year(settings, store, run_id, 2025, only=[*mine, "another"])
    with pytest.raises(TypeError):
        public_figures.of_year(settings, store, run_id, 2025)


def test_a_run_that_is_as_published_looks_as_published(settings: Settings, store: Store) -> None:
    figures = reports(settings, counts(3))
    publish(settings, store, run(settings, store, figures))
    frozen = publications.frame(store, "2025-1", PROTECTED)
    again = run(settings, store, figures, 1)
    assert_frame_equal(public_figures.of_year(settings, store, again, 2025), frozen)
    publish(settings, store, again, 2)
    assert publications.frozen(store, "2025-2")[PROTECTED] == publications.frozen(store, "2025-1")[PROTECTED]


def test_a_late_delivery_is_protected_beside_what_was_published(settings: Settings, store: Store) -> None:
    """Each version by itself is safe; put together they would tell."""
    before, after = (reports(settings, counts(4, changed)) for changed in ({}, {("1440", "2025-01"): 7, ("1489", "2025-03"): 2}))
    first = Published(before, protect(settings, before))
    assert public_figures.findings(settings, [first, Published(after, protect(settings, after))])
    publish(settings, store, run(settings, store, before))
    late = run(settings, store, after, 1)
    shown = Published(after, public_figures.of_year(settings, store, late, 2025))
    assert not public_figures.findings(settings, [*public_figures.published(store, 2025), shown])
    by_then = public_figures.of_year(settings, store, late, 2025, by=NOON - timedelta(days=1))
    assert_frame_equal(by_then, protect(settings, after))


def by_step(figures: pl.DataFrame, parts: dict[str, int]) -> pl.DataFrame:
    """The county's reports of 2025, so many at each step."""
    whole = figures.filter(indicator="avvikelser", area="lan-14", period="2025")
    rows = [
        whole.select("indicator", "area_kind", "area", "area_name", "period_kind", "period", "unit", "complete").with_columns(
            dimension=pl.lit("steg"),
            category=pl.lit(step),
            category_name=pl.lit(step),
            numerator=pl.lit(float(count)),
            denominator=pl.lit(None, pl.Float64),
            value=pl.lit(float(count)),
            status=pl.lit("no_goal"),
        )
        for step, count in parts.items()
    ]
    return pl.concat(rows).select(pl.col(name).cast(kind) for name, kind in breakdowns.SCHEMA.items())


def test_breakdowns_are_protected_beside_the_editions_before(settings: Settings, store: Store) -> None:
    """The second edition would say that one report of the first was at step 3."""
    figures = reports(settings, counts(4))
    total = int(figures.filter(indicator="avvikelser", area="lan-14", period="2025")["numerator"].item())
    for number, high in enumerate((4, 5)):
        parts = by_step(figures, {"0": total - high, "3": high})
        frames = {"figures": figures, "breakdowns": parts}
        run_id = runs.save(store, frames, as_of=None, now=NOON + timedelta(minutes=number), deliveries=[])
        shown = public_figures.breakdowns_of_year(settings, store, run_id, 2025)
        assert set(shown["status"]) == {"suppressed"}
        assert_frame_equal(public_figures.breakdowns_of_run(settings, store, parts, public_figures.of_run(settings, store, run_id)), shown)
        assert_frame_equal(public_figures.computed_breakdowns(store, run_id, 2025), parts)
        publish(settings, store, run_id, number)
        assert_frame_equal(publications.frame(store, f"2025-{number + 1}", BREAKDOWNS), shown)


def test_an_edition_from_before_there_were_breakdowns_tells_nothing_of_them(settings: Settings, store: Store) -> None:
    run_id = run(settings, store, reports(settings, counts(5)))
    new = NewPublication(year=2025, run=run_id, note="", reason="", by="anna", now=NOON)
    publications.publish(store, new, {INTERNAL: public_figures.computed(store, run_id, 2025)})
    assert publications.optional_frame(store, "2025-1", BREAKDOWNS) is None
    assert public_figures.computed_breakdowns(store, run_id, 2025).is_empty()
