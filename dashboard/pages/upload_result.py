"""What the browser is told after an upload: taken in, refused with every error, or stopped before it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboard.numbers import number
from dashboard.parts import row, scrolling, table
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from loaders.intake import Outcome, Problem

_SHOWN = 1000  # a page with more rows than this is of no help to anyone; the command lists them all


def for_the_form(sentence: str) -> str:
    """The sentence with the form's fields where it names the command's options."""
    return re.sub(r"--(?:period|kommun) (?=ÅÅÅÅ|alla)", "", sentence).replace("--period", "Period").replace("--kommun", "Kommuner")


def taken(outcome: Outcome) -> Page:
    """The file counts as a delivery."""
    if outcome.already:
        return _page("Filen var redan inläst", h.p(outcome.answer, class_="answer"), _notes(outcome.notes))
    counting = h.p("Siffrorna räknas om nu. Det brukar ta någon minut innan sidorna visar dem.", class_="lead")
    left_out = _problems("Rader som inte är med", outcome.problems) if outcome.problems else None
    return _page("Filen är inläst", h.p(outcome.answer, class_="answer"), counting, _notes(outcome.notes), left_out)


def refused(outcome: Outcome) -> Page:
    """The file had errors and nothing of it is kept."""
    count = len(outcome.problems)
    answer = h.p(
        f"{number(count, 0)} fel. Rätta dem och ladda upp filen igen." if count > 1 else "Ett fel. Rätta det och ladda upp filen igen.",
        class_="answer",
    )
    return _page("Filen är inte inläst", answer, _notes(outcome.notes), _problems("Vad som är fel", outcome.problems))


def stopped(sentence: str) -> Page:
    """The file was not read at all."""
    return _page("Filen är inte inläst", h.p(for_the_form(sentence), class_="lead"))


def _page(title: str, *parts: Node | None) -> Page:
    back = h.p(h.a("Till leveranserna", href="/leveranser", class_="button"))
    return Page(title, (h.div(h.h1(title, tabindex="-1"), parts, back, class_="head stack"),), menu="/leveranser")


def _notes(notes: Sequence[str]) -> Element | None:
    return h.ul([h.li(note) for note in notes], class_="dashes prose") if notes else None


def _problems(heading: str, problems: Sequence[Problem]) -> Element:
    headings = [h.th(name, scope="col", class_="left") for name in ("Rad", "Kolumn", "Värde", "Fel och vad du kan göra")]
    rows = [
        row(_or_dash(each.row), [h.td(_or_dash(text), class_="left") for text in (each.column, each.value, for_the_form(each.message))])
        for each in problems[:_SHOWN]
    ]
    more = len(problems) - len(rows)
    rest = (
        h.p(f"Här visas de första {number(_SHOWN, 0)}. {number(more, 0)} till finns i filen; kommandot check --json ger alla.")
        if more
        else None
    )
    return h.section(h.h2(heading), scrolling(table(heading, headings, rows), heading), rest)


def _or_dash(value: str | int | None) -> str:
    return "–" if value is None or value == "" else str(value)
