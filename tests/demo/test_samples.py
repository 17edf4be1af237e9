"""The sample files that the docs show load as the docs say, and the docs say what the code holds."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config import Settings
from loaders.intake import check, take_in
from loaders.registry import DATASETS
from sql.store import open_store

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SAMPLES = sorted((DOCS / "samples").iterdir())
FEEDING = (DOCS / "feeding.md").read_text(encoding="utf-8")
LOADS = sorted(set(re.findall(r"uppfoljning load (\w+) (docs/samples/\S+)((?: --\w+ \S+)*)", FEEDING)))


def section(dataset: str) -> str:
    return FEEDING.split(f"\n## {dataset}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_each_sample_passes_the_check(settings: Settings, sample: Path) -> None:
    dataset = next(name for name in DATASETS if sample.name.startswith(f"{name}_"))
    found = check(settings, None, dataset, sample, [], ["Ale", "Bollebygd"] if DATASETS[dataset].is_stated else None, date(2027, 3, 2))
    assert not found.problems
    assert found.row_count


@pytest.mark.parametrize("command", LOADS, ids=lambda command: command[1])
def test_each_command_in_the_text_loads_its_sample(settings: Settings, command: tuple[str, str, str]) -> None:
    dataset, sample, options = command
    words = shlex.split(options)
    kommuner = [value for flag, value in zip(words[::2], words[1::2], strict=True) if flag == "--kommun"]
    store = open_store(settings)
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    outcome = take_in(settings, store, dataset, ROOT / sample, [], kommuner or None, False, "test", now)
    assert outcome.delivery is not None, outcome.problems
    assert not outcome.problems
    store.close()


def test_every_dataset_has_a_section_a_sample_and_a_command() -> None:
    for dataset in DATASETS:
        assert section(dataset)
        assert any(sample.name.startswith(dataset) for sample in SAMPLES)
        assert dataset in {command[0] for command in LOADS}
    assert all(f"samples/{sample.name}" in FEEDING for sample in SAMPLES)


@pytest.mark.parametrize("dataset", sorted(set(DATASETS) - {"namndplan"}))
def test_the_tables_of_columns_are_those_of_the_loader(dataset: str) -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", section(dataset), re.MULTILINE))
    assert told == {column.name: "yes" if column.required else "no" for column in DATASETS[dataset].columns}


def test_the_refusal_in_the_text_is_what_the_program_says(settings: Settings, tmp_path: Path) -> None:
    [block] = re.findall(r"```csv\n(.*?)```", FEEDING, re.DOTALL)
    file = tmp_path / "ntandvard_2025-Q3.csv"
    file.write_text(block, encoding="utf-8")
    found = check(settings, None, "ntandvard", file, [], None, date(2026, 11, 22))
    told = re.findall(r"^\| (\d+) \| `(\w+)` \| `(.+?)` \| `(\w+)` \| (.+) \|$", FEEDING, re.MULTILINE)
    assert told == [(str(p.row), p.column, p.value, p.rule, p.message) for p in found.problems]
    assert len(told) == 4
