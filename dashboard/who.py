"""The reader's own part of the header: who has signed in, and the way in or out."""

from __future__ import annotations

from dashboard.access import Access
from dashboard.pages import account
from dashboard.reader import present
from dashboard.tree import Element, h


def who(access: Access, address: str) -> Element | None:
    """For the reader of the page at the address; None where nobody signs in."""
    if access.settings.access != "signin":
        return None
    person = present()
    if person is None or not person.subject:
        return h.div(account.sign_in(address), class_="who")
    out = account.sign_out(access)
    return h.div(h.a(person.name, href=account.PATH), out, class_="who")
