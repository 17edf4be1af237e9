"""`/namndplan`: which kommuner have a plan. `/namndplan/<kod>`: Hur går det med planen? Reading, filling in, changing, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import policy
from config import Settings
from dashboard.access import Access
from dashboard.answers import Redirect
from dashboard.areas import Area
from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.pages import errors
from dashboard.parts import Options, Select, answer, basis, controls, head, lead, menu, notice, row, scrolling, share_menu, table
from dashboard.plan_view import EDIT, FILL, HISTORY, PATH, View
from dashboard.sections import plan_closing, plan_edit, plan_fill, plan_history, plan_measures, plan_tree
from dashboard.shell import Page
from dashboard.tree import Element, Node, find, h, text_of
from flows import planning
from flows.planning import Book, Plans
from metrics.namndplan import period_to_show, periods_to_follow
from policy import Action
from sql import plan_entries
from sql.plans import StoredPlan
from sql.store import Store
from swedish import capital, count, count_of, moment, period, period_short


@dataclass(frozen=True)
class Making:
    """What the pages are made with; `today` is the day in Europe/Stockholm."""

    settings: Settings
    store: Store
    plans: Plans
    access: Access
    today: Callable[[], date]
    is_demo: Callable[[], bool]


def making(with_: Making) -> Callable[[Choices, Context], Page | Redirect]:
    """What makes the pages at `PATH` and below it."""
    return partial(_page, with_)


def _page(with_: Making, chosen: Choices, context: Context) -> Page | Redirect:
    book = with_.plans.book()
    if chosen.path == PATH:
        known = chosen.area in with_.settings.kommuner
        return Redirect(f"{PATH}/{chosen.area}") if known else _list(with_, book, context)
    area = context.areas.find(chosen.path.removeprefix(f"{PATH}/"))
    if area is None or area.kind != "kommun":
        return errors.not_found()
    made = view(with_, book, area, chosen, context)
    if made is None:
        return _none(with_, book, area, chosen, context)
    views = {FILL: _fill, EDIT: _edit, HISTORY: _history}
    return views.get(chosen.view, _read)(with_, made, context)


def view(with_: Making, book: Book, area: Area, chosen: Choices, context: Context) -> View | None:
    """The plan that the choices ask for, as whoever is asking may see it; None where there is none."""
    stored = _chosen_plan(book, area, chosen, with_.today())
    if stored is None:
        return None
    person = with_.access.reader(is_demo=with_.is_demo())
    sight = policy.sight(person)
    protected = not (sight.everything or area.id in sight.kommuner)
    known = periods_to_follow(stored.plan)
    at = chosen.period if chosen.period in known else period_to_show(stored.plan, with_.today())
    figures = lambda kommun, indicator, at_: context.lookup.figure(indicator, kommun, at_)  # noqa: E731 - the one place that asks
    found = planning.follow_up(with_.settings, with_.store, book, stored.plan, at, with_.today(), figures, sight)
    drafts = plan_entries.drafts(with_.store, person.subject, area.id) if person.subject and chosen.view == FILL else {}
    return View(
        settings=with_.settings,
        kommun=area,
        book=book,
        stored=stored,
        found=found,
        chosen=chosen,
        today=with_.today(),
        token=with_.access.token,
        protected=protected,
        may_edit=policy.allows(person, Action.EDIT_PLAN, area.id),
        may_unlock=policy.allows(person, Action.UNLOCK_PLAN, area.id),
        drafts=drafts,
    )


def _chosen_plan(book: Book, area: Area, chosen: Choices, today: date) -> StoredPlan | None:
    """The plan of the chosen year, or of the chosen period's; else the one to show today."""
    wanted = chosen.year or chosen.period[:4]
    year = int(wanted) if wanted.isdecimal() else book.year_to_show(area.id, today)
    return None if year is None else book.plan(area.id, year)


# ---- Every plan -----------------------------------------------------------------------------------------------------------------


