"""A new version of a nämndplan, carried over from the year before or changed in the page: delivered like a file, under the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from config import Settings
from flows import planning
from flows.planning import Book
from loaders.intake import Outcome, take_in
from metrics.plan_carry import carried_over
from namndplan import content
from policy import Person, Sight
from sql import plans
from sql.store import Store


class NotCarriedError(Exception):
    """The plan cannot be carried over: a Swedish sentence."""


def deliver(settings: Settings, store: Store, plan: Mapping[str, Any], *, by: Person | str, now: datetime) -> Outcome:
    """Take the plan (plain values, as in a YAML file) in as a delivery; its problems say all that is wrong. Raises StoreError."""
    with TemporaryDirectory(prefix="uppfoljning-") as folder:
        path = Path(folder) / f"namndplan_{plan.get('ar')}_{plan.get('kommun')}.yaml"
        path.write_text(yaml.safe_dump(dict(plan), allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
        return take_in(settings, store, "namndplan", path, [], None, False, by, now)


def carry_over(
    settings: Settings, store: Store, book: Book, kommun: str, year: int, *, dnr: str, by: Person | str, now: datetime, today: date
) -> Outcome:
    """Make the kommun's plan of the year from that of the year before. Raises NotCarriedError where that cannot be, and StoreError."""
    name = settings.kommuner.get(kommun, kommun)
    stored = book.plan(kommun, year - 1)
    if stored is None:
        raise NotCarriedError(f"{name} har ingen nämndplan för {year - 1} att föra över.")
    with plans.editing(store):
        if plans.versions(store, kommun, year):
            raise NotCarriedError(f"{name} har redan en nämndplan för {year}. Den ändras på sin sida.")
        whole_year = str(year - 1)  # every state that has been said in it counts
        found = planning.follow_up(settings, store, book, stored.plan, whole_year, today, planning.no_figures, Sight(True))
        return deliver(settings, store, content(carried_over(found, dnr)), by=by, now=now)
