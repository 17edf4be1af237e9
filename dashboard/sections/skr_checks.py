"""The checks of the delivery to SKR: outcome, what was found, what to do, and the words that explain it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from dashboard.tree import Element, Node, h
from reports.skr_checks import Check
from reports.skr_files import OUTCOMES
from sql.skr import Explanation
from swedish import count, moment, number

_MARKS: Final = {"pass": "met", "fail": "missed", "explained": "signal"}
_SHOWN: Final = 12
Forming = Callable[[str], Element]


def section(checks: Sequence[Check], forming: Forming | None, *, inside: bool) -> Element:
    """Every check, those that fail first. `forming` makes the form that explains one, by its id, None where the reader may change nothing.

    `inside`: the reader may see who has written what.
    """
    ordered = sorted(checks, key=lambda check: list(_MARKS).index(check.outcome), reverse=True)
    ordered.sort(key=lambda check: check.outcome != "fail")
    head = h.div(h.h2("Kontrollerna"), h.p(_summary(checks)), class_="part-head")
    return h.section(head, h.ul([_check(each, forming, inside) for each in ordered], class_="checks"), class_="part", id="kontroller")


def _summary(checks: Sequence[Check]) -> str:
    """`Fem stämmer, en är förklarad och två stämmer inte.`"""
    said = []
    for outcome, one, many in (("pass", "stämmer", "stämmer"), ("explained", "är förklarad", "är förklarade")):
        found = sum(check.outcome == outcome for check in checks)
        said += [f"{count(found)} {one if found == 1 else many}"] if found else []
    failed = sum(check.outcome == "fail" for check in checks)
    said += [f"{count(failed)} stämmer inte"] if failed else []
    text = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} och {said[-1]}"
    return f"{text[0].upper()}{text[1:]}."


def outcome_badge(check: Check) -> Element:
    """Shape and word."""
    state = _MARKS[check.outcome]
    shown = "no_goal" if state == "signal" else state
    return h.span(h.span(class_=f"mark {state}", aria_hidden="true"), OUTCOMES[check.outcome], class_=f"state {shown}")


def _check(check: Check, forming: Forming | None, inside: bool) -> Element:
    return h.li(
        h.div(h.h3(check.question), outcome_badge(check), class_="check-head"),
        _findings(check.found),
        _words(check.explanation, inside) if check.explanation else None,
        _what_to_do(check, forming, inside) if check.outcome == "fail" else None,
        class_=check.outcome,
        id=f"kontroll-{check.id}",
    )


def _findings(found: Sequence[str]) -> Node | None:
    if not found:
        return None
    shown = h.ul([h.li(sentence) for sentence in found[:_SHOWN]], class_="dashes")
    rest = found[_SHOWN:]
    if not rest:
        return shown
    more = h.ul([h.li(sentence) for sentence in rest], class_="dashes")
    return h.div(shown, h.details(h.summary(f"Visa {number(len(rest), 0)} till", class_="button"), more))


def _words(said: Explanation, inside: bool) -> Element:
    who = f"{said.by}, {moment(said.at)}" if inside else moment(said.at)
    return h.blockquote(h.p(said.text), h.p(who, class_="small quiet"))


def _what_to_do(check: Check, forming: Forming | None, inside: bool) -> list[Element]:
    said = [h.p(check.remedy, class_="remedy")]
    if check.explainable and check.words:
        said.append(h.div(h.p("Den tidigare förklaringen gällde något annat:", class_="small quiet"), _words(check.words, inside)))
    if check.explainable and forming:
        said.append(h.details(h.summary("Förklara", h.span(f": {check.question}", class_="unseen"), class_="button"), forming(check.id)))
    return said
