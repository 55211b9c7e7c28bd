"""The shortest followed way from a seed to a page, found backwards by depth.

Stored depths are exact, so any followed link from a page one click nearer to a seed lies on a shortest way;
a redirect adds no depth. At each page the fewest redirects win, then the source's URL, the block and the
position, so that the way does not depend on the crawl's timing.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from crawler.config import load
from crawler.model import Kind, Reason, State
from crawler.store.file import named_errors
from crawler.store.naming import final_of, page_id
from crawler.store.reader import Reader
from crawler.trap import MAX_SAME_TEXT


class Move(StrEnum):
    """How a step of a way is made."""

    SEED = "seed"
    """Where the crawl began."""
    LINK = "link"
    """A click on an entry of a block: one depth more."""
    REDIRECT = "redirect"
    """The page before it answered with this address: no depth more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page on a way, and how the way arrives there."""

    url: str
    title: str | None
    """None if it was not fetched, or has none."""
    depth: int | None
    """As it is stored: clicks from the nearest seed; None if no followed way leads there."""
    state: State
    reason: Reason | None
    move: Move
    kind: Kind | None = None
    """Of the block that holds the link; this and what follows is None of seeds and redirects."""
    label: str | None = None
    block: int | None = None
    position: int | None = None
    anchor: str | None = None
    rel: str | None = None
    evidence: str | None = None
    """What the block's kind rests on."""
    seen: str | None = None
    """When the page that holds the link, or the redirect, was fetched: ISO 8601, UTC."""
    body_hash: str | None = None
    """SHA-256 of the stored body of the page that holds the link."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a page was come by."""

    url: str
    depth: int | None
    """Clicks of the shortest followed way; None if none leads to the page."""
    state: State
    reason: Reason | None
    steps: tuple[Step, ...]
    """From a seed to the page; where no followed way leads to it, to the nearest link that names it, if any does."""
    redirected_to: str | None
    """The page that redirects from it end at, if it is an alias."""
    unfollowed: str | None
    """Why the last link is not followed, in words; None if it is."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The last step of the shortest followed way to a page; seeds have none."""

    url: str
    before: str
    """The page that holds the link, or the address that redirects."""
    kind: Kind | None
    """Of the block that holds the link; None of a redirect."""
    position: int
    """0 of a redirect."""


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    url: str
    title: str | None
    depth: int | None
    state: State
    reason: Reason | None
    fetched_at: str | None
    body_hash: str | None


_PAGE = (
    "SELECT pages.id, url, title, depth, state, pages.reason, fetched_at, bodies.hash FROM pages"
    " LEFT JOIN articles ON articles.page_id = pages.id LEFT JOIN fetches ON fetches.id = last_fetch_id"
    " LEFT JOIN bodies ON bodies.id = body_id WHERE pages.id = ?"
)
# A redirect that was found to lead nowhere has brought its target to its depth all the same.
_REDIRECTS = "(state = 'redirected' OR reason IN ('redirect_loop', 'too_many_redirects'))"
_ALIASES = f"SELECT id FROM pages WHERE redirected_to = ? AND depth IS ? AND {_REDIRECTS} ORDER BY url"  # noqa: S608  # ours
_ALL_ALIASES = (
    "SELECT alias.url, target.url FROM (SELECT url, redirected_to, depth FROM pages WHERE"  # noqa: S608  # ours
    f" redirected_to IS NOT NULL AND {_REDIRECTS}) AS alias JOIN pages AS target ON target.id = alias.redirected_to"
    " WHERE target.depth = alias.depth"
)
_IS_FOLLOWED = (
    "source.state = 'fetched' AND source_id != target_id AND position <= :most"
    " AND kind IN (SELECT value FROM json_each(:kinds)) AND NOT EXISTS"
    " (SELECT 1 FROM articles WHERE articles.page_id = source_id AND repeats >= :repeats)"
)
_FOLLOWED = (
    "SELECT source.id, links.block, position, target_id FROM links CROSS JOIN pages AS source ON source.id = source_id"  # noqa: S608  # ours
    " CROSS JOIN blocks ON blocks.page_id = source_id AND blocks.block = links.block"
    " WHERE target_id IN (SELECT value FROM json_each(:targets)) AND source.depth = :depth"
    f" AND {_IS_FOLLOWED} ORDER BY source.url, links.block, position LIMIT 1"
)
_ALL_FOLLOWED = (
    "SELECT target.url, source.url, kind, position FROM pages AS source CROSS JOIN links ON source_id = source.id"  # noqa: S608  # ours
    " CROSS JOIN blocks ON blocks.page_id = source_id AND blocks.block = links.block"
    " CROSS JOIN pages AS target ON target.id = target_id AND target.depth = source.depth + 1"
    f" WHERE {_IS_FOLLOWED} ORDER BY source.url, links.block, position"
)
_NEAREST = (
    "SELECT source.id, links.block, position, target_id FROM links CROSS JOIN pages AS source ON source.id = source_id"
    " WHERE target_id IN (SELECT value FROM json_each(:targets)) AND source_id != target_id"
    " ORDER BY source.depth IS NULL, source.depth, source.url, links.block, position LIMIT 1"
)
_LINK_FIELDS = ("kind", "label", "block", "position", "anchor", "rel", "evidence")
_LINK = (
    "SELECT kind, label, links.block, position, anchor, rel, evidence FROM links"
    " JOIN blocks ON blocks.page_id = source_id AND blocks.block = links.block"
    " WHERE source_id = ? AND links.block = ? AND position = ?"
)


