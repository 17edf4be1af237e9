"""A backup: everything that the store keeps, in one file that does not care which database it came from.

A tar file with a manifest, each table as lines of JSON, and the deliveries' Parquet files. The tables are read in one moment; the
files they name are never edited. Keys (for forms, sessions and the audit trail) are left out: whoever has a backup must not be able
to make an audit trail that verifies. Keep them apart (docs/operations.md).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from sqlalchemy import Connection, Date, LargeBinary, Table, func, insert, select, text

from sql.errors import StoreError, storage_errors
from sql.files import FOLDER
from sql.metadata import METADATA
from sql.migration import HEAD
from sql.store import Store
from sql.tables import Utc

_MANIFEST: Final = "manifest.json"
_TABLES: Final = "tabeller"
_FILE: Final = re.compile(rf"{FOLDER}/([a-z_]+)/([0-9a-f]+\.parquet)")
_BATCH: Final = 500


@dataclass(frozen=True)
class Summary:
    """What a backup holds: rows by table, delivery files, and their size in bytes."""

    tables: dict[str, int]
    files: int
    size: int


def backup(store: Store, target: Path, now: datetime) -> Summary:
    """Write a backup, for its owner only; it is there whole or not at all. Raises StoreError."""
    unfinished = target.with_name(f"{target.name}.part")
    with storage_errors():
        try:
            handle = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as raw:
                summary = _write(store, raw, now)
                raw.flush()
                os.fsync(raw.fileno())
            unfinished.rename(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return summary


def _write(store: Store, raw: IO[bytes], now: datetime) -> Summary:
    counts: dict[str, int] = {}
    sums: dict[str, str] = {}
    quick = gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0)
    with quick, tarfile.open(fileobj=quick, mode="w") as tar, store.reading() as session:
        for table in METADATA.sorted_tables:
            with TemporaryFile() as lines:
                counts[table.name] = _dump(session.connection(), table, lines)
                _add(tar, f"{_TABLES}/{table.name}.jsonl", lines, sums)
        kept = (
            session.connection()
            .execute(text("SELECT dataset, parquet FROM delivery WHERE erased_at IS NULL AND gallrad_at IS NULL ORDER BY id"))
            .all()
        )
        for dataset, name in kept:
            with store.files.open(dataset, name) as file:
                _add(tar, f"{FOLDER}/{dataset}/{name}", file, sums)
        manifest = {"made_at": now.isoformat(), "revision": HEAD, "rows": counts, "sha256": sums}
        _add(tar, _MANIFEST, BytesIO(json.dumps(manifest, indent=1).encode()), {})
    return Summary(counts, len(kept), raw.tell())


def _dump(connection: Connection, table: Table, lines: IO[bytes]) -> int:
    count = 0
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings():
        lines.write(json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else value


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], sums: dict[str, str]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = file.seek(0, os.SEEK_END), 0o600
    file.seek(0)
    sums[name] = _sha256(file)
    file.seek(0)
    tar.addfile(info, file)


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        digest.update(piece)
    return digest.hexdigest()


def restore(store: Store, source: Path) -> Summary:
    """Fill an empty store from a backup: all of it or nothing. Raises StoreError for a store with anything in it, a damaged or strange
    file, and one that a newer version made."""
    with storage_errors(), _readable(source), tarfile.open(source, "r:gz") as tar:
        members = {member.name: member for member in tar.getmembers() if member.isfile()}
        manifest = _manifest(tar, members)
        for name, sha256 in manifest["sha256"].items():
            if _sha256(_content(tar, members, name)) != sha256:
                raise StoreError(f"Säkerhetskopian är skadad ({name}). Använd en annan.")
        names = [name for name in manifest["sha256"] if name.startswith(f"{FOLDER}/")]
        files = {name: _checked(name) for name in names}
        with store.writing() as session:
            connection = session.connection()
            _refuse_unless_empty(connection)
            written: list[tuple[str, str]] = []
            try:
                for name, (dataset, parquet) in files.items():
                    if store.files.put_back(dataset, parquet, _content(tar, members, name)):
                        written.append((dataset, parquet))
                for table in METADATA.sorted_tables:
                    _fill(connection, table, _content(tar, members, f"{_TABLES}/{table.name}.jsonl"))
            except BaseException:
                for dataset, parquet in written:
                    store.files.discard(dataset, [parquet])
                raise
    return Summary(manifest["rows"], len(files), source.stat().st_size)


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    """While reading a backup: damage becomes a StoreError."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise StoreError(f"{source} är ingen säkerhetskopia, eller är skadad. Använd en annan.") from error


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> dict[str, Any]:
    if _MANIFEST not in members:
        raise StoreError("Filen är ingen säkerhetskopia, eller är avkortad.")
    manifest: dict[str, Any] = json.load(_content(tar, members, _MANIFEST))
    if manifest["revision"] != HEAD:
        raise StoreError(
            f"Säkerhetskopian är gjord av en annan version av programmet (databasversion {manifest['revision']}, här {HEAD}). "
            "Återställ den med den versionen och uppgradera sedan."
        )
    return manifest


def _content(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], name: str) -> IO[bytes]:
    content = tar.extractfile(members[name]) if name in members else None
    if content is None:
        raise StoreError(f"Säkerhetskopian saknar {name}. Använd en annan.")
    return content


def _refuse_unless_empty(connection: Connection) -> None:
    if any(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in METADATA.sorted_tables):
        raise StoreError(
            "Lagret är inte tomt. Återställ till en tom mapp och en tom databas (UPPFOLJNING_STORAGE, UPPFOLJNING_DATABASE_URL)."
        )


def _checked(name: str) -> tuple[str, str]:
    """Dataset and file name. Names come from a file: only one that the store itself would have given is written to."""
    match = _FILE.fullmatch(name)
    if not match:
        raise StoreError(f"Säkerhetskopian har en oväntad fil ({name}). Använd en annan.")
    return match[1], match[2]


def _fill(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    for batch in _batches(_as_row(table, json.loads(line)) for line in lines):
        connection.execute(insert(table), batch)
    key = table.autoincrement_column
    if connection.dialect.name == "postgresql" and key is not None:  # the next number comes after the ones that were filled in
        highest = select(func.max(key)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _as_row(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    return {name: _restored(table, name, value) for name, value in values.items()}


def _restored(table: Table, name: str, value: Any) -> Any:
    if value is None:
        return None
    match table.columns[name].type:
        case LargeBinary():
            return base64.b64decode(value)
        case Utc():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
    return value


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
