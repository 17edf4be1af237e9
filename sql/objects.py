"""The deliveries' files in an object store that speaks S3: `s3://bucket/prefix/leveranser/<dataset>/<name>.parquet`.

A PUT is seen whole or not at all, and is made on the condition that nothing has the name. Address, region and keys come from the
environment, by their usual names (AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY): obstore, which writes, and
Polars, which reads, both find them there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from io import BytesIO
from typing import IO, Any, Final
from urllib.parse import urlsplit

import obstore
import polars as pl
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from sql.errors import OBJECTS_SILENT, StoreError, sentence_for_objects
from sql.files import FOLDER, gone

CONNECT: Final = timedelta(seconds=5)
ASK: Final = timedelta(seconds=10)  # for what is there, and to remove: whoever reads is first told by this that nobody answers
ANSWER: Final = timedelta(seconds=30)  # for a file's content
RETRIES: Final = 2
KEEP_TRYING: Final = timedelta(seconds=15)  # no new attempt after this long
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_MAGIC: Final = b"PAR1"  # how a Parquet file begins and ends
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class ObjectFiles:
    """The files under `url`, `s3://bucket` with or without a prefix. Who may read them is up to the bucket."""

    url: str

    @cached_property
    def _store(self) -> S3Store:
        return self._within(ANSWER)

    @cached_property
    def _asked(self) -> S3Store:
        return self._within(ASK)

    def _within(self, wait: timedelta) -> S3Store:
        parts = urlsplit(self.url)
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config={"endpoint": endpoint} if (endpoint := _endpoint()) else {},
            client_options={"allow_http": _on_loopback(), "timeout": wait, "connect_timeout": CONNECT},
            retry_config={"max_retries": RETRIES, "retry_timeout": KEEP_TRYING},
        )

    @property
    def scanning(self) -> Mapping[str, Any]:
        """The same waits as for writing. No credential provider: Polars would ask for boto3."""
        options: dict[str, Any] = {
            **({"aws_endpoint_url": endpoint} if (endpoint := _endpoint()) else {}),
            "allow_http": str(_on_loopback()).lower(),
            "timeout": _seconds(ANSWER),
            "connect_timeout": _seconds(CONNECT),
            "max_retries": RETRIES,
            "retry_timeout_ms": int(KEEP_TRYING.total_seconds() * 1000),
        }
        return {"storage_options": options, "credential_provider": None}

    def write(self, dataset: str, name: str, rows: pl.DataFrame) -> None:
        """In the store for good when this returns."""
        content = BytesIO()
        rows.write_parquet(content)
        self._put(_key(dataset, name), content.getvalue())

    def put_back(self, dataset: str, name: str, content: IO[bytes]) -> bool:
        """As `write`, from bytes."""
        return self._put(_key(dataset, name), content.read())

    def open(self, dataset: str, name: str) -> IO[bytes]:
        """A copy in memory, once it is seen to be a Parquet file: something else may answer in the store's place."""
        with object_errors():
            content = bytes(obstore.get(self._store, _key(dataset, name)).bytes())
        if not (content.startswith(_MAGIC) and content.endswith(_MAGIC)):
            raise StoreError(OBJECTS_SILENT)
        return BytesIO(content)

    def discard(self, dataset: str, names: Iterable[str]) -> None:
        """Remove those that are there, by one listing and one request for every thousand."""
        wanted = {_key(dataset, name) for name in names}
        with object_errors():
            if wanted and (there := sorted(wanted & self._there(dataset))):
                obstore.delete(self._asked, there)

    def paths(self, dataset: str, names: Mapping[int, str]) -> dict[int, str]:
        """The paths with bucket and prefix; what is there is asked once for all."""
        keys = {delivery: _key(dataset, name) for delivery, name in names.items()}
        with object_errors():
            there = self._there(dataset) if keys else set()
            for delivery, key in keys.items():
                if key not in there and self._is_gone(key):
                    raise gone(delivery, self._path(key))
        return {delivery: self._path(key) for delivery, key in keys.items()}

    def warnings(self) -> Iterator[str]:
        """None: who may read a bucket is not told to those who use it."""
        return iter(())

    def _path(self, key: str) -> str:
        return f"{self.url.rstrip('/')}/{key}"

    def _there(self, dataset: str) -> set[str]:
        return {found["path"] for page in obstore.list(self._asked, f"{FOLDER}/{dataset}") for found in page}

    def _is_gone(self, key: str) -> bool:
        """Asked of the file itself: something else that answers in the store's place may list nothing and mean nothing by it."""
        try:
            obstore.head(self._asked, key)
        except FileNotFoundError:
            return True
        return False

    def _put(self, key: str, content: bytes) -> bool:
        """Whether it was written; False where those very bytes were there, as after a PUT whose answer was lost."""
        with object_errors():
            try:
                obstore.put(self._store, key, content, mode="create", use_multipart=False)
            except AlreadyExistsError as error:
                if bytes(obstore.get(self._store, key).bytes()) != content:
                    raise StoreError(f"I objektlagret finns redan en annan fil med namnet {self._path(key)}.") from error
                return False
        return True


@contextmanager
def object_errors() -> Iterator[None]:
    """Turn what the object store says, or that it says nothing, into `StoreError`."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise StoreError(sentence_for_objects(error)) from error


def _key(dataset: str, name: str) -> str:
    return f"{FOLDER}/{dataset}/{name}"


def _seconds(wait: timedelta) -> str:
    return f"{wait.total_seconds():.0f}s"


def _endpoint() -> str:
    """The store's address; empty for Amazon's own. Raises StoreError for one on another machine without TLS."""
    said = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    parts = urlsplit(said)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise StoreError("Objektlagrets adress (AWS_ENDPOINT_URL) ska börja med https://. http:// duger bara på den egna datorn.")
    return said


def _on_loopback() -> bool:
    return _endpoint().startswith("http:")
