"""SCB's own tables of population -> the text columns of our own form.

Files saved from the Statistikdatabasen (csv, xlsx), PxWeb's csv answers and the one-year file of 2019 all have one row
per area, age and perhaps kön and civilstånd, and one column per year. Areas outside the county are left out and counted.
Source: contract, section 7; real files in tests/data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from config import Settings
from loaders import places
from loaders.ages import FOREIGN_RULES, is_total
from loaders.dataset import Foreign
from loaders.header import Header, plain
from loaders.problem import Finding, Unreadable
from loaders.table import Cells, Sheet, name_of

_YEAR = re.compile(r"(?:X|(?P<measure>.+)\s)?(?P<year>(?:19|20)\d{2})")
POPULATION = frozenset({"folkmangd", "befolkning", "antal", "be0101n1", "000007me"})
ROLES = {
    **dict.fromkeys(("region", "kommun", "kommuner", "omrade"), "kommun"),
    **dict.fromkeys(("alder", "age"), "alder"),
    **dict.fromkeys(("kon", "sex"), "kon"),
    **dict.fromkeys(("civilstand", "maritalstatus"), "civilstand"),
    **dict.fromkeys(("ar", "tid", "time", "year"), "ar"),
    **dict.fromkeys(("tabellinnehall", "contentscode"), "measure"),
}
_AGE = re.compile(r"\d+\+?(?:-\d+)?(?: år)?|totalt.*", re.IGNORECASE)
_KON = frozenset({"män", "kvinnor", "man", "kvinna", "men", "women"})
_CIVILSTAND = frozenset({"ogifta", "gifta", "skilda", "änkor/änklingar"})
_TOP_AGE = "100"  # SCB's one-year ages end there, and the last one holds everybody older too
DIVISIONS = ("kon", "civilstand")
HOW = "Hämta tabellen Folkmängd från Statistikdatabasen med kommuner som region, ålder i ettårsklasser och hela år."


@dataclass(frozen=True)
class Layout:
    """A header row of SCB's. `roles` says what each stub column holds, `years` which year each value column is for."""

    header: Header
    roles: Mapping[int, str]
    years: Mapping[int, str]


def from_sheets(sheets: Sequence[Sheet], settings: Settings) -> Foreign | None:
    """The table in our own form, or None for a file that is not SCB's. Raises `Unreadable` for a table of SCB's that will not do."""
    layout = find(sheets)
    return None if layout is None else read(layout, layout.header.sheet.body(layout.header.row), settings)


def find(sheets: Sequence[Sheet]) -> Layout | None:
    """The first header row of SCB's kind (the last stub cells, then years), or None. Raises `Unreadable` for another table of SCB's."""
    candidates = [layout for sheet in sheets for row, cells in sorted(sheet.head.items()) if (layout := _layout(sheet, row, cells))]
    if not candidates:
        return None
    best = max(candidates, key=lambda layout: (len(set(layout.roles.values()) & {"kommun", "alder"}), len(layout.years)))
    if not {"kommun", "alder"} <= set(best.roles.values()):
        raise Unreadable(Finding("fel_tabell", f"Det är en tabell med år i kolumnerna men utan region och ålder. {HOW}", best.header.row))
    return best


def _layout(sheet: Sheet, row: int, cells: Cells) -> Layout | None:
    named = {column: ROLES.get(plain(cell), "") for column, cell in cells.items() if cell.strip()}
    years = {column: match["year"] for column, cell in cells.items() if (match := _YEAR.fullmatch(cell.strip()))}
    header = Header(sheet, row, {})
    if not years or "ar" in named.values():
        return _long_layout(header, cells, named)
    first = min(years)
    if any(column > first and column not in years and cell.strip() for column, cell in cells.items()):
        return None  # a year in the midst of other things: a row of data
    stubs = {column: named.get(column, "") for column in range(first)}
    if not any(stubs.values()):
        if any(cells.get(column, "").strip() for column in stubs):
            return None
        stubs = _guessed(sheet.body(row), first)
    measures = {plain(match["measure"]) for column in years if (match := _YEAR.fullmatch(cells[column].strip())) and match["measure"]}
    if {"kommun", "alder"} <= set(stubs.values()) and not measures <= POPULATION:
        raise Unreadable(Finding("fel_tabell", f"Tabellen visar annat än folkmängd. {HOW}", row))
    return Layout(header, stubs, years)


def _long_layout(header: Header, cells: Cells, named: Mapping[int, str]) -> Layout | None:
    """PxWeb's other csv answers have the year in a column of its own, and then one column of numbers."""
    values = [column for column, cell in cells.items() if plain(cell) in POPULATION]
    if "region" in map(plain, cells.values()) and {"kommun", "alder", "ar"} <= set(named.values()) and len(values) == 1:
        return Layout(header, {column: role for column, role in named.items() if column != values[0]}, {values[0]: ""})
    return None


