"""Who the reader is and what they may do, and what is said where a sign-in came to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from config import Settings
from dashboard.access import TOKEN_FIELD, Access
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.parts import head, lead, notice
from dashboard.reader import present
from dashboard.shell import Page
from dashboard.tree import Children, Element, Node, h
from policy import ADMIN, FORUM, VGR, Action, Person, allows

PATH: Final = "/jag"
_OVERVIEW: Final = ("Till översikten", "/")
_WORDS: Final = {
    FORUM: "Läser alla siffror, också små tal.",
    VGR: "Läser alla siffror, lämnar uppgifter för alla, publicerar, noterar beslut, godkänner leveransen till SKR och ser granskningen.",
    ADMIN: "Läser alla siffror, ser granskningen och gör nycklar till API:t.",
}


class Account:
    """Makes the page."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def __call__(self, _: Choices, context: Context) -> Page:
        """Who is asking, and what their roles give."""
        person = self._access.reader(is_demo=context.lookup.view.is_demo)
        if not person.subject:
            onward = sign_in(PATH) if self._access.settings.access == "signin" else _OVERVIEW
            return _page("Ditt konto", notice("Du är inte inloggad.", "Du ser det som är öppet för alla.", onward), _tools(person))
        granted = list(_granted(context.settings, person))
        who = lead(f"Du är inloggad som {person.name}.")
        if not granted:
            why = [
                "Den som sköter systemet",
                _contact(context.settings),
                " behöver ge dig en roll. Tills dess ser du det som är öppet för alla.",
            ]
            return _page("Ditt konto", who, notice("Du har ingen behörighet än.", why, _OVERVIEW))
        return _page(
            "Ditt konto", who, h.ul([h.li(each) for each in granted], class_="dashes"), _own(context.settings, person), _tools(person)
        )


def _own(settings: Settings, person: Person) -> Element | None:
    """The way to the person's own kommuner and their plans."""
    kommuner = [(settings.kommuner[kommun], kommun) for kommun in sorted(person.kommuner)]
    links = [
        link
        for name, kommun in kommuner
        for link in (
            h.a(f"{name} i siffror", href=f"/kommun/{kommun}", class_="button"),
            h.a(f"Nämndplan, {name}", href=f"/namndplan/{kommun}", class_="button"),
        )
    ]
    return h.p(links, class_="tools-row") if links else None


def _granted(settings: Settings, person: Person) -> Iterator[str]:
    yield from (words for role, words in _WORDS.items() if role in person.roles)
    for kommun in sorted(person.kommuner):
        yield f"Läser alla siffror för {settings.kommuner[kommun]}, lämnar kommunens uppgifter och ändrar dess nämndplan."


def _tools(person: Person) -> Element | None:
    """The pages that are for a few, and so not in the menu."""
    pages = ((Action.READ_AUDIT, "Granskning", "/granskning"), (Action.ADMINISTER, "Nycklar till API:t", "/nycklar"))
    links = [h.a(name, href=path, class_="button") for action, name, path in pages if allows(person, action)]
    return h.p(links, class_="tools-row") if links else None


def sign_in(address: str, words: str = "Logga in") -> Element:
    """The way to sign in, and from there back to the address."""
    return h.a(words, href=f"/logga-in?till={quote(address, safe='')}", class_="button", data_plain=True)


def sign_out(access: Access) -> Element:
    """The button that ends the reader's session."""
    return h.form(
        h.input(type="hidden", name=TOKEN_FIELD, value=access.token),
        h.button("Logga ut", class_="button"),
        action="/logga-ut",
        method="post",
    )


def no_access(access: Access, sentence: str, address: str) -> Page:
    """The reader may not see the page at the address, or do the thing; `sentence` says why. What to do depends on who is asking."""
    person = present()
    if person is not None and person.subject:
        why: Children = [
            f"Du är inloggad som {person.name}. Har du ett annat konto med rätt roll, logga ut och in igen. ",
            "Roller ges av den som sköter systemet",
            _contact(access.settings),
            ".",
        ]
        ways: list[tuple[str, str] | Element] = [("Ditt konto", PATH), sign_out(access), _OVERVIEW]
    else:
        why = "Det som är öppet för alla finns från översikten."
        ways = [*([sign_in(address)] if access.settings.access == "signin" else []), _OVERVIEW]
    said = notice(sentence, why, *ways)
    return Page(
        "Du har inte tillgång hit", (h.div(h.h1("Du har inte tillgång hit", tabindex="-1"), said, class_="head alone"),), status=403
    )


def _contact(settings: Settings) -> Children:
    """How to reach whoever keeps the system, where the settings say so."""
    address = settings.web.contact
    return [" (", h.a(address, href=f"mailto:{address}"), ")"] if address else None


def provider_silent() -> Page:
    """The provider cannot be reached, or is not who it should be."""
    return _failed("Inloggningstjänsten svarar inte.", "Försök igen om en stund. Det som är öppet för alla går att läsa ändå.", 503)


def attempt_gone() -> Page:
    """The sign-in took too long, began in another browser, or has been used already."""
    why = "Den kan ha tagit för lång tid, ha påbörjats i en annan webbläsare eller redan vara använd."
    return _failed("Inloggningen gäller inte längre.", why, 400)


def not_signed_in() -> Page:
    """The provider's answer does not hold."""
    why = "Svaret från inloggningstjänsten gick inte att lita på, eller så avbröts inloggningen. Ingen är inloggad."
    return _failed("Inloggningen gick inte.", why, 400)


def signed_out(provider: str | None) -> Page:
    """Nobody is signed in here; the browser goes on to the provider's own sign-out at the address, where it has one."""
    why = "Sidan går strax vidare till inloggningstjänsten." if provider else "Stäng webbläsaren om andra använder datorn."
    onward = ("Logga ut ur inloggningstjänsten", provider) if provider else _OVERVIEW
    return _page("Du är utloggad", notice("Du är utloggad här.", why, onward))


def stopped(sentence: str) -> Page:
    """Signing out was asked for by somebody else's page."""
    return _page("Det gick inte", notice(sentence, "Ingenting har ändrats.", _OVERVIEW), status=403)


def _failed(what: str, why: str, status: int) -> Page:
    return _page("Du är inte inloggad", notice(what, why, sign_in("/", "Logga in igen"), _OVERVIEW), status=status)


def _page(title: str, *said: Node | None, status: int = 200) -> Page:
    return Page(title, (head([("Översikt", "/"), (title, "")], (), title, *said),), status=status)
