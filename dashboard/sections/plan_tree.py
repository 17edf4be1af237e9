"""A nämndplan as a readable tree: riktningsmål, mål and uppdrag with their state and days; what is late; improvements."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.plan_view import View
from dashboard.plan_words import goal_words, work_state
from dashboard.sections.plan_measures import latest_words
from dashboard.tree import Children, Element, Node, h
from metrics.plan_values import Direction, GoalView, Measure, Work
from namndplan import Delsteg, Forbattring, Uppdrag
from swedish import count, day, overdue

_NOTHING = "Inget är försenat."


def due(view: View) -> Element:
    """What should have been ready, and what is to be ready before long."""
    late, soon = view.found.late, view.found.soon
    parts: list[Node] = []
    if late:
        parts.append(_list([(each, overdue(each.due, view.found.day)) for each in late if each.due]))
    if soon:
        parts += [h.h3("Snart klart"), _list([(each, f"ska vara klart {day(each.due)}") for each in soon if each.due])]
    heading = "Försenat" if late else _NOTHING
    return h.section(h.h2(heading, id="forsenat"), h.div(parts, class_="surface"), class_="chart part plan-due", aria_labelledby="forsenat")


def _list(found: Sequence[tuple[Work, str]]) -> Element:
    return h.ul(
        [h.li(h.b(work.whole_name), h.span(when, class_="quiet"), work_state(work, late=False)) for work, when in found],
        class_="plan-list",
    )


def directions(view: View) -> Element:
    """The plan: every riktningsmål with its mål and uppdrag."""
    measures = {measure.part.namn: measure for measure in view.found.measures}
    found = [_direction(direction, measures, number) for number, direction in enumerate(view.found.directions, 1)]
    head = h.div(h.h2("Riktningsmål", id="riktningsmal"), h.p(_counted(view), class_="what"), class_="part-head")
    return h.section(head, h.div(found, class_="plan-tree"), class_="part", aria_labelledby="riktningsmal")


def _counted(view: View) -> str:
    work = view.found.work
    done = sum(each.is_done for each in work)
    goals = sum(len(direction.goals) for direction in view.found.directions)
    finished = f", varav {count(done)} {'avslutat' if done == 1 else 'avslutade'}" if done else ""
    return f"{len(view.found.directions)} riktningsmål, {goals} mål och {len(work)} uppdrag{finished}."


def _direction(direction: Direction, measures: dict[str, Measure], number: int) -> Element:
    nothing = h.p("Nämnden har inga mål eller uppdrag under det här riktningsmålet.", class_="quiet")
    goals = [h.h4("Mål"), h.ul([_goal(goal, measures) for goal in direction.goals], class_="plan-list")] if direction.goals else []
    work = [h.h4("Uppdrag"), h.ul([_work(each) for each in direction.work], class_="plan-list")] if direction.work else []
    return h.section(
        h.h3(direction.name, id=f"riktning-{number}"),
        nothing if not goals and not work else None,
        goals,
        work,
        class_="plan-direction",
        aria_labelledby=f"riktning-{number}",
    )


def _goal(goal: GoalView, measures: dict[str, Measure]) -> Element:
    own = [measures[measure.namn] for measure in goal.part.matt if measure.namn in measures]
    shown = h.ul([h.li(_measure_line(measure)) for measure in own], class_="plan-steps") if own else None
    return h.li(h.b(goal.part.namn), _facts([f"Beslutat av {goal.part.beslutad_av}"]), _told(goal.part.beskrivning, goal.comment), shown)


def _measure_line(measure: Measure) -> list[Node]:
    goal = goal_words(measure, measure.latest)
    return [h.span(measure.part.namn), " ", h.span(h.b(latest_words(measure)), f", mål {goal}" if goal else None)]


def _work(work: Work) -> Element:
    part = work.part
    assert isinstance(part, Uppdrag)  # noqa: S101 - the tree holds no other work at this level
    facts = [
        f"Beslutat av {part.beslutad_av}",
        f"Ansvarig: {part.ansvarig}" if part.ansvarig else None,
        f"Börjar {day(part.fran)}" if part.fran else None,
        f"Klart senast {day(part.klart_senast)}" if part.klart_senast else None,
    ]
    steps = h.ul([_step(step) for step in work.steps], class_="plan-steps") if work.steps else None
    return h.li(h.b(part.namn), work_state(work), _facts(facts), _told(part.beskrivning, work.comment), steps)


def _step(step: Work) -> Element:
    part = step.part
    assert isinstance(part, Delsteg)  # noqa: S101 - and no other below it
    begins = f"börjar {day(part.fran)}" if part.fran else None
    ready = f"klart senast {day(part.klart_senast)}" if part.klart_senast else None
    return h.li(h.span(part.namn), _facts([begins, ready]), work_state(step))


def improvements(view: View) -> Element | None:
    """Förbättringar, the prioritised first."""
    found = view.found.improvements
    if not found:
        return None
    groups = (
        ("Prioriterade", [each for each in found if _first(each)]),
        ("Pågående och genomförda", [each for each in found if not _first(each)]),
    )
    lists = [h.div(h.h3(name), h.ul([_improvement(each) for each in group], class_="plan-list")) for name, group in groups if group]
    head = h.div(h.h2("Förbättringar", id="forbattringar"), class_="part-head")
    return h.section(head, h.div(lists, class_="plan-tree"), class_="part", aria_labelledby="forbattringar")


def _first(work: Work) -> bool:
    return isinstance(work.part, Forbattring) and work.part.prioriterad


def _improvement(work: Work) -> Element:
    part = work.part
    assert isinstance(part, Forbattring)  # noqa: S101 - the list holds no other work
    facts = [f"Ansvarig: {part.ansvarig}" if part.ansvarig else None, f"Börjar {day(part.fran)}" if part.fran else None]
    return h.li(h.b(part.namn), work_state(work), _facts(facts), _told(None, work.comment))


def _facts(facts: Sequence[str | None]) -> Element | None:
    found = [h.span(fact) for fact in facts if fact]
    return h.span(found, class_="plan-facts") if found else None


def _told(*texts: str | None) -> Children:
    return [h.p(line, class_="plan-told") for text in texts if text for line in text.splitlines() if line.strip()]
