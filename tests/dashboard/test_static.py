"""Static files: named after their content, compressed, kept for ever; the charts' library is the one that is vouched for."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from dashboard import static

VOUCHED = (static.ASSETS / "THIRD-PARTY.txt").read_text(encoding="utf-8")
A_MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def library() -> static.Asset:
    return static.precompressed("plotly-basic.min.js")


def test_the_charts_library_is_the_published_one(library: static.Asset) -> None:
    expected = re.search(r"[0-9a-f]{64}", VOUCHED)
    assert expected is not None
    assert hashlib.sha256(gzip.decompress(library.encoded["gzip"])).hexdigest() == expected.group()
    assert all(len(body) < A_MEGABYTE for body in library.encoded.values())


@pytest.mark.parametrize(("accepted", "encoding"), [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("identity", None), ("", None)])
def test_each_client_gets_what_it_can_read(library: static.Asset, accepted: str, encoding: str | None) -> None:
    app = FastAPI()
    app.include_router(static.router(library))
    answer = TestClient(app).get(library.address, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Accept-Encoding"
    if encoding != "br":
        assert answer.text.startswith("/**")


def test_another_content_has_another_name() -> None:
    one, other = static.asset("site.css", b"a{}"), static.asset("site.css", b"b{}")
    assert one.name != other.name
    assert one.name.startswith("site-")
    assert one.name.endswith(".css")


def test_the_style_sheet_names_the_font_as_it_is_served() -> None:
    font = static.font()
    style = static.stylesheet("base.css", font=font)
    assert font.name in gzip.decompress(style.encoded["gzip"]).decode()


def test_a_file_that_is_not_there() -> None:
    app = FastAPI()
    app.include_router(static.router(static.icon()))
    assert TestClient(app).get("/static/page.js").status_code == 404
