"""The tokens: every colour is seen by everyone in both schemes, and every name is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard import static, tokens

FOLDER = Path(static.__file__).parent
SHEETS = sorted(path.name for path in (FOLDER / "assets").glob("*.css") if path.name != "tokens.css")
BLOCKS = (FOLDER / "assets" / "tokens.css").read_text(encoding="utf-8").split("@media")
LIGHT, DARK, *_ = (dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", block)) for block in BLOCKS)
READ_ON_PAPER: dict[str, float] = {"ink": 7, "ink-2": 7, "met-text": 7, "missed-text": 7, "quiet-text": 7, "chosen": 7, "link": 7}
SEEN_ON_PAPER: dict[str, float] = {"axis": 3, "met-mark": 3, "missed-mark": 3, "quiet-mark": 3}
PAIRS = {("ink", "met-ground"): 7, ("ink", "missed-ground"): 7, ("quiet-text", "quiet-ground"): 4.5, ("chosen", "chosen-ground"): 4.5}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out(scheme: dict[str, str]) -> None:
    for name, least in (READ_ON_PAPER | SEEN_ON_PAPER).items():
        assert contrast(scheme[name], scheme["paper"]) >= least, name
    for (front, ground), least in PAIRS.items():
        assert contrast(scheme[front], scheme[ground]) >= least, (front, ground)


@pytest.mark.parametrize("scheme", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
def test_every_mark_on_the_map_is_seen(scheme: dict[str, str]) -> None:
    for name in ("map-1", "map-6"):
        assert contrast(scheme["paper"], scheme[name]) >= 3, name
    for name in ("map-2", "map-3", "map-4", "map-5"):
        assert contrast(scheme["ink"], scheme[name]) >= 3, name


def test_the_dark_scheme_has_every_colour() -> None:
    assert set(DARK) == {name for name, value in LIGHT.items() if value.startswith("#")}


def test_a_light_colour_names_one_token() -> None:
    """The browser swaps a chart's colour by its light value, so no value may stand for two."""
    colours = [value for value in tokens.light().values() if value.startswith("#")]
    assert len(colours) == len(set(colours))


def test_every_token_that_is_used_exists_and_the_other_way_round() -> None:
    used = {
        name for sheet in SHEETS for name in re.findall(r"var\(--([a-z0-9-]+)\)", (FOLDER / "assets" / sheet).read_text(encoding="utf-8"))
    }
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    quoted = set(re.findall(r'"([a-z0-9-]+)"', code))
    local = {"shape", "swatch"}  # set by the rules that use them
    assert used - local <= set(tokens.light())
    assert set(tokens.light()) <= used | quoted


def test_a_class_is_given_its_looks_in_one_sheet() -> None:
    """All sheets are sent as one: a page's own that takes a shared name changes every other page."""
    seen: dict[str, str] = {}
    for sheet in SHEETS:
        text = (FOLDER / "assets" / sheet).read_text(encoding="utf-8")
        for name in set(re.findall(r"^(\.[a-z-]+) \{", text, re.MULTILINE)):
            assert seen.setdefault(name, sheet) == sheet, name
