"""The forms on the way to SKR: explain what a check found, approve, note that it was sent. Plain HTML, every field with its label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard import reader
from dashboard.access import TOKEN_FIELD
from dashboard.tree import Children, Element, h

PATH: Final = "/skr"
EXPLAIN: Final = "forklara"
SIGN: Final = "godkann"
SENT: Final = "skickad"
YEAR: Final = "ar"
Said = Mapping[str, str]
_NOTHING: Said = {}


def explain_form(year: int, check: str, token: str, said: Said = _NOTHING) -> Element:
    """Explains what the check, named by its id, has found."""
    id_ = f"forklaring-{check}"
    return _form(
        EXPLAIN,
        year,
        token,
        h.input(type="hidden", name="kontroll", value=check),
        _text(id_, "text", "Förklaring", said, "Skickas med i filen. Skriv inga personuppgifter."),
        _name(f"namn-{check}", said),
        h.button("Spara förklaringen", class_="button"),
    )


def sign_form(year: int, token: str, said: Said = _NOTHING) -> Element:
    """Approves the delivery."""
    return _form(
        SIGN,
        year,
        token,
        _name("namn-godkann", said),
        _text("kommentar", "kommentar", "Kommentar", said, "Skickas med i filen. Kan lämnas tom.", required=False),
        h.button(f"Godkänn leveransen för {year}", class_="button"),
    )


def sent_form(year: int, token: str, said: Said = _NOTHING) -> Element:
    """Notes to whom the approved files were sent."""
    help_ = h.p("Till exempel mottagarens namn eller funktion hos SKR.", id="till-hjalp", class_="small quiet")
    field = _input("till", "till", said, autocomplete="off", aria_describedby="till-hjalp")
    return _form(
        SENT,
        year,
        token,
        h.div(h.label("Skickad till", for_="till"), field, help_, class_="field"),
        _name("namn-skickad", said),
        h.button("Bokför som skickad", class_="button"),
    )


def not_here() -> Element:
    """What stands in a form's place where the reader may not change anything."""
    why = "Det kräver behörighet. Logga in, eller använd kommandot uppfoljning skr på servern."
    return h.div(h.b("Här går det bara att läsa."), h.p(why), class_="notice")


def _form(action: str, year: int, token: str, *content: Children) -> Element:
    hidden = [h.input(type="hidden", name=name, value=value) for name, value in ((TOKEN_FIELD, token), (YEAR, str(year)))]
    return h.form(hidden, content, action=f"{PATH}/{action}", method="post", class_="upload written")


def _name(id_: str, said: Said) -> Element:
    """Who does it: whoever has signed in does it in their own name."""
    if (person := reader.present()) and person.subject:
        return h.p("Du gör det som ", h.b(person.name), ".", class_="small quiet")
    return h.div(h.label("Ditt namn", for_=id_), _input(id_, "namn", said, autocomplete="name"), class_="field")


def _input(id_: str, name: str, said: Said, **more: str) -> Element:
    return h.input(type="text", id=id_, name=name, required=True, defaultValue=said.get(name, ""), maxlength="200", **more)


def _text(id_: str, name: str, label: str, said: Said, help_: str, *, required: bool = True) -> Element:
    described = f"{id_}-hjalp"
    area = h.textarea(said.get(name) or None, id=id_, name=name, rows="3", required=required, maxlength="2000", aria_describedby=described)
    return h.div(h.label(label, for_=id_), area, h.p(help_, id=described, class_="small quiet"), class_="field")