def way_to(reader: Reader, name: str) -> Way:
    """Return the shortest followed way from a seed to a page; what is followed, the stored configuration says.

    Args:
        reader: The crawl.
        name: The page's URL in any spelling, with or without scheme.

    Raises:
        UsageError: Nothing is known under that name, or it stands for several pages.
    """
    with named_errors(reader.path):
        return _search(reader).way(page_id(reader, name))


def arrivals(reader: Reader) -> Iterator[Arrival]:
    """Yield the last step of each page's shortest followed way: taken together they are all that `way_to` tells."""
    with named_errors(reader.path):
        yield from _search(reader).arrivals()


def _search(reader: Reader) -> "_Search":
    section = load(files=(), environment={}, flags={}, base=reader.receipt().config).crawl
    return _Search(reader.connection, section.follow, section.max_position)


class _Search:
    def __init__(self, sql: sqlite3.Connection, follow: Collection[Kind], max_position: int | None) -> None:
        self._sql = sql
        self._follow = follow
        self._most = max_position
        self._values: dict[str, Any] = {
            "most": 2**31 if max_position is None else max_position,
            "kinds": json.dumps(sorted(follow)),
            "repeats": MAX_SAME_TEXT,
        }
        self._seeds = {
            url for (seeds,) in sql.execute("SELECT seeds FROM crawls") for url in json.loads(seeds)
        }

    def way(self, page: int) -> Way:
        end = self._row(page)
        steps = self._steps(end)
        unfollowed = None
        if steps is None:
            steps, unfollowed = self._unfollowed(end)
        final = final_of(self._sql, page)
        target = self._row(final).url if final != page else None
        depth = end.depth if unfollowed is None and steps else None
        return Way(end.url, depth, end.state, end.reason, tuple(steps), target, unfollowed)

    def arrivals(self) -> Iterator[Arrival]:
        """Yield the last step of each page's shortest followed way."""
        # By page, how its way reaches this depth: a seed by its URL before a link by its place among all.
        reached: dict[str, tuple[bool, str, int]] = {url: (False, url, 0) for url in self._seeds}
        for place, row in enumerate(self._sql.execute(_ALL_FOLLOWED, self._values)):
            url, source, kind, position = row
            if url not in reached:
                reached[url] = True, "", place
                yield Arrival(url, source, Kind(kind), position)
        redirects = self._sql.execute(_ALL_ALIASES).fetchall()
        while True:
            further: dict[str, tuple[tuple[bool, str, int], str]] = {}
            for alias, url in redirects:
                if alias in reached and url not in reached:
                    arrival = reached[alias], alias
                    further[url] = min(further.get(url, arrival), arrival)
            if not further:
                return
            for url, (how, alias) in further.items():
                reached[url] = how
                yield Arrival(url, alias, None, 0)

    def _steps(self, end: _Row) -> list[Step] | None:
        """Return the steps of the shortest followed way to a page; None if there is none."""
        steps: list[Step] = []
        here = end
        while here.depth is not None:
            found = self._arrival(here)
            if found is None:
                return None
            source, link, hops = found
            if source is None:
                steps += self._redirects(hops)
                steps.append(_step(hops[-1], Move.SEED))
                return steps[::-1]
            steps += self._redirects(hops)
            steps.append(self._click(source, link, hops[-1]))
            here = source
        return None

    def _arrival(self, here: _Row) -> tuple[_Row | None, tuple[int, int], list[_Row]] | None:
        """Return where a page's depth comes from: the link's page and place, and the redirects passed, backwards.

        The page is None where the last of the redirects, or the page itself, is a seed.
        """
        level, seen = [[here]], {here.id}
        while level:
            seeds = [hops for hops in level if hops[-1].depth == 0 and hops[-1].url in self._seeds]
            if seeds:
                return None, (0, 0), min(seeds, key=lambda hops: hops[-1].url)
            ends = {hops[-1].id: hops for hops in level}
            row = self._nearest(_FOLLOWED, ends, (here.depth or 0) - 1)
            if row is not None:
                source, block, position, target = row
                return self._row(source), (block, position), ends[target]
            further = []
            for hops in level:
                for (alias,) in self._sql.execute(_ALIASES, (hops[-1].id, here.depth)).fetchall():
                    if alias not in seen:
                        seen.add(alias)
                        further.append([*hops, self._row(alias)])
            level = further
        return None

    def _unfollowed(self, end: _Row) -> tuple[list[Step], str | None]:
        """Return the way to the nearest link that names a page, with that link, and why it is not followed."""
        row = self._nearest(_NEAREST, [end.id], None)
        if row is None:
            return [], None
        source, link = self._row(row[0]), (row[1], row[2])
        click = self._click(source, link, end)
        before = self._steps(source) or [_step(source, Move.LINK)]
        return [*before, click], self._obstacle(source, click)

    def _obstacle(self, source: _Row, click: Step) -> str:
        if source.depth is None:
            return "no followed way leads to the page that holds it"
        if click.kind not in self._follow:
            return f"--follow leaves out {click.kind}"
        if self._most is not None and (click.position or 0) > self._most:
            return f"--max-position is {self._most}"
        (repeats,) = self._sql.execute(
            "SELECT max(repeats) FROM articles WHERE page_id = ?", (source.id,)
        ).fetchone()
        if repeats is not None and repeats >= MAX_SAME_TEXT:
            return "the page that holds it repeats a text that came again and again (trap)"
        return "the stored depths are older than the stored links"

    def _nearest(self, query: str, targets: Collection[int], depth: int | None) -> tuple[Any, ...] | None:
        values = {"targets": json.dumps(list(targets)), "depth": depth, **self._values}
        row: tuple[Any, ...] | None = self._sql.execute(query, values).fetchone()
        return row

    def _row(self, page: int) -> _Row:
        key, url, title, depth, state, reason, fetched_at, digest = self._sql.execute(
            _PAGE, (page,)
        ).fetchone()
        named = None if reason is None else Reason(reason)
        return _Row(key, url, title, depth, State(state), named, fetched_at, digest)

    def _redirects(self, hops: list[_Row]) -> list[Step]:
        """Return the steps from the last of the hops to the first, backwards."""
        return [_step(target, Move.REDIRECT, seen=alias.fetched_at) for target, alias in pairwise(hops)]

    def _click(self, source: _Row, link: tuple[int, int], target: _Row) -> Step:
        kind, *rest = self._sql.execute(_LINK, (source.id, *link)).fetchone()
        return _step(target, Move.LINK, Kind(kind), *rest, seen=source.fetched_at, body_hash=source.body_hash)


def _step(row: _Row, move: Move, *link: Any, seen: str | None = None, body_hash: str | None = None) -> Step:
    step = Step(row.url, row.title, row.depth, row.state, row.reason, move, seen=seen, body_hash=body_hash)
    return replace(step, **dict(zip(_LINK_FIELDS, link, strict=True))) if link else step
