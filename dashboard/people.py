"""From a request to whoever sends it: the cookie of somebody who has signed in, or the key of a machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import HTTPConnection

from config import Settings
from policy import PUBLIC, Person, known_roles
from sql import api_tokens, sessions
from sql.sessions import SignedIn
from sql.store import Store

_BEARER: Final = "bearer "


class UnknownKey(Exception):  # noqa: N818 - an answer, not a fault of the program
    """The request holds a key that opens nothing: a Swedish sentence says what to do."""


@dataclass(frozen=True)
class People:
    """Knows whoever has signed in and the machines that have a key; `now` is the clock."""

    settings: Settings
    store: Store
    now: Callable[[], datetime]

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; by TLS browsers take it from this host alone."""
        return "__Host-inloggad" if self.settings.web.is_https else "inloggad"

    def known(self, request: HTTPConnection) -> Person | None:
        """Whoever sends the request; None for the public. Raises UnknownKey, and StoreError when the database does not answer."""
        authorization = request.headers.get("authorization", "")
        if authorization.lower().startswith(_BEARER):
            person = api_tokens.person_of(self.store, authorization[len(_BEARER) :].strip(), self.now())
            if person is None:
                raise UnknownKey("Nyckeln gäller inte: den är okänd, återkallad eller har gått ut. Be den som sköter systemet om en ny.")
            return person
        signed_in = self.signed_in(request)
        return self.person(signed_in) if signed_in else None

    def signed_in(self, request: HTTPConnection) -> SignedIn | None:
        """The session that the request's cookie belongs to."""
        secret = request.cookies.get(self.cookie)
        return sessions.find(self.store, secret, self.now()) if secret and self.settings.access == "signin" else None

    def person(self, who: SignedIn) -> Person:
        """Whoever has signed in, with the roles that the settings give for their claims now."""
        given = self.settings.oidc.roles if self.settings.oidc else {}
        roles = known_roles((given[claim] for claim in who.claims if claim in given), self.settings.kommuner)
        return Person(who.subject, who.name, roles | {PUBLIC})
