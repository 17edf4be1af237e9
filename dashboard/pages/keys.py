"""`/nycklar`: the keys with which machines use the API; whoever administers makes and revokes them here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from config import Settings
from dashboard.access import TOKEN_FIELD, Access
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.parts import head, lead, notice, row, scrolling, table
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from sql import api_tokens
from sql.api_tokens import Token
from sql.store import Store
from swedish import day, in_order

PATH: Final = "/nycklar"
LONGEST_DAYS: Final = 366
_USUAL_DAYS: Final = 90
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_ABOUT: Final = "En nyckel ger ett annat program rätt att läsa siffror eller lämna uppgifter i API:t. Den visas en gång och sparas inte."


def making(store: Store, access: Access, now: Callable[[], datetime]) -> Callable[[Choices, Context], Page]:
    """What makes the page."""
    return partial(_page, store, access, now)


def _page(store: Store, access: Access, now: Callable[[], datetime], _: Choices, context: Context) -> Page:
    return page(context.settings, api_tokens.listing(store), access.token, now())


def page(settings: Settings, tokens: tuple[Token, ...], token: str, now: datetime, *said: Node) -> Page:
    """The keys, and the form for a new one; `said` stands first."""
    first = head([("Översikt", "/"), ("Nycklar", "")], (), "Nycklar till API:t", lead(_ABOUT), *said)
    return Page("Nycklar", (first, _form(settings, token), _keys(tokens, token, now)), menu=PATH)


def made(name: str, secret: str) -> Element:
    """The new key, this once."""
    told = h.p(h.code(secret, class_="secret"))
    return h.div(h.b(f"Nyckeln {name} är gjord."), told, h.p("Kopiera den nu: den visas inte igen."), class_="notice")


def revoked() -> Element:
    """The key has ended."""
    return notice("Nyckeln är återkallad.", "Den som använder den blir nekad från och med nu.", None)


def refused(sentence: str) -> Element:
    """Why nothing was made or revoked."""
    return notice("Det gick inte.", sentence, None)


def _form(settings: Settings, token: str) -> Element:
    kommuner = sorted(settings.kommuner.items(), key=lambda each: in_order(each[1]))
    reads = [("las:oppet", "Läsa det som är öppet för alla"), ("las:allt", "Läsa alla siffror")]
    reads += [(f"las:{code}", f"Läsa alla siffror för {name}") for code, name in kommuner]
    gives = [("lamna:allt", "Lämna uppgifter för alla"), *((f"lamna:{code}", f"Lämna uppgifter för {name}") for code, name in kommuner)]
    both = (("Läsa", reads), ("Lämna", gives))
    groups = [h.optgroup([h.option(words, value=scope) for scope, words in options], label=label) for label, options in both]
    name = h.input(type="text", id="namn", name="namn", required=True, autocomplete="off", maxlength="80")
    fields = (
        h.input(type="hidden", name=TOKEN_FIELD, value=token),
        _field("namn", "Vad nyckeln är till", name),
        _field("behorighet", "Vad den får göra", h.select(groups, id="behorighet", name="behorighet")),
        _field(
            "dagar",
            "Dagar den gäller",
            h.input(type="number", id="dagar", name="dagar", defaultValue=str(_USUAL_DAYS), min="1", max=str(LONGEST_DAYS), required=True),
        ),
        h.button("Gör en nyckel", class_="button"),
    )
    form = h.form(fields, action=PATH, method="post", class_="upload written")
    return h.section(h.div(h.h2("En ny nyckel"), class_="part-head"), h.div(form, class_="stack"), class_="part not-printed")


def _field(id_: str, label: str, control: Element) -> Element:
    return h.div(h.label(label, for_=id_), control, class_="field")


def _keys(tokens: tuple[Token, ...], token: str, now: datetime) -> Element:
    body: Element = h.p("Ingen nyckel är gjord.", class_="quiet")
    if tokens:
        headings = [h.th(each, scope="col", class_="left") for each in ("Nr", "Till", "Får", "Gjord", "Av", "Gäller till", "Läge")]
        rows = [row(str(each.id), [h.td(cell, class_="left") for cell in _cells(each, token, now)]) for each in tokens]
        body = scrolling(table("Nycklar", headings, rows), "Nycklar")
    return h.section(h.div(h.h2("Nycklar som finns"), class_="part-head"), h.div(body, class_="stack"), class_="part")


def _cells(each: Token, token: str, now: datetime) -> tuple[Node, ...]:
    state: Node = "Har gått ut" if each.expires_at <= now else _revoke(each, token)
    if each.revoked_at is not None:
        state = f"Återkallad {_day(each.revoked_at)} av {each.revoked_by}"
    return each.name, ", ".join(each.scopes), _day(each.made_at), each.made_by, _day(each.expires_at), state


def _revoke(each: Token, token: str) -> Element:
    hidden = [h.input(type="hidden", name=name, value=value) for name, value in ((TOKEN_FIELD, token), ("aterkalla", str(each.id)))]
    return h.form(
        hidden, h.button("Återkalla", h.span(f" nyckeln {each.name}", class_="unseen"), class_="button"), action=PATH, method="post"
    )


def _day(moment: datetime) -> str:
    return day(moment.astimezone(_STOCKHOLM).date())
