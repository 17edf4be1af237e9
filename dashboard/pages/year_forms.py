"""The forms of a year's page: publish an edition, note a decision. Plain HTML, every field with its label and its help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from dashboard.access import TOKEN_FIELD
from dashboard.areas import Areas
from dashboard.sections.year_files import places
from dashboard.tree import Children, Element, Node, h
from metrics.indicators import INDICATORS
from sql.publications import Publication

PUBLISH: Final = "publicera"
DECIDE: Final = "beslut"
_FOR_EVER: Final = "En publikation fryser årets siffror. Den kan ersättas av en ny utgåva, men aldrig ändras eller tas bort."
_DECISION: Final = "Ett par meningar. Skriv inga personuppgifter: texten står i rapporten och ändras aldrig."


def publish_form(year: int, token: str, *, again: bool, lacks: bool, said: Mapping[str, str] | None = None) -> Element:
    """The form that publishes the year. `again`: it has an edition already; `lacks`: a note is needed; `said`: what was written."""
    given = said or {}
    reason = _area("reason", "Skäl till en ny utgåva", given, "Lämnas det tomt nämns leveranserna som har kommit sedan förra utgåvan.")
    note_help = "Krävs, eftersom året inte är komplett. Den står i rapporten." if lacks else "Står i rapporten. Kan lämnas tom."
    button = "Publicera en ny utgåva" if again else f"Publicera {year}"
    return _form(
        f"/arsuppfoljning/{year}/{PUBLISH}",
        token,
        _area("note", "Anmärkning", given, note_help, required=lacks),
        reason if again else None,
        h.p(
            "En publikation fryser årets siffror. Den kan ersättas av en ny utgåva, men aldrig ändras eller tas bort.", class_="small quiet"
        ),
        h.button(button, class_="button"),
    )


def decision_form(publication: Publication, areas: Areas, token: str, today: date, said: Mapping[str, str] | None = None) -> Element:
    """The form that notes a decision to the publication."""
    given = said or {}
    indicators = [("", "Hela publikationen"), *((each.id, each.name) for each in INDICATORS.values())]
    everywhere = [("", "Alla områden"), (areas.county.id, areas.county.name), *places(areas)]
    period = given.get("period", "")
    return _form(
        f"/arsuppfoljning/{publication.year}/{DECIDE}",
        token,
        h.input(type="hidden", name="publication", value=publication.id),
        _area("text", "Beslut", given, _DECISION, required=True),
        h.div(
            _input("day", "Dag", "date", given.get("day", today.isoformat()), max=today.isoformat()),
            _choice("indicator", "Mått", indicators, given),
            _choice("area", "Område", everywhere, given),
            _input("period", "Period", "text", period, placeholder=str(publication.year), autocomplete="off"),
            class_="beside",
        ),
        h.button("Notera beslutet", class_="button"),
    )


def not_here(what: str) -> Element:
    """What stands in a form's place where the reader may not change anything."""
    why = "Servern kan nås av andra, och du är inte inloggad med rätt att göra det. Använd kommandot på servern."
    return h.div(h.b(what), h.p(why), class_="notice")


def _form(action: str, token: str, *content: Children) -> Element:
    return h.form(h.input(type="hidden", name=TOKEN_FIELD, value=token), content, action=action, method="post", class_="upload")


def _area(name: str, label: str, given: Mapping[str, str], help_: str, *, required: bool = False) -> Element:
    id_ = f"falt-{name}"
    box = h.textarea(
        given.get(name, "") or None, id=id_, name=name, rows="3", maxlength="2000", required=required, aria_describedby=f"{id_}-hjalp"
    )
    return h.div(h.label(label, for_=id_), box, h.p(help_, id=f"{id_}-hjalp", class_="small quiet"), class_="field")


def _choice(name: str, label: str, options: list[tuple[str, str]], given: Mapping[str, str]) -> Element:
    chosen = given.get(name, "")
    made = [h.option(words, value=value, selected=value == chosen) for value, words in options]
    return _field(name, label, h.select(made, id=f"falt-{name}", name=name))


def _input(name: str, label: str, type_: str, value: str, **more: str) -> Element:
    return _field(name, label, h.input(type=type_, id=f"falt-{name}", name=name, defaultValue=value, **more))


def _field(name: str, label: str, control: Node) -> Element:
    return h.div(h.label(label, for_=f"falt-{name}"), control, class_="field")
