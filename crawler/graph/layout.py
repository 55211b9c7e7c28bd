"""Layout: x, y, size and colour of each node, so that a graph opens drawn. Pure and deterministic.

Islands: each site (of a crawl that one site rules, each community of it) is laid out in a disc of its own by
forces (Fruchterman and Reingold, 1991), nodes are pushed apart until none overlap, and the discs are packed by
size. A plain force-directed layout of a cross-link graph is one ball, for Ranking ties all to all.

All islands are laid out at once, each around an origin of its own: nodes are held island by island, the largest
first, so that a step is a few operations on whole arrays, however many islands there are.
"""

from collections import Counter
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from crawler.graph.measures import Measures

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Batch = tuple[Ints, Ints, float]

PALETTE = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9",
    "#b8a800", "#882255", "#44aa99", "#332288", "#999933", "#aa4499",
)  # fmt: skip
"""Okabe and Ito's hues (2008), then Tol's muted ones (2021): told apart by colour-blind eyes."""
OTHERS, UNFETCHED = "#8c8c8c", "#d5d8dc"
_MIN_SIZE, _MAX_SIZE, _UNFETCHED_SIZE = 4.0, 40.0, 6.0
_GAP = 2.0
"""Free space between two nodes, in the units of their sizes."""
_RULES = 0.6
"""Share of the nodes from which one site rules a crawl and is split into communities."""
_SPREAD = 1.2
"""How much forces' result is widened before nodes are pushed apart: gravity leaves it fuller than discs can be."""
_SLACK = 4.0
"""How much farther apart than needed pairs are listed that may come near in the turns that a list is used."""
_COLUMNS = 2_500_000
"""Repulsions computed in a step, about: small graphs' nodes feel every node, large ones' fewer and larger parts."""
_CHUNK = 40_000
"""Repulsions computed at a time: arrays of 160 kB stay in a processor's cache."""
_ONE_BY_ONE = 100
"""Islands up to this number are packed one by one, for that takes the cube of their number."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Appearance by node, in the order of `Measures.urls`."""

    x: Floats
    y: Floats
    size: Floats
    """Radius, from 4 to 40, as Gephi and sigma draw it."""
    colour: tuple[tuple[int, int, int], ...]


def lay_out(measures: Measures) -> Layout:
    """Lay out a graph."""
    size = sizes(measures)
    position = np.zeros((2, len(size)))
    groups = _groups(measures)
    if groups:
        members, counts = np.concatenate(groups), np.array([len(group) for group in groups])
        island, own = np.repeat(np.arange(len(groups)), counts), size[members]
        inner = _forces(_start(own, counts), own, counts, *_inside(measures, members, island))
        inner = _push_apart(inner, own, island)
        first = np.cumsum(counts) - counts
        inner -= (np.add.reduceat(inner, first, axis=1) / counts)[:, island]
        radius = np.maximum.reduceat(np.hypot(*inner) + own / 2, first)
        position[:, members] = inner + _pack(radius)[:, island]
    # Twice as far apart: what was a diameter all along is a radius to Gephi and sigma.
    return Layout(2 * position[0], 2 * position[1], size, colours(measures))


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
    *hues, others, unfetched = (
        (int(code[1:3], 16), int(code[3:5], 16), int(code[5:], 16)) for code in (*PALETTE, OTHERS, UNFETCHED)
    )
    hue = dict(zip(ranked, hues, strict=False))
    pairs = zip(measures.sites, measures.fetched.tolist(), strict=True)
    return tuple(hue.get(site, others) if fetched else unfetched for site, fetched in pairs)


def _groups(measures: Measures) -> list[Ints]:
    """Return the members of each island, the largest first."""
    by_site: dict[str, list[int]] = {}
    for number, site in enumerate(measures.sites):
        by_site.setdefault(site, []).append(number)
    groups: list[Ints] = []
    for members in map(np.array, by_site.values()):
        rules = len(members) > _RULES * len(measures.urls) and len(members) > 30
        groups += _communities(members, measures) if rules else [members]
    return sorted(groups, key=lambda members: (-len(members), members[0]))


