"""Klarmarkering: whether a period is open, done or locked, who said so, and the forms that change it."""

from __future__ import annotations

from typing import Final

from dashboard.access import TOKEN_FIELD
from dashboard.plan_view import FILL, View
from dashboard.tree import Element, Node, h
from sql.plan_entries import DONE, LOCKED, OPEN
from swedish import capital, listed_shortly, period

STATE, UNLOCK = "lage", "oppna"
_TOLD: Final = {
    OPEN: "Uppföljningen kan fyllas i tills den klarmarkeras. Sedan kan inget i perioden ändras.",
    DONE: "Uppföljningen är färdig och inget i perioden kan ändras. Kommunen kan själv öppna den igen, tills den låses.",
    LOCKED: "Perioden är låst. Bara regionens förvaltning eller en administratör kan öppna den igen, med ett skäl.",
}


def section(view: View) -> Element:
    """The period's state and what may be done about it."""
    said = view.found.state_said
    head = h.div(h.h2("Klarmarkering", id="klart"), h.p(_TOLD[view.found.state]), class_="part-head")
    who = f", {view.who(said.by, said.at)}" if said else ""
    reason = f" Skäl: {said.reason}" if said and said.reason and not view.protected else ""
    state = h.p(h.b(f"{capital(period(view.found.period))} är {view.state_word}"), f"{who}.{reason}")
    return h.section(head, state, _missing(view), h.div(_forms(view), class_="plan-closing"), class_="part", aria_labelledby="klart")


def _missing(view: View) -> Element | None:
    missing = view.found.missing
    if not missing or view.found.state != OPEN:
        return None
    names = listed_shortly([measure.part.namn for measure in missing])
    return h.p(f"Utfall saknas för {names}. ", h.a("Fyll i", href=view.at(FILL)) if view.may_edit else None, class_="quiet")


def _forms(view: View) -> list[Node]:
    state = view.found.state
    if state == OPEN and view.may_edit:
        confirm = _confirm() if view.found.missing else None
        return [_form(view, DONE, "Klarmarkera perioden", confirm)]
    if state == DONE and view.may_edit:
        return [_form(view, OPEN, "Öppna perioden igen", None), _form(view, LOCKED, "Lås perioden", None)]
    if state == LOCKED and view.may_unlock:
        return [_form(view, OPEN, "Öppna den låsta perioden", _reason(), UNLOCK)]
    return []


def _form(view: View, state: str, words: str, extra: Element | None, way: str = STATE) -> Element:
    said = view.found.state_said
    hidden = {TOKEN_FIELD: view.token, "period": view.found.period, "lage": state, "sett": str(said.number if said else 0)}
    return h.form(
        [h.input(type="hidden", name=name, value=value, key=name) for name, value in hidden.items()],
        extra,
        h.button(words, class_="button"),
        key=f"{view.kommun.id} {view.found.period} {state}",
        action=f"{view.path}/{way}",
        method="post",
        class_="upload",
    )


def _confirm() -> Element:
    box = h.input(type="checkbox", name="anda", value="ja", required=True)
    return h.label(box, "Klarmarkera fast utfall saknas. De visas som saknade.", class_="check")


def _reason() -> Element:
    id_ = "oppna-skal"
    field = h.textarea(id=id_, name="skal", rows="2", required=True, maxlength="1000")
    return h.div(h.label("Skäl", for_=id_), field, class_="field")
