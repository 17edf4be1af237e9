"""What the page about the delivery to SKR asks the server to do: explain, approve, note that it was sent, and give the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from config import Settings
from dashboard import plainform
from dashboard.access import TOKEN_FIELD, Access
from dashboard.downloads import XLSX
from dashboard.pages import skr_forms
from dashboard.pages.skr_forms import PATH
from dashboard.parts import head, lead
from dashboard.sections.skr_log import file_name
from dashboard.shell import Page
from dashboard.tree import Element, h
from policy import Action
from reports import skr_year
from reports.editions import NothingToShowError
from reports.skr_files import receipt
from reports.skr_year import SkrRefusedError
from sql import skr
from sql.errors import StoreError
from sql.store import Store

_KINDS: Final = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "sha256": "text/plain; charset=utf-8"}
_AFTER: Final = {skr_forms.EXPLAIN: "kontroller", skr_forms.SIGN: "filer", skr_forms.SENT: "logg"}
_FAILED: Final = {
    skr_forms.EXPLAIN: "Förklaringen är inte sparad",
    skr_forms.SIGN: "Leveransen är inte godkänd",
    skr_forms.SENT: "Det är inte bokfört",
}
_YEAR_DIGITS: Final = 4
Said = Mapping[str, str]


@dataclass(frozen=True)
class SkrSteps:
    """What the addresses below the page need. `page` makes a whole HTML page in the site's shell, `now` is the clock."""

    settings: Settings
    store: Store
    access: Access
    page: Callable[[Page], str]
    now: Callable[[], datetime]

    def router(self) -> APIRouter:
        """The addresses."""
        routes = APIRouter(prefix=PATH, include_in_schema=False)
        routes.add_api_route("/{step}", self.step, methods=["POST"])
        routes.add_api_route("/{step}", _back, methods=["GET"])
        routes.add_api_route("/filer/{sign_off}/{name}", self.file, methods=["GET"])
        return routes

    # ---- Forms ----------------------------------------------------------------------------------------------------------------

    async def step(self, step: str, request: Request) -> Response:
        """Take the step that the form asks for and lead back to the page; or say why not, with the form as it was filled in."""
        if step not in _AFTER:
            raise HTTPException(404, "Sidan finns inte.")
        if sentence := self.access.change_refusal(request, Action.EXPLAIN_SKR):
            return self._refused(step, sentence, {}, 403)
        said = await plainform.fields(request)
        if sentence := self.access.token_refusal(request, said.get(TOKEN_FIELD, "")):
            return self._refused(step, sentence, {}, 403)
        return await run_in_threadpool(self._taken, step, said)

    def _taken(self, step: str, said: Said) -> Response:
        year = said.get(skr_forms.YEAR, "")
        if not (year.isdecimal() and len(year) == _YEAR_DIGITS):
            return self._refused(step, "Året gick inte att läsa. Öppna sidan igen och försök på nytt.", {}, 200)
        try:
            self._take(step, int(year), said)
        except SkrRefusedError as error:
            return self._refused(step, str(error), said, 200, self._again(step, int(year), said))
        except (NothingToShowError, StoreError) as error:
            return self._refused(step, str(error), said, 200)
        return RedirectResponse(f"{PATH}?{skr_forms.YEAR}={year}#{_AFTER[step]}", 303)

    def _take(self, step: str, year: int, said: Said) -> None:
        settings, store, now = self.settings, self.store, self.now()
        person = self.access.reader(is_demo=False)
        name = person if person.subject else said.get("namn", "")
        if step == skr_forms.EXPLAIN:
            skr_year.explain(settings, store, year, said.get("kontroll", ""), said.get("text", ""), name, now)
        elif step == skr_forms.SIGN:
            skr_year.sign(settings, store, year, name, said.get("kommentar", ""), now)
        else:
            skr_year.mark_sent(settings, store, year, said.get("till", ""), name, now)

    def _refused(self, step: str, sentence: str, said: Said, status: int, form: Element | None = None) -> Response:
        """The answer to a person; a browser would log another status as a fault of the page, which what the form lacks is not."""
        title = _FAILED[step]
        crumbs = [("Översikt", "/"), ("SKR", PATH), (title, "")]
        back = f"{PATH}?{skr_forms.YEAR}={said[skr_forms.YEAR]}" if said else PATH
        onward = h.p(h.a("Tillbaka till leveransen", href=back, class_="button"))
        page = Page(title, (head(crumbs, (), title, lead(sentence)), h.div(form, onward, class_="stack")), menu=PATH, status=status)
        return HTMLResponse(self.page(page), status, {"Cache-Control": "no-store"})

    def _again(self, step: str, year: int, said: Said) -> Element:
        """The form with what was written."""
        token = self.access.token
        if step == skr_forms.EXPLAIN:
            return skr_forms.explain_form(year, said.get("kontroll", ""), token, said)
        return skr_forms.sign_form(year, token, said) if step == skr_forms.SIGN else skr_forms.sent_form(year, token, said)

    # ---- Files ----------------------------------------------------------------------------------------------------------------

    def file(self, sign_off: int, name: str) -> Response:
        """An approved file, byte for byte, for a reader who may see who approved it: the names stand in it."""
        is_demo = self.store.is_demo
        if not self.access.may(Action.READ_ALL, is_demo=is_demo):
            raise HTTPException(403, "Filerna visas bara för den som ser oskyddade siffror: namnen på dem som har godkänt står i dem.")
        known = next((each for each in skr.sign_offs(self.store) if each.id == sign_off), None)
        names = {file_name(known, ending, is_demo=is_demo): ending for ending in _KINDS} if known else {}
        if name not in names:
            raise HTTPException(404, "Filen finns inte.")
        kept = skr.files(self.store, sign_off)
        contents = {"xlsx": kept.xlsx, "csv": kept.csv}
        contents["sha256"] = receipt({named: contents[ending] for named, ending in names.items() if ending in contents})
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(contents[names[name]], media_type=_KINDS[names[name]], headers=headers)


def _back() -> Response:
    return RedirectResponse(PATH, 303)
