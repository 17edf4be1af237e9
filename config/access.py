"""What config.yaml says of people: how they sign in, where the site is found, and how long the audit trail is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from config.values import Text, Value
from policy import known_roles

AccessKind = Literal["open", "public", "signin"]
SECRET_VARIABLE: Final = "UPPFOLJNING_OIDC_SECRET"  # noqa: S105 - the name of a variable, not a secret
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def _secure(url: str) -> str:
    parts = urlsplit(url)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_secure or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("ska vara en adress som börjar med https:// (http:// duger bara på den egna datorn)")
    return url.rstrip("/")


def _mail(address: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError("ska vara en e-postadress")
    return address


Url = Annotated[Text, AfterValidator(_secure)]
Mail = Annotated[Text, AfterValidator(_mail)]


class WebSettings(Value):
    """`url`: what readers call the site, behind whatever stands before it; `proxies`: whose word on the reader's address is taken.

    `contact`: the e-mail address of whoever gives roles, shown to those who have none.
    """

    url: Url | None = None
    proxies: tuple[Text, ...] = ()
    contact: Mail | None = None

    @property
    def is_https(self) -> bool:
        """Whether readers come by TLS: then cookies are sent by TLS alone, and browsers are told to keep to it."""
        return self.url is not None and self.url.startswith("https://")


class OidcSettings(Value):
    """Sign-in with OpenID Connect. `roles`: what a value of the claim `roles_claim` (dots lead inwards) gives.

    `client_secret` comes from the environment and never from the file; without one the client is a public one.
    """

    issuer: Url
    client_id: Text
    client_secret: SecretStr | None = None
    scopes: tuple[Text, ...] = ("openid", "profile")
    name_claim: Text = "name"
    roles_claim: Text
    roles: Mapping[Text, Text] = Field(min_length=1)
    session_hours: int = Field(gt=0)


class AuditSettings(Value):
    """`keep_years`: older lines are cut off by `audit cut`; without it none are.

    `key_file` holds the key of the chain; without it the key lies in the storage folder. Processes on several machines share one.
    """

    keep_years: int | None = Field(default=None, ge=1)
    key_file: Text | None = None


class RateSettings(Value):
    """How often one reader may ask, per minute and server: to sign in, and of the API."""

    sign_in_per_minute: int = Field(gt=0)
    api_per_minute: int = Field(gt=0)


def access_problems(access: AccessKind, oidc: OidcSettings | None, web: WebSettings, kommuner: Mapping[str, str]) -> Iterator[str]:
    """What does not hold together in the settings of people, as Swedish sentences."""
    if access == "signin" and (oidc is None or web.url is None):
        yield "access: signin kräver oidc (vem som loggar in) och web.url (sidornas adress). Ange båda"
    for value, role in oidc.roles.items() if oidc else ():
        if not known_roles([role], kommuner):
            known = "public, forum, vgr, admin eller kommun:<kod>"
            why = "kommunen finns inte" if re.fullmatch(r"kommun:\d{4}", role) else f"välj {known}"
            yield f"oidc.roles.{value}: rollen {role} finns inte, {why}"
