"""What the browser is told after an upload: taken in, refused with every error, or stopped before it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dashboard.parts import answer, head, lead, row, scrolling, table
from dashboard.shell import Page
from dashboard.tree import Children, Element, h
from loaders.intake import Outcome, Problem
from swedish import number

_SHOWN: Final = 1000  # a page with more rows than this is of no help to anyone; the command lists them all
_BACK: Final = ("Till leveranserna", "/leveranser")
_AGAIN: Final = ("Ladda upp en rättad fil", "/leveranser#ladda-upp")


def taken(outcome: Outcome) -> Page:
    """The file counts as a delivery."""
    if outcome.already:
        return _page("Filen var redan inläst", [answer(outcome.answer)], [_notes(outcome.notes)], _BACK)
    counting = lead("Siffrorna räknas om nu. Det brukar ta någon minut innan sidorna visar dem.")
    left_out = _problems("Rader som inte är med", outcome.problems) if outcome.problems else None
    return _page("Filen är inläst", [answer(outcome.answer), counting], [_notes(outcome.notes), left_out], _BACK)


def refused(outcome: Outcome) -> Page:
    """The file had errors and nothing of it is kept."""
    count = len(outcome.problems)
    said = f"{number(count, 0)} fel. Rätta dem och ladda upp filen igen." if count > 1 else "Ett fel. Rätta det och ladda upp filen igen."
    rest = [_problems("Vad som är fel", outcome.problems), _notes(outcome.notes)]
    return _page("Filen är inte inläst", [answer(said), lead(outcome.answer)], rest, _AGAIN)


def stopped(sentence: str) -> Page:
    """The file was not read at all."""
    return _page("Filen är inte inläst", [lead(for_the_form(sentence))], [], _AGAIN)


def for_the_form(sentence: str) -> str:
    """The sentence with the form's fields where it names the command's options."""
    return re.sub(r"--(?:period|kommun) (?=ÅÅÅÅ|alla)", "", sentence).replace("--period", "Period").replace("--kommun", "Kommuner")


def _page(title: str, said: Sequence[Element], rest: Sequence[Element | None], then: tuple[str, str]) -> Page:
    crumbs = [("Översikt", "/"), ("Leveranser", "/leveranser"), (title, "")]
    onward = h.p(h.a(then[0], href=then[1], class_="button"))
    return Page(title, (head(crumbs, (), title, said), h.div(rest, onward, class_="stack")), menu="/leveranser")


def _notes(notes: Sequence[str]) -> Element | None:
    if not notes:
        return None
    return h.section(h.h2("Att veta om filen"), h.ul([h.li(note) for note in notes], class_="dashes"), class_="prose")


def _problems(heading: str, problems: Sequence[Problem]) -> Element:
    headings = [h.th(name, scope="col", class_="left") for name in ("Rad", "Kolumn", "Värde", "Fel och vad du kan göra")]
    rows = [row(_or_dash(each.row), _cells(each)) for each in problems[:_SHOWN]]
    more = len(problems) - len(rows)
    rest = (
        h.p(f"Här visas de första {number(_SHOWN, 0)}. {number(more, 0)} till finns i filen; kommandot check --json ger alla.")
        if more
        else None
    )
    return h.section(h.h2(heading), scrolling(table(heading, headings, rows, class_="errors-list"), heading), rest, class_="chart")


def _cells(problem: Problem) -> list[Element]:
    texts: list[Children] = [_or_dash(problem.column), _or_dash(problem.value), for_the_form(problem.message)]
    return [h.td(text, class_="left") for text in texts]


def _or_dash(value: str | int | None) -> str:
    return "–" if value is None or value == "" else str(value)
