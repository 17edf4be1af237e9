"""What is shown can be taken along: as CSV, XLSX, PNG and SVG, and by its address."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Download, Page

from tests.browser.conftest import Server, Visit


def saved(page: Page, menu: str, entry: str, folder: Path) -> Path:
    """Open the menu, choose the entry, keep the file."""
    chosen = page.locator(menu)
    chosen.locator("summary").click()
    with page.expect_download() as waiting:
        chosen.locator("li > *", has_text=entry).first.click()
    download: Download = waiting.value
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


RANKING = "section:has(#rangordning) details.menu"


def test_csv_opens_in_a_swedish_excel_and_equals_the_figures(server: Server, visiting: Callable[..., Visit], tmp_path: Path) -> None:
    page = visiting(server.url).open("/indikator/ntandvard_tackning")
    path = saved(page, RANKING, "CSV", tmp_path)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 49
    expected = server.figures.filter(indicator="ntandvard_tackning", period="2025-Q3", area_kind="kommun")
    assert {row["Område"]: float(row["Värde"].replace(",", ".")) for row in rows} == dict(expected.select("area_name", "value").iter_rows())


def test_xlsx_equals_the_figures(server: Server, visiting: Callable[..., Visit], tmp_path: Path) -> None:
    page = visiting(server.url).open("/indikator/foljsamhet")
    path = saved(page, RANKING, "Excel (XLSX)", tmp_path)
    assert path.name.startswith("DEMODATA")
    book = load_workbook(path, read_only=True)
    cells = [cell for row in book["Siffror"].iter_rows(values_only=True) for cell in row]
    expected = server.figures.filter(indicator="foljsamhet", period="2025-Q3", area_kind="kommun").drop_nulls("value")
    for value in expected["value"]:
        assert any(isinstance(cell, float | int) and abs(cell - value) < 1e-9 for cell in cells)
    book.close()


def test_a_chart_as_png_and_svg(server: Server, visiting: Callable[..., Visit], tmp_path: Path) -> None:
    visit = visiting(server.url, scheme="dark")
    page = visit.open("/indikator/ntandvard_tackning?omrade=1440")
    visit.draw_charts()
    png = saved(page, RANKING, "PNG", tmp_path).read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) >= 1280
    svg = saved(page, RANKING, "SVG", tmp_path).read_text(encoding="utf-8")
    assert "ligger högst" in svg
    assert "DEMODATA" in svg
    assert "Källa:" in svg
    assert "@font-face" in svg
    assert "#12161a" not in svg  # a picture is in the light scheme, whatever the page is in


def test_the_link_to_the_same_figures_in_the_api(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url).open("/indikator/ntandvard_tackning")
    address = page.locator(f"{RANKING} a", has_text="API").get_attribute("href")
    answer = page.request.get(server.url + str(address)).json()
    assert len(answer["figures"]) == 49
    assert answer["metadata"]["demodata"] is True


def test_the_address_is_copied(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open("/?omrade=1440&period=2025-Q1")
    page.locator("details.menu", has_text="Dela").first.locator("summary").click()
    page.locator("button", has_text="Kopiera länk").click()
    page.wait_for_selector("text=Länken är kopierad.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
