"""What a plan's pages ask the server to do: save a field, keep a draft, close or open a period, carry a plan over, give its files.

Plain HTML forms, so they work without scripts; a script sends the same forms and reads the answer as JSON. Who may do what is
`policy`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

import personnummer
from config import Settings
from dashboard import plan_editing
from dashboard.access import TOKEN_FIELD, Access
from dashboard.choices import Choices
from dashboard.pages import plan_answer
from dashboard.plan_editing import read_wish
from dashboard.plan_saving import Answer, Form, Saving, parts_of, read_form
from dashboard.plan_view import EDIT, FILL, PATH
from dashboard.sections.plan_closing import STATE, UNLOCK
from dashboard.sections.plan_edit import CHANGE
from dashboard.sections.plan_fill import SAVE, anchor
from dashboard.sections.plan_history import CARRY
from dashboard.shell import Page
from flows import replanning
from flows.planning import Plans
from metrics.namndplan import periods_to_follow
from policy import Action, Person
from sql import plan_entries
from sql.plan_entries import DONE, LOCKED, OPEN, Conflict
from sql.store import Store

BY: Final = "webbsidan"
DRAFT: Final = "utkast"
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_MOST_BYTES: Final = 64 * 1024
_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_REASON: Final = 1000
_MOVES: Final = {(OPEN, DONE), (DONE, OPEN), (DONE, LOCKED)}
"""From which state of a period to which, without a reason."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A request that gets no further: a Swedish sentence and the HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """A form from somebody who may change the kommun's plan."""

    kommun: str
    fields: Mapping[str, str]
    person: Person
    now: datetime

    @property
    def by(self) -> Person:
        """Who it is, under the name that is shown: without sign-in nobody's."""
        return self.person if self.person.name else Person(self.person.subject, BY, self.person.roles)


