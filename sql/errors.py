"""What can go wrong with the store, as Swedish sentences: full disk, locked database, unreadable folder."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

FULL = "Disken är full, så inget kunde sparas. Frigör plats och försök igen."
BUSY = "Databasen är låst av ett annat program. Vänta tills det är klart och försök igen."
FORBIDDEN = "Programmet får inte läsa eller skriva i lagret. Ge kontot som kör programmet rätt till mappen och databasen."
MISSING = "Lagret går inte att nå. Kontrollera storage och database_url i inställningarna."
SILENT = "Databasen svarar inte. Kontrollera att den är igång och att database_url är rätt."
UNWRITABLE = "Databasen gick inte att skriva på disken. Kontrollera att det finns plats och att disken är hel, och försök igen."
DAMAGED = "Databasen är skadad eller är ingen databas. Återställ den från en säkerhetskopia."
OBJECTS_SILENT = "Objektlagret svarar inte som det ska. Försök igen om en stund, och kontrollera annars AWS_ENDPOINT_URL och AWS_REGION."
OBJECTS_FORBIDDEN = (
    "Objektlagret nekar programmet. Kontrollera nycklarna i miljön (AWS_ACCESS_KEY_ID och AWS_SECRET_ACCESS_KEY) "
    "och att de ger rätt att lista, läsa, skriva och radera."
)
OBJECTS_MISSING = "Objektlagret har ingen sådan hink. Kontrollera deliveries i inställningarna, eller skapa hinken."
OBJECTS_FILE_MISSING = "En leveransfil saknas i objektlagret. Återställ den från en säkerhetskopia."
URL = "database_url går inte att läsa. Ange sqlite:///SÖKVÄG eller postgresql://ANVÄNDARE@VÄRD/DATABAS."

_BY_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), FORBIDDEN),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP, errno.ENAMETOOLONG), MISSING),
}
_BY_SQLITE_CODE = {
    "SQLITE_FULL": FULL,
    **dict.fromkeys(("SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMOPEN", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC"), UNWRITABLE),
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_READONLY": FORBIDDEN,
    "SQLITE_PERM": FORBIDDEN,
    "SQLITE_AUTH": FORBIDDEN,
    "SQLITE_CANTOPEN": MISSING,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_CORRUPT": DAMAGED,
}
# PostgreSQL's SQLSTATE classes and codes: 53100 disk full, 55P03 lock not available, 40001/40P01 conflicts, 42501/25006 no right to write.
_BY_SQLSTATE = {"53100": FULL, "55P03": BUSY, "40001": BUSY, "40P01": BUSY, "42501": FORBIDDEN, "25006": FORBIDDEN}


class StoreError(Exception):
    """The store cannot do what was asked. The text is one or two Swedish sentences for the person who asked."""


def sentence_for_objects(error: Exception) -> str:
    """What to tell of an object store that refused or failed; its own words are for the traceback, not for the reader."""
    said = str(error)
    if "NoSuchBucket" in said:
        return OBJECTS_MISSING
    if any(f"{status} {name}" in said for status, name in ((401, "Unauthorized"), (403, "Forbidden"))):
        return OBJECTS_FORBIDDEN
    return OBJECTS_FILE_MISSING if isinstance(error, FileNotFoundError) else OBJECTS_SILENT


def sentence_for_os(error: OSError) -> str:
    """What to tell about a failed file operation."""
    if "object-store error" in str(error):  # Polars gives those of an object store the kind of a file's
        return sentence_for_objects(error)
    return _BY_ERRNO.get(error.errno or 0, f"Lagret går inte att läsa eller skriva ({error.strerror or error}).")


def _sentence_for_database(error: SQLAlchemyError) -> str:
    if isinstance(error, ArgumentError):
        return URL
    if isinstance(error, PoolTimeoutError):
        return BUSY
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlite_errorname", None)
    if code is not None:
        # Extended codes carry the reason after the name: SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_WRITE.
        kind = code if code in _BY_SQLITE_CODE else "_".join(code.split("_")[:2])
        return _BY_SQLITE_CODE.get(kind, f"Databasen går inte att läsa eller skriva ({code}).")
    state = getattr(cause, "sqlstate", None)
    return _BY_SQLSTATE.get(state or "", SILENT)


def _is_ours(error: SQLAlchemyError) -> bool:
    """Whether the program, not the surroundings, is at fault: then the traceback is what helps."""
    if isinstance(error, ProgrammingError):
        return getattr(error.orig, "sqlstate", None) not in _BY_SQLSTATE
    return isinstance(error, IntegrityError | DataError) or not isinstance(error, DBAPIError | ArgumentError | PoolTimeoutError)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what the disk and the database say into `StoreError`; faults of our own pass through."""
    try:
        yield
    except SQLAlchemyError as error:
        if _is_ours(error):
            raise
        raise StoreError(_sentence_for_database(error)) from error
    except OSError as error:
        raise StoreError(sentence_for_os(error)) from error
