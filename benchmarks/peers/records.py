"""What every peer stores, and where: the same tables, the same compression, the same batches.

A peer is run as `python PEER.py SEED PORT DEPTH DATABASE`; the farm is behind an HTTP proxy at 127.0.0.1:PORT.
"""

import re
import sqlite3
import sys
from dataclasses import dataclass

import zstandard

BATCH = 64
"""Pages in one transaction."""
CONCURRENCY = 32

TITLE = "h1"
TEXT = "#text p, div.entry p, div.body p"
BLOCKS = {
    "related": "div.otherlink a, section.widget:nth-of-type(1) a.t, table.box:nth-of-type(1) a",
    "ranking": "ul.rank a, section.widget:nth-of-type(2) a.t, table.box:nth-of-type(2) a",
    "recommendation": "p.pick a, section.widget:nth-of-type(3) a.t, table.box:nth-of-type(3) a",
}
"""The links of each kind of block in the farm's three markups, as CSS."""

_PUBLISHED = re.compile(rb"Date:([\d: -]+)")
_LIKES = re.compile(rb"veryGood! \((\d+)\)")
_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE pages (url TEXT PRIMARY KEY, title TEXT, published TEXT, likes INTEGER, text TEXT, body BLOB);
CREATE TABLE links (source TEXT, kind TEXT, position INTEGER, target TEXT, anchor TEXT);
"""

Edge = tuple[str, str, int, str, str]
"""Source, kind, position, target, anchor."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a peer is asked to crawl."""

    seed: str
    proxy: str
    port: int
    depth: int
    database: str


def asked() -> Ask:
    """Return what the command line asks for."""
    seed, port, depth, database = sys.argv[1:]
    return Ask(seed, f"http://127.0.0.1:{port}", int(port), int(depth), database)


def published(body: bytes) -> str | None:
    """Return a page's date."""
    found = _PUBLISHED.search(body)
    return found[1].decode().strip() if found else None


def likes(body: bytes) -> int | None:
    """Return a page's likes."""
    found = _LIKES.search(body)
    return int(found[1]) if found else None


class Records:
    """The database of one crawl; used by one thread."""

    def __init__(self, database: str) -> None:
        self._connection = sqlite3.connect(database)
        self._connection.executescript(_TABLES)
        self._compress = zstandard.ZstdCompressor(level=3).compress
        self._pages: list[tuple] = []
        self._edges: list[Edge] = []

    def add(self, url: str, title: str | None, text: str | None, body: bytes, edges: list[Edge]) -> None:
        """Keep a page and the edges of its blocks."""
        self._pages.append((url, title, published(body), likes(body), text, self._compress(body)))
        self._edges += edges
        if len(self._pages) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        with self._connection:
            self._connection.executemany("INSERT INTO pages VALUES (?,?,?,?,?,?)", self._pages)
            self._connection.executemany("INSERT INTO links VALUES (?,?,?,?,?)", self._edges)
        self._pages.clear()
        self._edges.clear()

    def close(self) -> None:
        """Write what is kept and close."""
        self.flush()
        self._connection.close()