def _inside(measures: Measures, members: Ints, island: Ints) -> tuple[Ints, Ints]:
    """Return the ends of the edges within islands, as places in `members`; other nodes are of no island."""
    place = np.full(len(measures.urls), -1)
    place[members] = np.arange(len(members))
    source, target = place[measures.source], place[measures.target]
    kept = (source >= 0) & (target >= 0) & (island[source] == island[target])
    return source[kept], target[kept]


def _communities(members: Ints, measures: Measures) -> list[Ints]:
    """Split a site into communities of three pages and more, and one of the pages left over.

    Louvain's method (Blondel et al., 2008) with many moves at a time (Lu, Halappanavar and Kalyanaraman, 2015):
    half of the nodes, changing from turn to turn, look at the same state, else neighbours would swap for ever.
    """
    source, target = _inside(measures, members, np.zeros(len(members), np.int64))
    label: Ints = np.arange(len(members))
    weight, count = np.ones(len(source)), len(members) + 1
    while (fewer := int(label.max()) + 1) < count:
        count = fewer
        found = np.unique(_moved(source, target, weight, count), return_inverse=True)[1]
        label = found[label]
        key, back = np.unique(found[source] * count + found[target], return_inverse=True)
        source, target, weight = key // count, key % count, np.bincount(back, weight).astype(float)
    order = np.argsort(label, kind="stable")
    parts = np.split(members[order], np.cumsum(np.bincount(label))[:-1])
    lone = [part for part in parts if len(part) < 3]
    return [part for part in parts if len(part) >= 3] + ([np.sort(np.concatenate(lone))] if lone else [])


def _moved(source: Ints, target: Ints, weight: Floats, count: int) -> Ints:
    """Return the community of each node, after moves that raise modularity.

    Only nodes whose neighbours have moved look again, as in Leiden's method (Traag, Waltman and van Eck, 2019).
    """
    ends, others = np.concatenate([source, target]), np.concatenate([target, source])
    weights = np.concatenate([weight, weight])
    strength, label = np.bincount(ends, weights, count), np.arange(count)
    ends, others, weights = ends[ends != others], others[ends != others], weights[ends != others]
    total, random, awake = max(float(strength.sum()), 1.0), np.random.default_rng(1), np.ones(count, bool)
    for _ in range(60):
        asked = awake & (random.random(count) < 0.5)
        awake &= ~asked
        seen = np.flatnonzero(asked[ends])
        key, back = np.unique(ends[seen] * count + label[others[seen]], return_inverse=True)
        node, near = key // count, key % count
        stays, held = near == label[node], np.bincount(label, strength, count)
        tie = np.bincount(back, weights[seen], len(key))
        gain = tie - strength[node] * (held[near] - np.where(stays, strength[node], 0)) / total
        best = -strength * (held[label] - strength) / total  # of staying without a tie
        best[node[stays]] = gain[stays]
        best += 1e-9
        np.maximum.at(best, node, gain)
        better = np.flatnonzero(gain == best[node])[::-1]
        label[node[better]] = near[better]
        moved = np.bincount(node[better], minlength=count) > 0
        awake[others[moved[ends]]] = True
        if awake.sum() <= count // 200:
            break
    return label


def _start(size: Floats, counts: Ints) -> Floats:
    """Return an even disc for each island: phyllotaxis (Vogel, 1979), the most linked in its middle."""
    island, rank = np.repeat(np.arange(len(counts)), counts), np.empty(len(size))
    rank[np.lexsort((-size, island))] = _within(counts)
    spacing = np.sqrt(np.bincount(island, (size + _GAP) ** 2) / counts)[island]
    return _polar(spacing * np.sqrt(rank + 0.5) * 0.9, rank * np.pi * (3 - np.sqrt(5)))


