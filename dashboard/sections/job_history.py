"""What runs by itself: when each job last ran, and how it went. Of the deliveries page."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from config import JOB_TITLES, Settings
from dashboard.parts import row, scrolling, table
from dashboard.tree import Element, h
from sql import jobs
from sql.jobs import JobRun
from sql.store import Store
from swedish import NBSP, moment, number

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_HEADING = "Det som går av sig själv"
_MARKS = {"klar": "met", "misslyckad": "missed", "avbruten": "incomplete", "pågår": "missing"}
_SHOWN = 20


def section(settings: Settings, store: Store, *, with_log: bool) -> Element:
    """The latest run of each scheduled job, and, for those who may see names of files, the last ones with their logs."""
    latest = jobs.latest(store)
    if not latest:
        about = "Inget har gått än. Starta körningen med kommandot schedule, så hämtas, räknas och påminns det enligt schemat."
        return h.section(h.div(h.h2(_HEADING), h.p(about), class_="part-head"), class_="part")
    names = [name for name in JOB_TITLES if name in latest or name in settings.schedule]
    rows = [_job(JOB_TITLES[name], latest.get(name)) for name in names]
    headings = ("Jobb", "Senast", "Tog", "Utfall", "Vad som hände")
    logs = [_log(run) for run in jobs.listing(store, most=_SHOWN) if run.log] if with_log else []
    return h.section(
        h.div(h.h2(_HEADING), h.p("Senaste körningen av varje jobb. Ett jobb som misslyckas försöks igen."), class_="part-head"),
        h.div(_table(headings, rows), logs, class_="stack"),
        class_="part",
        id="jobb",
    )


def _job(title: str, run: JobRun | None) -> Element:
    if run is None:
        return row(title, [h.td("–", class_="left"), h.td("–"), h.td("har inte gått än", class_="left"), h.td("", class_="left")])
    mark = h.span(class_=f"mark {_MARKS[run.outcome]}", aria_hidden="true")
    outcome = h.td(mark, f"{NBSP}{run.outcome}", class_="left")
    return row(title, [h.td(_when(run), class_="left"), h.td(_took(run)), outcome, h.td(run.summary, class_="left")])


def _log(run: JobRun) -> Element:
    """What happened, line by line, behind a heading that opens."""
    return h.details(h.summary(f"{_title(run.job)}, {_when(run)}: {run.outcome}"), h.pre(run.log))


def _title(job: str) -> str:
    """A job that this version does not know keeps its name."""
    return next((title for name, title in JOB_TITLES.items() if name == job), job)


def _when(run: JobRun) -> str:
    return moment(run.started_at.astimezone(_STOCKHOLM))


def _took(run: JobRun) -> str:
    return "–" if run.seconds is None else f"{number(run.seconds, 1)}{NBSP}s"


def _table(headings: Sequence[str], rows: Sequence[Element]) -> Element:
    return scrolling(table(_HEADING, [h.th(heading, scope="col", class_="left") for heading in headings], rows, class_="roomy"), _HEADING)
