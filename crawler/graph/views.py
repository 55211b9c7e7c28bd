"""Views: the cross-link graph computed from facts, by page, by story or by site. Pure.

A link is one entry of one block; an edge is all links from one node to another, taken together. Links within
a node are links, never edges. A view never changes what it reads, and holds nothing a page in objects but its id.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from sys import intern
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from crawler.graph.attributes import LINKS, LOOKS, NODES, PAIRS, Attributes
from crawler.graph.layout import PALETTE, Layout, lay_out
from crawler.graph.measures import KINDS, LinkReader, Links, Measures, TemplateBlock, count, once
from crawler.graph.merged import attributes_of, label_of, merge, story_id
from crawler.graph.natures import site_wide_blocks
from crawler.graph.scores import Scores, score
from crawler.model import CrossLink, Edge, Facts, Kind, Level, Membership, Node, Receipt, State

if TYPE_CHECKING:
    import networkx


_COLOURS: dict[Kind, dict[str, int]] = {
    Kind.RELATED: {"r": 0, "g": 114, "b": 178},
    Kind.RANKING: {"r": 213, "g": 94, "b": 0},
    Kind.RECOMMENDATION: {"r": 0, "g": 158, "b": 115},
    Kind.OTHER: {"r": 140, "g": 140, "b": 140},
}
"""Colours of links by kind: Okabe and Ito's, told apart by colour-blind eyes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which nodes and links a view shows; None does not narrow."""

    fetched: bool = False
    """Fetched pages only."""
    kinds: frozenset[Kind] | None = None
    hosts: frozenset[str] | None = None
    """Hosts, or sites."""
    max_depth: int | None = None
    since: str | None = None
    """First day of publication, ISO 8601; pages without a date are left out."""
    until: str | None = None
    """Last day."""

    def holds(self, node: Node) -> bool:
        """Say whether a page is shown."""
        day = (node.published or "")[:10]
        return not (
            (self.fetched and node.state is not State.FETCHED)
            or (self.hosts is not None and node.host not in self.hosts and node.site not in self.hosts)
            or (self.max_depth is not None and (node.depth is None or node.depth > self.max_depth))
            or (self.since is not None and day < self.since)
            or (self.until is not None and not "" < day <= self.until)
        )


ALL = Selection()


Plain = tuple[str, str, bool]
"""A node: its id, its site, and whether it was fetched."""
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tally:
    """What all views of one selection count; read once for several of them."""

    pages: list[Plain]
    links: Links
    site_wide: frozenset[TemplateBlock]


@dataclass(frozen=True, slots=True)
class View:
    """A graph as rows, ready to be written; each call reads the facts anew."""

    level: Level
    edges: str
    """`pairs` or `links`."""
    receipt: Receipt
    legend: str
    """What size and colours stand for, in words; empty without looks."""
    measures: Measures
    node_types: Mapping[str, str]
    """GraphML type of each attribute that nodes have."""
    edge_types: Mapping[str, str]
    nodes: Callable[[], Iterator[tuple[str, Attributes]]]
    """Id and attributes of each node, looks included."""
    rows: Callable[[], Iterator[tuple[str, str, Attributes]]]
    """Source, target and attributes of each edge, or link."""
    links: Callable[[], Iterator[CrossLink]]
    """The links between pages that the edges rest on."""


