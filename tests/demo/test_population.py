"""The population that follows with the demo: SCB's numbers where they are real, a line between where they are not."""

from hypothesis import given
from hypothesis import strategies as st

from demo.population import read_population

POPULATION = read_population()


def test_the_known_totals() -> None:
    assert POPULATION.years() == (2019, 2025)
    assert len(POPULATION.read) == 49
    assert sum(POPULATION.adults(kommun, 2019) for kommun in POPULATION.read) == 1_249_596
    assert sum(POPULATION.everyone(kommun, 2019) for kommun in POPULATION.read) == 1_725_881
    assert sum(POPULATION.adults(kommun, 2025) for kommun in POPULATION.read) == 1_298_550
    assert sum(POPULATION.everyone(kommun, 2025) for kommun in POPULATION.read) == 1_777_794
    assert POPULATION.adults("1440", 2025) == 22_693


def test_the_ages_are_single_years_and_an_open_group() -> None:
    assert POPULATION.ages == (*map(str, range(24)), "24+")


@given(st.sampled_from(sorted(POPULATION.read)), st.integers(2019, 2025))
def test_a_year_between_lies_on_the_line(kommun: str, year: int) -> None:
    first, last, between = (POPULATION.by_age(kommun, y) for y in (2019, 2025, year))
    for a, b, c in zip(first, last, between, strict=True):
        assert abs(c - (a + (b - a) * (year - 2019) / 6)) <= 0.5


@given(st.sampled_from(sorted(POPULATION.read)), st.integers(1, 9))
def test_outside_the_known_years_nothing_is_made_up(kommun: str, years: int) -> None:
    assert POPULATION.by_age(kommun, 2025 + years) == POPULATION.by_age(kommun, 2025)
    assert not POPULATION.is_read(2025 + years)
