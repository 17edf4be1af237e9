"""What the pages of the audit trail and of the keys ask the server to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

import personnummer
from config import Settings
from dashboard import choices, plainform
from dashboard.access import TOKEN_FIELD, Access
from dashboard.downloads import file_response
from dashboard.pages import account, audit, keys
from dashboard.shell import Page
from dashboard.tree import Node
from policy import Action
from sql import api_tokens
from sql.errors import StoreError
from sql.store import Store


class _WrongError(Exception):
    """What is wrong with the form, as a Swedish sentence."""


@dataclass(frozen=True)
class Administration:
    """What the addresses need. `page` makes a whole HTML page in the site's shell, `now` is the clock."""

    settings: Settings
    store: Store
    access: Access
    page: Callable[[Page], str]
    now: Callable[[], datetime]

    def router(self) -> APIRouter:
        """The addresses."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route(audit.FILE, self.trail, methods=["GET"])
        routes.add_api_route(keys.PATH, self.keys, methods=["POST"])
        return routes

    def trail(self, request: Request) -> Response:
        """The audit trail's lines as CSV, by the page's filters."""
        wanted = audit.filter_of(choices.read(f"{audit.PATH}?{request.url.query}"))
        return file_response(audit.to_csv(self.store, self.settings, wanted), "text/csv; charset=utf-8", "granskning.csv")

    async def keys(self, request: Request) -> Response:
        """Make or revoke a key, and show the page again with what came of it."""
        refusal = self.access.change_refusal(request, Action.ADMINISTER)
        said = {} if refusal else await plainform.fields(request)
        if sentence := refusal or self.access.token_refusal(request, said.get(TOKEN_FIELD, "")):
            return HTMLResponse(self.page(account.no_access(self.access, sentence, keys.PATH)), 403, {"Cache-Control": "no-store"})
        return await run_in_threadpool(self._keys, said)

    def _keys(self, said: Mapping[str, str]) -> Response:
        try:
            told: tuple[Node, ...] = (self._revoked(said["aterkalla"]),) if "aterkalla" in said else (self._made(said),)
        except (_WrongError, StoreError) as error:
            told = (keys.refused(str(error)),)
        page = keys.page(self.settings, api_tokens.listing(self.store), self.access.token, self.now(), *told)
        return HTMLResponse(self.page(page), 200, {"Cache-Control": "no-store"})

    def _revoked(self, number: str) -> Node:
        if not number.isdecimal():
            raise _WrongError("Nyckelns nummer gick inte att läsa. Ladda om sidan.")
        api_tokens.revoke(self.store, int(number), self.access.reader(is_demo=False), self.now())
        return keys.revoked()

    def _made(self, said: Mapping[str, str]) -> Node:
        name, days = said.get("namn", "").strip(), said.get("dagar", "")
        if not name or len(name) > 80 or personnummer.find(name):
            raise _WrongError("Skriv vad nyckeln är till, med högst 80 tecken och utan personnummer.")
        if not days.isdecimal() or not 1 <= int(days) <= keys.LONGEST_DAYS:
            raise _WrongError(f"Ange hur många dagar nyckeln gäller, 1 till {keys.LONGEST_DAYS}.")
        now = self.now()
        try:
            by = self.access.reader(is_demo=False)
            _, secret = api_tokens.make(self.store, name, [said.get("behorighet", "")], now + timedelta(days=int(days)), by, now)
        except ValueError as error:
            raise _WrongError(str(error)) from error
        return keys.made(name, secret)
