"""One acknowledgement: what a batch of leases brought, decided in memory and written in one transaction.

`Batch` is the working set: the rows of `pages` that the batch touches, each loaded once. Decisions are
`frontier`'s; this module finds the rows they concern, follows their consequences (a lowered depth lowers
what hangs on it) until nothing changes, and writes all rows in an order that foreign keys accept.
"""

import json
import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from crawler.frontier import MAX_REDIRECTS, UNFOLLOWED, Reach, arrive, settle
from crawler.model import Fetched, Kind, Link, Outcome, Page, Reason, Standing, State
from crawler.store.traps import Traps
from crawler.trap import MAX_SAME_TEXT
from crawler.url import host_of, reversed_host, shown, site_of

_TRAPPED = Standing(State.EXCLUDED, Reason.TRAP, None)
"""Where a URL stands that only pages name whose text came again and again."""
_DOOMED = (Reason.REDIRECT_LOOP, Reason.TOO_MANY_REDIRECTS)
_COLUMNS = "id, url, host_id, state, reason, depth, attempts, redirected_to, last_fetch_id"


def stamp(seconds: float) -> str:
    """Return a wall-clock time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Ids:
    """The next free ids: given out here, so that rows can name each other before they are written."""

    page: int
    host: int
    fetch: int
    body: int


@dataclass(slots=True)
class _Row:
    """A row of `pages` as the batch sees it."""

    id: int
    url: str
    host_id: int | None
    standing: Standing
    attempts: int
    redirected_to: int | None
    last_fetch_id: int | None
    stored: Standing | None
    """As it stands in the database; None for a row that is new."""
    first_seen: str | None = None
    touched: bool = False


@dataclass(slots=True)
class Batch:
    """The working set of one transaction."""

    connection: sqlite3.Connection
    reach: Reach
    ids: Ids
    crawl_id: int
    extraction: str
    full_sites: frozenset[str]
    """Sites that have all the pages they may have."""
    traps: Traps
    _rows: dict[int, _Row] = field(default_factory=dict)
    _by_url: dict[str, _Row] = field(default_factory=dict)
    _hosts: dict[str, int] = field(default_factory=dict)
    _new_hosts: list[tuple[int, str, str, str]] = field(default_factory=list)
    _followed: dict[int, list[int]] = field(default_factory=dict)
    _fetches: list[tuple[object, ...]] = field(default_factory=list)
    _bodies: dict[str, int] = field(default_factory=dict)
    _new_bodies: list[tuple[object, ...]] = field(default_factory=list)
    _articles: list[tuple[object, ...]] = field(default_factory=list)
    _blocks: list[tuple[object, ...]] = field(default_factory=list)
    _links: list[tuple[object, ...]] = field(default_factory=list)
    _work: deque[_Row] = field(default_factory=deque)
    _reread: list[int] = field(default_factory=list)

    # -- what comes in

    def add_seeds(self, urls: Sequence[str], seen: str) -> None:
        """Take seeds into the frontier at depth 0; the scope does not concern them."""
        self._load_urls(urls)
        for url in urls:
            self._offer(self._known(url, None, seen), 0, exempt=True)
        self._relax()

    def offer_again(self, page_ids: Iterable[int]) -> None:
        """Offer the stored links of fetched pages anew, after `--max-position` grew."""
        self._work.extend(self._load_ids(page_ids))
        self._relax()

    def read_anew(self, pages: Sequence[tuple[int, Page]]) -> None:
        """Put new readings of stored pages, by id, in the place of what was read of them."""
        rows = self._load_ids(page_id for page_id, _ in pages)
        self._load_urls(
            {_address_of(link) for _, page in pages for block in page.blocks for link in block.links}
        )
        self._reread = [row.id for row in rows]
        known = self.connection.execute(
            "SELECT pages.id, fetched_at, repeats FROM pages JOIN fetches ON fetches.id = last_fetch_id"
            " JOIN articles ON articles.page_id = pages.id WHERE pages.id IN (SELECT value FROM json_each(?))",
            (json.dumps(self._reread),),
        )
        before = {page_id: (seen, repeats) for page_id, seen, repeats in known}
        for row, (_, page) in zip(rows, pages, strict=True):
            self._add_page(row, page, *before[row.id])

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Take in what leases brought."""
        self._load_ids(outcome.lease.page_id for outcome in outcomes)
        self._load_urls({url for outcome in outcomes for url in _targets(outcome)})
        self._load_bodies(outcomes)
        for outcome in outcomes:
            self._settle_one(outcome)
        self._relax()

    def _settle_one(self, outcome: Outcome) -> None:
        row, fetched = self._rows[outcome.lease.page_id], outcome.fetched
        if fetched is not None:
            row.attempts += 1
            row.last_fetch_id = self._add_fetch(row, fetched, outcome)
        row.touched = True
        # What was refused without a request is final: asking again would bring the same answer.
        attempts = 0 if fetched is None or outcome.final else self.reach.attempts
        row.standing = settle(
            row.standing, outcome.state, outcome.reason, attempt=row.attempts, attempts=attempts
        )
        if fetched is None:
            return
        seen = stamp(fetched.fetched_at)
        if outcome.extracted is not None and row.standing.state is State.FETCHED:
            page = outcome.extracted.page
            assert row.host_id is not None  # noqa: S101  # it was fetched
            self._add_page(row, page, seen, self.traps.count(page, row.host_id))
            self._work.append(row)
        elif row.standing.state is State.REDIRECTED and fetched.location is not None:
            self._alias(row, self._known(fetched.location, None, seen))
            self._work.append(row)

    # -- facts

    def _add_fetch(self, row: _Row, fetched: Fetched, outcome: Outcome) -> int:
        body_id = None
        if outcome.extracted is not None:
            digest = outcome.extracted.body_hash.hex()
            body_id = self._bodies.get(digest)
            if body_id is None:
                body_id = self._bodies[digest] = self.ids.body
                self.ids.body += 1
                self._new_bodies.append(
                    (body_id, digest, outcome.extracted.body_bytes, outcome.extracted.body_zstd)
                )
        fetch_id = self.ids.fetch
        self.ids.fetch += 1
        self._fetches.append(
            (
                fetch_id,
                row.id,
                self.crawl_id,
                stamp(fetched.fetched_at),
                round(fetched.duration_s, 4),
                fetched.status,
                fetched.reason,
                fetched.error,
                json.dumps(fetched.headers) if fetched.headers else None,
                fetched.location,
                None if outcome.extracted is None else outcome.extracted.body_bytes,
                body_id,
            )
        )
        return fetch_id

    def _add_page(self, row: _Row, page: Page, seen: str, repeats: int) -> None:
        article = page.article
        self._articles.append(
            (
                row.id,
                self.extraction,
                article.title,
                article.published,
                article.published_raw,
                article.site_name,
                json.dumps(article.breadcrumb, ensure_ascii=False) if article.breadcrumb else None,
                article.author,
                article.views,
                article.likes,
                article.lang,
                article.text,
                article.canonical_hint,
                article.images,
                page.charset,
                repeats,
            )
        )
        followed: dict[int, None] = {}
        repeated = repeats >= MAX_SAME_TEXT
        for number, block in enumerate(page.blocks, 1):
            self._blocks.append(
                (row.id, number, block.kind, block.label, block.evidence, block.path, block.confidence)
            )
            for link in block.links:
                target = self._known(_address_of(link), link.refused, seen)
                if (
                    repeated
                    and target.standing is UNFOLLOWED
                    and self.reach.follows(block.kind, link.position)
                ):
                    target.standing = _TRAPPED
                self._links.append((row.id, number, link.position, target.id, link.anchor, link.rel))
                if not repeated and self.reach.follows(block.kind, link.position):
                    followed[target.id] = None
        self._followed[row.id] = list(followed)

    def _alias(self, row: _Row, target: _Row) -> None:
        """Enter a redirect, and fail it with all that leads to it where it never arrives."""
        row.redirected_to = target.id
        chain: list[_Row] = []
        end = target
        while end is not row and end.standing.state is State.REDIRECTED and len(chain) <= MAX_REDIRECTS:
            chain.append(end)
            assert end.redirected_to is not None  # noqa: S101  # every alias names its target
            end = self._load_ids([end.redirected_to])[0]
        before, levels = self._leading_to(row)
        if end is row:
            reason, doomed = Reason.REDIRECT_LOOP, [row, *before, *chain]
            for member in chain:
                doomed += self._leading_to(member)[0]
        elif end.standing.reason in _DOOMED:
            reason, doomed = end.standing.reason, [row, *before]
        elif levels + 1 + len(chain) > MAX_REDIRECTS:
            reason, doomed = Reason.TOO_MANY_REDIRECTS, [row, *before]
        else:
            return
        for member in doomed:
            member.standing = Standing(State.FAILED, reason, member.standing.depth)
            member.touched = True

    def _leading_to(self, row: _Row) -> tuple[list[_Row], int]:
        """Return the aliases that lead to a page, and the number of hops of the farthest."""
        found: dict[int, _Row] = {row.id: row}
        level, levels = [row], -1
        while level:
            levels += 1
            marks = ",".join("?" * len(level))
            stored = self.connection.execute(
                f"SELECT id FROM pages WHERE redirected_to IN ({marks})",  # noqa: S608  # marks only
                [member.id for member in level],
            )
            here = {member.id for member in level}
            rows = self._load_ids([key for (key,) in stored])
            rows += [other for other in self._rows.values() if other.redirected_to in here]
            level = []
            for other in rows:
                if other.standing.state is State.REDIRECTED and other.id not in found:
                    found[other.id] = other
                    level.append(other)
        del found[row.id]
        return list(found.values()), levels

    # -- the frontier

    def _relax(self) -> None:
        """Offer what hangs on the pages at work, and on what these lower, until nothing falls any more."""
        while self._work:
            row = self._work.popleft()
            depth = row.standing.depth
            if depth is None:
                continue
            if row.standing.state is State.REDIRECTED and row.redirected_to is not None:
                self._offer(self._load_ids([row.redirected_to])[0], depth)
            elif row.standing.state is State.FETCHED:
                for target in self._load_ids(self._followed_from(row)):
                    if target is not row:
                        self._offer(target, depth + 1)

    def _offer(self, row: _Row, depth: int, *, exempt: bool = False) -> None:
        # Only who was never offered, or lay beyond, can be excluded: the rest has its fate.
        fresh = row.standing.depth is None or row.standing.state is State.BEYOND
        excluded = self._verdict(row) if fresh and not exempt else None
        standing = arrive(row.standing, depth, limit=self.reach.depth, excluded=excluded)
        if standing is None:
            return
        row.standing, row.touched = standing, True
        if standing.state in (State.FETCHED, State.REDIRECTED):
            self._work.append(row)

    def _verdict(self, row: _Row) -> Reason | None:
        if row.host_id is None:
            return Reason.BAD_URL
        excluded = self.reach.scope.verdict(row.url)
        if excluded is None and self.full_sites and site_of(host_of(row.url)) in self.full_sites:
            return Reason.LIMIT
        if excluded is None and self.traps.holds(row.url, row.host_id):
            return Reason.TRAP
        return excluded

    def _followed_from(self, row: _Row) -> list[int]:
        followed = self._followed.get(row.id)
        if followed is None:
            stored = self.connection.execute(
                "SELECT target_id, kind, position FROM links"
                " JOIN blocks ON page_id = source_id AND blocks.block = links.block WHERE source_id = ?"
                " AND (SELECT repeats FROM articles WHERE page_id = source_id) < ?",
                (row.id, MAX_SAME_TEXT),
            )
            targets = dict.fromkeys(
                target for target, kind, position in stored if self.reach.follows(Kind(kind), position)
            )
            followed = self._followed[row.id] = list(targets)
        return followed

    # -- rows

    def _known(self, url: str, refused: Reason | None, seen: str) -> _Row:
        row = self._by_url.get(url)
        if row is None:
            standing = UNFOLLOWED if refused is None else Standing(State.EXCLUDED, refused, None)
            host_id = None if refused is not None else self._host(host_of(url))
            row = _Row(self.ids.page, url, host_id, standing, 0, None, None, None, seen, touched=True)
            self.ids.page += 1
            self._rows[row.id] = self._by_url[url] = row
        return row

    def _host(self, host: str) -> int:
        host_id = self._hosts.get(host)
        if host_id is None:
            known = self.connection.execute("SELECT id FROM hosts WHERE host = ?", (host,)).fetchone()
            if known is not None:
                host_id = known[0]
            else:
                host_id = self.ids.host
                self.ids.host += 1
                site = site_of(host)
                self._new_hosts.append((host_id, host, reversed_host(host), site))
                self.traps.add_host(host_id, host)
            self._hosts[host] = host_id
        return host_id

    def _load_ids(self, ids: Iterable[int]) -> list[_Row]:
        wanted = list(ids)
        missing = [key for key in wanted if key not in self._rows]
        if missing:
            self._load("id IN (SELECT value FROM json_each(?))", missing)
        return [self._rows[key] for key in wanted]

    def _load_urls(self, urls: Iterable[str]) -> None:
        missing = [url for url in urls if url not in self._by_url]
        if missing:
            self._load("url IN (SELECT value FROM json_each(?))", missing)

    def _load(self, condition: str, values: Sequence[object]) -> None:
        query = f"SELECT {_COLUMNS} FROM pages WHERE {condition}"  # noqa: S608  # our own two conditions
        for stored in self.connection.execute(query, (json.dumps(values),)):
            key, url, host_id, state, reason, depth, attempts, redirected_to, fetch_id = stored
            if key not in self._rows:
                standing = _standing(state, reason, depth)
                self._rows[key] = self._by_url[url] = _Row(
                    key, url, host_id, standing, attempts, redirected_to, fetch_id, standing
                )

    def _load_bodies(self, outcomes: Sequence[Outcome]) -> None:
        hashes = [outcome.extracted.body_hash.hex() for outcome in outcomes if outcome.extracted is not None]
        self._bodies.update(
            self.connection.execute(
                "SELECT hash, id FROM bodies WHERE hash IN (SELECT value FROM json_each(?))",
                (json.dumps(hashes),),
            )
        )

    # -- what goes out

    def write(self) -> None:
        """Write all rows; the caller holds the transaction."""
        many = self.connection.executemany
        for table, key in (("links", "source_id"), ("blocks", "page_id"), ("articles", "page_id")):
            many(f"DELETE FROM {table} WHERE {key} = ?", [(page_id,) for page_id in self._reread])  # noqa: S608
        many("INSERT INTO hosts (id, host, reversed_host, site) VALUES (?, ?, ?, ?)", self._new_hosts)
        new = [row for row in self._rows.values() if row.stored is None]
        many(
            "INSERT INTO pages (id, url, host_id, state, reason, depth, first_seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(row.id, row.url, row.host_id, *_fate(row), row.first_seen) for row in new],
        )
        many("INSERT INTO bodies VALUES (?, ?, ?, ?)", self._new_bodies)
        many(f"INSERT INTO fetches VALUES ({','.join('?' * 12)})", self._fetches)  # noqa: S608
        many(f"INSERT INTO articles VALUES ({','.join('?' * 16)})", self._articles)  # noqa: S608
        many("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)", self._blocks)
        many("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)", self._links)
        many(
            "UPDATE pages SET state = ?, reason = ?, depth = ?, attempts = ?, redirected_to = ?, last_fetch_id = ?"
            " WHERE id = ?",
            [
                (*_fate(row), row.attempts, row.redirected_to, row.last_fetch_id, row.id)
                for row in self._rows.values()
                if row.stored is not None and row.touched
            ],
        )

    def changes(self) -> Iterator[tuple[Standing | None, Standing]]:
        """Yield each changed standing, before (None for a new row) and after."""
        for row in self._rows.values():
            if row.touched:
                yield row.stored, row.standing

    def counts(self) -> Counter[tuple[State, Reason | None]]:
        """Return by how much the batch changes the number of URLs in each fate."""
        counts: Counter[tuple[State, Reason | None]] = Counter()
        for before, after in self.changes():
            if before is not None:
                counts[before.state, before.reason] -= 1
            counts[after.state, after.reason] += 1
        return counts

    def waiting_hosts(self) -> set[int]:
        """Return the hosts that have pages to lease because of this batch."""
        return {
            row.host_id
            for row in self._rows.values()
            if row.touched and row.standing.state is State.PENDING and row.host_id is not None
        }


def _targets(outcome: Outcome) -> Iterator[str]:
    if outcome.fetched is not None and outcome.fetched.location is not None:
        yield outcome.fetched.location
    if outcome.extracted is not None:
        for block in outcome.extracted.page.blocks:
            for link in block.links:
                yield _address_of(link)


@lru_cache(maxsize=1024)
def _standing(state: str, reason: str | None, depth: int | None) -> Standing:
    """Return a standing as it is stored: most rows of a crawl have one of a few dozen."""
    return Standing(State(state), None if reason is None else Reason(reason), depth)


def _address_of(link: Link) -> str:
    return link.url if link.refused is None else shown(link.url)


def _fate(row: _Row) -> tuple[str, str | None, int | None]:
    return row.standing.state, row.standing.reason, row.standing.depth
