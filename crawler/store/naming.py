"""What an investigator's word stands for: a page, the pages under an address, a host's, a site's, a story's.

Whatever it is, it becomes ranges of URLs: `pages.url` is indexed, and a page is a range of one.
"""

import difflib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from crawler.errors import UsageError
from crawler.model import Reason
from crawler.store import copies
from crawler.store.reader import Reader
from crawler.url import canonicalise, host_of, shown

Range = tuple[str, str]
"""The first URL, and the first behind the last."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_STORY = re.compile(r"story-[0-9a-f]+\Z")
_LAST = chr(0x10FFFF)
_SUGGESTIONS = 3
_COMPARED = 10_000
"""Names that a word nothing is known of is compared with: a tenth of a second's work."""


class Naming(StrEnum):
    """What a name stands for."""

    PAGE = "page"
    """One page, by its URL."""
    PREFIX = "prefix"
    """All pages whose URL begins like this."""
    HOST = "host"
    """All pages of one host."""
    SITE = "site"
    """All pages of one registrable domain."""
    STORY = "story"
    """All pages that carry the same article."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for."""

    given: str
    """The name as it was written."""
    naming: Naming
    text: str
    """Its canonical form: the final page's URL, the beginning of URLs, the host, the site, or the story's id."""
    pages: int
    """URLs of this crawl that it stands for."""
    title: str | None = None
    """Of a page, if it was fetched."""
    alias: str | None = None
    """The URL that was named, where that redirects to the page."""
    ranges: tuple[Range, ...] = field(default=(), repr=False)
    """The URLs it stands for; they do not overlap."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """How a name may be read; pure."""

    urls: tuple[str, ...]
    """Pages it may be."""
    host: str | None
    """The host or site it may be; None if it has more than a host."""
    prefixes: tuple[str, ...]
    """What the URLs may begin with."""
    story: bool = False
    """Whether it is a story's id."""


def spelled(name: str) -> Spelled:
    """Return the ways a name can be read.

    A URL may come in any spelling, with or without its scheme; a `*` at the end makes it the beginning of URLs,
    also where a page has that very address. A host alone is the site or host, not its home page.
    """
    text = name.strip()
    if _STORY.match(text):
        return Spelled((), None, (), story=True)
    wide = text.endswith("*")
    text = text.rstrip("*")
    with_scheme = _SCHEME.match(text) is not None
    bare = text.lstrip("/")
    addresses = [text] if with_scheme else [f"http://{bare}", f"https://{bare}"]
    canonical = [url for url in map(canonicalise, addresses) if not isinstance(url, Reason)]
    if not canonical:
        return Spelled(() if wide else (shown(text),), None, ())
    lone = not with_scheme and not set(bare) & set("/?#")
    # What stands for an address that is no URL is its spelling in the page.
    urls = () if wide else (*canonical, *([shown(text)] if shown(text) not in canonical else []))
    return Spelled(urls, host_of(canonical[0]) if lone else None, tuple(canonical))


def exactly(url: str) -> Range:
    """Return the range of one URL: no URL holds a control character."""
    return url, url + "\x01"


def below(prefix: str) -> Range:
    """Return the range of the URLs that begin like this."""
    return prefix, prefix + _LAST


def named(reader: Reader, name: str) -> Named:
    """Return what a name stands for in a crawl.

    Raises:
        UsageError: Nothing is known under that name; up to three near ones are suggested.
    """
    way, sql = spelled(name), reader.connection
    found: Named | None = None
    if way.story:
        found = _story(sql, name)
    elif way.host is not None:
        found = _site(sql, name, way.host)
    elif rows := _rows(sql, way.urls):
        found = _page(sql, name, rows)
    if found is None and not way.story:
        found = _under(sql, name, way)
    if found is None:
        raise UsageError(_unknown(sql, name, way))
    return found


def page_id(reader: Reader, name: str) -> int:
    """Return the row of the one page that a name stands for; an alias stands for itself.

    Raises:
        UsageError: Nothing is known under that name, or more than one page.
    """
    sql = reader.connection
    rows = _rows(sql, spelled(name).urls)
    if len(rows) > 1:  # both schemes are known: often one redirects to the other
        finals = {final_of(sql, key) for key, _ in rows}
        rows = [row for row in rows if row[0] in finals] if len(finals) == 1 else rows
    if len(rows) != 1:
        found = rows or list(islice(_pages(sql, named(reader, name).ranges), _SUGGESTIONS))
        what = "stands for several pages" if len(rows or found) > 1 else "is no page of this crawl"
        raise UsageError(f"{name}: {what}; name one, such as {' or '.join(url for _, url in found)}")
    return rows[0][0]


def final_of(sql: sqlite3.Connection, page: int) -> int:
    """Return the page that redirects from this one end at: itself, if it is no alias."""
    seen = {page}
    while True:
        row = sql.execute(
            "SELECT redirected_to FROM pages WHERE id = ? AND state = 'redirected'", (page,)
        ).fetchone()
        if row is None or row[0] is None or row[0] in seen:
            return page
        page = row[0]
        seen.add(page)


def _rows(sql: sqlite3.Connection, urls: tuple[str, ...]) -> list[tuple[int, str]]:
    found = (sql.execute("SELECT id, url FROM pages WHERE url = ?", (url,)).fetchone() for url in urls)
    return [row for row in found if row is not None]


