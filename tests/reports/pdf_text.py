"""A PDF as poppler reads it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path


def _run(program: str, pdf: bytes, *options: str, after: tuple[str, ...] = ()) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(pdf)
        return subprocess.run([program, *options, file.name, *after], check=True, capture_output=True).stdout.decode("utf-8", "replace")


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with no-break spaces as spaces and words that were parted by a line end apart by a space."""
    text = _run("pdftotext", pdf, after=("-",))
    return [" ".join(page.split()) for page in text.replace("\u00a0", " ").split("\f")[:-1]]


def lines(pdf: bytes) -> list[str]:
    """Its lines as they lie on the page, cells of a table's row together, with no-break spaces as spaces."""
    return [" ".join(line.split()) for line in _run("pdftotext", pdf, "-layout", after=("-",)).replace("\u00a0", " ").splitlines()]


def info(pdf: bytes, *options: str) -> str:
    """What pdfinfo says."""
    return _run("pdfinfo", pdf, *options)


def fonts(pdf: bytes) -> list[list[str]]:
    """One line per font: name, type, encoding, embedded, subset, unicode."""
    return [line.split() for line in _run("pdffonts", pdf).splitlines()[2:]]