@dataclass(frozen=True)
class PlanForms:
    """What the addresses below a plan's page need. `page` makes a whole HTML page in the site's shell, `now` is the clock."""

    settings: Settings
    store: Store
    plans: Plans
    access: Access
    page: Callable[[Page], str]
    now: Callable[[], datetime]
    is_demo: Callable[[], bool]

    def router(self) -> APIRouter:
        """The addresses."""
        routes = APIRouter(prefix=f"{PATH}/{{kommun}}", include_in_schema=False)
        ways: tuple[tuple[str, Action, Callable[[Asked, bool], Response]], ...] = (
            (SAVE, Action.EDIT_PLAN, self._save),
            (DRAFT, Action.EDIT_PLAN, _plain(self._draft)),
            (STATE, Action.EDIT_PLAN, _plain(self._state)),
            (UNLOCK, Action.UNLOCK_PLAN, _plain(self._unlock)),
            (CARRY, Action.EDIT_PLAN, _plain(self._carry)),
            (CHANGE, Action.EDIT_PLAN, _plain(self._change)),
        )
        for way, action, work in ways:
            routes.add_api_route(f"/{way}", self._answering(action, work), methods=["POST"])
            routes.add_api_route(f"/{way}", _back, methods=["GET"])
        return routes

    def _answering(self, action: Action, work: Callable[[Asked, bool], Response]) -> Callable[[str, Request], object]:
        async def answer(kommun: str, request: Request) -> Response:
            as_json = "application/json" in request.headers.get("accept", "")
            try:
                asked = await self._asked(kommun, request, action)
                return await run_in_threadpool(work, asked, as_json)
            except Refusal as refusal:
                if as_json:
                    return JSONResponse({"detail": str(refusal)}, refusal.status)
                return self._shown(plan_answer.stopped(self.settings, kommun, [str(refusal)], refusal.status))

        return answer

    async def _asked(self, kommun: str, request: Request, action: Action) -> Asked:
        """The form and who sent it. Raises Refusal for whoever may not do that with the kommun's plan."""
        if kommun not in self.settings.kommuner:
            raise Refusal("Kommunen finns inte.", 404)
        _stop(self.access.change_refusal(request, action, kommun))
        fields = await _fields(request)
        _stop(self.access.token_refusal(request, fields.get(TOKEN_FIELD, "")))
        return Asked(kommun, fields, self.access.reader(is_demo=self.is_demo()), self.now())

    # ---- Fields ---------------------------------------------------------------------------------------------------------------

    def _save(self, asked: Asked, as_json: bool) -> Response:
        form, book = read_form(asked.fields), self.plans.book()
        today = asked.now.astimezone(_STOCKHOLM).date()
        answers = Saving(self.settings, self.store, book, asked.kommun, asked.by, asked.now, today).save(form)
        self._drop_drafts(asked, form, answers)
        if as_json:
            return JSONResponse({"answers": [answer.as_dict() for answer in answers]})
        if all(answer.state == "saved" for answer in answers):
            return RedirectResponse(self._filling(asked, form), 303)
        return self._shown(plan_answer.unsaved(self.settings, asked.kommun, form, answers, self.access.token, self._filling(asked, form)))

    def _filling(self, asked: Asked, form: Form) -> str:
        """Where the form was."""
        shown = form.shown or form.period
        address = Choices(f"{PATH}/{asked.kommun}", year=shown[:4], period=shown, view=FILL).address
        return f"{address}#{anchor(form.kind, form.item, form.period)}"

    def _drop_drafts(self, asked: Asked, form: Form, answers: Sequence[Answer]) -> None:
        if asked.person.subject:
            saved = [form.place(asked.kommun, answer.field) for answer in answers if answer.state == "saved"]
            plan_entries.drop_drafts(self.store, asked.person.subject, saved)

    def _draft(self, asked: Asked) -> Response:
        """Keep what is being written, for a person who has signed in; a draft is never shown to anybody else."""
        form = read_form(asked.fields)
        stored = self.plans.book().plan(asked.kommun, int(form.period[:4] or 0))
        if asked.person.subject and stored and form.item in parts_of(stored.plan, form.kind, form.period):
            for name, text in form.texts.items():
                if not personnummer.find(text):
                    plan_entries.keep_draft(self.store, asked.person.subject, form.place(asked.kommun, name), text[:10_000], asked.now)
        return Response(status_code=204)

    # ---- The period -----------------------------------------------------------------------------------------------------------

    def _state(self, asked: Asked) -> Response:
        """Mark the period done, open it again, or lock it."""
        if (self._before(asked), asked.fields.get("lage")) not in _MOVES:
            raise Refusal("Perioden är inte i det läge som sidan visade. Ladda om den.", 409)
        return self._moved(asked, asked.fields["lage"], None)

    def _unlock(self, asked: Asked) -> Response:
        """Open a locked period, with a reason."""
        reason = asked.fields.get("skal", "").strip()[:_LONGEST_REASON]
        if self._before(asked) != LOCKED:
            raise Refusal("Perioden är inte låst. Ladda om sidan.", 409)
        if not reason:
            raise Refusal("Skriv varför den låsta perioden öppnas.", 400)
        if personnummer.find(reason):
            raise Refusal("Skälet innehåller ett personnummer eller samordningsnummer. Skriv det utan.", 400)
        return self._moved(asked, OPEN, reason)

    def _before(self, asked: Asked) -> str:
        """The period's state now. Raises Refusal for a period that the plan is not followed up by."""
        at = asked.fields.get("period", "")
        stored = self.plans.book().plan(asked.kommun, int(at[:4])) if at[:4].isdecimal() else None
        if stored is None or at not in periods_to_follow(stored.plan) or not asked.fields.get("sett", "").isdecimal():
            raise Refusal("Perioden finns inte i planen. Ladda om sidan.", 400)
        found = plan_entries.newest(self.store, asked.kommun).get(plan_entries.Place(asked.kommun, at, "period", "", "lage"))
        return (found.value if found else None) or OPEN

    def _moved(self, asked: Asked, state: str, reason: str | None) -> Response:
        at, seen = asked.fields["period"], int(asked.fields["sett"])
        made = plan_entries.set_state(self.store, asked.kommun, at, state, seen=seen, by=asked.by, now=asked.now, reason=reason)
        if isinstance(made, Conflict):
            raise Refusal("Någon annan har ändrat perioden sedan du öppnade sidan. Ladda om den och se hur det står till.", 409)
        return RedirectResponse(Choices(f"{PATH}/{asked.kommun}", year=at[:4], period=at).address + "#klart", 303)

    # ---- The plan -------------------------------------------------------------------------------------------------------------

    def _carry(self, asked: Asked) -> Response:
        year = asked.fields.get("till", "")
        today = asked.now.astimezone(_STOCKHOLM).date()
        try:
            made = replanning.carry_over(
                self.settings, self.store, self.plans.book(), asked.kommun, int(year) if year.isdecimal() else 0,
                dnr=asked.fields.get("dnr", ""), by=asked.by, now=asked.now, today=today,
            )  # fmt: skip
        except replanning.NotCarriedError as error:
            raise Refusal(str(error), 409) from error
        if made.delivery is None:
            told = [problem.message for problem in made.problems]
            return self._shown(plan_answer.stopped(self.settings, asked.kommun, told, 200))
        return RedirectResponse(Choices(f"{PATH}/{asked.kommun}", year=year).address, 303)

    def _change(self, asked: Asked) -> Response:
        """Change one part of the plan itself."""
        wish = read_wish(asked.fields)
        done = plan_editing.change(self.settings, self.store, asked.kommun, wish, by=asked.by, now=asked.now)
        if done.problems or done.theirs is not None:
            return self._shown(plan_answer.unchanged(self.settings, asked.kommun, wish, done, self.access.token))
        back = Choices(f"{PATH}/{asked.kommun}", year=str(wish.year), view=EDIT).address
        return RedirectResponse(f"{back}#{done.at}" if done.at else back, 303)

    def _shown(self, page: Page) -> Response:
        return HTMLResponse(self.page(page), page.status, {"Cache-Control": "no-store"})


def _plain(work: Callable[[Asked], Response]) -> Callable[[Asked, bool], Response]:
    """Work whose answer is the same for a person and a script."""
    return lambda asked, _: work(asked)


def _stop(sentence: str | None) -> None:
    if sentence is not None:
        raise Refusal(sentence, 403)


def _back(kommun: str) -> Response:
    return RedirectResponse(f"{PATH}/{kommun}", 303)


async def _fields(request: Request) -> dict[str, str]:
    """The form's fields. Raises Refusal for one that is too large or of another kind."""
    if not request.headers.get("content-type", "").startswith(_FORM):
        raise Refusal("Formuläret kom inte fram. Försök igen.", 400)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Refusal("Texten är för lång. Korta den.", 413)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
