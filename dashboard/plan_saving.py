"""Saving what somebody wrote in a plan's form: each field is read, checked, questioned and kept by itself.

Says of each field what became of it: saved, refused (and why), to be confirmed (and why), or that another has written meanwhile
(and what). Nothing is ever overwritten unseen: see `sql.plan_entries`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

import periods
import personnummer
from config import Settings
from dashboard.plan_view import token_of, version_in
from dashboard.sections.plan_fill import LONGEST
from flows import planning
from flows.planning import Book
from metrics.indicators import INDICATORS
from metrics.namndplan import periods_to_follow, step_item, unit_of
from metrics.plan_outcomes import number_in, number_kept, odd_about, odd_sign, wrong_with
from metrics.plan_values import Spoken
from namndplan import PERIOD_KINDS, STATUSES, Matt, Plan, plainly
from policy import Person
from sql import plan_entries
from sql.plan_entries import LOCKED, NEVER, Change, Conflict, Entry, Kept, Place, Shut
from sql.store import Store
from swedish import amount, bare, by_and_when, day, period, plain

State = Literal["saved", "refused", "confirm", "conflict"]
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "matt": ("utfall", "kommentar"),
    "mal": ("kommentar",),
    "uppdrag": ("status", "kommentar"),
    "delsteg": ("status",),
    "forbattring": ("status", "kommentar"),
    "budget": ("prognos", "utfall"),
}
"""What may be said of each kind of part."""
_NUMBERS: Final = ("utfall", "prognos")
_GONE: Final = "Delen finns inte i planen längre: någon har tagit bort den eller bytt namn på den. Ladda om sidan."
_PERSON: Final = "Texten innehåller ett personnummer eller samordningsnummer. Skriv den utan."


@dataclass(frozen=True)
class Answer:
    """What became of a field: `mine` was written, `theirs` stands there now, and `by` wrote it; `seen` goes into the form."""

    field: str
    state: State
    said: str
    mine: str
    seen: str
    theirs: str = ""
    by: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the page's script."""
        return asdict(self)


@dataclass(frozen=True)
class Form:
    """A form as it was sent: which part of the plan, in which period, and the texts of its fields. `shown`: the page's own period."""

    kind: str
    item: str
    period: str
    texts: Mapping[str, str]
    seen: Mapping[str, str]
    confirmed: bool
    shown: str = ""

    def place(self, kommun: str, field: str) -> Place:
        """Where the field is kept."""
        return Place(kommun, self.period, self.kind, self.item, field)


def read_form(said: Mapping[str, str]) -> Form:
    """The form in the fields of a request; fields that its kind of part has not are left out."""
    kind = said.get("slag", "")
    names = [name for name in FIELDS.get(kind, ()) if name in said]
    return Form(
        kind=kind,
        item=said.get("post", ""),
        period=periods.parse(said.get("period", "")) or "",
        texts={name: said[name].replace("\r\n", "\n").strip() for name in names},
        seen={name: said.get(f"{name}-sett", "") for name in names},
        confirmed=said.get("bekrafta") == "ja",
        shown=periods.parse(said.get("visad", "")) or "",
    )


