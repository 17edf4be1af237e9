"""A nämndplan followed up, as papers: the delårs- or årsuppföljning as PDF/UA-1, and the plan with its outcomes as a workbook.

The PDF is set by the yearly report's template. The workbook's sheets are those that `load namndplan` reads, with the follow-up in
columns of its own beside them, and a sheet that `load matt` reads: so what is written out can be read in again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import typst

import periods
from metrics.plan_values import FollowUp, Measure, Outcome, Work
from namndplan import SHEETS, STATUSES, TOTAL, Forbattring, Uppdrag
from reports import sheets
from reports.blocks import Block, band, cell, column, heading, page, row, table, text
from reports.edition import DEMO, DRAFT, INTERNAL
from reports.pdf import HERE
from reports.plan_form import Cell as FormCell
from reports.plan_form import form
from reports.sheets import Number, Sheet
from swedish import NONE, aim, amount, bare, by_and_when, capital, count, count_of, day, number, overdue, period, period_short

_OPEN: Final = "öppen"
_MARKS: Final = dict(zip(STATUSES, ("missing", "incomplete", "missed", "met"), strict=True))
_WORDS: Final = {"missing": "saknas", "incomplete": "ofullständig", "suppressed": "skyddad"}
_WIDE: Final = 40
_MEASURE_HEADS: Final = (("Utfall", 24), ("Mål", 28), ("Före", 32))
_USUAL: Final = 18
_WORDY: Final = ("namn", "varde", "uppdrag", "riktningsmal", "kommentar")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A plan as a paper shows it. `internal`: small numbers are shown and every page says so; `created` stands for the clock."""

    found: FollowUp
    kommun: str
    internal: bool
    is_demo: bool
    created: date

    @property
    def tags(self) -> tuple[str, ...]:
        """What every page must say: a period that is still open is a draft."""
        said = ((self.found.state == _OPEN, DRAFT), (self.internal, INTERNAL), (self.is_demo, DEMO))
        return tuple(tag for is_so, tag in said if is_so)

    @property
    def title(self) -> str:
        """`Delårsuppföljning av nämndplan 2026, första tertialet 2026`."""
        last = periods.last_day(self.found.period)
        kind = "Årsuppföljning" if (last.month, last.day) == (12, 31) else "Delårsuppföljning"
        return f"{kind} av nämndplan {self.found.plan.ar}, {period(self.found.period)}"


# ---- The PDF --------------------------------------------------------------------------------------------------------------------


def report(paper: Paper) -> bytes:
    """The follow-up as PDF/UA-1; the same paper gives the same bytes."""
    return typst.compile(
        str(HERE / "yearly.typ"),
        root=str(HERE),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_document(paper), ensure_ascii=False, allow_nan=False)},
        pdf_standards="ua-1",
        timestamp=int(datetime.combine(paper.created, time(), UTC).timestamp()),
    )


def _document(paper: Paper) -> Block:
    plan = paper.found.plan
    tags = [tag.lower() for tag in paper.tags]
    guarded = "små tal är inte skyddade" if paper.internal else "små tal är skyddade"
    return {
        "title": ", ".join([paper.title, paper.kommun, *tags]),
        "author": f"{paper.kommun}: {plan.namnd}",
        "keywords": ["nämndplan", "uppföljning", str(plan.ar), paper.kommun, *tags],
        "created": {"year": paper.created.year, "month": paper.created.month, "day": paper.created.day},
        "running": f"{paper.kommun}, {paper.title[:1].lower()}{paper.title[1:]}",
        "tags": list(paper.tags),
        "footer": f"Dnr {plan.dnr} · {day(paper.created)} · {guarded}" + (" · alla tal är påhittade" if paper.is_demo else ""),
        "pages": [_summary(paper), _tree(paper), _measures(paper), *_rest(paper)],
    }


def _kicker(paper: Paper) -> str:
    return f"{paper.kommun} · {paper.found.plan.namnd} · dnr {paper.found.plan.dnr}"


def _summary(paper: Paper) -> Block:
    found = paper.found
    late = [row(work.whole_name, overdue(work.due, found.day), cell(work.status, _MARKS[work.status])) for work in found.late if work.due]
    bands = [band((8, [text(*_told(found))]))]
    if late:
        columns = [column("Uppdrag", -1), column("Skulle vara klart", 62), column("Läge", 42)]
        bands.append(band((12, [table("Försenat", f"Uppdrag och delsteg vars dag har gått, {day(found.day)}", columns, late)])))
    return page(_kicker(paper), paper.title, *bands)


