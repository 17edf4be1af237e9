"""How outcomes of nämndplaner are questioned and when something is due soon, as config.yaml states it."""

from __future__ import annotations

from pydantic import Field

from config.values import Value


class PlanSettings(Value):
    """An outcome that differs more than `jump_percent` and `smallest_jump` from the one before must be confirmed.

    What is to be ready within `soon_days` is shown as due soon.
    """

    jump_percent: float = Field(gt=0)
    smallest_jump: float = Field(ge=0)
    soon_days: int = Field(ge=0)
