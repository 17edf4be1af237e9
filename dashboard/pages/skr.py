"""`/skr`: can we send? The answer, what is missing and from whom, every check, the table, approval, the files and the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import periods
from config import Settings
from dashboard.access import Access
from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.pages import skr_forms
from dashboard.pages.skr_forms import PATH
from dashboard.parts import Select, answer, basis, controls, head, notice, share_menu
from dashboard.sections import skr_checks, skr_log, skr_table
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from policy import Action
from reports.editions import NothingToShowError
from reports.skr_checks import Check
from reports.skr_year import SkrYear, skr_year
from sql import publications, skr
from sql.store import Store
from swedish import capital, count, day, moment

_TOLD: Final = 3  # of what each failed check has found
_IN_ORDER: Final = ("published", "delivered", "filled", "moved", "changes", "denominators", "totals", "leaks")
_FOLLOWS: Final = {"published": ("filled", "changes", "denominators"), "delivered": ("filled",)}


@dataclass(frozen=True)
class Making:
    """What the page is made with; `today` is the day in Europe/Stockholm."""

    settings: Settings
    store: Store
    access: Access
    today: Callable[[], date]


def making(with_: Making) -> Callable[[Choices, Context], Page]:
    """What makes the page."""
    return partial(_page, with_)


def _page(with_: Making, chosen: Choices, context: Context) -> Page:
    years = _years(with_.store, context)
    year = chosen.year if chosen.year in years else _newest(with_.store, years)
    tools = [controls(PATH, [Select(parameter("year"), "År", [(each, each) for each in reversed(years)], year)], {}), share_menu()]
    if not year:
        return _nothing()
    try:
        state = skr_year(with_.settings, with_.store, int(year))
    except NothingToShowError as error:
        return _framed(year, tools, [notice("Det finns inget att skicka.", str(error), ("Se leveranser", "/leveranser"))], [])
    inside = with_.access.may(Action.READ_ALL, is_demo=state.delivery.edition.is_demo)
    return _framed(year, tools, _answer(state, inside=inside), list(_parts(with_, state, inside=inside)))


def _years(store: Store, context: Context) -> list[str]:
    """The years that are published or have figures, oldest first."""
    published = {str(each.year) for each in publications.listing(store)}
    return sorted(published | {each for each in context.lookup.all_periods if periods.kind(each) == "year"})


def _newest(store: Store, years: Sequence[str]) -> str:
    """The newest published year, else the newest with figures."""
    newest = next(iter(publications.listing(store)), None)
    return str(newest.year) if newest else (years[-1] if years else "")


def _framed(year: str, tools: Sequence[Element], said: Sequence[Node | None], parts: Sequence[Node]) -> Page:
    title = f"Kan vi skicka {year} till SKR?"
    return Page(f"SKR-leveransen {year}", (head([("Översikt", "/"), ("SKR", "")], tools, title, said), *parts), menu=PATH)


def _nothing() -> Page:
    what = notice(
        "Inget har räknats än.",
        "Sidan visar om munhälsans statistik kan skickas till SKR, när leveranser har lästs in och siffrorna har räknats.",
        ("Se leveranser", "/leveranser"),
    )
    return Page("SKR-leveransen", (head([("Översikt", "/"), ("SKR", "")], (), "Kan vi skicka till SKR?", what),), menu=PATH)


# ---- The answer -----------------------------------------------------------------------------------------------------------------


def _answer(state: SkrYear, *, inside: bool) -> list[Node | None]:
    edition = state.delivery.edition
    published = f"Publikation {edition.publication}, {day(edition.created)}" if edition.publication else "UTKAST: inte publicerat"
    missing = list(missing_sentences(state.delivery.checks))
    told = h.ul([h.li(sentence) for sentence in missing], class_="dashes") if missing else None
    facts = basis(published, "Små tal är skyddade", state.delivery.form.name)
    return [answer(answer_sentence(state, inside=inside)), told, _outdated(state, inside=inside), facts]


def answer_sentence(state: SkrYear, *, inside: bool) -> str:
    """Yes or no, in a sentence; to whom it was sent only for a reader `inside`."""
    if state.signed:
        sent = state.sent(state.signed)
        if sent:
            return f"Ja, och det är gjort: skickad {f'till {sent[0].recipient}, ' if inside else ''}{day(sent[0].at)}."
        return "Ja. Leveransen är godkänd och kan skickas."
    if state.may_be_signed:
        return "Ja, när någon har godkänt den. Varje kontroll stämmer eller är förklarad."
    failed, every = sum(check.outcome == "fail" for check in state.delivery.checks), len(state.delivery.checks)
    return f"Nej, inte än. {capital(count(failed))} av {count(every)} kontroller stämmer inte."


def missing_sentences(checks: Sequence[Check]) -> Iterator[str]:
    """What stands in the way. What follows from something else that does is not told: an empty column, numbers of a draft."""
    failed = {check.id: check for check in checks if check.outcome == "fail"}
    follows = {cause: rest for cause, rest in _FOLLOWS.items() if cause in failed}
    skipped = {id_ for rest in follows.values() for id_ in rest}
    for check in (failed[id_] for id_ in _IN_ORDER if id_ in failed and id_ not in skipped):
        yield from check.found[:_TOLD]
        if (rest := len(check.found) - _TOLD) > 0:
            yield f"{capital(count(rest))} till: se ”{check.question}” nedan."


def _outdated(state: SkrYear, *, inside: bool) -> Element | None:
    """An approval that no longer holds is told before anything else can be misread."""
    earlier = next(iter(state.sign_offs), None)
    if earlier is None or state.signed:
        return None
    who = f"{earlier.by} godkände leveransen" if inside else "Leveransen godkändes"
    edition = state.delivery.edition.publication
    since = f"{state.year} publicerats igen, som {edition}" if edition != earlier.publication else "talen ändrats"
    sent = " Den är redan skickad: hör med SKR hur en rättelse ska lämnas." if state.sent(earlier) else ""
    return notice("Godkännandet gäller inte längre.", f"{who} {moment(earlier.at)}. Sedan dess har {since}.{sent}", None)


# ---- The parts ------------------------------------------------------------------------------------------------------------------


def _parts(with_: Making, state: SkrYear, *, inside: bool) -> Iterator[Element]:
    is_demo = state.delivery.edition.is_demo
    token, change = with_.access.token, with_.access.may(Action.EXPLAIN_SKR, is_demo=is_demo)
    forming = partial(skr_forms.explain_form, state.year, token=token) if change else None
    yield skr_checks.section(state.delivery.checks, forming, inside=inside)
    yield skr_table.completeness(state.delivery, with_.today())
    yield skr_table.preview(state.delivery)
    yield skr_log.approval(state, skr_forms.sign_form(state.year, token) if change else skr_forms.not_here(), inside=inside)
    if state.signed and inside:
        sent = skr_forms.sent_form(state.year, token) if change else skr_forms.not_here()
        yield skr_log.files(state.signed, sent, is_demo=is_demo)
    yield skr_log.log(skr.sign_offs(with_.store), state.sendings, inside=inside, is_demo=is_demo)
