"""Scores of nodes: PageRank, HITS, betweenness, cores and communities, by their standard definitions. Pure.

PageRank and HITS are power iterations over the edges as arrays (51 rounds for a million edges take 0.2 s, igraph's
PageRank with its graph 1.5 s). For cores, communities and betweenness igraph is used where it is installed (extra
`analysis`), else NetworkX within limits that keep it to seconds; what then stays uncomputed is named in
`Scores.unmeasured`. All of it is computed over the nodes in the order of their ids, so that no score depends on
the order in which nodes and edges are given. Definitions and caveats: docs/measures.md.
"""

import random
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.graph.attributes import Attributes
from crawler.graph.measures import KINDS, Ints, Measures

Floats = NDArray[np.float64]

DAMPING = 0.85
"""Chance that PageRank's reader follows a link; Brin and Page's."""
EXACT_NODES = 2_000
"""Up to so many nodes, betweenness counts the shortest ways from each of them."""
SAMPLE = 256
"""Above, from so many (Brandes and Pich 2007): on made-up graphs the largest error of a share is 0.004."""
_SEED = 20_250_412
_ROUNDS = 1_000
_STEPS = {"igraph": 20_000_000, "networkx": 5_000_000}
"""Sources times nodes and edges that betweenness may take: at most 6 s and 3 s on one core."""
_HITS_EDGES = 200_000
"""Above, igraph's eigenvectors are taken for HITS if it is there: 0.8 s for a million edges, against 4 s."""
_TRIES = 10
"""Divisions by Leiden of which the best is taken, up to `_TRIED_EDGES`; above, the first one."""
_TRIED_EDGES = 50_000
_NETWORKX_EDGES = 100_000
"""Above, NetworkX is not asked: communities of so many edges take it 10 s, and 100 MB."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by name, each by node in the order of `Measures.urls`."""

    by_name: Mapping[str, NDArray[Any]]
    count: int
    unmeasured: frozenset[str] = field(default=frozenset())
    """Scores not computed: a library is missing, it would take too long, or no edge is of the kind."""

    def of(self, number: int) -> Attributes:
        """Return the scores of one node."""
        return {name: values[number].item() for name, values in self.by_name.items()}

    def communities(self) -> tuple[str, ...]:
        """Return each node's community, as a name; an empty one where there are none."""
        found = self.by_name.get("community")
        return ("",) * self.count if found is None else tuple(map(str, found.tolist()))


@dataclass(frozen=True, slots=True)
class _Graph:
    """Nodes in the order of their ids, edges by source, then target."""

    ids: tuple[str, ...]
    source: Ints
    target: Ints
    weight: Ints

    @property
    def count(self) -> int:
        return len(self.ids)