def _list(with_: Making, book: Book, context: Context) -> Page:
    with_plan = [area for area in context.kommuner if area.id in book.kommuner]
    headings = ["Kommun", *(h.th(name, scope="col", class_="left") for name in ("År", "Nämnd"))]
    rows = [_plan_row(book, area, with_.today()) for area in with_plan]
    made = scrolling(table("Nämndplaner", headings, rows, class_="listing plan-all"), "Nämndplaner")
    said = "Ingen nämndplan finns än."
    if with_plan:
        said = f"{capital(count(len(with_plan)))} av {len(context.kommuner)} kommuner har en nämndplan här."
    about = lead("En nämndplan läses in som YAML eller Excel på sidan ", h.a("Leveranser", href="/leveranser#ladda-upp"), ".")
    options: Options = [("", "Välj kommun"), *((area.id, area.name) for area in context.kommuner)]
    tools = [controls(PATH, [Select(parameter("area"), "Kommun", options, "")], {}), share_menu()]
    top = head([("Översikt", "/"), ("Nämndplaner", "")], tools, "Nämndplaner", answer(said), about)
    return Page("Nämndplaner", (top, h.div(made if with_plan else None, class_="surface")), menu=PATH)


def _plan_row(book: Book, area: Area, today: date) -> Element:
    year = book.year_to_show(area.id, today)
    stored = book.plan(area.id, year) if year else None
    years = [h.a(str(each), href=Choices(f"{PATH}/{area.id}", year=str(each)).address) for each in book.years(area.id)]
    linked = h.ul([h.li(each) for each in years], class_="plan-years")
    told: list[Node] = [stored.plan.namnd, h.small(f"Senast ändrad {moment(stored.source.at)}")] if stored else []
    return row(h.a(area.name, href=f"{PATH}/{area.id}"), [h.td(linked, class_="left"), h.td(told, class_="left")])


def _none(with_: Making, book: Book, area: Area, chosen: Choices, context: Context) -> Page:
    """A kommun without a plan, or without one for the year."""
    years = book.years(area.id)
    year = chosen.year or chosen.period[:4]
    what = f"{area.name} har ingen nämndplan för {year} här." if years and year else f"{area.name} har ingen nämndplan här än."
    then = ("Till leveranser", "/leveranser#ladda-upp")
    if years:
        then = (f"Visa planen för {years[0]}", Choices(f"{PATH}/{area.id}", year=str(years[0])).address)
    why = "Planen läses in som YAML eller Excel på sidan Leveranser. Förra årets plan kan också föras över till ett nytt år."
    person = with_.access.reader(is_demo=with_.is_demo())
    carry = (
        plan_history.carry_form(area, years, with_.access.token, with_.today())
        if policy.allows(person, Action.EDIT_PLAN, area.id)
        else None
    )
    top = head(_crumbs(area, ""), _kommun_choice(area, context), f"Nämndplan, {area.name}")
    return Page(f"Nämndplan, {area.name}", (top, notice(what, why, then), carry or h.div()), menu=PATH)


# ---- The head -------------------------------------------------------------------------------------------------------------------


def _crumbs(area: Area, last: str) -> list[tuple[str, str]]:
    own = (
        [
            (area.name, ""),
        ]
        if not last
        else [(area.name, f"{PATH}/{area.id}"), (last, "")]
    )
    return [("Översikt", "/"), ("Nämndplaner", PATH), *own]


def _kommun_choice(area: Area, context: Context) -> Element:
    options: Options = [(each.id, each.name) for each in context.kommuner]
    return controls(PATH, [Select(parameter("area"), "Kommun", options, area.id)], {})


def _period_choice(made: View) -> Element:
    options = [(f"Nämndplan {year}", _periods_of(made, year)) for year in made.book.years(made.kommun.id)]
    return controls(made.path, [Select(parameter("period"), "Period", options, made.found.period)], {parameter("view"): made.chosen.view})


def _periods_of(made: View, year: int) -> list[tuple[str, str]]:
    stored = made.book.plan(made.kommun.id, year)
    return [(each, capital(period_short(each))) for each in periods_to_follow(stored.plan)] if stored else []


def _head(made: View, context: Context, title: str, last: str, *rest: Node) -> Element:
    tools = [_kommun_choice(made.kommun, context), _period_choice(made), share_menu(), _files(made)]
    return head(_crumbs(made.kommun, last), tools, title, *rest)


def _files(made: View) -> Element:
    query = Choices("", year=made.year, period=made.found.period).address
    entries = [
        h.a("PDF", h.small("uppföljningen som rapport"), href=f"{made.path}/uppfoljning.pdf{query}", download=True),
        h.a("Excel (XLSX)", h.small("planen och utfallen; kan läsas in igen"), href=f"{made.path}/uppfoljning.xlsx{query}", download=True),
    ]
    return menu("Ladda ner", entries)


# ---- The views ------------------------------------------------------------------------------------------------------------------


