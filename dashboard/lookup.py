"""A run's figures, found by indicator, area and period without touching a frame: what the pages are drawn from.

Each indicator is indexed when it is first asked for, so a page pays for what it shows and only once per run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

import polars as pl

import figuresio
import periods
from dashboard.snapshot import View
from metrics import breakdowns, comparison, signals

T = TypeVar("T")


class Figure(NamedTuple):
    """One row of the contract's `figures`."""

    indicator: str
    area_kind: str
    area: str
    area_name: str
    period_kind: str
    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    goal: float | None
    status: str
    complete: bool
    preliminary: bool
    agreement: str | None
    run: str

    @property
    def is_plain(self) -> bool:
        """Whether the value may be compared and judged: complete, and not missing or protected."""
        return self.status in ("met", "missed", "no_goal") and self.value is not None


class _Index:
    def __init__(self, rows: Iterable[Figure]) -> None:
        self.by_place: dict[tuple[str, str], Figure] = {}
        self.by_area: defaultdict[tuple[str, str], list[Figure]] = defaultdict(list)
        self.periods: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            self.by_place[row.area, row.period] = row
            self.by_area[row.area, row.period_kind].append(row)
            self.periods[row.period_kind].add(row.period)
        for series in self.by_area.values():
            series.sort(key=lambda figure: figure.period)


class Lookup:
    """The figures of one run as one reader may see them."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._frames = {str(key[0]): frame for key, frame in view.figures.partition_by("indicator", as_dict=True).items()}
        self._indexes: dict[str, _Index] = {}
        self._building = Lock()
        self._made: dict[tuple[Hashable, ...], object] = {}

    def figure(self, indicator: str, area: str, period: str) -> Figure | None:
        """The figure, or None where nobody has delivered anything for the indicator and period."""
        return self._index(indicator).by_place.get((area, period))

    def series(self, indicator: str, area: str, period_kind: str) -> list[Figure]:
        """The area's figures of one kind of period, oldest first."""
        return self._index(indicator).by_area.get((area, period_kind), [])

    def periods(self, indicator: str, period_kind: str) -> list[str]:
        """The periods of the kind that the indicator has figures for, oldest first."""
        return sorted(self._index(indicator).periods.get(period_kind, ()))

    def span(self, indicator: str, period_kind: str) -> list[str]:
        """Every period of the kind from the first to the last that the indicator has figures for: what a chart over time shows."""
        known = self.periods(indicator, period_kind)
        return list(periods.through(known[0], known[-1])) if known else []

    @cached_property
    def all_periods(self) -> list[str]:
        """Every period that some indicator has figures for."""
        return sorted(self.view.figures.get_column("period").unique().to_list())

    def frame(self, indicator: str) -> pl.DataFrame:
        """The indicator's rows of `figures`."""
        return self._frames.get(indicator, self.view.figures.clear())

    def breakdown(self, dimension: str, area: str, period: str) -> list[dict[str, Any]]:
        """What the figures are made of: rows of `breakdowns`, none where the reader may not see them or nothing falls in any."""
        return self._kept("breakdown", dimension, area, period, make=lambda: self._of_place(dimension, area, period))

    def _of_place(self, dimension: str, area: str, period: str) -> list[dict[str, Any]]:
        return self.view.breakdowns.filter(dimension=dimension, area=area, period=period).to_dicts()

    def process(self, indicator: str, area: str, period_kind: signals.PeriodKind) -> list[dict[str, Any]]:
        """The points of a process chart: rows of `metrics.signals.chart`."""
        return self._kept(
            "process", indicator, area, period_kind, make=lambda: _process(self.frame(indicator), indicator, area, period_kind)
        )

    def compared(self, indicator: str, period: str) -> list[dict[str, Any]]:
        """Every kommun against the county and the funnel: rows of `metrics.comparison.kommuner`."""
        return self._kept(
            "compared", indicator, period, make=lambda: comparison.kommuner(self.frame(indicator), indicator, period).to_dicts()
        )

    def latest(self, area: str) -> list[dict[str, Any]]:
        """What the newest sound month (stock: quarter) of each indicator says: rows of `metrics.signals.latest`."""
        return self._kept("latest", area, make=lambda: signals.latest(self._of_area(area)).to_dicts())

    def _of_area(self, area: str) -> pl.DataFrame:
        return self.view.figures.filter(pl.col("area") == area)

    def trends(self, indicator: str) -> dict[str, str]:
        """What the five-year trend says, by area."""
        return self._kept("trends", indicator, make=lambda: _by_area(signals.trends(self.frame(indicator))))

    def _kept(self, *key: Hashable, make: Callable[[], T]) -> T:
        """Made once per run and question, as statistics cost more than looking a figure up."""
        if key not in self._made:
            self._made[key] = make()
        return cast("T", self._made[key])

    def _index(self, indicator: str) -> _Index:
        if found := self._indexes.get(indicator):
            return found
        with self._building:
            if indicator not in self._indexes:
                frame = self._frames.get(indicator)
                rows = [] if frame is None else map(Figure._make, frame.select(Figure._fields).iter_rows())
                self._indexes[indicator] = _Index(rows)
            return self._indexes[indicator]


def _process(frame: pl.DataFrame, indicator: str, area: str, period_kind: signals.PeriodKind) -> list[dict[str, Any]]:
    return signals.chart(frame, indicator, area, period_kind).to_dicts()


def _by_area(trends: pl.DataFrame) -> dict[str, str]:
    return dict(trends.select("area", "sentence").iter_rows())


def nothing() -> Lookup:
    """No figures at all: what there is before the first run."""
    return Lookup(View("", datetime.min.replace(tzinfo=UTC), False, False, figuresio.empty(), breakdowns.empty()))
