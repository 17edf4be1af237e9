"""Random counties for holding the engine against its slow twin: small, and with every oddity that the contract speaks of."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

import periods
from config import Settings
from sql.shapes import SHAPES
from tests.metrics import random_others as others

Row = dict[str, Any]
NAMES = {"1401": "Härryda", "1402": "Partille", "1440": "Ale", "1462": "Lilla Edet", "1480": "Göteborg", "1489": "Alingsås"}
YEARS = (2024, 2025)
YES = [name for name, kind in SHAPES["utskrivning"].optional.items() if kind == pl.Boolean]
DATES = [name for name, kind in SHAPES["utskrivning"].optional.items() if kind == pl.Date]


@dataclass(frozen=True)
class County:
    """Settings, rows with their `lacks`, and for each dataset which kommun and base period is covered, and whether wholly."""

    settings: Settings
    rows: Mapping[str, Sequence[Row]]
    covered: Mapping[str, Mapping[tuple[str, str], bool]]

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The rows as `sql.facts.rows` gives them."""
        return {dataset: _frame(dataset, rows) for dataset, rows in self.rows.items()}

    def coverage(self) -> dict[str, pl.DataFrame]:
        """The coverage as `sql.coverage.in_force` gives it."""
        schema = {"kommun": pl.String, "period": pl.String, "key": pl.String, "delivery": pl.Int64, "complete": pl.Boolean}
        return {
            dataset: pl.DataFrame([(k, p, "", 1, whole) for (k, p), whole in cells.items()], schema=schema, orient="row")
            for dataset, cells in self.covered.items()
        }


def _frame(dataset: str, rows: Sequence[Row]) -> pl.LazyFrame:
    shape = SHAPES[dataset]
    stored = {**shape.required, **shape.optional}
    made = [{**row, **{f"lacks_{name}": name in row.get("lacks", ()) for name in shape.optional}} for row in rows]
    return pl.LazyFrame(made, schema={**stored, **{f"lacks_{name}": pl.Boolean for name in shape.optional}})


