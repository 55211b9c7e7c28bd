"""What an edge rests on: each link behind it, where and when it was seen, and the stored bytes it was read from."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from crawler.errors import UsageError
from crawler.model import Kind, Reason, State
from crawler.store.file import named_errors
from crawler.store.naming import Named, looked_for_stories, named
from crawler.store.reader import Reader

_SHOWN_STORIES = 3


@dataclass(frozen=True, slots=True)
class SeenLink:
    """One entry of one block, with all that proves it."""

    source: str
    """URL of the page that holds it."""
    source_title: str | None
    source_depth: int | None
    """Clicks from the nearest seed; None if no followed way leads there any more."""
    fetched_at: str | None
    """When the source was fetched: ISO 8601, UTC."""
    status: int | None
    """Of that fetch."""
    body_hash: str | None
    """SHA-256 of the source's body as it is stored; None if none is."""
    block: int
    """Which block of the page, from 1, in reading order."""
    kind: Kind
    label: str | None
    """The block's visible heading."""
    evidence: str
    """What the block's kind rests on."""
    confidence: float
    """How sure the block is, from 0 to 1."""
    position: int
    """Place in the block, from 1."""
    anchor: str
    rel: str | None
    target: str
    """URL of the page the link ends at, with redirects resolved."""
    target_title: str | None
    target_state: State
    target_reason: Reason | None
    via: str | None
    """The URL in the link, where that redirected to the target; None if it is the target."""


@dataclass(frozen=True, slots=True)
class SharedStory:
    """A story with pages on both sides."""

    story: str
    because: str
    """What the copy rests on, in words."""
    similarity: float
    """To the story's earliest page, the less similar side's, from 0 to 1."""
    a: str
    """A page of it on one side: the most similar, of equals the first by URL."""
    b: str
    """A page of it on the other side."""


@dataclass(frozen=True, slots=True)
class StoryRelation:
    """How many stories two sides share; of two pages: whether they carry the same one."""

    shared: int
    examples: tuple[SharedStory, ...]
    """The most alike, three at the most."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the edge from one side to the other rests on."""

    a: Named
    b: Named
    count: int
    """Links from A to B; a page's links to itself are not counted."""
    source_pages: int
    """Pages of A that hold them."""
    target_pages: int
    """Pages of B they end at."""
    kinds: dict[Kind, int]
    """Links of each kind there is."""
    back: int
    """Links from B to A."""
    stories: StoryRelation | None
    """None if stories were not looked for in this crawl."""
    links: Callable[..., Iterator[SeenLink]]
    """`links()` yields each link, by source URL, block and position; `links(50)` the first 50."""


_SETS = """WITH RECURSIVE
a (id) AS MATERIALIZED (
    SELECT pages.id FROM json_each(:a) AS one
    CROSS JOIN pages ON url >= json_extract(one.value, '$[0]') AND url < json_extract(one.value, '$[1]')
),
-- What a link may name to end in B: its pages, and the aliases that lead to them.
b (id, final_id) AS (
    SELECT pages.id, pages.id FROM json_each(:b) AS one
    CROSS JOIN pages ON url >= json_extract(one.value, '$[0]') AND url < json_extract(one.value, '$[1]')
    WHERE state != 'redirected'
    UNION
    SELECT pages.id, b.final_id FROM b JOIN pages ON pages.redirected_to = b.id WHERE pages.state = 'redirected'
)
"""
_FROM_SOURCES = (
    " FROM a CROSS JOIN links ON links.source_id = a.id JOIN b ON b.id = links.target_id"
    " WHERE b.final_id != links.source_id"
)
_FROM_TARGETS = (
    " FROM b CROSS JOIN links ON links.target_id = b.id JOIN a ON a.id = links.source_id"
    " WHERE b.final_id != links.source_id"
)
_KINDS = (
    "SELECT kind, count(*) FROM (SELECT source_id, block{among}) AS found"
    " JOIN blocks ON blocks.page_id = found.source_id AND blocks.block = found.block GROUP BY kind"
)
_PAGES = "SELECT count(DISTINCT links.source_id), count(DISTINCT b.final_id){among}"
_COUNT = "SELECT count(*){among}"
_LINKS = """SELECT source.url, article.title, source.depth, fetches.fetched_at, fetches.status, bodies.hash,
    found.block, blocks.kind, blocks.label, blocks.evidence, blocks.confidence, found.position, found.anchor,
    found.rel, target.url, about.title, target.state, target.reason,
    CASE WHEN found.target_id != found.final_id THEN named.url END
FROM (SELECT links.*, b.final_id{among}) AS found
JOIN pages AS source ON source.id = found.source_id
JOIN blocks ON blocks.page_id = found.source_id AND blocks.block = found.block
JOIN pages AS target ON target.id = found.final_id
JOIN pages AS named ON named.id = found.target_id
LEFT JOIN articles AS article ON article.page_id = source.id
LEFT JOIN articles AS about ON about.page_id = target.id
LEFT JOIN fetches ON fetches.id = source.last_fetch_id
LEFT JOIN bodies ON bodies.id = fetches.body_id
ORDER BY source.url, found.block, found.position LIMIT :most"""
_STORIES = """, mine AS (
    SELECT story, because, similarity, earliest, url,
        row_number() OVER (PARTITION BY story ORDER BY similarity DESC, url) AS place
    FROM a JOIN stories ON page_id = a.id JOIN pages ON pages.id = a.id
    WHERE :wide = 'b' OR a.id NOT IN (SELECT id FROM b)
), theirs AS (
    SELECT story, because, similarity, earliest, url,
        row_number() OVER (PARTITION BY story ORDER BY similarity DESC, url) AS place
    FROM b JOIN stories ON page_id = b.id JOIN pages ON pages.id = b.id
    WHERE b.id = b.final_id AND (:wide = 'a' OR b.id NOT IN (SELECT id FROM a))
)
SELECT mine.story, CASE WHEN mine.earliest THEN NULL ELSE mine.because END,
    CASE WHEN theirs.earliest THEN NULL ELSE theirs.because END,
    min(mine.similarity, theirs.similarity) AS similarity, mine.url, theirs.url
FROM mine JOIN theirs USING (story) WHERE mine.place = 1 AND theirs.place = 1
ORDER BY similarity DESC, mine.story"""


