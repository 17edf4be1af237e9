"""The forms that a nämndplan is followed up with: one small form per part, which works without script and saves itself with it.

Each field carries the version that its reader saw; what is written meanwhile by another is never overwritten unseen
(sql.plan_entries). Drafts and saving as a field is left are assets/plan.js's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import periods
from dashboard.access import TOKEN_FIELD
from dashboard.plan_view import View, seen, token_of
from dashboard.plan_words import KIND_WORDS, goal_words, origin_words, written
from dashboard.states import STATES
from dashboard.tree import Element, Node, h
from metrics.plan_values import BudgetLine, GoalView, Measure, Outcome, Said, Work
from namndplan import STATUSES
from sql.plan_entries import Version
from swedish import amount, capital, day, number, period, period_short, plain

SAVE: Final = "spara"
LONGEST: Final = 4000
"""Letters in a comment."""


def parts(view: View) -> list[Node]:
    """Every form of the plan, in the order that a person works: measures, uppdrag, förbättringar, money."""
    made = [_measures(view, name, group, number) for number, (name, group) in enumerate(view.found.groups, 1)]
    work = [_work(view, each) for direction in view.found.directions for each in direction.work]
    goals = [_goal(view, goal) for direction in view.found.directions for goal in direction.goals]
    improvements = [_work(view, each) for each in view.found.improvements]
    sections = [
        _section("matt", "Mått", "Skriv utfallet och, om det behövs, en kommentar. Det du skriver sparas när du lämnar fältet.", made),
        _section("uppdrag", "Uppdrag", "Hur det står till nu. Läget gäller tills ett nytt anges.", work),
        _section("mal", "Mål", "En kommentar om hur det går, om det finns något att säga.", goals),
        _section("forbattringar", "Förbättringar", "", improvements),
        _section("budget", "Budget", "Tusen kronor. Prognosen är för hela året, utfallet till och med periodens slut.", _money(view)),
    ]
    return [section for section in sections if section]


def _section(id_: str, name: str, about: str, forms: Sequence[Element]) -> Element | None:
    if not forms:
        return None
    head = h.div(h.h2(name, id=f"fyll-{id_}"), h.p(about) if about else None, class_="part-head")
    return h.section(head, h.div(forms, class_="plan-forms"), class_="part", aria_labelledby=f"fyll-{id_}")


# ---- Measures -------------------------------------------------------------------------------------------------------------------


def _measures(view: View, name: str, measures: Sequence[Measure], number: int) -> Element:
    forms: list[Element] = []
    for measure in measures:
        forms += [_outcome(view, measure, outcome) for outcome in measure.due] or [_not_now(view, measure)]
    return h.section(h.h3(name, id=f"grupp-{number}"), forms, class_="plan-group", aria_labelledby=f"grupp-{number}")


def _not_now(view: View, measure: Measure) -> Element:
    kind = KIND_WORDS[measure.kind]  # never a month: one ends in every period
    why = f"Följs per {kind}, och inget {kind} slutar under {period(view.found.period)}."
    return h.div(h.h4(measure.part.namn), h.p(why, class_="quiet small"), class_="plan-form")


def _outcome(view: View, measure: Measure, outcome: Outcome) -> Element:
    which = "" if outcome.period == view.found.period else f", {period_short(outcome.period)}"
    title = measure.part.namn + which
    item, at = measure.part.namn, outcome.period
    comment = _comment(view, "matt", item, at, outcome.comment, outcome.comment_said)
    if measure.fills_itself:
        value = amount(outcome.value, measure.unit) if outcome.value is not None else STATES[outcome.state].word
        told = h.p(h.b(value), " räknas ur leveranserna.", class_="small")
        return _form(view, "matt", item, at, title, _about(measure, outcome), [told, comment])
    if periods.last_day(at) >= view.today:
        why = h.p(f"Kan fyllas i efter {day(periods.last_day(at))}.", class_="small quiet")
        return _form(view, "matt", item, at, title, _about(measure, outcome), [why, comment])
    text = "" if outcome.value is None else plain(outcome.value)
    unit = {"": "", "antal": "antal"}.get(measure.unit, measure.unit)
    label = f"Utfall, {unit}" if unit else "Utfall"
    where = origin_words(outcome)
    return _form(view, "matt", item, at, title, _about(measure, outcome), [
        _number(view, "matt", item, at, "utfall", label, text, seen(outcome.said, outcome), where), comment,
    ])  # fmt: skip


def _about(measure: Measure, outcome: Outcome) -> str:
    goal = goal_words(measure, outcome)
    earlier = [each for each in measure.series if each.period < outcome.period and each.value is not None]
    before = f"Före: {amount(earlier[-1].value or 0, measure.unit)} ({period_short(earlier[-1].period)})." if earlier else ""
    return " ".join(filter(None, (f"Mål: {goal}." if goal else "", before)))


# ---- Work, goals, money ---------------------------------------------------------------------------------------------------------


def _work(view: View, work: Work) -> Element:
    due = f"Klart senast {day(work.due)}." if work.due else ""
    late = "Försenad. " if work.late else ""
    steps = [_step(view, step) for step in work.steps]
    at = view.found.period
    fields = [_status(view, work), _comment(view, work.kind, work.item, at, work.comment, work.comment_said)]
    form = _form(view, work.kind, work.item, at, work.part.namn, late + due, fields)
    return h.div(form, h.div(steps, class_="plan-substeps")) if steps else form


def _step(view: View, step: Work) -> Element:
    late = "Försenat. " if step.late else ""
    due = f"Klart senast {day(step.due)}." if step.due else ""
    return _form(view, "delsteg", step.item, view.found.period, f"Delsteg: {step.part.namn}", late + due, [_status(view, step)])


def _status(view: View, work: Work) -> Element:
    here = work.status_said if work.said_now else None
    id_ = _id(work.kind, work.item, view.found.period, "status")
    draft = view.drafts.get(view.place(view.found.period, work.kind, work.item, "status"))
    options = [h.option(status, value=status, selected=status == work.status) for status in STATUSES]
    field = h.select(options, id=id_, name="status", data_field="status", data_draft=draft, aria_describedby=f"{id_}-sagt")
    return _field(id_, "Läge", field, "status", seen(here), written(work.status_said))


def _goal(view: View, goal: GoalView) -> Element:
    at, name = view.found.period, goal.part.namn
    return _form(view, "mal", name, at, name, "", [_comment(view, "mal", name, at, goal.comment, goal.comment_said)])


def _money(view: View) -> list[Element]:
    return [_area(view, line) for line in view.found.budget]


def _area(view: View, line: BudgetLine) -> Element:
    at, fields = view.found.period, []
    for name, label, value in (("prognos", "Prognos för året, tkr", line.forecast), ("utfall", "Utfall hittills, tkr", line.outcome)):
        said, text = line.said.get(name), "" if value is None else plain(value)
        fields.append(_number(view, "budget", line.area, at, name, label, text, seen(said), written(said)))
    return _form(view, "budget", line.area, at, line.area, f"Budget {number(line.budget, 0)} tkr.", fields)


# ---- The form and its fields ----------------------------------------------------------------------------------------------------


def _form(view: View, kind: str, item: str, at: str, title: str, about: str, fields: Sequence[Node]) -> Element:
    id_ = _id(kind, item, at, "form")
    hidden = {TOKEN_FIELD: view.token, "slag": kind, "post": item, "period": at, "visad": view.found.period}
    return h.form(
        [h.input(type="hidden", name=name, value=value, key=name) for name, value in hidden.items()],
        h.fieldset(
            h.legend(title),
            h.p(about, class_="small quiet") if about else None,
            h.div(fields, class_="plan-fields"),
            h.button("Spara", class_="button", data_save=True),
        ),
        id=id_,
        key=f"{view.kommun.id} {id_}",
        action=f"{view.path}/{SAVE}",
        method="post",
        class_="plan-form",
        data_entry=True,
    )


def _number(view: View, kind: str, item: str, at: str, name: str, label: str, text: str, version: Version, said: str) -> Element:
    id_ = _id(kind, item, at, name)
    draft = view.drafts.get(view.place(at, kind, item, name))
    field = h.input(
        id=id_, name=name, type="text", inputmode="decimal", autocomplete="off", defaultValue=text, data_field=name,
        data_draft=draft, aria_describedby=f"{id_}-sagt",
    )  # fmt: skip
    return _field(id_, label, field, name, version, said)


def _comment(view: View, kind: str, item: str, at: str, text: str | None, said: Said | None) -> Element:
    id_ = _id(kind, item, at, "kommentar")
    draft = view.drafts.get(view.place(at, kind, item, "kommentar"))
    field = h.textarea(
        text or None, id=id_, name="kommentar", rows="1", maxlength=str(LONGEST), data_field="kommentar", data_draft=draft,
        aria_describedby=f"{id_}-sagt",
    )  # fmt: skip
    return _field(id_, "Kommentar", field, "kommentar", seen(said), written(said), wide=True)


def _field(id_: str, label: str, control: Element, name: str, version: Version, said: str, *, wide: bool = False) -> Element:
    return h.div(
        h.label(label, for_=id_),
        control,
        h.input(type="hidden", name=f"{name}-sett", value=token_of(version)),
        h.p(capital(said), id=f"{id_}-sagt", class_="said small quiet", aria_live="polite"),
        class_="field wide" if wide else "field",
    )


def _id(kind: str, item: str, at: str, name: str) -> str:
    """An id that holds for the part and no other; names are too free to be ids."""
    return f"f-{kind}-{hashlib.sha256(item.encode()).hexdigest()[:8]}-{at}-{name}"


def anchor(kind: str, item: str, at: str) -> str:
    """Where the part's form is on the page."""
    return _id(kind, item, at, "form")


def locked(view: View) -> Element:
    """What stands in the forms' place when the period takes nothing."""
    said = view.found.state_said
    who = f" av {written(said)}" if said else ""
    what = f"{capital(period(view.found.period))} är {view.state_word}{who}."
    why = "Inget kan ändras så länge perioden är det. Längst ned på planens sida står hur den öppnas igen."
    return h.div(h.b(what), h.p(why), h.a("Till planen", href=view.at() + "#klart", class_="button"), class_="notice")


def not_yours() -> Element:
    """What stands there for whoever may not write."""
    what = h.b("Du kan läsa planen men inte ändra den.")
    return h.div(
        what, h.p("Kommunens egna medarbetare och regionens förvaltning fyller i uppföljningen, när de är inloggade."), class_="notice"
    )
