"""Open data as a machine meets it: the same figures in both formats, and a catalogue that an independent reader understands."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from io import BytesIO

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef
from rdflib.term import Literal as RdfLiteral
from rdflib.term import Node

import figuresio
from metrics.indicators import INDICATORS
from metrics.spans import of_year
from reports.measures import THEMES
from reports.opendata import BREAKDOWNS, CATALOGUE, NotProtectedError, Year, open_data
from reports.turtle import Iri, Literal, Resource, turtle
from tests.conftest import soak
from tests.reports import form

BASE = form.OPEN_DATA.base_url
SPDX = Namespace("http://spdx.org/rdf/terms#")
SERIES, IN_SERIES = (URIRef(f"http://www.w3.org/ns/dcat#{name}") for name in ("DatasetSeries", "inSeries"))  # rdflib knows DCAT 2
MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCAT.dataset),
    SERIES: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Distribution: (DCAT.accessURL, DCTERMS["format"]),
    FOAF.Agent: (FOAF.name,),
}
"""DCAT-AP-SE 3.0.1."""


YEARS = (2024, 2025)
ISSUED, MODIFIED = date(2026, 3, 2), date(2026, 5, 6)
RUN = "demo-20260316T000000Z-abcdef"
FILES = [(theme, year) for theme in THEMES for year in YEARS]


@cache
def figures(year: int) -> pl.DataFrame:
    return of_year(figuresio.with_run(form.protected(), RUN), year)


@cache
def parts(year: int) -> pl.DataFrame:
    return form.parts(year).with_columns(run=pl.lit(RUN))


def told() -> list[tuple[str, int]]:
    """Themes and years with figures, and the breakdowns of each year."""
    ids = {theme: [indicator.id for indicator in INDICATORS.values() if indicator.theme == theme] for theme in THEMES}
    themes = [(theme, year) for theme, year in FILES if not figures(year).filter(pl.col("indicator").is_in(ids[theme])).is_empty()]
    return [*themes, *((BREAKDOWNS, year) for year in YEARS)]


def years() -> dict[int, Year]:
    return {year: Year(figures(year), ISSUED, MODIFIED if year == max(YEARS) else ISSUED, parts(year)) for year in YEARS}


@cache
def files(*, is_demo: bool = False) -> dict[str, bytes]:
    return open_data(form.shipped(), form.OPEN_DATA, years(), is_demo=is_demo)


@cache
def graph(*, is_demo: bool = False) -> Graph:
    return Graph().parse(data=files(is_demo=is_demo)[CATALOGUE], format="turtle")


def test_each_theme_and_year_has_its_two_files() -> None:
    assert set(files()) == {CATALOGUE, *(f"{theme}-{year}.{ending}" for theme, year in told() for ending in ("csv", "parquet"))}


@pytest.mark.parametrize(("theme", "year"), FILES)
def test_the_files_hold_the_themes_figures_of_the_year(theme: str, year: int) -> None:
    ids = [indicator.id for indicator in INDICATORS.values() if indicator.theme == theme]
    expected = figuresio.select(figures(year), ids)
    if expected.is_empty():
        assert not any(name.startswith(theme) for name in files())
        return
    assert pl.read_parquet(BytesIO(files()[f"{theme}-{year}.parquet"])).equals(expected)
    assert files()[f"{theme}-{year}.csv"] == figuresio.to_csv(expected)


@pytest.mark.parametrize("year", YEARS)
def test_the_breakdowns_of_a_year_are_the_countys(year: int) -> None:
    assert set(parts(year)["area"]) == {"lan-14"}
    assert pl.read_parquet(BytesIO(files()[f"fordelningar-{year}.parquet"])).equals(parts(year))
    assert files()[f"fordelningar-{year}.csv"] == figuresio.to_csv(parts(year))


@pytest.mark.parametrize("kind", MANDATORY)
def test_the_profiles_mandatory_properties_are_there(kind: URIRef) -> None:
    things = list(graph().subjects(RDF.type, kind))
    each = {
        DCAT.Catalog: 1,
        FOAF.Agent: 1,
        SERIES: len({theme for theme, _ in told()}),
        DCAT.Dataset: len(told()),
        DCAT.Distribution: 2 * len(told()),
    }
    assert len(things) == each[kind]
    for thing in things:
        for property_ in MANDATORY[kind]:
            assert list(graph().objects(thing, property_)), (thing, property_)


def test_everything_that_is_pointed_at_is_described() -> None:
    ends = ((IN_SERIES, SERIES), (DCAT.distribution, DCAT.Distribution), (DCTERMS.publisher, FOAF.Agent))
    for property_, kind in ends:
        assert set(graph().objects(None, property_)) == set(graph().subjects(RDF.type, kind))
    described = {thing for kind in (DCAT.Dataset, SERIES) for thing in graph().subjects(RDF.type, kind)}
    assert set(graph().objects(None, DCAT.dataset)) == described


def test_a_corrected_year_says_when_and_moves_nothing_else() -> None:
    told = {str(thing).rsplit("-", 1)[1]: {str(day) for day in graph().objects(thing, DCTERMS.modified)} for thing in datasets()}
    assert told == {"2024": {"2026-03-02"}, "2025": {"2026-05-06"}}
    assert {
        str(day)
        for kind in (DCAT.Catalog, SERIES)
        for thing in graph().subjects(RDF.type, kind)
        for day in graph().objects(thing, DCTERMS.issued)
    } == {"2026-03-02"}


def datasets() -> list[Node]:
    return list(graph().subjects(RDF.type, DCAT.Dataset))


def test_a_distribution_says_licence_format_size_and_checksum() -> None:
    for thing in graph().subjects(RDF.type, DCAT.Distribution):
        name = str(thing).rsplit("/", 1)[1]
        assert _one(thing, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
        assert _one(thing, DCAT.accessURL) == URIRef(f"{BASE}/{name}")
        assert str(_one(thing, DCTERMS["format"])).rsplit("/", 1)[1] == name.rsplit(".", 1)[1].upper()
        assert int(str(_one(thing, DCAT.byteSize))) == len(files()[name])
        assert str(_one(_one(thing, SPDX.checksum), SPDX.checksumValue)).lower() == hashlib.sha256(files()[name]).hexdigest()


def _one(thing: Node, property_: URIRef) -> Node:
    (found,) = graph().objects(thing, property_)
    return found


def test_titles_are_short_and_in_two_languages() -> None:
    """docs/recommendations.md of the profile: fewer than ten words without the publisher; a year only where it tells two apart."""
    for kind in (DCAT.Catalog, SERIES, DCAT.Dataset):
        for thing in graph().subjects(RDF.type, kind):
            titles = [title for title in graph().objects(thing, DCTERMS.title) if isinstance(title, RdfLiteral)]
            assert {title.language for title in titles} == {"sv", "en"}
            assert all(len(title.split()) < 10 and "Västra Götaland" not in title for title in titles)
            assert all(title[-4:].isdecimal() == (kind == DCAT.Dataset) for title in titles)


def test_the_time_covered_is_that_of_the_figures() -> None:
    def span(thing: Node) -> tuple[str, str]:
        (period,) = graph().objects(thing, DCTERMS.temporal)
        return str(graph().value(period, DCAT.startDate)), str(graph().value(period, DCAT.endDate))

    for thing in datasets():
        year = str(thing).rsplit("-", 1)[1]
        assert span(thing) == (f"{year}-01-01", f"{year}-12-31")
    assert {span(thing) for thing in graph().subjects(RDF.type, SERIES)} == {("2024-01-01", "2025-12-31")}


def test_a_demo_says_so() -> None:
    for kind in (DCAT.Catalog, DCAT.Dataset):
        for thing in graph(is_demo=True).subjects(RDF.type, kind):
            assert all(str(title).startswith("DEMODATA: ") for title in graph(is_demo=True).objects(thing, DCTERMS.title))
    assert b"DEMODATA" in files(is_demo=True)["munhalsa-2025.parquet"]
    assert files(is_demo=True)["munhalsa-2025.csv"] == files()["munhalsa-2025.csv"]
    assert b"DEMODATA" not in files()[CATALOGUE]


def test_unprotected_figures_never_leave() -> None:
    shown = {2025: Year(figuresio.with_run(form.frames()["figures"], "r"), ISSUED, ISSUED)}
    with pytest.raises(NotProtectedError, match="inte skyddade"):
        open_data(form.shipped(), form.OPEN_DATA, shown, is_demo=False)


def test_the_same_figures_give_the_same_bytes() -> None:
    assert open_data(form.shipped(), form.OPEN_DATA, years(), is_demo=False) == files()


@settings(max_examples=soak(50, 1000), deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    made = turtle({"e": "https://example.org/"}, [Resource(Iri("https://example.org/x"), "e:T", [("e:p", Literal(text, "sv"))])])
    assert [str(each) for each in Graph().parse(data=made, format="turtle").objects(None, URIRef("https://example.org/p"))] == [text]


@pytest.mark.parametrize("address", ["no scheme", "https://a b", 'https://a"b', "https://a>b", "https://a\nb", "https://a\\b"])
def test_an_address_that_would_end_early_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an IRI"):
        Iri(address)
