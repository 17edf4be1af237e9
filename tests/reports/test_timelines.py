"""Lines over time in the report, where an agreement begins along them."""

from __future__ import annotations

from datetime import date

import pytest

from reports import timelines
from reports.book import Book, open_at
from tests.reports import form


@pytest.fixture(scope="module")
def book() -> Book:
    """The county's three years, as if the next agreement had begun with the last of them."""
    earlier, later = form.shipped().agreements
    moved = (
        earlier.model_copy(update={"valid_to": date(2024, 12, 31)}),
        later.model_copy(update={"valid_from": date(2025, 1, 1)}),
    )
    return open_at(form.shipped().model_copy(update={"agreements": moved}), form.internal(), "lan-14")


def test_a_line_is_cut_where_the_rule_is_another_and_says_what_is_new(book: Book) -> None:
    block = timelines.series(book, "foljsamhet", book.quarters(3), title="T", subtitle="S")
    assert block["breaks"] == [{"at": 8, "text": "Avtal 2027–2030", "cuts": True}]
    assert block["subtitle"] == "S. Hälso- och sjukvårdsavtalet 2027–2030: Villkoren är inte desamma: 6 är nya och 1 finns inte kvar."
    assert block["subtitle"] in block["alt"]


def test_a_line_that_no_rule_changes_goes_on(book: Book) -> None:
    block = timelines.series(book, "utskrivna", book.quarters(3), title="T", subtitle="S")
    assert [each["cuts"] for each in block["breaks"]] == [False]
    assert block["subtitle"] == "S"
