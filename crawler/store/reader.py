"""What exports, statistics and the public API read: facts as iterators, each over a fresh query."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.model import ArticleText, CrossLink, Facts, Kind, Level, Membership, Node, Reason, Receipt, State
from crawler.store import copies
from crawler.store.file import DATABASE, connect_reader, named_errors


@dataclass(frozen=True, slots=True)
class Reader:
    """A crawl, read-only; made by `read`."""

    connection: sqlite3.Connection
    path: Path

    def facts(self) -> Facts:
        """Return the crawl's facts, for views and exports; stories only if they are those of the articles there are."""
        with named_errors(self.path):
            if not copies.is_current(self.connection):
                return Facts(self.nodes, self.links, self.receipt())
        return Facts(self.nodes, self.links, self.receipt(), self.stories, self.links_by)

    def stories(self) -> Iterator[Membership]:
        """Yield the pages of all stories that several pages carry, by story and URL."""
        with named_errors(self.path):
            yield from copies.memberships(self.connection)

    def links_by(self, level: Level) -> Iterator[CrossLink]:
        """Yield each link, those of a story's or a site's pages together."""
        with named_errors(self.path):
            yield from copies.links_by(self.connection, level)

    def texts(self) -> Iterator[ArticleText]:
        """Yield the main text of each fetched page that has one, in the order of the URLs."""
        with named_errors(self.path):
            yield from copies.texts(self.connection)

    def signatures(self) -> dict[str, tuple[int, bytes]]:
        """Return the signatures kept, each with the characters of the text it is of, by URL."""
        with named_errors(self.path):
            if not copies.has_tables(self.connection):
                return {}
            return {url: (length, made) for url, length, made in copies.signatures(self.connection)}

    def nodes(self) -> Iterator[Node]:
        """Yield each URL of the crawl, in the order of the URLs."""
        query = (
            "SELECT url, host, site, depth, state, reason, status, attempts, redirected_to, title, published, views,"
            " likes, lang, bytes, first_seen, fetched_at FROM nodes ORDER BY url"
        )
        with named_errors(self.path):
            for url, host, site, depth, state, reason, *rest in self.connection.execute(query):
                named = None if reason is None else Reason(reason)
                yield Node(url, host or "", site or "", depth, State(state), named, *rest)

    def links(self) -> Iterator[CrossLink]:
        """Yield each link, by source URL, block and position; targets are final pages."""
        query = (
            "SELECT source, target, kind, label, position, anchor, rel, seen FROM cross_links"
            " ORDER BY source, block, position"
        )
        kinds = {str(kind): kind for kind in Kind}
        with named_errors(self.path):
            for source, target, kind, *rest in self.connection.execute(query):
                yield CrossLink(source, target, kinds[kind], *rest)

    def receipt(self) -> Receipt:
        """Return where the facts come from.

        Raises:
            UsageError: No run was ever begun.
        """
        with named_errors(self.path):
            row = self.connection.execute(
                "SELECT seeds, (SELECT min(started_at) FROM crawls), ended_at, version, config"
                " FROM crawls ORDER BY id DESC LIMIT 1"
            ).fetchone()
        if row is None:
            return Receipt((), "", None, "", "{}")
        return Receipt(tuple(json.loads(row[0])), *row[1:])

    def table(self, query: str) -> list[tuple[object, ...]]:
        """Return the rows of one of the statistics in `QUERIES`."""
        with named_errors(self.path):
            return self.connection.execute(QUERIES[query]).fetchall()


QUERIES = {
    "states": "SELECT state, reason, count(*) FROM pages GROUP BY state, reason ORDER BY state, reason",
    "depths": "SELECT depth, count(*), sum(state = 'fetched'), sum(state = 'redirected'), sum(state = 'failed'),"
    " sum(state = 'excluded'), sum(state = 'beyond'), sum(state IN ('pending', 'leased'))"
    " FROM pages GROUP BY depth ORDER BY depth IS NULL, depth",
    "kinds": "SELECT kind, count(DISTINCT page_id * 65536 + links.block), count(*), count(DISTINCT target_id)"
    " FROM blocks CROSS JOIN links ON source_id = page_id AND links.block = blocks.block"
    " GROUP BY kind ORDER BY kind",
    "hosts": "SELECT host, site, count(*), sum(state = 'fetched'), sum(state = 'failed'), sum(state = 'excluded')"
    " FROM pages JOIN hosts ON hosts.id = host_id GROUP BY host_id ORDER BY 4 DESC, host",
    "troubles": "SELECT host, reason, count(*) FROM pages JOIN hosts ON hosts.id = host_id WHERE state = 'failed'"
    " OR reason IN ('robots', 'robots_unreachable', 'private_address', 'trap') GROUP BY host_id, reason"
    " ORDER BY sum(count(*)) OVER (PARTITION BY host_id) DESC, host, 3 DESC, reason",
    "sites": "SELECT site, count(DISTINCT host_id), count(*), sum(state = 'fetched') FROM pages"
    " JOIN hosts ON hosts.id = host_id GROUP BY site ORDER BY 4 DESC, site",
    "seeds": "SELECT url, state, reason FROM pages WHERE depth = 0 ORDER BY url",
    "runs": "SELECT started_at, ended_at, outcome, version FROM crawls ORDER BY id",
}
"""Statistics by name."""


@contextmanager
def read(directory: Path) -> Iterator[Reader]:
    """Open the crawl of a directory for reading; a crawl may be running there.

    Raises:
        UsageError: The directory holds no crawl.
        StoreError: It is damaged, of a newer version, or another program's.
    """
    path = directory / DATABASE
    connection = connect_reader(path)
    try:
        yield Reader(connection, path)
    finally:
        connection.close()


@contextmanager
def one_moment(reader: Reader) -> Iterator[None]:
    """Read all in the block as of one moment, although a crawl goes on writing."""
    with named_errors(reader.path):
        reader.connection.execute("BEGIN")
    try:
        yield
    finally:
        reader.connection.execute("ROLLBACK")
