"""The engine `dask://host:port`: tasks are done by the workers of a Dask cluster, which read the deliveries' files themselves.

What travels is where rows lie, never rows; back come counts. A worker does a task only when it runs the same program, Python and Polars
as whoever asked, since the figures must be those of the engine `local` to the last bit (docs/adr/0014).
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from config import Settings
from config.schedule import Notices
from flows.counting import Task
from flows.program import PROGRAM
from metrics import counting
from metrics.declared import declare
from sql.errors import StoreError

if TYPE_CHECKING:
    from distributed import Client, Security

CONNECT_SECONDS: Final = 10  # to the scheduler, and then for it to have a worker
TASK_SECONDS: Final = 30 * 60  # for any one task to come back
_LOOPBACK: Final = ("localhost", "127.0.0.1")


class OtherProgramError(Exception):
    """A worker runs another program than whoever asked it."""


def on_cluster(settings: Settings, tasks: Sequence[Task]) -> Iterator[dict[str, pl.DataFrame]]:
    """The engine: does the tasks on the cluster that `compute.engine` names. Raises StoreError where it cannot be used."""
    address = settings.compute.engine.removeprefix("dask://")
    told = _without_secrets(settings)
    with _cluster(address) as client, _problems(address):
        futures = [client.submit(do, PROGRAM, pickle.dumps((told, task)), pure=False) for task in tasks]
        for future in futures:
            yield future.result(timeout=TASK_SECONDS)


def do(program: str, sent: bytes) -> dict[str, pl.DataFrame]:
    """Done by a worker: the counts of one task. Raises OtherProgramError before it looks at what another program has sent."""
    if program != PROGRAM:
        raise OtherProgramError
    settings, task = pickle.loads(sent)  # noqa: S301 - from whoever may run programs on the worker anyway
    declare(settings)
    return counting.counted(settings, task.dataset, task.rows)


def _without_secrets(settings: Settings) -> Settings:
    """The settings that counting needs: no way into the database, no provider of sign-in, nobody to tell."""
    return settings.model_copy(update={"database_url": None, "oidc": None, "notices": Notices()})


@contextmanager
def _cluster(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError as error:
        raise StoreError("compute.engine är dask://, men Dask är inte installerat. Kör: make dask") from error
    security = _security(address)
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, security=security)
    except OSError as error:
        raise _silent(address) from error
    try:
        with _problems(address):
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        yield client
    finally:
        client.close()


def _security(address: str) -> Security:
    """Dask's own settings of TLS. Raises StoreError where the certificates will not do, or another machine is to be reached without."""
    import dask
    from distributed import Security

    found = Security()
    with_tls = dask.config.get("distributed.comm.default-scheme") == "tls"
    on_loopback = address.rpartition(":")[0] in _LOOPBACK and not found.require_encryption
    if not with_tls and not on_loopback:
        raise StoreError(
            f"Klustret på {address} ska nås med TLS: det får se små tal och kör den kod det får. "
            "Ange DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME=tls och certifikaten i miljön (docs/operations.md)."
        )
    try:
        has_certificates = found.get_connection_args("client").get("ssl_context") is not None
    except OSError:  # not there, or no certificates
        has_certificates = False
    if with_tls and not has_certificates:
        raise StoreError(f"Certifikaten för klustret på {address} går inte att läsa. Rätta DASK_DISTRIBUTED__COMM__TLS__… i miljön.")
    return found


@contextmanager
def _problems(address: str) -> Iterator[None]:
    """Turn what goes wrong with the cluster into StoreError; what goes wrong with rows or files is told as it is here."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        yield
    except OtherProgramError as error:
        raise StoreError(
            "En arbetare i klustret kör en annan version av programmet, Python eller Polars. Uppgradera alla och starta om dem."
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError("En arbetare i klustret saknar programmet. Installera samma version där och starta om den.") from error
    except FileNotFoundError as error:
        raise StoreError(
            "En arbetare i klustret når inte leveransernas filer. Lägg dem i ett objektlager (deliveries), eller i en mapp som alla delar."
        ) from error
    except KilledWorker as error:
        raise StoreError(
            "Arbetare i klustret dör av samma uppgift, om och om igen. Ge dem mer minne, eller kör med färre åt gången."
        ) from error
    except (TimeoutError, CancelledError, CommClosedError) as error:
        raise _silent(address) from error


def _silent(address: str) -> StoreError:
    return StoreError(
        f"Klustret på {address} svarar inte, eller har inga arbetare. Starta det, eller räkna här med compute: {{engine: local}}."
    )
