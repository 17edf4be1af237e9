"""One person of each kind."""

from __future__ import annotations

from pydantic import SecretStr

from config import Settings
from config.access import OidcSettings, WebSettings
from policy import Person

ALE, LERUM = "1440", "1441"
PUBLIC = Person("", "", frozenset({"public"}))
FORUM = Person("f", "Frida Forum", frozenset({"forum"}))
VGR = Person("v", "Viktor Region", frozenset({"vgr"}))
ADMIN = Person("a", "Alva Admin", frozenset({"admin"}))
OF_ALE = Person("k1", "Kim i Ale", frozenset({f"kommun:{ALE}"}))
OF_LERUM = Person("k2", "Robin i Lerum", frozenset({f"kommun:{LERUM}"}))
EVERYONE = {"public": PUBLIC, "forum": FORUM, "vgr": VGR, "admin": ADMIN, "kommun:1440": OF_ALE, "kommun:1441": OF_LERUM}

ROLES = {"f": "forum", "v": "vgr", "a": "admin", "k1": f"kommun:{ALE}", "k2": f"kommun:{LERUM}"}


def signing_in(settings: Settings, issuer: str = "https://login.example.org", url: str = "http://127.0.0.1:8050") -> Settings:
    """The settings of a server where people sign in; the claim `groups` holds a key of `ROLES`."""
    oidc = OidcSettings(
        issuer=issuer, client_id="uppfoljning", client_secret=SecretStr("hemlig"), roles_claim="groups", roles=ROLES, session_hours=8
    )
    return settings.model_copy(update={"access": "signin", "oidc": oidc, "web": WebSettings(url=url)})