def view(
    facts: Facts,
    level: Level = Level.PAGE,
    edges: str = "pairs",
    selection: Selection = ALL,
    *,
    looks: bool = True,
) -> View:
    """Return a view of a crawl.

    Args:
        facts: What the crawl knows.
        level: What a node is. Without stories in the facts, each page is a story of its own.
        edges: `pairs` (one edge for two nodes) or `links` (one for each link).
        selection: Which pages and links are shown.
        looks: Whether to lay it out and colour it; without, nodes have no such attributes.
    """
    facts = facts if selection == ALL else selected(facts, selection)
    members = {member.url: member for member in facts.stories()} if facts.stories is not None else {}
    group = merged = None
    if level is Level.PAGE:
        measures = once(facts, "measures of pages", lambda: measure(facts))
    else:
        group = groups(facts, level)
        merged = merge(facts, level, group, members)
        plain = [(one.id, intern(one.site), one.fetched > 0) for one in merged.values()]
        measures = _counted(plain, tally(facts), group)
    scores = once(facts, f"scores of each {level}", lambda: score(measures))
    # A site is no island of its own: sites stand and are coloured by community.
    islands = replace(measures, sites=scores.communities()) if level is Level.SITE else measures
    layout = once(facts, f"layout of each {level}", lambda: lay_out(islands)) if looks else None
    copies = Counter(member.story for member in members.values())

    def nodes() -> Iterator[tuple[str, Attributes]]:
        if merged is not None:
            for number, one in enumerate(merged.values()):
                own = {k: v for k, v in attributes_of(level, one, merged).items() if k in node_names}
                numbers = _numbers(measures, scores, layout, number)
                yield one.id, _present({**own, **numbers})
            return
        for number, node in enumerate(facts.nodes()):
            own = _of_page(node, members.get(node.url), copies, known=facts.stories is not None)
            yield node.url, _present({**own, **_numbers(measures, scores, layout, number)})

    def rows() -> Iterator[tuple[str, str, Attributes]]:
        if edges == "links":
            for link in facts.links():
                source, target = (
                    (link.source, link.target) if group is None else (group[link.source], group[link.target])
                )
                yield source, target, _of_link(link)
            return
        ordered = facts.links() if group is None else _ordered(facts, level, group)
        for edge, source_pages, target_pages in _pairs(ordered, group):
            values = _of_edge(edge, measures)
            if group is not None:
                values |= {"source_pages": source_pages, "target_pages": target_pages}
            yield edge.source, edge.target, values

    node_names = {
        name: kind
        for name, (kind, _) in NODES[level].items()
        if name not in scores.unmeasured and (looks or name not in LOOKS)
    }
    if facts.stories is None:
        for name in ("story", "copies", "similarity", "because", "stories", "copied_share"):
            node_names.pop(name, None)
    edge_names = {name: kind for name, (kind, _) in (PAIRS[level] if edges == "pairs" else LINKS).items()}
    legend = "" if layout is None else _legend(level, islands, layout)
    return View(
        level,
        edges,
        facts.receipt,
        legend,
        measures,
        node_names,
        edge_names,
        nodes,
        rows,
        facts.links,
    )


def measure(facts: Facts) -> Measures:
    """Return the measures of a crawl's pages."""
    counted = tally(facts)
    return _counted(counted.pages, counted, None)


def tally(facts: Facts) -> Tally:
    """Return what all views of a crawl count."""
    return once(facts, "tally", lambda: _tally(facts))


def _tally(facts: Facts) -> Tally:
    pages = [(node.url, intern(node.site), node.state is State.FETCHED) for node in facts.nodes()]
    index = {url: number for number, (url, _, _) in enumerate(pages)}
    reader = LinkReader(index)
    links = reader.through(facts.links())
    site_wide = site_wide_blocks(facts, links)
    deque(links, maxlen=0)  # what that left
    return Tally(pages, reader.links(), site_wide)


def node_numbers(pages: Sequence[Plain], nodes: Mapping[str, int], group: Mapping[str, str]) -> Numbers:
    """Return the number of each page's story or site."""
    return np.fromiter((nodes[group[url]] for url, _, _ in pages), np.int32, len(pages))


def _counted(plain: Sequence[Plain], counted: Tally, group: Mapping[str, str] | None) -> Measures:
    urls, sites, fetched = zip(*plain, strict=True) if plain else ((), (), ())
    numbers = None
    if group is not None:
        numbers = node_numbers(counted.pages, {url: number for number, url in enumerate(urls)}, group)
    return count(urls, sites, fetched, counted.links, numbers, counted.site_wide)


