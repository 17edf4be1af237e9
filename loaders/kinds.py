"""Which kind of file the bytes are, by what they hold and never by the file's name, and its sheets."""

from __future__ import annotations

from config import LimitSettings
from loaders import ods, parquet, text, xls, xlsx
from loaders.archive import Archive, locked
from loaders.problem import Finding, Unreadable
from loaders.table import Sheet

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_text(data: bytes) -> bool:
    """Whether the bytes are none of the binary kinds."""
    return not data.startswith((*_ZIP, _COMPOUND, _PARQUET))


def sheets(data: bytes, limits: LimitSettings) -> list[Sheet]:
    """The file's sheets; for a text (as `encoding.utf8` gives it), the whole once per delimiter it can be read with.

    Raises `Unreadable`.
    """
    if data.startswith(_ZIP):
        return _workbook(Archive(data, limits))
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            raise Unreadable(locked())
        return xls.sheets(data)
    if data.startswith(_PARQUET):
        return parquet.sheets(data, limits)
    return text.sheets(data)


def _workbook(archive: Archive) -> list[Sheet]:
    if "content.xml" in archive.names:
        return ods.sheets(archive)
    if any(name.endswith(".bin") and "workbook" in name for name in archive.names):
        raise Unreadable(Finding("okand_fil", "Filen är en binär arbetsbok (XLSB). Spara den som XLSX."))
    if "[Content_Types].xml" in archive.names:
        return xlsx.sheets(archive)
    raise Unreadable(Finding("okand_fil", "Filen är ett zip-arkiv, inte en kalkylfil. Packa upp det och ladda filerna var för sig."))