def _within(counts: Ints) -> Ints:
    """Return 0, 1, 2 and so on, anew for each count."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _polar(distance: Floats, angle: Floats) -> Floats:
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)])


def _between(position: Floats, one: Ints, other: Ints) -> Floats:
    """Return the way to each of some nodes from each of others."""
    return np.stack([axis.take(one) - axis.take(other) for axis in position])


def _forces(position: Floats, size: Floats, counts: Ints, source: Ints, target: Ints) -> Floats:
    """Move nodes by springs along edges, repulsion and gravity; more nodes get fewer and coarser steps."""
    total, island = len(size), np.repeat(np.arange(len(counts)), counts)
    mass, count = (size + _GAP) ** 2, counts[island]
    mean = np.bincount(island, mass)[island] / count
    mass, unit = mass / mean, 1.1 * np.sqrt(mean)
    position = position / unit  # so that an island's unit of length is the room of one of its nodes
    degree = np.bincount(source, minlength=total) + np.bincount(target, minlength=total)
    # An edge pulls less, the more edges its ends have: pages that all link to do not draw all together.
    pull = 4 / np.sqrt(np.maximum(degree[source] * degree[target], 1))
    steps = int(np.clip(90 * (5000 / total) ** 0.4, 30, 90))
    side = isqrt(int(np.clip(_COLUMNS // total, 144, 576)))
    batches, part = _batches(counts, side), np.zeros(0, np.int64)
    for step in range(steps):
        if step % 4 == 0:
            part = _parts(position, counts[counts > side**2], side)
        move = _repulsion(position, mass, part, batches)
        along = _between(position, target, source)
        along *= pull * np.sqrt(along[0] * along[0] + along[1] * along[1])
        for axis in (0, 1):
            move[axis] += np.bincount(source, along[axis], total) - np.bincount(target, along[axis], total)
        move -= 5 * position  # gravity keeps the lone ones near
        most = 0.15 * np.sqrt(count) * (1 - step / steps) + 0.01
        position = position + move * np.minimum(most / np.maximum(np.hypot(*move), 1e-9), 1)
    return position * unit * _SPREAD


def _batches(counts: Ints, side: int) -> list[Batch]:
    """Return nodes, one row an island, what repels them (each other, or parts, numbered after nodes), how soft."""
    batches: list[Batch] = []
    first, parts, number = np.cumsum(counts) - counts, side * side, 0
    while number < len(counts) and counts[number] > 1:
        size = int(counts[number])
        width, soft = (parts, 0.25 * size / parts) if size > parts else (size, 0.02)
        alike = int(np.searchsorted(-counts, -size, "right")) - number
        alike = min(alike, max(_CHUNK // (size * width), 1))
        nodes = others = first[number : number + alike, None] + np.arange(size)
        if size > parts:
            others = int(counts.sum()) + np.arange(number, number + alike)[:, None] * parts + np.arange(parts)
        pieces = np.array_split(nodes, nodes.size * width // _CHUNK + 1, axis=1)
        batches += [(piece, others, soft) for piece in pieces]
        number += alike
    return batches


def _parts(position: Floats, counts: Ints, side: int) -> Ints:
    """Return each node's part of the large islands, which stand first: cut across, then along, evenly by nodes."""
    total = int(counts.sum())
    island, rank = np.repeat(np.arange(len(counts)), counts), np.empty(total, np.int64)
    rank[np.lexsort((position[0, :total], island))] = _within(counts)
    strip = island * side + rank * side // counts[island]
    held = np.bincount(strip, minlength=len(counts) * side)
    rank[np.lexsort((position[1, :total], strip))] = _within(held)
    part: Ints = strip * side + rank * side // held[strip]
    return part


def _repulsion(position: Floats, mass: Floats, part: Ints, batches: list[Batch]) -> Floats:
    """Return the repulsion of each node by its island's others, softened where near; if it is large, by its parts.

    Two levels instead of Barnes and Hut's tree (1986), whose depth differs by node: these are whole arrays.
    """
    own = mass[: len(part)]
    held = np.bincount(part, own)
    centres = [np.bincount(part, own * axis[: len(part)]) / held for axis in position]
    x, y = (np.append(*both).astype(np.float32) for both in zip(position, centres, strict=True))
    weight, force = np.append(mass, held).astype(np.float32), np.zeros_like(position)
    for nodes, others, soft in batches:
        across = x[nodes][:, :, None] - x[others][:, None, :]
        along = y[nodes][:, :, None] - y[others][:, None, :]
        push = weight[others][:, None, :] / (across * across + along * along + np.float32(soft))
        force[0, nodes] = np.einsum("ijk,ijk->ij", across, push)
        force[1, nodes] = np.einsum("ijk,ijk->ij", along, push)
    return force


