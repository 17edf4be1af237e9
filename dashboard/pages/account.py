"""Who the reader is and what they may do, and what is said where a sign-in came to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from config import Settings
from dashboard.access import Access
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.parts import head, lead, notice
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from policy import ADMIN, FORUM, VGR, Action, Person, allows

PATH: Final = "/jag"
_AGAIN: Final = ("Logga in igen", "/logga-in")
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
            onward = ("Logga in", f"/logga-in?till={PATH}") if self._access.settings.access == "signin" else ("Till översikten", "/")
            return _page("Ditt konto", notice("Du är inte inloggad.", "Du ser det som är öppet för alla.", onward), _tools(person))
        granted = list(_granted(context.settings, person))
        who = lead(f"Du är inloggad som {person.name}.")
        if not granted:
            why = "Den som sköter systemet behöver ge dig en roll. Tills dess ser du det som är öppet för alla."
            return _page("Ditt konto", who, notice("Du har ingen behörighet än.", why, ("Till översikten", "/")))
        return _page("Ditt konto", who, h.ul([h.li(each) for each in granted], class_="dashes"), _tools(person))


def _granted(settings: Settings, person: Person) -> Iterator[str]:
    yield from (words for role, words in _WORDS.items() if role in person.roles)
    for kommun in sorted(person.kommuner):
        yield f"Läser alla siffror för {settings.kommuner[kommun]}, lämnar kommunens uppgifter och ändrar dess nämndplan."


def _tools(person: Person) -> Element | None:
    """The pages that are for a few, and so not in the menu."""
    pages = ((Action.READ_AUDIT, "Granskning", "/granskning"), (Action.ADMINISTER, "Nycklar till API:t", "/nycklar"))
    links = [h.a(name, href=path, class_="button") for action, name, path in pages if allows(person, action)]
    return h.p(links, class_="tools-row") if links else None


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
    onward = ("Logga ut ur inloggningstjänsten", provider) if provider else ("Till översikten", "/")
    return _page("Du är utloggad", notice("Du är utloggad här.", why, onward))


def stopped(sentence: str) -> Page:
    """Signing out was asked for by somebody else's page."""
    return _page("Det gick inte", notice(sentence, "Ingenting har ändrats.", ("Till översikten", "/")), status=403)


def _failed(what: str, why: str, status: int) -> Page:
    return _page("Du är inte inloggad", notice(what, why, _AGAIN), status=status)


def _page(title: str, *said: Node | None, status: int = 200) -> Page:
    return Page(title, (head([("Översikt", "/"), (title, "")], (), title, *said),), status=status)
