"""What a year's page asks the server to do: publish the year, note a decision, and give the year's files.

Plain HTML forms, so they work without scripts; who may change anything is `access`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from config import Settings
from dashboard import api, plainform
from dashboard.access import TOKEN_FIELD, Access
from dashboard.areas import Areas
from dashboard.downloads import XLSX, file_response, to_csv
from dashboard.pages import year_forms
from dashboard.pages.year import PATH
from dashboard.parts import head, lead
from dashboard.shell import Page
from dashboard.snapshot import Snapshots
from dashboard.tree import Element, Node, h
from dashboard.yearbook import Yearbooks
from flows import deciding, publishing
from flows.deciding import NotDecidedError, Said
from flows.publishing import NotPublishedError, Wanted
from flows.yearly import Papers
from policy import Action, Person, Sight
from sql.publications import Publication
from sql.store import Store

BY: Final = "webbsidan"
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_FIELDS: Final = ("publication", "text", "day", "indicator", "area", "period")


@dataclass(frozen=True)
class Years:
    """What the addresses below a year's page need. `page` makes a whole HTML page in the site's shell, `now` is the clock."""

    settings: Settings
    store: Store
    access: Access
    snapshots: Snapshots
    books: Yearbooks
    page: Callable[[Page], str]
    now: Callable[[], datetime]

    def router(self) -> APIRouter:
        """The addresses."""
        routes = APIRouter(prefix=f"{PATH}/{{year}}", include_in_schema=False)
        routes.add_api_route(f"/{year_forms.PUBLISH}", self.publish, methods=["POST"])
        routes.add_api_route(f"/{year_forms.DECIDE}", self.decide, methods=["POST"])
        for way in (year_forms.PUBLISH, year_forms.DECIDE):
            routes.add_api_route(f"/{way}", _back, methods=["GET"])
        routes.add_api_route("/rapport.pdf", self.report, methods=["GET"])
        routes.add_api_route("/arbetsbok.xlsx", self.workbook, methods=["GET"])
        routes.add_api_route("/siffror.csv", self.figures, methods=["GET"])
        return routes

    # ---- Forms ----------------------------------------------------------------------------------------------------------------

    async def publish(self, year: int, request: Request) -> Response:
        """Publish the year and lead to it; or say why not, with the form filled in as it was."""
        said = await self._form(request, Action.PUBLISH)
        return said if isinstance(said, Response) else await run_in_threadpool(self._publish, year, said)

    def _publish(self, year: int, said: Mapping[str, str]) -> Response:
        note, reason = (said.get(name, "").strip() for name in ("note", "reason"))
        try:
            made = publishing.publish(self.settings, self.store, Wanted(year=year, note=note, reason=reason, by=self._by(), now=self.now()))
        except NotPublishedError as error:
            known = self.books.year(year)
            again = bool(known and known.editions)
            form = year_forms.publish_form(year, self.access.token, again=again, lacks=error.incomplete, said=said)
            first = [f"{year} är inte komplett. Inget har publicerats."] if error.incomplete else []
            return self._refused("Året är inte publicerat", [*first, *error.sentences], year, form)
        return RedirectResponse(f"{PATH}/{year}?utgava={made.publication.edition}", 303)

    async def decide(self, year: int, request: Request) -> Response:
        """Note the decision and lead to the year's page; or say everything that is wrong with it."""
        said = await self._form(request, Action.NOTE_DECISIONS)
        return said if isinstance(said, Response) else await run_in_threadpool(self._decide, year, said)

    def _decide(self, year: int, said: Mapping[str, str]) -> Response:
        now = self.now()
        given = Said(**{name: said.get(name, "").strip() for name in _FIELDS})
        try:
            deciding.decide(self.settings, self.store, given, by=self._by(), now=now, today=now.astimezone(_STOCKHOLM).date())
        except NotDecidedError as error:
            known = self.books.year(year)
            publication = next((each for each in known.editions if each.id == given.publication), None) if known else None
            areas, today = Areas(self.settings), now.astimezone(_STOCKHOLM).date()
            form = year_forms.decision_form(publication, areas, self.access.token, today, said) if publication else None
            return self._refused("Beslutet är inte noterat", error.sentences, year, form)
        return RedirectResponse(f"{PATH}/{year}#beslut", 303)

    def _by(self) -> Person | str:
        person = self.access.reader(is_demo=False)
        return person if person.subject else BY

    async def _form(self, request: Request, action: Action) -> dict[str, str] | Response:
        """The form's fields, or the answer to a form that may change nothing."""
        sentence = self.access.change_refusal(request, action)
        said: dict[str, str] = {}
        if sentence is None:
            said = await plainform.fields(request)
            sentence = self.access.token_refusal(request, said.get(TOKEN_FIELD, ""))
        if sentence is None:
            return said
        return self._refused("Det gick inte", [sentence], int(request.path_params["year"]), None, status=403)

    def _refused(self, title: str, told: Sequence[str], year: int, form: Element | None, status: int = 200) -> Response:
        """The answer to a person; a browser would log another status as a fault of the page, which what the form lacks is not."""
        words: Node = lead(told[0]) if len(told) == 1 else h.ul([h.li(sentence) for sentence in told], class_="dashes")
        crumbs = [("Översikt", "/"), ("Årsuppföljning", PATH), (str(year), f"{PATH}/{year}"), (title, "")]
        onward = h.p(h.a(f"Till {year}", href=f"{PATH}/{year}", class_="button"))
        page = Page(title, (head(crumbs, (), title, words), h.div(form, onward, class_="stack")), menu=PATH, status=status)
        return HTMLResponse(self.page(page), status, {"Cache-Control": "no-store"})

    # ---- Files ----------------------------------------------------------------------------------------------------------------

    def report(
        self,
        request: Request,
        year: int,
        area: Annotated[str, Query(alias="omrade")] = "",
        edition: Annotated[str, Query(alias="utgava")] = "",
        internal: Annotated[str, Query(alias="internt")] = "",
    ) -> Response:
        """The yearly report as PDF."""
        api.check_parameters(request, ("omrade", "utgava", "internt"))
        place = area or self.settings.county.id
        if Areas(self.settings).find(place) is None:
            raise HTTPException(404, f"Området {place} finns inte.")
        publication, inside = self._chosen(year, edition), self._internal(internal)
        content = Papers(self.settings, self.store).report(year, place, internal=inside, publication=publication)
        return file_response(content, "application/pdf", self._name(year, publication, "rapport", place, "pdf", internal=inside))

    def workbook(
        self,
        request: Request,
        year: int,
        edition: Annotated[str, Query(alias="utgava")] = "",
        internal: Annotated[str, Query(alias="internt")] = "",
    ) -> Response:
        """The forum's workbook as XLSX."""
        api.check_parameters(request, ("utgava", "internt"))
        publication, inside = self._chosen(year, edition), self._internal(internal)
        content = Papers(self.settings, self.store).workbook(year, internal=inside, publication=publication)
        return file_response(content, XLSX, self._name(year, publication, "arbetsbok", "", "xlsx", internal=inside))

    def figures(self, request: Request, year: int, edition: Annotated[str, Query(alias="utgava")] = "") -> Response:
        """Every protected figure of a publication, as CSV for people."""
        api.check_parameters(request, ("utgava",))
        publication = self._chosen(year, edition)
        if publication is None:
            raise HTTPException(404, f"{year} är inte publicerat.")
        name = self._name(year, publication, "siffror", "", "csv", internal=False)
        return file_response(to_csv(self.books.figures(publication, Sight(False))), "text/csv; charset=utf-8", name)

    def _chosen(self, year: int, edition: str) -> Publication | None:
        """The edition, or the newest; None for a year that only has figures. Raises HTTPException 404 where there is nothing."""
        known = self.books.year(year, edition)
        if known and known.shown:
            return known.shown
        snapshot = self.snapshots.current()
        if known is None or snapshot is None or self.books.lacking(year, snapshot.run) is None:
            raise HTTPException(404, f"Det finns inga siffror för {year}." if known else f"Utgåvan {year}-{edition} finns inte.")
        return None

    def _internal(self, asked: str) -> bool:
        if asked not in ("", "ja"):
            raise HTTPException(422, "internt kan bara vara ja.")
        if asked and not self.access.may(Action.READ_ALL, is_demo=self.snapshots.is_demo):
            raise HTTPException(403, "Internt underlag visas bara för den som får se oskyddade siffror.")
        return bool(asked)

    def _name(self, year: int, publication: Publication | None, what: str, area: str, extension: str, *, internal: bool) -> str:
        marks = [(self.snapshots.is_demo, "DEMODATA"), (publication is None, "UTKAST"), (internal, "INTERNT")]
        parts = [*(mark for is_so, mark in marks if is_so), what, publication.id if publication else str(year), area]
        return "-".join(part for part in parts if part) + f".{extension}"


def _back(year: int) -> Response:
    return RedirectResponse(f"{PATH}/{year}", 303)