def why(reader: Reader, a: str, b: str) -> Evidence:
    """Return what the edge from A to B rests on.

    Args:
        reader: The crawl.
        a: A URL in any spelling, the beginning of URLs, a host, a site, or a story's id.
        b: Another one.

    Raises:
        UsageError: Nothing is known under a name, or both name the same.
    """
    with named_errors(reader.path):
        one, other = named(reader, a), named(reader, b)
        if one.ranges == other.ranges:
            both = f"{one.given} and {other.given}" if one.given != other.given else one.given
            raise UsageError(f"{both}: is the same {one.naming} twice; an edge leads from one to another")
        there, back = _Search(reader, one, other), _Search(reader, other, one)
        kinds = {Kind(kind): count for kind, count in there.rows(_KINDS)}
        ((sources, targets),) = there.rows(_PAGES)
        ((counter,),) = back.rows(_COUNT)
        stories = there.stories() if looked_for_stories(reader.connection) else None
    ordered = {kind: kinds[kind] for kind in Kind if kind in kinds}
    return Evidence(one, other, sum(kinds.values()), sources, targets, ordered, counter, stories, there.links)


def body(reader: Reader, digest: str) -> bytes | None:
    """Return a stored body by its SHA-256 (hexadecimal); None if there is none."""
    import zstandard

    with named_errors(reader.path):
        row = reader.connection.execute("SELECT zstd FROM bodies WHERE hash = ?", (digest,)).fetchone()
    return None if row is None else zstandard.ZstdDecompressor().decompress(row[0])


class _Search:
    """The links from one side to the other; the smaller side is where looking begins."""

    def __init__(self, reader: Reader, one: Named, other: Named) -> None:
        self._reader = reader
        self._sides = {
            "a": json.dumps(one.ranges),
            "b": json.dumps(other.ranges),
            # A page that is on both sides is no copy of itself: it counts on the narrower one.
            "wide": "a" if one.pages > other.pages else "b",
        }
        (indexed,) = reader.connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'links_target'"  # made at the end of a run
        ).fetchone()
        self._among = _FROM_TARGETS if indexed and other.pages < one.pages else _FROM_SOURCES

    def rows(self, query: str, most: int = -1) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one of the queries above; at most `most`, or all (-1, as in SQL)."""
        text = _SETS + query.format(among=self._among)
        return iter(self._reader.connection.execute(text, {**self._sides, "most": most}))

    def links(self, most: int | None = None) -> Iterator[SeenLink]:
        """Yield the links, by source URL, block and position; the first `most`, or all (None)."""
        with named_errors(self._reader.path):
            for row in self.rows(_LINKS, -1 if most is None else most):
                yield _seen(row)

    def stories(self) -> StoryRelation:
        """Return the stories with pages on both sides."""
        examples: list[SharedStory] = []
        shared = 0
        for story, mine, theirs, similarity, a, b in self.rows(_STORIES):
            shared += 1
            if len(examples) < _SHOWN_STORIES:
                # Of the earliest page nothing says what makes it a copy.
                because = "; ".join(dict.fromkeys(filter(None, (mine, theirs))))
                examples.append(SharedStory(story, because, similarity, a, b))
        return StoryRelation(shared, tuple(examples))


def _seen(row: tuple[Any, ...]) -> SeenLink:
    values = list(row)
    values[7], values[16] = Kind(row[7]), State(row[16])
    values[17] = None if row[17] is None else Reason(row[17])
    return SeenLink(*values)
