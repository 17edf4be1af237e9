"""The numbers in the page are the run's figures, and are written as Swedes write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl
import pytest

from metrics.indicators import INDICATORS
from tests.browser.conftest import Server, Visit
from tests.conftest import soak

QUARTER = "2025-Q3"
NUMBER = re.compile(r"−?\d{1,3}(\u00a0\d{3})*(,\d+)?")
COLUMNS = (
    "ntandvard_tackning",
    "mhb_utford",
    "dagar_snitt",
    "betalningsmanader",
    "betaldagar",
    "foljsamhet",
    "aterkoppling_dagar",
    "avvikelser_per_10000",
)
ROWS = "rows => rows.map(row => [...row.cells].map(cell => [cell.textContent, cell.querySelector('data')?.value ?? null]))"


def shown(text: str, value: float) -> bool:
    """Whether the text is the value, rounded to the text's own decimals."""
    match = NUMBER.search(text)
    if match is None:
        return False
    plain = match.group().replace("\u00a0", "").replace("−", "-").replace(",", ".")
    places = len(plain.partition(".")[2])
    return abs(Decimal(plain) - Decimal(value)) <= Decimal(1).scaleb(-places) / 2 + Decimal("1e-9") or Decimal(plain) == Decimal(
        value
    ).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def figure(server: Server, indicator: str, area: str, period: str) -> dict[str, object]:
    return server.figures.row(by_predicate=_is(indicator, area, period), named=True)


def _is(indicator: str, area: str, period: str) -> pl.Expr:
    named = (pl.col("area_name") == area) & (pl.col("area_kind") != "delregion")
    return named & (pl.col("indicator") == indicator) & (pl.col("period") == period)


def test_the_table_of_states_is_the_figures(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url).open("/")
    rows = page.locator(".weave tbody tr:not(.group)").evaluate_all(ROWS)
    assert len(rows) == 49
    for (name, _), *cells in rows:
        for indicator, (text, value) in zip(COLUMNS, cells, strict=True):
            expected = figure(server, indicator, name, QUARTER)
            assert (value is None) == (expected["value"] is None), (name, indicator)
            if value is not None:
                assert float(value) == expected["value"]
                assert shown(text, float(value)) or indicator == "betalningsmanader", (name, indicator, text, value)
            assert ("når inte målet" in text) == (expected["status"] == "missed")
            assert ("ofullständig" in text) == (expected["status"] == "incomplete")


@pytest.mark.parametrize("indicator", soak(("ntandvard_tackning", "foljsamhet", "avvikelser"), tuple(INDICATORS)))
def test_an_indicators_table_is_the_figures(server: Server, visiting: Callable[..., Visit], indicator: str) -> None:
    page = visiting(server.url).open(f"/indikator/{indicator}?period={QUARTER}")
    rows = page.locator("section:has(#rangordning) table tbody tr").evaluate_all(ROWS)
    if indicator == "betalningsbelopp":  # no amount is known for any of the years
        assert {value for _, *cells in rows for _, value in cells} == {None}
        return
    assert len(rows) == 49
    for (name, _), (text, value), *_ in rows:
        expected = figure(server, indicator, name, QUARTER)
        assert (None if value is None else float(value)) == expected["value"], name
        assert value is None or indicator == "betalningsmanader" or shown(text, float(value)), (name, text)


def test_a_kommuns_own_figures(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url).open("/kommun/1440")
    rows = page.locator(".versus tbody tr:not(.theme)").evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(0, 3).map(cell => cell.textContent))"
    )
    delivered = set(server.figures.filter(period=QUARTER)["indicator"])
    by_name = {indicator.name: indicator.id for indicator in INDICATORS.values() if indicator.id in delivered}
    assert {name for name, _, _ in rows} == set(by_name)
    for name, text, state in rows:
        expected = figure(server, by_name[name], "Ale", QUARTER)
        if expected["value"] is None:
            assert (text, state) in (("–", "saknas"), ("–", "skyddad"))
        else:
            assert shown(text, float(expected["value"])), (name, text)  # type: ignore[arg-type]


def test_no_number_is_written_the_english_way(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    for path in ("/", "/indikator/avvikelser_per_10000", "/kommun/1480"):
        said = "\n".join(visit.open(path).locator("data, td, .answer, .lead, .what, .foot").all_inner_texts())
        assert not re.search(r"\d\.\d", said), path
        assert not re.search(r"(?<!\d)-\d", said.replace("2025-", "")), path
        assert "nan" not in said.lower().split()
        assert "None" not in said
