"""Our server with one callback more, which does nothing: `callback_server port`, over the store that the environment names."""

from __future__ import annotations

import os
import sys
from unittest.mock import patch

import dash
import uvicorn

from config import load_settings
from dashboard.app import create_app
from sql.store import open_store
from tests.conftest import SHIPPED


@dash.callback(dash.Output("empty", "answer"), dash.Input("empty", "address"))
async def nothing(address: str) -> str:
    """What any callback costs on this server before it does anything."""
    return address


def main() -> None:
    """Serve until ended."""
    settings = load_settings(SHIPPED, os.environ)
    app = create_app(settings, open_store(settings), recompute=lambda: None)
    with patch("dashboard.question.is_ours", lambda _: True):  # the server takes no callback but the page's own
        uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")


if __name__ == "__main__":
    main()
