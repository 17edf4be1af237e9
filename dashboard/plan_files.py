"""A plan's follow-up as files, for whoever is asking: the report as PDF and the plan with its outcomes as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request, Response

import periods
import policy
from config import Settings
from dashboard import api
from dashboard.access import Access
from dashboard.downloads import XLSX, file_response
from dashboard.plan_view import PATH
from dashboard.snapshot import Snapshots
from flows import planning
from flows.planning import FiguresOf, Plans
from metrics.namndplan import period_to_show, periods_to_follow
from reports.plan_papers import Paper, report, workbook
from sql.store import Store

_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_PARAMETERS: Final = ("ar", "period")
_MAKING: Final = {"pdf": (report, "application/pdf"), "xlsx": (workbook, XLSX)}


@dataclass(frozen=True)
class PlanFiles:
    """What the files need; `now` is the clock."""

    settings: Settings
    store: Store
    plans: Plans
    access: Access
    snapshots: Snapshots
    now: Callable[[], datetime]

    def router(self) -> APIRouter:
        """The addresses."""
        routes = APIRouter(prefix=f"{PATH}/{{kommun}}", include_in_schema=False)
        routes.add_api_route("/uppfoljning.{extension}", self.file, methods=["GET"])
        return routes

    def file(
        self, request: Request, kommun: str, extension: str, ar: Annotated[str, Query()] = "", period: Annotated[str, Query()] = ""
    ) -> Response:
        """The follow-up of the year and period; 404 for a plan, period or kind of file that there is not."""
        api.check_parameters(request, _PARAMETERS)
        if extension not in _MAKING:
            raise HTTPException(404, "Filen finns som .pdf och .xlsx.")
        paper = self._paper(kommun, ar, period)
        make, media_type = _MAKING[extension]
        marks = [*(["DEMODATA"] if paper.is_demo else []), *(["INTERNT"] if paper.internal else [])]
        name = "-".join([*marks, "namndplan", kommun, paper.found.period])
        return file_response(make(paper), media_type, f"{name}.{extension}")

    def _paper(self, kommun: str, year: str, at: str) -> Paper:
        """As much as whoever is asking may see."""
        now = self.now()
        today = now.astimezone(_STOCKHOLM).date()
        book = self.plans.book()
        wanted = int(year) if year.isdecimal() else book.year_to_show(kommun, today) or 0
        stored = book.plan(kommun, wanted)
        if stored is None:
            raise HTTPException(404, "Det finns ingen nämndplan för kommunen och året.")
        period = periods.parse(at) if at else period_to_show(stored.plan, today)
        if period not in periods_to_follow(stored.plan):
            raise HTTPException(404, "Perioden hör inte till planen.")
        sight = self.access.sight(is_demo=self.snapshots.is_demo)
        found = planning.follow_up(self.settings, self.store, book, stored.plan, period, today, self._figures(sight), sight)
        internal = sight.everything or kommun in sight.kommuner
        name = self.settings.kommuner[kommun]
        return Paper(found=found, kommun=name, internal=internal, is_demo=self.snapshots.is_demo, created=now.astimezone(_STOCKHOLM).date())

    def _figures(self, sight: policy.Sight) -> FiguresOf:
        snapshot = self.snapshots.current()
        if snapshot is None:
            return planning.no_figures
        return planning.figures_in(snapshot.view(sight).figures)
