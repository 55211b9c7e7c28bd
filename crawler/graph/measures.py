"""Measures: numbers over the nodes of a view, counted from its links. Pure.

They are held as arrays, not objects: a million links are eight megabytes.
"""

from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from crawler.model import CrossLink, Facts, Kind
from crawler.url import host_of

KINDS = tuple(Kind)
Ints = NDArray[np.int64]

TemplateBlock = tuple[str, Kind, str | None]
"""A host's block of one kind and label."""


T = TypeVar("T")


def once(facts: Facts, name: str, compute: Callable[[], T]) -> T:
    """Return what is computed from facts, kept under a name if they keep anything."""
    if facts.memo is None:
        return compute()
    if name not in facts.memo:
        facts.memo[name] = compute()
    found: T = facts.memo[name]
    return found


@dataclass(frozen=True, slots=True)
class Measures:
    """Numbers by node, in the order of `urls`."""

    urls: tuple[str, ...]
    """The nodes' ids: of pages their canonical URLs, in the order that `Facts.nodes` yields them."""
    index: dict[str, int]
    sites: tuple[str, ...]
    """Site of each node."""
    fetched: NDArray[np.bool_]
    source: Ints
    """Of each edge: the index of its source; edges are sorted by source, then target."""
    target: Ints
    weight: Ints
    """Of each edge: the number of its links."""
    of_kind: dict[Kind, Ints]
    """By kind, the edges that have links of it, each as source times number of nodes plus target."""
    inlinks: dict[Kind, Ints]
    """Distinct nodes that link to a node, by kind."""
    outlinks: dict[Kind, Ints]
    """Distinct nodes that a node links to, by kind."""
    indegree_net: Ints
    """Nodes that link to a node, where a site-wide block counts once a site: it is the same on all its pages."""
    mutual: frozenset[int]
    """Edges whose target links back, each as source times number of nodes plus target."""

    def is_mutual(self, source: int, target: int) -> bool:
        """Say whether the target of an edge, both as indices, links back."""
        return source * len(self.urls) + target in self.mutual


@dataclass(frozen=True, slots=True)
class Links:
    """The links between pages as columns, in the order of the facts: 17 bytes a link."""

    source: NDArray[np.int32]
    """Number of the source page."""
    target: NDArray[np.int32]
    kind: NDArray[np.uint8]
    """Place in `KINDS`."""
    position: NDArray[np.int32]
    block: NDArray[np.int32]
    """Place in `blocks`."""
    blocks: tuple[TemplateBlock, ...]

    def among(self, blocks: Collection[TemplateBlock]) -> NDArray[np.bool_]:
        """Say which links stand in one of some blocks."""
        which = np.array([block in blocks for block in self.blocks], dtype=bool)
        return which[self.block] if len(which) else np.zeros(len(self.block), dtype=bool)


class LinkReader:
    """Takes links down as columns while something else reads them."""

    def __init__(self, index: Mapping[str, int]) -> None:
        """Take the number of each page."""
        self._index = index
        self._source, self._target, self._position, self._block = (array("i") for _ in range(4))
        self._kind = array("B")
        self._blocks: dict[TemplateBlock, int] = {}

    def through(self, links: Iterable[CrossLink]) -> Iterator[CrossLink]:
        """Yield links, best those of one source and block together, and take each down."""
        index, blocks, places = self._index, self._blocks, {kind: number for number, kind in enumerate(KINDS)}
        source, target, kinds = self._source.append, self._target.append, self._kind.append
        position, block = self._position.append, self._block.append
        page, host, here = "", "", -1
        kind: Kind | None = None
        label: str | None = None
        code = place = 0
        for link in links:
            if link.source != page:
                page, kind = link.source, None
                host, here = host_of(page), index[page]
            if link.kind is not kind or link.label != label:
                kind, label = link.kind, link.label
                code, place = places[kind], blocks.setdefault((host, kind, label), len(blocks))
            source(here)
            target(index[link.target])
            kinds(code)
            position(link.position)
            block(place)
            yield link

    def links(self) -> Links:
        """Return what was taken down."""
        source, target, position, block = (
            np.array(column, np.int32) for column in (self._source, self._target, self._position, self._block)
        )
        return Links(source, target, np.array(self._kind, np.uint8), position, block, tuple(self._blocks))