def _guessed(body: pl.DataFrame, width: int) -> dict[int, str]:
    """What stub columns without headings hold (SCB's xlsx has none), by what stands in them."""
    roles: dict[int, str] = {}
    for column in range(width):
        texts = {text.strip().casefold() for text in body[name_of(column)].drop_nulls() if text.strip()}
        roles[column] = _guess(texts)
    return roles


def _guess(texts: set[str]) -> str:
    if sum(_AGE.fullmatch(text) is not None for text in texts) * 2 > len(texts):
        return "alder"
    if texts & _KON:
        return "kon"
    return "civilstand" if texts & _CIVILSTAND else "kommun"


def read(layout: Layout, body: pl.DataFrame, settings: Settings) -> Foreign:
    """The table in our own form. Raises `Unreadable` when nothing in it is a kommun of the county."""
    _refuse_other_divisions(layout, body)
    stubs = {role: pl.col(name_of(column)) for column, role in layout.roles.items() if role and role != "measure"}
    table = body.with_columns(expression.str.strip_chars().replace("", None).alias(role) for role, expression in stubs.items())
    values = [name_of(column) for column in layout.years]
    has_value = pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in values).fill_null(value=False)
    # A note under the table fills one cell; a row of the table has a value, or lacks only that.
    table = table.filter(has_value | pl.all_horizontal(pl.col(role).is_not_null() for role in stubs))
    if layout.header.sheet.name is not None:  # in a workbook an area is written once, on the first of its rows
        table = table.with_columns(pl.col([role for role in stubs if role != "ar"]).forward_fill())
    long = pl.concat(_of_year(table, name_of(column), year) for column, year in layout.years.items())
    return own_form(long.sort("row", maintain_order=True), settings)


def _refuse_other_divisions(layout: Layout, body: pl.DataFrame) -> None:
    for column, role in layout.roles.items():
        texts = {plain(text) for text in body[name_of(column)].drop_nulls() if text.strip()}
        title = layout.header.title(column)
        if (role == "" and len(texts) > 1) or (role == "measure" and not texts <= POPULATION):
            raise Unreadable(Finding("fel_tabell", f"Kolumnen {title} delar upp folkmängden. {HOW}", layout.header.row, title))


def _of_year(table: pl.DataFrame, name: str, year: str) -> pl.DataFrame:
    dropped = pl.col([column for column in table.columns if column in {"row", "kommun", "alder", "ar", *DIVISIONS}])
    rows = table.select(dropped, antal=pl.col(name))
    return rows if "ar" in rows.columns else rows.with_columns(ar=pl.lit(year))


def own_form(table: pl.DataFrame, settings: Settings) -> Foreign:
    """Rows per area, age, year and perhaps kön and civilstånd -> own form. Raises `Unreadable` when no kommun is left."""
    texts = table["kommun"].unique().drop_nulls()
    names = places.by_name(settings)
    codes = {text: _code(text, settings, names) for text in texts}
    inside = [text for text, code in codes.items() if code]
    if not inside:
        message = f"Filen har inga kommuner i {settings.county.name} ({len(codes)} andra områden). {HOW}"
        raise Unreadable(Finding("inga_kommuner", message))
    rows = table.filter(pl.col("kommun").is_in(inside) | pl.col("kommun").is_null())
    ages = set(rows["alder"].drop_nulls())
    if _TOP_AGE in ages and not any("+" in age for age in ages):
        rows = rows.with_columns(pl.col("alder").replace(_TOP_AGE, f"{_TOP_AGE}+"))
    rows = rows.with_columns(pl.col("kommun").replace({text: codes[text] for text in inside}))
    return Foreign(_with_parts(rows), _left_out(len(codes) - len(inside), settings), FOREIGN_RULES)


def _left_out(areas: int, settings: Settings) -> tuple[str, ...]:
    return (f"{areas} områden utanför {settings.county.name} har utelämnats.",) if areas else ()


def _code(text: str, settings: Settings, names: Mapping[str, str]) -> str | None:
    """The kommunkod of `0114 Upplands Väsby`, a bare code or a bare name; None outside the county.

    A code with another kommun's name stays as it is, and is refused like any text that is no kommun.
    """
    first, _, name = text.partition(" ")
    if first in settings.kommuner:
        agree = not name.strip() or names.get(places.plain(name)) == first
        return first if agree else text
    return names.get(places.plain(text))


def _with_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Kön and civilstånd as one column `kon` of parts, so that both are summed away and a total beside its parts is seen."""
    divided = [name for name in DIVISIONS if name in rows.columns and rows[name].n_unique() > 1]
    columns = ["row", "kommun", "ar", "alder", "antal"]
    if not divided:
        return rows.select(columns)
    parts: Iterator[tuple[str, ...]] = rows.select(pl.col(divided).fill_null("")).iter_rows()
    kon = ["totalt" if any(is_total(part) for part in row) else " ".join(row) for row in parts]
    return rows.select(columns).with_columns(pl.Series("kon", kon, dtype=pl.String))
