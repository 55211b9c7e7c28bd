"""What the engine writes through: one connection, one owner, each method one transaction without an await."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crawler import __version__
from crawler.frontier import Reach
from crawler.model import Fetched, Lease, Membership, Outcome, Page, Reason, State
from crawler.store import copies
from crawler.store.acknowledge import Batch, Ids, stamp
from crawler.store.file import DATABASE, connect, named_errors
from crawler.store.relink import Spool, Stored, restand, stored_pages
from crawler.store.traps import Traps

Counts = Counter[tuple[State, Reason | None]]

_REOFFERED_AT_ONCE = 500
"""Pages whose links are offered anew in one transaction, after `--max-position` grew."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What one acknowledgement changed."""

    counts: Counts
    """By how much the number of URLs in each fate changed."""
    waiting_hosts: frozenset[int]
    """Hosts that have pages to lease because of it."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """What is stored of a host: its name, and what its /robots.txt answered last."""

    id: int
    host: str
    scheme: str
    """Of the page that brought it up; /robots.txt is asked for with the same."""
    robots: Fetched | None
    """None if it was never asked for."""


class Store:
    """The frontier and the facts of one crawl; made by `open_store`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._reach: Reach | None = None
        self._crawl_id = 0
        self._ids = Ids(0, 0, 0, 0)
        self._sites: dict[str, int] = {}
        self.counts: Counts = Counter()
        """Number of URLs in each fate."""

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with named_errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # -- runs

    def identity(self) -> tuple[tuple[str, ...], str] | None:
        """Return seeds and configuration (JSON) of the crawl's last run; None if there was none."""
        with named_errors(self._path):
            row = self._connection.execute(
                "SELECT seeds, config FROM crawls ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return None if row is None else (tuple(json.loads(row[0])), row[1])

    def begin_run(self, seeds: Sequence[str], config: str, reach: Reach, now: float) -> None:
        """Begin the first run of a crawl, or go on with it under new limits.

        Leases of a dead process return; what is in reach now becomes pending, what no longer is, beyond.

        Args:
            seeds: Canonical URLs.
            config: The effective configuration as JSON.
            reach: How far this run goes.
            now: Seconds since the epoch.
        """
        self._reach = reach
        with self._transaction() as sql:
            cursor = sql.execute(
                "INSERT INTO crawls (seeds, config, version, started_at) VALUES (?, ?, ?, ?)",
                (json.dumps(seeds), config, __version__, stamp(now)),
            )
            self._crawl_id = cursor.lastrowid or 0
            sql.execute("UPDATE pages SET state = 'pending' WHERE state = 'leased'")
            sql.execute(
                "UPDATE pages SET state = 'pending', reason = NULL WHERE state = 'excluded' AND reason = 'limit'"
            )
            sql.execute(
                "UPDATE pages SET state = 'beyond', reason = 'depth' WHERE state = 'pending' AND depth > ?",
                (reach.depth,),
            )
            sql.execute(
                "UPDATE pages SET state = 'pending', reason = NULL WHERE state = 'beyond' AND depth <= ?",
                (reach.depth,),
            )
            if sql.execute("SELECT NOT EXISTS (SELECT 1 FROM links)").fetchone()[0]:
                sql.execute("DROP INDEX IF EXISTS links_target")  # `index` makes it
            self._find_ids()
            if reach.max_pages_per_site is not None:
                self._sites = dict(
                    sql.execute(
                        "SELECT site, count(*) FROM pages JOIN hosts ON hosts.id = host_id"
                        " WHERE state = 'fetched' GROUP BY site"
                    )
                )
            batch = self._batch()
            batch.add_seeds(seeds, stamp(now))
            batch.write()
            self._exclude_full_sites()
        self.recount()

    def _find_ids(self) -> None:
        self._ids = Ids(*(self._next_id(table) for table in ("pages", "hosts", "fetches", "bodies")))

    def _next_id(self, table: str) -> int:
        (last,) = self._connection.execute(f"SELECT max(id) FROM {table}").fetchone()  # noqa: S608  # our own names
        return (last or 0) + 1

    def offer_all_again(self) -> None:
        """Offer all stored links anew, after `--max-position` grew."""
        last = 0
        while True:
            with self._transaction() as sql:
                ids = [
                    key
                    for (key,) in sql.execute(
                        "SELECT id FROM pages WHERE state = 'fetched' AND id > ? ORDER BY id LIMIT ?",
                        (last, _REOFFERED_AT_ONCE),
                    )
                ]
                if not ids:
                    break
                batch = self._batch()
                batch.offer_again(ids)
                batch.write()
                last = ids[-1]
        self.recount()

    def recount(self) -> None:
        """Count the URLs in each fate from the rows."""
        with named_errors(self._path):
            self.counts = Counter(
                {
                    (State(state), None if reason is None else Reason(reason)): count
                    for state, reason, count in self._connection.execute(
                        "SELECT state, reason, count(*) FROM pages GROUP BY state, reason"
                    )
                }
            )

    def end_run(self, outcome: str, now: float) -> None:
        """Record the end of the run; `outcome` says how: done, interrupted, or the limit that stopped it."""
        with self._transaction() as sql:
            sql.execute(
                "UPDATE crawls SET ended_at = ?, outcome = ? WHERE id = ?",
                (stamp(now), outcome, self._crawl_id),
            )

    def index(self) -> None:
        """Index what only readers ask for: texts by their words, links by their target.

        Once at the end of a run costs a tenth of once a page, and of a first run's links a third. Without it, after a
        kill, readers are slower and text is not found by its words; the end of the next run makes up for it.
        """
        with self._transaction() as sql:
            sql.execute("CREATE INDEX IF NOT EXISTS links_target ON links (target_id)")
            sql.execute(
                "INSERT INTO articles_fts (rowid, title, text) SELECT page_id, title, text FROM articles"
                " WHERE page_id NOT IN (SELECT id FROM articles_fts_docsize)"
            )

    def keep_stories(self, found: Iterable[Membership], signatures: Mapping[str, tuple[int, bytes]]) -> None:
        """Keep which pages carry the same article, and new signatures by URL (of a text of so many characters)."""
        with self._transaction() as sql:
            copies.keep(sql, found, signatures)

    # -- reading anew

    def stored_pages(self) -> Iterator[Stored]:
        """Yield each fetched page as it was fetched, by id."""
        with named_errors(self._path):
            yield from stored_pages(self._connection)

    @contextmanager
    def spool(self) -> Iterator[Spool]:
        """Keep pages on disk, beside the crawl: filled in the block, and to be read until the store is closed."""
        with named_errors(self._path):
            spool = Spool(self._connection)
            spool.begin()
            self._connection.execute("BEGIN")
            try:
                yield spool
            finally:
                self._connection.execute("COMMIT")

    def read_anew(
        self, pages: Iterable[tuple[int, Page]], seeds: Sequence[str], reach: Reach
    ) -> tuple[int, int]:
        """Replace what was read of the pages and compute every standing afresh, in one transaction.

        Returns:
            How many URLs became pending, and how many were deleted because nothing names them any more.
        """
        self._reach = reach
        with self._transaction() as sql:
            self._find_ids()
            copies.forget(sql)
            for some in _batched(pages, _REOFFERED_AT_ONCE):
                batch = self._batch()
                batch.read_anew(some)
                batch.write()
            changed = restand(sql, reach, list(seeds))
            sql.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        self.recount()
        return changed

    def retry(self, reasons: Collection[Reason]) -> int:
        """Put failed and excluded URLs with one of these reasons back in the queue, with all their attempts.

        Returns:
            How many there were.
        """
        with self._transaction() as sql:
            changed = sql.execute(
                "UPDATE pages SET state = 'pending', reason = NULL, attempts = 0, redirected_to = NULL"
                " WHERE state IN ('failed', 'excluded') AND host_id IS NOT NULL AND depth IS NOT NULL"
                " AND reason IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(reasons)),),
            ).rowcount
            # A host's robots.txt may be what could not be read: it is asked for again.
            sql.execute("UPDATE hosts SET robots_fetched_at = NULL WHERE robots_reason IS NOT NULL")
        self.recount()
        return changed

    # -- the frontier

    def waiting_hosts(self, after: int, limit: int) -> list[int]:
        """Return up to `limit` hosts with pages to lease, in the order of their ids, beginning behind `after`."""
        with named_errors(self._path):
            # A loose index scan: one seek for each host, however many pages wait on it.
            rows = self._connection.execute(
                """WITH RECURSIVE waiting (host_id) AS (
                    SELECT min(host_id) FROM pages WHERE state = 'pending' AND host_id > ?
                    UNION ALL
                    SELECT (SELECT min(host_id) FROM pages WHERE state = 'pending' AND host_id > waiting.host_id)
                    FROM waiting WHERE host_id IS NOT NULL
                ) SELECT host_id FROM waiting WHERE host_id IS NOT NULL LIMIT ?""",
                (after, limit),
            )
            return [host_id for (host_id,) in rows]

    def lease(self, host_id: int, limit: int) -> list[Lease]:
        """Hand out up to `limit` pending pages of one host: untried ones first, then the nearest to a seed."""
        if self._reach is not None and self._reach.max_pages_per_site is not None:
            limit = min(limit, self._room_on_site(host_id))
            if limit <= 0:
                return []
        with self._transaction() as sql:
            rows = sql.execute(
                "UPDATE pages SET state = 'leased' WHERE id IN (SELECT id FROM pages WHERE state = 'pending'"
                " AND host_id = ? ORDER BY attempts, depth, id LIMIT ?) RETURNING attempts, depth, id, url",
                (host_id, limit),
            ).fetchall()
        self.counts[State.PENDING, None] -= len(rows)
        self.counts[State.LEASED, None] += len(rows)
        # RETURNING promises no order.
        return [Lease(key, url, host_id, attempts, depth) for attempts, depth, key, url in sorted(rows)]

    def _room_on_site(self, host_id: int) -> int:
        """Return how many more pages of a host's site may be leased under `--max-pages-per-site`."""
        assert self._reach is not None  # noqa: S101  # the caller asked
        assert self._reach.max_pages_per_site is not None  # noqa: S101
        with named_errors(self._path):
            site, leased = self._connection.execute(
                "SELECT site, (SELECT count(*) FROM pages JOIN hosts AS other ON other.id = host_id"
                " WHERE state = 'leased' AND other.site = hosts.site) FROM hosts WHERE id = ?",
                (host_id,),
            ).fetchone()
        return self._reach.max_pages_per_site - self._sites.get(site, 0) - int(leased)

    def release(self, leases: Sequence[Lease]) -> None:
        """Put leases back that no request was sent for."""
        with self._transaction() as sql:
            sql.executemany(
                "UPDATE pages SET state = 'pending' WHERE id = ? AND state = 'leased'",
                [(lease.page_id,) for lease in leases],
            )
        self.counts[State.LEASED, None] -= len(leases)
        self.counts[State.PENDING, None] += len(leases)

    def acknowledge(self, outcomes: Sequence[Outcome]) -> Acknowledged:
        """Store all that leases brought, and what follows from it for the frontier, in one transaction."""
        full_before = len(self._full_sites())
        with self._transaction():
            batch = self._batch()
            batch.settle(outcomes)
            batch.write()
            sprung = batch.traps.exclude_found()
            if self._reach is not None and self._reach.max_pages_per_site is not None:
                self._count_sites(outcomes)
                if len(self._full_sites()) > full_before:
                    self._exclude_full_sites()
        counts = batch.counts()
        self.counts.update(counts)
        if sprung or len(self._full_sites()) > full_before:
            self.recount()
        return Acknowledged(counts, frozenset(batch.waiting_hosts()))

    def _batch(self) -> Batch:
        assert self._reach is not None  # noqa: S101  # begin_run comes first
        return Batch(
            self._connection,
            self._reach,
            self._ids,
            self._crawl_id,
            __version__,
            self._full_sites(),
            Traps(self._connection),
        )

    # -- pages per site

    def _full_sites(self) -> frozenset[str]:
        if self._reach is None or self._reach.max_pages_per_site is None:
            return frozenset()
        most = self._reach.max_pages_per_site
        return frozenset(site for site, fetched in self._sites.items() if fetched >= most)

    def _count_sites(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.state is State.FETCHED:
                (site,) = self._connection.execute(
                    "SELECT site FROM hosts WHERE id = ?", (outcome.lease.host_id,)
                ).fetchone()
                self._sites[site] = self._sites.get(site, 0) + 1

    def _exclude_full_sites(self) -> None:
        self._connection.execute(
            "UPDATE pages SET state = 'excluded', reason = 'limit' WHERE state = 'pending' AND host_id IN"
            " (SELECT id FROM hosts WHERE site IN (SELECT value FROM json_each(?)))",
            (json.dumps(sorted(self._full_sites())),),
        )

    # -- hosts

    def host(self, host_id: int) -> HostRow:
        """Return what is stored of a host."""
        with named_errors(self._path):
            host, status, reason, text, fetched_at, url = self._connection.execute(
                "SELECT host, robots_status, robots_reason, robots_text, robots_fetched_at,"
                " (SELECT url FROM pages WHERE host_id = hosts.id AND state IN ('leased', 'pending') LIMIT 1)"
                " FROM hosts WHERE id = ?",
                (host_id,),
            ).fetchone()
        robots = None
        if fetched_at is not None:
            named = None if reason is None else Reason(reason)
            robots = Fetched(f"{host}/robots.txt", fetched_at, 0.0, status, body=text, reason=named)
        return HostRow(host_id, host, "http" if (url or "").startswith("http:") else "https", robots)

    def keep_robots(self, host_id: int, answer: Fetched, crawl_delay_s: float | None, max_bytes: int) -> None:
        """Store a host's answer to /robots.txt."""
        with self._transaction() as sql:
            sql.execute(
                "UPDATE hosts SET robots_status = ?, robots_reason = ?, robots_text = ?, robots_fetched_at = ?,"
                " crawl_delay_s = ? WHERE id = ?",
                (
                    answer.status,
                    answer.reason,
                    None if answer.body is None else answer.body[:max_bytes],
                    answer.fetched_at,
                    crawl_delay_s,
                    host_id,
                ),
            )


def _batched(pages: Iterable[tuple[int, Page]], size: int) -> Iterator[list[tuple[int, Page]]]:
    source = iter(pages)
    while some := list(islice(source, size)):
        yield some


@contextmanager
def open_store(directory: Path) -> Iterator[Store]:
    """Open the crawl of a directory for writing; the caller holds the directory (`hold`).

    Raises:
        StoreError: It is damaged, of a newer version, or another program's.
    """
    path = directory / DATABASE
    database = connect(path)
    connection = database.conn
    assert connection is not None  # noqa: S101  # it was opened with one
    try:
        yield Store(connection, path)
    finally:
        with named_errors(path):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        connection.close()
