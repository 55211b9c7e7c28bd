"""What can be read of a damaged crawl: rows copied one by one into a database of their own.

SQLite ends a query at the first page of the file that it cannot read. Rows are therefore asked for by ranges of
their keys, which are halved until the unreadable ones stand alone; indexes, which may be damaged as well, are
made anew. Bodies are left out: no export needs them.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from crawler.errors import DamagedError
from crawler.model import Kind, Reason, State
from crawler.store.file import DATABASE, connect, named_errors
from crawler.store.reader import Reader

_TABLES = {
    "crawls": "id",
    "hosts": "id",
    "pages": "id",
    "fetches": "id",
    "articles": "page_id",
    "blocks": "page_id",
    "links": "source_id",
}
"""Tables that exports read, with the key their rows are found by."""
_RANGE = 512
"""Keys asked for at once, where nothing is damaged."""
_LEAST_ROW_BYTES = 16
"""Of a row of any of these tables: bounds how many there can be in a file."""
_MAX_CHAIN = 20
"""Redirects in a row that a sound crawl cannot have; longer ones are loops that damage made."""


@contextmanager
def read_salvaged(directory: Path) -> Iterator[Reader]:
    """Open what can be read of the damaged crawl in a directory; the crawl itself is not touched.

    Raises:
        DamagedError: Nothing can be read of it.
    """
    path = directory / DATABASE
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        copy = Path(folder) / DATABASE
        connection = connect(copy).conn
        assert connection is not None  # noqa: S101  # it was opened with one
        with closing(connection):
            _copy(path, connection)
            (pages,) = connection.execute("SELECT count(*) FROM pages").fetchone()
            if not pages:
                raise DamagedError(
                    f"{path}: is damaged or not a crawl, and nothing can be read of it; restore a copy, "
                    "or begin anew with --fresh or another --output"
                )
            yield Reader(connection, path)


def _copy(path: Path, copy: sqlite3.Connection) -> None:
    copy.execute("PRAGMA foreign_keys = OFF")
    copy.execute("PRAGMA synchronous = OFF")
    with (
        named_errors(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
    ):
        source.text_factory = lambda raw: raw.decode("utf-8", "replace")
        copy.execute("BEGIN")
        for table, key in _TABLES.items():
            _copy_table(source, copy, table, key, path.stat().st_size // _LEAST_ROW_BYTES)
        _drop_nonsense(copy)
        copy.execute("COMMIT")


def _copy_table(
    source: sqlite3.Connection, copy: sqlite3.Connection, table: str, key: str, most: int
) -> None:
    known = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    try:
        last = source.execute(f"SELECT max({key}) FROM {table}").fetchone()[0] or 0  # noqa: S608  # our own names
    except sqlite3.DatabaseError:
        last = most
    names = [row[1] for row in copy.execute(f"PRAGMA table_info({table})") if row[1] in known]
    if key not in names:
        return
    marks = ", ".join("?" * len(names))
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    query = f"SELECT {', '.join(names)} FROM {table} WHERE {key} BETWEEN ? AND ?"  # noqa: S608
    for low in range(1, min(last, most) + 1, _RANGE):
        copy.executemany(insert, _rows(source, query, low, low + _RANGE - 1))


def _rows(source: sqlite3.Connection, query: str, low: int, high: int) -> Sequence[tuple[object, ...]]:
    try:
        return source.execute(query, (low, high)).fetchall()
    except sqlite3.DatabaseError:
        if low == high:
            return ()
        middle = (low + high) // 2
        return (*_rows(source, query, low, middle), *_rows(source, query, middle + 1, high))


def _drop_nonsense(copy: sqlite3.Connection) -> None:
    """Drop rows that were read and cannot be true."""
    for table, column, words in (
        ("pages", "state", State),
        ("pages", "reason", Reason),
        ("blocks", "kind", Kind),
    ):
        marks = ", ".join("?" * len(words))
        copy.execute(
            f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN ({marks})",  # noqa: S608
            tuple(map(str, words)),
        )
    copy.execute(
        "UPDATE pages SET redirected_to = NULL WHERE id IN (WITH RECURSIVE chain (first, page_id, hops) AS ("
        " SELECT id, redirected_to, 1 FROM pages WHERE state = 'redirected' UNION ALL"
        " SELECT first, redirected_to, hops + 1 FROM chain JOIN pages ON pages.id = chain.page_id"
        " WHERE state = 'redirected' AND hops <= ?) SELECT first FROM chain WHERE hops > ?)",
        (_MAX_CHAIN, _MAX_CHAIN),
    )