def pairs(links: Iterable[CrossLink]) -> Iterator[Edge]:
    """Take the links of each pair of pages together.

    Args:
        links: In the order of their sources, as `Facts.links` yields them; one source is held at a time.

    Yields:
        Edges, by source, then by the first link's place.
    """
    for edge, _, _ in _pairs(links, None):
        yield edge


def graph_of(
    facts: Facts, level: Level, edges: str, selection: Selection = ALL, *, looks: bool = False
) -> "networkx.DiGraph[str]":
    """Return a view as a NetworkX graph: a DiGraph of pairs, or a MultiDiGraph of links."""
    import networkx

    shown = view(facts, level, edges, selection, looks=looks)
    make = networkx.MultiDiGraph if edges == "links" else networkx.DiGraph
    graph: networkx.DiGraph[str] = make(seeds=list(facts.receipt.seeds), level=str(level))
    graph.add_nodes_from(shown.nodes())
    graph.add_edges_from(shown.rows())
    return graph


def _legend(level: Level, measures: Measures, layout: Layout) -> str:
    """Return what size and colours stand for: the groups by rank, each with its colour."""
    ranked = Counter(
        (site, layout.colour[number])
        for number, site in enumerate(measures.sites)
        if measures.fetched[number]
    ).most_common()
    shown = [
        f"{'community ' if level is Level.SITE else ''}{site} #{red:02x}{green:02x}{blue:02x}"
        for (site, (red, green, blue)), _ in ranked[: len(PALETTE)]
    ]
    others = f", {len(ranked) - len(shown)} more grey" if len(ranked) > len(shown) else ""
    return f"Size: indegree_net. Colour: {', '.join(shown)}{others}; not fetched: light grey and small."


def selected(facts: Facts, selection: Selection) -> Facts:
    """Return the facts about some pages only, and the links among them."""
    urls = {node.url for node in facts.nodes() if selection.holds(node)}

    def shown(links: Iterator[CrossLink]) -> Iterator[CrossLink]:
        kinds = selection.kinds
        return (
            link
            for link in links
            if link.source in urls and link.target in urls and (kinds is None or link.kind in kinds)
        )

    stories, grouped = facts.stories, facts.grouped
    return Facts(
        lambda: (node for node in facts.nodes() if node.url in urls),
        lambda: shown(facts.links()),
        facts.receipt,
        None if stories is None else lambda: (member for member in stories() if member.url in urls),
        None if grouped is None else lambda level: shown(grouped(level)),
    )


def groups(facts: Facts, level: Level) -> dict[str, str]:
    """Return the story or site of each page."""
    if level is Level.SITE:
        return {node.url: intern(node.site or node.url) for node in facts.nodes()}
    members = {} if facts.stories is None else {member.url: member.story for member in facts.stories()}
    # An alias is its final page's.
    finals = ((node.url, node.redirected_to or node.url) for node in facts.nodes())
    return {url: members.get(final) or story_id(final) for url, final in finals}


def _ordered(facts: Facts, level: Level, group: Mapping[str, str]) -> Iterator[CrossLink]:
    if facts.grouped is not None:
        return facts.grouped(level)
    return iter(sorted(facts.links(), key=lambda link: group[link.source]))


def _pairs(links: Iterable[CrossLink], group: Mapping[str, str] | None) -> Iterator[tuple[Edge, int, int]]:
    """Yield the edges between nodes, each with its distinct source and target pages; links come by their source."""

    def node_of(url: str) -> str:
        return url if group is None else group[url]

    for source, own in groupby(links, key=lambda link: node_of(link.source)):
        by_target: dict[str, list[CrossLink]] = {}
        for link in own:
            target = node_of(link.target)
            if target != source:
                by_target.setdefault(target, []).append(link)
        for target, together in by_target.items():
            if len(together) == 1:
                yield _edge_of_one(source, target, together[0]), 1, 1
            elif group is None:
                yield _edge(source, target, together), 1, 1
            else:
                sources, targets = {link.source for link in together}, {link.target for link in together}
                yield _edge(source, target, together), len(sources), len(targets)