def day_between(rng: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


# ---- Settings -----------------------------------------------------------------------------------------------------------------


def random_settings(rng: random.Random, shipped: Settings) -> Settings:
    """Six kommuner in two divisions of which one moves; two agreements with a gap, a start mid-month, or neither."""
    raw = shipped.model_dump(mode="json")
    moved = day_between(rng, date(2024, 3, 1), date(2025, 9, 30))
    raw["kommuner"] = NAMES
    raw["divisions"] = [
        {
            "id": "a",
            "name": "A",
            "areas": [
                {"id": "kf-ett", "name": "Ett", "source": "prov", "members": ["1401", "1440", {"kommun": "1402", "valid_to": str(moved)}]},
                {"id": "kf-tva", "name": "Två", "source": "prov", "members": ["1462", "1480", "1489", _from("1402", moved)]},
            ],
        },
        {
            "id": "b",
            "name": "B",
            "unplaced": ["1462"],
            "areas": [
                {"id": "vs-tom", "name": "Tom till en början", "source": "prov", "members": [_from("1489", moved)]},
                {"id": "vs-rest", "name": "Resten", "source": "prov", "members": ["1401", "1402", "1440", "1480"]},
            ],
        },
    ]
    for division in raw["divisions"]:
        division["unplaced"] = sorted({"1462", "1489"} if division["id"] == "b" else set())
    _move_agreements(rng, raw)
    raw["goals"] = {indicator: _random_goals(rng, goals) for indicator, goals in raw["goals"].items()}
    raw["payment_amount_per_day"] = {year: {"amount": 9000 + year, "source": "prov"} for year in YEARS if rng.random() < 0.7}
    raw["ntandvard"]["population_from_age"] = rng.choice((24, 20))
    return Settings.model_validate(raw)


def _from(kommun: str, moved: date) -> Row:
    return {"kommun": kommun, "valid_from": str(moved + timedelta(days=1))}


def _move_agreements(rng: random.Random, raw: Row) -> None:
    first, second = raw["agreements"]
    turn = rng.choice((date(2025, 1, 1), date(2025, 4, 1), day_between(rng, date(2024, 2, 1), date(2025, 11, 10))))
    start = rng.choice((date(2023, 1, 1), date(2024, 1, 1), date(2024, 2, 14)))
    end = turn - timedelta(days=1 + rng.choice((0, 0, 10, 40)))
    first["valid_from"], first["valid_to"] = str(min(start, end)), str(end)
    second["valid_from"] = str(turn)
    second["valid_to"] = rng.choice((None, "2025-11-15", "2030-12-31"))
    for agreement in (first, second):
        _change_rules(rng, agreement)
        rules = agreement["utskrivning"]
        rules["mean_limit_days"] = rng.choice((3.0, 3.0, 3.0, 2.5))
        rules["individual_after_days"] = rng.choice((7, 7, 5))
        rng.shuffle(rules["conditions"])


def _change_rules(rng: random.Random, agreement: Row) -> None:
    """An agreement may say nothing of training or placements, or say it otherwise."""
    agreement["munhalsa"] = rng.choice((None, {"trained_within_years": rng.choice((1, 2, 3)), "section": "prov"}))
    agreement["placeringar"] = rng.choice((None, {"cost_division_within_days": rng.choice((0, 14, 30)), "section": "prov"}))


def _random_goals(rng: random.Random, goals: list[Row]) -> list[Row]:
    turn = day_between(rng, date(2024, 6, 1), date(2025, 6, 30))
    gap = rng.choice((0, 0, 20))
    value = rng.choice((goals[0]["value"], goals[0]["value"], 2.0))
    return [
        {**goals[0], "valid_from": "2024-01-01", "valid_to": str(turn)},
        {**goals[-1], "valid_from": str(turn + timedelta(days=1 + gap)), "valid_to": None, "value": value},
    ]


# ---- Rows ---------------------------------------------------------------------------------------------------------------------


def random_county(seed: int, shipped: Settings) -> County:
    rng = random.Random(seed)
    settings = random_settings(rng, shipped)
    months = [month for year in YEARS for month in periods.months(str(year))][rng.randrange(3) : 24 - rng.randrange(4)]
    quarters = [quarter for year in YEARS for quarter in periods.quarters(str(year))][: 8 - rng.randrange(3)]
    covered = {
        "befolkning": _some(rng, [str(year) for year in (2022, 2023, 2024)], 0.75),
        "ntandvard": _some(rng, quarters, 0.85),
        "utskrivning": _some(rng, months, 0.9),
        "avvikelser": _some(rng, months, 0.9),
    }
    years = [str(year) for year in YEARS]
    covered |= {
        "pagaende": _some(rng, months, 0.8),
        "utbildning": _some(rng, [month for year in (2021, 2022, 2023, *YEARS) for month in periods.months(str(year))], 0.97),
        "enheter": _some(rng, [f"{year}-{month}" for year in YEARS for month in ("05", "06", "12")], 0.9),
        "naromradesplaner": _some(rng, years, 0.85),
        "fast_lakarkontakt": _some(rng, quarters, 0.85),
        "placeringar": _some(rng, months, 0.9),
        "halsosamtal": _some(rng, years, 0.85),
    }
    rows = {
        "befolkning": [row for kommun, year in covered["befolkning"] for row in _population(rng, kommun, int(year))],
        "ntandvard": [_stock(rng, kommun, quarter) for kommun, quarter in covered["ntandvard"] if rng.random() < 0.97],
        "utskrivning": _numbered("arende", [r for cell in covered["utskrivning"] for r in _discharges(rng, *cell)]),
        "avvikelser": _numbered("avvikelse", [r for cell in covered["avvikelser"] for r in _reports(rng, *cell)]),
        "pagaende": _numbered("arende", [_still_there(rng, *cell) for cell in covered["pagaende"] for _ in range(rng.randrange(3))]),
        **others.rows(rng, covered),
    }
    return County(settings, rows, covered)


def _some(rng: random.Random, bases: Sequence[str], share: float) -> dict[tuple[str, str], bool]:
    """Most cells are covered, a few of them not wholly; sometimes a kommun, or a whole period, is not there at all."""
    absent = {rng.choice(list(NAMES)) for _ in range(rng.randrange(2))} | {rng.choice(bases) for _ in range(rng.randrange(2))}
    cells = [(kommun, base) for kommun in NAMES for base in bases if not {kommun, base} & absent and rng.random() < share]
    rng.shuffle(cells)
    return {cell: rng.random() < 0.95 for cell in cells}


def _numbered(name: str, rows: list[Row]) -> list[Row]:
    return [{**row, name: f"a{number}"} for number, row in enumerate(rows)]


def _population(rng: random.Random, kommun: str, year: int) -> list[Row]:
    ages = rng.choice(([*map(str, range(0, 100, 7)), "100+"], ["0", "19", "23", "24+"], ["5", "20+"], ["19", "20", "24", "30"]))
    size = rng.choice((0, 3, 400))
    return [{"kommun": kommun, "ar": year, "alder": age, "antal": rng.randrange(size + 1) + size // 2} for age in ages]


def _stock(rng: random.Random, kommun: str, quarter: str) -> Row:
    intyg = rng.choice((0, 1, rng.randrange(60)))
    among: Row = {name: rng.randrange(intyg + 1) for name in ("onskar_mhb", "fatt_mhb", "fatt_tandvard")}
    among["fatt_stod"] = None if rng.random() < 0.2 else max(among["fatt_mhb"], among["fatt_tandvard"])
    return {"kommun": kommun, "kvartal": quarter, "intyg": intyg, **among}


def _discharges(rng: random.Random, kommun: str, month: str) -> list[Row]:
    return [_discharge(rng, kommun, month, kommun in ("1401", "1480")) for _ in range(rng.choice((0, 0, 1, 2, 5, 9)))]


def _discharge(rng: random.Random, kommun: str, month: str, is_old_file: bool) -> Row:
    """Where `is_old_file`, the sender's file lacked two columns altogether."""
    out = day_between(rng, periods.first_day(month), periods.last_day(month))
    ready = out - timedelta(days=rng.choice((0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 12, 40)))
    lacks = {"sip_kallelse", "it_stod"} if is_old_file else set()
    answers = rng.choices((True, False, None), rng.choice(((0.97, 0.02, 0.01), (0.6, 0.2, 0.2))), k=len(YES))
    row: Row = {
        "kommun": kommun,
        "enhet": rng.choice(("SU", "SÄS")),
        "inskriven": ready,
        "utskrivningsklar": ready,
        "utskriven": out,
        "lacks": frozenset(lacks),
        **dict(zip(YES, answers, strict=True)),
        **{name: None if rng.random() < 0.15 else ready + timedelta(days=rng.randrange(-2, 14)) for name in DATES},
    }
    return row | dict.fromkeys(lacks)


def _still_there(rng: random.Random, kommun: str, month: str) -> Row:
    """Ready on the month's last day or before; now and then after it, which is not yet."""
    ready = periods.last_day(month) - timedelta(days=rng.choice((-3, 0, 3, 7, 8, 90)))
    row = _discharge(rng, kommun, month, is_old_file=False)
    return {name: cell for name, cell in row.items() if name != "utskriven"} | {
        "utskrivningsklar": ready,
        "inskriven": ready,
        "manad": month,
    }


def _reports(rng: random.Random, kommun: str, month: str) -> list[Row]:
    rows = []
    for _ in range(rng.choice((0, 0, 1, 3, 14))):
        day = day_between(rng, periods.first_day(month), periods.last_day(month))
        answered = None if rng.random() < 0.3 else day + timedelta(days=rng.randrange(60))
        step = rng.choice((None, None, 0, 1, 2, 3))
        closed = None if rng.random() < 0.5 else day + timedelta(days=rng.choice((0, rng.randrange(400))))
        about = {
            "rapportor": rng.choice(("kommun", "region")),
            "omrade": rng.choice(("in_utskrivning", "munhalsa")),
            "kategori": rng.choice(("fel_boendeenhet", "avbojd_mhb", "l")),
            "skal": rng.choice((None, "brist")),
        }
        rows.append({"kommun": kommun, "registrerad": day, "aterkopplad": answered, "avslutad": closed, "steg": step, **about})
    return rows
