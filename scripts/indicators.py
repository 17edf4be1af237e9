"""Write docs/indicators.md from the declarations: `python scripts/indicators.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from config import load_settings  # noqa: E402 - the house is not installed when a clone runs this
from metrics.datasheet import markdown  # noqa: E402
from metrics.declared import declare  # noqa: E402

if __name__ == "__main__":
    settings = load_settings(ROOT / "config.yaml", {})
    declare(settings)
    (ROOT / "docs" / "indicators.md").write_text(markdown(settings), encoding="utf-8")
