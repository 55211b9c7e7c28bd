"""All nouns: immutable values that pass between the floors; no behaviour, no I/O.

Pages, blocks, links and fetches are *facts* and are stored; stories, sites, edges, ranks and layouts are
*views*, computed from facts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Kind(StrEnum):
    """What a block is, by its visible heading."""

    RELATED = "related"
    """Stories like this one."""
    RANKING = "ranking"
    """Stories by popularity or order."""
    RECOMMENDATION = "recommendation"
    """Stories picked for the reader."""
    OTHER = "other"
    """Any other list of article links."""


class State(StrEnum):
    """Where a URL stands; each URL ever seen has exactly one."""

    PENDING = "pending"
    """In reach and not fetched yet."""
    LEASED = "leased"
    """Handed to a fetcher and not acknowledged."""
    FETCHED = "fetched"
    """Fetched, extracted and stored."""
    REDIRECTED = "redirected"
    """An alias: the answer pointed to another URL."""
    FAILED = "failed"
    """Asked for, and no page came back."""
    EXCLUDED = "excluded"
    """Known, and never asked for."""
    BEYOND = "beyond"
    """Deeper than `--depth`."""


class Reason(StrEnum):
    """Why a URL ended where it did; none for pending, leased and fetched."""

    DEPTH = "depth"
    """Deeper than `--depth` (every `beyond`)."""
    NOT_FOLLOWED = "not_followed"
    """Reached only by links that `--follow` and `--max-position` leave out."""
    OUT_OF_SCOPE = "out_of_scope"
    """Left out by `--scope`, `--include` or `--exclude`."""
    LIMIT = "limit"
    """Left out by `--max-pages-per-site`."""
    ROBOTS = "robots"
    """The host's robots.txt disallows it."""
    ROBOTS_UNREACHABLE = "robots_unreachable"
    """The host's robots.txt could not be read, so nothing may be fetched there for now."""
    PRIVATE_ADDRESS = "private_address"
    """The host has a loopback, private, link-local or metadata address."""
    SCHEME = "scheme"
    """Neither http nor https."""
    BAD_URL = "bad_url"
    """Not a URL by the WHATWG standard, or longer than 8,192 characters."""
    TRAP = "trap"
    """Looks like an endless space of generated pages: a path that repeats itself, another session of a known URL, a
    family of addresses that bring the same articles again and again, or one of too many hosts of a site."""
    ALIAS = "alias"
    """Answered with a redirect (every `redirected`)."""
    REDIRECT_LOOP = "redirect_loop"
    """Redirects that lead back to themselves."""
    TOO_MANY_REDIRECTS = "too_many_redirects"
    """More than 10 redirects in a row."""
    HTTP_400 = "http_400"
    """Status 400."""
    HTTP_401 = "http_401"
    """Status 401."""
    HTTP_403 = "http_403"
    """Status 403."""
    HTTP_404 = "http_404"
    """Status 404."""
    HTTP_410 = "http_410"
    """Status 410."""
    HTTP_429 = "http_429"
    """Status 429, still after the retries."""
    HTTP_451 = "http_451"
    """Status 451."""
    HTTP_4XX = "http_4xx"
    """Any other status from 400 to 499."""
    HTTP_5XX = "http_5xx"
    """Any status from 500 to 599, still after the retries."""
    HTTP_OTHER = "http_other"
    """A status that brings no page, such as 204 or 304."""
    TIMEOUT = "timeout"
    """No complete answer within `--timeout`."""
    DNS = "dns"
    """The host's name has no address."""
    CONNECT = "connect"
    """No connection to the host."""
    TLS = "tls"
    """No trusted TLS connection."""
    RESET = "reset"
    """The connection ended before the answer did."""
    PROTOCOL = "protocol"
    """The answer is not HTTP, or breaks its rules or limits."""
    TOO_LARGE = "too_large"
    """The body exceeds `--max-bytes`, or a line of its headers 32 KiB."""
    NOT_HTML = "not_html"
    """The body is no HTML page."""
    BAD_ENCODING = "bad_encoding"
    """The body's content encoding is unknown or broken."""
    EXTRACT_TIMEOUT = "extract_timeout"
    """Extraction took longer than its limit."""
    EXTRACT_CRASH = "extract_crash"
    """Extraction ended its worker process."""


