"""A statistics agency on loopback: SCB's two PxWebs and Kolada, with answers of the real shapes, and every way to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, bytes, dict[str, str]]
Answering = Callable[[str, str, Any], Answer]


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    return status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers}


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """Serve `answer(method, path, body)` and give the address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, content, headers = answer(self.command, self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # looks that often for its end
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def json_stat(selection: Mapping[str, list[str]], labels: Mapping[str, str], value: Callable[[dict[str, str]], int]) -> dict[str, Any]:
    """A json-stat2 answer, row-major, with the codes' places given by `index` and not by the object's order."""
    cells: list[dict[str, str]] = [{}]
    for name, codes in selection.items():
        cells = [{**cell, name: code} for cell in cells for code in codes]
    dimension = {name: {"label": labels.get(name, name), "category": _category(codes, labels)} for name, codes in selection.items()}
    sizes = [len(codes) for codes in selection.values()]
    values = [value(cell) for cell in cells]
    return {"class": "dataset", "version": "2.0", "id": list(selection), "size": sizes, "dimension": dimension, "value": values}


def _category(codes: list[str], labels: Mapping[str, str]) -> dict[str, Any]:
    return {"index": {code: codes.index(code) for code in sorted(codes)}, "label": {code: labels.get(code, code) for code in codes}}