def _edge(source: str, target: str, links: list[CrossLink]) -> Edge:
    counts = Counter([link.kind for link in links])
    return Edge(
        source,
        target,
        len(links),
        related=counts[Kind.RELATED],
        ranking=counts[Kind.RANKING],
        recommendation=counts[Kind.RECOMMENDATION],
        other=counts[Kind.OTHER],
        best_position=min([link.position for link in links]),
        anchor=Counter([link.anchor for link in links]).most_common(1)[0][0],
        first_seen=min([link.seen for link in links]),
        last_seen=max([link.seen for link in links]),
    )


def _edge_of_one(source: str, target: str, link: CrossLink) -> Edge:
    """Return the edge of a lone link: most are, and it takes a tenth of the time of several."""
    kind, seen = link.kind, link.seen
    return Edge(
        source,
        target,
        1,
        int(kind is Kind.RELATED),
        int(kind is Kind.RANKING),
        int(kind is Kind.RECOMMENDATION),
        int(kind is Kind.OTHER),
        link.position,
        link.anchor,
        seen,
        seen,
    )


def _present(values: Mapping[str, str | int | float | bool | None]) -> Attributes:
    """Return what is known."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _of_page(
    node: Node, member: Membership | None, copies: Counter[str], *, known: bool
) -> dict[str, str | int | float | None]:
    values: dict[str, str | int | float | None] = {
        "label": label_of(node.title, node.url),
        "url": node.url,
        "title": node.title,
        "host": node.host,
        "site": node.site,
        "depth": node.depth,
        "state": str(node.state),
        "reason": None if node.reason is None else str(node.reason),
        "status": node.status,
        "attempts": node.attempts,
        "redirected_to": node.redirected_to,
        "published": node.published,
        "first_seen": node.first_seen,
        "fetched_at": node.fetched_at,
        "views": node.views,
        "likes": node.likes,
        "lang": node.lang,
        "bytes": node.bytes,
    }
    if member is not None:
        values |= {
            "story": member.story,
            "copies": copies[member.story] - 1,
            "similarity": member.similarity,
            "because": member.because,
        }
    elif known and node.state is State.FETCHED:
        values |= {"story": story_id(node.url), "copies": 0}
    return values


def _numbers(measures: Measures, scores: Scores, layout: Layout | None, number: int) -> Attributes:
    values: Attributes = {}
    for kind in KINDS:
        values[f"in_{kind}"] = int(measures.inlinks[kind][number])
        values[f"out_{kind}"] = int(measures.outlinks[kind][number])
    values["indegree_net"] = int(measures.indegree_net[number])
    values |= scores.of(number)
    if layout is None:
        return values
    red, green, blue = layout.colour[number]
    values |= {
        "x": round(float(layout.x[number]), 2),
        "y": round(float(layout.y[number]), 2),
        "size": round(float(layout.size[number]), 2),
        "r": red,
        "g": green,
        "b": blue,
    }
    return values


def _of_edge(edge: Edge, measures: Measures) -> Attributes:
    source, target = measures.index[edge.source], measures.index[edge.target]
    return {
        "weight": float(edge.weight),
        "related": edge.related,
        "ranking": edge.ranking,
        "recommendation": edge.recommendation,
        "other": edge.other,
        "best_position": edge.best_position,
        "anchor": edge.anchor,
        "same_site": measures.sites[source] == measures.sites[target],
        "reciprocal": measures.is_mutual(source, target),
        "first_seen": edge.first_seen,
        "last_seen": edge.last_seen,
    }


def _of_link(link: CrossLink) -> Attributes:
    values: Attributes = {
        "weight": 1.0,
        "kind": str(link.kind),
        "position": link.position,
        **_COLOURS[link.kind],
    }
    for name, value in (
        ("block_label", link.label),
        ("anchor", link.anchor),
        ("rel", link.rel),
        ("seen", link.seen),
    ):
        if value:
            values[name] = value
    return values
