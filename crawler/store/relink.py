"""Blocks and links read anew: all pages' replaced, and every standing computed afresh, in one transaction.

The frontier's rules are `frontier.arrive`'s; here they run over the whole crawl at once, breadth first, one
statement a level, so that nothing is held in memory whatever the size of the crawl.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from crawler.frontier import Reach
from crawler.model import Page
from crawler.trap import MAX_SAME_TEXT

_DECODER = msgspec.msgpack.Decoder(Page)


@dataclass(frozen=True, slots=True)
class Stored:
    """A page as it was fetched."""

    page_id: int
    host_id: int
    url: str
    headers: str | None
    """JSON array of [name, value]."""
    zstd: bytes
    """The packed body."""


def stored_pages(connection: sqlite3.Connection) -> Iterator[Stored]:
    """Yield each fetched page, by id."""
    query = (
        "SELECT pages.id, host_id, url, headers, zstd FROM pages JOIN fetches ON fetches.id = last_fetch_id"
        " JOIN bodies ON bodies.id = body_id WHERE state = 'fetched' ORDER BY pages.id"
    )
    for row in connection.execute(query):
        yield Stored(*row)


@dataclass(frozen=True, slots=True)
class Spool:
    """Pages as they were read anew, kept on disk until they are settled host by host."""

    connection: sqlite3.Connection

    def begin(self) -> None:
        """Make room for a new reading."""
        self.connection.execute("DROP TABLE IF EXISTS temp.reread")
        self.connection.execute(
            "CREATE TEMP TABLE reread (host_id INTEGER, rank TEXT, page_id INTEGER, page BLOB,"
            " PRIMARY KEY (host_id, rank)) WITHOUT ROWID"
        )

    def keep(self, stored: Stored, page: Page, rank: str) -> None:
        """Keep a page; `rank` orders the pages of a host, whatever order they were read in."""
        self.connection.execute(
            "INSERT INTO temp.reread VALUES (?, ?, ?, ?)",
            (stored.host_id, rank, stored.page_id, msgspec.msgpack.encode(page)),
        )

    def hosts(self) -> list[int]:
        """Return the hosts that have pages, by id."""
        return [key for (key,) in self.connection.execute("SELECT DISTINCT host_id FROM temp.reread")]

    def pages(self, host_id: int, limit: int = -1) -> Iterator[tuple[int, Page]]:
        """Yield the pages of a host by rank, with their ids; at most `limit`, or all (-1, as in SQL)."""
        query = "SELECT page_id, page FROM temp.reread WHERE host_id = ? ORDER BY rank LIMIT ?"
        for page_id, packed in self.connection.execute(query, (host_id, limit)):
            yield page_id, _DECODER.decode(packed)


def restand(connection: sqlite3.Connection, reach: Reach, seeds: list[str]) -> tuple[int, int]:
    """Compute every standing afresh from the stored links; the caller holds the transaction.

    Fetched, redirected and failed pages keep their fate; their depth is the new one, or none if no followed
    way leads to them any more. A URL that was never asked for and that nothing names any more is deleted.

    Returns:
        How many URLs became pending, and how many were deleted.
    """
    _measure_depths(connection, reach, seeds)
    connection.create_function("verdict", 1, reach.scope.verdict, deterministic=True)
    (before,) = connection.execute("SELECT count(*) FROM pages WHERE state = 'pending'").fetchone()
    connection.execute("DROP TABLE IF EXISTS temp.movable")
    connection.execute(
        "CREATE TEMP TABLE movable AS SELECT id FROM pages"
        " WHERE state NOT IN ('fetched', 'redirected', 'failed') AND NOT (state = 'excluded'"
        " AND (reason IN ('bad_url', 'scheme', 'robots', 'private_address')"
        " OR (reason = 'trap' AND depth IS NOT NULL)))"
    )
    deleted = 0
    for statement in _RESTAND:
        changed = connection.execute(statement, {"limit": reach.depth}).rowcount
        deleted += changed if statement.startswith("DELETE") else 0
    (after,) = connection.execute("SELECT count(*) FROM pages WHERE state = 'pending'").fetchone()
    return after - before, deleted


_RESTAND = (
    # What was asked for, or refused for its address, keeps its fate.
    "UPDATE pages SET depth = (SELECT depth FROM temp.reached WHERE page_id = id)"
    " WHERE id NOT IN (SELECT id FROM temp.movable)",
    "DELETE FROM pages WHERE id IN (SELECT id FROM temp.movable) AND last_fetch_id IS NULL"
    " AND id NOT IN (SELECT page_id FROM temp.reached) AND id NOT IN (SELECT target_id FROM links)"
    " AND id NOT IN (SELECT redirected_to FROM pages WHERE redirected_to IS NOT NULL)",
    # In the order of frontier.arrive: the scope before the depth.
    "UPDATE pages SET (state, reason, depth) = (SELECT CASE WHEN verdict(url) IS NOT NULL THEN 'excluded'"
    " WHEN reached.depth > :limit THEN 'beyond' ELSE 'pending' END, CASE WHEN verdict(url) IS NOT NULL THEN"
    " verdict(url) WHEN reached.depth > :limit THEN 'depth' END, reached.depth FROM temp.reached WHERE page_id = id)"
    " WHERE id IN (SELECT id FROM temp.movable) AND id IN (SELECT page_id FROM temp.reached)",
    "UPDATE pages SET state = 'excluded', reason = 'not_followed', depth = NULL"
    " WHERE id IN (SELECT id FROM temp.movable) AND id NOT IN (SELECT page_id FROM temp.reached)"
    " AND reason IS NOT 'trap'",
)


def _measure_depths(connection: sqlite3.Connection, reach: Reach, seeds: list[str]) -> None:
    """Fill `temp.reached` with the shortest distance of each page over followed links."""
    connection.execute("DROP TABLE IF EXISTS temp.reached")
    connection.execute("CREATE TEMP TABLE reached (page_id INTEGER PRIMARY KEY, depth INTEGER NOT NULL)")
    connection.execute("CREATE INDEX temp.reached_depth ON reached (depth)")
    connection.executemany(
        "INSERT OR IGNORE INTO temp.reached SELECT id, 0 FROM pages WHERE url = ?", [(url,) for url in seeds]
    )
    kinds = json.dumps(sorted(reach.follow))
    most = 2**31 if reach.max_position is None else reach.max_position
    depth, found = 0, True
    while found:
        hops = 1
        while hops:
            hops = connection.execute(
                "INSERT OR IGNORE INTO temp.reached SELECT redirected_to, ? FROM temp.reached"
                " JOIN pages ON pages.id = page_id WHERE reached.depth = ? AND state = 'redirected'",
                (depth, depth),
            ).rowcount
        found = bool(
            connection.execute(
                "INSERT OR IGNORE INTO temp.reached SELECT target_id, ? FROM temp.reached"
                " JOIN pages ON pages.id = reached.page_id AND state = 'fetched'"
                " JOIN articles ON articles.page_id = pages.id AND repeats < ?"
                " JOIN links ON source_id = pages.id"
                " JOIN blocks ON blocks.page_id = source_id AND blocks.block = links.block"
                " WHERE reached.depth = ? AND position <= ? AND target_id != source_id"
                " AND kind IN (SELECT value FROM json_each(?))",
                (depth + 1, MAX_SAME_TEXT, depth, most, kinds),
            ).rowcount
        )
        depth += 1
