"""The forms that a nämndplan itself is changed with: one per part, behind its name, and one for each part that may be added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from dashboard.access import TOKEN_FIELD
from dashboard.plan_editing import BESIDE, FIELDS, NAMES, Field, as_texts, id_of, parts, seen_of
from dashboard.plan_view import View
from dashboard.tree import Element, Node, h
from metrics.indicators import INDICATORS

Beside: TypeAlias = tuple[str | None, str | None]
"""The names of the parts before and after one."""
CHANGE: Final = "andra"
INDICATOR_LIST: Final = "indikatornamn"
_NEW: Final = {
    "riktningsmal": "ett riktningsmål", "mal": "ett mål", "uppdrag": "ett uppdrag", "delsteg": "ett delsteg",
    "forbattring": "en förbättring", "matt": "ett mått", "budget": "ett område",
}  # fmt: skip
_ABOUT: Final = (
    "Varje ändring blir en ny version av hela planen, som syns i historiken. Byter en del namn följer det som har skrivits om den med, "
    "och ett måtts utfall ur filer också. Pilarna flyttar en del ett steg."
)


def sections(view: View) -> list[Node]:
    """Every part of the plan."""
    made = parts(view.stored.plan)
    head = {each.name: made[each.name] for each in FIELDS["plan"] if each.name in made}
    improvements = [*_all(view, "forbattring", "", made.get("forbattringar", ())), _new(view, "forbattring", "")]
    budget = [*_all(view, "budget", "", made["budget"]), _new(view, "budget", "")]
    return [
        indicators(),
        _section("planen", "Planen", _ABOUT, [_part(view, "plan", "", head, "Planen", open_=True)]),
        *(_direction(view, top, number, beside) for number, (top, beside) in enumerate(_with_beside(made["riktningsmal"]), 1)),
        _section("nytt-riktningsmal", "Nytt riktningsmål", "", [_new(view, "riktningsmal", "")]),
        *(_measures(view, area, group, number) for number, (area, group) in enumerate(made["verksamhetsmatt"].items(), 1)),
        _section("nytt-matt", "Nytt mått", "Skriv ett verksamhetsområde som finns, eller ett nytt.", [_new(view, "matt", None)]),
        _section("andra-forbattringar", "Förbättringar", "", improvements),
        _section("andra-budget", "Budget", "Tusen kronor. Summan räknas.", budget),
    ]  # fmt: skip


def indicators() -> Element:
    """What the fields for an indicator suggest."""
    return h.datalist([h.option(value=each.name) for each in INDICATORS.values()], id=INDICATOR_LIST)


def _direction(view: View, top: Mapping[str, Any], number: int, beside: Beside) -> Element:
    goals = [_part(view, "mal", top["namn"], each, each["namn"], _goal_measures(view, each), by) for each, by in _with_beside(top["mal"])]
    work = [_part(view, "uppdrag", top["namn"], each, each["namn"], _steps(view, each), by) for each, by in _with_beside(top["uppdrag"])]
    body = [
        _part(view, "riktningsmal", "", top, "Riktningsmålets namn och plats", beside=beside),
        h.h3("Mål"), *goals, _new(view, "mal", top["namn"]),
        h.h3("Uppdrag"), *work, _new(view, "uppdrag", top["namn"]),
    ]  # fmt: skip
    return _section(f"andra-riktning-{number}", top["namn"], "", body)


def _goal_measures(view: View, goal: Mapping[str, Any]) -> Element:
    under = f"mål: {goal['namn']}"
    return h.div(_all(view, "matt", under, goal.get("matt", ())), _new(view, "matt", under), class_="plan-substeps")


def _steps(view: View, work: Mapping[str, Any]) -> Element:
    return h.div(_all(view, "delsteg", work["namn"], work.get("delsteg", ())), _new(view, "delsteg", work["namn"]), class_="plan-substeps")


def _measures(view: View, area: str, group: list[Mapping[str, Any]], number: int) -> Element:
    return _section(f"andra-matt-{number}", f"Mått, {area}", "", [*_all(view, "matt", area, group), _new(view, "matt", area)])


def _all(view: View, kind: str, under: str, found: Any) -> list[Element]:
    return [_part(view, kind, under, each, each["namn"], beside=beside) for each, beside in _with_beside(found)]


def _with_beside(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Beside]]:
    """Each part with the names of the one before and the one after it; None at the ends."""
    names = [None, *(str(each["namn"]) for each in found), None]
    yield from zip(found, zip(names, names[2:], strict=False), strict=True)


def _section(id_: str, name: str, about: str, body: list[Element]) -> Element:
    head = h.div(h.h2(name, id=id_), h.p(about) if about else None, class_="part-head")
    return h.section(head, h.div(body, class_="plan-edit"), class_="part", aria_labelledby=id_)


def _part(
    view: View,
    kind: str,
    under: str,
    part: Mapping[str, Any],
    name: str,
    inside: Element | None = None,
    beside: Beside = (None, None),
    *,
    open_: bool = False,
) -> Element:
    item = "" if kind == "plan" else str(part["namn"])
    form = edit_form(view.path, view.token, view.year, kind, under, item, seen_of(part), as_texts(kind, part))
    details = h.details(h.summary(name, id=f"namn-{id_of(kind, under, item)}"), form, inside, open=open_)
    return h.div(details, _moving(view, kind, under, item, beside), class_="plan-row", key=f"{kind} {under} {item}")


def _moving(view: View, kind: str, under: str, item: str, beside: Beside) -> Element | None:
    """The buttons that change the part's place among its own kind; None for one that stands alone."""
    if beside == (None, None):
        return None
    hidden = {TOKEN_FIELD: view.token, "ar": view.year, "slag": kind, "post": item, "under": under}
    hidden |= {field: name for field, name in zip(BESIDE.values(), beside, strict=True) if name is not None}
    words = {"upp": ("\u2191", "Flytta upp"), "ned": ("\u2193", "Flytta ned")}
    buttons = [
        h.button(sign, id=f"{way}-{id_of(kind, under, item)}", name="gor", value=way, title=told, aria_label=f"{told}: {item}")
        if name is not None
        else h.span()
        for (way, (sign, told)), name in zip(words.items(), beside, strict=True)
    ]
    fields = [h.input(type="hidden", name=name, value=value, key=name) for name, value in hidden.items()]
    return h.form(fields, buttons, action=f"{view.path}/{CHANGE}", method="post", class_="plan-move", key=f"{beside}")