def _told(found: FollowUp) -> Iterator[tuple[str, str]]:
    """The follow-up in a few sentences."""
    given = found.to_give - sum(len(measure.missing) for measure in found.measures)
    if found.to_give:
        yield "Utfall.", f"{given} av {found.to_give} utfall är lämnade för {period(found.period)}."
    judged = [measure.latest for measure in found.measures if measure.latest and measure.latest.state in ("met", "missed")]
    if judged:
        met = sum(outcome.state == "met" for outcome in judged)
        yield "Mål.", f"{capital(count_of(met))} av {count(len(judged))} mått med mål når det."
    done = sum(work.is_done for work in found.work)
    how = "försenat" if len(found.late) < 2 else "försenade"
    late = f"{capital(count_of(len(found.late)))}{' uppdrag eller delsteg' if found.late else ''} är {how}."
    yield "Uppdrag.", f"{capital(count_of(done))} av {count(len(found.work))} uppdrag är {'avslutade' if done > 1 else 'avslutat'}. {late}"
    forecasts = [line.difference for line in found.budget]
    if forecasts and None not in forecasts:
        whole = sum(each for each in forecasts if each is not None)
        side = "underskott" if whole < 0 else "överskott"
        yield (
            "Budget.",
            f"Prognosen för året är ett {side} på {number(abs(whole), 0)} tkr mot budget." if whole else "Prognosen följer budgeten.",
        )
    said = found.state_said
    word = {"öppen": "öppen: uppföljningen är ett utkast", "klar": "klarmarkerad", "låst": "låst"}[found.state]
    who = f", {by_and_when(said.by, said.at)}" if said and found.state != _OPEN else ""
    yield "Perioden", f"är {word}{who}."


def _tree(paper: Paper) -> Block:
    bands = []
    for direction in paper.found.directions:
        rows = [row(_with(goal.part.namn, goal.comment), "Mål", goal.part.beslutad_av, "", "") for goal in direction.goals]
        for work in direction.work:
            rows += [_work_row(work, "Uppdrag"), *(_work_row(step, "Delsteg") for step in work.steps)]
        columns = [
            column("Mål och uppdrag", -1),
            column("Slag", 16),
            column("Beslutat av, ansvarig", 34),
            column("Klart senast", 26),
            column("Läge", 36),
        ]
        blocks = [table(direction.name, "Med läge och kommentar för perioden", columns, rows)] if rows else [
            heading(direction.name), text("Nämnden har inga mål eller uppdrag under det här riktningsmålet."),
        ]  # fmt: skip
        bands.append(band((12, blocks)))
    return page(_kicker(paper), "Riktningsmål, mål och uppdrag", *bands)


def _work_row(work: Work, kind: str) -> Block:
    part = work.part
    decided = ", ".join(filter(None, (part.beslutad_av, part.ansvarig))) if isinstance(part, Uppdrag) else ""
    due = day(work.due) if work.due else ""
    state = cell(f"Försenad, {work.status.lower()}", "missed") if work.late else cell(work.status, _MARKS[work.status])
    return row(_with(part.namn, work.comment), kind, decided, due, state)


def _measures(paper: Paper) -> Block:
    bands = []
    for name, measures in paper.found.groups:
        columns = [column("Mått", -1), *(column(head, width, right=True) for head, width in _MEASURE_HEADS), column("Andra kommuner", 30)]
        rows = [_measure_row(measure) for measure in measures]
        bands.append(
            band(
                (12, [table(name, f"Utfall {period(paper.found.period)} och perioden före. ● når målet, ▲ når inte målet", columns, rows)])
            )
        )
    return page(_kicker(paper), "Mått", *(bands or [band((12, [text("Planen har inga mått.")]))]))


def _measure_row(measure: Measure) -> Block:
    latest, before = measure.latest, measure.before
    state = latest.state if latest else "missing"
    goal = aim(latest.goal, measure.direction, measure.unit) if latest and latest.goal is not None else NONE
    earlier = f"{bare(before.value, measure.unit)} ({period_short(before.period)})" if before and before.value is not None else NONE
    others = NONE
    if measure.peer_median is not None and len(measure.peers) > 1:
        others = f"median {bare(measure.peer_median, measure.unit)}, {len(measure.peers)} kommuner"
    judged = cell(goal, state) if state in ("met", "missed") else goal
    return row(_with(measure.part.namn, latest.comment if latest else None), _value(measure, latest), judged, earlier, others)


def _value(measure: Measure, latest: Outcome | None) -> str | Block:
    if latest is None or latest.value is None:
        state = latest.state if latest else "missing"
        return cell(_WORDS.get(state, "saknas"), state)
    return amount(latest.value, measure.unit)


def _rest(paper: Paper) -> list[Block]:
    found = paper.found
    bands = []
    if found.improvements:
        columns = [column("Förbättring", -1), column("Prioriterad", 24), column("Läge", 46)]
        rows = [_improvement_row(work) for work in found.improvements]
        bands.append(band((12, [table("Förbättringar", "Med läge och kommentar för perioden", columns, rows)])))
    if found.budget:
        bands.append(band((12, [_money(found)])))
    return [page(_kicker(paper), "Förbättringar och budget", *bands)] if bands else []


