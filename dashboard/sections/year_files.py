"""What a year can be downloaded as: the report for an area, the workbook, and every figure."""

from __future__ import annotations

from typing import Final

from dashboard.areas import Areas
from dashboard.choices import parameter
from dashboard.parts import Select
from dashboard.tree import Element, h
from sql.publications import Publication

INTERNAL: Final = "internt"
_FILES: Final = (
    ("arbetsbok.xlsx", "Arbetsbok (Excel)", "ett blad per tema, med definitioner"),
    ("siffror.csv", "Alla siffror (CSV)", "år, kvartal och månader; semikolon och decimalkomma"),
)
_ABOUT: Final = "Filerna är skyddade: små tal visas inte."
_DRAFT: Final = " De är märkta UTKAST, och ett skyddat utkast tar en stund att göra."


def section(path: str, shown: Publication | None, areas: Areas, *, inside: bool, class_: str) -> Element:
    """The part of the year's page whose address is `path`; `inside`: the reader may ask for a report that nobody has protected."""
    head = h.div(h.h2("Ladda ner"), h.p(_ABOUT + ("" if shown else _DRAFT)), class_="part-head")
    query = f"?{parameter('edition')}={shown.edition}" if shown else ""
    files = _FILES if shown else _FILES[:1]
    links = [h.li(h.a(name, href=f"{path}/{file}{query}", download=True), h.span(f" {what}", class_="quiet")) for file, name, what in files]
    body = h.div(_report(path, shown, areas, inside=inside), h.ul(links, class_="links"), class_="stack")
    return h.section(head, body, class_=class_, id="filer")


def _report(path: str, shown: Publication | None, areas: Areas, *, inside: bool) -> Element:
    selects = [Select(parameter("area"), "Rapport för", [("", areas.county.name), *places(areas)], "")]
    if inside:
        selects.append(Select(INTERNAL, "Små tal", [("", "Skyddas"), ("ja", "Visas: internt underlag")], ""))
    edition = h.input(type="hidden", name=parameter("edition"), value=str(shown.edition)) if shown else None
    send = h.button("Hämta rapporten (PDF)", class_="button")
    fields = [_select(each) for each in selects]
    return h.form(fields, edition, send, action=f"{path}/rapport.pdf", method="get", data_plain=True, class_="tools fields")


def _select(select: Select) -> Element:
    options = [h.option(words, value=value) for value, words in select.options]
    id_ = f"fil-{select.name}"
    return h.div(h.label(select.label, for_=id_), h.select(options, id=id_, name=select.name), class_="field")


def places(areas: Areas) -> list[tuple[str, str]]:
    """Every delregion with its division, and every kommun: id and name."""
    divisions = areas.settings.divisions
    delregioner = [(area.id, f"{area.name} ({each.name.lower()})") for each in divisions for area in areas.delregioner(each)]
    return [*delregioner, *((area.id, area.name) for area in areas.kommuner)]
