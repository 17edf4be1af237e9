"""Two real OpenID providers on loopback: our own, which can be told to misbehave, and oidc-provider-mock, which others have written."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import httpx2
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT = "uppfoljning"


@dataclass
class Bent:
    """What the provider is to say instead of the truth: claims of the ID token, and the algorithm it signs with."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | None = None
    without_id_token: bool = False


class OwnProvider:
    """Authorization code with PKCE (S256, demanded and verified), codes that work once, signed ID tokens, sign-out."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.be_honest()
        self._key = RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def be_honest(self) -> None:
        """As it was at first, with the same key."""
        self.bent = Bent()
        self.person: dict[str, Any] = {"sub": "anna", "name": "Anna Andersson", "groups": ["v"]}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/jwks", self._jwks),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/end", self._end),
            ]
        )

    def _end(self, request: Request) -> Response:
        """Sign out, and back to where the client was registered to come back to."""
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)

    def _configuration(self, _: Request) -> Response:
        addresses = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in (("authorization", "authorize"), ("token", "token"))}
        algorithms = {"id_token_signing_alg_values_supported": ["RS256", "none", "HS256"]}
        more = {"end_session_endpoint": f"{self.url}/end", "jwks_uri": f"{self.url}/jwks", "issuer": self.url}
        return JSONResponse(addresses | algorithms | more)

    def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        if asked["code_challenge_method"] != "S256" or not asked["nonce"] or asked["response_type"] != "code":
            return Response(status_code=400)
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", 303)

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            asked = self._codes.pop(str(form["code"]), None)
            verifier = str(form.get("code_verifier", ""))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]} | self.person | self.bent.claims
        key = self.bent.key or self._key
        token = jwt.encode({"alg": "RS256", "kid": "k"}, {name: value for name, value in claims.items() if value is not None}, key)
        given = {"access_token": "x", "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(given if self.bent.without_id_token else given | {"id_token": token})


@contextmanager
def own_provider() -> Iterator[OwnProvider]:
    """The provider, served from a thread."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider = OwnProvider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="error", ws="none", timeout_graceful_shutdown=1))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        _wait(provider.url, lambda: True)
        yield provider
        server.should_exit = True
        thread.join(10)


@contextmanager
def others_provider() -> Iterator[str]:
    """oidc-provider-mock in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://localhost:{port}"
            _wait(url, lambda: process.poll() is None)
            yield url
        finally:
            process.terminate()


def _wait(url: str, alive: Any) -> None:
    deadline = time.monotonic() + 30
    while alive() and time.monotonic() < deadline:
        try:
            httpx2.get(f"{url}/.well-known/openid-configuration", timeout=5)
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{url} did not start")
