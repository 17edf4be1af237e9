"""The encoding of a text file, found from its bytes: UTF-8 with or without BOM, UTF-16 with BOM, Windows-1252."""

from __future__ import annotations

import codecs
import re

from loaders.problem import Finding, Unreadable

MOST_LINE_BYTES = 10_000_000
_BLOCK = 1 << 22
# å, ä, ö, NBSP and the dash as UTF-8 writes them. In Windows-1252 the same bytes are Ã, Â or â and a sign that no text puts after it.
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80")


def check_lines(text: bytes) -> None:
    """Raises `Unreadable` for a line that no table has: a file without line ends would be held in memory many times over."""
    start = 0
    while len(text) - start > MOST_LINE_BYTES:
        end = text.rfind(b"\n", start, start + MOST_LINE_BYTES)
        if end < 0:
            message = f"En rad i filen är längre än {MOST_LINE_BYTES // 1_000_000} MB. Exportera filen på nytt, med en rad per post."
            raise Unreadable(Finding("for_lang_rad", message))
        start = end + 1


def utf8(data: bytes) -> bytes:
    """The text as UTF-8 without BOM, its lines ended by line feeds alone. Raises `Unreadable` for what is no text."""
    text = _utf8(data)
    if b"\0" in text:
        raise Unreadable(_no_text())
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text


def _utf8(data: bytes) -> bytes:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _recoded(data, "utf-16")
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        if not _is_utf8(data):
            raise Unreadable(_no_text())
        return data
    if _is_utf8(data):
        return data
    if _UTF8_LETTER.search(data):
        message = "Filen blandar två teckenkodningar, så att å, ä och ö inte går att lita på. Spara den på nytt som UTF-8."
        raise Unreadable(Finding("teckenkodning", message))
    return _recoded(data, "cp1252")


def _is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, tried block by block so that the whole text is never held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(view[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeError as error:  # bytes that the encoding does not have, or half a UTF-16 pair
        raise Unreadable(_no_text()) from error


def _no_text() -> Finding:
    return Finding(
        "okand_fil",
        "Filen är varken text (CSV), XLSX, XLS, ODS eller Parquet, eller så är den skadad. Exportera den på nytt i något av de formaten.",
    )
