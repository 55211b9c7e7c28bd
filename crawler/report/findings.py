"""All findings of a report as values: computed from a crawl's facts, before a word is said about them. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from crawler.graph.natures import BlockNature, block_natures, site_wide_blocks
from crawler.graph.schemes import PairScheme, SiteScheme, link_schemes
from crawler.model import CrossLink, Facts, Kind, Receipt, State
from crawler.report.copied import Copying, copying
from crawler.report.counters import Audit, audit
from crawler.report.gathered import Pages, Tally, read_pages, tally
from crawler.report.interlinks import Interlinks, interlinks
from crawler.report.pushed import Pushed, PushedByKind, SiteList, pushed, site_lists
from crawler.report.times import Times, times
from crawler.report.words import clean
from crawler.url import host_of

_PASSWORD = re.compile(r"(?<=://)[^/@\s\"]+@")
"""Names and passwords in addresses, as of a proxy: a report is handed over."""
MOST_SITES = 12
"""Sites in matrices and charts: more are too small to be read on paper."""
MOST_STORIES = 10
MOST_LISTED = 12
MOST_COPIED = 8
MOST_RHYTHMS = 6
MOST_HOSTS = 40
"""Hosts whose blocks are looked at: to tell a block's nature takes a thirtieth of a second."""
MOST_SCHEMES = 200


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the crawl."""

    started_at: str | None
    ended_at: str | None
    outcome: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of a crawl besides its facts."""

    runs: tuple[Run, ...]
    sha256: str | None
    """Of the stored bodies; None if none can be read."""
    hashed_pages: int
    query: str
    """What selects what is hashed."""


@dataclass(frozen=True, slots=True)
class Depth:
    """URLs by distance from the seed."""

    depth: int | None
    """None if no followed way is known."""
    known: int
    fetched: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How depth and degrees are distributed."""

    depths: tuple[Depth, ...]
    outdegrees: tuple[tuple[str, int], ...]
    """Fetched pages by the number of other pages they link to."""
    indegrees: tuple[tuple[str, int], ...]
    """Known pages, aliases left out, by the number of pages that link to them."""
    median_in: float
    greatest_in: int
    without_links: int
    """Fetched pages with no link in any block."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """URLs that were not fetched, by host and reason."""

    host: str
    reason: str
    urls: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What the report tells."""

    receipt: Receipt
    ledger: Ledger
    urls: int
    fetched: int
    fates: tuple[tuple[str, str | None, int], ...]
    """State, reason, URLs."""
    interlinks: Interlinks
    pushed: tuple[PushedByKind, ...]
    site_lists: tuple[SiteList, ...]
    """Lists that are the same on nearly every page, of the hosts with most fetched pages."""
    site_wide: tuple[tuple[str, str, str | None], ...]
    """Host, kind and heading of blocks that are the same on nearly every page."""
    natures: tuple[BlockNature, ...]
    """Of the hosts with most fetched pages."""
    hosts_left_out: int
    site_schemes: tuple[SiteScheme, ...]
    pair_schemes: tuple[PairScheme, ...]
    """The greatest score first."""
    tied_pairs: int
    """Pairs of sites that links or stories tie."""
    stories_known: bool
    """Whether copies were looked for."""
    copying: Copying
    times: Times
    audit: Audit
    spread: Spread
    troubles: tuple[Trouble, ...]
    entries: dict[str, int]
    """Links by kind of block, those to the page itself among them."""
    to_itself: dict[str, int]
    """Of these, links from a page to itself."""
    edges: int
    """Pairs of pages that links join, one direction each."""
    no_label: int

    def name(self, site: str) -> str:
        """Return a site as the report writes it: without www., unless another is called so."""
        short = site.removeprefix("www.")
        taken = short != site and any(row.site == short for row in self.interlinks.sites)
        return clean(site if taken else short, 60)