def read_links(index: Mapping[str, int], links: Iterable[CrossLink]) -> Links:
    """Return links as columns.

    Args:
        index: The number of each page.
        links: Between them, best those of one source and block together.
    """
    reader = LinkReader(index)
    deque(reader.through(links), maxlen=0)
    return reader.links()


def count(
    urls: Sequence[str],
    sites: Sequence[str],
    fetched: Sequence[bool],
    links: Links,
    group: NDArray[np.int32] | None = None,
    site_wide: Collection[TemplateBlock] = frozenset(),
) -> Measures:
    """Count the links between nodes; those within a node do not count.

    Args:
        urls: The nodes' ids, each once.
        sites: Site of each.
        fetched: Whether each was fetched.
        links: Between pages.
        group: Number of each page's node; None where pages are the nodes.
        site_wide: The blocks that are the same on nearly every page of a host.
    """
    index = {url: number for number, url in enumerate(urls)}
    size, kinds = max(len(urls), 1), {kind: number for number, kind in enumerate(KINDS)}
    # One number a link: source, target, kind, and whether its block is site-wide, as its digits.
    base = 2 * len(KINDS)
    coded = (links.source if group is None else group[links.source]).astype(np.int64)
    target = links.target if group is None else group[links.target]
    between = coded != target
    coded *= size
    coded += target
    coded *= base
    coded += 2 * links.kind
    coded += links.among(site_wide)
    coded = coded[between]
    coded.sort()
    keys = coded // base
    first = np.flatnonzero(_changes(keys))
    keys, weight = keys[first], np.diff(first, append=len(keys))
    coded = distinct(coded)
    site_of = np.unique(np.array(sites, dtype=object), return_inverse=True)[1] if urls else np.zeros(0, int)
    of_kind, inlinks, outlinks = {}, {}, {}
    for kind, number in kinds.items():
        edges = distinct(coded[coded % base // 2 == number] // base)
        of_kind[kind] = edges
        inlinks[kind] = np.bincount(edges % size, minlength=len(urls))
        outlinks[kind] = np.bincount(edges // size, minlength=len(urls))
    wide = distinct(coded[coded % 2 == 1] // base)
    plain = distinct(coded[coded % 2 == 0] // base)
    by_site = distinct(np.sort(site_of[wide // size] * size + wide % size))
    net = np.bincount(plain % size, minlength=len(urls)) + np.bincount(by_site % size, minlength=len(urls))
    back = np.sort(keys % size * size + keys // size)
    mutual = keys[back[np.minimum(np.searchsorted(back, keys), len(keys) - 1)] == keys] if len(keys) else keys
    return Measures(
        tuple(urls),
        index,
        tuple(sites),
        np.array(fetched, dtype=bool),
        keys // size,
        keys % size,
        weight,
        of_kind,
        inlinks,
        outlinks,
        net,
        frozenset(mutual.tolist()),
    )


def by_pair(links: Links, group: NDArray[np.int32] | None, size: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Count the links of each pair of nodes by kind.

    Args:
        links: Between pages.
        group: Number of each page's node; None where pages are the nodes.
        size: How many nodes there are.

    Returns:
        Of each edge, by source, then target: the source, the target, the links of each of `KINDS` (a column a kind),
        and the best position among them.
    """
    source, target = (ends if group is None else group[ends] for ends in (links.source, links.target))
    between = np.flatnonzero(source != target)
    keys = source[between].astype(np.int64) * size + target[between]
    order = np.argsort(keys, kind="stable")
    keys, between = keys[order], between[order]
    first = np.flatnonzero(_changes(keys))
    counts = np.zeros((len(KINDS), len(first)), np.int64)
    for number in range(len(KINDS)) if len(first) else ():
        counts[number] = np.add.reduceat((links.kind[between] == number).astype(np.int64), first)
    best = np.minimum.reduceat(links.position[between], first) if len(first) else first
    return keys[first] // size, keys[first] % size, counts, best.astype(np.int64)


def _changes(ordered: Ints) -> NDArray[np.bool_]:
    """Return where a value differs from the one before."""
    found = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


def distinct(ordered: Ints) -> Ints:
    """Return the distinct values of a sorted array; numpy's own way by hashes takes ten times as long."""
    return ordered[_changes(ordered)]
