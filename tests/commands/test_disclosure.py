"""Proving what a year gives away: the audit's command, and a publication that is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from sql import publications, runs
from sql.publications import INTERNAL, PROTECTED, NewPublication
from sql.store import open_store
from tests.conftest import settings_of
from tests.metrics.counties import reports
from tests.program import uppfoljning

ALE, LERUM, ALINGSAS = "1440", "1441", "1489"
MONTHS = ("2024-01", "2024-02", "2024-03")
COUNTS = dict(zip(((k, m) for k in (LERUM, ALINGSAS) for m in MONTHS), (2, 14, 9, 11, 6, 18), strict=True)) | {(ALE, m): 20 for m in MONTHS}
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """A real store with one run: reports of avvikelser as in statistics' hand case."""
    folder = tmp_path / "storage"
    settings = settings_of(folder)
    store = open_store(settings)
    runs.save(store, {"figures": reports(settings, COUNTS)}, as_of=None, now=NOON, deliveries=[])
    store.close()
    return folder


def publish_badly(storage: Path, hidden: tuple[str, str]) -> None:
    """As a faulty program would have: the small number hidden, and nothing else."""
    store = open_store(settings_of(storage))
    run = runs.current(store)
    assert run is not None
    figures = runs.frame(store, run.id, "figures")
    is_it = (pl.col("area") == hidden[0]) & (pl.col("period") == hidden[1]) & pl.col("numerator").is_not_null()
    public = figures.with_columns(
        *(pl.when(~is_it).then(name).alias(name) for name in ("numerator", "denominator", "value", "lower", "upper")),
        pl.when(is_it).then(pl.lit("suppressed")).otherwise("status").alias("status"),
    )
    new = NewPublication(year=2024, run=run.id, note="", reason="", by="fel", now=NOON)
    publications.publish(store, new, {INTERNAL: figures, PROTECTED: public})
    store.close()


def test_nothing_is_given_away(storage: Path) -> None:
    said = uppfoljning(storage, "audit-disclosure", "2024").stdout.splitlines()
    assert said[0].startswith("Körning ")
    assert said[-1] == "Inget skyddat tal går att räkna ut."
    told = json.loads(uppfoljning(storage, "audit-disclosure", "2024", "--json").stdout)
    assert (told["year"], told["threshold"], told["insiders"], told["recoverable"]) == (2024, 5, 49, [])
    by_indicator = {line["indicator"]: line for line in told["editions"][0]["indicators"]}
    assert all(line["rows"] == line["shown"] + line["primary"] + line["secondary"] for line in by_indicator.values())
    assert by_indicator["avvikelser"]["primary"] == 1
    assert by_indicator["avvikelser"]["secondary"] > 3


def test_what_is_given_away_is_named_without_the_number(storage: Path) -> None:
    publish_badly(storage, (LERUM, "2024-01"))
    refused = uppfoljning(storage, "audit-disclosure", "2024", expect=1)
    named = [line for line in refused.stdout.splitlines() if "kan räknas ut av" in line]
    assert "avvikelser, Lerum, januari 2024, i publikation 2024-1 kan räknas ut av vem som helst." in named
    told = json.loads(uppfoljning(storage, "audit-disclosure", "2024", "--json", expect=1).stdout)
    found = {(line["indicator"], line["area"], line["period"]): line for line in told["recoverable"]}
    assert set(found["avvikelser", LERUM, "2024-01"]) == {"edition", "indicator", "area", "period", "by"}


def test_a_publication_is_refused_when_it_would_give_away(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import metrics.disclosure

    monkeypatch.setattr(metrics.disclosure, "proved", lambda settings, figures, earlier: _only_primary(settings, figures))
    refused = uppfoljning(storage, "publish", "2024", "--note", "bara avvikelser", expect=1)
    assert "avvikelser, Lerum, januari 2024, i den nya publikationen kan räknas ut av vem som helst." in refused.stderr
    assert "Inget har publicerats." in refused.stderr
    assert refused.stdout == ""


def _only_primary(settings: object, figures: pl.DataFrame) -> pl.DataFrame:
    from metrics.disclosure import suppress
    from metrics.disclosure.primary import small_rows

    return suppress(figures, small_rows(settings, figures))  # type: ignore[arg-type]


def test_a_leak_of_the_past_stops_no_new_edition(storage: Path) -> None:
    publish_badly(storage, (LERUM, "2024-01"))
    assert uppfoljning(storage, "publish", "2024", "--note", "bara avvikelser", "--reason", "skyddet var fel").stdout == "2024-2\n"


def test_a_year_without_figures(storage: Path) -> None:
    assert "inga siffror för 2031" in uppfoljning(storage, "audit-disclosure", "2031", expect=1).stderr
