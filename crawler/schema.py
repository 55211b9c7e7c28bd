"""The schema of crawl.db: migrations, indexes and views. Only `store` and this module speak SQL.

Column names and words are those of the documentation, so that the file reads well in Datasette. Tables hold
facts; views (`nodes`, `cross_links`, `edges`) compute the rest. A migration that was ever released is never
edited: the next change is a new function.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x63726C77
"""Marks a file as ours (PRAGMA application_id; "crlw")."""
SET = "crawler"
"""What the migrations are called together."""


def facts(db: "Database") -> None:
    """Create the tables, their indexes and the views."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _TABLES + _VIEWS:
        db.execute(statement)


def search(db: "Database") -> None:
    """Make titles and texts searchable; words of scripts written without spaces are found by LIKE only."""
    db.table("articles").enable_fts(["title", "text"], tokenize="unicode61 remove_diacritics 2")


def templates(db: "Database") -> None:
    """Keep where each block stands, and how sure it is: what templates are learnt from."""
    db.execute("ALTER TABLE blocks ADD COLUMN path TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE blocks ADD COLUMN confidence REAL NOT NULL DEFAULT 1.0")


def traps(db: "Database") -> None:
    """Remember what came again and again: texts, families of addresses, addresses that differ in their session."""
    db.execute(
        "ALTER TABLE articles ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0"
    )  # pages of the host, before it
    db.execute(
        "CREATE TABLE texts (host_id INTEGER NOT NULL REFERENCES hosts (id), text BLOB NOT NULL,"
        " pages INTEGER NOT NULL, PRIMARY KEY (host_id, text)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE families (family TEXT PRIMARY KEY, fetched INTEGER NOT NULL, repeated INTEGER NOT NULL)"
        " WITHOUT ROWID"
    )
    db.execute("CREATE TABLE sessions (plain TEXT PRIMARY KEY, url TEXT NOT NULL) WITHOUT ROWID")


def stories(db: "Database") -> None:
    """Keep which pages carry the same article: a view that takes minutes to compute, with what it was computed from."""
    db.execute(
        "CREATE TABLE stories (page_id INTEGER PRIMARY KEY REFERENCES pages (id), story TEXT NOT NULL,"
        " similarity REAL NOT NULL, because TEXT NOT NULL, earliest INTEGER NOT NULL)"
    )
    db.execute("CREATE INDEX stories_story ON stories (story)")
    db.execute(
        "CREATE TABLE signatures (page_id INTEGER PRIMARY KEY REFERENCES pages (id), text INTEGER NOT NULL,"
        " signature BLOB NOT NULL)"
    )
    db.execute(  # one row: the articles that the stories were found in
        "CREATE TABLE story_search (id INTEGER PRIMARY KEY CHECK (id = 1), articles TEXT NOT NULL)"
    )


