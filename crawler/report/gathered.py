"""What the report's findings are computed from: a crawl's facts, read once each and counted. Pure.

Nodes, stories and links stream by; what stays are numbers by page and by story, in arrays, and what is known of the
pages whose story several pages carry. A million links are counted in seconds, and never held.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from crawler.graph.measures import KINDS, TemplateBlock
from crawler.model import CrossLink, Facts, Kind, Node, State
from crawler.url import host_of

_PLACE = {kind: number for number, kind in enumerate(KINDS)}


class Copy(NamedTuple):
    """A page whose story other pages carry, too."""

    url: str
    site: str
    title: str | None
    published: str | None
    first_seen: str
    views: int | None
    likes: int | None
    because: str
    similarity: float
    earliest: bool


@dataclass(slots=True)
class Site:
    """What is counted of one registrable domain."""

    name: str
    hosts: set[str] = field(default_factory=set)
    known: int = 0
    fetched: int = 0
    published: list[str] = field(default_factory=list)
    """Dates of its fetched pages, as they are written."""
    views: array[int] = field(default_factory=lambda: array("q"))
    likes: array[int] = field(default_factory=lambda: array("q"))
    dated_views: list[tuple[str, int]] = field(default_factory=list)
    """Date and views of pages that show both."""
    links: int = 0
    """Links on its pages, those to the page itself left out."""


@dataclass(slots=True)
class Pages:
    """What one reading of the nodes and stories tells."""

    number: dict[str, int]
    """Of each URL: a number, in the order of the URLs."""
    site_of: array[int]
    """Of each number: the number of its site."""
    sites: list[Site]
    story_of: array[int]
    """Of each number: the number of its story; of a page that no other copies, its own beyond those."""
    stories: list[tuple[str, list[Copy]]]
    """Id and pages of each story that several pages carry."""
    fates: Counter[tuple[State, str | None]]
    depths: Counter[tuple[int | None, State]]
    troubles: Counter[tuple[str, str]]
    """URLs by host and reason: those that failed, and those kept away from."""
    urls: list[str]
    hosts: Counter[str]
    """Fetched pages by host."""

    def between(self, source: int, target: int, kind: Kind) -> int:
        """Return two sites and a kind as one number: it takes half the memory of three."""
        return (source * len(self.sites) + target) * len(KINDS) + _PLACE[kind]


_KEPT_AWAY = frozenset({"robots", "robots_unreachable", "private_address", "trap"})


def read_pages(facts: Facts) -> Pages:
    """Count the nodes of a crawl."""
    parts: dict[str, tuple[int, str, float, bool]] = {}
    ids: dict[str, int] = {}
    for member in facts.stories() if facts.stories is not None else ():
        number = ids.setdefault(member.story, len(ids))
        parts[member.url] = number, member.because, member.similarity, member.earliest
    found = Pages(
        {},
        array("q"),
        [],
        array("q"),
        [(id_, []) for id_ in ids],
        Counter(),
        Counter(),
        Counter(),
        [],
        Counter(),
    )
    places: dict[str, int] = {}
    for place, node in enumerate(facts.nodes()):
        found.number[node.url] = place
        found.urls.append(node.url)
        name = node.site or node.host or "(no host)"
        if name not in places:
            places[name] = len(places)
            found.sites.append(Site(name))
        found.site_of.append(places[name])
        part = parts.get(node.url)
        found.story_of.append(len(ids) + place if part is None else part[0])
        if part is not None:
            found.stories[part[0]][1].append(_copy(node, name, *part[1:]))
        _count(found, found.sites[places[name]], node)
    return found


def _copy(node: Node, site: str, because: str, similarity: float, earliest: bool) -> Copy:  # noqa: FBT001
    return Copy(
        node.url, site, node.title, node.published, node.first_seen, node.views, node.likes,
        because, similarity, earliest,
    )  # fmt: skip


def _count(found: Pages, site: Site, node: Node) -> None:
    reason = None if node.reason is None else str(node.reason)
    found.fates[node.state, reason] += 1
    found.depths[node.depth, node.state] += 1
    if reason is not None and (node.state is State.FAILED or reason in _KEPT_AWAY):
        found.troubles[node.host or site.name, reason] += 1
    site.known += 1
    site.hosts.add(node.host)
    if node.state is not State.FETCHED:
        return
    site.fetched += 1
    found.hosts[node.host] += 1
    if node.published:
        site.published.append(node.published)
    if node.views is not None:
        site.views.append(min(node.views, 2**62))
        if node.published:
            site.dated_views.append((node.published, node.views))
    if node.likes is not None:
        site.likes.append(min(node.likes, 2**62))


@dataclass(slots=True)
class Listing:
    """What a block that is the same on nearly every page of its host shows."""

    site: int = 0
    """Number of the host's site."""
    pages: int = 0
    """Pages that have the block."""
    shown: Counter[int] = field(default_factory=Counter)
    """Of each page in it: the pages that show it, itself among them."""
    best: dict[int, int] = field(default_factory=dict)
    """Of each page in it: its best position."""