def _read(_: Making, made: View, context: Context) -> Page:
    plan, title = made.found.plan, f"Nämndplan {made.year}, {made.kommun.name}"
    source = made.stored.source
    facts = basis(plan.namnd, f"Dnr {plan.dnr}", f"Planen senast ändrad: {made.who(source.by, source.at)}")
    parts = [
        plan_tree.due(made) if made.found.late or made.found.soon else None,
        plan_tree.directions(made),
        plan_measures.section(made),
        plan_tree.improvements(made),
        plan_measures.money(made),
        plan_closing.section(made),
    ]
    shown = [part for part in parts if part]
    top = _head(made, context, title, "", answer(_answer(made)), lead(_lead(made)), facts, _actions(made), _contents(shown))
    return Page(title, (top, *shown), menu=PATH, said=f"Visar {title}, {period(made.found.period)}.")


def _answer(made: View) -> str:
    """How far the follow-up has come, and what is late."""
    found = made.found
    given = found.to_give - sum(len(measure.missing) for measure in found.measures)
    late = "Inget är försenat."
    if found.late:
        late = f"{capital(count(len(found.late)))} {'sak är försenad' if len(found.late) == 1 else 'saker är försenade'}."
    if not found.to_give:
        return late
    if given == found.to_give:
        return f"Alla {count(found.to_give)} utfall är lämnade för {period(found.period)}. {late}"
    return f"{given} av {found.to_give} utfall är lämnade för {period(found.period)}. {late}"


def _lead(made: View) -> str:
    judged = [measure.latest for measure in made.found.measures if measure.latest and measure.latest.state in ("met", "missed")]
    met = sum(outcome.state == "met" for outcome in judged)
    goals = f"{capital(count_of(met))} av {count(len(judged))} mått med mål når det. " if judged else ""
    return f"{goals}Perioden är {made.state_word}."


def _contents(parts: Sequence[Node]) -> Element:
    """Where on the page everything is: it is long."""
    links = [(heading[1]["id"], text_of(heading)) for part in parts for heading in find(part, tag="h2")]
    return h.nav(h.ul([h.li(h.a(words, href=f"#{id_}")) for id_, words in links]), class_="plan-nav", aria_label="På sidan")


def _actions(made: View) -> Element:
    links = [(FILL, "Fyll i uppföljningen"), (EDIT, "Ändra planen")] if made.may_edit else []
    shown = [h.a(words, href=made.at(view_), class_="button" + (" first" if view_ == FILL else "")) for view_, words in links]
    return h.p([*shown, h.a("Historik", href=made.at(HISTORY), class_="button")], class_="plan-actions")


def _fill(_: Making, made: View, context: Context) -> Page:
    title = f"Fyll i uppföljningen, {made.kommun.name}, {period(made.found.period)}"
    back = h.p(h.a("Till planen", href=made.at()), class_="plan-actions")
    top = _head(made, context, title, "Fyll i", answer(_answer(made)), back)
    body: Sequence[Node]
    if not made.may_edit:
        body = [plan_fill.not_yours()]
    elif not made.is_open:
        body = [plan_fill.locked(made)]
    else:
        body = [*plan_fill.parts(made), plan_closing.section(made)]
    return Page(title, (top, *body), menu=PATH, said=f"Visar {title}.")


def _edit(with_: Making, made: View, context: Context) -> Page:
    title = f"Ändra nämndplan {made.year}, {made.kommun.name}"
    back = h.p(h.a("Till planen", href=made.at()), class_="plan-actions")
    if not made.may_edit:
        return Page(title, (_head(made, context, title, "Ändra", back), plan_fill.not_yours()), menu=PATH)
    years = made.book.years(made.kommun.id)
    carry = plan_history.carry_form(made.kommun, years, with_.access.token, made.today) if made.found.plan.ar == years[0] else None
    parts = [*plan_edit.sections(made), *([carry] if carry else [])]
    return Page(title, (_head(made, context, title, "Ändra", back, _contents(parts)), *parts), menu=PATH, said=f"Visar {title}.")


def _history(with_: Making, made: View, context: Context) -> Page:
    title = f"Nämndplan {made.year}, {made.kommun.name}: historik"
    back = h.p(h.a("Till planen", href=made.at()), class_="plan-actions")
    top = _head(made, context, title, "Historik", back)
    return Page(title, (top, *plan_history.parts(with_.store, made)), menu=PATH)
