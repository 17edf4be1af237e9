"""What the generators share: the story, the calendar, the people, each kommun's character, and chance that a seed decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import yaml

import periods
from config import KommunCode, Settings, Text, Value
from demo.population import Population, read_population

_FILE = Path(__file__).parent / "story.yaml"
# SCB publishes the population of 31 December in the second half of February.
DAYS_UNTIL_POPULATION = 53


class Coverage(Value):
    """Where the kommuner's share with N-intyg lies at the end, in percent."""

    lowest: float
    below: float
    above: float
    highest: float
    reached_by: int


class Pin(Value):
    """A part that the story gives to a kommun; units as in story.yaml."""

    coverage: float
    change: float
    mean_days: float
    shift: float


class Lacking(Value):
    """The area whose sender lacks a column in one quarter."""

    area: Text
    column: Text
    quarters_before_last: int


class NewClinic(Value):
    """The kommun where more get care from the last whole year on, and how many times as many."""

    kommun: KommunCode
    times: float


class Story(Value):
    """story.yaml."""

    first_quarter: Text
    first_population_year: int
    discharges_per_year: int
    coverage: Coverage
    pinned: dict[KommunCode, Pin]
    slow_kommuner: int
    shifted_kommuner: int
    lacking: Lacking
    new_clinic: NewClinic
    plan_kommuner: tuple[KommunCode, ...]


@dataclass(frozen=True)
class Scene:
    """One county at one day. `quarters` are whole and ended before `today`, oldest first."""

    settings: Settings
    story: Story
    population: Population
    seed: int
    today: date
    quarters: tuple[str, ...]
    population_years: tuple[int, ...]

    @property
    def kommuner(self) -> tuple[str, ...]:
        """Kommunkoder, in order: those of the settings whose population is known here."""
        return tuple(sorted(set(self.settings.kommuner) & set(self.population.read)))

    def chance(self, *what: object) -> Random:
        """The randomness for one thing: the same seed and the same thing give the same draws, whatever else is made."""
        return Random("|".join(map(str, (self.seed, *what))))  # noqa: S311 - invented data that must be repeatable

    def pick(self, count: int, *what: object) -> tuple[str, ...]:
        """Some kommuner that the story has not pinned, in order."""
        free = [kommun for kommun in self.kommuner if kommun not in self.story.pinned]
        return tuple(sorted(self.chance(*what).sample(free, min(count, len(free)))))

    def back(self, steps: int) -> str | None:
        """The quarter that lies so many steps before the last one, or None where the story is too short."""
        return self.quarters[-1 - steps] if steps < len(self.quarters) else None

    @property
    def last_whole_year(self) -> int:
        """The latest year that all the quarters of are told."""
        last = self.quarters[-1]
        return int(last[:4]) - (last != periods.quarters(last[:4])[-1])

    def months(self) -> tuple[str, ...]:
        """Every month of the story."""
        return tuple(month for quarter in self.quarters for month in periods.months(quarter))

    def whole_years(self) -> tuple[int, ...]:
        """Years that all four quarters of are told."""
        return tuple(sorted({int(quarter[:4]) for quarter in self.quarters if quarter.endswith("Q4")}))

    def population_year(self, day: date) -> int:
        """The year whose population counts on the day: the latest 31 December, or the latest that has been delivered."""
        wanted = day.year if (day.month, day.day) == (12, 31) else day.year - 1
        return min(wanted, self.population_years[-1]) if self.population_years else wanted


def _quarters(first: str, today: date) -> tuple[str, ...]:
    found = []
    quarter = first
    while periods.last_day(quarter) < today:
        found.append(quarter)
        quarter = periods.quarter_of(periods.last_day(quarter) + timedelta(days=1))
    return tuple(found)


def _population_years(story: Story, population: Population, today: date) -> tuple[int, ...]:
    years = range(story.first_population_year, population.years()[-1] + 1)
    return tuple(year for year in years if population_published(year) <= today)


def population_published(year: int) -> date:
    """The day when the population of 31 December of the year is delivered."""
    return date(year, 12, 31) + timedelta(days=DAYS_UNTIL_POPULATION)


def set_scene(settings: Settings, seed: int, today: date) -> Scene:
    """The county that the settings, the seed and the day give."""
    story = Story.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    population = read_population()
    return Scene(
        settings=settings,
        story=story,
        population=population,
        seed=seed,
        today=today,
        quarters=_quarters(story.first_quarter, today),
        population_years=_population_years(story, population, today),
    )
