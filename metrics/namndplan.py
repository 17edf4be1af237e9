"""Following a nämndplan up: where each part stands in a period, what is late, and which goals are reached.

Pure: what has been said and delivered comes in as values, and so does the day. Source: issue 5; docs/feeding.md, namndplan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import periods
from config import PlanSettings
from metrics.indicators import INDICATORS
from metrics.plan_outcomes import combined, judged_against, number_kept
from metrics.plan_values import (
    PLAIN,
    BudgetLine,
    Direction,
    FollowUp,
    GoalView,
    Measure,
    Origin,
    Outcome,
    Said,
    Sources,
    Spoken,
    Work,
)
from namndplan import DONE, NOT_BEGUN, PERIOD_KINDS, TOTAL, Delsteg, Forbattring, Mal, Matt, Plan, Uppdrag

_SERIES: Final = 12  # so many periods are drawn
_BETTER: Final = {"higher": "högre", "lower": "lägre"}


def periods_to_follow(plan: Plan) -> tuple[str, ...]:
    """The periods that the plan may be followed up by: its own kind first, then the others, the year last; months only if it says so."""
    kinds = dict.fromkeys((plan.followed_by, "tertial", "half_year", "quarter", "year"))
    return tuple(period for kind in kinds for period in periods.of_year(plan.ar, kind))


def period_to_show(plan: Plan, today: date) -> str:
    """The newest of the plan's own periods that has ended, or its first."""
    own = periods.of_year(plan.ar, plan.followed_by)
    return next((period for period in reversed(own) if periods.last_day(period) < today), own[0])


def follow_up(plan: Plan, period: str, today: date, sources: Sources, settings: PlanSettings | None) -> FollowUp:
    """The plan as it stands in the period. Of a period before the newest that has ended, as it stood on its last day."""
    day = periods.last_day(period) if _is_past(plan, period, today) else today
    reader = _Reader(plan, period, day, sources, settings.soon_days if settings else 0)
    state = sources.said.get(Spoken(period, "period", "", "lage"))
    return FollowUp(
        plan=plan,
        period=period,
        day=day,
        state=(state.value if state else None) or "öppen",
        state_said=state,
        directions=tuple(reader.direction(top.namn, top.mal, top.uppdrag) for top in plan.riktningsmal),
        improvements=tuple(reader.work(each, "forbattring", each.namn) for each in plan.forbattringar),
        groups=tuple((name, tuple(reader.measure(each, name) for each in group)) for name, group in plan.groups),
        budget=tuple(reader.budget(area, amounts) for area, amounts in plan.budget_tkr.items() if area != TOTAL),
    )


def _is_past(plan: Plan, period: str, today: date) -> bool:
    return periods.last_day(period) < periods.last_day(period_to_show(plan, today))