_TABLES = (
    """CREATE TABLE crawls (
        id INTEGER PRIMARY KEY,
        seeds TEXT NOT NULL,       -- JSON array of canonical URLs
        config TEXT NOT NULL,      -- the effective configuration as JSON
        version TEXT NOT NULL,     -- of this program
        started_at TEXT NOT NULL,
        ended_at TEXT,             -- NULL while it runs, or if it was killed
        outcome TEXT               -- done, interrupted, or the limit that stopped it
    )""",
    """CREATE TABLE hosts (
        id INTEGER PRIMARY KEY,
        host TEXT NOT NULL UNIQUE,
        reversed_host TEXT NOT NULL,
        site TEXT NOT NULL,
        robots_status INTEGER,
        robots_reason TEXT,        -- why nothing came; NULL if something did
        robots_text BLOB,
        robots_fetched_at REAL,    -- seconds since the epoch
        crawl_delay_s REAL
    )""",
    "CREATE INDEX hosts_site ON hosts (site)",
    "CREATE INDEX hosts_reversed ON hosts (reversed_host)",
    """CREATE TABLE bodies (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE, -- SHA-256 of the decoded body
        bytes INTEGER NOT NULL,
        zstd BLOB NOT NULL
    )""",
    """CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        host_id INTEGER REFERENCES hosts (id),   -- NULL if the address is no URL
        state TEXT NOT NULL,
        reason TEXT,
        depth INTEGER,             -- NULL while no followed way to it is known
        attempts INTEGER NOT NULL DEFAULT 0,
        redirected_to INTEGER REFERENCES pages (id),
        last_fetch_id INTEGER REFERENCES fetches (id),
        first_seen TEXT NOT NULL
    )""",
    # What a lease asks for, and nothing else: the next page of one host without a sort.
    "CREATE INDEX pages_pending ON pages (host_id, attempts, depth, id) WHERE state = 'pending'",
    "CREATE INDEX pages_leased ON pages (id) WHERE state = 'leased'",
    "CREATE INDEX pages_redirected_to ON pages (redirected_to) WHERE redirected_to IS NOT NULL",
    """CREATE TABLE fetches (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES pages (id),
        crawl_id INTEGER NOT NULL REFERENCES crawls (id),
        fetched_at TEXT NOT NULL,
        duration_s REAL NOT NULL,
        status INTEGER,
        reason TEXT,
        error TEXT,
        headers TEXT,              -- JSON array of [name, value]
        location TEXT,
        bytes INTEGER,             -- size of the decoded body
        body_id INTEGER REFERENCES bodies (id)
    )""",
    "CREATE INDEX fetches_page ON fetches (page_id)",
    """CREATE TABLE articles (
        page_id INTEGER PRIMARY KEY REFERENCES pages (id),
        extraction TEXT NOT NULL,  -- the version of the program that read the body
        title TEXT, published TEXT, published_raw TEXT, site_name TEXT,
        breadcrumb TEXT,           -- JSON array
        author TEXT, views INTEGER, likes INTEGER, lang TEXT, text TEXT, canonical_hint TEXT,
        images INTEGER NOT NULL,
        charset TEXT NOT NULL
    )""",
    """CREATE TABLE blocks (
        page_id INTEGER NOT NULL REFERENCES pages (id),
        block INTEGER NOT NULL,    -- order on the page, from 1
        kind TEXT NOT NULL,
        label TEXT,
        evidence TEXT NOT NULL,
        PRIMARY KEY (page_id, block)
    ) WITHOUT ROWID""",
    """CREATE TABLE links (
        source_id INTEGER NOT NULL REFERENCES pages (id),
        block INTEGER NOT NULL,
        position INTEGER NOT NULL,
        target_id INTEGER NOT NULL REFERENCES pages (id),
        anchor TEXT NOT NULL,
        rel TEXT,
        PRIMARY KEY (source_id, block, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX links_target ON links (target_id)",
)

_VIEWS = (
    # Each alias with the page its redirects end at; chains are at most 10 long and free of loops.
    """CREATE VIEW aliases AS
    WITH RECURSIVE chain (page_id, final_id) AS (
        SELECT id, redirected_to FROM pages WHERE state = 'redirected'
        UNION ALL
        SELECT chain.page_id, pages.redirected_to FROM chain JOIN pages ON pages.id = chain.final_id
        WHERE pages.state = 'redirected'
    )
    SELECT page_id, final_id FROM chain JOIN pages ON pages.id = final_id WHERE pages.state != 'redirected'""",
    """CREATE VIEW nodes AS
    SELECT pages.id, pages.url, hosts.host, hosts.site, pages.depth, pages.state, pages.reason, fetches.status,
        pages.attempts, final.url AS redirected_to, articles.title, articles.published, articles.views,
        articles.likes, articles.lang, fetches.bytes, pages.first_seen, fetches.fetched_at
    FROM pages
    LEFT JOIN hosts ON hosts.id = pages.host_id
    LEFT JOIN fetches ON fetches.id = pages.last_fetch_id
    LEFT JOIN articles ON articles.page_id = pages.id
    LEFT JOIN aliases ON aliases.page_id = pages.id
    LEFT JOIN pages AS final ON final.id = aliases.final_id""",
    """CREATE VIEW cross_links AS
    SELECT source.url AS source, target.url AS target, blocks.kind, blocks.label, links.position, links.anchor,
        links.rel, fetches.fetched_at AS seen, links.block
    FROM pages AS source
    JOIN links ON links.source_id = source.id
    JOIN blocks ON blocks.page_id = links.source_id AND blocks.block = links.block
    LEFT JOIN aliases ON aliases.page_id = links.target_id
    JOIN pages AS target ON target.id = ifnull(aliases.final_id, links.target_id)
    LEFT JOIN fetches ON fetches.id = source.last_fetch_id""",
    """CREATE VIEW edges AS
    SELECT source, target, count(*) AS weight, sum(kind = 'related') AS related, sum(kind = 'ranking') AS ranking,
        sum(kind = 'recommendation') AS recommendation, sum(kind = 'other') AS other,
        min(position) AS best_position, min(seen) AS first_seen, max(seen) AS last_seen
    FROM cross_links WHERE source != target GROUP BY source, target""",
)


MIGRATIONS = (facts, search, templates, traps, stories)
"""In their order; a file knows them by these functions' names."""


def migrations() -> "Migrations":
    """Return the migrations; sqlite-utils is imported here, for statistics do without it in a third of the time."""
    from sqlite_utils import Migrations

    made = Migrations(SET)
    for one in MIGRATIONS:
        made()(one)
    return made
