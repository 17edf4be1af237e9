"""Next year's plan from this one's: what goes on is carried over, what is finished or belongs to the year is not."""

from __future__ import annotations

from typing import Final

from metrics.plan_values import FollowUp, Work
from namndplan import Delsteg, Forbattring, Plan, Uppdrag

NO_NUMBER: Final = "ej diariefört än"


def carried_over(found: FollowUp, dnr: str = "") -> Plan:
    """The plan of the year after, from the plan as it stands at the end of its year.

    Carried: nämnd, riktningsmål, mål, measures, uppdrag and delsteg that are not finished and förbättringar that are not, each with
    the state that it has. Not carried: what is finished, outcomes and comments, the budget (its amounts belong to the year) and the
    diary number.
    """
    plan = found.plan
    directions = [
        top.model_copy(update={"uppdrag": [_task(work) for work in direction.work if not work.is_done]})
        for top, direction in zip(plan.riktningsmal, found.directions, strict=True)
    ]
    return plan.model_copy(
        update={
            "ar": plan.ar + 1,
            "dnr": dnr.strip() or NO_NUMBER,
            "riktningsmal": directions,
            "forbattringar": [_improvement(work) for work in found.improvements if not work.is_done],
            "budget_tkr": {},
        }
    )


def _task(work: Work) -> Uppdrag:
    assert isinstance(work.part, Uppdrag)  # noqa: S101 - a direction holds no other work
    steps = [_step(step) for step in work.steps if not step.is_done]
    return work.part.model_copy(update={"status": work.status, "delsteg": steps})


def _step(step: Work) -> Delsteg:
    assert isinstance(step.part, Delsteg)  # noqa: S101 - an uppdrag has no other steps
    return step.part.model_copy(update={"status": step.status})


def _improvement(work: Work) -> Forbattring:
    assert isinstance(work.part, Forbattring)  # noqa: S101 - and these are no other
    return work.part.model_copy(update={"status": work.status})
