"""The file itself: opened, checked, locked; the one place where SQLite's errors become ours."""

import errno
import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import DamagedError, LockedError, StoreError, UsageError
from crawler.schema import APPLICATION_ID, MIGRATIONS, SET, migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

DATABASE = "crawl.db"
LOCK = "crawl.lock"


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one line that says what is wrong and what to do.

    Raises:
        DamagedError: The file is damaged or not a database.
        StoreError: The disk is full, or does not read or write.
        LockedError: Another program writes to the file.
        UsageError: The file cannot be opened or written.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        # An error in our use of the driver is a bug: it propagates with its traceback.
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise
        # Text that is not UTF-8 is the driver's own error, without a code; it is damage as well.
        code = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise full(path, str(error)) from error
        if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise UsageError(f"{path}: cannot be written; choose another --output") from error
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise LockedError(f"{path}: another program writes to it; close that, then try again") from error
        if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")):
            raise DamagedError(
                f"{path}: is damaged or not a crawl ({error}). Restore a copy, export what "
                "can be read (crawl export), or begin anew with --fresh or another --output"
            ) from error
        raise  # an error in our SQL is a bug as well


def full(path: Path, trouble: str) -> StoreError:
    """Return the error for a disk that takes no more."""
    return StoreError(
        f"{path}: the disk is full or does not write ({trouble}); what was acknowledged is kept. "
        "Make room, then run the same command again"
    )


def is_full(error: OSError) -> bool:
    """Say whether an error means that the disk, or the user's share of it, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def hold(directory: Path) -> Iterator[None]:
    """Make the output directory and hold it against other processes until the block ends.

    The lock is the kernel's (flock): it ends with its owner, however that dies.

    Raises:
        UsageError: The path is a file, or cannot be made or written.
        StoreError: The disk is full.
        LockedError: Another process holds it.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / LOCK).open("ab")
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{directory}: is a file, not a directory; choose another --output") from None
    except OSError as error:
        if is_full(error):
            raise full(directory, str(error.strerror)) from None
        raise UsageError(
            f"{directory}: cannot be written ({error.strerror}); choose another --output"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                f"{directory}: another crawl is running there; wait for it, stop it, or choose another --output"
            ) from None
        yield


def is_held(directory: Path) -> bool:
    """Say whether a process crawls into a directory; looking keeps nobody from it but for an instant."""
    try:
        lock = (directory / LOCK).open("rb")
    except OSError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def remove(directory: Path) -> None:
    """Delete the crawl of a directory, its write-ahead log first: alone, that would be replayed."""
    for suffix in ("-wal", "-shm", ""):
        (directory / (DATABASE + suffix)).unlink(missing_ok=True)


def connect(path: Path) -> "Database":
    """Open crawl.db for writing, make or migrate its schema, and check that it is ours.

    Raises:
        StoreError: It is damaged, of a newer version, or another program's.
    """
    from sqlite_utils import Database

    with named_errors(path):
        # Autocommit: transactions are begun and ended by name, never by the driver's guess.
        connection = sqlite3.connect(path, isolation_level=None, cached_statements=64)
        try:
            _check(connection, path)
            for pragma in (
                "journal_mode = WAL",
                "synchronous = NORMAL",
                "foreign_keys = ON",
                "cache_size = -32768",
            ):
                connection.execute(f"PRAGMA {pragma}")
            database = Database(connection)
            migrations().apply(database)
        except BaseException:
            connection.close()
            raise
    return database


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open crawl.db for reading only.

    Raises:
        UsageError: There is none.
        StoreError: It is damaged, of a newer version, or another program's.
    """
    if not path.is_file():
        raise UsageError(
            f"{path.parent}: holds no crawl ({DATABASE} is missing); name the directory of a crawl"
        )
    with named_errors(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            _check(connection, path)
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise StoreError(f"{path}: is an empty database, not a crawl; run the crawl again")
        except BaseException:
            connection.close()
            raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not ours, before anything is written to it."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StoreError(f"{path}: is another program's database; choose another --output")
    if "_sqlite_migrations" in tables:
        rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,))
        newer = {row[0] for row in rows} - {known.__name__ for known in MIGRATIONS}
        if newer:
            raise StoreError(f"{path}: was written by a newer version of this program; upgrade it to go on")
