"""Views: the cross-link graph computed from facts. Pure; a view never changes what it reads.

A link is one entry of one block; an edge is all links from one page to another, taken together. Links of a
page to itself are links, never edges.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from sys import intern
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from crawler.model import CrossLink, Edge, Facts, Kind, Node

if TYPE_CHECKING:
    import networkx

KINDS = tuple(Kind)
_MAX_LABEL = 80


def pairs(links: Iterable[CrossLink]) -> Iterator[Edge]:
    """Take the links of each pair of pages together.

    Args:
        links: In the order of their sources, as `Facts.links` yields them; one source is held at a time.

    Yields:
        Edges, by source, then by the first link's place.
    """
    for source, own in groupby(links, key=lambda link: link.source):
        by_target: dict[str, list[CrossLink]] = {}
        for link in own:
            if link.target != source:
                by_target.setdefault(link.target, []).append(link)
        for target, together in by_target.items():
            yield _edge(source, target, together)


def _edge(source: str, target: str, links: list[CrossLink]) -> Edge:
    if len(links) == 1:
        return _edge_of_one(links[0])
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


def _edge_of_one(link: CrossLink) -> Edge:
    """Return the edge of a lone link: most are, and it takes a tenth of the time of several."""
    kind, position, seen = link.kind, link.position, link.seen
    return Edge(
        link.source,
        link.target,
        1,
        int(kind is Kind.RELATED),
        int(kind is Kind.RANKING),
        int(kind is Kind.RECOMMENDATION),
        int(kind is Kind.OTHER),
        position,
        link.anchor,
        seen,
        seen,
    )


def label_of(node: Node) -> str:
    """Return what a node is called in a picture: its title, at most 80 characters, else its path."""
    text = " ".join((node.title or "").split()) or node.url.partition("://")[2].partition("/")[2] or node.url
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


@dataclass(frozen=True, slots=True)
class Measures:
    """Numbers by node, in the order of `urls`."""

    urls: tuple[str, ...]
    """The nodes' canonical URLs, in the order that `Facts.nodes` yields them."""
    index: dict[str, int]
    sites: tuple[str, ...]
    """Site of each node."""
    fetched: NDArray[np.bool_]
    source: NDArray[np.int64]
    """Of each edge: the index of its source; edges are sorted by source, then target."""
    target: NDArray[np.int64]
    inlinks: dict[Kind, NDArray[np.int64]]
    """Distinct pages that link to a node, by kind."""
    outlinks: dict[Kind, NDArray[np.int64]]
    """Distinct pages that a node links to, by kind."""
    indegree_net: NDArray[np.int64]
    """Pages that link to a node, where a site's Ranking counts once: it is the same on each of its pages."""

    mutual: frozenset[int]
    """Edges whose target links back, each as source times number of nodes plus target."""


def measure(facts: Facts) -> Measures:
    """Compute the measures of a crawl, in numbers rather than objects: 20 bytes a link."""
    urls, sites, fetched = [], [], []
    for node in facts.nodes():
        urls.append(node.url)
        sites.append(intern(node.site))
        fetched.append(node.state == "fetched")
    index = {url: number for number, url in enumerate(urls)}
    size, kinds = max(len(urls), 1), {kind: number for number, kind in enumerate(KINDS)}
    # One number a link: source, target and kind as its digits.
    links = np.unique(
        np.fromiter(
            (
                (index[link.source] * size + index[link.target]) * len(KINDS) + kinds[link.kind]
                for link in facts.links()
                if link.source != link.target
            ),
            dtype=np.int64,
        )
    )
    site_of = np.unique(np.array(sites, dtype=object), return_inverse=True)[1] if sites else np.zeros(0, int)
    inlinks, outlinks = {}, {}
    net = np.zeros(len(urls), np.int64)
    for kind, number in kinds.items():
        of_kind = links[links % len(KINDS) == number] // len(KINDS)
        inlinks[kind] = np.bincount(of_kind % size, minlength=len(urls))
        outlinks[kind] = np.bincount(of_kind // size, minlength=len(urls))
        if kind is Kind.RANKING:
            net += np.bincount(
                np.unique(site_of[of_kind // size] * size + of_kind % size) % size, minlength=len(urls)
            )
    plain = np.unique(links[links % len(KINDS) != kinds[Kind.RANKING]] // len(KINDS))
    net += np.bincount(plain % size, minlength=len(urls))
    keys = np.unique(links // len(KINDS))
    mutual = keys[np.isin(keys, keys % size * size + keys // size)]
    return Measures(
        tuple(urls),
        index,
        tuple(sites),
        np.array(fetched, dtype=bool),
        keys // size,
        keys % size,
        inlinks,
        outlinks,
        net,
        frozenset(mutual.tolist()),
    )


def node_attributes(node: Node, measures: Measures) -> dict[str, str | int]:
    """Return a node's attributes, under the names that all exports use; what is missing is left out."""
    place = measures.index[node.url]
    values: dict[str, str | int | None] = {
        "label": label_of(node),
        "url": node.url,
        "title": node.title,
        "host": node.host or None,
        "site": node.site or None,
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
    for kind in KINDS:
        values[f"in_{kind}"] = int(measures.inlinks[kind][place])
        values[f"out_{kind}"] = int(measures.outlinks[kind][place])
    values["indegree_net"] = int(measures.indegree_net[place])
    return {name: value for name, value in values.items() if value is not None}


def edge_attributes(edge: Edge, measures: Measures) -> dict[str, str | int | float | bool]:
    """Return an edge's attributes, under the names that all exports use."""
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
        "reciprocal": source * len(measures.urls) + target in measures.mutual,
        "first_seen": edge.first_seen,
        "last_seen": edge.last_seen,
    }


def link_attributes(link: CrossLink) -> dict[str, str | int | float | bool]:
    """Return a link's attributes, under the names that all exports use; what is missing is left out."""
    values = structs.asdict(link)
    del values["source"], values["target"]
    values["kind"] = str(link.kind)
    return {"weight": 1.0, **{name: value for name, value in values.items() if value is not None}}


def pair_graph(facts: Facts) -> "networkx.DiGraph[str]":
    """Return the graph of edges."""
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph(seeds=list(facts.receipt.seeds))
    measures = measure(facts)
    graph.add_nodes_from((node.url, node_attributes(node, measures)) for node in facts.nodes())
    graph.add_edges_from(
        (edge.source, edge.target, edge_attributes(edge, measures)) for edge in pairs(facts.links())
    )
    return graph


def link_graph(facts: Facts) -> "networkx.MultiDiGraph[str]":
    """Return the graph of links, those of a page to itself included."""
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(seeds=list(facts.receipt.seeds))
    measures = measure(facts)
    graph.add_nodes_from((node.url, node_attributes(node, measures)) for node in facts.nodes())
    graph.add_edges_from((link.source, link.target, link_attributes(link)) for link in facts.links())
    return graph
