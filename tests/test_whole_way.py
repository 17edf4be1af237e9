"""From files to figures through the commands: any order, twice, overlapping and withdrawn. Killed: tests/faults."""

from __future__ import annotations

import io
import itertools
import json
import random
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.program import uppfoljning

KOMMUNER = ("1440", "1480", "1489", "1495")


@dataclass(frozen=True)
class Delivery:
    """A file and how it is loaded."""

    dataset: str
    path: Path
    options: tuple[str, ...] = ()


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def county(folder: Path, seed: int = 1) -> list[Delivery]:
    """A little county of four kommuner in 2024: files that do not overlap."""
    chance = random.Random(seed)
    people = ["kommun;ar;alder;antal"]
    people += [
        f"{kommun};{year};{age};{chance.randint(10, 90)}" for kommun in KOMMUNER for year in (2023, 2024) for age in range(0, 101, 4)
    ]
    files = [Delivery("befolkning", write(folder / "befolkning.csv", people))]
    for quarter in range(1, 5):
        rows = ["kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard"]
        rows += [f"{kommun};2024-Q{quarter};{chance.randint(20, 60)};15;{chance.randint(0, 15)};3" for kommun in KOMMUNER]
        files.append(Delivery("ntandvard", write(folder / f"ntandvard_{quarter}.csv", rows)))
        files.append(Delivery("utskrivning", discharges(folder, quarter, chance), ("--kommun", "alla")))
        reports = ["avvikelse;registrerad;kommun;rapportor;omrade;kategori;aterkopplad;steg"]
        reports += [
            f"R{quarter}-{n};2024-{3 * quarter - 1:02}-1{n};{chance.choice(KOMMUNER)};kommun;munhalsa;fel_boendeenhet;2024-12-2{n};{n % 4}"
            for n in range(6)
        ]
        files.append(Delivery("avvikelser", write(folder / f"avvikelser_2024-Q{quarter}.csv", reports), ("--kommun", "alla")))
    return files


def discharges(folder: Path, quarter: int, chance: random.Random, name: str = "") -> Path:
    rows = ["arende;kommun;enhet;inskriven;utskrivningsklar;utskriven;inskrivningsmeddelande;utskrivningsklar_meddelad"]
    for n in range(40):
        month, day = 3 * quarter - chance.randint(0, 2), chance.randint(12, 28)
        ready = max(1, day - chance.choice((0, 0, 1, 3, 5, 9)))
        days = ";".join(f"2024-{month:02}-{number:02}" for number in (1, ready, day))
        rows.append(f"A{quarter}-{n};{chance.choice(KOMMUNER)};Sjukhus A;{days};ja;ja")
    return write(folder / f"utskrivning_2024-Q{quarter}{name}.csv", rows)


def load_all(storage: Path, files: list[Delivery]) -> None:
    """Load them in their order, neighbours of one dataset in one command."""
    for (dataset, options), together in itertools.groupby(files, key=lambda file: (file.dataset, file.options)):
        uppfoljning(storage, "load", dataset, *(str(file.path) for file in together), *options)


def figures(storage: Path) -> pl.DataFrame:
    uppfoljning(storage, "compute")
    return shown(storage)


def shown(storage: Path, *filters: str) -> pl.DataFrame:
    return pl.read_csv(io.StringIO(uppfoljning(storage, "figures", *filters).stdout), schema_overrides={"area": pl.String}).drop("run")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Delivery], pl.DataFrame]:
    """The files, and the figures of one clean load of them."""
    folder = tmp_path_factory.mktemp("county")
    files = sorted(county(folder), key=lambda file: file.dataset)
    load_all(folder / "storage", files)
    return files, figures(folder / "storage")


def test_the_figures_are_there(clean: tuple[list[Delivery], pl.DataFrame]) -> None:
    _, expected = clean
    assert expected["indicator"].n_unique() >= 20
    assert expected.filter(indicator="utskrivna", area="lan-14", period="2024")["numerator"].item() == 160


def test_any_order_and_twice_give_the_same(clean: tuple[list[Delivery], pl.DataFrame], tmp_path: Path) -> None:
    files, expected = clean
    datasets = random.Random(7).sample(sorted({file.dataset for file in files}), 4)
    shuffled = sorted(random.Random(7).sample(files, len(files)), key=lambda file: datasets.index(file.dataset))
    load_all(tmp_path / "storage", shuffled)
    again = uppfoljning(tmp_path / "storage", "load", shuffled[0].dataset, str(shuffled[0].path), *shuffled[0].options)
    assert "1" in again.stdout
    assert figures(tmp_path / "storage").equals(expected)


def test_the_newest_counts_and_withdrawing_brings_the_former_back(clean: tuple[list[Delivery], pl.DataFrame], tmp_path: Path) -> None:
    files, expected = clean
    storage = tmp_path / "storage"
    load_all(storage, files)
    before = json.loads(uppfoljning(storage, "deliveries", "--json").stdout)
    newer = discharges(tmp_path, 2, random.Random(99), "_ny")
    uppfoljning(storage, "load", "utskrivning", str(newer), "--kommun", "alla")
    assert not figures(storage).equals(expected)
    newest = json.loads(uppfoljning(storage, "deliveries", "--json").stdout)[-1]["id"]
    assert newest not in {delivery["id"] for delivery in before}
    uppfoljning(storage, "withdraw", str(newest), "--reason", "fel fil")
    assert figures(storage).equals(expected)
