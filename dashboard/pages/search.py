"""`/sok`: from a few typed letters to a kommun, a delregion, an indicator or another page."""

from __future__ import annotations

from typing import Final
from unicodedata import combining, normalize

from config import Settings
from dashboard.answers import Redirect
from dashboard.areas import Areas
from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.parts import head, lead
from dashboard.shell import MENU, Page
from dashboard.tree import Element, h
from metrics.indicators import INDICATORS
from swedish import in_order

_KINDS: Final = {"kommun": "kommun", "delregion": "delregion", "indikator": "mått", "sida": "sida"}
_PAGES: Final = {
    **{path: name for path, name in MENU if path != "/"},
    "/rakna": "Räkna på en månads betalning",
    "/oppna-data": "Öppna data",
    "/tillganglighet": "Tillgänglighet",
}
"""What is neither an area nor an indicator, by address; the calculator by what it does."""


def words(settings: Settings) -> tuple[str, ...]:
    """What the search field suggests: every name that leads somewhere."""
    return tuple(sorted({name for name, _, _ in _everything(settings)}, key=in_order))


def page(chosen: Choices, context: Context) -> Page | Redirect:
    """Straight to the only or the exact hit; else a list of hits."""
    wanted = _folded(chosen.query)
    every = _everything(context.settings)
    exact = [path for name, _, path in every if _folded(name) == wanted]
    hits = [hit for hit in every if wanted and wanted in _folded(hit[0])]
    if wanted and (len(exact) == 1 or len(hits) == 1):
        return Redirect(exact[0] if len(exact) == 1 else hits[0][2])
    title = f"Sökning: {chosen.query}" if chosen.query else "Sök"
    return Page(title, (head([("Översikt", "/"), ("Sök", "")], (), title, lead(_said(len(hits), chosen.query))), _list(hits)), said=title)


def _said(count: int, query: str) -> str:
    if not query:
        return "Skriv namnet på en kommun, en delregion, ett mått eller en sida."
    if not count:
        return "Ingen kommun, delregion, mått eller sida heter så. Pröva några bokstäver av namnet."
    return f"{count} träffar."


def _list(hits: list[tuple[str, str, str]]) -> Element:
    return h.ul([h.li(h.a(name, href=path), h.span(f" {_KINDS[kind]}", class_="quiet")) for name, kind, path in hits], class_="links")


def _everything(settings: Settings) -> list[tuple[str, str, str]]:
    areas = Areas(settings)
    found = [(area.name, "kommun", area.path) for area in areas.kommuner]
    for division in settings.divisions:
        to = f"?{parameter('division')}={division.id}" if division != settings.divisions[0] else ""
        found += [(f"{area.name} ({division.name.lower()})", "delregion", area.path + to) for area in areas.delregioner(division)]
    found += [(indicator.name, "indikator", f"/indikator/{indicator.id}") for indicator in INDICATORS.values()]
    return found + [(name, "sida", path) for path, name in _PAGES.items()]


def _folded(text: str) -> str:
    """Without case, spaces, hyphens and marks on letters, so that `goteborg` finds Göteborg."""
    letters = normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum() and not combining(letter))
