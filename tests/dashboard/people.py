"""One person of each kind."""

from __future__ import annotations

from policy import Person

ALE, LERUM = "1440", "1441"
PUBLIC = Person("", "", frozenset({"public"}))
FORUM = Person("f", "Frida Forum", frozenset({"forum"}))
VGR = Person("v", "Viktor Region", frozenset({"vgr"}))
ADMIN = Person("a", "Alva Admin", frozenset({"admin"}))
OF_ALE = Person("k1", "Kim i Ale", frozenset({f"kommun:{ALE}"}))
OF_LERUM = Person("k2", "Robin i Lerum", frozenset({f"kommun:{LERUM}"}))
EVERYONE = {"public": PUBLIC, "forum": FORUM, "vgr": VGR, "admin": ADMIN, "kommun:1440": OF_ALE, "kommun:1441": OF_LERUM}