def find(facts: Facts, ledger: Ledger) -> Findings:
    """Return a report's findings.

    The links are read four times, the nodes as often, whatever the crawl's size; see `gathered.py` for what is held.
    """
    # First: what it gathers of thousands of sites is given back before the rest is read.
    site_schemes, pair_schemes = link_schemes(facts, MOST_SCHEMES)
    tied = sum(site.pairs for site in site_schemes) // 2  # each stands at both its sites
    del site_schemes[MOST_SCHEMES:]
    site_wide = site_wide_blocks(facts)
    pages = read_pages(facts)
    hosts, left_out = _largest_hosts(pages)
    counted = tally(facts, pages, site_wide, hosts)
    by_kind, lists = _titled(
        facts, pushed(pages, counted, MOST_STORIES), site_lists(pages, counted, MOST_LISTED)
    )
    return Findings(
        replace(facts.receipt, config=_PASSWORD.sub("…@", facts.receipt.config)),
        ledger,
        len(pages.urls),
        sum(site.fetched for site in pages.sites),
        tuple(
            (str(state), reason, count)
            for (state, reason), count in sorted(
                pages.fates.items(), key=lambda one: (one[0][0], -one[1], one[0][1] or "")
            )
        ),
        interlinks(pages, counted, MOST_SITES),
        tuple(by_kind),
        tuple(lists),
        tuple(sorted((host, str(kind), label) for host, kind, label in site_wide)),
        tuple(block_natures(_of_hosts(facts, hosts))),
        left_out,
        tuple(site_schemes),
        tuple(pair_schemes),
        tied,
        facts.stories is not None,
        copying(pages, MOST_COPIED),
        times(pages, MOST_RHYTHMS),
        audit(pages, MOST_RHYTHMS),
        _spread(pages, counted),
        tuple(
            Trouble(host, reason, count)
            for (host, reason), count in sorted(pages.troubles.items(), key=lambda one: (-one[1], one[0]))
        ),
        {str(kind): counted.entries[kind] for kind in Kind if counted.entries[kind]},
        {str(kind): counted.to_itself[kind] for kind in Kind if counted.to_itself[kind]},
        sum(counted.indegree),
        counted.no_label,
    )


def _largest_hosts(pages: Pages) -> tuple[frozenset[str], int]:
    """Return the hosts with most fetched pages, and how many more have some."""
    ordered = sorted(pages.hosts.items(), key=lambda one: (-one[1], one[0]))
    return frozenset(host for host, _ in ordered[:MOST_HOSTS]), max(len(ordered) - MOST_HOSTS, 0)


def _of_hosts(facts: Facts, hosts: frozenset[str]) -> Facts:
    """Return the facts with the links of some hosts' pages only."""

    def links() -> Iterator[CrossLink]:
        source, shown = "", False
        for link in facts.links():
            if link.source != source:
                source = link.source
                shown = host_of(source) in hosts
            if shown:
                yield link

    return replace(facts, links=links)


def _titled(
    facts: Facts, by_kind: Iterable[PushedByKind], lists: Iterable[SiteList]
) -> tuple[list[PushedByKind], list[SiteList]]:
    """Return the stories with their headlines: looked up once those are known that are named."""
    by_kind, lists = list(by_kind), list(lists)
    wanted = {story.url for one in by_kind for story in (*one.by_raw, *one.by_net)}
    wanted.update(story.url for one in lists for story in one.stories)
    titles = {node.url: node.title for node in facts.nodes() if node.url in wanted}

    def named(stories: tuple[Pushed, ...]) -> tuple[Pushed, ...]:
        return tuple(replace(story, title=story.title or titles.get(story.url)) for story in stories)

    return (
        [replace(one, by_raw=named(one.by_raw), by_net=named(one.by_net)) for one in by_kind],
        [
            replace(one, stories=tuple(replace(story, title=titles.get(story.url)) for story in one.stories))
            for one in lists
        ],
    )


_CLASSES = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, 128), (129, 256))
"""Degrees that are counted together: doubling, for they are spread over orders of magnitude."""


def _spread(pages: Pages, counted: Tally) -> Spread:
    depths = sorted({depth for depth, _ in pages.depths}, key=lambda depth: (depth is None, depth or 0))
    known: Counter[int | None] = Counter()
    for (depth, _), count in pages.depths.items():
        known[depth] += count
    fetched = sum(site.fetched for site in pages.sites)
    without = fetched - counted.outdegree.total()
    out = Counter(counted.outdegree)
    out[0] += without
    aliases = sum(count for (state, _), count in pages.fates.items() if state is State.REDIRECTED)
    into = Counter(counted.indegree)
    into[0] -= aliases  # links end at final pages, so no link leads to an alias
    degrees = sorted(into.elements())
    return Spread(
        tuple(Depth(depth, known[depth], pages.depths[depth, State.FETCHED]) for depth in depths),
        _classes(out),
        _classes(into),
        float(degrees[len(degrees) // 2]) if degrees else 0.0,
        degrees[-1] if degrees else 0,
        max(without, 0),
    )


def _classes(counts: Counter[int]) -> tuple[tuple[str, int], ...]:
    """Return how many things have a number in each class, from the first to the last that is not empty."""
    found = []
    for low, high in _CLASSES:
        found.append(
            (str(low) if low == high else f"{low}–{high}", sum(counts[n] for n in range(low, high + 1)))
        )
    found.append(("over 256", sum(count for number, count in counts.items() if number > 256)))
    filled = [place for place, (_, count) in enumerate(found) if count]
    return tuple(found[filled[0] : filled[-1] + 1]) if filled else ()