def _new(view: View, kind: str, under: str | None) -> Element:
    words = f"Lägg till {_NEW[kind]}"
    form = edit_form(view.path, view.token, view.year, kind, under, "", "", {})
    return h.details(h.summary(words, class_="button"), form, class_="plan-new", key=f"ny {kind} {under}")


def edit_form(path: str, token: str, year: str, kind: str, under: str | None, item: str, seen: str, texts: Mapping[str, str]) -> Element:
    """The form of one part. `under` None: its place is asked for; `item` empty: a new part."""
    base = f"e-{id_of(kind, under, item)}"
    hidden = {TOKEN_FIELD: token, "ar": year, "slag": kind, "post": item, "sett": seen} | ({} if under is None else {"under": under})
    asked = [_control(base, Field("under", "Verksamhetsområde", required=True), "")] if under is None else []
    whose = f"{NAMES[kind]}: {item}" if item else f"{NAMES[kind]}, {under}" if under else NAMES[kind]
    words = "Spara" if item or kind == "plan" else "Lägg till"
    remove = h.button("Ta bort", class_="button", name="gor", value="ta-bort", formnovalidate=True) if item else None
    return h.form(
        [h.input(type="hidden", name=name, value=value, key=name) for name, value in hidden.items()],
        h.fieldset(
            h.legend(whose, class_="unseen"),
            h.div(asked, [_control(base, each, texts.get(each.name, "")) for each in FIELDS[kind]], class_="plan-edit-fields"),
            h.div(h.button(words, class_="button", name="gor", value="spara"), remove, class_="plan-actions"),
        ),
        action=f"{path}/{CHANGE}",
        method="post",
        class_="plan-form",
        key=f"{base} {seen}",
    )  # fmt: skip


def _control(base: str, each: Field, text: str) -> Element:
    id_ = f"{base}-{each.name}"
    common: dict[str, Any] = {"id": id_, "name": each.name, "required": each.required}
    control: Element
    if each.kind == "yes":
        box = h.input(type="checkbox", id=id_, name=each.name, value="ja", defaultChecked=text == "ja")
        return h.div(h.label(box, each.label, class_="check"), class_="field")
    if each.kind == "choice":
        control = h.select([h.option(words, value=value, selected=value == text) for value, words in each.options], **common)
    elif each.kind in ("long", "lines"):
        control = h.textarea(text or None, rows="2" if each.kind == "long" else "1", **common)
    else:
        how = {"date": {"type": "date"}, "number": {"type": "text", "inputmode": "decimal"}}.get(each.kind, {"type": "text"})
        known = INDICATOR_LIST if each.kind == "indicator" else None
        control = h.input(defaultValue=text, autocomplete="off", list=known, **how, **common)
    is_wide = each.kind in ("long", "lines") or each.name == "namn"
    return h.div(h.label(each.label, for_=id_), control, class_="field wide" if is_wide else "field")
