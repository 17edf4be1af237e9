"""Talking to the OpenID provider: authorization code with PKCE, state and nonce; what it says of a person, checked; its sign-out.

authlib does the protocol. What it keeps between the two halves of a sign-in lies in our database (see `sql.sessions`).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request

import personnummer
from config import OidcSettings

_LEEWAY_SECONDS: Final = 60  # between two clocks
_TIMEOUT_SECONDS: Final = 10
_NAME: Final = "oidc"
_SAFE_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LONGEST: Final = 200


class ProviderError(Exception):
    """The sign-in came to nothing. The text says why, for the log and the audit trail; it holds nothing that the provider sent."""


@dataclass(frozen=True)
class Claims:
    """What the provider says of a person: a stable id, a name, the values that give roles, and the token that says so."""

    subject: str
    name: str
    roles: tuple[str, ...]
    id_token: str


class Provider:
    """The provider that the settings name. What it publishes of itself is asked for at the first sign-in and kept."""

    def __init__(self, settings: OidcSettings, redirect: str) -> None:
        self._settings, self._redirect = settings, redirect
        secret = settings.client_secret
        self._client: Any = OAuth().register(
            _NAME,
            client_id=settings.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(settings.scopes),
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT_SECONDS,
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            },
        )

    async def begin(self, request: Request) -> tuple[str, dict[str, Any]]:
        """Where to send the browser, and what its return is held against. Raises ProviderError."""
        kept: dict[str, Any] = {}
        request.scope["session"] = kept
        try:
            await self._known()
            response = await self._client.authorize_redirect(request, self._redirect)
        except (OAuthError, httpx2.HTTPError, ValueError, RuntimeError) as error:
            raise ProviderError(_kind(error)) from error
        return response.headers["location"], kept

    async def finish(self, request: Request, kept: dict[str, Any]) -> Claims:
        """Who came back. Raises ProviderError unless state, code, signature, issuer, audience, nonce and times are right."""
        request.scope["session"] = kept
        try:
            metadata = await self._known()
            required = {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": self._settings.client_id},
                "nonce": {"essential": True},
            }
            token = await self._client.authorize_access_token(request, claims_options=required, leeway=_LEEWAY_SECONDS)
        except (OAuthError, JoseError, httpx2.HTTPError, ValueError, RuntimeError, KeyError) as error:
            raise ProviderError(_kind(error)) from error
        said = token.get("userinfo")
        if not said or not said.get("sub"):
            raise ProviderError("no_id_token")
        return self._claims(said, token["id_token"])

    async def sign_out(self, id_token: str, back: str) -> str | None:
        """Where to send the browser so that the provider signs out as well; None where it has no such place or does not answer."""
        try:
            metadata = await self._known()
            if "end_session_endpoint" not in metadata:
                return None
            made = await self._client.create_logout_url(
                post_logout_redirect_uri=back, id_token_hint=id_token, client_id=self._settings.client_id
            )
        except (OAuthError, httpx2.HTTPError, ValueError, RuntimeError, ProviderError):
            return None
        return str(made["url"])

    async def _known(self) -> Mapping[str, Any]:
        """What the provider publishes of itself. It must be who the settings say, and sign with a key of its own."""
        metadata: dict[str, Any] = await self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._settings.issuer:
            raise ProviderError("wrong_issuer")
        given = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in given if name in _SAFE_ALGORITHMS]
        return metadata

    def _claims(self, said: Mapping[str, Any], id_token: str) -> Claims:
        name = said.get(self._settings.name_claim) or said.get("preferred_username") or said.get("email") or "Utan namn"
        return Claims(_subject(str(said["sub"])), _shown(str(name)), _roles(said, self._settings.roles_claim), id_token)


def _subject(sub: str) -> str:
    """A personal identity number never enters: where the provider's id is one, its hash tells people apart."""
    return f"sub:{hashlib.sha256(sub.encode()).hexdigest()[:32]}" if personnummer.find(sub) or len(sub) > _LONGEST else _printable(sub)


def _shown(name: str) -> str:
    shown = _printable(name).strip()[:_LONGEST]
    return "Utan namn" if not shown or personnummer.find(shown) else shown


def _printable(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.category(letter).startswith("C"))


def _roles(said: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The values at the path; none where it leads nowhere."""
    value: Any = said
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(each for each in values if isinstance(each, str))


def _kind(error: Exception) -> str:
    """The sort of fault; its words may hold what the provider or a browser sent."""
    return type(error).__name__
