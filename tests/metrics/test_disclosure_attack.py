"""The attacker of the tests, which shares nothing with protection and audit, on random sparse counties and on several editions."""

from __future__ import annotations

import random

import polars as pl
import pytest

from config import Settings, load_settings
from metrics.disclosure import Published, audit, proved, suppress
from metrics.disclosure.primary import small_rows
from metrics.disclosure.shown import is_for_county_years
from tests.conftest import SHIPPED, soak
from tests.metrics.attacker import attack
from tests.metrics.counties import Density, county, editions

NEIGHBOURS = ("1401", "1440", "1441", "1462", "1480", "1489", "1490")  # of two kf-, four vs-, and Lilla Edet, which has none


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load_settings(SHIPPED, {})


def sparse(rng: random.Random) -> Density:
    return Density(rng.choice((0.7, 2.0, 6.0)), rng.choice((0.3, 1.0, 3.0)), rng.choice((3.0, 8.0, 20.0)))


def of_2025(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.filter(pl.col("period").str.slice(0, 4) == "2025", pl.col("numerator").is_not_null())


def first_quarter(figures: pl.DataFrame) -> pl.DataFrame:
    """Three months and their quarter: a small county's share of what an attacker has to go through."""
    return of_2025(figures).filter(pl.col("period").is_in(["2025-01", "2025-02", "2025-03", "2025-Q1"]))


@pytest.mark.parametrize("seed", soak(range(2), range(100)))
def test_nothing_is_recovered_in_a_sparse_county(shipped: Settings, seed: int) -> None:
    rng = random.Random(seed)
    kommuner = rng.sample(NEIGHBOURS if seed % 2 else list(shipped.kommuner), 4)
    made = county(shipped, seed, sparse(rng), kommuner=sorted(kommuner), absent=rng.choice((0.0, 0.05)))
    figures = soak(first_quarter, of_2025)(made)
    public = proved(shipped, figures)
    assert attack(shipped, [Published(figures, public)]) == {}
    assert audit(shipped, figures, public) == []
    assert public.filter(pl.col("status") != "suppressed").height > 0


@pytest.mark.parametrize("seed", soak(range(1), range(20)))
def test_the_attacker_and_the_audit_find_what_is_only_hidden_by_itself(shipped: Settings, seed: int) -> None:
    """Both must be able to find something, or their silence would say nothing."""
    made = first_quarter(county(shipped, seed, Density(), kommuner=NEIGHBOURS))
    figures = made.filter(~pl.col("indicator").is_in([i for i in made["indicator"].unique() if is_for_county_years(i)]))
    only_primary = suppress(figures, small_rows(shipped, figures))
    attacked = attack(shipped, [Published(figures, only_primary)])
    found = {(f.edition, f.indicator, f.area, f.period): f.insider for f in audit(shipped, figures, only_primary)}
    assert len(attacked) > 20
    assert {place for place, by in attacked.items() if by is None} <= found.keys()


@pytest.mark.parametrize("seed", soak([2], range(30)))
def test_nothing_is_recovered_from_two_editions(shipped: Settings, seed: int) -> None:
    """Rows and answers come late, and counts are corrected; what was shown before cannot be taken back."""
    assert_nothing_from(shipped, seed, 2)


@pytest.mark.parametrize("seed", soak([1], range(5)))
def test_nothing_is_recovered_from_ten_editions(shipped: Settings, seed: int) -> None:
    assert_nothing_from(shipped, seed, soak(3, 10))


def assert_nothing_from(settings: Settings, seed: int, count: int) -> None:
    rng = random.Random(seed)
    kommuner = sorted(rng.sample(NEIGHBOURS, rng.randint(3, 4)))
    published: list[Published] = []
    for made in editions(settings, seed, sparse(rng), count, kommuner, late=soak(0.3, 0.04)):
        figures = soak(first_quarter, of_2025)(made)
        public = proved(settings, figures, published)
        assert audit(settings, figures, public, published) == []
        published.append(Published(figures, public))
    assert not published[0].figures.equals(published[-1].figures)
    assert attack(settings, published) == {}
