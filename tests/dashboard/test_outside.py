"""`/nyckeltal` as trees: much, one year missing, nothing fetched, nothing chosen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config import Sources
from dashboard.answers import Redirect
from dashboard.choices import read
from dashboard.context import Context
from dashboard.pages import area, outside
from dashboard.shell import Page
from dashboard.tree import find, h, text_of
from sql.outside import Measure, Value, replace
from sql.store import Store

NOW = datetime(2026, 3, 2, 5, 20, tzinfo=UTC)
TEETH, CARE, SECRET = "U01414", "U21432", "N00000"


def page(address: str, context: Context, store: Store) -> Page:
    made = outside.making(context.settings, store)(read(address), context)
    assert isinstance(made, Page)
    return made


def said(made: Page) -> str:
    return text_of(h.main(made.main)).replace("\xa0", " ")


def rows(made: Page) -> list[list[str]]:
    found = [[text_of(cell).replace("\xa0", " ") for cell in row[2:]] for row in find(h.main(made.main), tag="tr")]
    return [[cell for cell in row if cell] for row in found]


@pytest.fixture
def fetched(store: Store) -> Store:
    """Ale's teeth are above the median by little; of care its newest year is missing; the third has no value at all."""
    teeth = [Value(TEETH, kommun, 2024, value, "") for kommun, value in (("1440", 72.14), ("1441", 72.11), ("1480", 60.0))]
    care = [
        Value(CARE, "1440", 2023, 1234.0, ""),
        Value(CARE, "1441", 2023, 2234.0, ""),
        Value(CARE, "1440", 2024, None, "Missing"),
        Value(CARE, "1441", 2024, 2000.0, ""),
    ]
    measures = [Measure(TEETH, "Bra tandhälsa, andel (%)"), Measure(CARE, "Hemsjukvård, antal"), Measure(SECRET, "Hemligt, andel (%)")]
    replace(store, measures, [*teeth, *care, Value(SECRET, "1440", 2024, None, "..")], now=NOW)
    return store


def test_the_newest_value_stands_beside_the_median_of_its_year(context: Context, fetched: Store) -> None:
    made = page("/nyckeltal/1440", context, fetched)
    assert "Ale har värden för två av tre nyckeltal." in said(made)
    assert "Mot länets median ligger Ale över i ett och under i ett." in said(made)
    assert "Källa: Kolada (RKA)" in said(made)
    assert "Hämtat 2 mars 2026, klockan 06.20" in said(made)
    table = rows(made)
    assert [f"Bra tandhälsa, andel (%) {TEETH}", "2024", "72,14", "72,11", "över", "3"] in table
    assert [f"Hemsjukvård, antal {CARE}", "2023", "1 234", "1 734", "under", "2"] in table
    assert [f"Hemligt, andel (%) {SECRET}", "inga värden för länets kommuner"] in table


def test_every_year_is_there_and_a_missing_one_says_why(context: Context, fetched: Store) -> None:
    table = rows(page("/nyckeltal/1440", context, fetched))
    at = table.index([f"Hemsjukvård, antal {CARE}"])
    assert table[at + 1 : at + 3] == [["Ale", "1 234", "saknas"], ["Länets median", "1 734", "2 000"]]


def test_a_kommun_without_a_value_still_sees_the_county(context: Context, fetched: Store) -> None:
    made = page("/nyckeltal/1499", context, fetched)
    assert "Falköping har värden för inget av tre nyckeltal." in said(made)
    assert [f"Bra tandhälsa, andel (%) {TEETH}", "2024", "saknas", "72,1", "–", "3"] in rows(made)


def test_the_county_shows_how_far_apart_its_kommuner_are(context: Context, fetched: Store) -> None:
    made = page("/nyckeltal", context, fetched)
    assert [f"Bra tandhälsa, andel (%) {TEETH}", "2024", "72,1", "60,0", "72,1", "3"] in rows(made)
    assert outside.making(context.settings, fetched)(read("/nyckeltal?omrade=1440"), context) == Redirect("/nyckeltal/1440")


def test_what_is_not_fetched_is_said(context: Context, store: Store) -> None:
    assert "Inga nyckeltal är hämtade än." in said(page("/nyckeltal/1440", context, store))
    none = context.settings.model_copy(update={"sources": Sources()})
    made = outside.making(none, store)(read("/nyckeltal"), context)
    assert isinstance(made, Page)
    assert "Nyckeltal från Kolada hämtas inte." in said(made)


@pytest.mark.parametrize("address", ["/nyckeltal/9999", "/nyckeltal/kf-gr"])
def test_a_kommun_that_is_none(context: Context, fetched: Store, address: str) -> None:
    assert page(address, context, fetched).status == 404


def test_a_kommuns_page_leads_there(context: Context) -> None:
    made = area.kommun("1440", read("/kommun/1440"), context)
    assert "/nyckeltal/1440" in {link[1].get("href") for link in find(h.main(made.main), tag="a")}
