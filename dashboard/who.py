"""The reader's own part of the header: who has signed in, and the way in or out."""

from __future__ import annotations

from urllib.parse import quote

from dashboard.access import TOKEN_FIELD, Access
from dashboard.pages import account
from dashboard.reader import present
from dashboard.tree import Element, h


def who(access: Access, address: str) -> Element | None:
    """For the reader of the page at the address; None where nobody signs in."""
    if access.settings.access != "signin":
        return None
    person = present()
    if person is None or not person.subject:
        return h.div(h.a("Logga in", href=f"/logga-in?till={quote(address, safe='')}", data_plain=True), class_="who")
    out = h.form(
        h.input(type="hidden", name=TOKEN_FIELD, value=access.token),
        h.button("Logga ut"),
        action="/logga-ut",
        method="post",
    )
    return h.div(h.a(person.name, href=account.PATH), out, class_="who")
