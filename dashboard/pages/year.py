"""`/arsuppfoljning`: which years are published. `/arsuppfoljning/<år>`: a year as the forum saw it, and what has moved since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import periods
from dashboard.access import Access
from dashboard.choices import Choices, figure_address, parameter
from dashboard.context import Context
from dashboard.pages import errors, year_forms
from dashboard.pages.overview import county_answer, county_levels
from dashboard.parts import Select, answer, basis, controls, head, lead, notice, row, scrolling, share_menu, table
from dashboard.sections import cards, moves, year_files
from dashboard.sections.decisions import listing as decision_list
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from dashboard.yearbook import Year, Yearbooks
from policy import Action, Sight
from sql.publications import Publication
from swedish import capital, listed, moment

PATH: Final = "/arsuppfoljning"
_HASH_SHOWN: Final = 12


@dataclass(frozen=True)
class Making:
    """What the pages are made with; `today` is the day in Europe/Stockholm."""

    books: Yearbooks
    access: Access
    today: Callable[[], date]
    is_demo: Callable[[], bool]

    @property
    def sight(self) -> Sight:
        """What the reader sees unprotected."""
        return self.access.sight(is_demo=self.is_demo())

    def may(self, action: Action) -> bool:
        """Whether the reader may do it for every kommun."""
        return self.access.may(action, is_demo=self.is_demo())


def making(with_: Making) -> Callable[[Choices, Context], Page]:
    """What makes the pages at `PATH` and below it."""
    return partial(_page, with_)


def _page(with_: Making, chosen: Choices, context: Context) -> Page:
    if chosen.path == PATH:
        return _list(with_, context)
    number = chosen.path.removeprefix(f"{PATH}/")
    year = with_.books.year(int(number), chosen.edition) if number.isdecimal() and len(number) == 4 else None
    if year is None or (year.shown is None and number not in _years(with_, context)):
        return errors.not_found()
    return _unpublished(with_, year, context) if year.shown is None else _published(with_, year, year.shown, chosen, context)


def _years(with_: Making, context: Context) -> list[str]:
    """The years that are published or have figures, the newest first."""
    published = {str(each.year) for each in with_.books.listing()}
    return sorted(published | {each for each in context.lookup.all_periods if periods.kind(each) == "year"}, reverse=True)


# ---- Every year ---------------------------------------------------------------------------------------------------------------


def _list(with_: Making, context: Context) -> Page:
    newest = {each.year: each for each in reversed(with_.books.listing())}
    rows = [_year_row(year, newest.get(int(year))) for year in _years(with_, context)]
    names = ("År", "Utgåva", "Publicerad", "Av", "Anmärkning")
    headings = [h.th(name, scope="col", class_="left") for name in names]
    said = f"{capital(listed([str(year) for year in sorted(newest)]))} är publicerat." if newest else "Inget år är publicerat än."
    said = said.replace(" är publicerat.", " är publicerade.") if len(newest) > 1 else said
    made = scrolling(table("Årsuppföljningar", headings, rows, class_="listing roomy"), "Årsuppföljningar") if rows else None
    about = lead("Ett publicerat år är fryst: siffrorna är de som forumet såg, vad som än levereras senare.")
    return Page(
        "Årsuppföljning",
        (head([("Översikt", "/"), ("Årsuppföljning", "")], (), "Årsuppföljning", answer(said), about), made or h.div()),
        menu=PATH,
    )


def _year_row(year: str, edition: Publication | None) -> Element:
    name = h.a(year, href=f"{PATH}/{year}")
    if edition is None:
        return row(name, [h.td("inte publicerat", class_="left"), *[h.td("–", class_="left")] * 3])
    cells = (edition.id, moment(edition.published_at), edition.published_by, edition.note or "–")
    return row(name, [h.td(cell, class_="left") for cell in cells])


# ---- A year that is not published ---------------------------------------------------------------------------------------------


def _unpublished(with_: Making, year: Year, context: Context) -> Page:
    lacking = with_.books.lacking(year.number, context.lookup.view.run) or ()
    title = f"Årsuppföljning {year.number}"
    told = lead("Siffrorna finns på sidorna men är inte frysta: de kan ändras när något levereras.")
    top = head(_crumbs(year), _tools(with_, year, context), title, answer(f"{year.number} är inte publicerat."), told)
    missing = _lacking_part(lacking, year.number)
    return Page(title, (top, missing, *_publishing(with_, year, lacking), _downloads(with_, year, context)), menu=PATH)


def _lacking_part(lacking: Sequence[str], year: int) -> Element:
    if not lacking:
        return _part("Året är komplett", f"Alla kommuner har lämnat allt för {year}. Året kan publiceras.")
    about = "Tills det har kommit går året att publicera bara med en anmärkning som säger varför."
    return _part("Det här saknas", about, h.ul([h.li(sentence) for sentence in lacking], class_="dashes"))


# ---- A published year ---------------------------------------------------------------------------------------------------------


def _published(with_: Making, year: Year, shown: Publication, chosen: Choices, context: Context) -> Page:
    frozen = Context(context.settings, context.areas, with_.books.lookup(shown, with_.sight))
    period, county = str(year.number), context.areas.county.id
    moved = with_.books.moves(shown, context.lookup.view.figures, context.lookup.view.run, with_.sight)
    title = f"Årsuppföljning {year.number}, publikation {shown.id}"
    parts: list[Node] = [
        _head(with_, year, shown, frozen, context),
        cards.section(frozen, chosen, period, to=lambda each: figure_address(each, county, period, shown.id)),
        h.div(_decisions(with_, year, shown, context), _downloads(with_, year, context), class_="grid part pair"),
        *([moves.section(shown, moved, chosen, context, inside=with_.may(Action.READ_DELIVERIES))] if moved else []),
        _editions(year, shown),
        *_publishing(with_, year, with_.books.lacking(year.number, context.lookup.view.run) or ()),
    ]
    return Page(title, tuple(parts), menu=PATH, said=f"Visar {title}.")


def _crumbs(year: Year) -> list[tuple[str, str]]:
    return [("Översikt", "/"), ("Årsuppföljning", PATH), (str(year.number), "")]


def _tools(with_: Making, year: Year, context: Context) -> list[Element]:
    years = [(each, each) for each in _years(with_, context)]
    made = [_leading("År", years, str(year.number))]
    if len(year.editions) > 1 and year.shown:
        editions = [(str(each.edition), each.id) for each in year.editions]
        made.append(controls(f"{PATH}/{year.number}", [Select(parameter("edition"), "Utgåva", editions, str(year.shown.edition))], {}))
    return [*made, share_menu()]


def _leading(label: str, options: list[tuple[str, str]], current: str) -> Element:
    """A choice of year is another path, so it is a few links and not a form."""
    links = [h.a(words, href=f"{PATH}/{value}", aria_current="true" if value == current else None) for value, words in options[:6]]
    return h.div(links, class_="choice", role="group", aria_label=label)


def _head(with_: Making, year: Year, shown: Publication, frozen: Context, context: Context) -> Element:
    period = str(year.number)
    said = county_answer(frozen, period) or answer(f"{year.number} är publicerat.")
    newest = year.editions[0]
    older = None
    if shown.edition < newest.edition:
        to = h.a(f"Till {newest.id}", href=f"{PATH}/{year.number}")
        older = lead(h.b("Det här är en äldre utgåva."), f" Den är ersatt av {newest.id}. ", to)
    facts = basis(
        f"Publikation {shown.id}, {moment(shown.published_at)}, av {shown.published_by}",
        h.span("Kontrollsumma ", h.code(shown.sha256[:_HASH_SHOWN], title=shown.sha256)),
        "Alla tal visas: internt underlag" if with_.sight.everything else "Små tal är skyddade",
    )
    note = lead(h.b("Anmärkning. "), shown.note) if shown.note else None
    levels = lead(list(county_levels(frozen, period)))
    title = f"Årsuppföljning {year.number}, som publicerad"
    return head(_crumbs(year), _tools(with_, year, context), title, said, older, levels, note, facts)


def _editions(year: Year, shown: Publication) -> Element:
    names = ("Utgåva", "Publicerad", "Av", "Varför den kom", "Anmärkning", "Kontrollsumma (SHA-256)")
    headings = [h.th(name, scope="col", class_="left") for name in names]
    rows = [_edition(each, shown) for each in year.editions]
    about = "En utgåva ersätter den förra. Ingen ändras och ingen tas bort."
    return _part("Utgåvor", about, scrolling(table("Utgåvor", headings, rows, class_="listing editions"), "Utgåvor"))


def _edition(each: Publication, shown: Publication) -> Element:
    to = f"{PATH}/{each.year}?{parameter('edition')}={each.edition}"
    why = each.reason or ("Första utgåvan" if each.edition == 1 else "–")
    cells = (moment(each.published_at), each.published_by, why, each.note or "–", h.code(each.sha256))
    name = h.a(each.id, href=to, aria_current="true" if each == shown else None)
    return row(name, [h.td(cell, class_="left") for cell in cells])


# ---- Decisions, files and forms -----------------------------------------------------------------------------------------------


def _decisions(with_: Making, year: Year, shown: Publication, context: Context) -> Element:
    about = "Vad forumet har beslutat om året eller om en av dess siffror. Ett beslut ändras aldrig; ett nytt läggs till."
    made = decision_list(context.settings, year.decisions) if year.decisions else h.p("Inget beslut är noterat.", class_="quiet")
    if with_.may(Action.NOTE_DECISIONS):
        form = year_forms.decision_form(shown, context.areas, with_.access.token, with_.today())
        opened: Node | None = h.details(h.summary("Notera ett beslut", class_="button"), form, class_="not-printed")
    else:
        opened = _not_here(with_, "Det går inte att notera beslut här.")
    return _part("Forumets beslut", about, made, opened, id_="beslut", class_="w7")


def _downloads(with_: Making, year: Year, context: Context) -> Element:
    class_ = "w5" if year.shown else "part"
    return year_files.section(f"{PATH}/{year.number}", year.shown, context.areas, inside=with_.sight.everything, class_=class_)


def _publishing(with_: Making, year: Year, lacking: Sequence[str]) -> list[Node]:
    again = bool(year.editions)
    heading = "Publicera en ny utgåva" if again else f"Publicera {year.number}"
    if not with_.may(Action.PUBLISH):
        told_why = _not_here(with_, "Det går inte att publicera här.")
        return [_part(heading, "", told_why)] if told_why else []
    form = year_forms.publish_form(year.number, with_.access.token, again=again, lacks=bool(lacking))
    told = notice(f"{year.number} är inte komplett.", " ".join(lacking), None) if lacking and again else None
    body = h.details(h.summary(heading, class_="button"), told, form) if again else form
    return [h.section(h.div(h.h2(heading), class_="part-head"), h.div(body, class_="stack"), class_="part not-printed", id="publicera")]


def _not_here(with_: Making, what: str) -> Element | None:
    """Why the form is not there. Where people sign in, a reader who may not change anything is not told of forms at all."""
    return None if with_.access.settings.access == "signin" else year_forms.not_here(what)


def _part(heading: str, about: str, *content: Node | None, id_: str | None = None, class_: str = "part") -> Element:
    said = h.p(about) if about else None
    return h.section(h.div(h.h2(heading), said, class_="part-head"), h.div(content, class_="stack"), class_=class_, id=id_)
