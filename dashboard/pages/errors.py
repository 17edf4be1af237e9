"""Pages that say what is so, why, and what to do next, where there is nothing else to show."""

from __future__ import annotations

from dashboard.parts import notice
from dashboard.shell import Page
from dashboard.tree import Node, h


def not_found() -> Page:
    """No page at the address."""
    return _page(
        "Sidan finns inte",
        404,
        notice(
            "Adressen leder ingenstans.",
            "Den kan vara felskriven, eller gälla ett område eller ett mått som inte finns.",
            ("Till översikten", "/"),
        ),
    )


def nothing_computed() -> Page:
    """A store without a run."""
    return _page(
        "Inga siffror än",
        200,
        notice(
            "Inget har räknats än.",
            "Sidorna fylls när den första leveransen har lästs in och siffrorna har räknats.",
            ("Se leveranser", "/leveranser"),
        ),
    )


def store_failed(sentence: str) -> Page:
    """The database does not answer; `sentence` says why."""
    return _page("Siffrorna går inte att läsa just nu", 503, notice(sentence, "Vänta en stund och ladda om sidan.", None))


def being_protected(sentence: str) -> Page:
    """The figures are there but may not be shown yet; the page asks again by itself where scripts run."""
    why = "Sidan försöker igen av sig själv var femte sekund. Annars kan du ladda om den."
    return _page("Siffrorna görs i ordning", 503, notice(sentence, why))


def failed() -> Page:
    """Something went wrong that nobody foresaw."""
    reason = "Något gick fel när sidan skulle göras. Felet är noterat i serverns logg."
    return _page("Sidan gick inte att visa", 500, notice(reason, "Försök igen, eller börja om från översikten.", ("Till översikten", "/")))


def _page(heading: str, status: int, said: Node) -> Page:
    return Page(heading, (h.div(h.h1(heading, tabindex="-1"), said, class_="head alone"),), status=status)
