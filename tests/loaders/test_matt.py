"""Outcomes of measures: what is refused, and one outcome per kommun, measure and period."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from tests.loaders.tables import MATT, Row, problems, spoiled, where


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"utfall": "många"}, "utfall", "tal"),
        ({"mal": "fler"}, "mal", "tal"),
        ({"period": "2026-T3"}, "period", "framtida_period"),
        ({"period": "2026-11"}, "period", "framtida_period"),
        ({"period": "2025-07-01"}, "period", "period"),
    ],
)
def test_matt(settings: Settings, tmp_path: Path, cells: Row, column: str, rule: str) -> None:
    assert where(problems(settings, tmp_path, "matt", spoiled(MATT, **cells))) == [(2, column, rule)]


def test_a_measure_has_one_outcome_per_kommun_and_period(settings: Settings, tmp_path: Path) -> None:
    again = [*MATT, MATT[0] | {"period": "2025-t2"}]
    assert where(problems(settings, tmp_path, "matt", again)) == [(2, "period", "dubblett"), (4, "period", "dubblett")]
    assert problems(settings, tmp_path, "matt", [*MATT, MATT[0] | {"period": "2025-T1"}]) == ()