@dataclass(slots=True)
class Tally:
    """What one reading of the links tells. A page's links to itself count as such, and in listings, only."""

    between: Counter[int]
    """Links by site of the source, site of the target, and kind, as one number (`Pages.between`)."""
    raw: dict[Kind, array[int]]
    """By kind, of each story: pages of other stories that push it."""
    plain: dict[Kind, array[int]]
    """The same without site-wide blocks."""
    wide: dict[Kind, Counter[int]]
    """By kind, of a story: sites that push it through a site-wide block."""
    foreign: dict[Kind, array[int]]
    """By kind, of each story: of the pages that push it, those of a site other than the page they link to."""
    best: dict[Kind, array[int]]
    """By kind, of each story: its best position; 0 if none."""
    indegree: array[int]
    """Of each page: distinct pages that link to it."""
    outdegree: Counter[int]
    """Pages by the number of distinct pages they link to; pages without links are not among them."""
    blocks: Counter[Kind]
    """Pages that have a block of a kind."""
    entries: Counter[Kind]
    """Links of a kind, those to the page itself among them."""
    to_itself: Counter[Kind]
    """Links of a kind from a page to itself."""
    no_label: int
    """Links in blocks without a heading."""
    listings: dict[TemplateBlock, Listing]
    """Site-wide blocks of the hosts that are looked at."""


def tally(
    facts: Facts, pages: Pages, site_wide: Collection[TemplateBlock], hosts: Collection[str] = ()
) -> Tally:
    """Count the links of a crawl.

    Args:
        facts: The crawl's.
        pages: Its pages.
        site_wide: Blocks that are the same on nearly every page of their host.
        hosts: Of these hosts' site-wide blocks, what they show is kept.
    """
    stories, size = len(pages.stories) + len(pages.urls), len(pages.urls)

    def zeros(length: int) -> array[int]:
        return array("q", bytes(length * array("q").itemsize))

    found = Tally(
        Counter(),
        {kind: zeros(stories) for kind in KINDS},
        {kind: zeros(stories) for kind in KINDS},
        {kind: Counter() for kind in KINDS},
        {kind: zeros(stories) for kind in KINDS},
        {kind: zeros(stories) for kind in KINDS},
        zeros(size),
        Counter(),
        Counter(),
        Counter(),
        Counter(),
        0,
        {block: Listing() for block in site_wide if block[0] in hosts},
    )
    wide_seen: dict[Kind, set[tuple[int, int]]] = {kind: set() for kind in KINDS}
    for source, links in groupby(facts.links(), attrgetter("source")):
        _of_source(found, pages, source, list(links), site_wide, wide_seen)
    return found


def _of_source(
    found: Tally,
    pages: Pages,
    url: str,
    links: list[CrossLink],
    site_wide: Collection[TemplateBlock],
    wide_seen: dict[Kind, set[tuple[int, int]]],
) -> None:
    """Count the links of one page."""
    source, number = pages.number[url], pages.number
    site, story, host = pages.site_of[source], pages.story_of[source], host_of(url)
    targets: set[int] = set()
    pushed: set[tuple[int, Kind, bool, bool]] = set()
    between: Counter[tuple[int, Kind]] = Counter()
    kinds: set[Kind] = set()
    listed: dict[TemplateBlock, dict[int, int]] = {}
    for link in links:
        kind = link.kind
        block = (host, kind, link.label)
        kinds.add(kind)
        found.entries[kind] += 1
        if link.label is None:
            found.no_label += 1
        target = number[link.target]
        if block in found.listings:
            places = listed.setdefault(block, {})
            places[target] = min(link.position, places.get(target, link.position))
        if target == source:
            found.to_itself[kind] += 1
            continue
        targets.add(target)
        to_site, to_story = pages.site_of[target], pages.story_of[target]
        between[to_site, kind] += 1
        if to_story != story:
            is_wide = block in site_wide
            pushed.add((to_story, kind, is_wide, to_site != site))
            best = found.best[kind]
            if not 0 < best[to_story] <= link.position:
                best[to_story] = link.position
    found.blocks.update(kinds)
    for block, places in listed.items():
        listing = found.listings[block]
        listing.site = site
        listing.pages += 1
        listing.shown.update(places.keys())
        for target, position in places.items():
            listing.best[target] = min(position, listing.best.get(target, position))
    for (to_site, kind), count in between.items():
        found.between[pages.between(site, to_site, kind)] += count
        pages.sites[site].links += count
    for target in targets:
        found.indegree[target] += 1
    found.outdegree[len(targets)] += 1
    for to_story, kind in {(one[0], one[1]) for one in pushed}:
        found.raw[kind][to_story] += 1
    for to_story, kind in {(one[0], one[1]) for one in pushed if one[3]}:
        found.foreign[kind][to_story] += 1
    for to_story, kind in {(one[0], one[1]) for one in pushed if not one[2]}:
        found.plain[kind][to_story] += 1
    for to_story, kind in {(one[0], one[1]) for one in pushed if one[2]}:
        if (to_story, site) not in wide_seen[kind]:
            wide_seen[kind].add((to_story, site))
            found.wide[kind][to_story] += 1