TRANSIENT = frozenset(
    {
        Reason.HTTP_429,
        Reason.HTTP_5XX,
        Reason.TIMEOUT,
        Reason.DNS,
        Reason.CONNECT,
        Reason.RESET,
        Reason.PROTOCOL,
    }
)
"""Reasons that can pass: the URL is tried again until its attempts are used up."""

RETRIED = frozenset(
    set(Reason) - {Reason.DEPTH, Reason.NOT_FOLLOWED, Reason.OUT_OF_SCOPE, Reason.LIMIT, Reason.SCHEME,
                   Reason.BAD_URL, Reason.ALIAS}
)  # fmt: skip
"""Reasons that `crawl retry` takes: the others rest on the URL or the crawl's own limits, not on an answer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A URL's place in the frontier: its fate and its depth."""

    state: State
    reason: Reason | None
    depth: int | None
    """Clicks from the nearest seed over followed links; None while no followed way to it is known."""


class Link(Struct, frozen=True, gc=False):
    """One entry of one block; a struct, for pages have dozens, and a dataclass takes ten times as long to make."""

    url: str
    """The target's canonical URL; where `refused` is set, the address as written."""
    anchor: str
    """The visible title, else the image's alt text, else the title attribute; may be empty."""
    position: int
    """Place in the block, from 1."""
    rel: str | None = None
    """The `rel` attribute as written."""
    refused: Reason | None = None
    """Why the target cannot be a page (`bad_url`); None if it can."""


@dataclass(frozen=True, slots=True)
class Block:
    """One list of article links on a page."""

    kind: Kind
    label: str | None
    """The visible heading; None if the list has none."""
    evidence: str
    """What the kind rests on, for people to read."""
    links: tuple[Link, ...]
    path: str = ""
    """Tags and class names from the body to the element that holds the list: alike on pages of one template."""
    confidence: float = 1.0
    """0 to 1: half from what the heading says, half from how much the entries look like articles."""


@dataclass(frozen=True, slots=True)
class Article:
    """The fields of an article; missing is None, never a guess."""

    title: str | None = None
    published: str | None = None
    """ISO 8601, with the offset if it is known."""
    published_raw: str | None = None
    """The date as the page writes it."""
    site_name: str | None = None
    breadcrumb: tuple[str, ...] | None = None
    author: str | None = None
    views: int | None = None
    likes: int | None = None
    lang: str | None = None
    text: str | None = None
    """Main text; paragraphs are separated by one line feed."""
    canonical_hint: str | None = None
    """The target of `rel=canonical`: a lead, never an identity."""
    images: int = 0
    """Images in the main text."""


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction makes of one body."""

    url: str
    """The canonical URL it was fetched from."""
    article: Article
    blocks: tuple[Block, ...]
    charset: str
    """The WHATWG name of the encoding the body was read in."""
    uncertain: tuple[tuple[int, Block], ...] = ()
    """Lists that fell short of a block, each with the number of blocks before it; other pages may settle them."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One attempt to get one URL, whatever came of it."""

    url: str
    fetched_at: float
    """When it began: seconds since the epoch (wall clock, a stored fact)."""
    duration_s: float
    status: int | None = None
    """None if no answer came."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    """Decoded content; None if no page came."""
    location: str | None = None
    """Canonical target, where the answer is a redirect."""
    reason: Reason | None = None
    """What went wrong; None for a page or a redirect."""
    error: str | None = None
    """The trouble in words, for the log."""
    retry_after_s: float | None = None
    """What the answer's Retry-After asks for, in seconds."""
    peer: tuple[str, int] | None = None
    """Address and port the answer came from; None if none came, or if `--connect-to` named them."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a worker makes of a body: the page, and the body as the store keeps it."""

    page: Page
    body_hash: bytes
    """SHA-256 of the decoded body."""
    body_zstd: bytes
    body_bytes: int
    """Size of the decoded body."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A URL handed to a fetcher and not acknowledged."""

    page_id: int
    url: str
    host_id: int
    attempts: int
    """Requests for it so far."""
    depth: int
    """When it was leased; the row's may have fallen since."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one lease brought: what the store acknowledges, wholly or not at all."""

    lease: Lease
    state: State
    """`fetched`, `redirected`, `failed` or `excluded`."""
    reason: Reason | None
    fetched: Fetched | None = None
    """None if no request was sent (robots.txt, a refused address)."""
    extracted: Extracted | None = None
    """None if no page came."""
    final: bool = False
    """Whether trying again is no use, although the reason can pass."""


