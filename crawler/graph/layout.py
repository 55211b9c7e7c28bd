"""Layout: x, y, size and colour of each node, so that a graph opens drawn. Pure and deterministic.

Islands: each site (of a crawl that one site rules, each community of it) is laid out in a disc of its own by
forces (Fruchterman and Reingold, 1991), the discs are packed by size, and nodes are pushed apart until none
overlap. A plain force-directed layout of a cross-link graph is one ball, for Ranking ties all to all.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crawler.graph.measures import Measures

Floats = NDArray[np.float64]

PALETTE = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9",
    "#b8a800", "#882255", "#44aa99", "#332288", "#999933", "#aa4499",
)  # fmt: skip
"""Okabe and Ito's hues (2008), then Tol's muted ones (2021): told apart by colour-blind eyes."""
OTHERS, UNFETCHED = "#8c8c8c", "#d5d8dc"
_MIN_SIZE, _MAX_SIZE, _UNFETCHED_SIZE = 4.0, 40.0, 6.0
_GAP = 2.0
"""Free space between two nodes, in the units of their sizes."""
_ALL_PAIRS = 1500
"""Islands up to this size feel every pair's repulsion (a matrix of 18 MB); larger ones a sample of 64."""
_RULES = 0.6
"""Share of the nodes from which one site rules a crawl and is split into communities."""
_ITERATIONS = 90


@dataclass(frozen=True, slots=True)
class Layout:
    """Appearance by node, in the order of `Measures.urls`."""

    x: Floats
    y: Floats
    size: Floats
    """Diameter, from 4 to 40."""
    colour: tuple[tuple[int, int, int], ...]


def lay_out(measures: Measures) -> Layout:
    """Lay out a graph."""
    size = sizes(measures)
    position = np.zeros((len(measures.urls), 2))
    islands = [_island(members, measures, size) for members in _groups(measures)]
    for (members, inner, _), centre in zip(islands, _pack([radius for _, _, radius in islands]), strict=True):
        position[members] = inner + centre
    return Layout(position[:, 0], position[:, 1], size, colours(measures))


def sizes(measures: Measures) -> Floats:
    """Return each node's diameter: by the square root of `indegree_net`; unfetched pages are small."""
    root = np.sqrt(measures.indegree_net.astype(float))
    top = root[measures.fetched].max(initial=0.0)
    scaled = _MIN_SIZE + (_MAX_SIZE - _MIN_SIZE) * root / top if top > 0 else np.full(len(root), 10.0)
    return np.where(measures.fetched, np.minimum(scaled, _MAX_SIZE), _UNFETCHED_SIZE)


def colours(measures: Measures) -> tuple[tuple[int, int, int], ...]:
    """Return each node's colour: its site's hue, by rank in fetched pages; unfetched pages are light grey."""
    ranks = Counter(site for site, fetched in zip(measures.sites, measures.fetched, strict=True) if fetched)
    ranked = sorted(ranks, key=lambda site: (-ranks[site], site))
    hue = dict(zip(ranked, PALETTE, strict=False))
    return tuple(
        _rgb(hue.get(site, OTHERS) if fetched else UNFETCHED)
        for site, fetched in zip(measures.sites, measures.fetched, strict=True)
    )


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _groups(measures: Measures) -> list[NDArray[np.int64]]:
    """Return the members of each island, the largest first."""
    by_site: dict[str, list[int]] = {}
    for number, site in enumerate(measures.sites):
        by_site.setdefault(site, []).append(number)
    groups: list[list[int]] = []
    for members in by_site.values():
        rules = len(members) > _RULES * len(measures.urls) and len(members) > 30
        groups += _communities(members, measures) if rules else [members]
    groups.sort(key=lambda members: (-len(members), members[0]))
    return [np.array(members) for members in groups]


def _communities(members: list[int], measures: Measures) -> list[list[int]]:
    import networkx

    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(members)
    inside = set(members)
    graph.add_edges_from(
        (a, b)
        for a, b in zip(measures.source.tolist(), measures.target.tolist(), strict=True)
        if a in inside and b in inside
    )
    found = networkx.community.louvain_communities(graph, seed=1)
    lone = sorted(number for community in found if len(community) < 3 for number in community)
    return [sorted(community) for community in found if len(community) >= 3] + ([lone] if lone else [])


def _island(
    members: NDArray[np.int64], measures: Measures, size: Floats
) -> tuple[NDArray[np.int64], Floats, float]:
    """Lay out one island around the origin; return its members, their positions and its radius."""
    count, own = len(members), size[members]
    # Phyllotaxis (Vogel, 1979) is an even disc to begin from; the most linked stand in its middle.
    order = np.argsort(np.argsort(-own, kind="stable"), kind="stable")
    spacing = np.sqrt(np.mean((own + _GAP) ** 2))
    angle, distance = order * np.pi * (3 - np.sqrt(5)), spacing * np.sqrt(order + 0.5) * 0.9
    position = np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
    if count > 2:
        place = np.full(len(measures.urls), -1)
        place[members] = np.arange(count)
        source, target = place[measures.source], place[measures.target]
        inside = (source >= 0) & (target >= 0)
        position = _forces(position, source[inside], target[inside], spacing)
        position = _push_apart(position, own)
        position -= position.mean(axis=0)
    radius = float((np.hypot(position[:, 0], position[:, 1]) + own / 2).max())
    return members, position, radius