def _push_apart(position: Floats, size: Floats, island: Ints) -> Floats:
    """Move overlapping nodes apart, pair by pair, until none is left.

    Pairs that may come near are listed for six turns (Verlet, 1967). Islands without overlaps are left alone; the
    others grow a little with each list, so that there is room for all sooner or later, and this ends.
    """
    position, total, live = position.copy(), len(size), np.arange(len(size))
    while len(live):
        near, other = (live[found] for found in _near(position[:, live], size[live] + _GAP, island[live]))
        wanted, crowded = (size[near] + size[other]) / 2 + _GAP, np.zeros(0, bool)
        for turn in range(6):
            delta = _between(position, near, other)
            distance = np.sqrt(delta[0] * delta[0] + delta[1] * delta[1])
            close = np.flatnonzero(distance < wanted - 1e-6)
            first, second, delta, distance = near[close], other[close], delta[:, close], distance[close]
            if turn == 0:
                crowded = np.bincount(island[first], minlength=int(island[-1]) + 1) > 0
                live = live[crowded[island[live]]]
            same = distance < 1e-9
            delta[:, same], distance[same] = _polar(np.ones(int(same.sum())), first[same] * 2.4), 1.0
            delta *= (wanted[close] - distance + 0.1) / 2 / distance
            for axis in (0, 1):
                position[axis] += np.bincount(first, delta[axis], total)
                position[axis] -= np.bincount(second, delta[axis], total)
        position *= np.where(crowded, 1.03, 1.0)[island]
    return position


def _near(position: Floats, size: Floats, island: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of an island's discs that overlap or are nearer than `_SLACK`.

    A grid for each class of sizes, as wide as its largest: only the few large discs look far around.
    """
    level = np.ceil(2 * np.log2(np.maximum(size, 8) / 8)).astype(np.int64)
    corner = position.min(axis=1, keepdims=True)
    found = []
    for own in np.unique(level):
        pool = np.flatnonzero(level <= own)
        row, column = ((position[:, pool] - corner) / (8 * 2 ** (own / 2) + _SLACK)).astype(np.int64) + 1
        columns = int(column.max()) + 2
        key = (island[pool] * (int(row.max()) + 2) + row) * columns + column
        order = np.argsort(key, kind="stable")
        key, pool = key[order], pool[order]
        asked = np.flatnonzero(level[pool] == own)
        for offset in (-columns, 0, columns):
            begin = np.searchsorted(key, key[asked] + offset - 1, "left")
            counts = np.searchsorted(key, key[asked] + offset + 1, "right") - begin
            first = np.repeat(pool[asked], counts)
            second = pool[np.repeat(begin, counts) + _within(counts)]
            kept = (level[second] < own) | (first < second)
            first, second = first[kept], second[kept]
            kept = np.hypot(*_between(position, first, second)) < (size[first] + size[second]) / 2 + _SLACK
            found.append((first[kept], second[kept]))
    return np.concatenate([one for one, _ in found]), np.concatenate([other for _, other in found])


def _pack(radii: Floats) -> Floats:
    """Place discs, the largest first: some each at the free place nearest to the middle, others around them."""
    placed, room = np.zeros((2, len(radii))), radii * 1.2 + 3
    order = np.argsort(-room, kind="stable")
    turns = _polar(np.ones(48), np.linspace(0, 2 * np.pi, 48, endpoint=False))[:, None]
    for number in range(1, min(len(radii), _ONE_BY_ONE)):
        before, own = order[:number], room[order[number]]
        # Touching one disc that stands already, in 48 directions.
        tried = (placed[:, before, None] + (room[before, None] + own) * turns).reshape(2, -1)
        tried = tried[:, np.argsort(np.round(np.hypot(*tried), 6), kind="stable")]
        for start in range(0, tried.shape[1], 256):
            some = tried[:, start : start + 256]
            gaps = np.hypot(*(some[:, :, None] - placed[:, None, before]))
            free = (gaps >= room[before] + own - 0.1).all(axis=1)
            if free.any():
                placed[:, order[number]] = some[:, int(np.argmax(free))]
                break
    number, edge = _ONE_BY_ONE, float((np.hypot(*placed) + room)[order[:_ONE_BY_ONE]].max())
    while number < len(radii):  # in rings around the others
        own = float(room[order[number]])
        ring = order[number : number + int(np.pi / np.arcsin(own / (edge + own)))]
        angle = 2 * np.pi * np.arange(len(ring)) / len(ring)
        placed[:, ring] = _polar(np.full(len(ring), edge + own), angle)
        number, edge = number + len(ring), edge + 2 * own
    return placed
