"""What a breakdown is: a declaration of how an indicator's figure is taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One way to take figures apart: by hospital, by category, by number of days.

    `id` and `dataset` name the frame of parts that holds it; `indicators` are those whose parts that frame has. `labels` are the
    categories in the order to show them, with their Swedish names; where `is_free` the sender's own words follow after them.
    `heading` stands over the table, `note` under it. Where `is_by_size` a mean's categories are shown by how many they hold: the
    mean of those with two days says nothing.

    For the protection: `tells` are parts of other figures that some categories add up to, so that a table is hidden where such a part
    is; `within` is a dimension whose categories hold those of the same names here, so that what is left of them is a count too.
    """

    id: str
    dataset: str
    name: str
    heading: str
    note: str
    indicators: tuple[str, ...]
    labels: Mapping[str, str]
    is_free: bool = False
    is_by_size: bool = False
    tells: tuple[str, ...] = ()
    within: str | None = None

    def name_of(self, category: str) -> str:
        """What a reader calls the category."""
        return self.labels.get(category, category)

    def place_of(self, category: str) -> int:
        """Where it stands among the known ones; the sender's own words come last."""
        return list(self.labels).index(category) if category in self.labels else len(self.labels)