@dataclass(frozen=True)
class Saving:
    """What saving a form needs; `now` has a zone, `today` is the day in Europe/Stockholm."""

    settings: Settings
    store: Store
    book: Book
    kommun: str
    by: Person
    now: datetime
    today: date

    def save(self, form: Form) -> list[Answer]:
        """Keep what can be kept, and say of each field what became of it. Raises StoreError."""
        form, plan = self._found(form)
        if plan is None or not form.texts:
            return [_refused(form, name, _GONE) for name in form.texts or ("",)]
        checked = {name: self._check(plan, form, name) for name in form.texts}
        changes = [
            Change(form.place(self.kommun, name), found.value, version_in(form.seen[name]) or NEVER, names_of(plan, form.item))
            for name, found in checked.items()
            if isinstance(found, _Right)
        ]
        outcomes = plan_entries.record(self.store, changes, by=self.by, now=self.now)
        kept = {change.place.field: self._told(plan, form, change, outcome) for change, outcome in zip(changes, outcomes, strict=True)}
        return [found if isinstance(found, Answer) else kept[name] for name, found in checked.items()]

    def _found(self, form: Form) -> tuple[Form, Plan | None]:
        """The form and the plan that holds its part and may be followed up in the period.

        A measure that has got another name since the form was made is the same one.
        """
        year = form.period[:4]
        stored = self.book.plan(self.kommun, int(year)) if year else None
        if stored is None:
            return form, None
        if form.kind == "matt":
            form = replace(form, item=stored.plan.called.get(plainly(form.item), form.item))
        return form, stored.plan if form.item in parts_of(stored.plan, form.kind, form.period) else None

    # ---- One field ------------------------------------------------------------------------------------------------------------

    def _check(self, plan: Plan, form: Form, name: str) -> Answer | _Right:
        text = form.texts[name]
        if personnummer.find(text):
            return _refused(form, name, _PERSON)
        if name in _NUMBERS:
            return self._check_number(plan, form, name)
        if name == "status":
            return _Right(text) if text in STATUSES else _refused(form, name, f"Läget finns inte. Välj {', '.join(STATUSES)}.")
        if len(text) > LONGEST:
            return _refused(form, name, f"Kommentaren är längre än {LONGEST} tecken. Korta den.")
        return _Right(text or None)

    def _check_number(self, plan: Plan, form: Form, name: str) -> Answer | _Right:
        text = form.texts[name]
        if not text:
            return _Right(None)
        value = number_in(text)
        if value is None:
            return _refused(form, name, "Det är inget tal. Skriv det med siffror, till exempel 12 eller 1 234,5.")
        problem, question = self._about_money(plan, form, value) if form.kind == "budget" else self._about_outcome(plan, form, value)
        if problem:
            return _refused(form, name, problem)
        if question and not form.confirmed:
            return Answer(name, "confirm", question, text, form.seen[name])
        return _Right(repr(value))

    def _about_outcome(self, plan: Plan, form: Form, value: float) -> tuple[str | None, str | None]:
        """What is wrong with the outcome, and what is odd about it."""
        measure = next(each for each in plan.every_measure if each.namn == form.item)
        if measure.indikator in INDICATORS:
            return "Måttet räknas ur leveranserna och skrivs inte in.", None
        last = periods.last_day(form.period)
        if last >= self.today:
            return f"Perioden är inte slut än. Utfallet kan lämnas efter {day(last)}.", None
        before = self._before(plan, measure, form.period)
        if odd_about(value, before, self.settings.namndplan) and before is not None:
            unit, at = unit_of(measure), period(periods.previous(form.period))
            question = f"{amount(value, unit)} är långt från {amount(before, unit)}, som det var {at}. Stämmer det?"
            return wrong_with(value, unit), question
        return wrong_with(value, unit_of(measure)), None

    def _about_money(self, plan: Plan, form: Form, value: float) -> tuple[str | None, str | None]:
        budget = plan.budget_tkr[form.item][2]
        if odd_sign(value, budget):
            return None, f"Budgeten är {bare(budget)} tkr, men talet {bare(value)} har annat tecken. Stämmer det?"
        return None, None

    def _before(self, plan: Plan, measure: Matt, at: str) -> float | None:
        """The measure's outcome in the period before, whichever of page and file came last."""
        earlier = periods.previous(at)
        said = planning.said(self.store, plan).get(Spoken(earlier, "matt", measure.namn, "utfall"))
        in_file = self.book.in_files(plan).get((measure.namn, earlier))
        if said is not None and (in_file is None or said.at >= in_file.at):
            return number_kept(said)
        return in_file.value if in_file else None

    # ---- What became of it ----------------------------------------------------------------------------------------------------

    def _told(self, plan: Plan, form: Form, change: Change, outcome: plan_entries.Outcome) -> Answer:
        name = change.place.field
        mine = form.texts[name]
        if isinstance(outcome, Kept):
            said = f"Sparat. {by_and_when(outcome.entry.by, outcome.entry.at)}" if outcome.entry else "Sparat."
            return Answer(name, "saved", said, mine, token_of(outcome.version))
        if isinstance(outcome, Shut):
            word = "låst" if outcome.state == LOCKED else "klarmarkerad"
            return _refused(form, name, f"Perioden är {word} och tar inte emot något. Det du skrev är inte sparat.")
        theirs, by = self._theirs(plan, change.place, outcome)
        said = "Någon annan har skrivit här sedan du öppnade sidan. Välj vad som ska stå."
        return Answer(name, "conflict", said, mine, token_of(outcome.version), theirs, by)

    def _theirs(self, plan: Plan, place: Place, conflict: Conflict) -> tuple[str, str]:
        """What stands there now, as it would be written, and who wrote it and when."""
        entry: Entry | None = conflict.entry
        in_file = self.book.in_files(plan).get((place.item, place.period)) if conflict.version.delivery else None
        if in_file is not None and (entry is None or in_file.at > entry.at):
            return plain(in_file.value), f"Filen {in_file.file_name} ({by_and_when(in_file.by, in_file.at)})"
        if entry is None:
            return "", "Någon"
        number = place.field in _NUMBERS and entry.value is not None
        return plain(float(entry.value or 0)) if number else entry.value or "", by_and_when(entry.by, entry.at)


@dataclass(frozen=True)
class _Right:
    """A value that may be kept."""

    value: str | None


def _refused(form: Form, name: str, why: str) -> Answer:
    return Answer(name, "refused", why, form.texts.get(name, ""), form.seen.get(name, ""))


def names_of(plan: Plan, item: str) -> frozenset[str]:
    """Everything that the measure is and was called, as names are compared."""
    return frozenset(name for name, present in plan.called.items() if present == item)


def parts_of(plan: Plan, kind: str, at: str) -> Sequence[str]:
    """The names that parts of the kind are kept under, if they are followed up in the period."""
    if kind == "matt":
        return [each.namn for each in plan.every_measure if _may_be_given(plan, each, at)]
    if at not in periods_to_follow(plan):
        return []
    named: Mapping[str, Sequence[str]] = {
        "mal": [each.namn for each in plan.goals],
        "uppdrag": [each.namn for each in plan.uppdrag],
        "delsteg": [step_item(each.namn, step.namn) for each in plan.uppdrag for step in each.delsteg],
        "forbattring": [each.namn for each in plan.forbattringar],
        "budget": [area for area in plan.budget_tkr if area != "Totalt"],
    }
    return named.get(kind, [])


def _may_be_given(plan: Plan, measure: Matt, at: str) -> bool:
    if measure.period:
        return periods.kind(at) == PERIOD_KINDS[measure.period]
    return at in periods_to_follow(plan)