def _pages(sql: sqlite3.Connection, ranges: tuple[Range, ...]) -> Iterator[tuple[int, str]]:
    for low, high in ranges:
        yield from sql.execute(
            "SELECT id, url FROM pages WHERE url >= ? AND url < ? ORDER BY url", (low, high)
        )


def _count(sql: sqlite3.Connection, ranges: tuple[Range, ...]) -> int:
    query = "SELECT count(*) FROM pages WHERE url >= ? AND url < ?"
    return sum(int(sql.execute(query, one).fetchone()[0]) for one in ranges)


def _page(sql: sqlite3.Connection, name: str, rows: list[tuple[int, str]]) -> Named:
    finals = {final_of(sql, key): url for key, url in rows}
    ends = []
    for key, url in finals.items():
        final, title = sql.execute(
            "SELECT url, title FROM pages LEFT JOIN articles ON page_id = id WHERE id = ?", (key,)
        ).fetchone()
        ends.append((final, title, url if url != final else None))
    final, title, alias = ends[0]
    if len(ends) > 1:  # one address with both schemes, which lead to different pages
        ranges = tuple(exactly(final) for final, _, _ in sorted(ends))
        return Named(name, Naming.PREFIX, name.strip(), len(ends), ranges=ranges)
    return Named(name, Naming.PAGE, final, 1, title, alias, (exactly(final),))


def _site(sql: sqlite3.Connection, name: str, host: str) -> Named | None:
    hosts = [row[0] for row in sql.execute("SELECT host FROM hosts WHERE site = ? ORDER BY host", (host,))]
    naming = Naming.SITE
    if not hosts:
        hosts = [row[0] for row in sql.execute("SELECT host FROM hosts WHERE host = ?", (host,))]
        naming = Naming.HOST
    ranges = tuple(below(f"{scheme}://{one}/") for one in hosts for scheme in ("http", "https"))
    count = _count(sql, ranges)
    return Named(name, naming, host, count, ranges=ranges) if count else None


def _under(sql: sqlite3.Connection, name: str, way: Spelled) -> Named | None:
    ranges = tuple(below(prefix) for prefix in way.prefixes)
    count = _count(sql, ranges)
    if not count:
        return None
    whole = all(prefix.count("/") == 3 and prefix.endswith("/") for prefix in way.prefixes)
    with_scheme = len(way.prefixes) == 1
    text = way.prefixes[0] if with_scheme else way.prefixes[0].partition("://")[2]
    if whole and not with_scheme:
        return Named(name, Naming.HOST, text.rstrip("/"), count, ranges=ranges)
    return Named(name, Naming.PREFIX, text, count, ranges=ranges)


def _story(sql: sqlite3.Connection, name: str) -> Named | None:
    if not looked_for_stories(sql):
        raise UsageError(f"{name}: stories were not looked for in this crawl; name a page, a host or a site")
    story = name.strip()
    members = sql.execute(
        "SELECT url, title, earliest FROM stories JOIN pages ON pages.id = stories.page_id"
        " LEFT JOIN articles ON articles.page_id = pages.id WHERE story = ? ORDER BY earliest DESC, url",
        (story,),
    ).fetchall()
    if not members:
        return None
    ranges = tuple(exactly(url) for url in sorted(member[0] for member in members))
    return Named(name, Naming.STORY, story, len(members), members[0][1], ranges=ranges)


def looked_for_stories(sql: sqlite3.Connection) -> bool:
    """Say whether the store tells which pages carry the same article, for the articles there are."""
    (tables,) = sql.execute("SELECT count(*) FROM sqlite_master WHERE name = 'stories'").fetchone()
    return bool(tables) and (not copies.has_tables(sql) or copies.is_current(sql))


def _unknown(sql: sqlite3.Connection, name: str, way: Spelled) -> str:
    near = _near(sql, name.strip(), way)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; crawl stats shows its sites and hosts"
    return f"{name}: nothing is known under that name in this crawl{hint}"


def _near(sql: sqlite3.Connection, name: str, way: Spelled) -> list[str]:
    """Return up to three known names that are spelled like this one."""
    if way.story:
        stories = sql.execute("SELECT DISTINCT story FROM stories LIMIT ?", (_COMPARED,))
        return difflib.get_close_matches(name, [one for (one,) in stories], _SUGGESTIONS)
    if way.prefixes and way.host is None:
        found: dict[str, None] = {}
        for url in way.prefixes:
            found |= dict.fromkeys(_neighbours(sql, url))
        near = difflib.get_close_matches(way.prefixes[0], list(found), _SUGGESTIONS)
        if near:
            return near
    host = way.host or (host_of(way.prefixes[0]) if way.prefixes else name)
    names = sql.execute("SELECT host FROM hosts UNION SELECT site FROM hosts LIMIT ?", (_COMPARED,))
    return difflib.get_close_matches(host, [one for (one,) in names], _SUGGESTIONS)


def _neighbours(sql: sqlite3.Connection, url: str) -> Iterator[str]:
    """Yield URLs that stand near to one in the order of URLs, on its host, with either scheme."""
    rest = url.partition("://")[2]
    for scheme in ("http", "https"):
        start, (low, high) = f"{scheme}://{rest}", below(f"{scheme}://{host_of(url)}/")
        for query in (
            "SELECT url FROM pages WHERE url >= ? AND url >= ? AND url < ? ORDER BY url LIMIT 200",
            "SELECT url FROM pages WHERE url < ? AND url >= ? AND url < ? ORDER BY url DESC LIMIT 200",
        ):
            for (one,) in sql.execute(query, (start, low, high)):
                yield one
