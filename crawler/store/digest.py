"""A digest of what a crawl rests on: the stored bodies of its pages, so that two copies of it can be compared."""

import hashlib
from dataclasses import dataclass

from crawler.store.file import named_errors
from crawler.store.reader import Reader

BODIES = (
    "SELECT pages.url, bodies.hash FROM pages JOIN fetches ON fetches.id = last_fetch_id"
    " JOIN bodies ON bodies.id = body_id ORDER BY pages.url"
)
"""The lines that are hashed: URL, a space, SHA-256 of the body, a line feed; in the order of the URLs' bytes."""


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 over the pages' addresses and the hashes of their bodies."""

    sha256: str
    pages: int
    """Pages whose body is stored."""
    query: str
    """What selects the lines."""


def digest_of(reader: Reader) -> Digest | None:
    """Return the digest of a crawl; None if no body can be read, as of a damaged one."""
    with named_errors(reader.path):
        found, pages = hashlib.sha256(), 0
        tables = {name for (name,) in reader.connection.execute("SELECT name FROM sqlite_master")}
        if "bodies" not in tables:
            return None
        for url, body in reader.connection.execute(BODIES):
            found.update(f"{url} {body}\n".encode("utf-8", "surrogatepass"))
            pages += 1
    return Digest(found.hexdigest(), pages, BODIES) if pages else None
