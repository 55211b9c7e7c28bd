"""Traps: addresses and pages that a site makes up without end. Pure.

An address alone tells little (a calendar's and an archive's look alike), so most rules rest on what pages of
the same family brought: a family that shows the same article again and again is a trap. Depth bounds the rest.
"""

import re
from hashlib import blake2b

from crawler.model import Article

MAX_SAME_SEGMENT = 4
"""Times one segment may stand in a path; dates repeat theirs three times (/2025/05/05/), loops go on."""
MAX_SAME_TEXT = 3
"""Pages of one host that may carry the same text; the links of any more are not followed."""
MIN_REPEATS = 8
"""Pages of one family that must repeat others before it may be a trap."""
MAX_HOSTS_PER_SITE = 100
"""Hosts of one registrable domain that are crawled; endless subdomains cost nothing to make."""

_SESSION = re.compile(
    r";(?:jsessionid|sid|phpsessid|sessionid)=[^/?;]*|(?<=/)\(S\([^/)]*\)\)/"
    r"|(?<=[?&])(?:jsessionid|phpsessid|sessionid|session_id|sess|sid|zenid|oscsid|cfid|cftoken|aspsessionid\w*)"
    r"=[^&]{8,}(?:&|\Z)",
    re.IGNORECASE,
)


def without_session(url: str) -> str:
    """Return a canonical URL without the session ids in it, wherever they stand."""
    if ";" not in url and "(" not in url and "?" not in url:
        return url
    return _SESSION.sub("", url).rstrip("?&")


def is_endless(url: str) -> bool:
    """Say whether a canonical URL's path repeats itself, as relative links gone wrong make it."""
    if url.count("/") < MAX_SAME_SEGMENT + 3:
        return False
    segments = url.partition("?")[0].split("/")[3:]
    return any(segment and segments.count(segment) > MAX_SAME_SEGMENT for segment in set(segments))


def family_of(url: str) -> str | None:
    """Return what addresses share that differ in their query's values only; None without a query."""
    path, mark, query = url.partition("?")
    if not mark:
        return None
    return f"{path}?{'&'.join(sorted({pair.partition('=')[0] for pair in query.split('&')}))}"


def is_trap(fetched: int, repeated: int) -> bool:
    """Say whether a family is a trap, from how many of its pages were fetched and how many repeated another."""
    return repeated >= MIN_REPEATS and 2 * repeated >= fetched


def fingerprint(article: Article) -> bytes | None:
    """Return what tells whether two pages carry the same article; None if a page carries none."""
    # Without a text, a title alone tells of no article: but that of a "Page not found" has no date either.
    if not article.text and (not article.title or article.published):
        return None
    return blake2b(f"{article.title}\n{article.text}".encode("utf-8", "replace"), digest_size=8).digest()
