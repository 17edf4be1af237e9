"""Who is asking, as `policy` knows people, and whether the request came from a page of ours.

`access: open` shows everyone unprotected figures and is allowed for a demo store or a server bound to loopback alone;
`access: public` shows everyone protected figures. Whoever has not signed in changes something only on a server bound to loopback
alone, and nobody does so for a page that another web site has made the browser send. Source: contract, section 6.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

import policy
from config import Settings
from dashboard import reader
from policy import Action, Person, Sight
from sql.secret import secret

if TYPE_CHECKING:
    from sql.store import Store

TOKEN_FIELD = "formularnyckel"  # noqa: S105 - a name, not a secret
OWN_HEADER = "x-uppfoljning"
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "via")

_NOT_SAME_SITE = "Begäran kom från en annan webbplats och är stoppad. Öppna sidan här och försök igen därifrån."
_NOT_LOOPBACK = (
    "Här går det inte att ändra något: servern kan nås av andra och ingen är inloggad. "
    "Gör det med ett kommando på servern, eller starta servern på den egna datorn med --host 127.0.0.1."
)
_NOT_SIGNED_IN = "Det här kräver att du är inloggad. Logga in och försök igen."
_NO_ROLE = "Din roll räcker inte till det här."
_NOT_OUR_HOST = (
    "Oskyddade siffror visas bara på den egna datorn. Öppna sidan på adressen 127.0.0.1 eller localhost, "
    "eller låt den som sköter systemet ange access: public."
)


def is_loopback(host: str) -> bool:
    """Whether the address is the machine itself and nothing else; a name other than `localhost` never is."""
    bare = host.strip().removeprefix("[").removesuffix("]")
    if bare.lower() == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def refusal(settings: Settings, store: Store, host: str) -> str | None:
    """Why `serve` may not start on the host, as a Swedish sentence, or None when it may."""
    if settings.access == "open" and not store.is_demo and not is_loopback(host):
        return (
            f"Servern startar inte på {host}: access: open visar oskyddade siffror och är bara tillåtet för en demo eller på den egna "
            "datorn. Ange --host 127.0.0.1, eller access: public i inställningarna."
        )
    return None


def form_token(folder: Path) -> str:
    """The token that every form carries: another web site cannot read it, so a form that holds it came from a page of ours."""
    return secret(folder, TOKEN_FIELD)


@dataclass(frozen=True)
class Access:
    """The rule for one server: its settings, the host that it is bound to, and the secret behind its forms' tokens."""

    settings: Settings
    host: str
    secret: str

    @property
    def on_loopback(self) -> bool:
        """Whether only the machine itself can reach the server."""
        return is_loopback(self.host)

    def protected(self, *, is_demo: bool) -> bool:
        """Whether an anonymous reader gets protected figures."""
        return self.settings.access != "open" or not (is_demo or self.on_loopback)

    def may_read_rows(self, kommuner: Iterable[str], *, is_demo: bool) -> bool:
        """Whether whoever is asking may read the rows behind figures of the kommuner; without sign-in: at a machine of their own or
        in a demo, where nothing is protected."""
        person = self.reader(is_demo=is_demo)
        if person.subject == policy.ANONYMOUS.subject:
            return not self.protected(is_demo=is_demo)
        return all(policy.allows(person, Action.READ_ROWS, kommun) for kommun in kommuner)

    def anonymous(self, request: HTTPConnection | None, *, is_demo: bool) -> Person:
        """Somebody who has not signed in: the public; reads all where the settings say so, and changes things at the machine itself."""
        roles = {policy.PUBLIC}
        if not self.protected(is_demo=is_demo):
            roles.add(policy.FORUM)
        if self.settings.access != "signin" and self.on_loopback and (request is None or _at_own_name(request)):
            roles.add(policy.LOCAL)
        return Person(policy.ANONYMOUS.subject, policy.ANONYMOUS.name, frozenset(roles))

    def reader(self, *, is_demo: bool) -> Person:
        """Whoever is asking; outside a request somebody who has not signed in."""
        return reader.present() or self.anonymous(None, is_demo=is_demo)

    def may(self, action: Action, kommun: str | None = None, *, is_demo: bool) -> bool:
        """Whether whoever is asking may do it, for the kommun; without a kommun, for all of them."""
        return policy.allows(self.reader(is_demo=is_demo), action, kommun)

    def sight(self, *, is_demo: bool) -> Sight:
        """What whoever is asking sees unprotected."""
        return policy.sight(self.reader(is_demo=is_demo))

    def why_not(self, person: Person) -> str:
        """Why somebody may not do something, and what to do, in Swedish."""
        if person.subject:
            return _NO_ROLE
        return _NOT_SIGNED_IN if self.settings.access == "signin" else _NOT_LOOPBACK

    @property
    def token(self) -> str:
        """What the reader's forms carry; somebody who has signed in has one of their own, which no other reader knows."""
        person = reader.present()
        if person is None or not person.subject:
            return self.secret
        return hmac.new(self.secret.encode(), person.subject.encode(), hashlib.sha256).hexdigest()

    def read_refusal(self, request: HTTPConnection, *, is_demo: bool) -> str | None:
        """Why the request may not even read: unprotected real figures answer to the machine's own name, with no proxy between.

        Without this a web site that points its own name at 127.0.0.1, or a proxy beside the server, would read them.
        """
        if is_demo or self.protected(is_demo=is_demo):
            return None
        return None if _at_own_name(request) else _NOT_OUR_HOST

    def change_refusal(self, request: Request, action: Action, kommun: str | None = None) -> str | None:
        """Why the request may not change anything, from its headers alone, or None; a form's token is checked by `token_refusal`.

        Without a kommun it is asked whether the reader may do it for any: whoever knows the kommun asks again.
        """
        person = reader.present() or self.anonymous(request, is_demo=False)
        allowed = policy.allows(person, action, kommun) if kommun else policy.allows_somewhere(person, action)
        if not allowed:
            return self.why_not(person)
        return None if person.only is not None or _same_site(request) else _NOT_SAME_SITE

    def token_refusal(self, request: Request, token: str) -> str | None:
        """Why the form may not change anything: its token is not the reader's, and the request lacks our own header.

        A page of another site can neither read the token nor set the header.
        """
        if OWN_HEADER in request.headers or hmac.compare_digest(self.token.encode(), token.encode()):
            return None
        return _NOT_SAME_SITE


def _at_own_name(request: HTTPConnection) -> bool:
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return is_loopback(name) and not any(header in request.headers for header in _PROXY_HEADERS)


def _same_site(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or (origin == "null" and site == "same-origin"):  # null: what a browser sends under no-referrer
        return True
    return urlsplit(origin).netloc == request.headers.get("host")