class Node(Struct, frozen=True, gc=False):
    """One URL of the crawl, as the exports show it; missing is None."""

    url: str
    host: str
    site: str
    depth: int | None
    state: State
    reason: Reason | None
    status: int | None
    attempts: int
    redirected_to: str | None
    """The final page of an alias."""
    title: str | None
    published: str | None
    views: int | None
    likes: int | None
    lang: str | None
    bytes: int | None
    """Size of the decoded body."""
    first_seen: str
    """ISO 8601, UTC."""
    fetched_at: str | None
    """ISO 8601, UTC; of the last attempt."""


class CrossLink(Struct, frozen=True, gc=False):
    """One stored link between two pages, with aliases resolved: it ends at the final page."""

    source: str
    target: str
    kind: Kind
    label: str | None
    position: int
    anchor: str
    rel: str | None
    seen: str
    """When the source was fetched: ISO 8601, UTC."""


class Edge(Struct, frozen=True, gc=False):
    """All links from one page to another, taken together; never from a page to itself."""

    source: str
    target: str
    weight: int
    """Number of links; the sum of the four kinds."""
    related: int
    ranking: int
    recommendation: int
    other: int
    best_position: int
    anchor: str
    """The most used; of equals the first."""
    first_seen: str
    last_seen: str


class Level(StrEnum):
    """What a node of a view is."""

    PAGE = "page"
    """One canonical URL."""
    STORY = "story"
    """All pages that carry the same article."""
    SITE = "site"
    """All pages of one registrable domain."""


class ArticleText(Struct, frozen=True, gc=False):
    """What a page's story is found by."""

    url: str
    title: str | None
    text: str
    site: str
    published: str | None
    first_seen: str


class Membership(Struct, frozen=True, gc=False):
    """A page's part in a story that several pages carry."""

    url: str
    story: str
    """The story's id."""
    similarity: float
    """To the story's earliest page, from 0 to 1."""
    because: str
    """What it rests on, in words."""
    earliest: bool
    """Whether it is the one published, or else seen, first: a lead, not proof."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a crawl's facts come from."""

    seeds: tuple[str, ...]
    started_at: str
    """ISO 8601, UTC: the first run's start."""
    ended_at: str | None
    """ISO 8601, UTC: the last run's end; None while it runs or after a kill."""
    version: str
    config: str
    """The effective configuration of the last run, as JSON."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a crawl knows, for views and exports: each call reads anew, so nothing is held in memory.

    Nodes come in the order of their URLs; links by source URL, then block, then position: both
    independent of the crawl's timing.
    """

    nodes: Callable[[], Iterator[Node]]
    links: Callable[[], Iterator[CrossLink]]
    receipt: Receipt
    stories: Callable[[], Iterator[Membership]] | None = None
    """The pages of all stories that more than one page carries; None where they were not looked for."""
    grouped: Callable[[Level], Iterator[CrossLink]] | None = None
    """The links by the story or site of their source; None where they must be sorted in memory."""
    memo: dict[str, Any] | None = None
    """What was computed from these facts, for what is computed from them next; None keeps nothing."""
