"""Pages made ahead: which, in what order, and once."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

import periods
from dashboard.ahead import Ahead, likely, neighbours
from dashboard.choices import Choices
from dashboard.context import Context
from metrics.indicators import INDICATORS

WAIT = 30


def test_wishes_come_true_newest_first(context: Context) -> None:
    made: list[str] = []
    begun, go_on = Event(), Event()

    def make(chosen: Choices, _: Context) -> None:
        made.append(chosen.path)
        if chosen.path == "/first":
            begun.set()
            go_on.wait(WAIT)

    ahead = Ahead(make)
    ahead.wish([Choices("/first")], context)
    assert begun.wait(WAIT)
    ahead.wish([Choices("/a"), Choices("/b")], context)
    ahead.wish([Choices("/c"), Choices("/a")], context)
    go_on.set()
    ahead.wait(WAIT)
    assert made == ["/first", "/c", "/a", "/a", "/b"]  # whoever makes them keeps them


def test_a_page_is_named_when_its_turn_comes(context: Context) -> None:
    named: list[str] = []
    go_on = Event()

    def wanted() -> Iterator[Choices]:
        for path in ("/a", "/b"):
            named.append(path)
            yield Choices(path)

    ahead = Ahead(lambda *_: go_on.wait(WAIT))
    ahead.wish([Choices("/first")], context)
    ahead.wish(wanted(), context)
    assert "/b" not in named
    go_on.set()
    ahead.wait(WAIT)
    assert named == ["/a", "/b"]


def test_a_page_that_fails_does_not_stop_the_others(context: Context, caplog: pytest.LogCaptureFixture) -> None:
    made: list[str] = []

    def make(chosen: Choices, _: Context) -> None:
        if chosen.path == "/bad":
            raise ValueError("made to fail")
        made.append(chosen.path)

    ahead = Ahead(make)
    ahead.wish([Choices("/bad"), Choices("/good")], context)
    ahead.wait(WAIT)
    assert made == ["/good"]
    assert "made to fail" in caplog.text


def test_a_new_run_makes_every_lists_and_areas_page(context: Context) -> None:
    paths = {chosen.path for chosen in likely(context)}
    assert {"/", "/kommun/1440", "/delregion/vs-simba"} <= paths
    assert len(paths) == 3 + len(INDICATORS) + 49 + 10


def test_the_neighbours_of_a_page_are_one_choice_away(context: Context) -> None:
    here = Choices("/indikator/foljsamhet", period="2025-Q2", division="kommunalforbund")
    near = list(neighbours(here, context))
    assert [chosen.period for chosen in near[:3]] in (["2025-Q1", "2025-Q3", "2024-Q4"], ["2025-Q3", "2025-Q1", "2024-Q4"])
    assert here.but(area="1440") in near
    assert all(chosen.path == here.path for chosen in near)
    assert len(near) == len(set(near)) == len(context.lookup.all_periods) - 1 + 49 + 10
    assert [periods.kind(chosen.period) for chosen in near[-3:]] != ["quarter"] * 3  # other kinds of periods last


def test_the_neighbours_of_a_kommun_are_the_other_areas(context: Context) -> None:
    near = list(neighbours(Choices("/kommun/1440", period="2025"), context))
    assert Choices("/kommun/1480", period="2025") in near
    assert Choices("/kommun/1440", period="2024") in near
    assert list(neighbours(Choices("/om"), context)) == []