@dataclass(frozen=True)
class _Reader:
    plan: Plan
    period: str
    day: date
    sources: Sources
    soon_days: int

    # ---- Work -----------------------------------------------------------------------------------------------------------------

    def direction(self, name: str, goals: Sequence[Mal], work: Sequence[Uppdrag]) -> Direction:
        told = tuple(GoalView(goal, *self._comment("mal", goal.namn)) for goal in goals)
        return Direction(name, told, tuple(self.work(each, "uppdrag", each.namn) for each in work))

    def work(self, part: Uppdrag | Delsteg | Forbattring, kind: str, item: str) -> Work:
        said = self._newest(kind, item, "status")
        status = (said.value if said else None) or part.status or NOT_BEGUN
        due = None if isinstance(part, Forbattring) else part.klart_senast
        left = None if due is None or status == DONE else due - self.day
        steps = part.delsteg if isinstance(part, Uppdrag) else ()
        return Work(
            part=part,
            kind=kind,
            item=item,
            status=status,
            status_said=said,
            said_now=Spoken(self.period, kind, item, "status") in self.sources.said,
            comment=self._comment(kind, item)[0],
            comment_said=self._comment(kind, item)[1],
            due=due,
            late=left is not None and left < timedelta(0),
            soon=left is not None and timedelta(0) <= left <= timedelta(days=self.soon_days),
            steps=tuple(self.work(step, "delsteg", step_item(item, step.namn)) for step in steps),
        )

    def _newest(self, kind: str, item: str, field_: str) -> Said | None:
        """What was said last in the field up to the period's end, in the plan's year."""
        end = periods.last_day(self.period)
        found = [
            (periods.last_day(spoken.period), said.at, said)
            for spoken, said in self.sources.by_part.get((kind, item, field_), ())
            if int(spoken.period[:4]) == self.plan.ar and periods.last_day(spoken.period) <= end
        ]
        return max(found, key=lambda each: each[:2])[2] if found else None

    def _comment(self, kind: str, item: str) -> tuple[str | None, Said | None]:
        """For the public a comment is not shown: it may tell of a few persons."""
        said = self.sources.said.get(Spoken(self.period, kind, item, "kommentar"))
        hidden = self.sources.protect_below is not None
        return (said.value if said and not hidden else None), (None if hidden else said)

    # ---- Measures and money -----------------------------------------------------------------------------------------------------

    def measure(self, part: Matt, group: str) -> Measure:
        kind = PERIOD_KINDS[part.period] if part.period else periods.kind(self.period)
        due = tuple(self.outcome(part, period) for period in periods.ending_in(self.period, kind))
        series = tuple(self.outcome(part, period) for period in self._known(part, kind, due))
        known = [outcome for outcome in series if outcome.is_known]
        latest = next((each for each in reversed(due) if each.state != "missing"), known[-1] if known else None)
        earlier = [outcome for outcome in known if latest and outcome.period < latest.period]
        return Measure(
            part=part,
            group=group,
            kind=kind,
            unit=unit_of(part),
            direction=better(part),
            due=due,
            latest=latest,
            before=earlier[-1] if earlier else None,
            series=tuple(known[-_SERIES:]),
            peers=self._peers(part, latest),
        )

    def _known(self, part: Matt, kind: periods.Kind, due: Sequence[Outcome]) -> list[str]:
        """The periods of the kind, up to this one, that something is known of."""
        end = periods.last_day(self.period)
        if part.indikator in INDICATORS:
            newest = due[-1].period if due else periods.ending_in(str(int(self.period[:4]) - 1), kind)[-1]
            found = [newest]
            while len(found) < _SERIES:
                found.append(periods.previous(found[-1]))
            return sorted(found)
        named = {period for name, period in self.sources.files if name == part.namn}
        named |= {spoken.period for spoken, _ in self.sources.by_part.get(("matt", part.namn, "utfall"), ())}
        return sorted(period for period in named if periods.kind(period) == kind and periods.last_day(period) <= end)

    def outcome(self, part: Matt, period: str) -> Outcome:
        """The outcome that counts: the indicator's, or whichever of page and file came last."""
        comment, comment_said = self._comment_on(part, period)
        in_file = self.sources.files.get((part.namn, period))
        goal = in_file.goal if in_file and in_file.goal is not None else part.mal
        if part.indikator in INDICATORS:
            value, state = combined(str(part.indikator), period, self.sources.figure)
            judged = judged_against(value, goal, better(part)) if state in PLAIN else state
            return Outcome(period, value, judged, goal, "figures", None, None, comment, comment_said)
        said = self.sources.said.get(Spoken(period, "matt", part.namn, "utfall"))
        from_page = said is not None and (in_file is None or said.at >= in_file.at)
        value = number_kept(said) if from_page else in_file.value if in_file else None
        origin: Origin = "none" if value is None else "page" if from_page else "file"
        if value is not None and _is_small(part, value, self.sources.protect_below):
            return Outcome(period, None, "suppressed", goal, origin)
        return Outcome(period, value, judged_against(value, goal, better(part)), goal, origin, said, in_file, comment, comment_said)

    def _comment_on(self, part: Matt, period: str) -> tuple[str | None, Said | None]:
        if self.sources.protect_below is not None:
            return None, None
        said = self.sources.said.get(Spoken(period, "matt", part.namn, "kommentar"))
        in_file = self.sources.files.get((part.namn, period))
        if said is not None and (in_file is None or in_file.comment is None or said.at >= in_file.at):
            return said.value, said
        return (in_file.comment if in_file else None), None

    def _peers(self, part: Matt, latest: Outcome | None) -> Mapping[str, float]:
        if latest is None:
            return {}
        if part.indikator in INDICATORS:
            return self._sharing(str(part.indikator), latest.period)
        found = self.sources.peers.get((part.namn, latest.period), {})
        below, seen = self.sources.protect_others_below, self.sources.seen
        return {kommun: value for kommun, value in found.items() if kommun in seen or not _is_small(part, value, below)}

    def _sharing(self, indicator: str, period: str) -> Mapping[str, float]:
        """The same indicator of the kommuner that follow it in their plans; what is hidden or incomplete of them is left out."""
        others = self.sources.sharing.get(indicator, {})
        told = {kommun: combined(indicator, period, figure) for kommun, figure in others.items()}
        return {kommun: value for kommun, (value, state) in told.items() if value is not None and state in PLAIN}

    def budget(self, area: str, amounts: Sequence[int]) -> BudgetLine:
        said = {
            name: found for name in ("prognos", "utfall") if (found := self.sources.said.get(Spoken(self.period, "budget", area, name)))
        }
        return BudgetLine(area, amounts[1], amounts[2], number_kept(said.get("prognos")), number_kept(said.get("utfall")), said)


def _is_small(part: Matt, value: float, below: int | None) -> bool:
    """Whether the public may not see it: a count of a few, as far as one can tell."""
    return below is not None and part.enhet != "%" and 0 < abs(value) < below


def step_item(uppdrag: str, step: str) -> str:
    """What a delsteg is kept under: its name is its own only within its uppdrag."""
    return f"{uppdrag} / {step}"


def better(part: Matt) -> str:
    """Which way is better for the measure: as the plan says, or as its indicator does; empty where neither does."""
    own = INDICATORS.get(part.indikator or "")
    return part.riktning or (_BETTER.get(own.direction, "") if own else "")


def unit_of(part: Matt) -> str:
    """The measure's unit: as the plan says, or as its indicator does; empty where neither does."""
    own = INDICATORS.get(part.indikator or "")
    return part.enhet or (own.unit if own else "")
