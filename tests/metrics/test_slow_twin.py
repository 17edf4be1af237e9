"""The engine gives what the slow twin gives, on random counties."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from config import Settings
from metrics import engine
from tests import slow
from tests.conftest import soak
from tests.metrics.random_county import County, random_county


def by_key(rows: list[dict[str, object]]) -> dict[tuple[object, ...], dict[str, object]]:
    return {(row["indicator"], row["area"], row["period"]): row for row in rows}


def assert_equal(county: County) -> None:
    twin = by_key([asdict(figure) for figure in slow.Twin(county.settings, county.rows, county.covered).figures()])
    fast = engine.frames(county.settings, county.frames(), county.coverage())
    rows = by_key(fast["figures"].to_dicts())
    assert rows.keys() == twin.keys()
    for key, row in rows.items():
        expected = twin[key]
        for limit in ("lower", "upper"):
            found, wanted = row.pop(limit), expected.pop(limit)
            assert found == wanted or found == pytest.approx(wanted, rel=1e-9, abs=1e-9), (key, limit)
        assert row == expected, key
    assert_conditions(county, fast["conditions"].to_dicts())


def assert_conditions(county: County, rows: list[dict[str, object]]) -> None:
    expected = slow.conditions(county.settings, county.rows["utskrivning"])
    found = {
        (row["kommun"], row["period"], row["agreement"], row["condition"]): {
            "applicable": row["applicable"],
            "met": row["met"],
            "not met": row["not_met"],
            "unknown": row["unknown"],
        }
        for row in rows
    }
    assert found == expected


@pytest.mark.parametrize("seed", range(soak(4, 200)))
def test_every_figure_equals_the_twin(seed: int, settings: Settings) -> None:
    assert_equal(random_county(seed, settings))


def test_the_counties_hold_what_they_should(settings: Settings) -> None:
    """Were the counties too tame, equality would say little: every status, gap and oddity is among the first eight."""
    seen: set[object] = set()
    for seed in range(8):
        county = random_county(seed, settings)
        for row in engine.figures(county.settings, county.frames(), county.coverage()).iter_rows(named=True):
            seen |= {row["status"], ("preliminary", row["preliminary"]), ("goal", row["goal"] is None), row["agreement"]}
            seen.add(("among nobody", row["denominator"] == 0))
            seen.add(("over 100 %", row["unit"] == "%" and row["lower"] is None and row["value"] is not None))
            seen.add(("half days", row["indicator"] == "betaldagar" and (row["value"] or 0) % 1 == 0.5))
    assert seen >= {"met", "missed", "no_goal", "incomplete", "missing", None, "hsa-2023+hsa-2027", "hsa-2027"}
    assert seen >= {(name, True) for name in ("preliminary", "goal", "among nobody", "over 100 %", "half days")}
