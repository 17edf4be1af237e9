"""The answer to a plan's form where not all of it was saved: what is wrong or odd, or what another has written, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from config import Settings
from dashboard.access import TOKEN_FIELD
from dashboard.choices import Choices
from dashboard.parts import head, lead
from dashboard.plan_editing import FIELDS, Done, Wish
from dashboard.plan_saving import Answer, Form
from dashboard.plan_view import EDIT, PATH
from dashboard.sections.plan_edit import edit_form, indicators
from dashboard.sections.plan_fill import SAVE
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from namndplan import STATUSES

_LABELS: Final = {"utfall": "Utfall", "kommentar": "Kommentar", "status": "Läge", "prognos": "Prognos"}
_TITLES: Final = {"conflict": "Någon annan har skrivit här", "confirm": "Stämmer det?", "refused": "Inte sparat"}


def stopped(settings: Settings, kommun: str, told: Sequence[str], status: int) -> Page:
    """What was asked for was not done, and why."""
    title = "Det gick inte"
    words: Node = lead(told[0]) if len(told) == 1 else h.ul([h.li(sentence) for sentence in told], class_="dashes")
    onward = h.p(h.a("Till planen", href=f"{PATH}/{kommun}", class_="button"))
    return Page(title, (_head(settings, kommun, title, words), onward), menu=PATH, status=status)


def unsaved(settings: Settings, kommun: str, form: Form, answers: Sequence[Answer], token: str, back: str) -> Page:
    """The fields that were not saved, each with what was written and a way on; the saved ones are named."""
    left = [answer for answer in answers if answer.state != "saved"]
    title = _TITLES[next((answer.state for answer in left if answer.state in _TITLES), "refused")]
    saved = [_LABELS[answer.field].lower() for answer in answers if answer.state == "saved"]
    told = lead(f"{form.item}." + (f" Det andra är sparat ({', '.join(saved)})." if saved else ""))
    shown = [_field(kommun, form, answer, token) for answer in left]
    onward = h.p(h.a("Tillbaka utan att spara", href=back, class_="button"))
    return Page(title, (_head(settings, kommun, title, told), h.div(shown, onward, class_="stack")), menu=PATH)


def unchanged(settings: Settings, kommun: str, wish: Wish, done: Done, token: str) -> Page:
    """A change of the plan itself that was not made: what is wrong, or what another has made of the part, and the form as it was."""
    title = "Planen är inte ändrad" if done.theirs is None else "Någon annan har ändrat delen"
    told: Node = h.ul([h.li(sentence) for sentence in done.problems], class_="dashes") if done.problems else lead("Så här står den nu:")
    labels = {each.name: each.label for each in FIELDS.get(wish.kind, ())}
    theirs = [node for name, text in (done.theirs or {}).items() if text for node in (h.dt(labels[name]), h.dd(text))]
    path, seen = f"{PATH}/{kommun}", done.seen if done.theirs is not None else wish.seen
    again = None
    if wish.kind in FIELDS and not wish.move:
        again = edit_form(path, token, str(wish.year), wish.kind, wish.under, wish.item, seen, wish.texts)
    back = Choices(path, year=str(wish.year), view=EDIT).address
    mine = h.h2("Det du skrev") if again else None
    onward = h.p(h.a("Tillbaka utan att ändra", href=back, class_="button"))
    body = h.div(h.dl(theirs, class_="terms") if theirs else None, mine, again, indicators(), onward, class_="stack")
    return Page(title, (_head(settings, kommun, title, told), body), menu=PATH)


def _head(settings: Settings, kommun: str, title: str, words: Node) -> Element:
    name = settings.kommuner.get(kommun, kommun)
    return head([("Översikt", "/"), ("Nämndplaner", PATH), (name, f"{PATH}/{kommun}"), (title, "")], (), title, words)


def _field(kommun: str, form: Form, answer: Answer, token: str) -> Element:
    label = _LABELS.get(answer.field, answer.field)
    theirs = [h.p(h.b(f"Det står nu ({answer.by})"), class_="small"), h.p(answer.theirs or "(tomt)", class_="plan-told")]
    words = {"conflict": "Spara mitt", "confirm": "Spara ändå", "refused": "Spara"}[answer.state]
    return h.section(
        h.h2(label),
        h.p(answer.said),
        theirs if answer.state == "conflict" else None,
        _again(kommun, form, answer, token, label, words),
        class_="chart",
    )


def _again(kommun: str, form: Form, answer: Answer, token: str, label: str, words: str) -> Element:
    hidden: Mapping[str, str] = {
        TOKEN_FIELD: token,
        "slag": form.kind,
        "post": form.item,
        "period": form.period,
        "visad": form.shown or form.period,
        f"{answer.field}-sett": answer.seen,
        "bekrafta": "ja" if answer.state == "confirm" or form.confirmed else "",
    }
    return h.form(
        [h.input(type="hidden", name=name, value=value) for name, value in hidden.items()],
        h.div(
            h.label(f"{label}, ditt" if answer.state == "conflict" else label, for_=f"igen-{answer.field}"),
            _control(answer),
            class_="field",
        ),
        h.button(words, class_="button"),
        action=f"{PATH}/{kommun}/{SAVE}",
        method="post",
        class_="upload",
    )


def _control(answer: Answer) -> Element:
    if answer.field == "status":
        options = [h.option(each, value=each, selected=each == answer.mine) for each in STATUSES]
        return h.select(options, id=f"igen-{answer.field}", name=answer.field)
    if answer.field == "kommentar":
        return h.textarea(answer.mine or None, id=f"igen-{answer.field}", name=answer.field, rows="3")
    return h.input(id=f"igen-{answer.field}", name=answer.field, type="text", inputmode="decimal", defaultValue=answer.mine)
