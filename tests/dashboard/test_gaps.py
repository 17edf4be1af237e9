"""A county with a quarter missing, and one with one delivery only: pages say what is so and why, and charts have gaps."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from dashboard.areas import Areas
from dashboard.choices import read
from dashboard.context import Context
from dashboard.lookup import Lookup
from dashboard.pages import area, indicator, overview
from dashboard.router import explicit
from dashboard.shell import Page
from dashboard.tree import Element, find, h, text_of

MUNHALSA = ("ntandvard_tackning", "ntandvard_intyg", "mhb_onskas", "mhb_utford", "mhb_utford_av_intyg", "tandvard_utford")
MISSING = "2025-Q1"


def only(context: Context, kept: pl.Expr) -> Context:
    view = replace(context.lookup.view, figures=context.lookup.view.figures.filter(kept))
    return Context(context.settings, Areas(context.settings), Lookup(view))


@pytest.fixture(scope="module")
def gap(context: Context) -> Context:
    """Nobody's intyg for one quarter."""
    return only(context, ~(pl.col("indicator").is_in(MUNHALSA) & (pl.col("period") == MISSING)))


@pytest.fixture(scope="module")
def one(context: Context) -> Context:
    """One delivery of intyg, and no population."""
    counts = pl.col("indicator").is_in(MUNHALSA) & (pl.col("indicator") != "ntandvard_tackning")
    return only(context, counts & (pl.col("period") == "2025-Q3"))


def tree(made: Page) -> Element:
    return h.main(made.main)


def overview_of(address: str, context: Context) -> Element:
    return tree(overview.page(explicit(read(address), context), context))


def indicator_of(address: str, context: Context) -> Element:
    chosen = explicit(read(address), context)
    return tree(indicator.page(chosen.path.rpartition("/")[2], chosen, context))


def test_the_missing_quarter_says_so_and_compares_something_else(gap: Context) -> None:
    made = overview_of(f"/?period={MISSING}", gap)
    (answer,) = find(made, class_="answer digits")
    assert text_of(answer) == "Täckningsgrad N-tandvård saknas för första kvartalet 2025. Inget har levererats för perioden."
    (chosen,) = (option for option in find(make_select(made), tag="option") if option[1].get("selected"))
    assert text_of(chosen) != "Täckningsgrad N-tandvård"
    assert list(find(made, tag="diagram", id="karta"))
    assert "Inga siffror för perioden: täckningsgrad N-tandvård och munhälsobedömning utförd." in text_of(made)
    assert not [cell for cell in find(made, tag="td", class_="missing") if text_of(cell) != "saknas"]


def make_select(made: Element) -> Element:
    (select,) = find(made, tag="select", name="indikator")
    return select


def test_what_is_asked_for_and_missing_says_why(gap: Context) -> None:
    said = text_of(overview_of(f"/?period={MISSING}&indikator=mhb_onskas", gap))
    assert "Önskar munhälsobedömning går inte att visa.Inget har levererats för perioden. Välj ett annat mått." in said
    said = text_of(overview_of("/?period=2025-08&indikator=mhb_onskas", gap))
    assert "Måttet finns inte per månad. Välj ett annat mått." in said


def test_a_gap_in_time_is_a_gap_in_the_charts(gap: Context) -> None:
    made = indicator_of("/indikator/ntandvard_tackning?omrade=1440", gap)
    (trend,) = find(made, tag="diagram", id="utveckling")
    known = gap.lookup.periods("ntandvard_tackning", "quarter")
    at = gap.lookup.span("ntandvard_tackning", "quarter").index(MISSING)
    lines = [trace for trace in trend[1]["figure"]["data"] if trace["mode"] == "lines" and len(trace["y"]) > 2]
    assert len(lines) == 3
    assert all(trace["y"][at] is None and len(trace["y"]) == len(known) + 1 for trace in lines)
    (spark, *_) = find(overview_of("/", gap), class_="series")
    assert spark[1]["d"].count("M") == 2


def test_what_is_not_known_is_not_called_unbroken(gap: Context, context: Context) -> None:
    def lead(of: Context) -> str:
        chosen = explicit(read("/kommun/1440"), of)
        return text_of(next(find(tree(area.kommun("1440", chosen, of)), class_="lead digits")))

    assert "åtminstone sedan andra kvartalet 2025" in lead(gap)
    assert "åtminstone" not in lead(context).partition(".")[0]


def test_one_delivery_without_population(one: Context) -> None:
    made = overview_of("/", one)
    (answer,) = find(made, class_="answer digits")
    assert text_of(answer) == "Täckningsgrad N-tandvård saknas för tredje kvartalet 2025. Befolkningen är inte inläst."
    said = text_of(indicator_of("/indikator/ntandvard_tackning?period=2025-Q3", one))
    assert "Inga siffror än.Befolkningen är inte inläst." in said
    assert "Så räknas det" in said
    assert not list(find(indicator_of("/indikator/ntandvard_tackning?period=2025-Q3", one), tag="diagram"))
    kommun = text_of(tree(area.kommun("1440", explicit(read("/kommun/1440"), one), one)))
    assert "Ale: täckningsgrad N-tandvård saknas. Befolkningen är inte inläst." in kommun
    assert "Det finns inga siffror för andra kvartalet 2025 att jämföra med." in kommun
