"""The walls of the house: who may import whom (docs/adr/0001-the-rooms.md)."""

import ast
import re
from pathlib import Path

import pytest

from loaders.registry import DATASETS

ROOT = Path(__file__).parent.parent
PLAIN = {"config", "faults", "namndplan", "periods", "personnummer", "policy"}
ROOMS = {
    "cli": {"commands"},
    "dashboard": {"figuresio", "flows", "loaders.intake", "metrics", "public_figures", "reports", "sql", "swedish"},
    "demo": {"flows.compute", "loaders", "sql"},
    "figuresio": set(),
    "flows": {"loaders", "metrics", "public_figures", "reports", "sql", "swedish"},
    "jobs": {"flows", "loaders", "public_figures", "reports", "sql", "swedish"},
    "loaders": {"sql"},
    "logs": set(),
    "metrics": set(),
    "public_figures": {"metrics", "sql", "swedish"},
    "reports": {"figuresio", "metrics", "public_figures", "sql", "swedish"},
    "sql": set(),
    "swedish": set(),
    **{name: set() for name in sorted(PLAIN)},
    "namndplan": {"periods"},
}
ROOMS["commands"] = set(ROOMS) - {"cli"}  # where the rooms are wired together for a terminal
FORBIDDEN_IN_METRICS = {"dash", "sqlmodel", "sqlalchemy", "pathlib", "os", "io", "time", "urllib", "requests", "httpx"}


def modules() -> list[Path]:
    found = [ROOT / f"{room}.py" for room in ROOMS if (ROOT / f"{room}.py").exists()]
    return found + [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({node.module} if node.module.count(".") else {f"{node.module}.{alias.name}" for alias in node.names})
    return names


def test_every_room_is_there() -> None:
    assert {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in modules()} == set(ROOMS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_its_neighbours(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    allowed = ROOMS[room] | PLAIN | {room}
    ours = {name for name in imported(path) if name.split(".")[0] in ROOMS}
    strangers = {name for name in ours if not any(name == a or name.startswith(f"{a}.") for a in allowed)}
    assert not strangers


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").rglob("*.py")), ids=lambda path: path.name)
def test_metrics_are_pure(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & FORBIDDEN_IN_METRICS


COUNTED_ELSEWHERE = {
    "avtalsbeslut": "agreements",  # decisions give no figures: they are told with the agreement that they are about
    "matt": "plan_outcomes",  # outcomes belong to the measures of the namndplan that names them
}


@pytest.mark.parametrize("dataset", DATASETS)
def test_each_dataset_has_its_others(dataset: str) -> None:
    """Whoever looks for all about a dataset searches for one word."""
    assert (ROOT / "loaders" / f"{dataset}.py").exists()
    assert (ROOT / "metrics" / f"{COUNTED_ELSEWHERE.get(dataset, dataset)}.py").exists()
    assert f"\n{dataset}:" in (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert list((ROOT / "tests").rglob(f"test_{dataset}.py"))
    assert list((ROOT / "docs" / "samples").glob(f"{dataset}_*"))
    assert re.search(rf"\b{dataset}\b", (ROOT / "docs" / "feeding.md").read_text(encoding="utf-8"))


def test_no_dataset_is_excused_that_has_its_own() -> None:
    assert not [dataset for dataset in COUNTED_ELSEWHERE if (ROOT / "metrics" / f"{dataset}.py").exists()]
