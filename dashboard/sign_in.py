"""Signing in and out: `/logga-in`, the provider's answer, and `/logga-ut`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from config import OidcSettings
from dashboard import plainform
from dashboard.access import TOKEN_FIELD, Access
from dashboard.pages import account
from dashboard.people import People
from dashboard.provider import Claims, Provider, ProviderError
from dashboard.shell import Page
from policy import ANONYMOUS, PUBLIC, Action
from sql import audit, sessions
from sql.audit import Event, What
from sql.sessions import Attempt, SignedIn

BEGIN: Final = "/logga-in"
ANSWER: Final = "/logga-in/svar"
END: Final = "/logga-ut"
_ATTEMPT: Final = "inloggning"
_NO_STORE: Final = {"Cache-Control": "no-store"}
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignIn:
    """What the addresses need. `page` makes a whole HTML page in the site's shell."""

    settings: OidcSettings
    url: str
    people: People
    access: Access
    provider: Provider
    page: Callable[[Page], str]

    def router(self) -> APIRouter:
        """The addresses."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route(BEGIN, self.begin, methods=["GET"])
        routes.add_api_route(ANSWER, self.answer, methods=["GET"])
        routes.add_api_route(END, self.end, methods=["POST"])
        return routes

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider; it comes back to the page that the reader was at."""
        try:
            to, kept = await self.provider.begin(request)
        except ProviderError as error:
            return await self._failed(str(error), account.provider_silent())
        attempt = Attempt(kept, _own_path(request.query_params.get("till", "/")))
        secret = await run_in_threadpool(sessions.begin, self.people.store, attempt, self.people.now())
        response = RedirectResponse(to, 303, _NO_STORE)
        self._set(response, _ATTEMPT, secret, sessions.LONGEST_ATTEMPT, path=BEGIN)
        return response

    async def answer(self, request: Request) -> Response:
        """Take in what the provider says of whoever comes back: once, in the browser that asked, and only if all of it is right."""
        store, now = self.people.store, self.people.now()
        secret = request.cookies.get(_ATTEMPT, "")
        attempt = await run_in_threadpool(sessions.take, store, secret, now) if secret else None
        if attempt is None:
            return await self._failed("no_attempt", account.attempt_gone())
        try:
            claims = await self.provider.finish(request, attempt.data)
        except ProviderError as error:
            return await self._failed(str(error), account.not_signed_in())
        return await self._welcome(request, claims, attempt.back)

    async def _welcome(self, request: Request, claims: Claims, back: str) -> Response:
        now, lasts = self.people.now(), timedelta(hours=self.settings.session_hours)
        who = SignedIn(claims.subject, claims.name, claims.roles, claims.id_token, now + lasts)
        person, before = self.people.person(who), request.cookies.get(self.people.cookie)
        secret = await run_in_threadpool(sessions.open_session, self.people.store, who, person, now, before)
        response = RedirectResponse(back if person.roles != {PUBLIC} else account.PATH, 303, _NO_STORE)
        self._set(response, self.people.cookie, secret, lasts)
        self._forget(response, _ATTEMPT, BEGIN)
        return response

    async def end(self, request: Request) -> Response:
        """End the session here, and then at the provider."""
        said = await plainform.fields(request)
        refusal = self.access.change_refusal(request, Action.READ_PROTECTED)
        if sentence := refusal or self.access.token_refusal(request, said.get(TOKEN_FIELD, "")):
            return HTMLResponse(self.page(account.stopped(sentence)), 403, _NO_STORE)
        who = await run_in_threadpool(self.people.signed_in, request)
        to = None
        if who is not None:
            secret, person = request.cookies[self.people.cookie], self.people.person(who)
            await run_in_threadpool(sessions.close, self.people.store, secret, person, self.people.now())
            to = await self.provider.sign_out(who.id_token, f"{self.url}/")
        # not a redirect: form-action would stop one that leads from a form to another site
        onward = {"Refresh": f"0; url={to}"} if to else {}
        response = HTMLResponse(self.page(account.signed_out(to)), 200, _NO_STORE | onward)
        self._forget(response, self.people.cookie)
        return response

    async def _failed(self, why: str, page: Page) -> Response:
        """Tell the log and the audit trail the sort of fault, and the person what to do."""
        _log.warning("a sign-in failed: %s", why)
        event = Event(What.SIGN_IN_FAILED, said=why)
        await run_in_threadpool(audit.note, self.people.store, ANONYMOUS, event, self.people.now())
        response = HTMLResponse(self.page(page), page.status, _NO_STORE)
        self._forget(response, _ATTEMPT, BEGIN)
        return response

    def _set(self, response: Response, name: str, value: str, lasts: timedelta, path: str = "/") -> None:
        secure = self.people.settings.web.is_https
        response.set_cookie(name, value, int(lasts.total_seconds()), path=path, secure=secure, httponly=True, samesite="lax")

    def _forget(self, response: Response, name: str, path: str = "/") -> None:
        response.delete_cookie(name, path, secure=self.people.settings.web.is_https, httponly=True, samesite="lax")


def _own_path(address: str) -> str:
    """A path of ours: nobody is led to another site after having signed in."""
    parts = urlsplit(address)
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if is_ours and "\\" not in address and address.isprintable() else "/"