def _improvement_row(work: Work) -> Block:
    first = isinstance(work.part, Forbattring) and work.part.prioriterad
    return row(_with(work.part.namn, work.comment), "ja" if first else "", cell(work.status, _MARKS[work.status]))


def _money(found: FollowUp) -> Block:
    year = found.plan.ar
    heads = ("Verksamhetsområde", f"Budget {year - 1}", f"Budget {year}", "Prognos", "Utfall hittills", "Prognos mot budget")
    columns = [column(heads[0], -1), *(column(head, 24, right=True) for head in heads[1:])]
    amounts = [(line.before, line.budget, line.forecast, line.outcome, line.difference) for line in found.budget]
    rows = [row(line.area, *(number(each, 0) for each in own)) for line, own in zip(found.budget, amounts, strict=True)]
    sums = [None if None in whole else sum(each for each in whole if each is not None) for whole in zip(*amounts, strict=True)]
    rows.append(row(TOTAL, *(number(each, 0) for each in sums), strong=True))
    return table("Budget", "Tusen kronor; kostnader är negativa", columns, rows)


def _with(name: str, comment: str | None) -> str:
    return f"{name}\n{comment}" if comment else name


# ---- The workbook ---------------------------------------------------------------------------------------------------------------


def workbook(paper: Paper) -> bytes:
    """The plan with its follow-up as XLSX; the same paper gives the same bytes."""
    made = [_sheet(paper, name, rows) for name, rows in form(paper.found.plan).items()]
    heads = ("kommun", "matt", "period", "utfall", "mal", "kommentar", "källa")
    made.append(Sheet("Utfall", f"{paper.title}: utfall", dict.fromkeys(heads, _USUAL), list(_outcomes(paper))))
    return sheets.workbook(made, title=f"{paper.title}, {paper.kommun}", tags=paper.tags, created=paper.created)


def _sheet(paper: Paper, name: str, rows: Sequence[Sequence[FormCell]]) -> Sheet:
    found, extra = paper.found, _Extra(paper.found)
    more = extra.of(name)
    columns = {each: float(_WIDE if each in _WORDY else _USUAL) for each in (*SHEETS[name], *more.heads)}
    filled = [[*map(_cell, line), *added] for line, added in zip(rows, more.rows or [[]] * len(rows), strict=True)]
    return Sheet(name, f"{name}, nämndplan {found.plan.ar}, {period(found.period)}", columns, filled, wrapped=True)


@dataclass(frozen=True)
class _More:
    heads: tuple[str, ...] = ()
    rows: Sequence[Sequence[sheets.Cell]] = ()


@dataclass(frozen=True)
class _Extra:
    """The follow-up's columns beside those of a sheet of the form, row by row in the form's order."""

    found: FollowUp

    def of(self, name: str) -> _More:
        work = self.found.work
        if name == "Uppdrag":
            return self._work(work)
        if name == "Delsteg":
            return self._work([step for each in work for step in each.steps])
        if name == "Förbättringar":
            return self._work(self.found.improvements)
        if name == "Mål":
            return _More(("kommentar",), [[goal.comment] for direction in self.found.directions for goal in direction.goals])
        if name == "Budget":
            known = {line.area: [_number(line.forecast), _number(line.outcome)] for line in self.found.budget}
            return _More(("prognos i år", "utfall hittills"), [known.get(area, [None, None]) for area in self.found.plan.budget_tkr])
        return _More()

    @staticmethod
    def _work(work: Sequence[Work]) -> _More:
        return _More(("läge nu", "försenad", "kommentar"), [[each.status, "ja" if each.late else None, each.comment] for each in work])


def _outcomes(paper: Paper) -> Iterator[list[sheets.Cell]]:
    """One row per outcome that is known, in the form that `load matt` reads."""
    for measure in paper.found.measures:
        known = {outcome.period: outcome for outcome in (*measure.series, *measure.due)}
        for name, outcome in sorted(known.items()):
            if outcome.value is not None:
                goal = None if outcome.goal is None else _number(outcome.goal)
                source = {"page": "sidan", "file": "fil", "figures": "räknat ur leveranserna"}.get(outcome.origin)
                yield [paper.found.plan.kommun, measure.part.namn, name, _number(outcome.value), goal, outcome.comment, source]


def _number(value: float | None) -> Number | None:
    return None if value is None else Number(value, 0 if value == int(value) else 2)


def _cell(value: FormCell) -> sheets.Cell:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Number(value, 0 if value == int(value) else 2)
    return value.isoformat() if isinstance(value, date) else value
