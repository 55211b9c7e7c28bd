"""Stories in crawl.db: which pages carry the same article, kept because finding that takes minutes."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from crawler import __version__
from crawler.model import ArticleText, CrossLink, Kind, Level, Membership

_MAX_TEXT = 100_000
"""Characters of a text that its story is found by; a long article has 20,000."""

_LINKS = (
    "SELECT source.url, target.url, blocks.kind, blocks.label, links.position, links.anchor, links.rel,"
    " fetches.fetched_at FROM pages AS source {join}"
    " JOIN links ON links.source_id = source.id"
    " JOIN blocks ON blocks.page_id = links.source_id AND blocks.block = links.block"
    " LEFT JOIN aliases ON aliases.page_id = links.target_id"
    " JOIN pages AS target ON target.id = ifnull(aliases.final_id, links.target_id)"
    " LEFT JOIN fetches ON fetches.id = source.last_fetch_id"
    " ORDER BY {order}, source.url, links.block, links.position"
)
_ORDERS = {
    Level.SITE: ("LEFT JOIN hosts ON hosts.id = source.host_id", "hosts.site"),
    Level.STORY: (
        "LEFT JOIN stories ON stories.page_id = source.id",
        "coalesce(stories.story, source.url)",
    ),
    Level.PAGE: ("", "source.url"),
}


def state_of(connection: sqlite3.Connection) -> str:
    """Return what stands for the articles there are: it changes when one may have come."""
    (last,) = connection.execute("SELECT max(id) FROM fetches").fetchone()
    return f"fetch {last}, version {__version__}"


def has_tables(connection: sqlite3.Connection) -> bool:
    """Say whether the file can hold stories: one of an older version, opened for reading, cannot."""
    return (
        connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'story_search'").fetchone() is not None
    )


def is_current(connection: sqlite3.Connection) -> bool:
    """Say whether the stories kept were found in the articles there are."""
    if not has_tables(connection):
        return False
    row = connection.execute("SELECT articles FROM story_search").fetchone()
    return row is not None and row[0] == state_of(connection)


def texts(connection: sqlite3.Connection) -> Iterator[ArticleText]:
    """Yield the main text of each fetched page that has one, in the order of the URLs."""
    for row in connection.execute(
        "SELECT url, title, substr(text, 1, ?), site, published, first_seen FROM pages"
        " JOIN articles ON articles.page_id = pages.id JOIN hosts ON hosts.id = host_id"
        " WHERE state = 'fetched' AND text IS NOT NULL ORDER BY url",
        (_MAX_TEXT,),
    ):
        yield ArticleText(*row)


def memberships(connection: sqlite3.Connection) -> Iterator[Membership]:
    """Yield the pages of all stories that several pages carry, by story and URL."""
    for url, story, similarity, because, earliest in connection.execute(
        "SELECT url, story, similarity, because, earliest FROM stories JOIN pages ON pages.id = page_id"
        " ORDER BY story, url"
    ):
        yield Membership(url, story, similarity, because, bool(earliest))


def links_by(connection: sqlite3.Connection, level: Level) -> Iterator[CrossLink]:
    """Yield each link, those of a story's or site's pages together."""
    join, order = _ORDERS[level]
    kinds = {str(kind): kind for kind in Kind}
    for source, target, kind, *rest in connection.execute(_LINKS.format(join=join, order=order)):
        yield CrossLink(source, target, kinds[kind], *rest)


def signatures(connection: sqlite3.Connection) -> Iterator[tuple[str, int, bytes]]:
    """Yield URL, characters of the text, and signature of each page that has one."""
    yield from connection.execute(
        "SELECT url, signatures.text, signature FROM signatures JOIN pages ON pages.id = page_id"
    )


def forget(connection: sqlite3.Connection) -> None:
    """Drop what was kept: the articles were read anew."""
    for table in ("stories", "signatures", "story_search"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names


def keep(
    connection: sqlite3.Connection, found: Iterable[Membership], made: Mapping[str, tuple[int, bytes]]
) -> None:
    """Put stories, and new signatures by URL, in the place of what was kept; the caller holds the transaction."""
    connection.execute("DELETE FROM stories")
    connection.executemany(
        "INSERT INTO stories SELECT id, ?, ?, ?, ? FROM pages WHERE url = ?",
        ((one.story, one.similarity, one.because, one.earliest, one.url) for one in found),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO signatures SELECT id, ?, ? FROM pages WHERE url = ?",
        ((length, signature, url) for url, (length, signature) in made.items()),
    )
    connection.execute("INSERT OR REPLACE INTO story_search VALUES (1, ?)", (state_of(connection),))