def score(measures: Measures, *, library: str | None = None, steps: int | None = None) -> Scores:
    """Return the scores of a view.

    Args:
        measures: The view's nodes and edges.
        library: `igraph` or `networkx`; None takes igraph if it is installed.
        steps: Sources times nodes and edges that betweenness may take: above, it is not measured. None stands for
            what takes some seconds: with igraph, graphs up to about 7 000 nodes and 70 000 edges.
    """
    size = len(measures.urls)
    if library is None:
        library = "igraph" if find_spec("igraph") is not None else "networkx"
    order = np.array(sorted(range(size), key=measures.urls.__getitem__), dtype=np.int64)
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    graph = _graph_of(measures, place)
    found: dict[str, NDArray[Any]] = {}
    if size:
        found["pagerank"] = pagerank(size, graph.source, graph.target, graph.weight)
        for kind in KINDS:
            edges = measures.of_kind[kind]
            if len(edges):
                keys = np.sort(place[edges // size] * size + place[edges % size])
                source, target = keys // size, keys % size
                found[f"pagerank_{kind}"] = pagerank(
                    size, source, target, np.ones(len(edges), dtype=np.int64)
                )
        found |= _of_library(graph, library, _STEPS[library] if steps is None else steps)
    names = ["pagerank", *(f"pagerank_{kind}" for kind in KINDS)]
    names += ["hub", "authority", "betweenness", "core", "community"]
    by_name = {name: found[name][place] for name in names if name in found}
    return Scores(by_name, size, frozenset(names) - frozenset(by_name))


def _graph_of(measures: Measures, place: Ints) -> _Graph:
    ids = tuple(sorted(measures.urls))
    if ids == measures.urls:
        return _Graph(ids, measures.source, measures.target, measures.weight)  # whose edges are in order, too
    source, target, weight = place[measures.source], place[measures.target], measures.weight
    order = np.lexsort((target, source))
    return _Graph(ids, source[order], target[order], weight[order])


# -- over arrays


def pagerank(count: int, source: Ints, target: Ints, weight: Ints) -> Floats:
    """Return PageRank (Brin and Page 1998): the share of time that a reader of links spends on each node.

    The reader follows an edge, by weight, with chance 0.85, else goes to any node alike; from a node without
    edges always the latter. Sums to 1. Iterated until nothing changes by more than 1e-12 in sum.
    """
    out = np.bincount(source, weight, count)
    ends = out == 0
    share = weight / np.where(ends, 1, out)[source]
    rank = np.full(count, 1 / count)
    for _ in range(_ROUNDS):
        anywhere = (DAMPING * rank[ends].sum() + 1 - DAMPING) / count
        following = DAMPING * np.bincount(target, rank[source] * share, count) + anywhere
        change = np.abs(following - rank).sum()
        rank = following
        if change < 1e-12:
            break
    return rank


def hits(count: int, source: Ints, target: Ints) -> tuple[Floats, Floats]:
    """Return hub and authority scores (Kleinberg 1999), the largest of each 1; without edges all 0.

    Iterated from equal scores until none changes by more than 1e-10: where several parts of the graph are equally
    tight and the solution is not unique, this is the one of the algorithm as published.
    """
    hub, authority = np.zeros(count), np.ones(count)
    if not len(source):
        return hub, np.zeros(count)
    for _ in range(_ROUNDS):
        hub = _scaled(np.bincount(source, authority[target], count))
        following = _scaled(np.bincount(target, hub[source], count))
        change = np.abs(following - authority).max()
        authority = following
        if change < 1e-10:
            break
    return hub, authority


def _scaled(values: NDArray[Any]) -> Floats:
    scaled: Floats = values / values.max()
    return scaled


# -- by libraries


def _of_library(graph: _Graph, library: str, steps: int) -> dict[str, NDArray[Any]]:
    sources = _sources(graph.ids)
    is_short = len(sources) * (graph.count + len(graph.source)) <= steps
    if library == "igraph":
        return _by_igraph(graph, sources if is_short else None)
    found: dict[str, NDArray[Any]] = dict(
        zip(("hub", "authority"), hits(graph.count, graph.source, graph.target), strict=True)
    )
    if len(graph.source) <= _NETWORKX_EDGES:
        found |= _by_networkx(graph, sources if is_short else None)
    return found


def _by_igraph(graph: _Graph, sources: list[int] | None) -> dict[str, NDArray[Any]]:
    import igraph

    # Both what igraph begins to look for HITS at and Leiden's moves are random.
    igraph.set_random_number_generator(random.Random(_SEED))  # noqa: S311  # no secret
    try:
        return _seeded(graph, sources)
    finally:
        igraph.set_random_number_generator(random)


def _seeded(graph: _Graph, sources: list[int] | None) -> dict[str, NDArray[Any]]:
    import igraph

    found: dict[str, NDArray[Any]] = {}
    count = graph.count
    directed = igraph.Graph(n=count, edges=_pairs(graph.source, graph.target), directed=True)
    if len(graph.source) > _HITS_EDGES:
        with warnings.catch_warnings():
            # That zeros make it not unique: of a crawl, most pages are never linked, or never fetched.
            warnings.simplefilter("ignore", RuntimeWarning)
            both = directed.hub_score(), directed.authority_score()
        found["hub"], found["authority"] = (np.clip(np.array(values), 0, 1) for values in both)
    else:
        found["hub"], found["authority"] = hits(count, graph.source, graph.target)
    if sources is not None:
        passed = directed.betweenness(sources=sources) if sources else [0.0] * count
        found["betweenness"] = _share(np.array(passed, dtype=float), len(sources))
    del directed
    source, target, weight = _undirected(graph)
    plain = igraph.Graph(n=count, edges=_pairs(source, target))
    found["core"] = np.array(plain.coreness(), dtype=np.int64)
    # Leiden moves nodes at random and ends in a division that no single move betters: the best of some counts.
    links, tries = weight.tolist(), _TRIES if len(source) <= _TRIED_EDGES else 1
    divisions = [plain.community_leiden("modularity", weights=links, n_iterations=-1) for _ in range(tries)]
    worth = [round(plain.modularity(division.membership, weights=links), 9) for division in divisions]
    found["community"] = _by_size(divisions[int(np.argmax(worth))].membership)
    return found


def _pairs(source: Ints, target: Ints) -> Iterator[tuple[int, int]]:
    """Yield edges as pairs; from an array, or lists of all, igraph takes twice the memory."""
    for start in range(0, len(source), 50_000):
        part = slice(start, start + 50_000)
        yield from zip(source[part].tolist(), target[part].tolist(), strict=True)


def _by_networkx(graph: _Graph, sources: list[int] | None) -> dict[str, NDArray[Any]]:
    import networkx

    found: dict[str, NDArray[Any]] = {}
    source, target, weight = _undirected(graph)
    plain: networkx.Graph[int] = networkx.Graph()
    plain.add_nodes_from(range(graph.count))
    plain.add_weighted_edges_from(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True))
    core = networkx.core_number(plain)
    found["core"] = np.array([core[number] for number in range(graph.count)], dtype=np.int64)
    member = [0] * graph.count
    for number, group in enumerate(networkx.community.louvain_communities(plain, seed=_SEED)):
        for node in group:
            member[node] = number
    found["community"] = _by_size(member)
    if sources is not None:
        directed: networkx.DiGraph[int] = networkx.DiGraph()
        directed.add_nodes_from(range(graph.count))
        directed.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
        passed = networkx.betweenness_centrality_subset(directed, sources, range(graph.count))
        values = np.array([passed[number] for number in range(graph.count)], dtype=float)
        found["betweenness"] = _share(values, len(sources))
    return found


def _sources(ids: tuple[str, ...]) -> list[int]:
    """Return the nodes from which shortest ways are counted: all, or those whose ids have the least hashes."""
    if len(ids) <= EXACT_NODES:
        return list(range(len(ids)))
    hashed = sorted(
        range(len(ids)),
        key=lambda n: blake2b(ids[n].encode("utf-8", "surrogatepass"), digest_size=8).digest(),
    )
    return sorted(hashed[:SAMPLE])


def _share(passed: Floats, sources: int) -> Floats:
    """Return the share of ordered pairs of other nodes whose shortest ways a node is on, from counts of a sample."""
    count = len(passed)
    pairs = (count - 1) * (count - 2) * sources / max(count, 1)
    return passed / pairs if pairs else np.zeros(count)


def _undirected(graph: _Graph) -> tuple[Ints, Ints, Ints]:
    """Return the edges without direction, each once, weighted by the links both ways."""
    low, high = np.minimum(graph.source, graph.target), np.maximum(graph.source, graph.target)
    keys, place = np.unique(low * max(graph.count, 1) + high, return_inverse=True)
    weight = np.bincount(place, graph.weight, len(keys)).astype(np.int64)
    return keys // max(graph.count, 1), keys % max(graph.count, 1), weight


def _by_size(member: list[int]) -> Ints:
    """Return communities numbered from 1 by size, then by their first node; nodes come in the order of their ids."""
    size = Counter(member)
    first: dict[int, int] = {}
    for number, group in enumerate(member):
        first.setdefault(group, number)
    ranked = sorted(size, key=lambda group: (-size[group], first[group]))
    name = {group: number for number, group in enumerate(ranked, 1)}
    return np.array([name[group] for group in member], dtype=np.int64)


# -- of the whole graph


@dataclass(frozen=True, slots=True)
class SitePair:
    """The edges between two sites."""

    a: str
    """The site that comes first by name."""
    b: str
    there: int
    """Edges from a to b."""
    back: int
    """Edges from b to a."""
    links_there: int
    links_back: int
    mutual: int
    """Pairs of nodes that link to each other."""

    @property
    def reciprocity(self) -> float:
        """Share of the edges between them whose target links back."""
        return 2 * self.mutual / (self.there + self.back)


def modularity(measures: Measures, community: Ints) -> float:
    """Return the modularity (Newman 2004) of a division, edges without direction and weighted by links.

    Args:
        measures: The graph.
        community: Of each node, in the order of `Measures.urls`.
    """
    both = 2 * int(measures.weight.sum())
    if not both:
        return 0.0
    size = len(measures.urls)
    strength = np.bincount(measures.source, measures.weight, size)
    strength += np.bincount(measures.target, measures.weight, size)
    within = 2 * measures.weight[community[measures.source] == community[measures.target]].sum() / both
    expected = (np.bincount(community, strength) / both) ** 2
    return float(within - expected.sum())


def assortativity(measures: Measures) -> float | None:
    """Return how much edges keep to one site (Newman 2003, eq. 2), by links: 1 wholly, 0 as by chance.

    None where chance itself would keep all within one site, and where there are no edges.
    """
    if not len(measures.source):
        return None
    number = _numbers(measures.sites)
    total = measures.weight.sum()
    count = int(number.max()) + 1
    out = np.bincount(number[measures.source], measures.weight, count) / total
    into = np.bincount(number[measures.target], measures.weight, count) / total
    chance = float((out * into).sum())
    return None if chance > 1 - 1e-12 else ((1 - leaving_share(measures)) - chance) / (1 - chance)


def leaving_share(measures: Measures) -> float:
    """Return the share of links that lead to another site; 0 without links."""
    total = int(measures.weight.sum())
    number = _numbers(measures.sites)
    leaving = measures.weight[number[measures.source] != number[measures.target]].sum()
    return float(leaving) / total if total else 0.0


def reciprocity(measures: Measures) -> float:
    """Return the share of edges whose target links back (Wasserman and Faust 1994); 0 without edges."""
    return len(measures.mutual) / len(measures.source) if len(measures.source) else 0.0


def site_pairs(measures: Measures) -> list[SitePair]:
    """Return the pairs of sites with edges between them, by name."""
    if not len(measures.source):
        return []
    names = sorted(set(measures.sites))
    number, size = _numbers(measures.sites), len(names)
    mutual = np.zeros(len(measures.source), dtype=bool)
    mutual[
        np.searchsorted(
            measures.source * len(measures.urls) + measures.target,
            np.array(sorted(measures.mutual), dtype=np.int64),
        )
    ] = True
    a, b = number[measures.source], number[measures.target]
    leaving = a != b
    keys, place = np.unique((a * size + b)[leaving], return_inverse=True)
    edges = np.bincount(place, minlength=len(keys))
    links = np.bincount(place, measures.weight[leaving], len(keys))
    both = np.bincount(place, mutual[leaving], len(keys))
    of = {
        divmod(int(key), size): (int(one), int(two), int(three))
        for key, one, two, three in zip(keys, edges, links, both, strict=True)
    }
    none = (0, 0, 0)
    found = []
    for x, y in sorted({(min(pair), max(pair)) for pair in of}):
        there, back = of.get((x, y), none), of.get((y, x), none)
        found.append(
            SitePair(names[x], names[y], there[0], back[0], there[1], back[1], max(there[2], back[2]))
        )
    return found


def _numbers(sites: tuple[str, ...]) -> Ints:
    """Return each node's site as the number of its name in order."""
    name = {site: number for number, site in enumerate(sorted(set(sites)))}
    return np.array([name[site] for site in sites], dtype=np.int64)