def _forces(position: Floats, source: NDArray[np.int64], target: NDArray[np.int64], ideal: float) -> Floats:
    count, random = len(position), np.random.default_rng(1)
    ideal *= 1.1
    degree = np.bincount(source, minlength=count) + np.bincount(target, minlength=count)
    # An edge pulls less, the more edges its ends have: pages that all link to do not draw all together.
    pull = 1.0 / np.sqrt(np.maximum(degree[source] * degree[target], 1))
    reach = ideal * np.sqrt(count)
    for step in range(_ITERATIONS):
        if count <= _ALL_PAIRS:
            delta = position[:, None, :] - position[None, :, :]
            weight = 1.0
        else:
            delta = position[:, None, :] - position[random.integers(0, count, (count, 64))]
            weight = count / 64
        square = np.maximum((delta**2).sum(axis=2), (0.1 * ideal) ** 2)
        move = weight * (delta * (ideal**2 / square)[:, :, None]).sum(axis=1)
        along = position[target] - position[source]
        spring = along * (np.hypot(along[:, 0], along[:, 1]) / ideal * pull * 4)[:, None]
        for axis in (0, 1):
            move[:, axis] += np.bincount(source, spring[:, axis], count) - np.bincount(
                target, spring[:, axis], count
            )
        move -= position * (5 * count * ideal**2 / reach**2)  # gravity keeps the lone ones near
        length = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)
        most = 0.15 * reach * (1 - step / _ITERATIONS) + 0.01 * ideal
        position = position + move * (np.minimum(length, most) / length)[:, None]
    return position


def _push_apart(position: Floats, size: Floats) -> Floats:
    """Move overlapping nodes apart, pair by pair, until none is left; cells limit the pairs looked at."""
    position = position.copy()
    for turn in range(400):
        near, other = _near(position, float(size.max()) + _GAP)
        delta = position[near] - position[other]
        distance = np.hypot(delta[:, 0], delta[:, 1])
        wanted = (size[near] + size[other]) / 2 + _GAP
        close = distance < wanted - 1e-6
        if not close.any():
            return position
        near, other, delta = near[close], other[close], delta[close]
        distance, wanted = distance[close], wanted[close]
        same = distance < 1e-9
        delta[same] = np.stack([np.cos(near[same] * 2.4), np.sin(near[same] * 2.4)], axis=1)
        share = (wanted - distance + 0.1) / np.maximum(distance, 1e-9) * (0.5 if turn < 300 else 0.6)
        share[same] = wanted[same] / 2
        for axis in (0, 1):
            step = delta[:, axis] * share
            position[:, axis] += np.bincount(near, step, len(position)) - np.bincount(
                other, step, len(position)
            )
    return position


def _near(position: Floats, reach: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of nodes in the same or neighbouring cells of a grid of the given width."""
    cell = np.floor((position - position.min(axis=0)) / reach).astype(np.int64) + 1
    width = int(cell[:, 1].max()) + 2
    key = cell[:, 0] * width + cell[:, 1]
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    first, second = [], []
    for offset in (0, 1, width - 1, width, width + 1):
        begin = np.searchsorted(sorted_key, key + offset, "left")
        end = np.searchsorted(sorted_key, key + offset, "right")
        counts = end - begin
        nodes = np.repeat(np.arange(len(key)), counts)
        within = np.arange(len(nodes)) - np.repeat(np.cumsum(counts) - counts, counts)
        others = order[np.repeat(begin, counts) + within]
        keep = nodes < others if offset == 0 else np.ones(len(nodes), bool)
        first.append(nodes[keep])
        second.append(others[keep])
    return np.concatenate(first), np.concatenate(second)


def _pack(radii: list[float]) -> Floats:
    """Place discs, the largest first, each at the free place nearest to the middle."""
    placed = np.zeros((len(radii), 2))
    for number, radius in enumerate(radii):
        if number == 0:
            continue
        before, sizes = placed[:number], np.array(radii[:number])
        # Touching one disc that stands already, in 48 directions; only recent ones, where there are many.
        recent = slice(max(0, number - 200), number)
        turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        distance = (sizes[recent] + radius) * 1.2 + 6
        tried = before[recent][:, None, :] + distance[:, None, None] * np.stack(
            [np.cos(turns), np.sin(turns)], axis=1
        )
        tried = tried.reshape(-1, 2)
        tried = tried[np.argsort(np.round(np.hypot(tried[:, 0], tried[:, 1]), 6), kind="stable")]
        for start in range(0, len(tried), 256):
            some = tried[start : start + 256]
            gaps = np.hypot(some[:, None, 0] - before[:, 0], some[:, None, 1] - before[:, 1])
            free = (gaps >= (sizes + radius) * 1.2 + 5.9).all(axis=1)
            if free.any():
                placed[number] = some[int(np.argmax(free))]
                break
    return placed
